"""Seats, the waiting list and the move of a place: what all services of this package stand on.

Order of locks everywhere: the run, then the place, then the seat. Who takes a free seat at once needs no lock
on the run.
"""

from datetime import datetime

from academy.models import User
from courses.enums import RunState
from courses.models import CourseRun, Seat
from enrolment.enums import Channel, EnrolmentState
from enrolment.models import AccessNeeds, Booking, Enrolment, EnrolmentMove
from enrolment.workflow import NEW, PLACE_MOVES

from .calendars import forget_feeds


class MoveRefused(Exception):
    """The table of moves does not allow it: a mistake in the code, or two people at once."""


def lock_run(run: CourseRun) -> CourseRun:
    """The run's row, locked until the transaction ends; new places that only point at it are not held up."""
    return CourseRun.objects.select_for_update(no_key=True).get(pk=run.pk)


def lock_runs(*runs: CourseRun) -> list[CourseRun]:
    """Several runs, locked as by `lock_run` and always in the same order, so that two acts on the same runs come one
    after the other; given back in the order asked for.
    """
    locked = CourseRun.objects.select_for_update(no_key=True).filter(pk__in=[run.pk for run in runs]).order_by("pk")
    by_key = {run.pk: run for run in locked}
    return [by_key[run.pk] for run in runs]


def lock_place(enrolment: Enrolment) -> Enrolment:
    """The place as it stands now, locked; the caller holds the run's lock already."""
    return Enrolment.objects.select_for_update(of=("self",)).select_related("run", "learner").get(pk=enrolment.pk)


def is_open_now(run: CourseRun) -> bool:
    """Whether the run is open, read afresh. Ask while holding a seat or the run's lock: who cancels waits for both."""
    return CourseRun.objects.filter(pk=run.pk, state=RunState.OPEN).exists()


def last_session_has_begun(run: CourseRun, *, at: datetime) -> bool:
    """From then on no place changes hands any more; never for self-study."""
    last = run.sessions.order_by("-starts_at").first()
    return last is not None and last.starts_at <= at


def move(
    enrolment: Enrolment,
    name: str,
    *,
    at: datetime,
    actor: User | None,
    channel: Channel,
    reason: str = "",
) -> Enrolment:
    """Make one move of the table, save state, seat and queue number together, and write its row."""
    allowed_from, to_state = PLACE_MOVES[name]
    from_state = enrolment.state if enrolment.pk else NEW
    if from_state not in allowed_from:
        raise MoveRefused(f"{name} is not allowed from {from_state or 'nothing'}")
    enrolment.state = to_state
    if enrolment.pk:
        enrolment.sequence += 1
    enrolment.save()
    if EnrolmentState.CONFIRMED in (from_state, to_state):
        forget_feeds(person=enrolment.learner_id)
    if from_state == EnrolmentState.CONFIRMED:  # what somebody needed to take part is nobody's business any more
        AccessNeeds.objects.filter(enrolment=enrolment).delete()
    EnrolmentMove.objects.create(
        enrolment=enrolment,
        move=name,
        from_state=from_state,
        to_state=to_state,
        actor=actor.pseudonym if actor else None,
        channel=channel,
        reason=reason,
        at=at,
    )
    return enrolment


def take_seat(run: CourseRun, *, at: datetime) -> Seat | None:
    """A free seat at once, without waiting for anybody; None where somebody waits, or where none is free just now.

    A run without a limit makes a seat with each place, under its own lock.
    """
    if not run.has_limit:
        return new_seat(lock_run(run), at=at)
    if somebody_waits(run):  # nobody passes a waiting person
        return None
    return Seat.objects.take(run=run, at=at)


def take_seat_or_number(run: CourseRun, *, at: datetime, draw: bool = True) -> tuple[Seat | None, int | None]:
    """Look once more for a seat, and else `draw` the next number of the waiting list. The caller has locked the run."""
    if not run.has_limit:
        return new_seat(run, at=at), None
    if not somebody_waits(run):
        seat = Seat.objects.take(run=run, at=at, wait=True)
        if seat is not None:
            return seat, None
    if not draw:
        return None, None
    return None, draw_number(run)


def draw_number(run: CourseRun) -> int:
    """The next number of the waiting list; the caller holds the run's lock. People and groups draw from one row."""
    run.last_queue_number += 1
    run.save(update_fields=["last_queue_number"])
    return run.last_queue_number


def somebody_waits(run: CourseRun) -> bool:
    """Whether a person or a group stands on the run's waiting list."""
    people = Enrolment.objects.filter(run=run, state=EnrolmentState.WAITLISTED)
    return people.exists() or Booking.objects.waiting().filter(run=run).exists()


def new_seat(run: CourseRun, *, at: datetime) -> Seat:
    """One more seat of a run without a limit, held at once. The caller holds the run's lock."""
    return Seat.objects.create(run=run, number=last_number(run) + 1, taken_at=at)


def last_number(run: CourseRun) -> int:
    """The highest number of its seats; 0 where it has none."""
    return Seat.objects.filter(run=run).order_by("-number").values_list("number", flat=True).first() or 0


def free_seat(enrolment: Enrolment) -> Seat | None:
    """Take the seat off the place (not yet saved). Once it is saved, call `promotion.give_back`."""
    seat, enrolment.seat = enrolment.seat, None
    return seat
