"""Addresses of the bare site."""

from datetime import UTC, datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import include, path
from django.views.decorators.http import require_POST
from wagtail import urls as wagtail_urls
from wagtail.models import Page

from .models import BarePlace, BareRun


def hello(request):
    """Django with nothing to do."""
    return HttpResponse("hello")


def one_query(request):
    """Django with one query: what every comparison is counted in."""
    return HttpResponse(Page.objects.values_list("title", flat=True).get(slug="bare-1"))


@login_required
@require_POST
def enrol(request, run_id):
    """Locks the run, counts, inserts: the least that does not overbook."""
    with transaction.atomic():
        run = BareRun.objects.select_for_update().get(pk=run_id)
        is_full = run.places.filter(is_waiting=False).count() >= run.capacity
        BarePlace.objects.create(run=run, person=request.user, is_waiting=is_full)
    return redirect("/hello/")


EVENT = """BEGIN:VEVENT\r
UID:event-{pk}@bare\r
DTSTAMP:{at}\r
DTSTART:{at}\r
DTEND:{at}\r
SUMMARY:{title}\r
LOCATION:{url_path}\r
URL:https://bare.example{url_path}\r
STATUS:CONFIRMED\r
END:VEVENT\r
"""


def calendar(request):
    """100 dates from one query, written without any library."""
    pages = Page.objects.filter(depth__gt=1).values("pk", "title", "url_path")[:100]
    now = datetime.now(UTC)
    events = [EVENT.format(at=f"{now + timedelta(days=page['pk']):%Y%m%dT%H%M%SZ}", **page) for page in pages]
    text = "".join(["BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bare//\r\n", *events, "END:VCALENDAR\r\n"])
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")


urlpatterns = [
    path("hello/", hello),
    path("one-query/", one_query),
    path("enrol/<int:run_id>/", enrol),
    path("calendar.ics", calendar),
    path("", include(wagtail_urls)),
]
