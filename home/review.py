"""When accessibility was last looked at, and when that is due again (BITV 2.0 § 7, BIKTG Bln § 5: every year).

Two dates, which are not mixed up: whoever runs the platform reviews *their* website and says so on their statement;
we review the page templates that we ship, and say so here. What was done that day: docs/accessibility-review.md.
"""

from datetime import date

TEMPLATES_REVIEWED_ON = date(2026, 11, 26)
REMIND_AFTER, TOO_OLD_AFTER = 11, 12  # months


def months_later(day: date, months: int) -> date:
    """The same day that many months later; the last day of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th day")


def is_due(reviewed_on: date, *, on: date) -> bool:
    """Whether the next review should be under way."""
    return on >= months_later(reviewed_on, REMIND_AFTER)


def is_too_old(reviewed_on: date, *, on: date) -> bool:
    """Whether the review is more than a year old."""
    return on > months_later(reviewed_on, TOO_OLD_AFTER)
