"""Self-assessments of a unit: the instrument, its rounds in a process, who has answered, and, apart from it, what."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from academy.common.small_cells import LEAST_FOR_STAFF
from consulting.enums import AssessmentAudience, AssessmentState, AssessmentTime

from .processes import Process


class InstrumentQuerySet(models.QuerySet):
    def newest(self):
        """The version that a new process begins with; None where no instrument is there."""
        return self.order_by("-version", "-pk").first()


class Instrument(models.Model):
    """One version of the questions. Once somebody has answered it is never reworded: a new version is made (C9).

    `content` is a list of fields, each {"slug", "title": {"de", "en"}, "items": [{"slug", "de", "en"}]}.
    """

    wagtail_reference_index_ignore = True

    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    version = models.PositiveSmallIntegerField(_("version"))
    content = models.JSONField(_("fields and their items"))

    objects = InstrumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("instrument of self-assessment")
        verbose_name_plural = _("instruments of self-assessment")
        ordering = ["-version", "pk"]

    def __str__(self) -> str:
        return f"{self.slug} ({self.version})"

    @property
    def item_slugs(self) -> list[str]:
        return [item["slug"] for field in self.content for item in field["items"]]

    def field(self, slug: str) -> dict | None:
        """The field of that short name, as it is stored."""
        return next((field for field in self.content if field["slug"] == slug), None)

    @staticmethod
    def worded(words: dict[str, str]) -> str:
        """The text in the reader's language, in German where there is none."""
        language = "en" if (get_language() or "de").startswith("en") else "de"
        return words.get(language) or words["de"]


class SelfAssessment(models.Model):
    """One round: all who are invited answer the same version once, until facilitation closes it."""

    wagtail_reference_index_ignore = True

    process = models.ForeignKey(Process, models.PROTECT, related_name="assessments")
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="assessments")
    time = models.CharField(_("time"), max_length=10, choices=AssessmentTime)
    state = models.CharField(_("state"), max_length=10, choices=AssessmentState, default=AssessmentState.OPEN)
    audience = models.CharField(
        _("who is invited"), max_length=10, choices=AssessmentAudience, default=AssessmentAudience.UNIT
    )
    threshold = models.PositiveSmallIntegerField(_("sheets that a result needs"), default=LEAST_FOR_STAFF)
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("self-assessment")
        verbose_name_plural = _("self-assessments")
        ordering = ["process_id", "opened_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["process"], condition=Q(state=AssessmentState.OPEN), name="one_open_assessment_per_process"
            ),
            models.UniqueConstraint(
                fields=["process", "time"],
                condition=~Q(time=AssessmentTime.INTERIM),
                name="one_start_and_one_end_per_process",
            ),
            models.CheckConstraint(
                condition=Q(state=AssessmentState.CLOSED, closed_on__isnull=False)
                | Q(state=AssessmentState.OPEN, closed_on__isnull=True),
                name="closed_assessment_has_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process_id}: {self.time}"

    @property
    def is_open(self) -> bool:
        return self.state == AssessmentState.OPEN

    @property
    def least(self) -> int:
        """C10: how many sheets a result needs, whatever the threshold says."""
        return max(LEAST_FOR_STAFF, self.threshold)


class AssessmentTicket(models.Model):
    """That somebody takes part in a round: a draft for that person alone, and nothing of it once it is handed in."""

    wagtail_reference_index_ignore = True

    assessment = models.ForeignKey(SelfAssessment, models.PROTECT, related_name="tickets")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="assessment_tickets")
    is_handed_in = models.BooleanField(_("handed in"), default=False)
    draft = models.JSONField(_("draft"), default=dict, blank=True)

    class Meta:
        verbose_name = _("taking part in a self-assessment")
        verbose_name_plural = _("taking part in self-assessments")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "person"], name="one_ticket_per_person_and_assessment")
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id}/{self.person_id}"


class AssessmentSheet(models.Model):
    """What somebody has answered. No person, no moment, no order: the key is random. Nothing may be added that leads
    to a person. `answers` by short name of the item: 0 to 4, or None for «I do not know».
    """

    wagtail_reference_index_ignore = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(SelfAssessment, models.PROTECT, related_name="sheets")
    answers = models.JSONField(_("answers"))

    class Meta:
        verbose_name = _("anonymous sheet of a self-assessment")
        verbose_name_plural = _("anonymous sheets of self-assessments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.assessment_id}"
