"""What an organisation wrote when it asked for process facilitation."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consulting.enums import ProcessState

from .processes import Process


class ProcessRequestQuerySet(models.QuerySet):
    def waiting(self):
        """Requests that nobody has taken up or turned down, the oldest first."""
        return self.filter(process__state=ProcessState.REQUEST).order_by("asked_at", "pk")

    def settled(self):
        return self.exclude(process__state=ProcessState.REQUEST).order_by("-asked_at", "-pk")


class ProcessRequest(models.Model):
    """One request from the public form, beside the process in «Anfrage» that it has begun.

    The person is known by a function and an address only; the address goes in time. Only `services` writes it.
    """

    wagtail_reference_index_ignore = True

    process = models.OneToOneField(Process, models.PROTECT, related_name="request", verbose_name=_("process"))
    reference = models.CharField(_("number"), max_length=12, unique=True)
    organisation = models.CharField(_("organisation"), max_length=200)
    unit = models.CharField(_("unit"), max_length=200)
    service = models.CharField(_("service"), max_length=200)
    reason = models.TextField(_("reason"), max_length=2000)
    contact = models.CharField(_("function of the contact person"), max_length=120)
    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(_("language"), max_length=12)
    consent = models.TextField(_("what was consented to"))
    asked_at = models.DateTimeField(_("asked at"))
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    contact_erased_at = models.DateTimeField(_("contact details erased at"), null=True, blank=True)

    objects = ProcessRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for process facilitation")
        verbose_name_plural = _("requests for process facilitation")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(contact_erased_at__isnull=True) | Q(email=""), name="erased_request_has_no_address"
            )
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("consulting:process_request", args=[self.pk])
