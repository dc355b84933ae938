"""Working days of Berlin and the hours in which nobody is asked to answer."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.common import working_days as days

BERLIN = ZoneInfo("Europe/Berlin")


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2031, 1, 1), timezones=st.just(BERLIN))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 3, 8), "Frauentag"),  # Berlin and Mecklenburg-Vorpommern only
        (date(2026, 10, 31), ""),  # Reformation Day is none in Berlin
        (date(2026, 12, 25), "Erster Weihnachtstag"),
        (date(2026, 12, 24), ""),
    ],
)
def test_holiday_name_knows_the_holidays_of_berlin(day, name):
    assert days.holiday_name(day) == name


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 12, 9), 0, date(2026, 12, 9)),
        (date(2026, 12, 9), 2, date(2026, 12, 7)),
        (date(2026, 12, 7), 2, date(2026, 12, 3)),  # a Monday: the weekend does not count
        (date(2026, 12, 28), 2, date(2026, 12, 23)),  # nor do the two days of Christmas
    ],
)
def test_working_days_before_passes_over_weekends_and_holidays(day, count, expected):
    assert days.working_days_before(day, count) == expected


@pytest.mark.parametrize(
    ("moment", "is_quiet"),
    [
        ("2026-11-26T06:59", True),
        ("2026-11-26T07:00", False),
        ("2026-11-26T19:59", False),
        ("2026-11-26T20:00", True),
        ("2026-11-28T12:00", True),
        ("2026-12-25T12:00", True),
    ],
)
def test_is_quiet_at_night_on_weekends_and_holidays(moment, is_quiet):
    assert days.is_quiet(berlin(moment)) is is_quiet


@pytest.mark.parametrize(
    ("begin", "hours", "end"),
    [
        ("2026-11-25T15:00", 48, "2026-11-27T15:00"),
        ("2026-11-27T15:00", 48, "2026-12-01T15:00"),  # a Friday
        ("2026-11-25T15:00", 8, "2026-11-26T07:00"),  # ends at night: at seven in the morning
        ("2026-12-23T12:00", 48, "2026-12-28T12:00"),  # Christmas on Friday, then the weekend
        ("2026-03-27T12:00", 24, "2026-03-30T12:00"),  # over the change to summer time
    ],
)
def test_add_working_hours_leaves_out_days_without_work(begin, hours, end):
    assert days.add_working_hours(berlin(begin), hours) == berlin(end)


@given(at=MOMENTS, hours=st.integers(1, 200))
def test_add_working_hours_never_ends_earlier_nor_in_quiet_hours(at, hours):
    end = days.add_working_hours(at, hours)

    assert end - at >= timedelta(hours=hours) - timedelta(hours=1)  # an hour is lost where summer time begins
    assert not days.is_quiet(end)


@given(at=MOMENTS)
def test_after_quiet_hours_keeps_what_is_not_quiet_and_reaches_a_morning_else(at):
    woken = days.after_quiet_hours(at)

    assert not days.is_quiet(woken)
    assert woken == at if not days.is_quiet(at) else woken > at and woken.time() == days.DAY_BEGINS
