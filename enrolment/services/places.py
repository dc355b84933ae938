"""Taking a place and giving it back."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from academy.models import User
from courses.enums import ApprovalPolicy
from courses.models import CourseRun, Seat
from enrolment import notifications
from enrolment.enums import Channel, EnrolmentState
from enrolment.models import Enrolment

from . import approvals, seats


class EnrolmentRefused(Exception):
    """A rule says no. The message is written for the learner."""


@transaction.atomic
def enrol(
    *,
    learner: User,
    run: CourseRun,
    at: datetime,
    approver_email: str = "",
    has_approval: bool = False,
    channel: Channel = Channel.WEB,
) -> Enrolment:
    """Give `learner` a seat on `run`, a request that waits for approval, or a place on the waiting list when it is
    full.

    Raises EnrolmentRefused if enrolment is not open, if the learner already has a place, or if what the run's approval
    policy asks for is missing: a supervisor's address (`approve`) or the learner's word that approval was given
    (`info`).
    """
    _check(learner=learner, run=run, at=at, approver_email=approver_email, has_approval=has_approval)
    seat = seats.take_seat(run, at=at)
    enrolment = Enrolment(learner=learner, run=run, seat=seat, enrolled_at=at)
    try:
        with transaction.atomic():
            return _place(enrolment, at=at, channel=channel, approver_email=approver_email)
    except IntegrityError as clash:
        if "one_live_place" in str(clash) or "learner_id" in str(clash):
            raise EnrolmentRefused(_("You already have a place on this course.")) from clash
        raise


def _check(*, learner: User, run: CourseRun, at: datetime, approver_email: str, has_approval: bool) -> None:
    if not run.is_open_for_enrolment(at=at):
        raise EnrolmentRefused(_("Enrolment for this course is closed."))
    if Enrolment.objects.live().filter(run=run, learner=learner).exists():
        raise EnrolmentRefused(_("You already have a place on this course."))
    if run.approval == ApprovalPolicy.INFO and not has_approval:
        raise EnrolmentRefused(_("Please confirm that your supervisor has agreed."))
    if run.approval == ApprovalPolicy.APPROVE:
        if not approver_email:
            raise EnrolmentRefused(_("Please give the e-mail address of your supervisor."))
        if approver_email.strip().lower() == learner.email:
            raise EnrolmentRefused(_("You cannot approve your own enrolment. Please give your supervisor's address."))


def _place(enrolment: Enrolment, *, at: datetime, channel: Channel, approver_email: str) -> Enrolment:
    """Create the place in the state that policy and seats allow, with its move and its mails."""
    run, learner = enrolment.run, enrolment.learner
    if run.approval == ApprovalPolicy.APPROVE:
        if enrolment.seat is None and not run.enrolments.waiting().exists():
            enrolment.seat = _look_again(run, at=at)
        seats.move(enrolment, "request", at=at, actor=learner, channel=channel)
        approvals.ask(enrolment, approver_email=approver_email, at=at)
        return enrolment
    if enrolment.seat is None:
        enrolment.seat, enrolment.queue_number = seats.take_seat_or_number(run, at=at)
    name = "confirm" if enrolment.seat else "wait"
    seats.move(enrolment, name, at=at, actor=learner, channel=channel)
    if enrolment.state == EnrolmentState.CONFIRMED:
        notifications.place_confirmed(enrolment, at=at)
    else:
        notifications.place_waitlisted(enrolment, at=at)
    return enrolment


def _look_again(run: CourseRun, *, at: datetime) -> Seat | None:
    """A request without a seat is only written once nobody is just about to give one back."""
    run = seats.lock_run(run)
    return Seat.objects.take(run=run, at=at, wait=True) if run.has_limit else seats.new_seat(run, at=at)


@transaction.atomic
def withdraw(
    *, enrolment: Enrolment, actor: User, at: datetime, reason: str = "", channel: Channel = Channel.WEB
) -> Enrolment:
    """Give a place back. Its seat goes to the head of the waiting list in the same moment.

    Raises EnrolmentRefused if the place is over already, or the run's last session has begun.
    """
    run = seats.lock_run(enrolment.run)
    enrolment = seats.lock_place(enrolment)
    if not enrolment.is_live:
        raise EnrolmentRefused(_("This place has been given back already."))
    last = run.sessions.order_by("-starts_at").first()
    if last is not None and last.starts_at <= at:
        raise EnrolmentRefused(_("The last session has begun. A place can no longer be given back."))
    seat = seats.free_seat(enrolment)
    enrolment.queue_number = None
    approvals.close_open(enrolment, at=at)
    seats.move(enrolment, "withdraw", at=at, actor=actor, channel=channel, reason=reason)
    notifications.place_withdrawn(enrolment, at=at)
    seats.give_back(seat, run=run, at=at)
    return enrolment
