"""The supervisor's approval: asked by mail, answered by a signed link that works once."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from enrolment import notifications
from enrolment.enums import ApprovalDecision, Channel, EnrolmentState, PromotionTrigger
from enrolment.models import Approval, Enrolment

from . import promotion, seats

SALT = "enrolment.approval"


class ApprovalRefused(Exception):
    """The link says nothing any more, or never did. The message is written for the supervisor."""


def ask(enrolment: Enrolment, *, approver_email: str, at: datetime) -> Approval:
    """Write the question and its mail. It lapses after APPROVAL_DAYS, at the latest when the next session begins."""
    expires_at = at + timedelta(days=settings.APPROVAL_DAYS)
    coming = enrolment.run.sessions.filter(starts_at__gt=at).order_by("starts_at").first()
    if coming is not None:
        expires_at = min(expires_at, coming.starts_at)
    approval = Approval.objects.create(
        enrolment=enrolment,
        approver_email=approver_email.strip().lower(),
        nonce=secrets.token_urlsafe(24),
        asked_at=at,
        expires_at=expires_at,
    )
    notifications.approval_asked(approval, token=approval_token(approval), at=at)
    notifications.approval_requested(approval, at=at)
    return approval


def approval_token(approval: Approval) -> str:
    """The signed token of the mail link (an HMAC by django.core.signing); it names the question, not the person."""
    return signing.dumps({"a": approval.pk, "n": approval.nonce}, salt=SALT)


def approval_for_token(*, token: str) -> Approval:
    """The question that a link belongs to. Raises ApprovalRefused for forged or unknown links."""
    try:
        named = signing.loads(token, salt=SALT)
        return Approval.objects.select_related("enrolment__run__course", "enrolment__learner").get(
            pk=named["a"], nonce=named["n"]
        )
    except (signing.BadSignature, Approval.DoesNotExist, KeyError, TypeError) as problem:
        raise ApprovalRefused(_("This link is not valid. Please use the link from the mail as it is.")) from problem


def check_answerable(approval: Approval, *, at: datetime) -> None:
    """Raises ApprovalRefused, with what has become of it, where the question can no longer be answered."""
    if approval.enrolment.state == EnrolmentState.WITHDRAWN and approval.decision == ApprovalDecision.LAPSED:
        raise ApprovalRefused(_("The request has been withdrawn. There is nothing left to answer."))
    if approval.enrolment.state == EnrolmentState.CANCELLED and approval.decision == ApprovalDecision.LAPSED:
        raise ApprovalRefused(_("The course does not take place. There is nothing left to answer."))
    if approval.decision == ApprovalDecision.LAPSED or (approval.is_open and approval.expires_at <= at):
        raise ApprovalRefused(_("This request has lapsed. The applicant can enrol again."))
    if not approval.is_open:
        raise ApprovalRefused(_("This request has been answered already."))


@transaction.atomic
def decide_approval(*, approval: Approval, agrees: bool, reason: str = "", at: datetime) -> Approval:
    """Answer the question once.

    With agreement the place is confirmed, or joins the waiting list where no seat is held or free; without it the
    place is declined and its seat moves on. Raises ApprovalRefused if it was answered before, has lapsed, or the
    applicant withdrew.
    """
    run = seats.lock_run(approval.enrolment.run)
    enrolment = seats.lock_place(approval.enrolment)
    approval = Approval.objects.select_for_update().get(pk=approval.pk)
    approval.enrolment = enrolment
    check_answerable(approval, at=at)
    approval.decision = ApprovalDecision.APPROVED if agrees else ApprovalDecision.REFUSED
    approval.decided_at, approval.reason = at, "" if agrees else " ".join(reason.split())[:300]
    approval.save()
    if agrees:
        _accept(enrolment, at=at)
    else:
        seat = seats.free_seat(enrolment)
        seats.move(enrolment, "decline", at=at, actor=None, channel=Channel.MAIL_LINK)
        notifications.approval_refused(approval, at=at)
        promotion.give_back(seat, run=run, at=at, trigger=PromotionTrigger.SEAT_FREED)
    return approval


def _accept(enrolment: Enrolment, *, at: datetime) -> None:
    if enrolment.seat is None:
        enrolment.seat, enrolment.queue_number = seats.take_seat_or_number(enrolment.run, at=at)
    name = "approve" if enrolment.seat else "approve_to_list"
    seats.move(enrolment, name, at=at, actor=None, channel=Channel.MAIL_LINK)
    if enrolment.seat:
        notifications.place_confirmed(enrolment, at=at)
    else:
        notifications.place_waitlisted(enrolment, at=at)


def close_open(enrolment: Enrolment, *, at: datetime) -> None:
    """The place is over: an open question lapses without a decision."""
    Approval.objects.filter(enrolment=enrolment, decision="").update(decision=ApprovalDecision.LAPSED, decided_at=at)


def lapse_approvals(*, at: datetime) -> int:
    """Let open questions whose time is over lapse, each in a transaction of its own; how many."""
    lapsed = 0
    due = Approval.objects.filter(decision="", expires_at__lte=at).order_by("expires_at", "pk")
    for approval in due.select_related("enrolment__run"):
        lapsed += _lapse(approval, at=at)
    return lapsed


@transaction.atomic
def _lapse(approval: Approval, *, at: datetime) -> bool:
    run = seats.lock_run(approval.enrolment.run)
    enrolment = seats.lock_place(approval.enrolment)
    changed = Approval.objects.filter(pk=approval.pk, decision="").update(
        decision=ApprovalDecision.LAPSED, decided_at=at
    )
    if not changed:
        return False  # answered, or lapsed by another worker, in between
    seat = seats.free_seat(enrolment)
    seats.move(enrolment, "lapse", at=at, actor=None, channel=Channel.SYSTEM)
    approval.refresh_from_db()
    notifications.approval_lapsed(approval, at=at)
    promotion.give_back(seat, run=run, at=at, trigger=PromotionTrigger.SEAT_FREED)
    return True
