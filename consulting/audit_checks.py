"""Promises of process facilitation and statements that `manage.py audit` checks on live data."""

from collections import Counter
from collections.abc import Iterator

from django.db.models import F
from django.utils import timezone

from academy.models import AuditEntry

from . import selectors, services
from .enums import OUT_STATES, AssessmentState, ConsentState, ProcessState
from .models import (
    AssessmentTicket,
    DocumentVersion,
    Milestone,
    Process,
    ProcessDocument,
    ProcessTemplate,
    Signatory,
    Statement,
)


def broken_promises() -> Iterator[str]:
    """Work without an agreement (C1), phases out of order, two active ones of a unit, milestones of strange phases."""
    today = timezone.localdate()
    active: Counter[int] = Counter()
    for process in Process.objects.prefetch_related("phases", "members").order_by("pk"):
        active[process.unit_id] += process.state == ProcessState.ACTIVE
        for problem in selectors.broken_promises_of(process, on=today):
            yield f"process {process.pk} ({process.slug}): {problem}"
    for unit_id, number in sorted(active.items()):
        if number > 1:
            yield f"unit {unit_id}: {number} active processes"
    strange = Milestone.objects.filter(phase__isnull=False).exclude(phase__process=F("process")).order_by("pk")
    for milestone in strange:
        yield f"milestone {milestone.pk}: its phase belongs to another process"


def broken_documents() -> Iterator[str]:
    """Versions of documents whose file is gone, and documents that went further than their kind may (DOMAIN.md 2.5)."""
    for version in DocumentVersion.objects.order_by("pk").iterator(chunk_size=100):
        if not version.file.storage.exists(version.file.name):
            yield f"version {version.pk} of document {version.document_id}: its file is missing"
    for document in ProcessDocument.objects.order_by("pk").iterator(chunk_size=100):
        if document.level not in services.levels_for(document):
            yield f"document {document.pk}: its kind is not for people of level {document.level}"


def changed_templates() -> Iterator[str]:
    """Versions of templates that no longer say what they said when they were published; this is never allowed."""
    published = dict(
        AuditEntry.objects.filter(action="template.published", data__has_key="fingerprint")
        .order_by("at", "pk")
        .values_list("object_id", "data__fingerprint")
    )
    for template in ProcessTemplate.objects.prefetch_related("phases", "milestones").order_by("pk"):
        if published.get(str(template.pk), "") not in ("", services.fingerprint(template)):
            yield f"template {template.pk} ({template.slug} {template.version}): changed after it was published"


def broken_consents() -> Iterator[str]:
    """Statements that are public although a signatory has not agreed, or although nobody stands under them (D4)."""
    out = Statement.objects.filter(state__in=OUT_STATES)
    missing = Signatory.objects.filter(statement__in=out).exclude(consent=ConsentState.GIVEN)
    for signatory in missing.select_related("statement").order_by("pk"):
        statement = signatory.statement
        yield f"statement {statement.pk} ({statement.slug}): published without consent of signatory {signatory.pk}"
    for statement in out.filter(signatories__isnull=True).order_by("pk"):
        yield f"statement {statement.pk} ({statement.slug}): published without a signatory"


def broken_sheets() -> Iterator[str]:
    """Answers that still stand beside a name: after handing in, or although the round is closed."""
    tickets = AssessmentTicket.objects.exclude(draft={})
    for ticket in tickets.filter(is_handed_in=True).order_by("pk"):
        yield f"self-assessment ticket {ticket.pk}: handed in, and the draft is still there"
    for ticket in tickets.filter(is_handed_in=False, assessment__state=AssessmentState.CLOSED).order_by("pk"):
        yield f"self-assessment ticket {ticket.pk}: a draft in a closed round"
