"""Calendar feeds: what they say, to whom, and at what cost."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from courses.enums import RunState
from courses.models import CourseRun, Session
from enrolment import selectors, services
from enrolment.enums import EnrolmentState
from enrolment.models import CalendarFeed
from tests.factories.academy import UserFactory
from tests.factories.courses import FIRST_SESSION, CourseFactory, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT, EnrolmentFactory
from tests.factories.learning import make_course_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ROOM = "https://video.example.org/raum"
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def commit_at_once(monkeypatch):
    """What is done after a commit is done at once, since the test itself is one transaction."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, **given: call())


@pytest.fixture
def learner():
    return UserFactory()


@pytest.fixture
def address(learner) -> str:
    return f"/calendar/{services.renew_feed(person=learner, at=DURING_ENROLMENT)}.ics"


def run_with_page(title="Bescheide, die ankommen", course=None, **given) -> CourseRun:
    course = course or CourseFactory()
    make_course_page(course, title=title)
    return CourseRunFactory(course=course, **{"seats": 2, "online_link": ROOM, **given})


def enrol(run, learner):
    return services.enrol(learner=learner, run=run, at=DURING_ENROLMENT)


def events_of(client, url) -> list:
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


# --- The personal feed -------------------------------------------------------------------------------------------
def test_person_feed_holds_each_date_of_a_confirmed_place(client, learner, address):
    run = run_with_page(sessions=2)
    place = enrol(run, learner)

    first, second = events_of(client, address)

    session = run.sessions.all()[0]
    assert first["UID"] == f"session-{session.pk}.place-{place.pk}@127.0.0.1"
    assert first["SUMMARY"] == "Bescheide, die ankommen"
    assert (first["STATUS"], first["SEQUENCE"], first["LOCATION"]) == ("CONFIRMED", 0, "Tagungsraum")
    assert ROOM in first["DESCRIPTION"]
    assert first["DTSTART"].dt == FIRST_SESSION
    assert first["DTSTART"].dt.tzinfo == BERLIN
    assert first["DTEND"].dt == FIRST_SESSION + timedelta(hours=4)
    assert first["DTSTAMP"].dt == max(session.changed_at, DURING_ENROLMENT).replace(microsecond=0)
    assert second["DTSTART"].dt == FIRST_SESSION + timedelta(weeks=1)


@pytest.mark.parametrize("state", [EnrolmentState.REQUESTED, EnrolmentState.WAITLISTED, EnrolmentState.DECLINED])
def test_person_feed_holds_nothing_of_a_place_that_was_never_confirmed(client, learner, address, state):
    EnrolmentFactory(run=run_with_page(), learner=learner, state=state)

    assert events_of(client, address) == []


def test_person_feed_keeps_a_place_given_back_as_cancelled_without_the_room(client, learner, address):
    place = enrol(run_with_page(), learner)
    [before] = events_of(client, address)

    services.withdraw(enrolment=place, actor=learner, at=DURING_ENROLMENT + timedelta(minutes=1))

    [after] = events_of(client, address)
    assert after["UID"] == before["UID"]
    assert (after["STATUS"], after["SEQUENCE"]) == ("CANCELLED", 1)
    assert ROOM not in after.to_ical().decode()
    assert after["DTSTAMP"].dt >= before["DTSTAMP"].dt


def test_person_feed_shows_a_cancelled_run_as_cancelled(client, learner, address):
    run = run_with_page()
    enrol(run, learner)

    services.cancel_run(run=run, reason="Der Raum fehlt.", actor=UserFactory(), at=DURING_ENROLMENT)

    [event] = events_of(client, address)
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 2)
    assert "Der Raum fehlt" not in event.to_ical().decode()


def test_person_feed_counts_up_when_a_session_is_moved(client, learner, address):
    run = run_with_page(sessions=2)
    enrol(run, learner)
    uids = [event["UID"] for event in events_of(client, address)]
    run = CourseRun.objects.get(pk=run.pk)
    sessions = list(run.sessions.all())
    sessions[0].starts_at -= timedelta(minutes=30)
    run.sessions = sessions

    services.save_run(run=run, actor=UserFactory(), at=DURING_ENROLMENT + timedelta(days=1))

    moved, stayed = events_of(client, address)
    assert [moved["UID"], stayed["UID"]] == uids
    assert (moved["SEQUENCE"], stayed["SEQUENCE"]) == (1, 0)
    assert moved["DTSTART"].dt == FIRST_SESSION - timedelta(minutes=30)


