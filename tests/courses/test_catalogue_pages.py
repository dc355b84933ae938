"""The catalogue and course pages as visitors get them."""

import json
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext, override

from academy.enums import Vocabulary
from academy.models import Term
from courses.models import CourseIndexPage
from tests.factories.academy import MembershipFactory, UnitFactory, UserFactory
from tests.factories.course_pages import course_page, reading_step
from tests.factories.courses import CourseFactory, CourseRunFactory

pytestmark = pytest.mark.usefixtures("site")

CATALOGUE = "/de/fortbildungen/"


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch, now):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


def terms():
    return [
        Term.objects.get_or_create(vocabulary=vocabulary, key=key, defaults={"label": key})[0]
        for vocabulary, key in ((Vocabulary.TARGET_GROUPS, "executives"), (Vocabulary.ACCESS, "step_free"))
    ]


def offer_courses(count, runs=1):
    group, access = terms()
    for number in range(count):
        page = course_page(title=f"Kurs {number:02}")
        page.course.target_groups.add(group)
        page.course.access.add(access)
        for _ in range(runs):
            run = CourseRunFactory(course=page.course, seats=3, approval="approve")
            run.trainers.add(UserFactory(first_name="Trainer*in", last_name=str(number)))
            run.save()
    return page


def statements(client, url):
    client.get(url)  # the first request fills the caches
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(url)
    assert response.status_code == 200
    texts = [re.sub(r"\d+", "?", query["sql"]) for query in queries.captured_queries]
    return len(texts), max(texts.count(text) for text in texts)


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_catalogue_asks_the_same_six_statements_at_1_and_at_30_courses(client, is_signed_in):
    if is_signed_in:
        client.force_login(UserFactory())
    offer_courses(1)
    few = statements(client, CATALOGUE)
    offer_courses(29)
    many = statements(client, CATALOGUE)

    assert few == many
    assert many[0] <= 6
    assert many[1] <= 2


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_course_page_asks_the_same_ten_statements_at_1_and_at_30_runs(client, is_signed_in):
    if is_signed_in:
        client.force_login(MembershipFactory(unit=UnitFactory()).user)
    page = offer_courses(1)
    few = statements(client, page.url)
    for _ in range(29):
        CourseRunFactory(course=page.course, seats=3, sessions=3, approval="approve")
    many = statements(client, page.url)

    assert few == many
    assert many[0] <= 10
    assert many[1] <= 2


NONSENSE = ["q=%00", "thema=x", "format=1%27", "zielgruppe=nobody", "sprache=tlh", "frei=yes", "page=-1", "page=9e9"]


def test_catalogue_ignores_nonsense_in_the_address(client):
    offer_courses(1)

    for query in NONSENSE:
        response = client.get(f"{CATALOGUE}?{query}")

        assert response.status_code == 200, query
        assert "Kurs 00" in response.text, query
        assert "filter__chip" not in response.text, query


def test_catalogue_links_each_chosen_filter_to_the_list_without_it(client):
    offer_courses(1)

    text = client.get(f"{CATALOGUE}?q=Kurs&thema=citizen_services&frei=1").text

    hrefs = re.findall(r'class="filter__chip" href="([^"]+)"', text)
    assert [href.replace("&amp;", "&") for href in hrefs] == [
        "/de/fortbildungen/?thema=citizen_services&frei=1",
        "/de/fortbildungen/?q=Kurs&frei=1",
        "/de/fortbildungen/?q=Kurs&thema=citizen_services",
    ]


def test_catalogue_shows_a_way_out_when_nothing_matches(client):
    offer_courses(1)

    text = client.get(f"{CATALOGUE}?q=nirgends").text

    assert "Kurs 00" not in text
    assert '<a class="kern-btn kern-btn--secondary" href="/de/fortbildungen/"' in text


def test_catalogue_keeps_filters_on_the_second_page(client):
    offer_courses(13)

    text = client.get(f"{CATALOGUE}?thema=citizen_services").text

    assert "?thema=citizen_services&amp;page=2" in text


@pytest.mark.parametrize("path", [CATALOGUE, "{course}", "/de/fortbildungen.json"])
def test_public_pages_answer_304_when_nothing_has_changed(client, path):
    path = path.format(course=offer_courses(1).url)
    first = client.get(path)

    again = client.get(path, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert "csrftoken" not in first.cookies
    assert "sessionid" not in first.cookies


def test_course_page_names_what_people_need_to_decide(client):
    page = offer_courses(1)
    page.goals = [{"type": "line", "value": "Ein Ziel für Leser*innen"}]
    page.save_revision().publish()

    text = client.get(page.url).text

    for words in ("Kurs 00", "Verständlich schreiben.", "ainer*in</span> 0", "Executives", "Step_free", "Tagungsraum"):
        assert words in text
    assert "Ein Ziel für <span" in text
    assert '<time datetime="2026-12-09T09:00:00+01:00">' in text
    assert "9:00–13:00" in text
    assert f'href="/calendar/runs/{page.course.runs.get().pk}.ics"' in text


def test_course_page_shows_no_link_into_the_online_room(client):
    page = course_page()
    run = CourseRunFactory(course=page.course)
    run.online_link = "https://meet.example/secret"
    run.save()

    assert "meet.example" not in client.get(page.url).text
    assert "meet.example" not in client.get("/de/fortbildungen.json").text


def test_course_page_gives_schema_org_data_that_no_text_can_break_out_of(client):
    page = course_page(title="</script><script>alert(1)</script> & mehr")
    run = CourseRunFactory(course=page.course, seats=3)

    text = client.get(page.url).text

    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)[1]
    data = json.loads(block)
    assert data["name"] == "</script><script>alert(1)</script> & mehr"
    assert "<script>alert" not in text
    assert data["hasCourseInstance"][0]["startDate"] == "2026-12-09T09:00:00+01:00"
    assert data["hasCourseInstance"][0]["remainingAttendeeCapacity"] == 3
    assert data["hasCourseInstance"][0]["url"].endswith(f"{page.url}#run-{run.pk}")


