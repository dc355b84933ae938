"""Dates that come again and again: a consulting hour and a round table, with dates called off and moved."""

from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.utils import timezone

from consulting import services
from consulting.enums import SeriesKind, SeriesRhythm
from consulting.models import DateSeries, SeriesException
from consulting.recurring import rule_of

from .content import read
from .dates import BERLIN
from .loading import Loading

LOOKED_AHEAD = 10


def load_series(loading: Loading) -> str:
    """A series that is there already stays as it is: its rule goes on, whatever the week."""
    entries = read("series")
    known = set(DateSeries.objects.values_list("title_de", flat=True))
    for entry in entries:
        if entry["title"]["de"] not in known:
            services.save_series(series=_series(entry, loading), actor=None, at=loading.at)
    return f"{len(entries)} recurring dates"


def _series(entry: dict[str, Any], loading: Loading) -> DateSeries:
    begins, ends = loading.week.span(entry["first"])
    series = DateSeries(
        kind=SeriesKind(entry["kind"]),
        title_de=entry["title"]["de"],
        title_en=entry["title"]["en"],
        place=entry["place"],
        contact=entry["contact"],
        starts_at=begins,
        minutes=(ends - begins) // timedelta(minutes=1),
        rhythm=SeriesRhythm(entry["rhythm"]),
        every=entry["every"],
    )
    coming = _coming(series, loading.at)
    exceptions = [SeriesException(on=coming[number - 1].date()) for number in entry["called_off"]]
    for number, days in entry["moved"].items():
        date = coming[number - 1]
        moved_to = timezone.make_aware(date + timedelta(days=days), BERLIN)
        exceptions.append(SeriesException(on=date.date(), moved_to=moved_to))
    series.exceptions = exceptions
    return series


def _coming(series: DateSeries, at: datetime) -> list[datetime]:
    """The next dates by the rule, as clocks show them."""
    now = at.astimezone(BERLIN).replace(tzinfo=None)
    return list(islice(rule_of(series).xafter(now), LOOKED_AHEAD))
