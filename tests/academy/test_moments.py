"""Dates, times and numbers in each of the four languages, always in Berlin time."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import formats, translation

from academy.common import moments

START = datetime(2026, 11, 26, 8, 5, tzinfo=UTC)  # 9:05 in Berlin, in winter
END = datetime(2026, 11, 26, 15, 30, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # already the next day in Berlin


@pytest.mark.parametrize(
    ("language", "day", "span"),
    [
        ("de", "Do., 26. November 2026", "Do., 26. November 2026, 9:05–16:30 Uhr"),
        ("en", "Thu 26 November 2026", "Thu 26 November 2026, 09:05–16:30"),
        ("hu", "2026. november 26., csüt", "2026. november 26., csüt, 9:05–16:30"),
        (
            "de-simple",
            "Donnerstag, 26. November 2026",
            "Donnerstag, 26. November 2026, 9:05 Uhr bis 16:30 Uhr",
        ),
    ],
)
def test_day_and_span_are_said_as_the_language_says_them(language, day, span):
    with translation.override(language):
        assert moments.day(START) == day
        assert moments.span(START, END) == span


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", "Do., 2. Juli 2026"),
        ("en", "Thu 2 July 2026"),
        ("hu", "2026. július 2., csüt"),
        ("de-simple", "Donnerstag, 2. Juli 2026"),
    ],
)
def test_day_is_that_of_berlin_in_summer_too(language, expected):
    with translation.override(language):
        assert moments.day(SUMMER) == expected


@pytest.mark.parametrize(
    ("language", "date", "number"),
    [
        ("de", "26. November 2026", "1.234,5"),
        ("en", "Nov. 26, 2026", "1,234.5"),
        ("hu", "2026. november 26.", "1\xa0234,5"),
        ("de-simple", "26. November 2026", "1.234,5"),
    ],
)
def test_formats_of_templates_follow_the_language(language, date, number):
    with translation.override(language):
        assert Template("{{ at|date }}").render(Context({"at": START})) == date
        assert formats.number_format(Decimal("1234.5"), force_grouping=True) == number
