"""One process facilitation with one unit: its phases and milestones, the people in it, and the log of moves."""

from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.common.confidentiality import Level
from consulting.enums import (
    CURRENT_PHASE_STATES,
    OVER_STATES,
    WORKING_STATES,
    Move,
    PhaseKey,
    PhaseState,
    ProcessRole,
    ProcessState,
    ReleaseState,
)

from .moves import StateMove


class ProcessQuerySet(models.QuerySet):
    def running(self):
        """Processes that are not over: requested, in clarification, active or paused."""
        return self.exclude(state__in=OVER_STATES)

    def over(self):
        return self.filter(state__in=OVER_STATES)

    def by_next_date(self):
        """Ordered by the next open milestone, so that what is overdue comes first and what has no date last."""
        waiting = Milestone.objects.waiting().filter(process=OuterRef("pk")).order_by("due_on").values("due_on")
        next_on = Case(When(state__in=WORKING_STATES, then=Subquery(waiting[:1])))
        return self.annotate(next_on=next_on).order_by(F("next_on").asc(nulls_last=True), "-starts_on", "pk")

    def with_timetable(self):
        """With unit, phases and milestones at hand, in a constant number of queries."""
        milestones = models.Prefetch("milestones", queryset=Milestone.objects.select_related("phase"))
        return self.select_related("unit__organisation", "request", "template").prefetch_related("phases", milestones)