def test_person_feed_gives_a_new_place_on_the_same_run_another_uid(client, learner, address):
    run = run_with_page()
    services.withdraw(enrolment=enrol(run, learner), actor=learner, at=DURING_ENROLMENT)
    enrol(run, learner)

    events = events_of(client, address)

    assert sorted(event["STATUS"] for event in events) == ["CANCELLED", "CONFIRMED"]
    assert len({event["UID"] for event in events}) == 2


def test_person_feed_names_a_protected_course_by_its_neutral_title(client, learner, address):
    course = CourseFactory(slug="empowerment-raum", approval_title="Fortbildung der Akademie")
    enrol(run_with_page("Empowerment-Raum", course=course), learner)

    raw = client.get(address).content.decode().lower()

    assert "fortbildung der akademie" in raw
    assert "empowerment" not in raw


def test_person_feed_speaks_the_language_of_its_person(client, learner, address):
    course = CourseFactory()
    make_course_page(course, language="en", title="Letters that arrive")
    enrol(run_with_page(course=course), learner)

    [german] = events_of(client, address)
    type(learner).objects.filter(pk=learner.pk).update(preferred_language="en")
    [english] = events_of(client, address)

    assert (german["SUMMARY"], english["SUMMARY"]) == ("Bescheide, die ankommen", "Letters that arrive")


def test_person_feed_holds_nobody_elses_dates(client, learner, address):
    enrol(run_with_page(), UserFactory())

    assert events_of(client, address) == []


@pytest.mark.parametrize("token", ["wrong", "0", "a" * 43])
def test_person_feed_is_not_found_for_a_wrong_secret(client, address, token):
    answer = client.get(f"/calendar/{token}.ics")

    assert answer.status_code == 404


def test_person_feed_is_not_found_for_an_account_that_was_closed(client, learner, address):
    type(learner).objects.filter(pk=learner.pk).update(is_active=False)

    assert client.get(address).status_code == 404


# --- Zone and text -----------------------------------------------------------------------------------------------
def test_feed_brings_the_rules_of_the_zone_for_any_year(client, learner, address):
    enrol(run_with_page(), learner)

    calendar = Calendar.from_ical(client.get(address).content)

    [zone] = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/Berlin"
    told = zone.to_tz(lookup_tzid=False)
    for year in range(2020, 2038):
        for month in range(1, 13):
            moment = datetime(year, month, 28, 12, tzinfo=UTC)
            assert moment.astimezone(told).utcoffset() == moment.astimezone(BERLIN).utcoffset()


def test_feed_follows_the_text_rules_of_the_format(client, learner, address):
    title = "Diskriminierungskritische Verwaltung; für Leser*innen, die viel Zeit haben\\und mehr" + " Umlaute äöüß" * 6
    enrol(run_with_page(title[:250]), learner)

    raw = client.get(address).content

    assert b"\r\n" in raw
    assert not re.search(rb"(?<!\r)\n", raw)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    [event] = Calendar.from_ical(raw).walk("VEVENT")
    assert event["SUMMARY"] == title[:250]


# --- Cost --------------------------------------------------------------------------------------------------------
def test_person_feed_answers_304_without_a_body_until_something_changes(client, learner, address):
    place = enrol(run_with_page(), learner)
    etag = client.get(address)["ETag"]

    unchanged = client.get(address, headers={"If-None-Match": etag})
    services.withdraw(enrolment=place, actor=learner, at=DURING_ENROLMENT)
    changed = client.get(address, headers={"If-None-Match": etag})

    assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", etag)
    assert changed.status_code == 200
    assert changed["ETag"] != etag


def save_run_again(run, **fields) -> None:
    run = CourseRun.objects.get(pk=run.pk)
    run.sessions = list(run.sessions.all())
    for name, value in fields.items():
        setattr(run, name, value)
    services.save_run(run=run, actor=UserFactory(), at=DURING_ENROLMENT)


def new_title(run):
    page = run.course.pages.get()
    page.title = "Bescheide verstehen"
    page.save()


def new_neutral_title(run):
    run.course.approval_title = "Fortbildung der Akademie"
    run.course.save()


