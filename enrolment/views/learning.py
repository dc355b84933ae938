"""The learner's pages: the overview of a place, one step, and the files of a step. Nobody else opens them (S1)."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe
from wagtail.documents.models import AbstractDocument
from wagtail.models import Page

from academy.common import films, papers
from courses import selectors as courses
from courses.enums import StepKind
from courses.h5p.player import embed_url
from courses.models import Step
from enrolment import figures, permissions, selectors, services
from enrolment.models import Enrolment

from . import answers

LINKS_TO_MISSING = 5


@login_required
@never_cache
@require_GET
def learn(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    """Where the learner stands: steps, dates, what is missing, and where to go on. A place that is not confirmed
    yet, or is over, says so and shows what is kept of it.
    """
    enrolment = selectors.place_to_look_at(request.user, enrolment_id)
    if enrolment is None:
        raise Http404
    at = timezone.now()
    progress = services.progress_of(enrolment)
    title = enrolment.run.course.title(get_language())
    context = {
        "enrolment": enrolment,
        "run": enrolment.run,
        "title": title,
        "progress": progress,
        "facts": _facts(progress),
        "certificate": selectors.certificates_visible_to(request.user).valid().filter(enrolment=enrolment).first(),
        "now": at,
        "breadcrumbs": _trail((title, "")),
    }
    if not permissions.can_learn(request.user, enrolment):
        return render(request, "enrolment/learn_closed.html", context)
    lines = _lines(enrolment, progress, at=at)
    by_step = {line["entry"].step.key: line for line in lines}
    resume = progress.resume(at=at)
    windows = selectors.check_in_windows_of(request.user).filter(session__run=enrolment.run)
    context |= {
        "lines": lines,
        "resume": resume,
        "next_line": by_step[resume.step.key] if resume else None,
        "next_session": progress.next_session(at=at),
        "missing": [_missing(entry, by_step) for entry in progress.missing],
        "rule": figures.rule_words(progress),
        "check_ins": {window.session_id for window in windows if window.is_open(at=at)},
    }
    return render(request, "enrolment/learn.html", context)


@login_required
@never_cache
@require_GET
def learn_step(request: HttpRequest, enrolment_id: int, position: int) -> HttpResponse:
    """One step in the reader's language. Opening it notes that the learner has begun.

    A step that is still closed says when it opens, and shows nothing of what stands in it.
    """
    enrolment = own_place(request, enrolment_id)
    step, at = step_at(enrolment, position), timezone.now()
    if step.kind != StepKind.SESSION and services.is_released(enrolment=enrolment, step=step, at=at):
        services.open_step(enrolment=enrolment, step=step, at=at)
    return show_step(request, enrolment, step)


def show_step(request: HttpRequest, enrolment: Enrolment, step: Step, **form) -> HttpResponse:
    """The page of a step; `form` brings back what was typed on it and not taken."""
    at = timezone.now()
    progress = services.progress_of(enrolment)
    lines = _lines(enrolment, progress, at=at)
    index = next(number for number, line in enumerate(lines) if line["entry"].step == step)
    line = lines[index]
    page = line["page"].specific
    course_title = enrolment.run.course.title(get_language())
    learn_url = reverse("enrolment:learn", args=[enrolment.pk])
    context = {
        "enrolment": enrolment,
        "step": step,
        "number": step.position,
        "overview_url": learn_url,
        "entry": line["entry"],
        "step_page": page,
        "step_language": line["language"],
        "course_title": course_title,
        "progress": progress,
        "lines": lines,
        "closed": line["closed"],
        "previous": next((one for one in reversed(lines[:index]) if not one["closed"]), None),
        "next": next((one for one in lines[index + 1 :] if not one["closed"]), None),
        "breadcrumbs": _trail((course_title, learn_url), (page.title, "")),
        **({} if line["closed"] else _inside(request, enrolment, step, page, at=at)),
        **form,
    }
    return render(request, "enrolment/learn_step.html", context)


def _inside(request: HttpRequest, enrolment: Enrolment, step: Step, page: Page, *, at: datetime) -> dict:
    """What only an open step shows: files and exercises, the form for an answer, the date that it marks."""
    inside = {**_media(request, enrolment, step, page), **answers.answering(enrolment, step, page)}
    if step.kind == StepKind.SESSION:
        windows = selectors.check_in_windows_of(request.user).filter(session__run=enrolment.run)
        inside |= {"now": at, "check_ins": {window.session_id for window in windows if window.is_open(at=at)}}
    return inside


@login_required
@require_POST
def finish_step(request: HttpRequest, enrolment_id: int, position: int) -> HttpResponse:
    """«Mark as done» for readings, videos and documents; leads to the next open step, or back to the overview after
    the last one.
    """
    enrolment = own_place(request, enrolment_id)
    step, at = step_at(enrolment, position), timezone.now()
    try:
        services.finish_step(enrolment=enrolment, step=step, at=at)
    except services.LearningRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("enrolment:learn_step", enrolment.pk, step.position)
    following = services.progress_of(enrolment)
    coming = [entry for entry in following.steps if entry.step.position > step.position]
    later = [entry.step for entry in coming if entry.is_released(at=at)]
    if following.is_completed:
        messages.success(request, _("You have completed this course."))
        return redirect("enrolment:learn", enrolment.pk)
    messages.success(request, _("The step has been marked as done."))
    if later:
        return redirect("enrolment:learn_step", enrolment.pk, later[0].position)
    return redirect("enrolment:learn", enrolment.pk)


@login_required
@require_safe
def step_video(request: HttpRequest, enrolment_id: int, position: int) -> HttpResponseBase:
    return _file(request, enrolment_id, position, "video", films.film_response)


@login_required
@require_safe
def step_captions(request: HttpRequest, enrolment_id: int, position: int) -> HttpResponseBase:
    return _file(request, enrolment_id, position, "captions", films.film_response)


@login_required
@require_safe
def step_document(request: HttpRequest, enrolment_id: int, position: int) -> HttpResponseBase:
    return _file(request, enrolment_id, position, "document", papers.paper_response)


# --- What these views share ---------------------------------------------------------------------------------------
def own_place(request: HttpRequest, enrolment_id: int) -> Enrolment:
    enrolment = selectors.place_to_learn(request.user, enrolment_id)
    if enrolment is None or not permissions.can_learn(request.user, enrolment):
        raise Http404
    return enrolment


def step_at(enrolment: Enrolment, position: int) -> Step:
    step = Step.objects.filter(version=enrolment.run.version_id, position=position).first()
    if step is None:
        raise Http404
    return step


def open_step_at(enrolment: Enrolment, position: int) -> Step:
    """The step, for whatever only an open one has: while it is closed, that does not exist."""
    step = step_at(enrolment, position)
    if not services.is_released(enrolment=enrolment, step=step, at=timezone.now()):
        raise Http404
    return step


def _lines(enrolment: Enrolment, progress: services.LearningProgress, *, at: datetime) -> list[dict]:
    """Each step with its progress, its page in the reader's language, its address, and what keeps it `closed`."""
    pages = courses.step_pages([entry.step for entry in progress.steps], language=get_language())
    return [
        {
            "entry": entry,
            "page": pages[entry.step.key],
            "language": "" if _reads(pages[entry.step.key]) else pages[entry.step.key].locale.language_code,
            "url": reverse("enrolment:learn_step", args=[enrolment.pk, entry.step.position]),
            "closed": "" if entry.is_released(at=at) else entry.gate.sentence(title_before=_title_before(entry, pages)),
        }
        for entry in progress.steps
    ]


