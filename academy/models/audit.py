"""What was done, when and by whom: append-only, the actor as a pseudonym that outlives the account."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from academy.common.append_only import AppendOnly


class AuditEntry(AppendOnly):
    """One act. `data` holds ids and states, never personal data (STACK.md 10)."""

    at = models.DateTimeField(_("at"))
    actor = models.UUIDField(_("pseudonym of the actor"), null=True, help_text=_("Empty: the system itself."))
    action = models.CharField(_("action"), max_length=60)
    object_type = models.CharField(_("kind of object"), max_length=60)
    object_id = models.CharField(_("object"), max_length=60)
    data = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_by_object")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.object_type} {self.object_id}"
