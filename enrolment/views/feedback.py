"""Anonymous feedback: the learner answers or skips, trainers and the office read sums. 404 for others."""

from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from academy.common.rows import csv_file
from academy.common.small_cells import LEAST_FOR_STAFF
from courses import selectors as courses
from courses.enums import StepKind
from courses.models import CourseRun, Step
from enrolment import permissions, services
from enrolment.forms import QuestionsForm
from enrolment.models import Enrolment

from . import learning
from .teaching import head, run_to_teach, trail


# --- The learner -------------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_POST
def give_answers(request: HttpRequest, enrolment_id: int, position: int) -> HttpResponse:
    place, step = _asked(request, enrolment_id, position)
    page = courses.feedback_pages([step], language=get_language())[step.key]
    questions, _has_words = courses.questions_in(step, page)
    form = QuestionsForm(request.POST, questions=questions)
    if form.is_valid():
        try:
            services.give_answers(enrolment=place, step=step, answers=form.answers(), at=timezone.now())
        except services.FeedbackRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you. Your answers are kept without your name."))
            return redirect("enrolment:learn_step", place.pk, step.position)
    return learning.show_step(request, place, step, questions_form=form)


@login_required
@require_POST
def skip_questions(request: HttpRequest, enrolment_id: int, position: int) -> HttpResponse:
    place, step = _asked(request, enrolment_id, position)
    try:
        services.skip_questions(enrolment=place, step=step, at=timezone.now())
    except services.FeedbackRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You have skipped the questions. That is quite all right."))
    return redirect("enrolment:learn_step", place.pk, step.position)


def _asked(request: HttpRequest, enrolment_id: int, position: int) -> tuple[Enrolment, Step]:
    place = learning.own_place(request, enrolment_id)
    step = learning.open_step_at(place, position)
    if step.kind != StepKind.FEEDBACK:
        raise Http404
    return place, step


# --- Trainers and the office -------------------------------------------------------------------------------------
@login_required
@never_cache
@require_safe
def run_feedback(request: HttpRequest, run_id: int) -> HttpResponse:
    """Counts and means of each question, from five answers on; words without anything around them."""
    run = _run(request, run_id)
    here = head(run)
    results = services.feedback_results(run, language=get_language(), at=timezone.now())
    context = {
        **here,
        "results": results,
        "can_export": any(result.answered for result in results),
        "least": LEAST_FOR_STAFF,
        "breadcrumbs": trail(
            (_("Runs"), reverse("enrolment:teaching")),
            (here["title"], reverse("enrolment:roster", args=[run.pk])),
            (_("Feedback"), ""),
        ),
    }
    return render(request, "enrolment/run_feedback.html", context)


@login_required
@never_cache
@require_safe
def feedback_file(request: HttpRequest, run_id: int) -> HttpResponse:
    """The same as a table; 404 as long as there is no result."""
    run = _run(request, run_id)
    found = services.feedback_results(run, language=get_language(), at=timezone.now())
    results = [result for result in found if result.answered]
    if not results:
        raise Http404
    columns = [_("Step"), _("Question"), _("Answer"), _("Number"), _("Mean")]
    return csv_file(f"feedback-{run.pk}.csv", columns, _lines(results), separator=";")


def _lines(results: list[services.FeedbackResult]) -> Iterator[list[str]]:
    few = _("fewer than %(least)d") % {"least": LEAST_FOR_STAFF}
    for result in results:
        for one in result.questions:
            start = [result.title, one.question["question"]]
            if one.answered is None:
                yield [*start, _("all answers"), few, ""]
                continue
            mean = "" if one.mean is None else str(one.mean)
            yield [*start, _("all answers"), str(one.answered), mean]
            for cell in one.cells:
                yield [*start, cell.label, _("not shown") if cell.count is None else str(cell.count), ""]
            for words in one.texts:
                yield [*start, words, "", ""]


def _run(request: HttpRequest, run_id: int) -> CourseRun:
    run = run_to_teach(request, run_id)
    if not permissions.can_read_feedback(request.user, run):
        raise Http404
    return run
