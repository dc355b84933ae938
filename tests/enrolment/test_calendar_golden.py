"""Calendar files as they leave the house, byte for byte, and read by two parsers that know nothing of each other.

A file that should look different is written anew with `GOLDEN=write`, looked at, and committed.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import vobject
from icalendar import Calendar

from enrolment import calendars
from enrolment.calendars import Entry
from enrolment.calendars.invitations import _object
from tests.factories.academy import UserFactory

GOLDEN = Path(__file__).parent / "golden"
MADE = datetime(2026, 9, 1, 8, tzinfo=UTC)


def entry(number: int, starts_at: datetime, **given) -> Entry:
    facts = {
        "uid": f"session-{number}.place-7@zugang.example.org",
        "sequence": number,
        "revised_at": MADE,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=4),
        "title": "Bescheide, die ankommen; für Leser*innen",
        "where": "Saal Spree, Musterstraße 1",
        "online_link": "https://video.example.org/raum",
        "is_cancelled": False,
        "is_private": True,
        "note": "Ihr Platz ist bestätigt.",
        "link": "https://zugang.example.org/de/my/places/",
    }
    return Entry(**{**facts, **given})


# Nine o'clock in Berlin, before and after each switch, and over the night of one
SUMMER, WINTER = datetime(2026, 10, 23, 7, tzinfo=UTC), datetime(2026, 10, 26, 8, tzinfo=UTC)
NIGHT, SPRING = datetime(2027, 3, 27, 22, tzinfo=UTC), datetime(2027, 3, 29, 7, tzinfo=UTC)
ALL = [
    entry(1, SUMMER),
    entry(2, WINTER),
    entry(3, NIGHT),
    entry(4, SPRING, is_cancelled=True, online_link="", note="Dieser Termin wurde abgesagt."),
]


@pytest.fixture
def files(db) -> dict[str, bytes]:
    learner = UserFactory(email="schalter@example.org", first_name="Schalter", last_name="Eins")
    public = [one._replace(online_link="", note="", link="", is_private=False) for one in ALL[:2]]
    return {
        "person.ics": calendars.to_ical("Meine Fortbildungstermine", ALL),
        "run.ics": calendars.to_ical("Bescheide, die ankommen", public),
        "request.ics": _object(ALL[0], learner).encode(),
        "cancel.ics": _object(ALL[3], learner).encode(),
    }


NAMES = ["person.ics", "run.ics", "request.ics", "cancel.ics"]


@pytest.mark.parametrize("name", NAMES)
def test_file_is_as_it_was_looked_at(files, name):
    if os.environ.get("GOLDEN") == "write":
        (GOLDEN / name).write_bytes(files[name])

    assert files[name] == (GOLDEN / name).read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_two_parsers_read_the_same_moments(name):
    text = (GOLDEN / name).read_bytes().decode()

    ours = {
        str(event["UID"]): (event["DTSTART"].dt, event["DTEND"].dt, str(event["SUMMARY"]))
        for event in Calendar.from_ical(text).walk("VEVENT")
    }
    theirs = {
        event.uid.value: (event.dtstart.value, event.dtend.value, event.summary.value)
        for event in vobject.readOne(text).vevent_list
    }

    assert theirs == ours
    wanted = {one.uid: (one.starts_at, one.ends_at, one.title) for one in ALL}
    assert ours == {uid: wanted[uid] for uid in ours}


def test_clock_time_stays_at_nine_over_both_switches():
    events = vobject.readOne((GOLDEN / "person.ics").read_bytes().decode()).vevent_list

    assert [f"{event.dtstart.value:%H:%M %z}" for event in events] == [
        "09:00 +0200",
        "09:00 +0100",
        "23:00 +0100",
        "09:00 +0200",
    ]


@pytest.mark.parametrize(("name", "method", "status"), [("request.ics", "REQUEST", None), ("cancel.ics", "CANCEL", 1)])
def test_mailed_objects_name_method_and_people(name, method, status):
    calendar = vobject.readOne((GOLDEN / name).read_bytes().decode())

    assert calendar.method.value == method
    assert calendar.vevent.attendee.value == "mailto:schalter@example.org"
    assert calendar.vevent.attendee.params["RSVP"] == ["FALSE"]
    assert calendar.vevent.organizer.value.startswith("mailto:")
    assert (calendar.vevent.status.value == "CANCELLED") is bool(status)