def _missing(entry: services.Missing, by_step: dict) -> dict:
    """What is missing, with the way to each thing: the first ones by name, and how many there are besides."""
    lines = [by_step[step.step.key] for step in entry.steps]
    return {
        "sentence": entry.sentence,
        "lines": lines[:LINKS_TO_MISSING],
        "more": len(lines[LINKS_TO_MISSING:]),
        "sessions": entry.sessions,
    }


def _facts(progress: services.LearningProgress) -> list[dict[str, str]]:
    """The figures of the completion; what a course has nothing of is left out."""
    facts = [
        (_("Required steps"), figures.steps_words(progress)),
        (_("Attended"), figures.lessons_words(progress)),
        (_("Time still needed"), figures.time_left_words(progress)),
    ]
    return [{"term": term, "value": value} for term, value in facts if value]


def _title_before(entry: services.StepProgress, pages: dict[UUID, Page]) -> str:
    before = pages.get(entry.gate.waits_for) if entry.gate.waits_for else None
    return before.title if before else ""


def _reads(page: Page) -> bool:
    return page.locale.language_code == get_language()


def _trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    own = [(_("My area"), reverse("academy:my_start")), (_("My places"), reverse("enrolment:my_places")), *steps]
    return [{"title": title, "url": url} for title, url in own]


def _media(request: HttpRequest, enrolment: Enrolment, step: Step, page: Page) -> dict[str, str]:
    """The addresses that `courses/_step.html` asks for."""
    place = [enrolment.pk, step.position]
    if step.kind == StepKind.VIDEO:
        return {
            "video_url": reverse("enrolment:step_video", args=place) if page.video_id else "",
            "captions_url": reverse("enrolment:step_captions", args=place) if page.captions_id else "",
        }
    if step.kind == StepKind.DOCUMENT and page.document_id:
        return {"document_url": reverse("enrolment:step_document", args=place)}
    if step.kind == StepKind.H5P and page.content_id:
        context = services.player_context(enrolment=enrolment, step=step)
        user_key = str(request.user.pseudonym)
        return {"player_src": embed_url(content=page.content, user_key=user_key, context=context)}
    return {}


def _file(
    request: HttpRequest,
    enrolment_id: int,
    position: int,
    name: str,
    respond: Callable[[HttpRequest, AbstractDocument], HttpResponseBase | None],
) -> HttpResponseBase:
    """A file of an open step, in parts where parts are asked for."""
    enrolment = own_place(request, enrolment_id)
    step = open_step_at(enrolment, position)
    page = courses.step_pages([step], language=get_language())[step.key].specific
    document: AbstractDocument | None = getattr(page, name, None)
    response = respond(request, document) if document else None
    if response is None:
        raise Http404
    return response
