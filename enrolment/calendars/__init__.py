"""Calendars: what they say (`entries`), the files that programmes read (`ical`), what mails bring (`invitations`)."""

from .entries import (
    STANDING_IN,
    TEACHING,
    Entry,
    entries_of,
    entries_of_room,
    entries_of_run,
    entry_of_session,
)
from .ical import fingerprint, is_in_language, to_ical
from .invitations import invitations_of
from .month import Month, month_asked, month_of

__all__ = [
    "STANDING_IN",
    "TEACHING",
    "Entry",
    "Month",
    "entries_of",
    "entries_of_room",
    "entries_of_run",
    "entry_of_session",
    "fingerprint",
    "invitations_of",
    "is_in_language",
    "month_asked",
    "month_of",
    "to_ical",
]
