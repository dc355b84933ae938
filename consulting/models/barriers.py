"""What hinders people on their way to a service: the way itself, the barriers on it, and the evidence for them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from academy.common.append_only import AppendOnly
from academy.common.confidentiality import Level
from academy.enums import Vocabulary
from consulting.enums import (
    CONFIRMED_BARRIERS,
    BarrierEffect,
    BarrierMoveKind,
    BarrierState,
    Consequence,
    EvidenceKind,
    EvidenceOrigin,
    EvidenceRelease,
    JourneyState,
    Priority,
    Reach,
    ReleaseAct,
)

from .moves import StateMove
from .processes import Process

HIGH_FROM, MEDIUM_FROM = 12, 6  # reach times consequence (DOMAIN.md 2.2)


class JourneyMap(models.Model):
    """The way that people go to get one service, step by step."""

    wagtail_reference_index_ignore = True

    process = models.ForeignKey(Process, models.CASCADE, related_name="journeys")
    service = models.CharField(_("service"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=JourneyState, default=JourneyState.DRAFT)
    agreed_on = models.DateField(_("agreed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("service journey map")
        verbose_name_plural = _("service journey maps")
        ordering = ["process_id", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=JourneyState.AGREED, agreed_on__isnull=False)
                | Q(state=JourneyState.DRAFT, agreed_on__isnull=True),
                name="agreed_journey_has_day",
            )
        ]

    def __str__(self) -> str:
        return self.service


class Touchpoint(models.Model):
    """One step of that way. Barriers are found at steps."""

    wagtail_reference_index_ignore = True

    journey = models.ForeignKey(JourneyMap, models.CASCADE, related_name="touchpoints")
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.ForeignKey(
        "academy.Term",
        models.PROTECT,
        related_name="+",
        verbose_name=_("kind of step"),
        limit_choices_to={"vocabulary": Vocabulary.TOUCHPOINTS},
    )
    text = models.CharField(_("what happens here"), max_length=300)
    channel = models.CharField(_("channel"), max_length=100, blank=True)
    languages = models.CharField(_("languages"), max_length=100, blank=True)
    documents = models.CharField(_("documents that are asked for"), max_length=300, blank=True)
    waiting = models.CharField(_("waiting time"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("service touchpoint")
        verbose_name_plural = _("service touchpoints")
        ordering = ["journey_id", "position"]
        constraints = [models.UniqueConstraint(fields=["journey", "position"], name="one_touchpoint_per_position")]

    def __str__(self) -> str:
        return self.text


class BarrierQuerySet(models.QuerySet):
    def shown_to_unit(self):
        """C5: a barrier that only MSO have given evidence for exists for nobody else before one of them releases it."""
        evidence = Evidence.objects.filter(barrier=OuterRef("pk"))
        released = evidence.filter(~Q(origin=EvidenceOrigin.MSO) | Q(release_state=EvidenceRelease.RELEASED))
        return self.filter(Exists(released) | ~Exists(evidence))

    def with_parts(self):
        """With steps, kinds, dimensions and evidence at hand, in a constant number of queries."""
        return self.select_related("process__unit").prefetch_related(
            "touchpoints__kind", "kinds", "dimensions", "evidence__organisation"
        )


class Barrier(models.Model):
    """One access barrier: something in rules and routines, never a person's case. Services change it alone."""

    wagtail_reference_index_ignore = True

    process = models.ForeignKey(Process, models.PROTECT, related_name="barriers")
    slug = models.SlugField(_("short name"), max_length=80)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), max_length=4000)
    touchpoints = models.ManyToManyField(Touchpoint, related_name="barriers", verbose_name=_("service touchpoints"))
    kinds = models.ManyToManyField(
        "academy.Term",
        related_name="+",
        verbose_name=_("kinds"),
        limit_choices_to={"vocabulary": Vocabulary.BARRIER_KINDS},
    )
    dimensions = models.ManyToManyField(
        "academy.Term",
        related_name="+",
        verbose_name=_("dimensions of discrimination"),
        limit_choices_to={"vocabulary": Vocabulary.DIMENSIONS},
    )
    concerns_residence = models.BooleanField(
        _("connected with the residence status"),
        default=False,
        help_text=_("A circumstance, not a ground of the LADG."),
    )
    affected = models.CharField(
        _("who is affected"), max_length=300, blank=True, help_text=_("In the words that the groups use themselves.")
    )
    effect = models.CharField(_("effect"), max_length=10, choices=BarrierEffect, default=BarrierEffect.INDIRECT)
    reach = models.PositiveSmallIntegerField(
        _("reach"), choices=Reach, validators=[MinValueValidator(1), MaxValueValidator(4)]
    )
    consequence = models.PositiveSmallIntegerField(
        _("consequence"), choices=Consequence, validators=[MinValueValidator(1), MaxValueValidator(4)]
    )
    legal_hint = models.CharField(_("legal hint"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=BarrierState, default=BarrierState.SUSPECTED)
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    changed_on = models.DateField(_("last changed on"))
    level = models.PositiveSmallIntegerField(_("level of confidentiality"), choices=Level, default=Level.GROUP)
    courses = models.ManyToManyField("courses.Course", related_name="barriers", blank=True, verbose_name=_("courses"))

    objects = BarrierQuerySet.as_manager()

    class Meta:
        verbose_name = _("access barrier")
        verbose_name_plural = _("access barriers")
        ordering = ["process_id", "-changed_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["process", "slug"], name="one_barrier_per_slug"),
            models.CheckConstraint(
                condition=Q(reach__range=(1, 4), consequence__range=(1, 4)), name="barrier_weight_in_range"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=CONFIRMED_BARRIERS) | Q(confirmed_on__isnull=False),
                name="confirmed_barrier_has_day",
            ),
            models.CheckConstraint(
                condition=Q(level__gte=Level.GROUP) | Q(confirmed_on__isnull=False),
                name="released_barrier_is_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def weight(self) -> int:
        """Reach times consequence, 1 to 16."""
        return self.reach * self.consequence

    @property
    def priority(self) -> Priority:
        if self.weight >= HIGH_FROM:
            return Priority.HIGH
        return Priority.MEDIUM if self.weight >= MEDIUM_FROM else Priority.LOW


class Evidence(models.Model):
    """What a barrier is known from, in own words: no names, no cases. The raw notes stay outside the platform."""

    wagtail_reference_index_ignore = True

    barrier = models.ForeignKey(Barrier, models.PROTECT, related_name="evidence")
    kind = models.CharField(_("source"), max_length=20, choices=EvidenceKind)
    found_on = models.DateField(_("date"))
    summary = models.TextField(_("summary"), max_length=2000)
    origin = models.CharField(_("whose evidence"), max_length=10, choices=EvidenceOrigin)
    organisation = models.ForeignKey(
        "academy.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name=_("migrant self-organisation"),
    )
    release_state = models.CharField(
        _("release"), max_length=10, choices=EvidenceRelease, default=EvidenceRelease.INTERNAL
    )

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["barrier_id", "found_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(origin=EvidenceOrigin.MSO, organisation__isnull=False)
                | (~Q(origin=EvidenceOrigin.MSO) & Q(organisation__isnull=True)),
                name="mso_evidence_names_mso",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.found_on}"

    @property
    def is_released(self) -> bool:
        return self.release_state == EvidenceRelease.RELEASED


class BarrierMove(StateMove):
    """One thing that happened to a barrier."""

    barrier = models.ForeignKey(Barrier, models.PROTECT, related_name="moves")
    move = models.CharField(_("move"), max_length=20, choices=BarrierMoveKind)

    class Meta:
        verbose_name = _("move of a barrier")
        verbose_name_plural = _("moves of barriers")
        ordering = ["barrier_id", "-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.barrier_id}: {self.move}"


class ReleaseEvent(AppendOnly):
    """Who let whom see what, or took it back, and when (C12). Of evidence the organisation is told that released it."""

    barrier = models.ForeignKey(Barrier, models.PROTECT, related_name="release_events")
    evidence = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="release_events")
    act = models.CharField(_("act"), max_length=10, choices=ReleaseAct)
    from_level = models.PositiveSmallIntegerField(_("from"), choices=Level, null=True)
    to_level = models.PositiveSmallIntegerField(_("to"), choices=Level, null=True)
    organisation = models.ForeignKey("academy.Organisation", models.PROTECT, null=True, related_name="+")
    actor = models.UUIDField(_("pseudonym of the actor"), null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["barrier_id", "-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.barrier_id}: {self.act}"
