"""What people need to take part. Kept apart from the place, because it goes 30 days after the run (DOMAIN.md 6)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from enrolment.enums import AccessKind

from .places import Enrolment


class AccessNeedsQuerySet(models.QuerySet):
    def in_order(self):
        """By the name of the learner, for lists."""
        return self.order_by("enrolment__learner__last_name", "enrolment__learner__first_name", "pk")


class AccessNeeds(models.Model):
    """What one person needs on one run: arrangements to choose from, and what should be done, in own words."""

    wagtail_reference_index_ignore = True

    enrolment = models.OneToOneField(Enrolment, models.CASCADE, related_name="access_needs")
    kinds = models.JSONField(_("what is needed"), default=list)
    interpreting_language = models.CharField(_("language of the interpreter"), max_length=60, blank=True)
    instruction = models.CharField(_("what should be done"), max_length=500, blank=True)
    updated_at = models.DateTimeField(_("updated at"))

    objects = AccessNeedsQuerySet.as_manager()

    class Meta:
        verbose_name = _("needs to take part")
        verbose_name_plural = _("needs to take part")
        ordering = ["enrolment_id"]

    def __str__(self) -> str:
        return str(self.enrolment_id)

    @property
    def labels(self) -> list[str]:
        """What was chosen, in words and in the order of the form; with the language of the interpreter."""
        chosen = [kind for kind in AccessKind if kind in self.kinds]
        return [
            f"{kind.label}: {self.interpreting_language}"
            if kind == AccessKind.INTERPRETING and self.interpreting_language
            else str(kind.label)
            for kind in chosen
        ]