@pytest.mark.parametrize(
    "change",
    [
        new_title,
        new_neutral_title,
        lambda run: run.course.pages.get().delete(),
        lambda run: save_run_again(run, place="Anderer Raum"),
        lambda run: save_run_again(run, online_link="https://video.example.org/anderer"),
        lambda run: services.cancel_run(run=run, reason="Zu wenige.", actor=UserFactory(), at=DURING_ENROLMENT),
        lambda run: type(UserFactory()).objects.update(preferred_language="en"),
    ],
)
def test_person_feed_sends_the_file_again_after_any_change(client, learner, address, change):
    run = run_with_page()
    enrol(run, learner)
    etag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304

    change(run)

    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200


def test_person_feed_asks_one_query_for_what_has_not_changed(client, learner, address, django_assert_num_queries):
    enrol(run_with_page(), learner)
    etag = client.get(address)["ETag"]

    with django_assert_num_queries(1):
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_person_feed_looks_at_the_dates_themselves_once_a_day(client, learner, address, clock):
    run = run_with_page()
    enrol(run, learner)
    etag = client.get(address)["ETag"]
    CourseRun.objects.filter(pk=run.pk).update(place="Von Hand geändert")  # past every service

    clock.at += timedelta(days=1)

    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200


def test_note_feed_use_stores_no_mark_for_a_file_that_is_old_by_then(learner, address):
    feed = CalendarFeed.objects.get(person=learner)
    services.forget_feeds(person=learner)  # somebody changes a date while the file is put together

    services.note_feed_use(feed=feed, etag='"old.de"', content=b"old", on=DURING_ENROLMENT.date())

    feed.refresh_from_db()
    assert (feed.etag, bytes(feed.content), feed.last_used_on) == ("", b"", None)


def test_person_feed_gives_the_same_file_from_its_own_row(client, learner, address, django_assert_num_queries):
    enrol(run_with_page(), learner)
    first = client.get(address)

    with django_assert_num_queries(2):
        again = client.get(address)

    assert (again.content, again["ETag"]) == (first.content, first["ETag"])
    assert again["Content-Type"] == first["Content-Type"]


def test_person_feed_never_gives_a_file_that_is_old(client, learner, address, monkeypatch):
    """The dates change between reading the mark and reading the file."""
    place = enrol(run_with_page(), learner)
    client.get(address)
    unchanged = selectors.stored_file

    def meanwhile(feed):
        services.withdraw(enrolment=place, actor=learner, at=DURING_ENROLMENT)
        CalendarFeed.objects.update(etag="", content=b"")  # what the commit does
        return unchanged(feed)

    monkeypatch.setattr(selectors, "stored_file", meanwhile)

    assert b"STATUS:CANCELLED" in client.get(address).content


@pytest.mark.parametrize("is_unchanged", [False, True])
def test_person_feed_costs_four_queries_at_any_length(client, learner, address, is_unchanged):
    counts = []
    for total in (1, 20):
        while len(learner.enrolments.all()) < total:
            run = run_with_page(sessions=5)
            enrol(run, learner)
        headers = {"If-None-Match": client.get(address)["ETag"]} if is_unchanged else {}
        CalendarFeed.objects.update(last_used_on=None, etag="")
        with CaptureQueriesContext(connection) as queries:
            client.get(address, headers=headers)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 4


def test_person_feed_writes_its_use_once_a_day(client, learner, address, clock):
    enrol(run_with_page(), learner)
    feed = CalendarFeed.objects.get(person=learner)
    client.get(address)
    feed.refresh_from_db()
    assert feed.last_used_on == DURING_ENROLMENT.date()

    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert not any("UPDATE" in query["sql"] for query in queries)

    clock.at += timedelta(days=1)
    client.get(address)
    feed.refresh_from_db()
    assert feed.last_used_on == (DURING_ENROLMENT + timedelta(days=1)).date()


# --- The address -------------------------------------------------------------------------------------------------
def test_renew_feed_stores_no_secret_and_ends_the_old_address(client, learner, address):
    feed = CalendarFeed.objects.get(person=learner)
    secret = services.renew_feed(person=learner, at=DURING_ENROLMENT + timedelta(days=1))

    renewed = CalendarFeed.objects.get(person=learner)
    assert renewed.pk == feed.pk
    assert secret not in (renewed.token_hash, str(renewed.__dict__))
    assert client.get(address).status_code == 404
    assert client.get(f"/calendar/{secret}.ics").status_code == 200


def test_revoke_feed_ends_the_address(client, learner, address):
    assert services.revoke_feed(person=learner) is True
    assert services.revoke_feed(person=learner) is False
    assert client.get(address).status_code == 404


