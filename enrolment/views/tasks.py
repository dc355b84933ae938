"""Answers to tasks: the learner writes and hands in, the trainers of the run read and give feedback. 404 for others."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from academy.common.filters import chosen_filters
from academy.common.moments import day
from academy.common.uploads import UploadRefused, kept_file
from academy.enums import Role
from academy.permissions import has_role
from courses import selectors as courses
from courses.enums import StepKind
from courses.models import CourseRun, Step
from enrolment import permissions, selectors, services
from enrolment.enums import SubmissionState
from enrolment.forms import AnswerFilterForm, ReviewForm, TaskAnswerForm
from enrolment.models import Enrolment, Submission

from . import learning
from .teaching import trail

PER_PAGE = 20
WAITING, ALL = "waiting", "all"
STATES = [WAITING, SubmissionState.REVISE, SubmissionState.ACCEPTED, ALL]


# --- The learner -------------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_POST
def answer_task(request: HttpRequest, enrolment_id: int, position: int) -> HttpResponse:
    """«Save» keeps a draft, «Hand in» gives the answer to the trainers; what is not taken stays on the page."""
    place, step = _task(request, enrolment_id, position)
    form = TaskAnswerForm(request.POST, request.FILES, step=step)
    if form.is_valid():
        file = form.cleaned_data.get("file")
        written = services.Written(
            text=form.cleaned_data.get("text", ""),
            file=file.file if file else None,
            file_name=file.name if file else "",
            seen=form.cleaned_data["seen"],
        )
        act, said = services.save_answer, _("Your answer is saved. Nobody else reads it before you hand it in.")
        if request.POST.get("do") == "hand_in":
            act, said = services.hand_in, _("Your answer is handed in.")
        try:
            act(enrolment=place, step=step, written=written, at=timezone.now())
        except (services.SubmissionRefused, UploadRefused) as refusal:
            form.add_error("file" if isinstance(refusal, UploadRefused) else None, str(refusal))
        else:
            messages.success(request, said)
            return redirect("enrolment:learn_step", place.pk, step.position)
    return learning.show_step(request, place, step, answer_form=_reopened(form, place, step))


@login_required
@require_POST
def withdraw_answer(request: HttpRequest, enrolment_id: int, position: int) -> HttpResponse:
    place, step = _task(request, enrolment_id, position)
    try:
        services.withdraw_answer(enrolment=place, step=step, at=timezone.now())
    except services.SubmissionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You have taken back your answer. It is a draft again, and only you read it."))
    return redirect("enrolment:learn_step", place.pk, step.position)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete_file(request: HttpRequest, enrolment_id: int, position: int) -> HttpResponse:
    """Asks once more, then deletes the file of the draft."""
    place, step = _task(request, enrolment_id, position)
    back = reverse("enrolment:learn_step", args=[place.pk, step.position])
    if request.method == "POST":
        try:
            services.delete_file(enrolment=place, step=step, at=timezone.now())
        except services.SubmissionRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The file is deleted."))
        return redirect(back)
    draft = selectors.answers_visible_to(request.user).filter(enrolment=place, step_key=step.key).last()
    if draft is None or not draft.is_draft or not draft.file:
        raise Http404
    context = {
        "title": _("Delete the file?"),
        "text": _("The file «%(name)s» is deleted for good.") % {"name": draft.file_name},
        "confirm_label": _("Delete the file"),
        "tone": "danger",
        "action_url": request.path,
        "cancel_url": back,
    }
    return render(request, "components/confirm.html", context)


@login_required
@never_cache
@require_safe
def answer_file(request: HttpRequest, submission_id: int) -> HttpResponseBase:
    """The file itself, to the learner and the trainers of the run: saved, never opened in the site's own rights."""
    answer = get_object_or_404(selectors.answers_visible_to(request.user).exclude(file=""), pk=submission_id)
    return kept_file(answer.file, name=answer.file_name)


def _task(request: HttpRequest, enrolment_id: int, position: int) -> tuple[Enrolment, Step]:
    place = learning.own_place(request, enrolment_id)
    step = learning.open_step_at(place, position)
    if step.kind != StepKind.TASK:
        raise Http404
    return place, step


def _reopened(form: TaskAnswerForm, place: Enrolment, step: Step) -> TaskAnswerForm:
    """The form with what was typed. It knows the draft that stands beside it now, so that it can be saved after all."""
    drafts = Submission.objects.filter(enrolment=place, step_key=step.key, state=SubmissionState.DRAFT)
    form.data = form.data.copy()
    form.data["seen"] = services.mark_of(drafts.first())
    return form


