"""A new process, and what concerns a process as a whole."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from consulting import permissions, services, workflow
from consulting.enums import Move
from consulting.forms import AgreementForm, ProcessForm, ProcessHeaderForm, ReasonForm

from .common import answer, changeable_process, form_page, posted, visible_process, workspace_page

# title of the page, label of the button, what is said afterwards
MOVE_WORDS = {
    Move.TAKE_UP: (
        gettext_lazy("Take up the request"),
        gettext_lazy("Begin clarification"),
        gettext_lazy("Clarification has begun."),
    ),
    Move.PAUSE: (
        gettext_lazy("Pause the process facilitation"),
        gettext_lazy("Pause"),
        gettext_lazy("The process facilitation is paused. Its dates do not count until it is resumed."),
    ),
    Move.RESUME: (
        gettext_lazy("Resume the process facilitation"),
        gettext_lazy("Resume"),
        gettext_lazy("The process facilitation is active again."),
    ),
    Move.CLOSE: (
        gettext_lazy("Close the process facilitation"),
        pgettext_lazy("process", "Close"),
        gettext_lazy("The process facilitation is closed."),
    ),
    Move.ABORT: (
        gettext_lazy("Abort the process facilitation"),
        gettext_lazy("Abort"),
        gettext_lazy("The process facilitation is aborted."),
    ),
}
FINAL_MOVES = {Move.CLOSE, Move.ABORT}


@workspace_page
def create_process(request: HttpRequest) -> HttpResponse:
    if not permissions.can_create_process(request.user, on=timezone.localdate()):
        raise Http404
    return form_page(
        request,
        form=ProcessForm(posted(request), initial={"starts_on": timezone.localdate()}),
        act=lambda given: services.create_process_from_template(**given, actor=request.user, at=timezone.now()),
        success=_("The process facilitation is created. Next, name the people and date the agreement."),
        back="",
        title=_("New process facilitation"),
        submit_label=_("Create"),
    )


@workspace_page
def change_process(request: HttpRequest, process_id: int) -> HttpResponse:
    process, _rights = changeable_process(request, process_id)
    return form_page(
        request,
        form=ProcessHeaderForm(posted(request), initial=ProcessHeaderForm.initial_of(process)),
        act=lambda given: services.change_process(process=process, **given, actor=request.user, at=timezone.now()),
        success=_("The header is changed."),
        back=process.get_absolute_url(),
        title=_("Change title, goal and dates"),
        submit_label=_("Save"),
        process=process,
    )


@workspace_page
def date_agreement(request: HttpRequest, process_id: int) -> HttpResponse:
    process, rights = visible_process(request, process_id)
    if not rights.can_change_agreement:
        raise PermissionDenied
    return form_page(
        request,
        form=AgreementForm(posted(request), initial=AgreementForm.initial_of(process)),
        act=lambda given: services.date_agreement(process=process, **given, actor=request.user, at=timezone.now()),
        success=_("The dates of the agreement are saved."),
        back=process.get_absolute_url(),
        title=_("Date the cooperation agreement"),
        submit_label=_("Save"),
        process=process,
        lead=_("Enter the days that stand on the signed paper. Clarification ends only when both sides have dated it."),
    )


@workspace_page
@require_POST
def sign_agreement(request: HttpRequest, process_id: int) -> HttpResponse:
    process, rights = visible_process(request, process_id)
    if not rights.can_sign_agreement:
        raise PermissionDenied
    return answer(
        request,
        lambda: services.sign_agreement(process=process, actor=request.user, at=timezone.now()),
        success=_("You have confirmed the cooperation agreement for the unit, dated today."),
        back=process.get_absolute_url(),
    )


@workspace_page
def move_process(request: HttpRequest, process_id: int, move: str) -> HttpResponse:
    """Ask for a reason, then move. Starting is not among these moves: it is finishing clarification."""
    process, _rights = changeable_process(request, process_id)
    if move not in MOVE_WORDS:
        raise Http404
    title, label, success = MOVE_WORDS[Move(move)]
    return form_page(
        request,
        form=ReasonForm(posted(request), is_required=move in workflow.NEEDS_REASON),
        act=lambda given: services.move_process(
            process=process, move=Move(move), **given, actor=request.user, at=timezone.now()
        ),
        success=str(success),
        back=process.get_absolute_url(),
        title=str(title),
        submit_label=str(label),
        process=process,
        lead=_("Afterwards nothing can be changed any more. Reading stays possible.") if move in FINAL_MOVES else "",
        is_dangerous=move in FINAL_MOVES,
    )
