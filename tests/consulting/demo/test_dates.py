"""Relative dates of the demo content."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consulting.demo.dates import BERLIN, WEEKDAYS, BadDate, Week

FIRST, LAST = datetime(2020, 1, 1), datetime(2035, 12, 31)  # noqa: DTZ001 (hypothesis adds the zone)
moments = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
weeks = st.integers(-120, 120)
clocks = st.tuples(st.integers(0, 23), st.integers(0, 59))
JUNE = Week(date(2026, 6, 15))


@given(moments, weeks, st.sampled_from(WEEKDAYS))
def test_day_lies_whole_weeks_from_the_week_of_loading_on_the_named_weekday(at, week, weekday):
    day = Week.of(at).day(f"W{week:+d} {weekday}")

    monday = at.astimezone(BERLIN).date() - timedelta(days=at.astimezone(BERLIN).weekday())
    assert day.weekday() == WEEKDAYS.index(weekday)
    assert (day - timedelta(days=day.weekday()) - monday).days == 7 * week


@given(moments, weeks, st.sampled_from(WEEKDAYS), clocks)
def test_moment_shows_the_named_time_on_the_clock_in_summer_and_winter(at, week, weekday, clock):
    text = f"W{week:+d} {weekday} {clock[0]:02}:{clock[1]:02}"

    moment = Week.of(at).moment(text)

    assert (moment.hour, moment.minute) == clock
    stored = moment.astimezone(UTC).astimezone(BERLIN)  # as the database gives it back
    assert (stored.hour, stored.minute, stored.date()) == (*clock, Week.of(at).day(text))
    assert moment.utcoffset() in (timedelta(hours=1), timedelta(hours=2))


@given(moments, weeks, st.sampled_from(WEEKDAYS), st.integers(0, 1000), st.integers(1, 400))
def test_span_has_the_named_length(at, week, weekday, start, length):
    end = min(start + length, 23 * 60 + 59)
    text = f"W{week:+d} {weekday} {start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"

    starts_at, ends_at = Week.of(at).span(text)

    assert (ends_at - starts_at).total_seconds() == (end - start) * 60


@pytest.mark.parametrize(
    ("today", "moment"),
    [
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), date(2026, 11, 16)),  # Sunday, 23:59 in Berlin
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), date(2026, 11, 23)),  # Monday, 0:00 in Berlin
        (datetime(2026, 7, 5, 22, 0, tzinfo=UTC), date(2026, 7, 6)),  # Monday, 0:00 in Berlin, summer time
    ],
)
def test_week_of_begins_on_monday_in_berlin(today, moment):
    assert Week.of(today).monday == moment


def test_moment_keeps_the_time_of_day_over_the_change_of_the_clocks():
    before, after = JUNE.moment("W+18 FRI 09:00"), JUNE.moment("W+19 MON 09:00")

    assert (before.astimezone(UTC).hour, after.astimezone(UTC).hour) == (7, 8)


def test_moment_takes_noon_where_a_day_is_all_that_is_known():
    assert JUNE.moment("W+0 WED") == datetime(2026, 6, 17, 12, tzinfo=BERLIN)
    assert JUNE.moment("W+0 WED", default="08:30") == datetime(2026, 6, 17, 8, 30, tzinfo=BERLIN)


@pytest.mark.parametrize(
    "text", ["", "W1 MON", "W+1 SAT", "W+1 MON 9:00", "W+1 MON 25:00", "W+1 MON 09:00-", "x W+1 MON"]
)
def test_day_refuses_what_is_no_date(text):
    with pytest.raises(ValueError):  # noqa: PT011 (a wrong hour is a plain ValueError)
        JUNE.day(text)


@pytest.mark.parametrize("text", ["W+1 MON", "W+1 MON 09:00", "W+1 MON 12:00-09:00"])
def test_span_refuses_what_has_no_length(text):
    with pytest.raises(BadDate):
        JUNE.span(text)
