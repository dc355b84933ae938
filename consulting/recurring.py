"""The dates that a series means, and the series as a calendar file (RFC 5545: RRULE, EXDATE, RECURRENCE-ID).

The rule runs over clock times in Berlin, so a series stays at nine o'clock over both switches; each date becomes a
moment only then.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from dateutil import rrule
from django.utils import timezone
from icalendar import Event

from academy.common.calendar_files import BERLIN, END, head
from academy.common.links import site_host

from .enums import SeriesRhythm
from .models import DateSeries

WEEKDAYS = [rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU]
LAST = 5  # what begins in the fifth week of its month is meant as the last one


@dataclass(frozen=True)
class Occurrence:
    """One date of a series. `was_at` is where the rule had it, when it was moved."""

    series: DateSeries
    starts_at: datetime
    was_at: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.series.minutes)


def rule_of(series: DateSeries) -> rrule.rrule:
    """The rule over naive clock times."""
    begins = _clock(series.starts_at)
    facts = {"dtstart": begins, "interval": series.every, "count": series.times}
    if series.ends_on:
        facts["until"] = datetime.combine(series.ends_on, time.max)
    if series.rhythm == SeriesRhythm.WEEKLY:
        return rrule.rrule(rrule.WEEKLY, **facts)
    return rrule.rrule(rrule.MONTHLY, byweekday=WEEKDAYS[begins.weekday()](_week(begins)), **facts)


def _week(begins: datetime) -> int:
    """Which of its weekdays in the month a date is; -1 for the last one."""
    number = (begins.day - 1) // 7 + 1
    return -1 if number == LAST else number


def occurrences(series: DateSeries, *, since: datetime, before: datetime) -> list[Occurrence]:
    """What takes place and is not over at `since` and begins before `before`, by time. Needs the exceptions at hand."""
    return sorted(_occurrences(series, since, before), key=lambda one: one.starts_at)


def _occurrences(series: DateSeries, since: datetime, before: datetime) -> Iterator[Occurrence]:
    exceptions = {exception.on: exception for exception in series.exceptions.all()}
    length = timedelta(minutes=series.minutes)
    for naive in rule_of(series).xafter(_clock(since) - length - timedelta(days=1), inc=True):
        starts_at = timezone.make_aware(naive, BERLIN)
        if starts_at >= before:
            break
        if naive.date() not in exceptions and starts_at + length > since:
            yield Occurrence(series, starts_at)
    for exception in exceptions.values():
        if exception.moved_to and exception.moved_to + length > since and exception.moved_to < before:
            was_at = datetime.combine(exception.on, _clock(series.starts_at).time())
            yield Occurrence(series, exception.moved_to, timezone.make_aware(was_at, BERLIN))


def _clock(moment: datetime) -> datetime:
    """The time that clocks in Berlin show."""
    return moment.astimezone(BERLIN).replace(tzinfo=None)


def to_ical(series: DateSeries) -> bytes:
    """The whole series: its rule with the dates that are left out, and each date that was moved. Needs the exceptions
    at hand.
    """
    moved = [exception for exception in series.exceptions.all() if exception.moved_to]
    events = [_master(series), *(_moved(series, exception) for exception in moved)]
    return head(series.title) + b"".join(event.to_ical() for event in events) + END


def _master(series: DateSeries) -> Event:
    event = _event(series, series.starts_at)
    event.add("rrule", _rrule(series))
    for exception in series.exceptions.all():
        if exception.moved_to is None:
            event.add("exdate", _by_the_rule(series, exception))
    return event


def _rrule(series: DateSeries) -> dict:
    rule: dict = {"freq": series.rhythm, "interval": series.every}
    if series.times:
        rule["count"] = series.times
    elif series.ends_on:  # a moment in UTC, since DTSTART has a zone (RFC 5545 3.3.10)
        rule["until"] = datetime.combine(series.ends_on, time(23, 59, 59), tzinfo=BERLIN).astimezone(UTC)
    if series.rhythm == SeriesRhythm.MONTHLY:
        begins = _clock(series.starts_at)
        rule["byday"] = f"{_week(begins)}{str(WEEKDAYS[begins.weekday()])[:2]}"
    return rule


def _moved(series: DateSeries, exception) -> Event:
    event = _event(series, exception.moved_to)
    event.add("recurrence-id", _by_the_rule(series, exception))
    return event


def _by_the_rule(series: DateSeries, exception) -> datetime:
    return datetime.combine(exception.on, _clock(series.starts_at).time(), tzinfo=BERLIN)


def _event(series: DateSeries, starts_at: datetime) -> Event:
    event = Event()
    event.add("uid", f"series-{series.pk}@{site_host()}")
    event.add("dtstamp", series.changed_at)
    event.add("sequence", series.sequence)
    event.add("dtstart", starts_at.astimezone(BERLIN))
    event.add("dtend", (starts_at + timedelta(minutes=series.minutes)).astimezone(BERLIN))
    event.add("summary", series.title)
    if series.place:
        event.add("location", series.place)
    if series.contact:
        event.add("description", series.contact)
    return event
