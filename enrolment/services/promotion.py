"""Moving up the waiting list: the one way, for whatever frees a seat (DESIGN.md 3, DOMAIN.md 4).

The order is that of the queue numbers. Where somebody of a unit below its share waits, people whose unit holds its
share already are passed over. Each look stores what came of it and why, and the person reads it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from academy.common.working_days import add_working_hours, is_quiet
from academy.models import User
from courses.enums import RunState, WaitingListPolicy
from courses.models import CourseRun, Seat
from enrolment import notifications
from enrolment.enums import MOVED_UP, Channel, PromotionOutcome, PromotionTrigger
from enrolment.models import Enrolment, PromotionDecision

from . import seats


@dataclass(frozen=True)
class Verdict:
    """What a look at the list would mean for one waiting person."""

    enrolment: Enrolment
    outcome: PromotionOutcome

    @property
    def moves_up(self) -> bool:
        return self.outcome in MOVED_UP


def give_back(seat: Seat | None, *, run: CourseRun, at: datetime, trigger: PromotionTrigger) -> None:
    """Free a seat that no place points at any more, and let the waiting list move up. Under the run's lock."""
    if seat is None:
        return
    if run.has_limit:
        seat.taken_at = None
        seat.save(update_fields=["taken_at"])
        promote(run, at=at, trigger=trigger)
    else:
        seat.delete()


def promote(run: CourseRun, *, at: datetime, trigger: PromotionTrigger, actor: User | None = None) -> list[Enrolment]:
    """Give the free seats to those whose turn it is, until one of both is used up; who moved up.

    Whoever frees a seat calls it in the same transaction, under the run's lock. By itself nobody moves up in a manual
    run, in quiet hours (where there is something to answer) and after the cut-off; the office may.
    """
    if run.state != RunState.OPEN or not _has_seat(run):
        return []
    hindrance = None if trigger == PromotionTrigger.OFFICE else hindrance_now(run, at=at)
    outcomes: dict[Enrolment, PromotionOutcome] = {}
    moved: list[Enrolment] = []
    for candidate, passed in _turns(run, Enrolment.objects.filter(run=run).waiting().select_related("run", "learner")):
        seat = None if hindrance else _take_seat(run, at=at)
        if seat is None and hindrance is None:
            break
        outcomes |= dict.fromkeys(passed, PromotionOutcome.OVER_QUOTA)
        outcomes[candidate] = hindrance or outcome_of_moving(run)
        if hindrance:
            break
        _move_up(candidate, seat, trigger=trigger, actor=actor, at=at)
        moved.append(candidate)
    _note(outcomes, trigger=trigger, actor=actor, at=at)
    return moved


def plan_promotion(run: CourseRun) -> list[Verdict]:
    """What would come of the office letting the list move up now, for each waiting person in the order of the list.

    It changes nothing.
    """
    waiting = list(Enrolment.objects.filter(run=run).waiting().select_related("learner", "unit__organisation"))
    free = Seat.objects.free().filter(run=run).count() if run.has_limit else len(waiting)
    outcomes = dict.fromkeys(waiting, PromotionOutcome.NO_SEAT)
    for candidate, passed in islice(_turns(run, waiting), free):
        outcomes |= dict.fromkeys(passed, PromotionOutcome.OVER_QUOTA)
        outcomes[candidate] = outcome_of_moving(run)
    return [Verdict(place, outcome) for place, outcome in outcomes.items()]


def outcome_of_moving(run: CourseRun) -> PromotionOutcome:
    """Whether a place is offered first, or is the person's at once."""
    return PromotionOutcome.OFFERED if run.offer_hours else PromotionOutcome.CONFIRMED


def seats_per_unit(run: CourseRun) -> int | None:
    """How many seats of the run one unit may hold before others of the list come first; None: no limit."""
    if not run.has_limit or run.unit_quota >= 100:
        return None
    return max(1, run.capacity_max * run.unit_quota // 100)


def offer_end(run: CourseRun, *, at: datetime) -> datetime:
    """Until when an offer made now can be taken: after the run's offer hours, at the latest at the cut-off, and never
    after the course has begun.
    """
    end = add_working_hours(at, max(run.offer_hours, 1))
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


def _turns(run: CourseRun, waiting: Iterable[Enrolment]) -> Iterator[tuple[Enrolment, list[Enrolment]]]:
    """Whose turn it is, one after the other, each with those who are passed over for it.

    The first whose unit is below its share, else the first: the share is no limit while nobody else waits. People
    without a unit have none.
    """
    left = list(waiting)
    share, held = seats_per_unit(run), _held(run)
    while left:
        below = (place for place in left if share is None or place.unit_id is None or held[place.unit_id] < share)
        candidate = next(below, left[0])
        yield candidate, left[: left.index(candidate)]
        left.remove(candidate)
        held[candidate.unit_id] += 1


def _held(run: CourseRun) -> Counter[int | None]:
    """How many seats each unit holds on the run."""
    return Counter(Enrolment.objects.filter(run=run, seat__isnull=False).values_list("unit_id", flat=True))


def _has_seat(run: CourseRun) -> bool:
    return not run.has_limit or Seat.objects.free().filter(run=run).exists()


def _take_seat(run: CourseRun, *, at: datetime) -> Seat | None:
    return Seat.objects.take(run=run, at=at, wait=True) if run.has_limit else seats.new_seat(run, at=at)


def _move_up(enrolment: Enrolment, seat: Seat, *, trigger: PromotionTrigger, actor: User | None, at: datetime) -> None:
    channel = Channel.OFFICE if trigger == PromotionTrigger.OFFICE else Channel.SYSTEM
    enrolment.seat = seat
    if outcome_of_moving(enrolment.run) == PromotionOutcome.OFFERED:
        enrolment.offer_expires_at = offer_end(enrolment.run, at=at)
        seats.move(enrolment, "offer", at=at, actor=actor, channel=channel)
        notifications.place_offered(enrolment, at=at)
    else:
        seats.move(enrolment, "promote", at=at, actor=actor, channel=channel)
        notifications.place_promoted(enrolment, at=at)


def _note(
    outcomes: dict[Enrolment, PromotionOutcome], *, trigger: PromotionTrigger, actor: User | None, at: datetime
) -> None:
    """Write down what came of one look, a row a person; the clock does not repeat what it has said already."""
    said: dict[int, str] = {}
    if trigger == PromotionTrigger.PERIODIC:
        earlier = PromotionDecision.objects.filter(enrolment__in=outcomes).order_by("pk")
        said = dict(earlier.values_list("enrolment", "outcome"))
    PromotionDecision.objects.bulk_create(
        PromotionDecision(
            enrolment=place, trigger=trigger, outcome=outcome, actor=actor.pseudonym if actor else None, at=at
        )
        for place, outcome in outcomes.items()
        if outcome in MOVED_UP or said.get(place.pk) != outcome
    )
