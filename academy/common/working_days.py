"""Working days and quiet hours in Berlin: when nobody should be asked to answer, and how deadlines avoid it.

Days without work are Saturdays, Sundays and the public holidays of Land Berlin (FeiertG Bln, from `holidays`). Quiet
are those days and, on the others, the time before seven and from eight in the evening.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import holidays
from django.utils import timezone

DAY_BEGINS, DAY_ENDS = time(7), time(20)


@cache
def berlin_holidays() -> holidays.HolidayBase:
    """The public holidays of Berlin with their German names; years are added as they are asked for."""
    return holidays.Germany(subdiv="BE", language="de")


def holiday_name(day: date) -> str:
    """The German name of a public holiday in Berlin, else an empty text."""
    return berlin_holidays().get(day) or ""


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in berlin_holidays()


def working_days_before(day: date, count: int) -> date:
    """The working day that lies `count` working days before `day`; with 0 `day` itself."""
    while count > 0:
        day -= timedelta(days=1)
        count -= is_working_day(day)
    return day


def is_quiet(at: datetime) -> bool:
    """Whether nobody should be asked to answer at that moment."""
    local = timezone.localtime(at)
    return not is_working_day(local.date()) or not DAY_BEGINS <= local.time() < DAY_ENDS


def after_quiet_hours(at: datetime) -> datetime:
    """The moment itself, or where it is quiet, the next one that is not."""
    if not is_quiet(at):
        return at
    local = timezone.localtime(at)
    day = local.date()
    if is_working_day(day) and local.time() < DAY_BEGINS:
        return _at(day, DAY_BEGINS)
    day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return _at(day, DAY_BEGINS)


def add_working_hours(at: datetime, hours: int) -> datetime:
    """The end of a time to answer of that many hours: days without work do not count, and it never ends in quiet
    hours. So 48 hours from a Friday at three in the afternoon end on Tuesday at three.
    """
    end = at.astimezone(UTC)  # in Berlin time a day may have 23 or 25 hours
    left = timedelta(hours=hours)
    while left > timedelta():
        midnight = _at(timezone.localdate(end) + timedelta(days=1), time())
        span = midnight - end
        if is_working_day(timezone.localdate(end)):
            span = min(span, left)
            left -= span
        end += span
    return after_quiet_hours(end)


def _at(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))
