"""The waiting list of a run: who would move up and why not, what came of it so far. 404 for others."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.models import CourseRun
from enrolment import permissions, selectors, services

from .teaching import head, run_to_teach, trail

DECISIONS_PER_PAGE = 20


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def waiting_list(request: HttpRequest, run_id: int) -> HttpResponse:
    """A dry run for each waiting person, and what came of earlier looks; the office lets people move up."""
    run = run_to_teach(request, run_id)
    may_move = permissions.can_move_list_up(request.user)
    if request.method == "POST":
        if not may_move:
            raise Http404
        return _move_up(request, run)
    page = Paginator(selectors.decisions_on(run), DECISIONS_PER_PAGE).get_page(request.GET.get("page"))
    verdicts = services.plan_promotion(run, at=timezone.now())
    here = head(run)
    context = {
        **here,
        "verdicts": verdicts,
        "page_obj": page,
        "may_move": may_move and any(verdict.moves_up for verdict in verdicts),
        "breadcrumbs": trail(
            (_("Runs"), reverse("enrolment:teaching")),
            (here["title"], reverse("enrolment:roster", args=[run.pk])),
            (_("Waiting list"), ""),
        ),
    }
    return render(request, "enrolment/waiting_list.html", context)


def _move_up(request: HttpRequest, run: CourseRun) -> HttpResponse:
    try:
        moved = services.move_up(run=run, actor=request.user, at=timezone.now())
    except services.PromotionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        sentence = ngettext(
            "%(count)d person has moved up and is told by mail.",
            "%(count)d people have moved up and are told by mail.",
            len(moved),
        )
        messages.success(request, sentence % {"count": len(moved)})
    return redirect("enrolment:waiting_list", run.pk)
