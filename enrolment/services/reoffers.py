"""Offering seats of a run to people in a given order: to those of a run that was called off, or who were interested.

A seat is offered and never given, since the dates are others. Nobody passes a person who waits there already: then,
and where no seat is free any more, people join the end of the list in their own order. An approval that was given
counts for the other run as well; who still waits for one is only told of it, and so is who does not belong to its
organisation. Who has a place there already keeps it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from academy.models import User
from courses.models import CourseRun, Seat
from enrolment.enums import Channel, EnrolmentState, InsteadOutcome
from enrolment.models import Enrolment

from . import promotion, seats
from .places import who_belongs

OFFER_HOURS = 48  # where freed places of the run are given at once, there is still something to answer here


@dataclass(frozen=True)
class Instead:
    """What somebody gets in place of the seat of a run that was called off."""

    outcome: InsteadOutcome
    place: Enrolment | None = None


def hindrance(run: CourseRun, instead: CourseRun, *, at: datetime) -> str:
    """Why seats of the other run cannot be offered; empty where nothing is in the way."""
    if instead.pk == run.pk or instead.course_id != run.course_id:
        return _("Only another run of the same course can be offered.")
    if not instead.is_open_for_enrolment(at=at):
        return _("Enrolment for the other run is not open, so nothing can be offered there.")
    return ""


def offer_instead(places: Sequence[Enrolment], instead: CourseRun, *, actor: User, at: datetime) -> dict[int, Instead]:
    """Offer seats of the other run to the people of live places; what each gets, by the key of the person.

    The caller has locked both runs. Confirmed people come first, in the order of their places, then those who were
    offered a seat, then the list.
    """
    given = {}
    free = free_seats(instead)
    for place, outcome in _expected(places, instead, free=len(free), at=at):
        if outcome == InsteadOutcome.OFFERED:
            given[place.learner_id] = offer_seat(
                place.learner, instead, free, unit_id=place.unit_id, actor=actor, at=at
            )
        elif outcome == InsteadOutcome.WAITING:
            given[place.learner_id] = join_list(place.learner, instead, free, unit_id=place.unit_id, actor=actor, at=at)
        else:
            given[place.learner_id] = Instead(outcome)
    return given


def plan_instead(*, run: CourseRun, instead: CourseRun, at: datetime) -> Counter[InsteadOutcome]:
    """How many people would get what if the run were called off now. It changes nothing."""
    places = list(Enrolment.objects.filter(run=run).live())
    free = Seat.objects.free().filter(run=instead).count() if instead.has_limit else len(places)
    if instead.has_limit and seats.somebody_waits(instead):
        free = 0
    return Counter(outcome for _place, outcome in _expected(places, instead, free=free, at=at))


def in_order(places: Iterable[Enrolment]) -> list[Enrolment]:
    """Confirmed people first, then those with an offer, then the waiting list, then who waits for an approval."""
    ranks = [EnrolmentState.CONFIRMED, EnrolmentState.OFFERED, EnrolmentState.WAITLISTED, EnrolmentState.REQUESTED]
    return sorted(places, key=lambda place: (ranks.index(place.state), place.queue_number or 0, place.pk))


def _expected(
    places: Sequence[Enrolment], instead: CourseRun, *, free: int, at: datetime
) -> list[tuple[Enrolment, InsteadOutcome]]:
    people = {place.learner_id for place in places}
    there = set(Enrolment.objects.live().filter(run=instead, learner__in=people).values_list("learner", flat=True))
    allowed = who_belongs(people, instead, at=at)
    expected = []
    for place in in_order(places):
        if place.learner_id in there:
            outcome = InsteadOutcome.HAS_PLACE
        elif place.state == EnrolmentState.REQUESTED or place.learner_id not in allowed:
            outcome = InsteadOutcome.TOLD
        elif free:
            outcome, free = InsteadOutcome.OFFERED, free - 1
        else:
            outcome = InsteadOutcome.WAITING
        expected.append((place, outcome))
    return expected


def free_seats(run: CourseRun) -> list[Seat]:
    """The seats that can be offered, locked; new ones, not stored yet, where the run has no limit."""
    if not run.has_limit:
        wanted = Enrolment.objects.filter(run__course=run.course_id).live().count()
        last = seats.last_number(run)
        return [Seat(run=run, number=last + step) for step in range(1, wanted + 1)]
    if seats.somebody_waits(run):
        return []
    return list(Seat.objects.select_for_update().free().filter(run=run).order_by("number"))


def offer_seat(
    learner: User, run: CourseRun, free: list[Seat], *, unit_id: int | None, actor: User | None, at: datetime
) -> Instead:
    """Offer the first of the `free` seats, which the caller has locked, and take it off them."""
    seat = free[0]
    place = Enrolment(learner=learner, run=run, unit_id=unit_id, enrolled_at=at)
    place.offer_expires_at = promotion.offer_end(run, at=at, hours=run.offer_hours or OFFER_HOURS)
    try:
        with transaction.atomic():
            seat.taken_at = at
            seat.save()
            place.seat = seat
            seats.move(place, "offer_elsewhere", at=at, actor=actor, channel=Channel.OFFICE)
    except IntegrityError:  # enrolled there by themselves in this moment: the seat is the next person's
        seat.taken_at = None
        return Instead(InsteadOutcome.HAS_PLACE)
    free.pop(0)
    return Instead(InsteadOutcome.OFFERED, place)


def join_list(
    learner: User, run: CourseRun, free: list[Seat], *, unit_id: int | None, actor: User | None, at: datetime
) -> Instead:
    """A place at the end of the waiting list; the seat that somebody left over meanwhile is offered instead."""
    if free and not seats.somebody_waits(run):
        return offer_seat(learner, run, free, unit_id=unit_id, actor=actor, at=at)
    place = Enrolment(learner=learner, run=run, unit_id=unit_id, enrolled_at=at)
    place.queue_number = seats.draw_number(run)
    try:
        with transaction.atomic():
            seats.move(place, "wait", at=at, actor=actor, channel=Channel.OFFICE)
    except IntegrityError:
        return Instead(InsteadOutcome.HAS_PLACE)
    return Instead(InsteadOutcome.WAITING, place)
