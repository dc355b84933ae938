"""The calendars of rooms and of those who teach, and single dates: what they say, and to whom."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from courses.enums import RunState
from courses.models import CourseRun, Room, Session
from courses.services import renew_room_feed
from enrolment import services
from tests.factories.academy import UserFactory
from tests.factories.courses import FIRST_SESSION, CourseFactory, CourseRunFactory, RoomFactory
from tests.factories.enrolment import DURING_ENROLMENT
from tests.factories.learning import make_course_page

pytestmark = pytest.mark.django_db

LINK = "https://video.example.org/raum"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: DURING_ENROLMENT)
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, **given: call())


def run_with_page(title="Bescheide, die ankommen", course=None, **given) -> CourseRun:
    course = course or CourseFactory()
    make_course_page(course, title=title)
    return CourseRunFactory(course=course, **{"seats": 2, "online_link": LINK, **given})


def events_of(client, url) -> list:
    answer = client.get(url)
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


# --- Rooms -------------------------------------------------------------------------------------------------------
@pytest.fixture
def room():
    return RoomFactory(name="Saal Spree", address="Musterstraße 1")


@pytest.fixture
def room_url(room):
    return f"/calendar/rooms/{renew_room_feed(room=room, actor=UserFactory(), at=DURING_ENROLMENT)}.ics"


def test_room_feed_says_when_the_room_is_taken_without_names_and_links(client, room, room_url):
    run = run_with_page()
    learner = UserFactory(last_name="Geheim")
    services.enrol(learner=learner, run=run, at=DURING_ENROLMENT)
    run.sessions.update(room=room)

    [event] = events_of(client, room_url)

    assert (event["SUMMARY"], event["LOCATION"]) == ("Bescheide, die ankommen", "Saal Spree, Musterstraße 1")
    assert event["DTSTART"].dt == FIRST_SESSION
    text = event.to_ical().decode()
    assert LINK not in text
    assert "Geheim" not in text
    assert learner.email not in text


def test_room_feed_names_a_protected_course_by_its_neutral_title(client, room, room_url):
    course = CourseFactory(slug="empowerment-raum", approval_title="Fortbildung der Akademie")
    run_with_page("Empowerment-Raum", course=course).sessions.update(room=room)

    assert "empowerment" not in client.get(room_url).content.decode().lower()


def test_room_feed_leaves_out_other_rooms_and_what_was_called_off(client, room, room_url):
    run_with_page().sessions.update(room=RoomFactory())
    cancelled = run_with_page()
    cancelled.sessions.update(room=room)
    services.cancel_run(run=cancelled, reason="Zu wenige.", actor=UserFactory(), at=DURING_ENROLMENT)

    assert events_of(client, room_url) == []


def test_room_feed_is_not_found_for_a_wrong_or_old_secret(client, room, room_url):
    renew_room_feed(room=room, actor=UserFactory(), at=DURING_ENROLMENT)

    assert client.get(room_url).status_code == 404
    assert client.get("/calendar/rooms/None.ics").status_code == 404


def test_room_feed_answers_304_until_something_changes_and_notes_its_use(client, room, room_url):
    run_with_page().sessions.update(room=room)
    etag = client.get(room_url)["ETag"]

    unchanged = client.get(room_url, headers={"If-None-Match": etag})
    Session.objects.update(starts_at=FIRST_SESSION + timedelta(minutes=30))

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert client.get(room_url, headers={"If-None-Match": etag}).status_code == 200
    assert Room.objects.get(pk=room.pk).feed_used_on == DURING_ENROLMENT.date()


def test_room_feed_costs_four_queries_at_any_length(client, room, room_url):
    counts = []
    for sessions in (1, 20):
        run = run_with_page(sessions=sessions)
        Session.objects.exclude(run=run).update(room=None)  # on the same days
        Session.objects.filter(run=run).update(room=room)
        Room.objects.update(feed_used_on=None)
        with CaptureQueriesContext(connection) as queries:
            client.get(room_url)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 4


# --- Single dates ------------------------------------------------------------------------------------------------
def test_session_file_holds_one_date_as_the_run_feed_has_it(client):
    run = run_with_page(sessions=2)
    _first, second = run.sessions.all()

    [event] = events_of(client, f"/calendar/sessions/{second.pk}.ics")

    assert event.to_ical() == events_of(client, f"/calendar/runs/{run.pk}.ics")[1].to_ical()
    assert LINK not in event.to_ical().decode()


def test_session_file_is_not_found_for_drafts_and_courses_without_a_page(client):
    draft, hidden = run_with_page(state=RunState.DRAFT), CourseRunFactory()

    for number in (draft.sessions.get().pk, hidden.sessions.get().pk, 999_999):
        assert client.get(f"/calendar/sessions/{number}.ics").status_code == 404


# --- Teaching ----------------------------------------------------------------------------------------------------
@pytest.fixture
def trainer():
    return UserFactory()


@pytest.fixture
def address(trainer):
    return f"/calendar/{services.renew_feed(person=trainer, at=DURING_ENROLMENT)}.ics"


def test_person_feed_holds_the_dates_that_the_person_teaches(client, trainer, address):
    run = run_with_page(sessions=2)
    run.trainers.add(trainer)
    run.save()

    first, _second = events_of(client, address)

    session = run.sessions.all()[0]
    assert first["UID"] == f"session-{session.pk}.trainer-{trainer.pk}@127.0.0.1"
    assert (first["SUMMARY"], first["STATUS"]) == ("Bescheide, die ankommen", "CONFIRMED")
    assert first["DESCRIPTION"].splitlines() == ["Sie unterrichten an diesem Termin.", LINK]


def test_person_feed_follows_who_teaches_one_date(client, trainer, address):
    run = run_with_page(sessions=3)
    run.trainers.add(UserFactory())
    run.save()
    own, standing_in, _other = run.sessions.all()
    own.trainers.add(trainer)
    own.save()
    standing_in.replacements.add(trainer)
    standing_in.save()

    notes = [event["DESCRIPTION"].splitlines()[0] for event in events_of(client, address)]

    assert notes == ["Sie unterrichten an diesem Termin.", "Sie springen ein, wenn jemand ausfällt."]


def test_person_feed_leaves_out_drafts_and_shows_what_was_called_off(client, trainer, address):
    for state in (RunState.DRAFT, RunState.CANCELLED):
        run = run_with_page(state=state)
        run.trainers.add(trainer)
        run.save()

    [event] = events_of(client, address)

    assert event["STATUS"] == "CANCELLED"
    assert LINK not in event.to_ical().decode()


def test_person_feed_is_sent_again_when_somebody_else_teaches(client, trainer, address):
    run = run_with_page()
    run.trainers.add(trainer)
    run.save()
    etag = client.get(address)["ETag"]
    run = CourseRun.objects.get(pk=run.pk)
    run.sessions, run.trainers = list(run.sessions.all()), []

    services.save_run(run=run, actor=UserFactory(), at=DURING_ENROLMENT)

    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200
    assert events_of(client, address) == []
