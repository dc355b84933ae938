"""What every calendar file of ours begins with (RFC 5545): its head, and the zone that all times are told in."""

from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Timezone, TimezoneDaylight, TimezoneStandard

BERLIN = ZoneInfo("Europe/Berlin")
READ_AGAIN = timedelta(hours=6)
END = b"END:VCALENDAR\r\n"


def new_calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Zugang//zugang//DE")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def head(name: str) -> bytes:
    """A file that programmes subscribe to, up to its first date; it ends with `END`."""
    calendar = new_calendar()
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", READ_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", READ_AGAIN)
    calendar.add_component(berlin())
    return calendar.to_ical().removesuffix(END)


@cache
def mail_head(method: str) -> bytes:
    """An object that travels with a mail, up to its date."""
    calendar = new_calendar()
    calendar.add("method", method)
    calendar.add_component(berlin())
    return calendar.to_ical().removesuffix(END)


def berlin() -> Timezone:
    """The rules of the zone since 1996 as rules, so that they hold for every year to come."""
    zone = Timezone()
    zone.add("tzid", "Europe/Berlin")
    zone.add_component(_half(TimezoneDaylight(), "CEST", datetime(1996, 3, 31, 2), month=3, before=1, after=2))  # noqa: DTZ001
    zone.add_component(_half(TimezoneStandard(), "CET", datetime(1996, 10, 27, 3), month=10, before=2, after=1))  # noqa: DTZ001
    return zone


def _half(part, name: str, begins: datetime, *, month: int, before: int, after: int):
    part.add("tzname", name)
    part.add("dtstart", begins)
    part.add("tzoffsetfrom", timedelta(hours=before))
    part.add("tzoffsetto", timedelta(hours=after))
    part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1SU"})
    return part
