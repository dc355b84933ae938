"""A place that was offered: taken, declined, or passed on when nobody answered in time."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from academy.models import User
from courses.enums import RunState
from courses.models import CourseRun, Seat
from enrolment import notifications
from enrolment.enums import Channel, EnrolmentState, PromotionTrigger
from enrolment.models import Booking, Enrolment

from . import promotion, seats
from .places import EnrolmentRefused
from .turns import Candidate


class PromotionRefused(Exception):
    """Nobody can be moved up. The message is written for the office."""


@transaction.atomic
def accept_offer(*, enrolment: Enrolment, actor: User, at: datetime, channel: Channel = Channel.WEB) -> Enrolment:
    """Take the offered place. Raises EnrolmentRefused where there is no offer (any more), or its time is over."""
    enrolment = _offered(enrolment, at=at)
    enrolment.offer_expires_at = None
    seats.move(enrolment, "accept", at=at, actor=actor, channel=channel)
    notifications.place_confirmed(enrolment, at=at)
    return enrolment


@transaction.atomic
def decline_offer(*, enrolment: Enrolment, actor: User, at: datetime, channel: Channel = Channel.WEB) -> Enrolment:
    """Leave the offered place to the next one of the list. Raises EnrolmentRefused as `accept_offer` does."""
    enrolment = _offered(enrolment, at=at)
    _end(enrolment, "decline_offer", actor=actor, channel=channel, trigger=PromotionTrigger.SEAT_FREED, at=at)
    return enrolment


def lapse_offers(*, at: datetime) -> int:
    """Pass on the offered places that nobody took in time, each in a transaction of its own; how many."""
    due = Enrolment.objects.filter(state=EnrolmentState.OFFERED, offer_expires_at__lte=at)
    return sum(_lapse(place, at=at) for place in due.order_by("offer_expires_at", "pk").select_related("run"))


def move_lists_up(*, at: datetime) -> int:
    """Look at every list with a free seat once more, since quiet hours, and the time for which seats are kept for a
    group, end without anybody doing anything; how many people and groups moved up.
    """
    free = Seat.objects.free().filter(run__state=RunState.OPEN).values("run")
    waiting = Enrolment.objects.filter(state=EnrolmentState.WAITLISTED, run__in=free).order_by("run").values("run")
    groups = Booking.objects.filter(waiting_for__gt=0, run__in=free).order_by("run").values("run")
    runs = CourseRun.objects.filter(Q(pk__in=waiting) | Q(pk__in=groups)).order_by("pk")
    return sum(len(_promote(run, trigger=PromotionTrigger.PERIODIC, actor=None, at=at)) for run in runs)


def move_up(*, run: CourseRun, actor: User, at: datetime) -> list[Candidate]:
    """The office lets the list move up, in quiet hours, in manual runs and after the cut-off as well.

    Raises PromotionRefused if the last session has begun, nobody waits, or no seat is free.
    """
    if seats.last_session_has_begun(run, at=at):
        raise PromotionRefused(_("The last session has begun. Nobody can move up any more."))
    if not seats.somebody_waits(run):
        raise PromotionRefused(_("Nobody is waiting."))
    moved = _promote(run, trigger=PromotionTrigger.OFFICE, actor=actor, at=at)
    if not moved:
        raise PromotionRefused(_("No place is free at the moment."))
    return moved


@transaction.atomic
def _promote(run: CourseRun, *, trigger: PromotionTrigger, actor: User | None, at: datetime) -> list[Candidate]:
    return promotion.promote(seats.lock_run(run), at=at, trigger=trigger, actor=actor)


def _offered(enrolment: Enrolment, *, at: datetime) -> Enrolment:
    """The place, locked after its run. Raises EnrolmentRefused where nothing is offered."""
    seats.lock_run(enrolment.run)
    enrolment = seats.lock_place(enrolment)
    if enrolment.state == EnrolmentState.CONFIRMED:
        raise EnrolmentRefused(_("This place is yours already."))
    if enrolment.state != EnrolmentState.OFFERED:
        raise EnrolmentRefused(_("This offer is over."))
    if enrolment.offer_expires_at <= at:
        raise EnrolmentRefused(_("The time to take this place has ended, so it goes to the next person."))
    return enrolment


@transaction.atomic
def _lapse(enrolment: Enrolment, *, at: datetime) -> bool:
    seats.lock_run(enrolment.run)
    enrolment = seats.lock_place(enrolment)
    if enrolment.state != EnrolmentState.OFFERED or enrolment.offer_expires_at > at:
        return False  # taken, declined, or lapsed by another worker, in between
    _end(enrolment, "offer_lapses", actor=None, channel=Channel.SYSTEM, trigger=PromotionTrigger.OFFER_LAPSED, at=at)
    notifications.offer_lapsed(enrolment, at=at)
    return True


def _end(
    enrolment: Enrolment, move: str, *, actor: User | None, channel: Channel, trigger: PromotionTrigger, at: datetime
) -> None:
    seat = seats.free_seat(enrolment)
    enrolment.queue_number, enrolment.offer_expires_at = None, None
    seats.move(enrolment, move, at=at, actor=actor, channel=channel)
    promotion.give_back(seat, run=enrolment.run, at=at, trigger=trigger)
