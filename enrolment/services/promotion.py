"""Moving up the waiting list: the one way, for whatever frees a seat (DESIGN.md 3, DOMAIN.md 4).

Whose turn it is, of people and of groups, is said in `turns`. Each look stores what came of it and why, and the person,
or the contact person of the group, reads it. What the office sees before is the same look, without the moves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from academy.common.working_days import add_working_hours, is_quiet
from academy.models import User
from courses.enums import RunState, WaitingListPolicy
from courses.models import CourseRun, Seat
from enrolment import notifications
from enrolment.enums import MOVED_UP, Channel, PromotionOutcome, PromotionTrigger
from enrolment.models import Booking, Enrolment, PromotionDecision

from . import holding, seats, turns
from .turns import Candidate, Look, outcome_of_moving


@dataclass(frozen=True)
class Verdict:
    """What a look at the list would mean for one waiting person, or for one group; the other one is None."""

    enrolment: Enrolment | None
    outcome: PromotionOutcome
    booking: Booking | None = None

    @property
    def moves_up(self) -> bool:
        return self.outcome in MOVED_UP


def give_back(seat: Seat | None, *, run: CourseRun, at: datetime, trigger: PromotionTrigger) -> None:
    """Free a seat that no place points at any more, and let the waiting list move up. Under the run's lock.

    A seat that is reserved for an organisation stays with it until the release date.
    """
    if seat is None:
        return
    if holding.is_kept(seat, at=at):
        holding.take_back(seat)
        holding.tell_of_return(seat, at=at)
    elif run.has_limit:
        seat.taken_at, seat.reserved_for, seat.reserved_until = None, None, None
        seat.save(update_fields=["taken_at", "reserved_for", "reserved_until"])
        promote(run, at=at, trigger=trigger)
    else:
        seat.delete()


def promote(run: CourseRun, *, at: datetime, trigger: PromotionTrigger, actor: User | None = None) -> list[Candidate]:
    """Give the free seats to those whose turn it is, until one of both is used up; who moved up.

    Whoever frees a seat calls it in the same transaction, under the run's lock. By itself nobody moves up in a manual
    run, in quiet hours (where there is something to answer) and after the cut-off; the office may.
    """
    if run.state != RunState.OPEN:
        return []
    waiting = turns.waiting_on(run)
    free = _free_seats(run, waiting) if waiting else []
    if not free:
        return []
    hindrance = None if trigger == PromotionTrigger.OFFICE else hindrance_now(run, at=at)
    look = turns.look_at(run, waiting, free=len(free), hindrance=hindrance, at=at)
    channel = Channel.OFFICE if trigger == PromotionTrigger.OFFICE else Channel.SYSTEM
    for candidate, count in look.seats.items():
        given, free = free[:count], free[count:]
        if isinstance(candidate, Booking):
            holding.give(candidate, [_stored(seat) for seat in given], at=at, actor=actor, channel=channel)
        else:
            _move_up(candidate, _taken(given[0], at=at), actor=actor, channel=channel, at=at)
    _begin_gathering(run, look, at=at)
    _note(run, waiting, look, trigger=trigger, actor=actor, at=at)
    return list(look.seats)


def plan_promotion(run: CourseRun, *, at: datetime | None = None) -> list[Verdict]:
    """What would come of the office letting the list move up at that moment (default: now), for each waiting person and
    group in the order of the list.

    It changes nothing.
    """
    waiting = turns.waiting_on(run)
    wanted = sum(turns.seats_wanted(candidate) for candidate in waiting)
    free = Seat.objects.free().filter(run=run).count() if run.has_limit else wanted
    look = turns.look_at(run, waiting, free=free, hindrance=None, at=at or timezone.now())
    outcomes = dict.fromkeys(waiting, PromotionOutcome.NO_SEAT) | look.outcomes
    return [
        Verdict(None, outcome, booking=candidate) if isinstance(candidate, Booking) else Verdict(candidate, outcome)
        for candidate, outcome in outcomes.items()
    ]


def offer_end(run: CourseRun, *, at: datetime, hours: int | None = None) -> datetime:
    """Until when an offer made now can be taken: after the run's offer hours (or `hours`), at the latest at the
    cut-off, and never after the course has begun.
    """
    end = add_working_hours(at, max(hours or run.offer_hours, 1))
    limits = [moment for moment in (run.list_closes_at(), run.span()[0]) if moment is not None and moment > at]
    return min([end, *limits])


def hindrance_now(run: CourseRun, *, at: datetime) -> PromotionOutcome | None:
    """Why nobody moves up by itself at this moment; None: nothing is in the way."""
    first_at, _last_at = run.span()
    cutoff = run.list_closes_at()
    if first_at is not None and run.closes_at() > first_at:  # enrolment stays open while the course runs
        cutoff = run.closes_at()
    if cutoff is not None and at >= cutoff:
        return PromotionOutcome.TOO_LATE
    if run.waiting_list == WaitingListPolicy.MANUAL:
        return PromotionOutcome.BY_HAND
    if run.offer_hours and is_quiet(at):
        return PromotionOutcome.QUIET
    return None


def _free_seats(run: CourseRun, waiting: Sequence[Candidate]) -> list[Seat]:
    """The free seats, locked so that nobody else takes one meanwhile; as many new ones as wanted without a limit."""
    if run.has_limit:
        return list(Seat.objects.select_for_update().free().filter(run=run).order_by("number"))
    wanted = sum(turns.seats_wanted(candidate) for candidate in waiting)
    last = seats.last_number(run)
    return [Seat(run=run, number=last + step) for step in range(1, wanted + 1)]


def _stored(seat: Seat) -> Seat:
    if seat.pk is None:
        seat.save()
    return seat


def _taken(seat: Seat, *, at: datetime) -> Seat:
    seat.taken_at = at
    seat.save()
    return seat


def _move_up(enrolment: Enrolment, seat: Seat, *, actor: User | None, channel: Channel, at: datetime) -> None:
    enrolment.seat = seat
    if outcome_of_moving(enrolment.run) == PromotionOutcome.OFFERED:
        enrolment.offer_expires_at = offer_end(enrolment.run, at=at)
        seats.move(enrolment, "offer", at=at, actor=actor, channel=channel)
        notifications.place_offered(enrolment, at=at)
    else:
        seats.move(enrolment, "promote", at=at, actor=actor, channel=channel)
        notifications.place_promoted(enrolment, at=at)


def _begin_gathering(run: CourseRun, look: Look, *, at: datetime) -> None:
    """The one time for which seats are kept for a group begins with its first turn."""
    for candidate, outcome in look.outcomes.items():
        if outcome == PromotionOutcome.GATHERING and candidate.gathers_until is None:
            candidate.gathers_until = turns.gathering_end(run, at=at)
            candidate.save(update_fields=["gathers_until"])


def _note(
    run: CourseRun,
    waiting: Sequence[Candidate],
    look: Look,
    *,
    trigger: PromotionTrigger,
    actor: User | None,
    at: datetime,
) -> None:
    """Write down what came of one look, a row for each candidate. The clock does not repeat what it has said already,
    and nobody reads twice of the same group ahead; who was told of one reads when that is over.
    """
    has_groups = any(isinstance(candidate, Booking) for candidate in waiting)
    said = _said(run, waiting) if has_groups or trigger == PromotionTrigger.PERIODIC else {}
    outcomes = dict(look.outcomes)
    for candidate in waiting:
        if candidate not in outcomes and said.get(candidate) == PromotionOutcome.BEHIND_GROUP:
            outcomes[candidate] = PromotionOutcome.NO_SEAT
    quiet = {PromotionOutcome.BEHIND_GROUP}
    if trigger == PromotionTrigger.PERIODIC:
        quiet = set(PromotionOutcome) - set(MOVED_UP)
    PromotionDecision.objects.bulk_create(
        PromotionDecision(
            enrolment=None if isinstance(candidate, Booking) else candidate,
            booking=candidate if isinstance(candidate, Booking) else None,
            trigger=trigger,
            outcome=outcome,
            actor=actor.pseudonym if actor else None,
            at=at,
        )
        for candidate, outcome in outcomes.items()
        if outcome not in quiet or said.get(candidate) != outcome
    )


def _said(run: CourseRun, waiting: Sequence[Candidate]) -> dict[Candidate, str]:
    """What each of them has been told last."""
    rows = PromotionDecision.objects.filter(Q(enrolment__run=run) | Q(booking__run=run)).order_by("pk")
    last = {(row[0], row[1]): row[2] for row in rows.values_list("enrolment", "booking", "outcome")}
    keys = {one: (None, one.pk) if isinstance(one, Booking) else (one.pk, None) for one in waiting}
    return {one: last[key] for one, key in keys.items() if key in last}