class Process(models.Model):
    """The facilitation of one unit. Only `consulting.services` may change it and its parts."""

    wagtail_reference_index_ignore = True

    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    unit = models.ForeignKey("academy.Unit", models.PROTECT, related_name="processes", verbose_name=_("unit"))
    template = models.ForeignKey(
        "consulting.ProcessTemplate",
        models.PROTECT,
        related_name="processes",
        verbose_name=_("template"),
        help_text=_("The version that the phases were last compared with; they are independent of it."),
    )
    title = models.CharField(_("title"), max_length=200)
    goal = models.TextField(_("goal"), blank=True)
    state = models.CharField(_("state"), max_length=20, choices=ProcessState, default=ProcessState.REQUEST)
    starts_on = models.DateField(_("start"))
    ends_on = models.DateField(_("end"), null=True, blank=True)
    budget_days = models.PositiveSmallIntegerField(
        _("time budget in consulting days"), validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    level = models.PositiveSmallIntegerField(
        _("level of confidentiality"),
        choices=Level,
        default=Level.GROUP,
        help_text=_("For everything that is added to this process facilitation and not released further."),
    )
    agreement_unit_on = models.DateField(_("agreement dated by the unit"), null=True, blank=True)
    agreement_operator_on = models.DateField(_("agreement dated by the operator"), null=True, blank=True)
    staff_council_informed_on = models.DateField(_("staff council informed"), null=True, blank=True)
    release_state = models.CharField(
        _("public summary"), max_length=10, choices=ReleaseState, default=ReleaseState.NONE
    )
    released_on = models.DateField(_("released on"), null=True, blank=True)
    release_text = models.TextField(_("released summary"), blank=True)

    objects = ProcessQuerySet.as_manager()

    class Meta:
        verbose_name = _("process facilitation")
        verbose_name_plural = _("process facilitations")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(state=ProcessState.ACTIVE), name="one_active_process_per_unit"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="process_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(release_state=ReleaseState.RELEASED) | Q(released_on__isnull=False),
                name="release_has_day",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("consulting:process_detail", args=[self.pk])

    @property
    def is_working(self) -> bool:
        """Whether phases move and dates count."""
        return self.state in WORKING_STATES

    @property
    def is_over(self) -> bool:
        return self.state in OVER_STATES

    @property
    def focus_phase(self) -> "Phase | None":
        """The phase that the work is in: the active one, else the first that was re-opened, else none."""
        current = [phase for phase in self.phases.all() if phase.is_current]
        active = [phase for phase in current if phase.state == PhaseState.ACTIVE]
        return next(iter(active or current), None)


class Phase(models.Model):
    """One phase of one process, copied from the template and changed for this unit."""

    wagtail_reference_index_ignore = True

    process = models.ForeignKey(Process, models.CASCADE, related_name="phases")
    key = models.CharField(_("kind of phase"), max_length=20, choices=PhaseKey)
    title = models.CharField(_("title"), max_length=100)
    position = models.PositiveSmallIntegerField(_("position"))
    state = models.CharField(_("state"), max_length=10, choices=PhaseState, default=PhaseState.OPEN)
    planned_on = models.DateField(_("planned for"), null=True, blank=True)
    done_on = models.DateField(_("reached on"), null=True, blank=True)
    exit_note = models.TextField(_("exit note"), blank=True)
    exit_check = models.TextField(_("exit check"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        ordering = ["process_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["process", "key"], name="one_phase_per_key"),
            models.UniqueConstraint(fields=["process", "position"], name="one_phase_per_position"),
            models.UniqueConstraint(
                fields=["process"], condition=Q(state=PhaseState.ACTIVE), name="one_active_phase_per_process"
            ),
            models.CheckConstraint(
                condition=Q(state=PhaseState.REACHED, done_on__isnull=False)
                | (~Q(state=PhaseState.REACHED) & Q(done_on__isnull=True)),
                name="reached_phase_has_day",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_current(self) -> bool:
        return self.state in CURRENT_PHASE_STATES


class MilestoneQuerySet(models.QuerySet):
    def waiting(self):
        """Milestones that are neither done nor dropped."""
        return self.filter(done_on__isnull=True, dropped_on__isnull=True)


class Milestone(models.Model):
    """One date of one process that is either done or not. A dropped one stays in the log and counts no more."""

    wagtail_reference_index_ignore = True

    process = models.ForeignKey(Process, models.CASCADE, related_name="milestones")
    phase = models.ForeignKey(
        Phase, models.PROTECT, null=True, blank=True, related_name="milestones", verbose_name=_("phase")
    )
    title = models.CharField(_("title"), max_length=200)
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    dropped_on = models.DateField(_("dropped on"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    template_key = models.UUIDField(null=True, editable=False)  # the milestone of the template that it came from

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["process_id", "due_on", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | Q(dropped_on__isnull=True), name="milestone_done_or_dropped"
            ),
            models.UniqueConstraint(fields=["process", "template_key"], name="one_milestone_per_template_key"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_waiting(self) -> bool:
        return self.done_on is None and self.dropped_on is None

    def is_overdue(self, *, on: date) -> bool:
        return self.is_waiting and self.due_on < on


class ProcessMemberQuerySet(models.QuerySet):
    def active(self, *, on: date):
        """Functions that are held on that day: the first day counts, on the last one access has gone."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on)


class ProcessMember(models.Model):
    """One function of one person in one process. Access begins with `starts_on` and is gone from `ends_on` on."""

    wagtail_reference_index_ignore = True

    process = models.ForeignKey(Process, models.CASCADE, related_name="members")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="process_functions", verbose_name=_("person")
    )
    role = models.CharField(_("function"), max_length=20, choices=ProcessRole)
    has_public_contact = models.BooleanField(_("works in contact with the public"), default=False)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("access ends on"), null=True, blank=True)

    objects = ProcessMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("person in a process facilitation")
        verbose_name_plural = _("people in a process facilitation")
        ordering = ["process_id", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["process", "person", "role"],
                condition=Q(ends_on__isnull=True),
                name="one_open_function_per_person",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="function_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["person", "process"], name="functions_of_person")]

    def __str__(self) -> str:
        return f"{self.process_id}/{self.person_id}: {self.get_role_display()}"


class ProcessMove(StateMove):
    """One thing that happened to a process or its parts."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="moves")
    phase = models.ForeignKey(Phase, models.PROTECT, null=True, related_name="moves")
    milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, related_name="moves")
    member = models.ForeignKey(ProcessMember, models.PROTECT, null=True, related_name="moves")
    template = models.ForeignKey("consulting.ProcessTemplate", models.PROTECT, null=True, related_name="moves")
    move = models.CharField(_("move"), max_length=30, choices=Move)

    class Meta:
        verbose_name = _("move of a process facilitation")
        verbose_name_plural = _("moves of process facilitations")
        ordering = ["process_id", "-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.process_id}: {self.move}"