def test_course_page_unfolds_the_easy_text_with_a_notice_while_nobody_has_checked_it(client):
    page = course_page()
    easy = course_page(course=page.course, language="de-simple", title="Leichte Briefe", description="<p>Leicht.</p>")

    draft = client.get(page.url).text
    easy.easy_status, easy.easy_checked_by, easy.easy_checked_on = "checked", "Prüfgruppe", date(2026, 11, 2)
    easy.save_revision().publish()
    checked = client.get(page.url).text

    assert "Leicht." in draft
    assert "Leicht." in checked
    assert "draft-notice" in draft
    assert "draft-notice" not in checked
    assert easy.url in checked


def test_steps_have_no_address_of_their_own(client):
    step = reading_step(course_page())

    assert client.get(step.url).status_code == 404


def test_course_list_gives_every_published_course_with_its_runs(client):
    page = course_page(goals=[{"type": "line", "value": "Ein Ziel"}])
    run = CourseRunFactory(course=page.course, seats=3)
    course_page(title="Entwurf", live=False)

    response = client.get("/de/fortbildungen.json")

    [entry] = response.json()["courses"]
    assert (entry["id"], entry["title"], entry["goals"]) == (page.course.slug, page.title, ["Ein Ziel"])
    assert entry["url"].endswith(page.url)
    assert entry["runs"] == [
        {
            "id": run.pk,
            "status": {"key": "open", "label": entry["runs"][0]["status"]["label"]},
            "language": "de",
            "place": "Tagungsraum",
            "capacity": 3,
            "free_places": 3,
            "approval": "none",
            "enrolment_opens_at": None,
            "enrolment_closes_at": "2026-12-09T09:00:00+01:00",
            "calendar_url": f"http://127.0.0.1:8000/calendar/runs/{run.pk}.ics",
            "sessions": [
                {
                    "starts_at": "2026-12-09T09:00:00+01:00",
                    "ends_at": "2026-12-09T13:00:00+01:00",
                    "place": "Tagungsraum",
                }
            ],
        }
    ]
    assert response["Last-Modified"] == "Wed, 18 Nov 2026 10:00:00 GMT"


def test_course_list_gives_a_new_moment_when_a_place_was_taken(client, now, monkeypatch):
    run = CourseRunFactory(course=course_page().course, seats=3)
    before = client.get("/de/fortbildungen.json")
    run.seats.filter(number=1).update(taken_at=now)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(minutes=5))

    after = client.get("/de/fortbildungen.json", headers={"If-Modified-Since": before["Last-Modified"]})

    assert after.status_code == 200
    assert after.json()["courses"][0]["runs"][0]["free_places"] == 2
    assert after["Last-Modified"] == "Wed, 18 Nov 2026 10:05:00 GMT"


def test_course_list_asks_the_same_statements_at_1_and_at_30_courses(client):
    offer_courses(1)
    few = statements(client, "/de/fortbildungen.json")
    offer_courses(29)

    assert statements(client, "/de/fortbildungen.json") == few
    assert few[0] <= 6


def test_course_list_is_given_in_english_for_english_pages(client):
    course_page(title="Letters that reach people", language="en")

    assert [c["title"] for c in client.get("/en/fortbildungen.json").json()["courses"]] == ["Letters that reach people"]
    assert client.get("/de/fortbildungen.json").json()["courses"] == []


def test_catalogues_are_made_once_in_three_languages():
    found = CourseIndexPage.objects.order_by("path").values_list("locale__language_code", "slug", "show_in_menus")

    assert sorted(found) == [
        ("de", "fortbildungen", True),
        ("de-simple", "fortbildungen", True),
        ("en", "training", True),
    ]
    assert CourseIndexPage.objects.values("translation_key").distinct().count() == 1


def test_language_switch_of_the_catalogue_leads_to_the_other_catalogues(client):
    text = client.get(CATALOGUE).text

    for url in ("/en/training/", "/de-simple/fortbildungen/"):
        assert f'href="{url}"' in text


def test_self_study_course_is_shown_without_a_date(client):
    page = course_page(course=CourseFactory(format="self_study"))
    CourseRunFactory(course=page.course, sessions=0)

    assert client.get(page.url).status_code == 200
    with override("de"):
        assert gettext("You can start at any time.") in client.get(CATALOGUE).text


def test_card_and_course_page_say_how_long_the_steps_of_the_newest_version_take(client):
    page = course_page(title="Mit Schritten")
    gone = reading_step(page, minutes=25)
    reading_step(page, title="Vertiefung", minutes=80)
    gone.unpublish()
    course_page(title="Ohne Schritte")

    cards = client.get(CATALOGUE).text
    shown = client.get(page.url).text

    assert cards.count("etwa 1 Std. 20 Min. zum Selbstlernen") == 1
    assert cards.count("zum Selbstlernen") == 1
    assert re.search(r"Zum Selbstlernen.*?etwa 1 Std. 20 Min.", shown, re.DOTALL)
