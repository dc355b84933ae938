"""The audit log: what was done, when and by whom."""

from datetime import datetime
from typing import Any

from django.db.models import Model

from academy.models import AuditEntry, User


def audit(
    *, action: str, obj: Model, actor: User | None, at: datetime, data: dict[str, Any] | None = None
) -> AuditEntry:
    """Write one act into the log. `data` takes ids and states only, never names or texts."""
    return AuditEntry.objects.create(
        at=at,
        actor=actor.pseudonym if actor else None,
        action=action,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        data=data or {},
    )
