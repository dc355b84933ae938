"""Organisations, their units, and who is what in them from when to when."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.enums import Headcount, OrganisationKind, RecordState, Role, ServiceField


class Organisation(models.Model):
    """A district office, hospital, association, company or migrant self-organisation."""

    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind)
    is_public_body = models.BooleanField(_("public body"), default=False)
    authority_code = models.CharField(
        _("authority code"),
        max_length=40,
        blank=True,
        help_text=_("Counts the authority once in the funder's figures, however many units take part."),
    )
    is_listed = models.BooleanField(_("listed publicly"), default=False)
    note = models.TextField(_("note"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=RecordState, default=RecordState.ACTIVE)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority_code"],
                condition=Q(is_public_body=True) & ~Q(authority_code=""),
                name="one_public_body_per_authority_code",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A part of an organisation that works with the public: the object of consulting (DOMAIN.md 0.2)."""

    wagtail_reference_index_ignore = True

    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="units", verbose_name=_("organisation"))
    name = models.CharField(_("name"), max_length=200)
    field = models.CharField(_("service field"), max_length=20, choices=ServiceField)
    headcount = models.CharField(_("headcount"), max_length=10, choices=Headcount, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=RecordState, default=RecordState.ACTIVE)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["organisation__name", "name"]

    def __str__(self) -> str:
        return f"{self.organisation.name}, {self.name}"


class MembershipQuerySet(models.QuerySet):
    def active(self, *, on: date):
        """Memberships that hold on that day (both days included)."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)

    def with_role(self, *roles: Role):
        return self.filter(role__in=roles)


class Membership(models.Model):
    """One role of one person, in an organisation and possibly a unit, from a day to a day.

    Only `academy.services` writes it, since rights in Wagtail follow from it.
    """

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=30, choices=Role)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="memberships")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["user_id", "role", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="membership_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "organisation"],
                condition=Q(ends_on__isnull=True, unit__isnull=True),
                name="one_open_membership_per_organisation",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "unit"],
                condition=Q(ends_on__isnull=True, unit__isnull=False),
                name="one_open_membership_per_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.get_role_display()}"
