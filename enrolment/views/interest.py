"""Interest in courses without dates: showing it and giving it up, and the lists of the office."""

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
from django.views.decorators.http import require_POST, require_safe

from courses.models import Course
from enrolment import permissions, selectors, services

from .teaching import trail

ROWS_PER_PAGE = 30


@login_required
@require_POST
def note_interest(request: HttpRequest, course_id: int) -> HttpResponse:
    """From the course page onto the list; then back to it, where the entry can be given up."""
    course = get_object_or_404(Course.objects.filter(pages__live=True).distinct(), pk=course_id)
    try:
        services.note_interest(person=request.user, course=course, at=timezone.now())
    except services.InterestRefused as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("You are on the list. We write to you as soon as there are dates."))
    page = course.page(get_language())
    return redirect(f"{page.reader_url}#dates")


@login_required
@never_cache
@require_safe
def my_interest(request: HttpRequest) -> HttpResponse:
    """The courses for whose dates the person waits."""
    interests = [(one, one.course.page(get_language())) for one in selectors.open_interests(request.user)]
    return render(request, "enrolment/my_interest.html", {"interests": interests})


@login_required
@require_POST
def give_up_interest(request: HttpRequest, interest_id: int) -> HttpResponse:
    interest = get_object_or_404(selectors.open_interests(request.user), pk=interest_id)
    services.give_up_interest(interest=interest)
    messages.success(request, _("You are no longer on the list."))
    return redirect("enrolment:my_interest")


@login_required
@never_cache
@require_safe
def interest_list(request: HttpRequest) -> HttpResponse:
    """Courses for which people wait for dates, the most wanted first. For the office alone."""
    _only_office(request)
    page = Paginator(selectors.courses_with_interest(), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    lines = [(course, course.title(get_language())) for course in page]
    context = {
        "page_obj": page,
        "lines": lines,
        "breadcrumbs": trail((_("Runs"), reverse("enrolment:teaching")), (_("Interest"), "")),
    }
    return render(request, "enrolment/interest_list.html", context)


@login_required
@never_cache
@require_safe
def interested_people(request: HttpRequest, course_id: int) -> HttpResponse:
    """Who waits for dates of one course, in the order of entry. For the office alone."""
    _only_office(request)
    course = get_object_or_404(Course.objects.prefetch_related("pages"), pk=course_id)
    page = Paginator(selectors.interested_in(course), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": course.title(get_language()),
        "page_obj": page,
        "breadcrumbs": trail(
            (_("Runs"), reverse("enrolment:teaching")),
            (_("Interest"), reverse("enrolment:interest_list")),
            (course.title(get_language()), ""),
        ),
    }
    return render(request, "enrolment/interested_people.html", context)


def _only_office(request: HttpRequest) -> None:
    if not permissions.can_read_interest(request.user):
        raise Http404
