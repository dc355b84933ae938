"""Milestones: planned, changed, ticked and taken back. Everything works without a script."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consulting import services
from consulting.forms import MilestoneForm
from consulting.models import Milestone, Process

from .common import changeable_process, form_page, posted, workspace_page

UNDO_KEY = "consulting_undo"


def plan_url(process: Process) -> str:
    return f"{process.get_absolute_url()}#milestones"


def milestone_url(action: str, milestone: Milestone) -> str:
    return reverse(f"consulting:{action}", args=[milestone.process_id, milestone.pk])


@workspace_page
def add_milestone(request: HttpRequest, process_id: int) -> HttpResponse:
    process, _rights = changeable_process(request, process_id)
    form = MilestoneForm(posted(request), process=process, initial={"phase": process.focus_phase})
    return form_page(
        request,
        form=form,
        act=lambda given: services.add_milestone(process=process, **given, actor=request.user, at=timezone.now()),
        success=_("The milestone stands in the plan."),
        back=plan_url(process),
        title=_("Plan a milestone"),
        submit_label=_("Save"),
        process=process,
    )


@workspace_page
def change_milestone(request: HttpRequest, process_id: int, milestone_id: int) -> HttpResponse:
    process, _rights = changeable_process(request, process_id)
    milestone = get_object_or_404(process.milestones, pk=milestone_id)
    initial = {name: getattr(milestone, name) for name in ("title_de", "title_en", "due_on", "phase")}
    return form_page(
        request,
        form=MilestoneForm(posted(request), process=process, initial=initial),
        act=lambda given: services.change_milestone(
            milestone=milestone, **given, actor=request.user, at=timezone.now()
        ),
        success=_("The milestone is changed."),
        back=plan_url(process),
        title=_("Change the milestone"),
        submit_label=_("Save"),
        process=process,
        drop_url=milestone_url("drop_milestone", milestone) if milestone.is_waiting else "",
    )


@workspace_page
@require_POST
def tick_milestone(request: HttpRequest, process_id: int, milestone_id: int) -> HttpResponse:
    done = _("The milestone “{title}” is done.")
    return _act(request, process_id, milestone_id, act=services.tick_milestone, text=done, undo="untick_milestone")


@workspace_page
@require_POST
def untick_milestone(request: HttpRequest, process_id: int, milestone_id: int) -> HttpResponse:
    undone = _("The milestone “{title}” is open again.")
    return _act(request, process_id, milestone_id, act=services.untick_milestone, text=undone, undo="tick_milestone")


@workspace_page
@require_POST
def drop_milestone(request: HttpRequest, process_id: int, milestone_id: int) -> HttpResponse:
    dropped = _("The milestone “{title}” is dropped from the plan.")
    return _act(request, process_id, milestone_id, act=services.drop_milestone, text=dropped, undo="restore_milestone")


@workspace_page
@require_POST
def restore_milestone(request: HttpRequest, process_id: int, milestone_id: int) -> HttpResponse:
    back = _("The milestone “{title}” stands in the plan again.")
    return _act(request, process_id, milestone_id, act=services.restore_milestone, text=back, undo="drop_milestone")


def _act(request: HttpRequest, process_id: int, milestone_id: int, *, act, text: str, undo: str) -> HttpResponse:
    """Call the service; the page then says what became of it, with a button that takes it back."""
    process, _rights = changeable_process(request, process_id)
    milestone = get_object_or_404(process.milestones, pk=milestone_id)
    try:
        milestone = act(milestone=milestone, actor=request.user, at=timezone.now())
    except services.ConsultingRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(process)
    request.session[UNDO_KEY] = {
        "process": process.pk,
        "text": text.format(title=milestone.title),
        "url": milestone_url(undo, milestone),
    }
    return redirect(plan_url(process))


def take_undo(request: HttpRequest, process: Process) -> dict | None:
    """What the person did last on this page, once."""
    undo = request.session.pop(UNDO_KEY, None)
    return undo if undo and undo["process"] == process.pk else None
