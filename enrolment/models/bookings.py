"""Bookings of organisations: seats of a run that are kept for their people, or that a group waits for."""

from django.conf import settings
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from academy.common.append_only import AppendOnly
from courses.models import Seat
from enrolment.enums import LIVE_BOOKINGS, LIVE_STATES, BookingState, Channel, GroupEntry, NamedBy


class BookingQuerySet(models.QuerySet):
    def live(self):
        """Bookings that wait for seats or hold some back."""
        return self.filter(state__in=LIVE_BOOKINGS)

    def waiting(self):
        """Groups on the waiting list, in its order: with seats still to come, whether or not they hold some."""
        return self.filter(waiting_for__gt=0).order_by("queue_number")

    def with_seats(self):
        """Adds `unnamed`, seats that are kept for nobody in particular, and `named`, live places of named people."""
        kept = Seat.objects.filter(run=OuterRef("run"), reserved_for=OuterRef("organisation"), taken_at__isnull=True)
        named = NamedPerson.objects.live().filter(booking=OuterRef("pk"))
        return self.annotate(
            unnamed=_count(kept, "run", when=Q(state=BookingState.HELD)),
            named=_count(named, "booking"),
        )


def _count(rows, key: str, *, when: Q | None = None):
    counted = Coalesce(Subquery(rows.order_by().values(key).annotate(n=Count("pk")).values("n")), 0)
    return counted if when is None else models.Case(models.When(when, then=counted), default=0)


class Booking(models.Model):
    """Seats of one run for the people of one organisation. Which seats they are is said by the seats themselves.

    `waiting_for` counts the seats that the group still waits for; `queue_number` is then its number on the list.
    `gathers_until` is set once, when it is the turn of a group that goes only together and too few seats are free.
    """

    wagtail_reference_index_ignore = True

    organisation = models.ForeignKey(
        "academy.Organisation", models.PROTECT, related_name="bookings", verbose_name=_("organisation")
    )
    unit = models.ForeignKey(
        "academy.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    run = models.ForeignKey("courses.CourseRun", models.PROTECT, related_name="bookings", verbose_name=_("run"))
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="bookings", verbose_name=_("contact person")
    )
    state = models.CharField(_("state"), max_length=10, choices=BookingState)
    entry = models.CharField(_("waiting list"), max_length=10, choices=GroupEntry, default=GroupEntry.TOGETHER)
    waiting_for = models.PositiveSmallIntegerField(_("places waited for"), default=0)
    queue_number = models.PositiveIntegerField(_("queue number"), null=True, blank=True)
    gathers_until = models.DateTimeField(null=True, blank=True, editable=False)
    release_at = models.DateTimeField(_("release date"))
    link_hash = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    booked_at = models.DateTimeField(_("booked at"))

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking of an organisation")
        verbose_name_plural = _("bookings of organisations")
        ordering = ["-booked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "run"], condition=Q(state__in=LIVE_BOOKINGS), name="one_live_booking"
            ),
            models.UniqueConstraint(fields=["run", "queue_number"], name="one_booking_per_queue_number"),
            models.CheckConstraint(
                condition=Q(waiting_for=0, queue_number__isnull=True)
                | Q(waiting_for__gt=0, queue_number__isnull=False),
                name="waiting_booking_has_number",
            ),
            models.CheckConstraint(
                condition=Q(state=BookingState.WAITING, waiting_for__gt=0)
                | Q(state=BookingState.HELD)
                | Q(state__in=[BookingState.RELEASED, BookingState.CANCELLED], waiting_for=0),
                name="booking_state_matches_list",
            ),
            models.CheckConstraint(
                condition=Q(link_hash__isnull=True) | Q(state=BookingState.HELD), name="link_only_with_seats"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}/{self.run_id}: {self.get_state_display()}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_BOOKINGS

    @property
    def state_look(self) -> BookingState:
        """The state as a member of its choices, since other things have the same words with another look."""
        return BookingState(self.state)


class BookingMove(AppendOnly):
    """One move of one booking: append-only. `seats` says how many it was about."""

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="moves")
    move = models.CharField(_("move"), max_length=30)
    from_state = models.CharField(_("from"), max_length=10, blank=True)
    to_state = models.CharField(_("to"), max_length=10)
    seats = models.PositiveSmallIntegerField(_("places"))
    actor = models.UUIDField(_("pseudonym of the actor"), null=True)
    channel = models.CharField(_("channel"), max_length=20, choices=Channel)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("move of a booking")
        verbose_name_plural = _("moves of bookings")
        ordering = ["booking_id", "pk"]

    def __str__(self) -> str:
        return f"{self.booking_id}: {self.from_state} → {self.to_state}"


class NamedPersonQuerySet(models.QuerySet):
    def live(self):
        """Named people whose place is not over."""
        return self.filter(enrolment__state__in=LIVE_STATES)


class NamedPerson(models.Model):
    """Who takes one of the organisation's seats, in the words of the contact person.

    Name and address are as they were typed: what the account says is nobody else's business.
    """

    wagtail_reference_index_ignore = True

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="people")
    enrolment = models.OneToOneField("enrolment.Enrolment", models.PROTECT, related_name="naming")
    first_name = models.CharField(_("first name"), max_length=150, blank=True)
    last_name = models.CharField(_("last name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"))
    named_by = models.CharField(_("how"), max_length=10, choices=NamedBy)
    named_at = models.DateTimeField(_("named at"))

    objects = NamedPersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("named person")
        verbose_name_plural = _("named people")
        ordering = ["booking_id", "last_name", "first_name", "pk"]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email
