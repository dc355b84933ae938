"""What people keep in their learning record beside our courses. It is theirs alone: no employer, trainer or office."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from enrolment.enums import ScanKind


def place_of_proof(course: "ExternalCourse", name: str) -> str:
    """Below `record_proofs/`, which no public address serves, under a name that nobody guesses."""
    return f"record_proofs/{course.added_at:%Y}/{secrets.token_hex(16)}.{course.proof_kind}"


class ExternalCourse(models.Model):
    """A course somewhere else, as the person states it; nobody has checked it."""

    wagtail_reference_index_ignore = True

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="external_courses")
    title = models.CharField(_("title"), max_length=200)
    provider = models.CharField(_("provider"), max_length=200)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1, null=True, blank=True)
    proof = models.FileField(_("proof"), upload_to=place_of_proof, max_length=120, blank=True)
    proof_kind = models.CharField(_("kind of file"), max_length=4, choices=ScanKind, blank=True)
    added_at = models.DateTimeField(_("entered at"))

    class Meta:
        verbose_name = _("external course")
        verbose_name_plural = _("external courses")
        ordering = ["-ends_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="external_course_ends_after_start"),
            models.CheckConstraint(condition=Q(hours__isnull=True) | Q(hours__gt=0), name="external_course_has_hours"),
        ]

    def __str__(self) -> str:
        return self.title
