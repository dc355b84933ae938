"""Consulting hours and round tables for everybody: the next dates, and each series as a calendar file."""

from datetime import timedelta
from hashlib import blake2b

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from consulting import recurring, selectors

AHEAD = timedelta(weeks=9)


@require_safe
def open_dates(request: HttpRequest) -> HttpResponse:
    """The dates of the next nine weeks, by time, each with its series to subscribe to."""
    now = timezone.now()
    series = list(selectors.public_series())
    found = [one for each in series for one in recurring.occurrences(each, since=now, before=now + AHEAD)]
    dates = sorted(found, key=lambda one: (one.starts_at, one.series.pk))
    return render(request, "consulting/open_dates.html", {"dates": dates, "series": series})


@require_safe
def series_feed(request: HttpRequest, series_id: int) -> HttpResponse:
    """One series as its rule, for calendar programmes; 304 while it has not changed."""
    series = get_object_or_404(selectors.public_series(), pk=series_id)
    with translation.override("en" if request.GET.get("lang") == "en" else "de"):
        file = recurring.to_ical(series)
    etag = f'"{blake2b(file, digest_size=16).hexdigest()}"'
    sent = HttpResponse(file, content_type="text/calendar; charset=utf-8", headers={"ETag": etag})
    sent["Content-Disposition"] = f'inline; filename="zugang-termine-{series.pk}.ics"'
    sent["Cache-Control"] = "public, max-age=60"
    return get_conditional_response(request, etag=etag, response=sent)
