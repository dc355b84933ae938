"""The supervisor's approval: asked by mail, answered by a signed link that works once, or in the own workspace."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from academy.models import User
from academy.services import audit
from enrolment import notifications
from enrolment.enums import ApprovalDecision, Channel, EnrolmentState, PromotionTrigger
from enrolment.models import Approval, Enrolment

from . import promotion, seats

SALT = "enrolment.approval"


class ApprovalRefused(Exception):
    """The link says nothing any more, or never did. The message is written for the supervisor."""


class DeputyRefused(ApprovalRefused):
    """This person cannot answer instead. The message is written for whoever names the deputy."""


def ask(enrolment: Enrolment, *, approver_email: str, at: datetime) -> Approval:
    """Write the question and its mail. It lapses after APPROVAL_DAYS, at the latest when the next session begins."""
    approval = Approval.objects.create(
        enrolment=enrolment,
        approver_email=approver_email.strip().lower(),
        nonce=secrets.token_urlsafe(24),
        asked_at=at,
        expires_at=_term(enrolment, days=settings.APPROVAL_DAYS, at=at),
    )
    notifications.approval_asked(approval, token=approval_token(approval), at=at)
    notifications.approval_requested(approval, at=at)
    return approval


def _term(enrolment: Enrolment, *, days: int, at: datetime) -> datetime:
    """So many days from that moment, at the latest when the next session begins."""
    coming = enrolment.run.sessions.filter(starts_at__gt=at).order_by("starts_at").first()
    end = at + timedelta(days=days)
    return min(end, coming.starts_at) if coming is not None else end


def approval_token(approval: Approval, *, for_deputy: bool = False) -> str:
    """The signed token of the mail link (an HMAC by django.core.signing); it names the question, not the person."""
    nonce = approval.deputy_nonce if for_deputy else approval.nonce
    return signing.dumps({"a": approval.pk, "n": nonce}, salt=SALT)


def approval_for_token(*, token: str) -> Approval:
    """The question that a link belongs to. Raises ApprovalRefused for forged or unknown links."""
    try:
        named = signing.loads(token, salt=SALT)
        nonce = str(named["n"])
        return Approval.objects.select_related("enrolment__run__course", "enrolment__learner").get(
            Q(nonce=nonce) | Q(deputy_nonce=nonce), pk=named["a"]
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
def decide_approval(
    *, approval: Approval, agrees: bool, reason: str = "", actor: User | None = None, at: datetime
) -> Approval:
    """Answer the question once: by the link of the mail, or as `actor` in the workspace.

    With agreement the place is confirmed, or joins the waiting list where no seat is held or free; without it the
    place is declined and its seat moves on. Raises ApprovalRefused if it was answered before, has lapsed, or the
    applicant withdrew.
    """
    approval = _lock(approval)
    enrolment = approval.enrolment
    check_answerable(approval, at=at)
    approval.decision = ApprovalDecision.APPROVED if agrees else ApprovalDecision.REFUSED
    approval.decided_at, approval.reason = at, "" if agrees else " ".join(reason.split())[:300]
    approval.save()
    if agrees:
        _accept(enrolment, actor=actor, at=at)
    else:
        seat = seats.free_seat(enrolment)
        seats.move(enrolment, "decline", at=at, actor=actor, channel=_channel(actor))
        notifications.approval_refused(approval, at=at)
        promotion.give_back(seat, run=enrolment.run, at=at, trigger=PromotionTrigger.SEAT_FREED)
    return approval


def _lock(approval: Approval) -> Approval:
    """The question as it stands now, locked after its run and its place."""
    seats.lock_run(approval.enrolment.run)
    enrolment = seats.lock_place(approval.enrolment)
    approval = Approval.objects.select_for_update().get(pk=approval.pk)
    approval.enrolment = enrolment
    return approval


def _channel(actor: User | None) -> Channel:
    return Channel.WEB if actor else Channel.MAIL_LINK


def _accept(enrolment: Enrolment, *, actor: User | None, at: datetime) -> None:
    if enrolment.seat is None:
        enrolment.seat, enrolment.queue_number = seats.take_seat_or_number(enrolment.run, at=at)
    name = "approve" if enrolment.seat else "approve_to_list"
    seats.move(enrolment, name, at=at, actor=actor, channel=_channel(actor))
    if enrolment.seat:
        notifications.place_confirmed(enrolment, at=at)
    else:
        notifications.place_waitlisted(enrolment, at=at)


@transaction.atomic
def name_deputy(*, approval: Approval, email: str, actor: User | None, at: datetime) -> Approval:
    """Ask a deputy as well, by a link of their own; the supervisor can still answer, and the first answer counts.

    `actor` is the applicant or a supervisor with an account; None: by the link of the mail. Raises ApprovalRefused
    where the question can no longer be answered, and DeputyRefused where a deputy was named before, or the address is
    that of the applicant or of the supervisor.
    """
    approval, address = _lock(approval), email.strip().lower()
    check_answerable(approval, at=at)
    if approval.deputy_email:
        raise DeputyRefused(_("A deputy has been asked already."))
    if address == approval.approver_email:
        raise DeputyRefused(_("This person has been asked already."))
    if address == approval.enrolment.learner.email:
        raise DeputyRefused(_("The applicant cannot approve the own enrolment. Please name somebody else."))
    approval.deputy_email, approval.deputy_nonce = address, secrets.token_urlsafe(24)
    approval.save(update_fields=["deputy_email", "deputy_nonce"])
    audit(action="approval.deputy_named", obj=approval, actor=actor, at=at)
    notifications.deputy_asked(approval, token=approval_token(approval, for_deputy=True), at=at)
    if actor != approval.enrolment.learner:
        notifications.deputy_named(approval, at=at)
    return approval


@transaction.atomic
def involve_council(*, approval: Approval, actor: User | None, at: datetime) -> Approval:
    """Note that the staff council is involved. The time to answer then ends APPROVAL_COUNCIL_DAYS from now, never
    sooner than before and at the latest when the next session begins; the applicant is told.

    Raises ApprovalRefused where the question can no longer be answered, or the council is involved already.
    """
    approval = _lock(approval)
    check_answerable(approval, at=at)
    if approval.council_since:
        raise ApprovalRefused(_("It is noted already that the staff council is involved."))
    longer = _term(approval.enrolment, days=settings.APPROVAL_COUNCIL_DAYS, at=at)
    approval.council_since, approval.expires_at = at, max(approval.expires_at, longer)
    approval.save(update_fields=["council_since", "expires_at"])
    audit(action="approval.council_involved", obj=approval, actor=actor, at=at)
    notifications.council_involved(approval, at=at)
    return approval


def remind_approvers(*, at: datetime) -> int:
    """Remind once who has not answered for APPROVAL_REMINDER_DAYS, each in a transaction of its own; how many.

    Where the staff council is involved the supervisor has reacted, so nobody is reminded.
    """
    since = at - timedelta(days=settings.APPROVAL_REMINDER_DAYS)
    due = Approval.objects.filter(
        decision="", reminded_at__isnull=True, council_since__isnull=True, asked_at__lte=since, expires_at__gt=at
    )
    return sum(_remind(approval, at=at) for approval in due.order_by("asked_at", "pk").select_related("enrolment__run"))


@transaction.atomic
def _remind(approval: Approval, *, at: datetime) -> bool:
    approval = _lock(approval)
    if not approval.is_open or approval.reminded_at or approval.council_since:
        return False  # answered, or reminded by another worker, in between
    approval.reminded_at = at
    approval.save(update_fields=["reminded_at"])
    notifications.approval_reminder(approval, token=approval_token(approval), at=at)
    return True


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
