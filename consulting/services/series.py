"""Recurring dates: consulting hours and round tables."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from academy.models import User
from academy.services import audit
from consulting.models import DateSeries
from consulting.recurring import rule_of


class SeriesRefused(Exception):
    """A rule says no. The message is written for the person who plans."""


@transaction.atomic
def save_series(*, series: DateSeries, actor: User | None, at: datetime) -> DateSeries:
    """Save a new or changed series with the exceptions it holds in memory; calendars see that it has changed.

    Raises SeriesRefused if it has two ends, ends before it begins, or an exception names a day that the rule does not
    give, or gives twice.
    """
    is_new = series.pk is None
    if series.ends_on and series.times:
        raise SeriesRefused(_("Please give a last day or how many times, not both."))
    if series.ends_on and series.ends_on < timezone.localdate(series.starts_at):
        raise SeriesRefused(_("The last day lies before the first date."))
    _check_exceptions(series)
    if not is_new:
        series.sequence = DateSeries.objects.select_for_update().get(pk=series.pk).sequence + 1
    series.changed_at = at
    series.save()
    audit(action="series.planned" if is_new else "series.changed", obj=series, actor=actor, at=at)
    return series


def _check_exceptions(series: DateSeries) -> None:
    days = [exception.on for exception in series.exceptions.all()]
    if len(set(days)) != len(days):
        raise SeriesRefused(_("There is an exception for this date already."))
    rule = rule_of(series)
    for day in days:
        begin = datetime.combine(day, time.min)
        if not rule.between(begin, begin + timedelta(days=1), inc=True):
            raise SeriesRefused(
                _("There is no date on %(day)s, so it cannot be an exception.") % {"day": formats.date_format(day)}
            )
