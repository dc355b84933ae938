"""Reads about meetings and minutes: what of them exists for whom (DOMAIN.md 2.5, «Meetings, minutes»)."""

from datetime import date

from django.db.models import Q, QuerySet

from consulting.enums import ProcessRole
from consulting.models import Meeting, Process

from .processes import READING_FUNCTIONS, functions_held_by


def meetings_visible_to(user, *, on: date) -> QuerySet[Meeting]:
    """Every meeting that the person reads: facilitation and the unit's side all of their process, an MSO partner those
    in which the partner takes part. What only has dates for somebody is not in it.
    """
    if not user.is_authenticated or not user.is_active:
        return Meeting.objects.none()
    held = functions_held_by(user, on=on)
    reading = held.filter(role__in=[*READING_FUNCTIONS, ProcessRole.FACILITATOR]).values("process")
    partner = held.filter(role=ProcessRole.MSO_PARTNER).values("pk")
    visible = Q(process__in=reading) | Q(attendees__member__in=partner)
    return Meeting.objects.filter(pk__in=Meeting.objects.filter(visible).values("pk"))


def meetings_listed_in(process: Process, *, user, only_dates: bool, on: date) -> QuerySet[Meeting]:
    """The meetings of the process that its list shows: all to whoever knows dates only (M), else what is readable."""
    return process.meetings.all() if only_dates else meetings_visible_to(user, on=on).filter(process=process)