# --- The feed of a run -------------------------------------------------------------------------------------------
def test_run_feed_holds_the_dates_without_the_online_room(client):
    run = run_with_page(sessions=2)

    first, second = events_of(client, f"/calendar/runs/{run.pk}.ics")

    assert first["UID"] == f"session-{run.sessions.all()[0].pk}@127.0.0.1"
    assert (first["SUMMARY"], first["STATUS"]) == ("Bescheide, die ankommen", "CONFIRMED")
    assert ROOM not in (first.to_ical() + second.to_ical()).decode()


def test_run_feed_shows_a_cancelled_run_as_cancelled(client):
    run = run_with_page(state=RunState.CANCELLED)

    [event] = events_of(client, f"/calendar/runs/{run.pk}.ics")

    assert event["STATUS"] == "CANCELLED"


def test_run_feed_names_a_protected_course_by_its_neutral_title(client):
    course = CourseFactory(slug="empowerment-raum", approval_title="Fortbildung der Akademie")
    run = run_with_page("Empowerment-Raum", course=course)

    answer = client.get(f"/calendar/runs/{run.pk}.ics")

    assert "empowerment" not in (answer.content.decode() + answer["Content-Disposition"]).lower()


def test_run_feed_speaks_english_when_asked(client):
    course = CourseFactory()
    make_course_page(course, language="en", title="Letters that arrive")
    run = run_with_page(course=course)

    [event] = events_of(client, f"/calendar/runs/{run.pk}.ics?lang=en")

    assert event["SUMMARY"] == "Letters that arrive"


def test_run_feed_answers_304_until_something_changes(client):
    run = run_with_page()
    url = f"/calendar/runs/{run.pk}.ics"
    etag = client.get(url)["ETag"]

    unchanged = client.get(url, headers={"If-None-Match": etag})
    Session.objects.filter(run=run).update(place="Anderer Raum")

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 200


def test_run_feed_costs_four_queries_at_any_length(client):
    counts = []
    for sessions in (1, 30):
        run = run_with_page(sessions=sessions)
        client.get(f"/calendar/runs/{run.pk}.ics")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/calendar/runs/{run.pk}.ics")
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 4


def test_run_feed_is_not_found_for_drafts_and_courses_without_a_page(client):
    draft, hidden = run_with_page(state=RunState.DRAFT), CourseRunFactory()

    for number in (draft.pk, hidden.pk, 999_999):
        assert client.get(f"/calendar/runs/{number}.ics").status_code == 404


# --- The page of the own calendar --------------------------------------------------------------------------------
def test_my_calendar_lists_own_dates_to_come_by_month(client, learner):
    enrol(run_with_page(sessions=5), learner)
    client.force_login(learner)

    shown = client.get("/de/my/calendar/").content.decode()

    assert shown.count('class="agenda__month"') == 2  # December and January
    assert shown.count("agenda__title") == 5


def test_my_calendar_shows_past_dates_when_asked(client, learner, clock):
    enrol(run_with_page(sessions=2), learner)
    clock.at = FIRST_SESSION + timedelta(days=1)
    client.force_login(learner)

    coming = client.get("/de/my/calendar/").content.decode()
    past = client.get("/de/my/calendar/?past=1").content.decode()

    assert (coming.count("agenda__title"), past.count("agenda__title")) == (1, 1)


def test_my_calendar_shows_the_secret_once(client, learner):
    client.force_login(learner)

    made = client.post("/de/my/calendar/address/").content.decode()
    again = client.get("/de/my/calendar/").content.decode()

    secret = re.search(r"/calendar/([\w-]{43})\.ics", made).group(1)
    assert f"webcal://127.0.0.1:8000/calendar/{secret}.ics" in made
    assert secret not in again
    assert client.get(f"/calendar/{secret}.ics").status_code == 200


def test_my_calendar_takes_the_address_away(client, learner, address):
    client.force_login(learner)

    assert client.post("/de/my/calendar/address/revoke/").status_code == 302
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("path", ["address/", "address/revoke/"])
def test_my_calendar_changes_nothing_on_get_or_for_visitors(client, learner, path):
    assert client.post(f"/de/my/calendar/{path}").status_code == 302
    client.force_login(learner)
    assert client.get(f"/de/my/calendar/{path}").status_code == 405
    assert not CalendarFeed.objects.exists()
