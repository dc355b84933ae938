"""Dates as calendar programmes read them (RFC 5545): a projection of places and sessions, never stored.

Each date of each place has one UID for ever. Its SEQUENCE counts what happened to the session and to the place, so a
programme knows which version is newer; what does not take place (any more) stays in the calendar as CANCELLED.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from academy.common.links import absolute_url
from academy.models import User
from courses.enums import RunState
from courses.models import Course, CourseRun

from .enums import EnrolmentState
from .models import Enrolment, EnrolmentMove
from .selectors import fetch_titles

BERLIN = ZoneInfo("Europe/Berlin")
READ_AGAIN = timedelta(hours=6)
END = b"END:VCALENDAR\r\n"


class Entry(NamedTuple):
    """One date in one calendar. `note` and `link` are for its reader; `online_link` is empty for everybody else."""

    uid: str
    sequence: int
    revised_at: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    where: str
    online_link: str
    is_cancelled: bool
    is_private: bool
    note: str
    link: str


class Row(NamedTuple):
    """What the calendar needs of one date of one place: plain values, since models of 100 dates would cost more."""

    place: int
    state: str
    place_sequence: int
    moved_at: datetime
    session: int
    session_sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    session_place: str
    run_place: str
    online_link: str
    course: int
    slug: str
    approval_title_de: str
    approval_title_en: str


LOOKUPS = [
    *("pk", "state", "sequence", "moved_at"),
    *(f"run__sessions__{name}" for name in ("pk", "sequence", "changed_at", "starts_at", "ends_at", "place")),
    *("run__place", "run__online_link", "run__course"),
    *(f"run__course__{name}" for name in ("slug", "approval_title_de", "approval_title_en")),
]


def rows_of(person: User) -> list[Row]:
    """All dates on which the person has, or had, a confirmed place, by time; in one query."""
    moves = EnrolmentMove.objects.filter(enrolment=OuterRef("pk"))
    places = (
        Enrolment.objects.filter(learner=person, run__sessions__isnull=False)
        .filter(Q(state=EnrolmentState.CONFIRMED) | Exists(moves.filter(to_state=EnrolmentState.CONFIRMED)))
        .annotate(moved_at=Coalesce(Subquery(moves.order_by("-pk").values("at")[:1]), "enrolled_at"))
        .order_by("run__sessions__starts_at", "run__sessions", "pk")
    )
    return [Row(*row) for row in places.values_list(*LOOKUPS)]


def titles_of(rows: Iterable[Row], *, language: str) -> dict[int, str]:
    """What a calendar may call each course (S4); the courses come with the rows, their pages in one query."""
    courses: dict[int, Course] = {}
    for row in rows:
        if row.course not in courses:
            neutral = {"approval_title_de": row.approval_title_de, "approval_title_en": row.approval_title_en}
            courses[row.course] = Course(pk=row.course, slug=row.slug, **neutral)
    fetch_titles(courses.values())
    return {pk: course.outward_title(language) for pk, course in courses.items()}


def entries_of(person: User, *, language: str) -> list[Entry]:
    """The dates of a person, in the language that is active."""
    rows = rows_of(person)
    titles = titles_of(rows, language=language)
    link, host = absolute_url("enrolment:my_places"), _host()
    confirmed, cancelled = _("Your place is confirmed."), _("This date was cancelled, or you gave the place back.")
    return [
        Entry(
            uid=f"session-{row.session}.place-{row.place}@{host}",
            sequence=row.session_sequence + row.place_sequence,
            revised_at=max(row.changed_at, row.moved_at),
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            title=titles[row.course],
            where=row.session_place or row.run_place,
            online_link=row.online_link if row.state == EnrolmentState.CONFIRMED else "",
            is_cancelled=row.state != EnrolmentState.CONFIRMED,
            is_private=True,
            note=confirmed if row.state == EnrolmentState.CONFIRMED else cancelled,
            link=link,
        )
        for row in rows
    ]


def entries_of_run(run: CourseRun, *, language: str) -> list[Entry]:
    """The dates of a run for everybody: without the online link, by the title that may be seen outside."""
    page = run.course.page(language)
    link = page.full_url if page and not run.course.approval_title_de else ""
    return [
        Entry(
            uid=f"session-{session.pk}@{_host()}",
            sequence=session.sequence,
            revised_at=session.changed_at,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            title=run.course.outward_title(language),
            where=session.where,
            online_link="",
            is_cancelled=run.state == RunState.CANCELLED,
            is_private=False,
            note="",
            link=link or "",
        )
        for session in run.sessions.all()
    ]


def _host() -> str:
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def fingerprint(name: str, entries: list[Entry], *, language: str) -> str:
    """A strong ETag: it differs when the file does, and costs less than the file. It ends with the language."""
    content = repr((name, entries))
    return f'"{blake2b(content.encode(), digest_size=16).hexdigest()}.{language}"'


def is_in_language(etag: str, language: str) -> bool:
    return etag.endswith(f'.{language}"')


def to_ical(name: str, entries: Iterable[Entry]) -> bytes:
    """The whole file."""
    return _head(name) + b"".join(_event(entry) for entry in entries) + END


@lru_cache(maxsize=64)
def _head(name: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Zugang//zugang//DE")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", READ_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", READ_AGAIN)
    calendar.add_component(_berlin())
    return calendar.to_ical().removesuffix(END)


def _berlin() -> Timezone:
    """The rules of the zone since 1996 as rules, so that they hold for every year to come."""
    zone = Timezone()
    zone.add("tzid", "Europe/Berlin")
    zone.add_component(_half(TimezoneDaylight(), "CEST", datetime(1996, 3, 31, 2), month=3, before=1, after=2))  # noqa: DTZ001
    zone.add_component(_half(TimezoneStandard(), "CET", datetime(1996, 10, 27, 3), month=10, before=2, after=1))  # noqa: DTZ001
    return zone


def _half(part, name: str, begins: datetime, *, month: int, before: int, after: int):
    part.add("tzname", name)
    part.add("dtstart", begins)
    part.add("tzoffsetfrom", timedelta(hours=before))
    part.add("tzoffsetto", timedelta(hours=after))
    part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1SU"})
    return part


@lru_cache(maxsize=8192)
def _event(entry: Entry) -> bytes:
    """One VEVENT. Remembered, because calendars are read far more often than dates change."""
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.revised_at)
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("dtstart", entry.starts_at.astimezone(BERLIN))
    event.add("dtend", entry.ends_at.astimezone(BERLIN))
    event.add("summary", entry.title)
    if entry.where or entry.online_link:
        event.add("location", entry.where or entry.online_link)
    description = "\n".join(part for part in (entry.note, entry.online_link) if part)
    if description:
        event.add("description", description)
    if entry.link:
        event.add("url", entry.link)
    if entry.is_private:
        event.add("class", "PRIVATE")
    if entry.is_cancelled:
        event.add("transp", "TRANSPARENT")
    return event.to_ical()
