"""Taking a place and giving it back."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.models import Membership, User
from courses.enums import ApprovalPolicy, Audience, RunState
from courses.models import CourseRun, Seat
from enrolment import notifications
from enrolment.enums import Channel, EnrolmentState, PromotionTrigger
from enrolment.models import Approval, Completion, Enrolment

from . import approvals, change_notices, eligibility, holding, promotion, seats


class EnrolmentRefused(Exception):
    """A rule says no. The message is written for the learner."""


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

    Raises EnrolmentRefused if enrolment is not open, if the learner already has a place, does not belong to the run's
    audience or has not completed what the course builds on, or if what its approval policy asks for is missing: a
    supervisor's address (`approve`) or the learner's word that approval was given (`info`).
    """
    try:
        with transaction.atomic():
            _check(learner=learner, run=run, at=at, approver_email=approver_email, has_approval=has_approval)
            _check_audience(learner=learner, run=run, channel=channel, at=at)
            _check_eligible(learner=learner, run=run)
            enrolment = Enrolment(learner=learner, run=run, unit_id=unit_of(learner, at=at), enrolled_at=at)
            enrolment.seat, enrolment.queue_number = _seat_or_number(run, at=at)
            return _place(enrolment, at=at, channel=channel, approver_email=approver_email)
    except IntegrityError as clash:
        if "one_live_place" in str(clash) or "learner_id" in str(clash):
            raise EnrolmentRefused(_("You already have a place on this course.")) from clash
        raise


def _check(*, learner: User, run: CourseRun, at: datetime, approver_email: str, has_approval: bool) -> None:
    if not run.is_open_for_enrolment(at=at):
        raise EnrolmentRefused(_("Enrolment for this course is closed."))
    if run.approval == ApprovalPolicy.INFO and not has_approval:
        raise EnrolmentRefused(_("Please confirm that your supervisor has agreed."))
    if run.approval == ApprovalPolicy.APPROVE:
        _check_approver(learner=learner, address=approver_email.strip().lower(), at=at)


def _check_audience(*, learner: User, run: CourseRun, channel: Channel, at: datetime) -> None:
    if run.audience == Audience.ON_REQUEST and channel != Channel.OFFICE:
        raise EnrolmentRefused(_("Places on this course are given by the academy office. Please write to us."))
    if learner.pk not in who_belongs({learner.pk}, run, at=at):
        raise EnrolmentRefused(_("This course is for the people of one organisation, and you do not belong to it."))


def who_belongs(people: set[int], run: CourseRun, *, at: datetime) -> set[int]:
    """Those of the people whom the run is for: all, or those of its organisation where it is an in-house run."""
    if run.audience != Audience.INHOUSE:
        return people
    held = Membership.objects.active(on=timezone.localdate(at)).filter(user__in=people)
    return set(held.filter(organisation=run.organisation_id).values_list("user", flat=True))


def _check_eligible(*, learner: User, run: CourseRun) -> None:
    missing = eligibility.missing_courses(learner, run.course)
    if missing:
        raise EnrolmentRefused(eligibility.what_is_missing(missing))


