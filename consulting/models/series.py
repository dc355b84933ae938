"""Dates that come again and again: consulting hours and round tables, with the single dates that differ."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from consulting.enums import SeriesKind, SeriesRhythm


class DateSeries(ClusterableModel):
    """A rule for dates, in Berlin time: the clock time stays as it is, whatever the clocks do in between."""

    kind = models.CharField(_("kind"), max_length=20, choices=SeriesKind)
    title = models.CharField(_("title"), max_length=150)
    place = models.CharField(_("place"), max_length=200, blank=True)
    contact = models.CharField(
        _("contact"), max_length=200, blank=True, help_text=_("How to register or to ask. Shown to everybody.")
    )
    starts_at = models.DateTimeField(
        _("first date"), help_text=_("It sets weekday and time; by month also which week: the second Tuesday stays so.")
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=60, validators=[MinValueValidator(5), MaxValueValidator(720)]
    )
    rhythm = models.CharField(_("rhythm"), max_length=10, choices=SeriesRhythm, default=SeriesRhythm.WEEKLY)
    every = models.PositiveSmallIntegerField(
        _("every how many weeks or months"), default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    times = models.PositiveSmallIntegerField(
        _("how many times"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    is_public = models.BooleanField(_("shown to everybody"), default=True)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("recurring date")
        verbose_name_plural = _("recurring dates")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(times__isnull=True),
                name="series_has_one_end",
                violation_error_message=_("Please give a last day or how many times, not both."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class SeriesException(models.Model):
    """One date of a series that does not take place, or takes place at another time."""

    series = ParentalKey(DateSeries, on_delete=models.CASCADE, related_name="exceptions")
    on = models.DateField(_("date by the rule"))
    moved_to = models.DateTimeField(_("moved to"), null=True, blank=True, help_text=_("Left empty: it is called off."))

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "on"],
                name="one_exception_per_date",
                violation_error_message=_("There is an exception for this date already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d}"
