"""When people are reminded of their dates."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enrolment.enums import RemindedOf


class ReminderRule(models.Model):
    """A mail so many days before a date, at nine in the morning in Berlin, to everybody with a confirmed place.

    Rules add up: a course has its own besides those for all courses. Kept by the academy office.
    """

    wagtail_reference_index_ignore = True

    days = models.PositiveSmallIntegerField(
        _("days before"), validators=[MinValueValidator(1), MaxValueValidator(60)], help_text=_("1: the day before.")
    )
    of = models.CharField(_("reminds of"), max_length=10, choices=RemindedOf, default=RemindedOf.FIRST)
    course = models.ForeignKey(
        "courses.Course",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="reminder_rules",
        verbose_name=_("course"),
        help_text=_("Left empty: all courses."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["course", "-days", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["days", "of", "course"],
                name="one_reminder_of_a_kind",
                violation_error_message=_("There is a reminder like this already."),
            ),
            models.UniqueConstraint(
                fields=["days", "of"],
                condition=Q(course__isnull=True),
                name="one_general_reminder_of_a_kind",
                violation_error_message=_("There is a reminder like this already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days} {self.get_of_display()}"
