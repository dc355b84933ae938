"""Promises of the platform itself that `manage.py audit` checks on live data."""

from collections.abc import Iterator

from django.utils import timezone

from .enums import MailState
from .models import OutgoingMail
from .services import MAIL_LEASE


def broken_promises() -> Iterator[str]:
    """Mails that were given up, and mails left half-sent for longer than the lease."""
    for mail in OutgoingMail.objects.filter(state=MailState.FAILED).order_by("pk"):
        yield f"mail {mail.pk} ({mail.key}): given up after {mail.attempts} tries: {mail.error}"
    for mail in OutgoingMail.objects.filter(state=MailState.SENDING, claimed_at__lt=timezone.now() - MAIL_LEASE):
        yield f"mail {mail.pk} ({mail.key}): claimed at {mail.claimed_at:%Y-%m-%d %H:%M} and never finished"
