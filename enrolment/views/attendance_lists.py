"""Closing the list of a date, and addenda to a closed one. 404 for whoever does not keep the list."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from academy.common.moments import span
from courses.models import Session
from enrolment import permissions, selectors, services
from enrolment.enums import AttendanceState, EnrolmentState
from enrolment.forms import AddendumForm

from .teaching import run_to_teach


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def close_attendance(request: HttpRequest, run_id: int, session_id: int) -> HttpResponse:
    """Asks once more, since a closed list is not opened again."""
    run = run_to_teach(request, run_id)
    session = get_object_or_404(Session, run=run, pk=session_id)
    back = reverse("enrolment:attendance", args=[run.pk, session.pk])
    if request.method == "POST":
        try:
            services.close_attendance(session=session, actor=request.user, at=timezone.now())
        except services.AttendanceRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The list is closed."))
        return redirect(back)
    context = {
        "title": _("Close the attendance list"),
        "text": _("A closed list is not opened again. What is wrong is corrected by an addendum that says why."),
        "facts": [(_("Date"), span(session.starts_at, session.ends_at))],
        "action_url": request.path,
        "confirm_label": _("Close the list"),
        "cancel_url": back,
    }
    return render(request, "components/confirm.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add_addendum(request: HttpRequest, run_id: int, session_id: int) -> HttpResponse:
    """Correct one line of a closed list."""
    run = run_to_teach(request, run_id)
    session = get_object_or_404(Session.objects.select_related("run", "attendance_list"), run=run, pk=session_id)
    if not (selectors.list_is_closed(session) and permissions.can_correct_closed_list(request.user, run)):
        raise Http404
    places = [p for p in selectors.roster_of(run, on=timezone.localdate()) if p.state == EnrolmentState.CONFIRMED]
    back = reverse("enrolment:attendance", args=[run.pk, session.pk])
    form = AddendumForm(request.POST or None, places=places)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.add_addendum(
                enrolment=next(place for place in places if place.pk == given["place"]),
                session=session,
                state=AttendanceState(given["state"]),
                minutes=given["minutes"],
                reason=given["reason"],
                actor=request.user,
                at=timezone.now(),
            )
        except services.AttendanceRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The addendum is saved. Completion and certificate follow it."))
            return redirect(back)
    context = {
        "title": _("Addendum to the attendance list"),
        "text": _("The list stays as it was closed; the addendum stands below it with your name, day and reason."),
        "facts": [(_("Date"), span(session.starts_at, session.ends_at))],
        "form": form,
        "action_url": request.path,
        "confirm_label": _("Save the addendum"),
        "cancel_url": back,
    }
    return render(request, "components/confirm.html", context)
