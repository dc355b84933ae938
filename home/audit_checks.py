"""Promises of the public site that `manage.py audit` checks on live data."""

from collections.abc import Iterator

from django.utils import timezone

from . import services
from .models import AccessibilityReport


def broken_promises() -> Iterator[str]:
    """Reports on accessibility that are answered too late, and contact details that were kept too long."""
    now = timezone.now()
    for report in AccessibilityReport.objects.overdue(on=timezone.localdate(now)):
        yield f"report {report.reference}: an answer was due on {report.due_on}"
    kept = AccessibilityReport.objects.closed().filter(
        closed_at__lt=now - services.CONTACT_KEPT - services.ERASING_GRACE, contact_erased_at__isnull=True
    )
    for report in kept:
        yield f"report {report.reference}: closed on {report.closed_at:%Y-%m-%d}, and contact details are still kept"
