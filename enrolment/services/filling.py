"""Seats and places in bulk, for data sets that benchmarks need: the same rows as if everybody had enrolled by hand.

No mail is written and nobody is asked for approval; the system is the actor.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle, islice

from django.db import transaction
from django.utils.translation import gettext as _

from academy.models import User
from courses.enums import RunState
from courses.models import CourseRun, Seat
from enrolment.enums import Channel, EnrolmentState
from enrolment.models import Enrolment, EnrolmentMove
from enrolment.workflow import NEW, PLACE_MOVES

from .runs import RunRefused

BATCH = 1000
DEMAND = [10, 4, 15, 6, 8, 1, 12, 4]  # how sought-after the runs are, in turn, against the seats that they have
WITHOUT_LIMIT = 25  # what a run without a limit counts as


@dataclass(frozen=True)
class Filled:
    """What was made."""

    places: int
    seats: int
    waiting: int


@transaction.atomic
def fill_runs(*, runs: Sequence[CourseRun], learners: Sequence[User], places: int, at: datetime) -> Filled:
    """Give new runs their seats, and share out so many places on them: some runs stay half empty, others overflow.

    Whoever finds no seat waits, or has withdrawn where the run is over. Raises RunRefused where the runs have places
    already, or where one of them would need a person twice.
    """
    if Enrolment.objects.filter(run__in=[run.pk for run in runs][:1]).exists():
        raise RunRefused(_("These runs have places already."))
    shares = _shares(runs, places)
    if max(shares, default=0) > len(learners) or sum(shares) != places:
        raise RunRefused(_("There are too few people or runs for so many places."))
    crowd = cycle(learners)
    enrolments = [
        enrolment
        for run, share in zip(runs, shares, strict=True)
        for enrolment in _places(run, list(islice(crowd, share)), at)
    ]
    seats = _store_seats(runs, enrolments)
    Enrolment.objects.bulk_create(enrolments, batch_size=BATCH)
    moves = [move for enrolment in enrolments for move in _moves(enrolment)]
    EnrolmentMove.objects.bulk_create(moves, batch_size=BATCH)
    CourseRun.objects.bulk_update(runs, ["last_queue_number"], batch_size=BATCH)
    waiting = sum(enrolment.state == EnrolmentState.WAITLISTED for enrolment in enrolments)
    return Filled(places=len(enrolments), seats=seats, waiting=waiting)


def _shares(runs: Sequence[CourseRun], places: int) -> list[int]:
    """How many places each run gets, by its seats and its demand; together exactly as many as asked for."""
    weights = [(run.capacity_max or WITHOUT_LIMIT) * demand for run, demand in zip(runs, cycle(DEMAND), strict=False)]
    total, before, shares = sum(weights), 0, []
    for weight in weights:
        shares.append((before + weight) * places // total - before * places // total)
        before += weight
    return shares


def _places(run: CourseRun, people: Sequence[User], at: datetime) -> Iterator[Enrolment]:
    """The places in the order in which people enrolled, ending before now and before the first session."""
    first_at = at - timedelta(days=300) if run.state == RunState.COMPLETED else at - timedelta(days=20)
    for number, learner in enumerate(people):
        enrolment = Enrolment(learner=learner, run=run, enrolled_at=first_at + timedelta(minutes=10 * number))
        if not run.has_limit or number < run.capacity_max:
            enrolment.state = EnrolmentState.CONFIRMED
            enrolment.seat = Seat(run=run, number=number + 1, taken_at=enrolment.enrolled_at)
        elif run.state == RunState.COMPLETED:
            enrolment.state, enrolment.sequence = EnrolmentState.WITHDRAWN, 1  # the second of its moves
        else:
            run.last_queue_number += 1
            enrolment.state, enrolment.queue_number = EnrolmentState.WAITLISTED, run.last_queue_number
        yield enrolment


def _store_seats(runs: Sequence[CourseRun], enrolments: Sequence[Enrolment]) -> int:
    """All seats of the runs, the free ones as well; gives their number."""
    taken = [enrolment.seat for enrolment in enrolments if enrolment.seat]
    held = {(seat.run_id, seat.number) for seat in taken}
    free = [
        Seat(run=run, number=number)
        for run in runs
        for number in range(1, (run.capacity_max or 0) + 1)
        if (run.pk, number) not in held
    ]
    Seat.objects.bulk_create([*taken, *free], batch_size=BATCH)
    for enrolment in enrolments:
        enrolment.seat = enrolment.seat  # takes over the key that the seat has now
    return len(taken) + len(free)


def _moves(enrolment: Enrolment) -> Iterator[EnrolmentMove]:
    """How the place came to its state, by the table of moves."""
    ways = {EnrolmentState.CONFIRMED: ["confirm"], EnrolmentState.WAITLISTED: ["wait"]}
    state = NEW
    for name in ways.get(EnrolmentState(enrolment.state), ["confirm", "withdraw"]):
        to_state = PLACE_MOVES[name][1]
        yield EnrolmentMove(
            enrolment=enrolment,
            move=name,
            from_state=state,
            to_state=to_state,
            channel=Channel.SYSTEM,
            at=enrolment.enrolled_at,
        )
        state = to_state
