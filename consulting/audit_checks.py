"""Promises of process facilitation that `manage.py audit` checks on live data."""

from collections import Counter
from collections.abc import Iterator

from django.db.models import F
from django.utils import timezone

from . import selectors
from .enums import ProcessState
from .models import Milestone, Process


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