# --- The trainer -------------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_safe
def task_queue(request: HttpRequest) -> HttpResponse:
    """Answers on the person's own runs, the one that has waited longest first; never their words."""
    if not has_role(request.user, Role.TRAINER):
        raise Http404
    everything = selectors.answers_to_read(request.user)
    form = _filter(everything, request.GET)
    chosen = _chosen(everything, form.accepted)
    state = form.accepted.get("state", WAITING)
    page = Paginator(selectors.answers_in_list(_in_state(chosen, state)), PER_PAGE).get_page(request.GET.get("page"))
    titles = _titles({answer.step_key for answer in page})
    kept = {name: value for name, value in form.accepted.items() if name != "state"}
    context = {
        "form": form,
        "active": chosen_filters(form, request.path),
        "page_obj": page,
        "lines": [_line(answer, titles, form.accepted) for answer in page],
        "state": state,
        "now": timezone.now(),
        "tabs": [
            {
                "title": _state_title(one),
                "url": f"?{urlencode({**kept, 'state': one})}",
                "current": one == state,
                "count": _in_state(chosen, one).count(),
            }
            for one in STATES
        ],
        "breadcrumbs": trail((_("Runs"), reverse("enrolment:teaching")), (_("Answers to tasks"), "")),
    }
    return render(request, "enrolment/task_queue.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review_answer(request: HttpRequest, submission_id: int) -> HttpResponse:
    """The assignment, all answers of one learner to it, and the form for feedback; then on to the next one."""
    everything = selectors.answers_to_read(request.user)
    answer = get_object_or_404(selectors.answers_in_list(everything), pk=submission_id)
    if not permissions.can_read_answers(request.user, answer.enrolment.run):
        raise Http404
    accepted = _filter(everything, request.GET).accepted
    queue = _in_state(_chosen(everything, accepted), accepted.get("state", WAITING))
    before, behind = selectors.neighbours(queue.defer("text", "feedback"), answer)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.give_feedback(
                submission=answer,
                accepts=form.accepts,
                feedback=form.cleaned_data["feedback"],
                actor=request.user,
                at=timezone.now(),
            )
        except services.ReviewRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your feedback is saved. The learner is told by mail that it is there."))
            return redirect(_address(behind, accepted) if behind else _queue_address(accepted))
    return render(request, "enrolment/review_answer.html", _review(answer, form, accepted, before, behind))


def _review(answer: Submission, form: ReviewForm, accepted: dict, before, behind) -> dict:
    place = answer.enrolment
    step = selectors.steps_by_key([answer.step_key]).get(answer.step_key)
    page = courses.step_pages([step], language=get_language())[step.key].specific
    rounds = selectors.answer_rounds(place, answer.step_key)
    current = next(one for one in rounds if one.pk == answer.pk)
    return {
        "answer": current,
        "rounds": rounds,
        "person": place.learner,
        "course_title": place.run.course.title(get_language()),
        "run_when": run_words(place.run),
        "step": step,
        "step_page": page,
        "step_language": "" if page.locale.language_code == get_language() else page.locale.language_code,
        "form": form if current.is_waiting or form.is_bound else None,
        "before_url": _address(before, accepted) if before else "",
        "behind_url": _address(behind, accepted) if behind else "",
        "queue_url": _queue_address(accepted),
        "breadcrumbs": trail(
            (_("Runs"), reverse("enrolment:teaching")),
            (_("Answers to tasks"), _queue_address(accepted)),
            (str(place.learner), ""),
        ),
    }


def run_words(run: CourseRun) -> str:
    """Which round of a course it is: its first date."""
    return day(run.first_at) if run.first_at else _("self-study")


def _filter(answers: QuerySet[Submission], data: QueryDict) -> AnswerFilterForm:
    """Which runs and tasks there are to choose from, with their titles."""
    keys = set(answers.order_by().values_list("enrolment__run", "step_key").distinct())
    runs = CourseRun.objects.with_titles().with_dates().filter(pk__in={run for run, _key in keys}).order_by("-pk")
    titles = _titles({key for _run, key in keys})
    choices = [(str(run.pk), f"{run.course.title(get_language())} ({run_words(run)})") for run in runs]
    tasks = sorted(((str(key), title) for key, title in titles.items()), key=lambda pair: pair[1])
    return AnswerFilterForm(data, runs=choices, steps=tasks, states=STATES)


def _chosen(answers: QuerySet[Submission], accepted: dict[str, str]) -> QuerySet[Submission]:
    if "run" in accepted:
        answers = answers.filter(enrolment__run=accepted["run"])
    return answers.filter(step_key=accepted["step"]) if "step" in accepted else answers


def _in_state(answers: QuerySet[Submission], state: str) -> QuerySet[Submission]:
    if state == WAITING:
        return answers.waiting()
    return answers if state == ALL else answers.filter(state=state)


def _state_title(state: str) -> str:
    own = {WAITING: _("waiting for feedback"), ALL: _("all")}
    return own.get(state) or str(SubmissionState(state).label)


def _titles(keys: set) -> dict:
    pages = courses.step_pages(selectors.steps_by_key(keys).values(), language=get_language())
    return {key: page.title for key, page in pages.items()}


def _line(answer: Submission, titles: dict, accepted: dict[str, str]) -> dict:
    run = answer.enrolment.run
    return {
        "answer": answer,
        "person": answer.enrolment.learner,
        "course": run.course.title(get_language()),
        "when": run_words(run),
        "task": titles.get(answer.step_key, ""),
        "url": _address(answer, accepted),
    }


def _address(answer: Submission, accepted: dict[str, str]) -> str:
    return _with_query(reverse("enrolment:review_answer", args=[answer.pk]), accepted)


def _queue_address(accepted: dict[str, str]) -> str:
    return _with_query(reverse("enrolment:task_queue"), accepted)


def _with_query(path: str, accepted: dict[str, str]) -> str:
    return f"{path}?{urlencode(accepted)}" if accepted else path
