"""Promises of the platform itself that `manage.py audit` checks on live data."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models.functions import Coalesce
from django.utils import timezone

from .enums import MailState
from .models import Job, OutgoingMail
from .services import MAIL_LEASE

OVERDUE = timedelta(hours=1)  # the schedule looks each minute: by then nobody is delivering


def broken_promises() -> Iterator[str]:
    """Mails and long work that nobody brings to an end."""
    now = timezone.now()
    yield from _mails(now)
    for job in Job.objects.due(at=now - OVERDUE).order_by("pk"):
        yield f"job {job.pk} ({job.kind}): due since {job.due_at:%Y-%m-%d %H:%M}, and nobody works on it"


def _mails(now: datetime) -> Iterator[str]:
    """Mails that were given up, mails left half-sent for longer than the lease, and mails that nobody fetches."""
    for mail in OutgoingMail.objects.filter(state=MailState.FAILED).order_by("pk"):
        yield f"mail {mail.pk} ({mail.key}): given up after {mail.attempts} tries: {mail.error}"
    for mail in OutgoingMail.objects.filter(state=MailState.SENDING, claimed_at__lt=now - MAIL_LEASE).order_by("pk"):
        yield f"mail {mail.pk} ({mail.key}): claimed at {mail.claimed_at:%Y-%m-%d %H:%M} and never finished"
    queued = OutgoingMail.objects.filter(state=MailState.QUEUED).annotate(due_at=Coalesce("next_try_at", "written_at"))
    for mail in queued.filter(due_at__lt=now - OVERDUE).order_by("pk"):
        yield f"mail {mail.pk} ({mail.key}): due since {mail.due_at:%Y-%m-%d %H:%M}, and nobody delivers it"
