"""Dates as calendar programmes read them (RFC 5545): a projection of places and sessions, never stored.

Each date of each place has one UID for ever. Its SEQUENCE counts what happened to the session and to the place, so a
programme knows which version is newer; what does not take place (any more) stays in the calendar as CANCELLED.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from academy.common.links import absolute_url, site_host
from academy.models import User
from courses.enums import RunState
from courses.models import Course, CourseRun, Room, Session
from enrolment.enums import EnrolmentState
from enrolment.models import Enrolment, EnrolmentMove
from enrolment.selectors import fetch_titles

TEACHING, STANDING_IN = "teaching", "standing_in"  # beside the states of places: dates that the person gives


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
    role: str = ""


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
    session_link: str
    room_name: str | None
    room_address: str | None
    run: int
    run_state: str
    run_place: str
    run_link: str
    course: int
    slug: str
    approval_title_de: str
    approval_title_en: str

    @property
    def is_given(self) -> bool:
        """Whether the person teaches here, and does not learn."""
        return self.state in (TEACHING, STANDING_IN)

    @property
    def takes_place(self) -> bool:
        if self.is_given:
            return self.run_state != RunState.CANCELLED
        return self.state == EnrolmentState.CONFIRMED

    @property
    def where(self) -> str:
        room = ", ".join(part for part in (self.room_name, self.room_address) if part)
        return room or self.session_place or self.run_place


OF_SESSION = ("pk", "sequence", "changed_at", "starts_at", "ends_at", "place", "online_link")
OF_RUN = ("pk", "state", "place", "online_link", "course")
OF_COURSE = ("slug", "approval_title_de", "approval_title_en")
LOOKUPS = [
    *("pk", "state", "sequence", "moved_at"),
    *(f"run__sessions__{name}" for name in (*OF_SESSION, "room__name", "room__address")),
    *(f"run__{name}" for name in OF_RUN),
    *(f"run__course__{name}" for name in OF_COURSE),
]
TAUGHT = [
    *("_place", "_state", "_sequence", "_moved_at"),
    *(*OF_SESSION, "room__name", "room__address"),
    *(f"run__{name}" for name in OF_RUN),
    *(f"run__course__{name}" for name in OF_COURSE),
]


def rows_of(person: User) -> list[Row]:
    """All dates on which the person has, or had, a confirmed place, or teaches, by time; in one query."""
    learnt, taught = Enrolment.objects.filter(learner=person), _taught_by(person)
    rows = _dates_of(learnt).values_list(*LOOKUPS).union(taught.values_list(*TAUGHT), all=True)
    return sorted((Row(*row) for row in rows), key=_by_time)


def rows_of_place(place: Enrolment) -> list[Row]:
    """The dates of one place, as the feed of its person has them."""
    rows = _dates_of(Enrolment.objects.filter(pk=place.pk)).values_list(*LOOKUPS)
    return sorted((Row(*row) for row in rows), key=_by_time)


def _by_time(row: Row) -> tuple:
    return row.starts_at, row.session, row.place


def _dates_of(places: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """A row for each date of the places that are, or were, confirmed."""
    moves = EnrolmentMove.objects.filter(enrolment=OuterRef("pk"))
    return (
        places.filter(run__sessions__isnull=False)
        .filter(Q(state=EnrolmentState.CONFIRMED) | Exists(moves.filter(to_state=EnrolmentState.CONFIRMED)))
        .annotate(moved_at=Coalesce(Subquery(moves.order_by("-pk").values("at")[:1]), "enrolled_at"))
        .order_by()
    )


def _taught_by(person: User) -> QuerySet[Session]:
    """Dates that the person gives, or stands in for. A plan that is still a draft is nobody's date yet."""
    own = Session.trainers.through.objects.filter(session=OuterRef("pk"))
    standing_in = Exists(Session.replacements.through.objects.filter(session=OuterRef("pk"), user=person))
    of_run = Exists(CourseRun.trainers.through.objects.filter(courserun=OuterRef("run"), user=person))
    teaches = Q(Exists(own.filter(user=person))) | (Q(of_run) & ~Exists(own))
    return (
        Session.objects.select_related(None)
        .filter(teaches | Q(standing_in))
        .exclude(run__state=RunState.DRAFT)
        .annotate(
            _place=Value(0, IntegerField()),
            _state=Case(When(teaches, then=Value(TEACHING)), default=Value(STANDING_IN)),
            _sequence=Value(0, IntegerField()),
            _moved_at=F("changed_at"),
        )
        .order_by()
    )


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
    return entries_from(rows, person=person, titles=titles_of(rows, language=language))


