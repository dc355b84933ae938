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

from academy.common.links import absolute, secret_hash
from academy.services import set_calendar_mails
from courses.models import CourseRun, Room
from courses.services import note_room_feed_use
from enrolment import calendars, clashes, selectors, services
from enrolment.calendars import Entry
from enrolment.models import CalendarFeed

PERSONAL_FILE = "zugang.ics"


# --- Feeds -------------------------------------------------------------------------------------------------------
@require_safe
def person_feed(request: HttpRequest, token: str) -> HttpResponse:
    """All dates of one person, for whoever holds the secret address: that person's calendar programme.

    As long as nothing has changed, the feed's own row answers; once a day the dates are read anyway.
    """
    feed = selectors.feed_for_token(token)
    if feed is None:
        raise Http404
    today, language = timezone.localdate(), feed.person.preferred_language
    answer = None
    if feed.last_used_on == today and calendars.is_in_language(feed.etag, language):
        answer = _unchanged(request, feed.etag) or _stored(feed)
    if answer is None:
        with translation.override(language):
            name, entries = _("My training dates"), calendars.entries_of(feed.person, language=language)
        etag, content = calendars.fingerprint(name, entries, language=language), calendars.to_ical(name, entries)
        services.note_feed_use(feed=feed, etag=etag, content=content, on=today)
        answer = _unchanged(request, etag) or _sent(content, etag=etag, filename=PERSONAL_FILE)
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_safe
def run_feed(request: HttpRequest, run_id: int) -> HttpResponse:
    """The dates of one run for everybody: what the course page says as well. `?lang=en` asks for English."""
    run = get_object_or_404(_shown_runs(), pk=run_id)
    language = _language_asked(request)
    with translation.override(language):
        name, entries = run.course.outward_title(language), calendars.entries_of_run(run, language=language)
    return _public(request, name, entries, language=language, filename=f"zugang-{run.pk}.ics")


@require_safe
def session_file(request: HttpRequest, session_id: int) -> HttpResponse:
    """One date of a run for everybody, to take it over by hand."""
    run = get_object_or_404(_shown_runs(), sessions=session_id)
    session = next(one for one in run.sessions.all() if one.pk == session_id)
    language = _language_asked(request)
    with translation.override(language):
        name, entry = run.course.outward_title(language), calendars.entry_of_session(session, language=language)
    return _public(request, name, [entry], language=language, filename=f"zugang-{run.pk}-{session.pk}.ics")


@require_safe
def room_feed(request: HttpRequest, token: str) -> HttpResponse:
    """When a room is taken, for whoever holds its secret address: no names, no online link."""
    room = Room.objects.filter(feed_hash=secret_hash(token)).first()
    if room is None:
        raise Http404
    language = settings.LANGUAGE_CODE
    with translation.override(language):
        name, entries = room.name, calendars.entries_of_room(room, language=language)
    note_room_feed_use(room=room, on=timezone.localdate())
    answer = _public(request, name, entries, language=language, filename=f"zugang-raum-{room.pk}.ics")
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _shown_runs():
    return CourseRun.objects.published().with_titles().prefetch_related("sessions")


def _language_asked(request: HttpRequest) -> str:
    language = request.GET.get("lang", "")
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _public(request: HttpRequest, name: str, entries: list[Entry], *, language: str, filename: str) -> HttpResponse:
    etag = calendars.fingerprint(name, entries, language=language)
    answer = _unchanged(request, etag)
    if answer is None:
        answer = _sent(calendars.to_ical(name, entries), etag=etag, filename=filename)
    answer["Cache-Control"] = "public, max-age=60"
    return answer


def _unchanged(request: HttpRequest, etag: str) -> HttpResponse | None:
    """304 without a body where the caller has the file of that mark; None where it must be sent."""
    sent = HttpResponse(headers={"ETag": etag})
    answer = get_conditional_response(request, etag=etag, response=sent)
    return None if answer is sent else answer


def _stored(feed: CalendarFeed) -> HttpResponse | None:
    content = selectors.stored_file(feed)
    return None if content is None else _sent(content, etag=feed.etag, filename=PERSONAL_FILE)


def _sent(content: bytes, *, etag: str, filename: str) -> HttpResponse:
    headers = {"ETag": etag, "Content-Disposition": f'inline; filename="{filename}"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)


# --- The own calendar --------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_safe
def my_calendar(request: HttpRequest) -> HttpResponse:
    """The own dates, those that the person learns on and those that the person teaches: a sheet of one month, which
    `?month=2026-12` turns, and a list beside it. Without a month the list goes on with what is to come, or with
    `?past=1` goes back. And how to subscribe.
    """
    return _calendar_page(request)


def _calendar_page(request: HttpRequest, *, secret: str = "") -> HttpResponse:
    now, is_past = timezone.now(), request.GET.get("past") == "1"
    entries = calendars.entries_of(request.user, language=get_language())
    asked = calendars.month_asked(request.GET.get("month", ""))
    coming = [entry for entry in entries if entry.ends_at >= now]
    first = asked or timezone.localdate(coming[0].starts_at if coming else now).replace(day=1)
    month = calendars.month_of(entries, first=first, today=timezone.localdate(now))
    over = [entry for entry in reversed(entries) if entry.ends_at < now]
    shown = month.entries if asked else over if is_past else coming
    feed = CalendarFeed.objects.filter(person=request.user).first()
    address = absolute(reverse("calendar:person_feed", args=[secret])) if secret else ""
    context = {
        "month": month,
        "is_month": asked is not None,
        "months": _by_month(shown),
        "clashing": _clashing(entries),
        "is_past": is_past,
        "now": now,
        "feed": feed,
        "address": address,
        "subscribe_url": address.replace("https://", "webcal://").replace("http://", "webcal://"),
    }
    return render(request, "enrolment/my_calendar.html", context)


def _clashing(entries: list[Entry]) -> set[str]:
    """The UIDs of those dates that lie on another one; what does not take place lies on nothing."""
    taking_place = [entry for entry in entries if not entry.is_cancelled]
    return {taking_place[position].uid for position in clashes.marks(taking_place)}


def _by_month(entries) -> list[tuple[date, list[Entry]]]:
    groups = groupby(entries, key=lambda entry: timezone.localdate(entry.starts_at).replace(day=1))
    return [(month, list(dates)) for month, dates in groups]


@login_required
@never_cache
@require_POST
def set_mails(request: HttpRequest) -> HttpResponse:
    """Whether mails bring the dates as well, or only the feed."""
    wanted = request.POST.get("wanted") == "on"
    set_calendar_mails(user=request.user, wanted=wanted)
    messages.success(
        request,
        _("Mails about your places bring the dates for your calendar.")
        if wanted
        else _("Mails bring no dates any more. Your calendar gets them by your own address only."),
    )
    return redirect("enrolment:my_calendar")


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
