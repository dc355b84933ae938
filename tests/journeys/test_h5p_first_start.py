"""The first start of an exercise: what the browser asks for from the click on its step until it can be played."""

import gzip
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Page, Request, Response, expect

from courses.enums import StepKind
from courses.h5p.models import Content
from courses.models import Step
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import make_run

from .demo_site import session_of
from .playing import import_demo

pytestmark = pytest.mark.usefixtures("own_storage")

MOST_REQUESTS, MOST_BYTES = 8, 250_000  # of the frame; H3 of `./run bench h5p`
FROM_THE_PAGE = 4  # the step's page with its script, and the player's own style and script around the frame
SECONDS = 30
PACKED_ALREADY = ("font/", "image/")


class Started:
    """A learner who opens the course and clicks on the step of an exercise."""

    def __init__(self, page: Page, live_server, content: Content):
        run = make_run({"kind": StepKind.H5P, "title": "Die Übung"})
        step = Step.objects.get(version=run.version)
        step.page.specific.__class__.objects.filter(pk=step.page_id).update(content=content)
        place = EnrolmentFactory(run=run)
        session = session_of(place.learner)
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": live_server.url}]
        )
        self.page, self.requests, self.errors = page, [], []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(f"{live_server.url}/de/learn/{place.pk}/", wait_until="load")
        known = set(page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)"))
        page.on("request", lambda one: None if one.url in known else self.requests.append(one))

    def click(self, words: str) -> None:
        """Until the exercise shows `words` and nothing more comes."""
        self.page.locator("#steps ~ ol").get_by_role("link", name="Die Übung").click()
        expect(self.page.frame_locator("[data-h5p-frame]").get_by_text(words).first).to_be_visible(
            timeout=SECONDS * 1000
        )
        for _try in range(SECONDS * 10):
            if any("/h5p/xapi/" in one.url for one in self.requests):  # the first statement: it has begun
                break
            self.page.wait_for_timeout(100)
        self.page.wait_for_timeout(500)

    @property
    def of_frame(self) -> list[Request]:
        return [one for one in self.requests if one.frame.parent_frame is not None]


def packed(answer: Response | None) -> int:
    """The bytes of an answer as a server packs it; none where our test server refuses a font to the frame. Not to be
    asked of a report: the browser never calls it finished.
    """
    if answer is None:
        return 0
    body = answer.body()
    is_packed = answer.headers.get("content-type", "").startswith(PACKED_ALREADY)
    return len(body) if is_packed else len(gzip.compress(body))


@pytest.mark.parametrize(
    ("name", "words"), [("zugang-grundlagen-quiz", "Frage 1 von 5"), ("am-schalter-das-papier", "Was tun Sie?")]
)
def test_first_start_of_our_exercises_takes_eight_requests_at_most(page, live_server, db, name, words):
    started = Started(page, live_server, import_demo(name))

    started.click(words)

    frame = started.of_frame
    asked = [urlsplit(one.url).path for one in frame]
    around = [one.url for one in started.requests if one not in frame and "favicon" not in one.url]
    assert len(asked) <= MOST_REQUESTS, asked
    assert len(around) <= FROM_THE_PAGE, around
    assert {urlsplit(one.url).netloc for one in started.requests} == {urlsplit(live_server.url).netloc}
    assert sum(packed(one.response()) for one in frame if one.method == "GET") <= MOST_BYTES
    assert [path.rsplit("/", 1)[-1] for path in asked if "/bundles/" in path] == ["styles.css", "scripts.js"]
    assert not [path for path in asked if "/libraries/" in path]
    assert all("cookie" not in one.all_headers() for one in frame if "/h5p/bundles/" in one.url)
    assert started.errors == []
