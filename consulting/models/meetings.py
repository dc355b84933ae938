"""Meetings of a process: who was there by function, the minutes, and what was decided. Confirmed minutes stay."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.common.append_only import AppendOnly
from consulting.enums import SHOWN_MINUTES, WRITABLE_MINUTES, EntryKind, MeetingKind, MeetingMoveKind, MinutesState

from .measures import Measure
from .moves import StateMove
from .processes import Process, ProcessMember


class MeetingQuerySet(models.QuerySet):
    def coming(self, *, at: datetime):
        """What is not over yet, the next one first."""
        return self.filter(ends_at__gte=at).order_by("starts_at", "pk")

    def over(self, *, at: datetime):
        """What is over, the latest first."""
        return self.filter(ends_at__lt=at).order_by("-starts_at", "-pk")


class Meeting(models.Model):
    """One meeting and its minutes. `version` counts every saving of the minutes, so that nobody overwrites another."""

    wagtail_reference_index_ignore = True

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    process = models.ForeignKey(Process, models.PROTECT, related_name="meetings")
    kind = models.CharField(_("kind"), max_length=20, choices=MeetingKind)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    room = models.CharField(_("room"), max_length=200, blank=True)
    online_link = models.URLField(_("online link"), max_length=500, blank=True)
    agenda = models.TextField(_("agenda"), max_length=2000, blank=True)
    is_cancelled = models.BooleanField(_("called off"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=MinutesState, default=MinutesState.PLANNED)
    minutes = models.TextField(pgettext_lazy("meeting", "minutes"), max_length=20000, blank=True)
    version = models.PositiveIntegerField(_("version of the minutes"), default=0)
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    sequence = models.PositiveIntegerField(_("number of changes to the date"), default=0)
    changed_at = models.DateTimeField(_("date changed at"))

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["process_id", "starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_start"),
            models.CheckConstraint(
                condition=Q(state=MinutesState.CONFIRMED, confirmed_on__isnull=False)
                | (~Q(state=MinutesState.CONFIRMED) & Q(confirmed_on__isnull=True)),
                name="confirmed_minutes_have_day",
            ),
        ]
        indexes = [models.Index(fields=["process", "starts_at"], name="meetings_of_process")]

    def __str__(self) -> str:
        return f"{self.process_id}: {self.kind} {self.starts_at:%Y-%m-%d}"

    def save(self, *args, **kwargs) -> None:
        require_open(self.pk)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("consulting:meeting_detail", args=[self.pk])

    def delete(self, *args, **kwargs):
        require_open(self.pk)
        return super().delete(*args, **kwargs)

    @property
    def is_writable(self) -> bool:
        """Whether minutes can be written: until they are circulated."""
        return self.state in WRITABLE_MINUTES and not self.is_cancelled

    @property
    def is_shown(self) -> bool:
        """Whether others than facilitation read the minutes."""
        return self.state in SHOWN_MINUTES

    @property
    def is_confirmed(self) -> bool:
        return self.state == MinutesState.CONFIRMED

    @property
    def agenda_items(self) -> list[str]:
        return [line.strip() for line in self.agenda.splitlines() if line.strip()]


def require_open(meeting_id: int | None) -> None:
    """Confirmed minutes are never changed; the database says so as well."""
    if meeting_id and Meeting.objects.filter(pk=meeting_id, state=MinutesState.CONFIRMED).exists():
        raise TypeError("Confirmed minutes are never changed; write an addendum.")


class PartOfMinutes(models.Model):
    """What stands and falls with the minutes: it can be written until they are confirmed."""

    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True

    def save(self, *args, **kwargs) -> None:
        require_open(self.meeting_id)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        require_open(self.meeting_id)
        return super().delete(*args, **kwargs)


class Attendee(PartOfMinutes):
    """Who is there: a function in the process, or another one in words. A name is never asked for (C14)."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendees")
    member = models.ForeignKey(ProcessMember, models.PROTECT, null=True, blank=True, related_name="meetings")
    function = models.CharField(_("function"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("attendee by function")
        verbose_name_plural = _("attendees by function")
        ordering = ["meeting_id", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=False, function="") | (Q(member__isnull=True) & ~Q(function="")),
                name="attendee_is_member_or_function",
            ),
            models.UniqueConstraint(fields=["meeting", "member"], name="attendee_once"),
        ]

    def __str__(self) -> str:
        return self.function or str(self.member.get_role_display())


class MinutesEntry(PartOfMinutes):
    """One decision or task. That it became a measure is added later, also to confirmed minutes."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="entries")
    kind = models.CharField(_("kind"), max_length=10, choices=EntryKind)
    text = models.CharField(_("text"), max_length=300)
    owner = models.CharField(_("owner"), max_length=120, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    measure = models.OneToOneField(Measure, models.PROTECT, null=True, blank=True, related_name="decided_in")

    class Meta:
        verbose_name = _("decision or task")
        verbose_name_plural = _("decisions and tasks")
        ordering = ["meeting_id", "pk"]

    def __str__(self) -> str:
        return self.text

    def save(self, *args, **kwargs) -> None:
        if kwargs.get("update_fields") == ["measure"]:
            return models.Model.save(self, *args, **kwargs)
        return super().save(*args, **kwargs)


class Addendum(AppendOnly):
    """What is said about confirmed minutes afterwards: append-only, the actor as a pseudonym (empty: the system)."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="addenda")
    text = models.TextField(_("text"), max_length=4000)
    actor = models.UUIDField(_("pseudonym of the actor"), null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        ordering = ["meeting_id", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.at}"


class MeetingMove(StateMove):
    """One thing that happened to a meeting."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="moves")
    move = models.CharField(_("move"), max_length=10, choices=MeetingMoveKind)

    class Meta:
        verbose_name = _("move of a meeting")
        verbose_name_plural = _("moves of meetings")
        ordering = ["meeting_id", "-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.move}"
