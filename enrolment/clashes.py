"""Dates that lie beside each other: what a plan, or a learner, would run into. It warns and never refuses.

That a room is taken is a refusal and stands in `courses.services.claim_rooms`; before a copy is planned it is
said here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from academy.common.moments import span
from academy.models import User
from courses.models import CourseRun, Room, Session
from courses.selectors import sessions_beside

from .enums import EnrolmentState
from .selectors import fetch_titles, places_visible_to


@dataclass(frozen=True)
class PlannedDate:
    """One date that is about to be planned, with its room and with those who teach it or stand in."""

    starts_at: datetime
    ends_at: datetime
    room: Room | None = None
    people: list[User] = field(default_factory=list)


def people_of(session: Session, run_trainers: Iterable[User]) -> list[User]:
    """Who is bound by a date: its own trainers, else those of the run, and who stands in."""
    taught = list(session.trainers.all()) or list(run_trainers)
    return list(dict.fromkeys([*taught, *session.replacements.all()]))


def clashes_of_plan(dates: Sequence[PlannedDate], *, run: CourseRun | None = None) -> list[list[str]]:
    """For each date one sentence for each other date that needs the same room or the same person; `run` is the plan
    itself, where it is stored already. Five queries, whatever the number of dates.
    """
    spans = [(date.starts_at, date.ends_at) for date in dates]
    others = _with_people(sessions_beside(spans, apart_from=run))
    return [[sentence for other in others for sentence in _sentences(date, other)] for date in dates]


def clashes_of_run(run: CourseRun) -> list[str]:
    """The clashes of a stored run with others, each once, in the order of its dates."""
    sessions = run.sessions.prefetch_related("trainers", "replacements").order_by("starts_at", "pk")
    trainers = list(run.trainers.all())
    dates = [PlannedDate(s.starts_at, s.ends_at, s.room, people_of(s, trainers)) for s in sessions]
    return list(dict.fromkeys(sentence for found in clashes_of_plan(dates, run=run) for sentence in found))


def _with_people(sessions: QuerySet[Session]) -> list[Session]:
    found = sessions.select_related("room", "run__course").order_by("starts_at", "pk")
    found = list(found.prefetch_related("trainers", "replacements", "run__trainers"))
    fetch_titles(session.run.course for session in found)
    return found


def _sentences(date: PlannedDate, other: Session) -> Iterator[str]:
    if not overlap(date, other):
        return
    about = {"when": span(other.starts_at, other.ends_at), "course": other.run.course.title(get_language())}
    if date.room is not None and other.room_id == date.room.pk:
        yield _("%(room)s is taken: %(course)s, %(when)s.") % {"room": date.room, **about}
    bound = {person.pk for person in people_of(other, other.run.trainers.all())}
    for person in date.people:
        if person.pk in bound:
            yield _("%(person)s has another date: %(course)s, %(when)s.") % {"person": person, **about}


def overlap(one, other) -> bool:
    """Whether two things with a start and an end lie on each other, if only in part."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


# --- Learners ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class OwnDate:
    """A date of one of the person's own places, as far as it says what it is."""

    run: int
    starts_at: datetime
    ends_at: datetime
    course: str
    is_waiting: bool

    @property
    def sentence(self) -> str:
        """For its own person only: the course under its title."""
        when = {"course": self.course, "when": span(self.starts_at, self.ends_at)}
        if self.is_waiting:
            return _("You wait for a place at the same time: %(course)s, %(when)s.") % when
        return _("You already have a date at the same time: %(course)s, %(when)s.") % when


def own_dates(user, *, since: datetime) -> list[OwnDate]:
    """The person's own dates that are not over: confirmed ones, and those that the person still hopes for; two
    queries.
    """
    places = places_visible_to(user).live().filter(run=OuterRef("run"))
    sessions = Session.objects.filter(Exists(places), ends_at__gte=since, is_cancelled=False)
    states = sessions.annotate(place_state=Subquery(places.values("state")[:1]))
    found = list(states.select_related("run__course").order_by("starts_at", "pk"))
    fetch_titles(session.run.course for session in found)
    return [
        OwnDate(
            session.run_id,
            session.starts_at,
            session.ends_at,
            session.run.course.title(get_language()),
            session.place_state != EnrolmentState.CONFIRMED,
        )
        for session in found
    ]


def beside(run: CourseRun, dates: Iterable[OwnDate]) -> list[OwnDate]:
    """Which of the person's dates lie on a session of the run. Needs its sessions at hand."""
    sessions = list(run.sessions.all())
    return [date for date in dates if date.run != run.pk and any(overlap(session, date) for session in sessions)]


def marks(entries: Sequence) -> set[int]:
    """The positions of those among dates in the order of their start that lie on another one."""
    clashing: set[int] = set()
    open_ones: list[int] = []
    for position, entry in enumerate(entries):
        open_ones = [other for other in open_ones if entries[other].ends_at > entry.starts_at]
        if open_ones:
            clashing |= {position, *open_ones}
        open_ones.append(position)
    return clashing
