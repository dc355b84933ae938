"""Phases: begun, reached, re-opened with a reason, worded for the unit."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consulting import selectors, services
from consulting.enums import Move, PhaseKey, PhaseState
from consulting.forms import PhaseForm, ReachPhaseForm, ReasonForm
from consulting.models import Phase, Process

from .common import answer, changeable_process, form_page, posted, workspace_page


@workspace_page
@require_POST
def activate_phase(request: HttpRequest, process_id: int, phase_id: int) -> HttpResponse:
    process, phase = _phase(request, process_id, phase_id)
    return answer(
        request,
        lambda: services.activate_phase(phase=phase, actor=request.user, at=timezone.now()),
        success=_("The phase “{title}” has begun.").format(title=phase.title),
        back=process.get_absolute_url(),
    )


@workspace_page
def reach_phase(request: HttpRequest, process_id: int, phase_id: int) -> HttpResponse:
    process, phase = _phase(request, process_id, phase_id)
    if refused := _refused(request, phase, Move.REACH_PHASE):
        return refused
    following = selectors.next_phase(process) if phase.state == PhaseState.ACTIVE else None
    missing = []
    if phase.key == PhaseKey.CLARIFY:
        missing = selectors.missing_for_start(process, on=timezone.localdate())
    return form_page(
        request,
        form=ReachPhaseForm(posted(request), next_title=following.title if following else ""),
        act=lambda given: services.reach_phase(phase=phase, **given, actor=request.user, at=timezone.now()),
        success=_("The phase “{title}” is reached.").format(title=phase.title),
        back=process.get_absolute_url(),
        title=_("Finish the phase “{title}”").format(title=phase.title),
        submit_label=_("Finish the phase"),
        process=process,
        missing=missing,
        open_points=selectors.open_points_of(phase),
        left_behind=selectors.waiting_milestones_of(phase),
        exit_check=phase.exit_check,
    )


@workspace_page
def reopen_phase(request: HttpRequest, process_id: int, phase_id: int) -> HttpResponse:
    process, phase = _phase(request, process_id, phase_id)
    if refused := _refused(request, phase, Move.REOPEN_PHASE):
        return refused
    return form_page(
        request,
        form=ReasonForm(posted(request)),
        act=lambda given: services.reopen_phase(phase=phase, **given, actor=request.user, at=timezone.now()),
        success=_("The phase “{title}” is open again.").format(title=phase.title),
        back=process.get_absolute_url(),
        title=_("Re-open the phase “{title}”").format(title=phase.title),
        submit_label=_("Re-open the phase"),
        process=process,
        lead=_("Going back is a normal part of the work. The phase is taken up again beside the active one."),
    )


@workspace_page
def change_phase(request: HttpRequest, process_id: int, phase_id: int) -> HttpResponse:
    process, phase = _phase(request, process_id, phase_id)
    initial = {name: getattr(phase, name) for name in PhaseForm.base_fields}
    return form_page(
        request,
        form=PhaseForm(posted(request), initial=initial),
        act=lambda given: services.change_phase(phase=phase, **given, actor=request.user, at=timezone.now()),
        success=_("The phase is changed."),
        back=process.get_absolute_url(),
        title=_("Change the phase “{title}”").format(title=phase.title),
        submit_label=_("Save"),
        process=process,
    )


def _phase(request: HttpRequest, process_id: int, phase_id: int) -> tuple[Process, Phase]:
    process, _rights = changeable_process(request, process_id)
    return process, get_object_or_404(process.phases, pk=phase_id)


def _refused(request: HttpRequest, phase: Phase, move: Move) -> HttpResponse | None:
    """Back to the process with the reason, where an address was typed that the order of the phases does not allow."""
    if request.method == "POST":
        return None
    try:
        services.require_phase_move(phase=phase, move=move, actor=request.user, at=timezone.now())
    except services.ConsultingRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(phase.process)
    return None
