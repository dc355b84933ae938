"""Addresses of the bare site."""

from datetime import UTC, datetime

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
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


def calendar(request):
    """100 dates from one query, as a template of Django writes them."""
    events = list(Page.objects.filter(depth__gt=1).values("pk", "title", "url_path", "last_published_at")[:100])
    now = datetime(2030, 1, 1, tzinfo=UTC)
    context = {"events": events, "now": now}
    return render(request, "bare/calendar.ics", context, content_type="text/calendar; charset=utf-8")


urlpatterns = [
    path("hello/", hello),
    path("one-query/", one_query),
    path("enrol/<int:run_id>/", enrol),
    path("calendar.ics", calendar),
    path("", include(wagtail_urls)),
]