def unit_of(learner: User, *, at: datetime) -> int | None:
    """The key of the unit that somebody belongs to on that day; None without one."""
    held = Membership.objects.active(on=timezone.localdate(at)).filter(user=learner, unit__isnull=False)
    return held.order_by("pk").values_list("unit", flat=True).first()


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

    Raises EnrolmentRefused where the run was closed meanwhile: whoever cancels waits for the seat or the lock we hold.
    """
    was_full = run.has_limit and getattr(run, "free_seats", None) == 0  # as it was read: the lock has the last word
    seat, number = None if was_full else seats.take_seat(run, at=at), None
    if seat is not None:
        is_open = seats.is_open_now(run)
    else:
        locked = seats.lock_run(run)
        is_open = locked.state == RunState.OPEN
        seat, number = seats.take_seat_or_number(locked, at=at, draw=run.approval != ApprovalPolicy.APPROVE)
    if not is_open:
        raise EnrolmentRefused(_("Enrolment for this course is closed."))
    return seat, number


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

    Raises EnrolmentRefused if the place is over already, the run's last session has begun, the course is completed, or
    a confirmed place is given back after the run's deadline without a reason.
    """
    run = seats.lock_run(enrolment.run)
    enrolment = seats.lock_place(enrolment)
    if not enrolment.is_live:
        raise EnrolmentRefused(_("This place has been given back already."))
    if seats.last_session_has_begun(run, at=at):
        raise EnrolmentRefused(_("The last session has begun. A place can no longer be given back."))
    if Completion.objects.filter(enrolment=enrolment, revoked_at__isnull=True).exists():
        raise EnrolmentRefused(_("You have completed this course. The place can no longer be given back."))
    if is_late(enrolment, at=at) and not reason.strip():
        raise EnrolmentRefused(_("The time to give the place back without a reason is over. Please say why."))
    seat = seats.free_seat(enrolment)
    enrolment.queue_number, enrolment.offer_expires_at = None, None
    approvals.close_open(enrolment, at=at)
    seats.move(enrolment, "withdraw", at=at, actor=actor, channel=channel, reason=reason)
    notifications.place_withdrawn(enrolment, removed=change_notices.removed_meanwhile(run), at=at)
    promotion.give_back(seat, run=run, at=at, trigger=PromotionTrigger.SEAT_FREED)
    return enrolment


def is_late(enrolment: Enrolment, *, at: datetime) -> bool:
    """Whether a confirmed place can be given back with a reason only: the run's deadline has passed."""
    until = enrolment.run.cancel_until
    return enrolment.state == EnrolmentState.CONFIRMED and until is not None and at > until


@transaction.atomic
def substitute(
    *, enrolment: Enrolment, colleague_email: str, actor: User, at: datetime, channel: Channel = Channel.WEB
) -> Enrolment:
    """Hand a confirmed place over to a colleague, seat and all; the waiting list is not touched. Gives the new place.

    Raises EnrolmentRefused if the place is not confirmed, the last session has begun, the colleague is not known in the
    same organisation, or has a place on the run already.
    """
    run = seats.lock_run(enrolment.run)
    enrolment = seats.lock_place(enrolment)
    if not enrolment.holds_place or run.state != RunState.OPEN:
        raise EnrolmentRefused(_("Only a confirmed place can be handed over."))
    if seats.last_session_has_begun(run, at=at):
        raise EnrolmentRefused(_("The last session has begun. A place can no longer be handed over."))
    colleague = _colleague(enrolment.learner, colleague_email, at=at)
    if Enrolment.objects.live().filter(run=run, learner=colleague).exists():
        raise EnrolmentRefused(_("This person already has a place on this course."))
    seat = seats.free_seat(enrolment)
    enrolment.queue_number = None
    seats.move(enrolment, "hand_over", at=at, actor=actor, channel=channel)
    taken = Enrolment(learner=colleague, run=run, unit_id=unit_of(colleague, at=at), enrolled_at=at, seat=seat)
    seats.move(taken, "take_over", at=at, actor=actor, channel=channel)
    holding.pass_on(enrolment, taken, at=at)
    notifications.place_handed_over(enrolment, removed=change_notices.removed_meanwhile(run), at=at)
    notifications.place_taken_over(taken, giver=enrolment.learner, at=at)
    return taken


def _colleague(learner: User, address: str, *, at: datetime) -> User:
    """Who has that address and belongs to an organisation of the learner on that day."""
    day = timezone.localdate(at)
    own = Membership.objects.active(on=day).filter(user=learner).values("organisation")
    found = Membership.objects.active(on=day).filter(
        user__email=address.strip().lower(), user__is_active=True, organisation__in=own
    )
    membership = found.exclude(user=learner).select_related("user").first()
    if membership is None:
        raise EnrolmentRefused(_("We know nobody of your organisation with this address. Please check it."))
    return membership.user
