"""On which version of its course a run stands, and since when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from academy.common.append_only import AppendOnly


class VersionMove(AppendOnly):
    """One move of an open run to another version of its course: from which, to which, by whom, when."""

    run = models.ForeignKey("courses.CourseRun", models.PROTECT, related_name="version_moves")
    from_version = models.ForeignKey("courses.CourseVersion", models.PROTECT, null=True, related_name="+")
    to_version = models.ForeignKey("courses.CourseVersion", models.PROTECT, related_name="+")
    added_by = models.UUIDField(_("pseudonym of who moved it"))
    added_at = models.DateTimeField(_("moved at"))

    class Meta:
        verbose_name = _("move to another version")
        verbose_name_plural = _("moves to other versions")
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_version__isnull=True) | ~Q(from_version=F("to_version")),
                name="version_move_changes_something",
            )
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.from_version_id} → {self.to_version_id}"
