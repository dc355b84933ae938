"""Dates as files that calendar programmes read (RFC 5545)."""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

from icalendar import Event

from academy.common.calendar_files import BERLIN, END, head

from .entries import Entry


def fingerprint(name: str, entries: list[Entry], *, language: str) -> str:
    """A strong ETag: it differs when the file does, and costs less than the file. It ends with the language."""
    content = repr((name, entries))
    return f'"{blake2b(content.encode(), digest_size=16).hexdigest()}.{language}"'


def is_in_language(etag: str, language: str) -> bool:
    return etag.endswith(f'.{language}"')


def to_ical(name: str, entries: Iterable[Entry]) -> bytes:
    """The whole file."""
    return _head(name) + b"".join(_event(entry) for entry in entries) + END


@lru_cache(maxsize=64)
def _head(name: str) -> bytes:
    return head(name)


@lru_cache(maxsize=8192)
def _event(entry: Entry) -> bytes:
    """One VEVENT. Remembered, because calendars are read far more often than dates change."""
    return event_of(entry).to_ical()


def event_of(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.revised_at)
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("dtstart", entry.starts_at.astimezone(BERLIN))
    event.add("dtend", entry.ends_at.astimezone(BERLIN))
    event.add("summary", entry.title)
    if entry.where or entry.online_link:
        event.add("location", entry.where or entry.online_link)
    description = "\n".join(part for part in (entry.note, entry.online_link) if part)
    if description:
        event.add("description", description)
    if entry.link:
        event.add("url", entry.link)
    if entry.is_private:
        event.add("class", "PRIVATE")
    if entry.is_cancelled:
        event.add("transp", "TRANSPARENT")
    return event
