"""One month of dates as a sheet of weeks."""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from .entries import Entry

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass
class Day:
    """One field of the sheet. Days of the months before and after fill the first and the last week."""

    on: date
    is_in_month: bool
    is_today: bool
    entries: list[Entry] = field(default_factory=list)


@dataclass
class Month:
    first: date
    weeks: list[list[Day]]
    before: str
    after: str

    @property
    def entries(self) -> list[Entry]:
        """Each date of the month once, in its order."""
        found = [entry for week in self.weeks for day in week if day.is_in_month for entry in day.entries]
        return list(dict.fromkeys(found))


def month_asked(text: str) -> date | None:
    """The first day of the month that an address names as «2026-12»; None for anything else."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
        return None
    year, month = int(text[:4]), int(text[5:])
    return date(year, month, 1) if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 else None


def month_of(entries: Sequence[Entry], *, first: date, today: date) -> Month:
    """The sheet of the month that begins on `first`, weeks from Monday on, each date on each day that it touches."""
    weeks = [
        [Day(on, on.month == first.month, on == today) for on in week]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]
    days = {day.on: day for week in weeks for day in week}
    for entry in entries:
        on, last = timezone.localdate(entry.starts_at), timezone.localdate(entry.ends_at)
        while on <= last:
            if on in days:
                days[on].entries.append(entry)
            on += timedelta(days=1)
    before, after = first - timedelta(days=1), (first + timedelta(days=31)).replace(day=1)
    return Month(first, weeks, _address(before), _address(after))


def _address(on: date) -> str:
    return f"{on:%Y-%m}" if FIRST_YEAR <= on.year <= LAST_YEAR else ""
