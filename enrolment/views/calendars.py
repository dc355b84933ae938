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
    """All dates of one person, for whoever holds the secret address: that person's calendar programme.

    Where the programme names the file that it has, the feed's own row answers; once a day the dates are read anyway.
    """
    feed = selectors.feed_for_token(token)
    if feed is None:
        raise Http404
    today, language = timezone.localdate(), feed.person.preferred_language
    answer = None
    if feed.last_used_on == today and calendars.is_in_language(feed.etag, language):
        answer = _unchanged(request, feed.etag)
    if answer is None:
        with translation.override(language):
            name, entries = _("My training dates"), calendars.entries_of(feed.person, language=language)
        etag = calendars.fingerprint(name, entries, language=language)
        services.note_feed_use(feed=feed, etag=etag, on=today)
        answer = _unchanged(request, etag) or _file(name, entries, etag=etag, filename="zugang.ics")
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_safe
def run_feed(request: HttpRequest, run_id: int) -> HttpResponse:
    """The dates of one run for everybody: what the course page says as well. `?lang=en` asks for English."""
    runs = CourseRun.objects.published().with_titles().prefetch_related("sessions")
    run = get_object_or_404(runs, pk=run_id)
    language = request.GET.get("lang", "")
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    with translation.override(language):
        name, entries = run.course.outward_title(language), calendars.entries_of_run(run, language=language)
    etag = calendars.fingerprint(name, entries, language=language)
    answer = _unchanged(request, etag) or _file(name, entries, etag=etag, filename=f"zugang-{run.pk}.ics")
    answer["Cache-Control"] = "public, max-age=60"
    return answer


def _unchanged(request: HttpRequest, etag: str) -> HttpResponse | None:
    """304 without a body where the caller has the file of that mark; None where it must be sent."""
    sent = HttpResponse(headers={"ETag": etag})
    answer = get_conditional_response(request, etag=etag, response=sent)
    return None if answer is sent else answer


def _file(name: str, entries: list[Entry], *, etag: str, filename: str) -> HttpResponse:
    headers = {"ETag": etag, "Content-Disposition": f'inline; filename="{filename}"'}
    return HttpResponse(calendars.to_ical(name, entries), content_type="text/calendar; charset=utf-8", headers=headers)


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
