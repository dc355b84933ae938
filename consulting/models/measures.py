"""What a unit does about barriers: goals, measures, and what came of them."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consulting.enums import FINAL_MEASURES, PENDING_MEASURES, EffectResult, MeasureMoveKind, MeasureState

from .barriers import Barrier
from .moves import StateMove
from .processes import Process

CHECK_AFTER = timedelta(weeks=8)  # the earliest day of an effect check (DOMAIN.md 2.2)


class Goal(models.Model):
    """What is to be reached, and how people will notice."""

    wagtail_reference_index_ignore = True

    process = models.ForeignKey(Process, models.PROTECT, related_name="goals")
    title = models.CharField(_("title"), max_length=200)
    users_notice = models.CharField(_("how people will notice"), max_length=500)
    barriers = models.ManyToManyField(Barrier, related_name="goals", verbose_name=_("access barriers"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering = ["process_id", "position", "pk"]

    def __str__(self) -> str:
        return self.title


class MeasureQuerySet(models.QuerySet):
    def overdue(self, *, on: date):
        """C8: decided or in progress, and the day it was due has passed."""
        return self.filter(state__in=PENDING_MEASURES, due_on__lt=on)

    def open_at_the_end(self):
        """C2: what is neither checked nor dropped, and what nobody goes on with after the process."""
        return self.exclude(state__in=FINAL_MEASURES).filter(handed_over_to="")


class Measure(models.Model):
    """What a unit does by its own means. It is owned by a function, never by a name."""

    wagtail_reference_index_ignore = True

    process = models.ForeignKey(Process, models.PROTECT, related_name="measures")
    slug = models.SlugField(_("short name"), max_length=80)
    title = models.CharField(_("title"), max_length=200)
    barriers = models.ManyToManyField(Barrier, related_name="measures", verbose_name=_("access barriers"))
    goals = models.ManyToManyField(Goal, related_name="measures", blank=True, verbose_name=_("goals"))
    owner = models.CharField(
        _("owner"),
        max_length=120,
        blank=True,
        help_text=_("A function, such as «team lead of the info desk»; no name."),
    )
    deputy = models.CharField(_("deputy"), max_length=120, blank=True)
    resources = models.CharField(_("resources"), max_length=300, blank=True)
    criterion = models.CharField(
        _("success criterion"), max_length=300, blank=True, help_text=_("What will be so, that can be seen or counted?")
    )
    steps = models.TextField(_("steps"), max_length=2000, blank=True, help_text=_("One step a line."))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=MeasureState, default=MeasureState.IDEA)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    implemented_on = models.DateField(_("implemented on"), null=True, blank=True)
    handed_over_to = models.CharField(_("handed over to"), max_length=120, blank=True)
    courses = models.ManyToManyField("courses.Course", related_name="measures", blank=True, verbose_name=_("courses"))

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ["process_id", "due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["process", "slug"], name="one_measure_per_slug"),
            models.CheckConstraint(
                condition=Q(state__in=[MeasureState.IDEA, MeasureState.DROPPED])
                | (Q(due_on__isnull=False) & ~Q(owner_de="") & Q(owner_de__isnull=False)),
                name="decided_measure_has_owner_and_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[MeasureState.IMPLEMENTED, MeasureState.CHECKED])
                | Q(implemented_on__isnull=False),
                name="implemented_measure_has_day",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_overdue(self, *, on: date) -> bool:
        return self.state in PENDING_MEASURES and self.due_on is not None and self.due_on < on

    @property
    def check_from(self) -> date | None:
        """The first day on which its effect can be checked; None before it was implemented."""
        return self.implemented_on + CHECK_AFTER if self.implemented_on else None


class EffectCheck(models.Model):
    """What came of a measure: one for each time that somebody looks. Planned until it has a result."""

    wagtail_reference_index_ignore = True

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="checks")
    due_on = models.DateField(_("due on"))
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    method = models.CharField(_("method"), max_length=300, blank=True)
    result = models.CharField(_("result"), max_length=15, choices=EffectResult, blank=True)
    mso_view = models.CharField(_("view of the MSO"), max_length=15, choices=EffectResult, blank=True)
    mso_note = models.CharField(_("note of the MSO"), max_length=500, blank=True)
    next_step = models.CharField(_("next step"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("effect check")
        verbose_name_plural = _("effect checks")
        ordering = ["measure_id", "due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_on__isnull=True, result="") | (Q(checked_on__isnull=False) & ~Q(result="")),
                name="checked_effect_has_result",
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure_id}: {self.result or self.due_on}"


class MeasureMove(StateMove):
    """One thing that happened to a measure."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="moves")
    move = models.CharField(_("move"), max_length=20, choices=MeasureMoveKind)

    class Meta:
        verbose_name = _("move of a measure")
        verbose_name_plural = _("moves of measures")
        ordering = ["measure_id", "-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.measure_id}: {self.move}"
