"""Dates and times as people read them: always Berlin time, in the language that is active."""

from datetime import date, datetime, time

from django.utils import formats, timezone
from django.utils.translation import gettext as _


def day(moment: datetime) -> str:
    """«Mi., 9. Dezember 2026» or "Wed 9 December 2026"."""
    return formats.date_format(timezone.localtime(moment), _("D j F Y"))


def clock(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), _("H:i"))


def span(starts_at: datetime, ends_at: datetime) -> str:
    """Day and times of one date; both days where it ends on another one."""
    if timezone.localdate(starts_at) == timezone.localdate(ends_at):
        return _("%(day)s, %(from)s–%(to)s") % {"day": day(starts_at), "from": clock(starts_at), "to": clock(ends_at)}
    return _("%(day)s, %(from)s to %(last)s, %(to)s") % {
        "day": day(starts_at),
        "from": clock(starts_at),
        "last": day(ends_at),
        "to": clock(ends_at),
    }


def noon(on: date) -> datetime:
    """Midday in Berlin, for what is known by its day alone."""
    return datetime.combine(on, time(12), tzinfo=timezone.get_default_timezone())


def start_of_day(moment: datetime) -> datetime:
    """Midnight in Berlin, at which the day of that moment began."""
    return timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)
