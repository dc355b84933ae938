"""The learner's pages: the overview of a place, one step, and the files of a step. Nobody else opens them (S1)."""

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

from academy.common import films
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
    lines = _lines(enrolment, progress)
    by_step = {line["entry"].step.key: line for line in lines}
    windows = selectors.check_in_windows_of(request.user).filter(session__run=enrolment.run)
    context |= {
        "lines": lines,
        "resume": progress.resume,
        "next_line": by_step[progress.resume.step.key] if progress.resume else None,
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
    """One step in the reader's language. Opening it notes that the learner has begun."""
    enrolment = own_place(request, enrolment_id)
    step = step_at(enrolment, position)
    services.open_step(enrolment=enrolment, step=step, at=timezone.now())
    return show_step(request, enrolment, step)


def show_step(request: HttpRequest, enrolment: Enrolment, step: Step, **form) -> HttpResponse:
    """The page of a step; `form` brings back what was typed on it and not taken."""
    progress = services.progress_of(enrolment)
    lines = _lines(enrolment, progress)
    index = next(number for number, line in enumerate(lines) if line["entry"].step == step)
    line = lines[index]
    page = line["page"].specific
    course_title = enrolment.run.course.title(get_language())
    learn_url = reverse("enrolment:learn", args=[enrolment.pk])
    context = {
        "enrolment": enrolment,
        "step": step,
        "entry": line["entry"],
        "step_page": page,
        "step_language": line["language"],
        "course_title": course_title,
        "progress": progress,
        "lines": lines,
        "previous": lines[index - 1] if index else None,
        "next": lines[index + 1] if index + 1 < len(lines) else None,
        "breadcrumbs": _trail((course_title, learn_url), (page.title, "")),
        **_media(request, enrolment, step, page),
        **answers.answering(enrolment, step),
        **form,
    }
    return render(request, "enrolment/learn_step.html", context)


@login_required
@require_POST
def finish_step(request: HttpRequest, enrolment_id: int, position: int) -> HttpResponse:
    """«Mark as done» for readings and videos; leads to the next step, or back to the overview after the last one."""
    enrolment = own_place(request, enrolment_id)
    step = step_at(enrolment, position)
    try:
        services.finish_step(enrolment=enrolment, step=step, at=timezone.now())
    except services.LearningRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("enrolment:learn_step", enrolment.pk, step.position)
    following = services.progress_of(enrolment)
    later = [entry.step for entry in following.steps if entry.step.position > step.position]
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
    return _file(request, enrolment_id, position, "video")


@login_required
@require_safe
def step_captions(request: HttpRequest, enrolment_id: int, position: int) -> HttpResponseBase:
    return _file(request, enrolment_id, position, "captions")


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


def _lines(enrolment: Enrolment, progress: services.LearningProgress) -> list[dict]:
    """Each step with its progress, its page in the reader's language and its address."""
    pages = courses.step_pages([entry.step for entry in progress.steps], language=get_language())
    return [
        {
            "entry": entry,
            "page": pages[entry.step.key],
            "language": "" if _reads(pages[entry.step.key]) else pages[entry.step.key].locale.language_code,
            "url": reverse("enrolment:learn_step", args=[enrolment.pk, entry.step.position]),
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
    if step.kind == StepKind.H5P and page.content_id:
        context = services.player_context(enrolment=enrolment, step=step)
        user_key = str(request.user.pseudonym)
        return {"player_src": embed_url(content=page.content, user_key=user_key, context=context)}
    return {}


def _file(request: HttpRequest, enrolment_id: int, position: int, name: str) -> HttpResponseBase:
    """The film or the captions of a video step, in parts where the player asks for parts."""
    enrolment = own_place(request, enrolment_id)
    step = step_at(enrolment, position)
    page = courses.step_pages([step], language=get_language())[step.key].specific
    document: AbstractDocument | None = getattr(page, name, None)
    response = films.film_response(request, document) if document else None
    if response is None:
        raise Http404
    return response
