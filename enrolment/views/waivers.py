"""Exceptions from what a course asks for beforehand: granted and taken back by the office. 404 for others."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from courses.models import CourseRun
from enrolment import permissions, selectors, services
from enrolment.forms import WaiverForm
from enrolment.models import Waiver

from .teaching import head, run_to_teach, trail

PER_PAGE = 20


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def waivers(request: HttpRequest, run_id: int) -> HttpResponse:
    """Who may take part in the course of the run without the courses that it builds on, and a form for one more."""
    run = _run(request, run_id)
    form = WaiverForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            waiver = services.grant_waiver(
                course=run.course, actor=request.user, at=timezone.now(), **form.cleaned_data
            )
        except services.WaiverRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(person)s can enrol now.") % {"person": waiver.person})
            return redirect("enrolment:waivers", run.pk)
    here = head(run)
    context = {
        **here,
        "form": form,
        "required": [course.title(get_language()) for course in selectors.courses_required_by(run.course)],
        "page_obj": Paginator(selectors.waivers_for(run.course), PER_PAGE).get_page(request.GET.get("page")),
        "breadcrumbs": trail(
            (_("Runs"), reverse("enrolment:teaching")),
            (here["title"], reverse("enrolment:roster", args=[run.pk])),
            (_("Exceptions"), ""),
        ),
    }
    return render(request, "enrolment/waivers.html", context)


@login_required
@require_POST
def withdraw_waiver(request: HttpRequest, run_id: int, waiver_id: int) -> HttpResponse:
    run = _run(request, run_id)
    waiver = get_object_or_404(Waiver.objects.select_related("person"), pk=waiver_id, course=run.course_id)
    services.withdraw_waiver(waiver=waiver, actor=request.user, at=timezone.now())
    messages.success(request, _("The exception is taken back. A place that was taken with it stays."))
    return redirect("enrolment:waivers", run.pk)


def _run(request: HttpRequest, run_id: int) -> CourseRun:
    run = run_to_teach(request, run_id)
    if not permissions.can_grant_waivers(request.user):
        raise Http404
    return run
