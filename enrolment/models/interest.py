"""People who would like to take part in a course that has no open run yet."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enrolment.enums import InterestOutcome


class InterestQuerySet(models.QuerySet):
    def open(self):
        """Entries that wait for a run, in the order in which people came."""
        return self.filter(ended_at__isnull=True).order_by("pk")


class Interest(models.Model):
    """One person's entry in the list of one course. It ends when a run is opened; who gives it up is deleted."""

    wagtail_reference_index_ignore = True

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="interests")
    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="interests")
    entered_at = models.DateTimeField(_("entered at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=InterestOutcome, blank=True)

    objects = InterestQuerySet.as_manager()

    class Meta:
        verbose_name = _("interest in a course")
        verbose_name_plural = _("interest in courses")
        ordering = ["course_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course"], condition=Q(ended_at__isnull=True), name="one_open_interest"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="ended_interest_has_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.course_id}"
