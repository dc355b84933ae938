"""Calendar feeds, and the page on which a person reads the own dates and subscribes to them."""

from datetime import date
from itertools import groupby

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from academy.common.links import absolute
from courses.models import CourseRun
from enrolment import calendars, selectors, services
from enrolment.calendars import Entry
from enrolment.models import CalendarFeed


# --- Feeds -------------------------------------------------------------------------------------------------------
@require_safe
def person_feed(request: HttpRequest, token: str) -> HttpResponse:
    """All dates of one person, for whoever holds the secret address: that person's calendar programme."""
    feed = selectors.feed_for_token(token)
    if feed is None:
        raise Http404
    services.note_feed_use(feed=feed, on=timezone.localdate())
    with translation.override(feed.person.preferred_language):
        entries = calendars.entries_of(feed.person, language=get_language())
        response = _answer(request, _("My training dates"), entries, filename="zugang.ics")
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def run_feed(request: HttpRequest, run_id: int) -> HttpResponse:
    """The dates of one run for everybody: what the course page says as well. `?lang=en` asks for English."""
    runs = CourseRun.objects.published().with_titles().prefetch_related("sessions")
    run = get_object_or_404(runs, pk=run_id)
    language = request.GET.get("lang", "")
    with translation.override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        entries = calendars.entries_of_run(run, language=get_language())
        title = run.course.outward_title(get_language())
    response = _answer(request, title, entries, filename=f"zugang-{run.pk}.ics")
    response["Cache-Control"] = "public, max-age=60"
    return response


def _answer(request: HttpRequest, name: str, entries: list[Entry], *, filename: str) -> HttpResponse:
    """The file, or 304 without a body where the caller has it already."""
    etag = calendars.fingerprint(name, entries)
    headers = {"ETag": etag, "Content-Disposition": f'inline; filename="{filename}"'}
    response = HttpResponse(content_type="text/calendar; charset=utf-8", headers=headers)
    answer = get_conditional_response(request, etag=etag, response=response)
    if answer is response:
        response.content = calendars.to_ical(name, entries)
    return answer


# --- The own calendar --------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_safe
def my_calendar(request: HttpRequest) -> HttpResponse:
    """The own dates by month, those to come or, with `?past=1`, those that are over; and how to subscribe."""
    return _calendar_page(request)


def _calendar_page(request: HttpRequest, *, secret: str = "") -> HttpResponse:
    now, is_past = timezone.now(), request.GET.get("past") == "1"
    entries = calendars.entries_of(request.user, language=get_language())
    shown = [entry for entry in entries if (entry.ends_at < now) == is_past]
    feed = CalendarFeed.objects.filter(person=request.user).first()
    address = absolute(reverse("calendar:person_feed", args=[secret])) if secret else ""
    context = {
        "months": _by_month(reversed(shown) if is_past else shown),
        "is_past": is_past,
        "feed": feed,
        "address": address,
        "subscribe_url": address.replace("https://", "webcal://").replace("http://", "webcal://"),
    }
    return render(request, "enrolment/my_calendar.html", context)


def _by_month(entries) -> list[tuple[date, list[Entry]]]:
    groups = groupby(entries, key=lambda entry: timezone.localdate(entry.starts_at).replace(day=1))
    return [(month, list(dates)) for month, dates in groups]


@login_required
@never_cache
@require_POST
def renew_address(request: HttpRequest) -> HttpResponse:
    """A new secret address. It is shown in this answer and never again."""
    secret = services.renew_feed(person=request.user, at=timezone.now())
    return _calendar_page(request, secret=secret)


@login_required
@never_cache
@require_POST
def revoke_address(request: HttpRequest) -> HttpResponse:
    if services.revoke_feed(person=request.user):
        messages.success(request, _("The address no longer works. Your calendar programme gets no dates any more."))
    return redirect("enrolment:my_calendar")
