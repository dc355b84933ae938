"""Exceptions from what a course asks for beforehand."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Waiver(models.Model):
    """The academy office lets one person take part in a course without the courses that it builds on.

    `granted_by` is the pseudonym of whoever decided. The person can read the note.
    """

    wagtail_reference_index_ignore = True

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="waivers", verbose_name=_("person")
    )
    course = models.ForeignKey("courses.Course", models.CASCADE, related_name="waivers", verbose_name=_("course"))
    note = models.CharField(_("reason"), max_length=300)
    granted_by = models.UUIDField(_("granted by"))
    granted_at = models.DateTimeField(_("granted at"))

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        ordering = ["-granted_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "course"], name="one_waiver_for_a_course")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.course_id}"
