"""Whose turn it is on a waiting list: people and groups in one order, that of their queue numbers.

**Quota.** Where somebody of a unit below its share waits, those whose unit holds its share already are passed over.

**Groups that take as many as fit** get one seat after the other, each as a person would; until all have come, the group
keeps its number.

**Groups that go only together** must neither starve nor hold up everybody behind them. When it is the turn of one and
too few seats are free, those seats are kept for it, once and for `GROUP_GATHERING_HOURS` of working time: nobody behind
is served meanwhile. After that it is passed over as long as too few are free, but keeps its number: as soon as enough
are free at once when its turn comes, they are its own. Nothing is kept where the time would end after the list closes,
since then the seats would help nobody any more, nor for a group that is larger than the run (docs/decisions/0009).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from academy.common.working_days import add_working_hours
from courses.models import CourseRun, Seat
from enrolment.enums import BookingState, GroupEntry, PromotionOutcome
from enrolment.models import Booking, Enrolment

Candidate = Enrolment | Booking


@dataclass
class Look:
    """What a look at the list means: for each candidate that was reached an outcome, and how many seats it gets."""

    outcomes: dict[Candidate, PromotionOutcome] = field(default_factory=dict)
    seats: dict[Candidate, int] = field(default_factory=dict)


def waiting_on(run: CourseRun) -> list[Candidate]:
    """Everybody who waits, people and groups, in the order of the list."""
    people = Enrolment.objects.filter(run=run).waiting().select_related("run", "learner", "unit__organisation")
    groups = Booking.objects.filter(run=run).waiting().select_related("run", "contact", "organisation", "unit")
    return sorted([*people, *groups], key=lambda candidate: candidate.queue_number)


def look_at(
    run: CourseRun, waiting: Sequence[Candidate], *, free: int, hindrance: PromotionOutcome | None, at: datetime
) -> Look:
    """Share out the free seats. With a `hindrance` nobody gets any, and the one whose turn it is reads why."""
    look, left = Look(), list(waiting)
    share = seats_per_unit(run)
    held = _held(run) if share is not None else Counter()
    missing = {candidate: seats_wanted(candidate) for candidate in left}
    while left and free:
        candidate, passed = _next(left, missing, held, share)
        need = _at_once(candidate, missing)
        look.outcomes |= dict.fromkeys([one for one in passed if one not in look.seats], PromotionOutcome.OVER_QUOTA)
        if need > free and not _gathers(candidate, run, at=at):
            look.outcomes[candidate] = PromotionOutcome.TOGETHER
            left.remove(candidate)
            continue
        if hindrance:
            look.outcomes[candidate] = hindrance
            break
        if need > free:
            look.outcomes[candidate] = PromotionOutcome.GATHERING
            behind = [one for one in left if one not in look.outcomes and one not in look.seats]
            look.outcomes |= dict.fromkeys(behind, PromotionOutcome.BEHIND_GROUP)
            break
        look.seats[candidate] = look.seats.get(candidate, 0) + need
        missing[candidate] -= need
        free -= need
        held[candidate.unit_id] += need
        look.outcomes[candidate] = _outcome(run, candidate, missing[candidate])
        if not missing[candidate]:
            left.remove(candidate)
    return look


def seats_wanted(candidate: Candidate) -> int:
    return candidate.waiting_for if isinstance(candidate, Booking) else 1


def outcome_of_moving(run: CourseRun) -> PromotionOutcome:
    """Whether a place is offered to a person first, or is the person's at once."""
    return PromotionOutcome.OFFERED if run.offer_hours else PromotionOutcome.CONFIRMED


def seats_per_unit(run: CourseRun) -> int | None:
    """How many seats of the run one unit may hold before others of the list come first; None: no limit."""
    if not run.has_limit or run.unit_quota >= 100:
        return None
    return max(1, run.capacity_max * run.unit_quota // 100)


def gathering_end(run: CourseRun, *, at: datetime) -> datetime | None:
    """Until when seats would be kept for a group whose turn comes now; None where that helps nobody any more."""
    end = add_working_hours(at, settings.GROUP_GATHERING_HOURS)
    closes_at = run.list_closes_at()
    return end if closes_at is None or end < closes_at else None


def _next(
    left: list[Candidate], missing: dict[Candidate, int], held: Counter, share: int | None
) -> tuple[Candidate, list[Candidate]]:
    """The first whose unit stays within its share, else the first; and who is passed over for it."""

    def fits(candidate: Candidate) -> bool:
        unit = candidate.unit_id
        return share is None or unit is None or held[unit] + _at_once(candidate, missing) <= share

    candidate = next((one for one in left if fits(one)), left[0])
    return candidate, left[: left.index(candidate)]


def _at_once(candidate: Candidate, missing: dict[Candidate, int]) -> int:
    is_block = isinstance(candidate, Booking) and candidate.entry == GroupEntry.TOGETHER
    return missing[candidate] if is_block else 1


def _gathers(booking: Booking, run: CourseRun, *, at: datetime) -> bool:
    if run.has_limit and booking.waiting_for > run.capacity_max:
        return False
    until = booking.gathers_until or gathering_end(run, at=at)
    return until is not None and at < until


def _outcome(run: CourseRun, candidate: Candidate, missing: int) -> PromotionOutcome:
    if not isinstance(candidate, Booking):
        return outcome_of_moving(run)
    return PromotionOutcome.PARTLY if missing else PromotionOutcome.RESERVED


def _held(run: CourseRun) -> Counter[int | None]:
    """How many seats each unit holds on the run, those that are reserved for its people as well."""
    held = Counter(Enrolment.objects.filter(run=run, seat__isnull=False).values_list("unit_id", flat=True))
    kept = Seat.objects.filter(run=run, taken_at__isnull=True, reserved_for__isnull=False)
    by_organisation = Counter(kept.values_list("reserved_for", flat=True))
    booked = Booking.objects.filter(run=run, state=BookingState.HELD, unit__isnull=False)
    for organisation, unit in booked.values_list("organisation_id", "unit_id"):
        held[unit] += by_organisation[organisation]
    return held
