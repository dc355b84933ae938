"""Checking in by oneself: the sheet with the code for the room, and what learners do with it. GET changes nothing."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from academy.common.limits import is_within_limit
from academy.common.links import absolute_url
from academy.common.printing import qr_inline
from courses.models import Session
from enrolment import services
from enrolment.enums import EnrolmentState
from enrolment.forms import CheckInCodeForm, CheckInForm
from enrolment.models import Attendance, CheckInWindow, Enrolment

from .teaching import head, run_to_teach, trail

TOO_MANY = 429
UNKNOWN = 404


# --- Learners -------------------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def type_code(request: HttpRequest) -> HttpResponse:
    """For people who cannot scan the code: typed, it leads to the page of the date."""
    form = CheckInCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return redirect("enrolment:check_in", form.cleaned_data["code"])
    return _code_page(request, form)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, code: str) -> HttpResponse:
    """Course, date and place, and one button. What is wrong with a code stands beside it, in one sentence."""
    code_form = CheckInCodeForm({"code": code})
    code_form.full_clean()
    if not is_within_limit(
        request, "check_in", limit=settings.CHECK_IN_TRIES, seconds=600, of=str(request.user.pseudonym)
    ):
        code_form.add_error("code", _("These were many tries. Please wait ten minutes, or ask the trainer."))
        return _code_page(request, code_form, status=TOO_MANY)
    plain, at = code_form.cleaned_data.get("code", ""), timezone.now()
    try:
        window = services.find_check_in(person=request.user, code=plain, at=at)
    except services.CheckInRefused as refusal:
        code_form.add_error("code", str(refusal))
        return _code_page(request, code_form, status=UNKNOWN)
    form = CheckInForm(request.POST if request.method == "POST" else None, place=window.place)
    if form.is_valid():
        try:
            tick = services.check_in(
                person=request.user, code=plain, is_there=form.cleaned_data.get("is_there", False), at=at
            )
        except services.CheckInRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("You are checked in. The trainer sees it on the list."))
            return redirect("enrolment:learn", tick.enrolment_id)
    course = window.session.run.course.title(get_language())
    context = {
        "window": window,
        "session": window.session,
        "course": course,
        "form": form,
        "breadcrumbs": trail((_("Check in"), reverse("enrolment:type_code")), (course, "")),
    }
    return render(request, "enrolment/check_in.html", context)


# --- Who keeps the list ---------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_GET
def check_in_sheet(request: HttpRequest, run_id: int, session_id: int) -> HttpResponse:
    """The code, to project or to print: without a name of anybody, since everybody in the room sees it."""
    run = run_to_teach(request, run_id)
    session = get_object_or_404(Session, run=run, pk=session_id)
    session.run, at = run, timezone.now()
    window = CheckInWindow.objects.filter(session=session).first()
    is_valid = window is not None and not window.is_over(at=at) and window.place == services.place_to_confirm(session)
    code = services.check_in_code(window) if is_valid else ""
    address = absolute_url("enrolment:check_in", code) if code else ""
    context = {
        **head(run),
        "title": run.course.outward_title(get_language()),
        "session": session,
        "window": window,
        "is_moved": window is not None and window.place != services.place_to_confirm(session),
        "is_today": is_valid and window.is_open(at=at) and window.closes_at - at < timedelta(hours=12),
        "code": f"{code[:3]} {code[3:]}" if code else "",
        "picture": qr_inline(address) if code else "",
        "address": absolute_url("enrolment:type_code").removeprefix("https://").removeprefix("http://"),
        "checked_in": Attendance.objects.filter(session=session, checked_in_at__isnull=False).count(),
        "expected": Enrolment.objects.filter(run=run, state=EnrolmentState.CONFIRMED).count(),
        "is_over": at >= session.ends_at,
        "breadcrumbs": trail(
            (_("Runs"), reverse("enrolment:teaching")),
            (run.course.title(get_language()), reverse("enrolment:roster", args=[run.pk])),
            (_("Check-in"), ""),
        ),
    }
    return render(request, "enrolment/check_in_sheet.html", context)


@login_required
@require_POST
def open_check_in(request: HttpRequest, run_id: int, session_id: int) -> HttpResponse:
    """A code for the date; where there is one, another, and the first is void."""
    run = run_to_teach(request, run_id)
    session = get_object_or_404(Session, run=run, pk=session_id)
    try:
        services.open_check_in(session=session, actor=request.user, at=timezone.now())
    except services.AttendanceRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("enrolment:check_in_sheet", run.pk, session.pk)


@login_required
@require_POST
def close_check_in(request: HttpRequest, run_id: int, session_id: int) -> HttpResponse:
    run = run_to_teach(request, run_id)
    session = get_object_or_404(Session, run=run, pk=session_id)
    services.close_check_in(session=session, actor=request.user, at=timezone.now())
    messages.success(request, _("Check-in is closed. The code is not valid any more."))
    return redirect("enrolment:check_in_sheet", run.pk, session.pk)


# --- What these views share -----------------------------------------------------------------------------------------
def _code_page(request: HttpRequest, form: CheckInCodeForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "breadcrumbs": trail((_("Check in"), ""))}
    return render(request, "enrolment/check_in_code.html", context, status=status)
