"""Templates of processes in numbered versions. A process copies one and is independent of it afterwards."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from consulting.enums import PhaseKey


class ProcessTemplateQuerySet(models.QuerySet):
    def offered(self):
        """The versions that new processes may start from: at most one of each template."""
        return self.filter(is_offered=True)


class ProcessTemplate(ClusterableModel):
    """One version of one template. What is published never changes; a change makes the next version."""

    slug = models.SlugField(_("short name"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    title = models.CharField(_("title"), max_length=150)
    is_offered = models.BooleanField(
        _("offered for new processes"),
        default=True,
        help_text=_("Running process facilitations are not touched by this."),
    )

    objects = ProcessTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("process template")
        verbose_name_plural = _("process templates")
        ordering = ["slug", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="one_template_per_version"),
            models.UniqueConstraint(
                fields=["slug"], condition=Q(is_offered=True), name="one_offered_version_per_template"
            ),
        ]

    def __str__(self) -> str:
        return _("{title}, version {version}").format(title=self.title, version=self.version)


class TemplatePhase(models.Model):
    """One phase of a template: its key says what it is, its title how people call it."""

    template = ParentalKey(ProcessTemplate, on_delete=models.CASCADE, related_name="phases")
    key = models.CharField(_("kind of phase"), max_length=20, choices=PhaseKey)
    title = models.CharField(_("title"), max_length=100)
    exit_check = models.TextField(
        _("exit check"),
        max_length=500,
        blank=True,
        help_text=_("What should be there before the phase is finished. It is shown as a hint and stops nobody."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0, editable=False)

    sort_order_field = "position"

    class Meta:
        verbose_name = _("phase of a template")
        verbose_name_plural = _("phases of a template")
        ordering = ["template_id", "position"]
        constraints = [models.UniqueConstraint(fields=["template", "key"], name="one_template_phase_per_key")]

    def __str__(self) -> str:
        return self.title


class TemplateMilestone(models.Model):
    """A date that every process of this kind has, so many weeks after its start. `key` is the same in all versions."""

    template = ParentalKey(ProcessTemplate, on_delete=models.CASCADE, related_name="milestones")
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=200)
    phase_key = models.CharField(_("phase"), max_length=20, choices=PhaseKey)
    after_weeks = models.PositiveSmallIntegerField(_("weeks after the start"))
    position = models.PositiveSmallIntegerField(_("position"), default=0, editable=False)

    sort_order_field = "position"

    class Meta:
        verbose_name = _("milestone of a template")
        verbose_name_plural = _("milestones of a template")
        ordering = ["template_id", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["template", "key"], name="one_template_milestone_per_key")]

    def __str__(self) -> str:
        return self.title
