"""Promises of the public site that `manage.py audit` checks on live data."""

from collections.abc import Iterator

from django.utils import timezone

from . import review, services
from .models import AccessibilityReport, AccessibilityStatementPage


def broken_promises() -> Iterator[str]:
    """Reports that are answered too late, contact details that were kept too long, statements older than a year."""
    now = timezone.now()
    for report in AccessibilityReport.objects.overdue(on=timezone.localdate(now)):
        yield f"report {report.reference}: an answer was due on {report.due_on}"
    kept = AccessibilityReport.objects.closed().filter(
        closed_at__lt=now - services.CONTACT_KEPT - services.ERASING_GRACE, contact_erased_at__isnull=True
    )
    for report in kept:
        yield f"report {report.reference}: closed on {report.closed_at:%Y-%m-%d}, and contact details are still kept"
    for page in AccessibilityStatementPage.objects.live().filter(reviewed_on__isnull=False).order_by("pk"):
        if review.is_too_old(page.reviewed_on, on=timezone.localdate(now)):
            yield f"accessibility statement {page.url_path}: last reviewed on {page.reviewed_on}"
