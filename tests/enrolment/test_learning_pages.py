"""The learner's pages: overview, step, media, languages; and that nobody else opens them (S1)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from academy.enums import Role
from courses.enums import RunState, StepKind
from courses.models import Session, Step
from enrolment import services
from enrolment.cards import start_cards
from enrolment.enums import EnrolmentState, ProgressState
from enrolment.models import Attendance, Certificate, Completion, Progress
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import CAPTIONS, FILM, locale, make_course_page, make_run

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def place():
    """A place with a reading, a video, an exercise and an optional reading, and one date that is over."""
    run = make_run(
        {"title": "Was ist ein Zugang?"},
        {"kind": StepKind.VIDEO, "title": "Ein Tag am Empfang"},
        {"kind": StepKind.H5P, "title": "Der erste Satz", "min_score": 80},
        {"title": "Zum Weiterlesen", "is_required": False},
    )
    Session.objects.create(run=run, starts_at=NOW - timedelta(hours=5), ends_at=NOW - timedelta(hours=1), ue=5)
    return EnrolmentFactory(run=run)


@pytest.fixture
def learner(place, client):
    client.force_login(place.learner)
    return client


def address(place, *parts) -> str:
    return f"/de/learn/{place.pk}/" + "".join(f"{part}/" for part in parts)


def step(place, position) -> Step:
    return Step.objects.get(version=place.run.version, position=position)


def score(place, points):
    context = services.player_context(enrolment=place, step=step(place, 3))
    services.record_h5p_attempt(context=context, score=points, max_score=10, finished_at=NOW, attempt_id=1)


# --- The overview ------------------------------------------------------------------------------------------------
def test_learn_shows_steps_dates_and_what_is_missing(learner, place):
    services.finish_step(enrolment=place, step=step(place, 1), at=NOW)
    score(place, 6)

    page = text(learner.get(address(place)))

    assert "1 von 4 Schritten erledigt" in page
    assert "2 Pflichtschritte sind noch nicht erledigt." in page
    assert "Für 1 Termin ist die Anwesenheit noch nicht eingetragen." in page
    assert "bestes Ergebnis: 60 %" in page
    assert "zählt ab 80 %" in page
    assert page.index("Was ist ein Zugang?") < page.index("Ein Tag am Empfang") < page.index("Zum Weiterlesen")


def test_learn_leads_to_where_the_learner_was(learner, place):
    assert f'href="{address(place, 1)}"' in learner.get(address(place)).content.decode()
    learner.get(address(place, 4))

    button = re.search(
        r'<a class="kern-btn kern-btn--primary"[^>]*href="([^"]+)"', learner.get(address(place)).content.decode()
    )

    assert button[1] == address(place, 4)


def test_learn_shows_only_dates_when_the_run_has_no_steps(client):
    place = EnrolmentFactory(run=make_run(sessions=1))
    client.force_login(place.learner)

    page = text(client.get(address(place)))

    assert "Termine" in page
    assert "Lernschritte" not in page


@pytest.mark.parametrize("count", [1, 30])
def test_learn_asks_the_same_for_one_and_for_thirty_steps(client, django_assert_max_num_queries, count):
    run = make_run(*[{} for _number in range(count)], sessions=count)
    place = EnrolmentFactory(run=run)
    for entry in Step.objects.filter(version=run.version):
        services.open_step(enrolment=place, step=entry, at=NOW)
    client.force_login(place.learner)
    client.get(address(place))

    with django_assert_max_num_queries(13):
        client.get(address(place))
    with django_assert_max_num_queries(18):
        client.get(address(place, 1))


# --- One step ----------------------------------------------------------------------------------------------------
def test_learn_step_notes_that_the_learner_has_begun(learner, place):
    response = learner.get(address(place, 1))

    assert "Was zu lesen ist." in text(response)
    assert "Als erledigt markieren" in text(response)
    progress = Progress.objects.get()
    assert (progress.state, progress.started_at) == (ProgressState.STARTED, NOW)


def test_learn_step_links_the_steps_before_and_after(learner, place):
    page = learner.get(address(place, 2)).content.decode()
    nav = page.split('aria-label="Schritte davor und danach"')[1].split("</nav>")[0]

    assert re.findall(r'href="([^"]+)"', nav) == [address(place, 1), address(place, 3), address(place)]


@pytest.mark.parametrize("position", [0, 5, 99])
def test_learn_step_is_not_found_when_the_course_has_no_such_step(learner, place, position):
    assert learner.get(address(place, position)).status_code == 404


def test_learn_step_plays_an_exercise_with_the_learners_pseudonym_alone(learner, place):
    page = learner.get(address(place, 3)).content.decode()

    frame = re.search(r"<iframe[^>]+>", page)[0]
    assert f"/h5p/{step(place, 3).page.specific.content.uuid}/embed/?t=" in frame
    assert 'sandbox="allow-scripts' in frame
    assert "Als erledigt markieren" not in page


def test_learn_step_shows_the_result_after_the_exercise(learner, place):
    score(place, 6)
    assert "Ihr bisher bestes Ergebnis: 60 %." in text(learner.get(address(place, 3)))

    score(place, 9)
    page = text(learner.get(address(place, 3)))
    assert "Ihr bestes Ergebnis: 90 %." in page
    assert "erledigt" in page


def test_learn_step_stays_open_after_the_run_is_completed(learner, place):
    place.run.state = RunState.COMPLETED
    place.run.save(update_fields=["state"])

    assert learner.get(address(place, 1)).status_code == 200


# --- Marking as done ---------------------------------------------------------------------------------------------
def test_finish_step_leads_to_the_next_step(learner, place):
    response = learner.post(address(place, 1, "done"))

    assert response.url == address(place, 2)
    assert Progress.objects.get().state == ProgressState.DONE


def test_finish_step_changes_nothing_when_it_is_sent_twice(learner, place):
    learner.post(address(place, 1, "done"))
    learner.post(address(place, 1, "done"))

    assert Progress.objects.count() == 1


def test_finish_step_refuses_an_exercise(learner, place):
    response = learner.post(address(place, 3, "done"), follow=True)

    assert "Dieser Schritt ist erledigt, wenn Sie die Übung beendet haben." in text(response)
    assert not Progress.objects.filter(state=ProgressState.DONE).exists()


def test_finish_step_is_not_done_by_a_link(learner, place):
    assert learner.get(address(place, 1, "done")).status_code == 405


def test_finish_step_of_the_last_step_completes_self_study_and_shows_the_certificate(client):
    place = EnrolmentFactory(run=make_run({"title": "Lesen"}))
    client.force_login(place.learner)

    response = client.post(address(place, 1, "done"), follow=True)

    page = text(response)
    assert "Sie haben diese Fortbildung abgeschlossen." in page
    assert "Teilnahmebescheinigung (PDF)" in page
    assert Certificate.objects.get().enrolment == place


def test_learn_says_that_the_academy_issues_the_certificate_when_there_were_dates(learner, place):
    for position in (1, 2):
        services.finish_step(enrolment=place, step=step(place, position), at=NOW)
    score(place, 10)
    states = {place.pk: "present"}
    services.record_attendance(session=place.run.sessions.get(), states=states, actor=UserFactory(), at=NOW)

    page = text(learner.get(address(place)))

    assert "Abgeschlossen" in page
    assert "Ihre Teilnahmebescheinigung stellt die Akademie aus." in page
    assert "Besucht 5 von 5 UE" in page
    assert not Certificate.objects.exists()


# --- Languages ---------------------------------------------------------------------------------------------------
def test_learn_step_falls_back_to_german_with_a_notice_when_there_is_no_english_page(learner, place):
    page = learner.get(f"/en/learn/{place.pk}/1/").content.decode()

    assert re.search(r'<h1 lang="de">\s*Was ist ein Zugang', page)
    assert "This text is available in German only." in page
    assert '<div lang="de">' in page


def test_learn_step_shows_the_readers_language_when_it_is_published(learner, place):
    german = step(place, 1).page
    parent = make_course_page(place.run.course, "en", title="Access for all")
    english = type(german.specific)(
        title="What is access?",
        slug="what",
        locale=locale("en"),
        translation_key=german.translation_key,
        body=[("text", "<p>Something to read.</p>")],
    )
    parent.add_child(instance=english)

    page = learner.get(f"/en/learn/{place.pk}/1/").content.decode()

    assert "Something to read." in page
    assert "available in German only" not in page
    assert re.search(r"<h1>\s*What is access", page)


# --- Films and captions ------------------------------------------------------------------------------------------
def test_step_video_sends_the_part_that_the_player_asks_for(learner, place):
    film = f"/de/learn/{place.pk}/2/video"

    whole = learner.get(film)
    part = learner.get(film, headers={"range": "bytes=256-511"})
    tail = learner.get(film, headers={"range": "bytes=-100"})
    rest = learner.get(film, headers={"range": f"bytes={len(FILM) - 10}-"})

    assert (whole.status_code, whole["Content-Type"], b"".join(whole)) == (200, "video/mp4", FILM)
    assert whole["Accept-Ranges"] == "bytes"
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 256-511/{len(FILM)}")
    assert b"".join(part) == FILM[256:512]
    assert b"".join(tail) == FILM[-100:]
    assert b"".join(rest) == FILM[-10:]
    assert whole["X-Content-Type-Options"] == "nosniff"
    assert "private" in whole["Cache-Control"]


def test_step_video_says_416_when_the_part_lies_outside(learner, place):
    response = learner.get(f"/de/learn/{place.pk}/2/video", headers={"range": f"bytes={len(FILM)}-"})

    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{len(FILM)}")


def test_step_captions_are_sent_as_text_tracks(learner, place):
    response = learner.get(f"/de/learn/{place.pk}/2/captions")

    assert response["Content-Type"].startswith("text/vtt")
    assert b"".join(response) == CAPTIONS


@pytest.mark.parametrize("position", [1, 3])
def test_step_video_is_not_found_when_the_step_is_no_video(learner, place, position):
    assert learner.get(f"/de/learn/{place.pk}/{position}/video").status_code == 404


# --- Who may not (S1) --------------------------------------------------------------------------------------------
def endpoints(place, certificate) -> list[tuple[str, str]]:
    return [
        ("get", address(place)),
        *[("get", address(place, position)) for position in (1, 2, 3)],
        ("post", address(place, 1, "done")),
        ("get", f"/de/learn/{place.pk}/2/video"),
        ("get", f"/de/learn/{place.pk}/2/captions"),
        ("get", f"/de/my/certificates/{certificate.number}.pdf"),
        ("get", f"/de/my/certificates/{certificate.number}/correct/"),
        ("post", f"/de/my/certificates/{certificate.number}/correct/"),
    ]


@pytest.fixture
def certificate(place):
    session = place.run.sessions.get()
    Attendance.objects.create(enrolment=place, session=session, state="present", ticked_at=NOW)
    Completion.objects.create(enrolment=place, result="full", ue_attended=5, granted_at=NOW)
    return services.issue_certificate(enrolment=place, at=NOW)


@pytest.mark.parametrize("role", [*Role, "same organisation", "superuser", "trainer of the run"])
def test_learning_pages_and_certificates_do_not_exist_for_anybody_but_the_learner(client, place, certificate, role):
    membership = MembershipFactory(user=place.learner)
    if role == "superuser":
        other = UserFactory(is_superuser=True, is_staff=True)
    elif role == "same organisation":
        other = MembershipFactory(role=Role.SPONSOR, organisation=membership.organisation).user
    elif role == "trainer of the run":
        other = MembershipFactory(role=Role.TRAINER).user
        place.run.trainers.add(other)
        place.run.save()
    else:
        other = MembershipFactory(role=role, organisation=membership.organisation).user
    client.force_login(other)

    for method, path in endpoints(place, certificate):
        assert getattr(client, method)(path).status_code == 404, path
    assert not Progress.objects.exists()
    assert certificate.number not in text(client.get("/de/my/certificates/"))


def test_learning_pages_open_for_the_learner(learner, place, certificate):
    for method, path in endpoints(place, certificate):
        assert getattr(learner, method)(path).status_code in (200, 302), path


def test_learning_pages_ask_visitors_to_sign_in(place, certificate):
    visitor = Client()
    for method, path in endpoints(place, certificate):
        response = getattr(visitor, method)(path)
        assert (response.status_code, "/account/login/" in response.url) == (302, True), path


@pytest.mark.parametrize("state", [state for state in EnrolmentState if state != EnrolmentState.CONFIRMED])
def test_learning_pages_show_no_step_when_the_place_is_not_confirmed(client, state):
    place = EnrolmentFactory(run=make_run({"title": "Geheimer Schritt"}), state=state)
    client.force_login(place.learner)

    page = text(client.get(address(place)))

    assert ("Ihr Platz ist noch nicht bestätigt" in page) is place.is_live
    assert ("Dieser Platz besteht nicht mehr" in page) is not place.is_live
    assert "Geheimer Schritt" not in page
    assert client.get(address(place, 1)).status_code == 404
    assert client.post(address(place, 1, "done")).status_code == 404


def test_learn_keeps_what_was_done_readable_when_the_place_was_given_back(learner, place):
    services.finish_step(enrolment=place, step=step(place, 1), at=NOW)
    starts_at = NOW + timedelta(days=5)
    Session.objects.create(run=place.run, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3), ue=4)
    services.withdraw(enrolment=place, actor=place.learner, at=NOW)

    page = text(learner.get(address(place)))

    assert "1 von 3 erledigt" in page
    assert "0 von 9 UE" in page


# --- What is next, and what is missing ---------------------------------------------------------------------------
def panel(response) -> str:
    """The panel about the completion, as it stands on the page."""
    return response.content.decode().split('aria-labelledby="completion"')[1].split("</aside>")[0]


def test_learn_says_what_is_next_with_step_and_date(learner, place):
    starts_at = NOW + timedelta(days=5)
    Session.objects.create(run=place.run, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3), ue=4)
    services.finish_step(enrolment=place, step=step(place, 1), at=NOW)

    following = learner.get(address(place)).content.decode().split('aria-labelledby="next"')[1].split("</section>")[0]

    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", following))
    assert f'href="{address(place, 2)}"' in following
    assert "Ein Tag am Empfang Ihr nächster Schritt · 10 Minuten" in words
    assert "Ihr nächster Termin" in words
    assert "23" in words


def test_learn_links_each_missing_step_and_date_and_says_how_long_it_takes(learner, place):
    services.finish_step(enrolment=place, step=step(place, 1), at=NOW)

    shown = panel(learner.get(address(place)))

    session = place.run.sessions.get()
    assert re.findall(r'<li><a href="([^"]+)"', shown) == [
        address(place, 2),
        address(place, 3),
        f"#date-{session.pk}",
    ]
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown))
    assert "Pflichtschritte 1 von 3 erledigt" in words
    assert "Besucht 0 von 5 UE" in words
    assert "etwa 20 Min., mit den freiwilligen Schritten 30 Min." in words
    assert "3 Schritte müssen erledigt sein." in words
    assert "Sie besuchen mindestens 80 % der Unterrichtseinheiten. Ab 50 %" in words


def test_learn_names_five_missing_steps_and_counts_the_others(client):
    place = EnrolmentFactory(run=make_run(*[{} for _number in range(8)]))
    client.force_login(place.learner)

    shown = panel(client.get(address(place)))

    assert len(re.findall(r'<li><a href="/de/learn/', shown)) == 5
    assert "und 3 weitere Schritte" in shown


def test_learn_marks_what_is_done_with_its_day(learner, place):
    services.finish_step(enrolment=place, step=step(place, 1), at=NOW)

    assert "erledigt am 18. November 2026" in text(learner.get(address(place)))


def test_learn_says_why_a_completion_was_revoked_when_nothing_is_missing(client):
    place = EnrolmentFactory(run=make_run({}))
    services.finish_step(enrolment=place, step=step(place, 1), at=NOW)
    services.revoke_completion(completion=place.completion, reason="Die Übung war leer.", at=NOW, actor=UserFactory())
    client.force_login(place.learner)

    page = text(client.get(address(place)))

    assert "Die Übung war leer." in page
    assert "Es fehlt nichts mehr." in page


# --- The start page ----------------------------------------------------------------------------------------------
def card_of(user):
    cards = {card.key: card for card in start_cards(user=user, roles=set(), at=NOW)}
    return cards.get("learning")


def test_learning_card_counts_like_the_learning_page_and_vanishes_when_all_is_done():
    run = make_run({}, {"is_required": False})
    place = EnrolmentFactory(run=run)
    services.finish_step(enrolment=place, step=step(place, 1), at=NOW)
    Progress.objects.create(
        enrolment=place, step_key=run.course.pages.get().translation_key, state="started", started_at=NOW
    )

    (item,) = card_of(place.learner).context["learning_items"]
    assert (item["url"], item["meta"]) == (
        address(place),
        "1 von 2 Schritten erledigt · etwa 10 Min. für freiwillige Schritte",
    )
    assert services.progress_of(place).done_count == 1

    services.finish_step(enrolment=place, step=step(place, 2), at=NOW)
    assert card_of(place.learner) is None
