"""Taking a place and giving it back."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from academy.models import User
from courses.enums import ApprovalPolicy
from courses.models import CourseRun, Seat
from enrolment import notifications
from enrolment.enums import Channel
from enrolment.models import Approval, Completion, Enrolment

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
    enrolment = Enrolment(learner=learner, run=run, enrolled_at=at)
    enrolment.seat, enrolment.queue_number = _seat_or_number(run, at=at)
    if not seats.is_open_now(run):  # cancelled while we were on our way; whoever cancels waits for the seat we hold
        raise EnrolmentRefused(_("Enrolment for this course is closed."))
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
        _check_approver(learner=learner, address=approver_email.strip().lower(), at=at)


def _check_approver(*, learner: User, address: str, at: datetime) -> None:
    if not address:
        raise EnrolmentRefused(_("Please give the e-mail address of your supervisor."))
    if address == learner.email:
        raise EnrolmentRefused(_("You cannot approve your own enrolment. Please give your supervisor's address."))
    asked = Approval.objects.filter(enrolment__learner=learner, asked_at__gt=at - timedelta(days=1)).count()
    if asked >= settings.APPROVALS_A_DAY:  # mail to any address goes out in our name
        raise EnrolmentRefused(_("You have asked for approval very often today. Please go on tomorrow."))


def _seat_or_number(run: CourseRun, *, at: datetime) -> tuple[Seat | None, int | None]:
    """A seat at once where one is free; else, under the run's lock, one that has just been given back or a number of
    the waiting list. A request for approval joins the list at its approval, so it draws no number yet.
    """
    seat = seats.take_seat(run, at=at)
    if seat is not None:
        return seat, None
    return seats.take_seat_or_number(run, at=at, draw=run.approval != ApprovalPolicy.APPROVE)


def _place(enrolment: Enrolment, *, at: datetime, channel: Channel, approver_email: str) -> Enrolment:
    """Create the place in the state that policy and seat allow, with its move and its mails."""
    learner = enrolment.learner
    if enrolment.run.approval == ApprovalPolicy.APPROVE:
        seats.move(enrolment, "request", at=at, actor=learner, channel=channel)
        approvals.ask(enrolment, approver_email=approver_email, at=at)
    elif enrolment.seat:
        seats.move(enrolment, "confirm", at=at, actor=learner, channel=channel)
        notifications.place_confirmed(enrolment, at=at)
    else:
        seats.move(enrolment, "wait", at=at, actor=learner, channel=channel)
        notifications.place_waitlisted(enrolment, at=at)
    return enrolment


@transaction.atomic
def withdraw(
    *, enrolment: Enrolment, actor: User, at: datetime, reason: str = "", channel: Channel = Channel.WEB
) -> Enrolment:
    """Give a place back. Its seat goes to the head of the waiting list in the same moment.

    Raises EnrolmentRefused if the place is over already, the run's last session has begun, or the course is completed.
    """
    run = seats.lock_run(enrolment.run)
    enrolment = seats.lock_place(enrolment)
    if not enrolment.is_live:
        raise EnrolmentRefused(_("This place has been given back already."))
    last = run.sessions.order_by("-starts_at").first()
    if last is not None and last.starts_at <= at:
        raise EnrolmentRefused(_("The last session has begun. A place can no longer be given back."))
    if Completion.objects.filter(enrolment=enrolment, revoked_at__isnull=True).exists():
        raise EnrolmentRefused(_("You have completed this course. The place can no longer be given back."))
    seat = seats.free_seat(enrolment)
    enrolment.queue_number = None
    approvals.close_open(enrolment, at=at)
    seats.move(enrolment, "withdraw", at=at, actor=actor, channel=channel, reason=reason)
    notifications.place_withdrawn(enrolment, at=at)
    seats.give_back(seat, run=run, at=at)
    return enrolment
