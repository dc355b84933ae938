"""Relative dates: «W-3 TUE 09:00-12:30» is the Tuesday of the third week before the week of loading, in Berlin time."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

BERLIN = ZoneInfo("Europe/Berlin")
WEEKDAYS = ["MON", "TUE", "WED", "THU", "FRI"]
PATTERN = re.compile(
    rf"W(?P<week>[+-]\d+) (?P<weekday>{'|'.join(WEEKDAYS)})(?: (?P<start>\d\d:\d\d)(?:-(?P<end>\d\d:\d\d))?)?"
)


class BadDate(ValueError):
    """The text is no date of the demo content."""


@dataclass(frozen=True)
class Week:
    """The week of loading, from which every date is counted. Times are wall-clock times, summer time included."""

    monday: date

    @classmethod
    def of(cls, at: datetime) -> "Week":
        day = timezone.localdate(at, BERLIN)
        return cls(day - timedelta(days=day.weekday()))

    def day(self, text: str) -> date:
        """The day; a time of day, if there is one, plays no part."""
        return self._read(text)[0]

    def moment(self, text: str, *, default: str = "12:00") -> datetime:
        """The moment at which it starts; `default` where the text names a day only."""
        day, start, _end = self._read(text)
        return datetime.combine(day, start or time.fromisoformat(default), BERLIN)

    def span(self, text: str) -> tuple[datetime, datetime]:
        """From when to when."""
        day, start, end = self._read(text)
        if start is None or end is None or start >= end:
            raise BadDate(f"«{text}» does not say from when to when.")
        return datetime.combine(day, start, BERLIN), datetime.combine(day, end, BERLIN)

    def _read(self, text: str) -> tuple[date, time | None, time | None]:
        found = PATTERN.fullmatch(text)
        if found is None:
            raise BadDate(f"«{text}» is no date like «W-3 TUE 09:00-12:30».")
        day = self.monday + timedelta(weeks=int(found["week"]), days=WEEKDAYS.index(found["weekday"]))
        start, end = (time.fromisoformat(found[name]) if found[name] else None for name in ("start", "end"))
        return day, start, end