def entries_from(rows: Iterable[Row], *, person: User, titles: dict[int, str]) -> list[Entry]:
    """What the person's own calendar says of these dates, in the language that is active."""
    host, notes = site_host(), _notes()
    links = {False: absolute_url("enrolment:my_places"), True: absolute_url("enrolment:teaching")}
    return [
        Entry(
            uid=f"session-{row.session}.trainer-{person.pk}@{host}"
            if row.is_given
            else f"session-{row.session}.place-{row.place}@{host}",
            sequence=row.session_sequence + row.place_sequence,
            revised_at=max(row.changed_at, row.moved_at),
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            title=titles[row.course],
            where=row.where,
            online_link=(row.session_link or row.run_link) if row.takes_place else "",
            is_cancelled=not row.takes_place,
            is_private=True,
            note=notes[row.state if row.is_given else "", row.takes_place],
            link=links[row.is_given],
            role=row.state if row.is_given else "",
        )
        for row in rows
    ]


def _notes() -> dict[tuple[str, bool], str]:
    """What a date is to its person, by what the person does there and whether it takes place."""
    gone = _("This date was cancelled.")
    return {
        ("", True): _("Your place is confirmed."),
        ("", False): _("This date was cancelled, or you gave the place back."),
        (TEACHING, True): _("You teach on this date."),
        (TEACHING, False): gone,
        (STANDING_IN, True): _("You stand in if a trainer cannot come."),
        (STANDING_IN, False): gone,
    }


def entries_of_run(run: CourseRun, *, language: str) -> list[Entry]:
    """The dates of a run for everybody: without the online link, by the title that may be seen outside."""
    link = _public_link(run, language)
    return [_public_entry(session, run, language=language, link=link) for session in run.sessions.all()]


def entry_of_session(session: Session, *, language: str) -> Entry:
    """One date of a run for everybody."""
    return _public_entry(session, session.run, language=language, link=_public_link(session.run, language))


def entries_of_room(room: Room, *, language: str) -> list[Entry]:
    """When the room is taken, and by which course, under the title that may be seen outside: two queries.

    Drafts are in it, since they keep the room; what was called off is not, since the room is free then.
    """
    sessions = Session.objects.filter(room=room, is_cancelled=False).select_related("room", "run__course")
    found = list(sessions.order_by("starts_at", "pk"))
    fetch_titles(session.run.course for session in found)
    return [_public_entry(session, session.run, language=language, link="") for session in found]


def _public_link(run: CourseRun, language: str) -> str:
    """The course page; empty where its address would reveal what the neutral title does not."""
    page = run.course.page(language)
    return (page.full_url or "") if page and not run.course.approval_title_de else ""


def _public_entry(session: Session, run: CourseRun, *, language: str, link: str) -> Entry:
    return Entry(
        uid=_uid(session),
        sequence=session.sequence,
        revised_at=session.changed_at,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        title=run.course.outward_title(language),
        where=session.own_place or run.place,
        online_link="",
        is_cancelled=run.state == RunState.CANCELLED,
        is_private=False,
        note="",
        link=link,
    )


def _uid(session: Session) -> str:
    return f"session-{session.pk}@{site_host()}"
