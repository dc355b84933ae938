"""Addresses of supervisors and deputies go once they have answered (DOMAIN.md 6)."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from academy.enums import MailState
from academy.models import OutgoingMail
from academy.services import ERASED_ADDRESS, forget_mails
from enrolment import notifications
from enrolment.models import Approval


def approvers_to_forget(*, at: datetime) -> QuerySet[Approval]:
    """Questions answered or lapsed APPROVER_DAYS ago that still hold an address.

    One whose mail to a supervisor still waits stays until the mail has gone or has failed.
    """
    start = Concat(Value("approval."), Cast(OuterRef("pk"), CharField()), Value("."))
    waiting = OutgoingMail.objects.filter(state__in=[MailState.QUEUED, MailState.SENDING], key__startswith=start)
    holding = ~Q(approver_email=ERASED_ADDRESS) | ~Q(deputy_email__in=["", ERASED_ADDRESS])
    over = Approval.objects.exclude(decision="").filter(decided_at__lte=at - timedelta(days=settings.APPROVER_DAYS))
    return over.filter(holding).exclude(Exists(waiting)).order_by("pk")


def forget_approvers(*, at: datetime, dry_run: bool = False) -> int:
    """Empty the addresses of those questions, the mails in which they stand and the links; how many questions.

    That there was an answer, which one and when, stays with the place. With `dry_run` it only counts.
    """
    due = list(approvers_to_forget(at=at))
    if not dry_run:
        for approval in due:
            _forget(approval)
    return len(due)


@transaction.atomic
def _forget(approval: Approval) -> None:
    """The old links lead nowhere afterwards: the token goes with the address."""
    approval.approver_email, approval.nonce = ERASED_ADDRESS, secrets.token_urlsafe(24)
    if approval.deputy_email:
        approval.deputy_email, approval.deputy_nonce = ERASED_ADDRESS, secrets.token_urlsafe(24)
    approval.save(update_fields=["approver_email", "nonce", "deputy_email", "deputy_nonce"])
    for prefix in notifications.keys_with_approver(approval):
        forget_mails(prefix=prefix)
