"""Changes of a run that its people have not been told of yet."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ChangeNotice(models.Model):
    """The changes of one run within a quarter of an hour, told in one mail: a new one begins with the first change.

    `versions` are the dates as they were before each change, oldest first (`notifications.changes.Version`), so that
    each person reads what is new to him or her, whenever the own place was taken.
    """

    wagtail_reference_index_ignore = True

    run = models.ForeignKey("courses.CourseRun", models.CASCADE, related_name="change_notices")
    versions = models.JSONField(_("dates before each change"), default=list)
    began_at = models.DateTimeField(_("began at"))
    due_at = models.DateTimeField(_("due at"))
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)

    class Meta:
        verbose_name = _("change notice")
        verbose_name_plural = _("change notices")
        ordering = ["-began_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["run"], condition=Q(told_at__isnull=True), name="one_open_change_notice")
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.began_at:%Y-%m-%d %H:%M}"
