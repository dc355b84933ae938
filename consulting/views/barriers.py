"""The register of barriers, one barrier with its evidence, and everything that is done with it."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from academy.common.confidentiality import Level
from academy.common.filters import chosen_filters
from consulting import permissions, selectors, services, workflow
from consulting.enums import BarrierMoveKind, BarrierState, ProcessRole
from consulting.forms import BarrierFilterForm, BarrierForm, EvidenceForm, LevelForm, ReasonForm
from consulting.models import Barrier, Evidence, Process
from consulting.permissions import Rights
from consulting.wording import language_of

from .common import answer, crumbs, crumbs_to, form_page, posted, require_writer, visible_process, workspace_page

ROWS = 20
BOARD_ROWS = 60  # cards of one column of the board; the list has the rest

# label of the button, title of the page, what is said afterwards
BARRIER_MOVES = {
    BarrierMoveKind.SUBSTANTIATE: (gettext_lazy("Mark as evidenced"), gettext_lazy("The barrier is evidenced.")),
    BarrierMoveKind.CONFIRM: (gettext_lazy("Confirm"), gettext_lazy("The barrier is confirmed.")),
    BarrierMoveKind.START: (gettext_lazy("Begin to work on it"), gettext_lazy("Work on the barrier has begun.")),
    BarrierMoveKind.REMOVE_PARTLY: (gettext_lazy("Partly removed"), gettext_lazy("The barrier is partly removed.")),
    BarrierMoveKind.REMOVE: (gettext_lazy("Removed"), gettext_lazy("The barrier is removed.")),
    BarrierMoveKind.DEFER: (gettext_lazy("Defer"), gettext_lazy("The barrier is deferred.")),
    BarrierMoveKind.RESUME: (gettext_lazy("Take up again"), gettext_lazy("The barrier is taken up again.")),
}
REASONS = {
    BarrierMoveKind.CONFIRM: gettext_lazy("Decision of the process group: when and how"),
    BarrierMoveKind.REMOVE: gettext_lazy("Why is it removed although no measure was found effective?"),
}


def register_url(process: Process) -> str:
    return reverse("consulting:barrier_list", args=[process.pk])


def barrier_url(barrier: Barrier) -> str:
    return reverse("consulting:barrier_detail", args=[barrier.pk])


def visible_barrier(request: HttpRequest, barrier_id: int) -> Barrier:
    visible = selectors.barriers_visible_to(request.user, on=timezone.localdate())
    return get_object_or_404(visible.with_parts(), pk=barrier_id)


def barrier_crumbs(request: HttpRequest, barrier: Barrier, last: str = "") -> list[dict[str, str]]:
    register = {"title": _("Access barriers"), "url": register_url(barrier.process)}
    return crumbs_to(request, barrier.process, register, {"title": barrier.title, "url": barrier_url(barrier)}, last)


@workspace_page
@require_GET
def barrier_list(request: HttpRequest, process_id: int) -> HttpResponse:
    """The register: what of it exists for the person, as a list or by state. Filters stand in the address."""
    process, rights = visible_process(request, process_id)
    today = timezone.localdate()
    form = BarrierFilterForm(request.GET)
    visible = selectors.barriers_visible_to(request.user, on=today).filter(process=process)
    found = selectors.filter_barriers(visible, form.accepted).with_parts()
    is_board = request.GET.get("view") == "board"
    page_obj = Paginator(found, BOARD_ROWS if is_board else ROWS).get_page(request.GET.get("page"))
    rows = [barrier_row(barrier) for barrier in page_obj.object_list]
    count = page_obj.paginator.count
    path = request.path
    context = {
        "process": process,
        "rights": rights,
        "rows": rows,
        "columns": board_columns(rows) if is_board else [],
        "is_board": is_board,
        "page_obj": page_obj,
        "form": form,
        "active": chosen_filters(form, path),
        "result_text": ngettext("{count} access barrier", "{count} access barriers", count).format(count=count),
        "can_write": permissions.can_write_barriers(request.user, process, on=today) and not process.is_over,
        "journeys": journey_maps(process, visible) if rights.can_read else [],
        "tabs": view_tabs(form, is_board=is_board),
        "breadcrumbs": crumbs(process, _("Access barriers")),
    }
    return render(request, "consulting/barrier_list.html", context)


def view_tabs(form: BarrierFilterForm, *, is_board: bool) -> list[dict]:
    chosen = "&".join(f"{name}={value}" for name, value in form.accepted.items())
    return [
        {"title": _("List"), "url": f"?{chosen}", "current": not is_board},
        {"title": _("By state"), "url": f"?view=board&{chosen}", "current": is_board},
    ]


def barrier_row(barrier: Barrier) -> dict:
    return {
        "barrier": barrier,
        "url": barrier_url(barrier),
        "lang": language_of(barrier, "title"),
        "dimensions": ", ".join(term.label for term in barrier.dimensions.all()),
        "where": ", ".join(point.kind.label for point in barrier.touchpoints.all()),
        "level": Level(barrier.level),
    }


def board_columns(rows: list[dict]) -> list[dict]:
    return [{"state": state, "rows": [row for row in rows if row["barrier"].state == state]} for state in BarrierState]


def journey_maps(process: Process, visible) -> list[dict]:
    """The ways to services as paths, each step with the barriers on it that the person sees."""
    known = {barrier.pk: barrier for barrier in visible}
    maps = []
    for journey in process.journeys.prefetch_related("touchpoints__kind", "touchpoints__barriers"):
        steps = [
            {
                "step": step,
                "barriers": [known[one.pk] for one in step.barriers.all() if one.pk in known],
            }
            for step in journey.touchpoints.all()
        ]
        maps.append({"journey": journey, "steps": steps})
    return maps


@workspace_page
@require_GET
def barrier_detail(request: HttpRequest, barrier_id: int) -> HttpResponse:
    """One barrier: where it is, whom it concerns, what it is known from, what is done about it, and its log."""
    barrier = visible_barrier(request, barrier_id)
    today = timezone.localdate()
    user, process = request.user, barrier.process
    rights = permissions.rights_in(user, process, on=today)
    own = permissions.own_organisation_keys(user, on=today)
    may_write = bool(rights.functions & permissions.WRITING_FUNCTIONS) and not process.is_over
    decides = ProcessRole.SPONSOR in rights.functions and not process.is_over
    evidence = selectors.evidence_visible_to(user, on=today).filter(barrier=barrier).select_related("organisation")
    measures = selectors.measures_visible_to(user, on=today).filter(barriers=barrier).order_by("due_on", "pk")
    context = {
        "barrier": barrier,
        "row": barrier_row(barrier),
        "description_lang": language_of(barrier, "description"),
        "kinds": ", ".join(term.label for term in barrier.kinds.all()),
        "steps": list(barrier.touchpoints.all()),
        "evidence": [evidence_row(one, process, rights, own) for one in evidence],
        "measures": [{"measure": one, "is_overdue": one.is_overdue(on=today)} for one in measures],
        "courses": [course.title(request.LANGUAGE_CODE) for course in barrier.courses.prefetch_related("pages")],
        "moves": move_buttons(barrier, may_write=may_write, decides=decides),
        "can_write": may_write,
        "can_add_evidence": may_write or (bool(own) and not process.is_over),
        "can_set_level": decides or (ProcessRole.FACILITATOR in rights.functions and not process.is_over),
        "log": barrier.moves.order_by("-at", "-pk")[:ROWS] if rights.can_read else [],
        "releases": barrier.release_events.order_by("-at", "-pk").select_related("organisation")
        if rights.can_read
        else [],
        "breadcrumbs": barrier_crumbs(request, barrier),
    }
    return render(request, "consulting/barrier_detail.html", context)


def evidence_row(evidence: Evidence, process: Process, rights: Rights, own: set[int]) -> dict:
    may = permissions.releases_evidence(evidence, functions=rights.functions, own=own) and not process.is_over
    act = "withdraw_evidence" if evidence.is_released else "release_evidence"
    return {"evidence": evidence, "url": reverse(f"consulting:{act}", args=[evidence.pk]) if may else ""}


def move_buttons(barrier: Barrier, *, may_write: bool, decides: bool) -> list[dict]:
    """What the person can do with the barrier as it stands."""
    moves = workflow.barrier_moves_from(barrier.state)
    if barrier.state == BarrierState.SUSPECTED:
        moves = [move for move in moves if move != BarrierMoveKind.SUBSTANTIATE]  # evidence does it
    return [
        {"label": BARRIER_MOVES[move][0], "url": reverse("consulting:move_barrier", args=[barrier.pk, move])}
        for move in moves
        if may_write or (decides and move == BarrierMoveKind.CONFIRM)
    ]


# --- Writing -------------------------------------------------------------------------------------------------------
@workspace_page
def record_barrier(request: HttpRequest, process_id: int) -> HttpResponse:
    process, _rights = visible_process(request, process_id)
    today = timezone.localdate()
    require_writer(request, process)
    keeps_own = permissions.can_see_raw(request.user, process, on=today)
    return form_page(
        request,
        form=BarrierForm(posted(request), process=process, keeps_own=keeps_own),
        act=lambda given: barrier_url(
            services.record_barrier(process=process, **given, actor=request.user, at=timezone.now())
        ),
        success=_("The barrier stands in the register. Please add what it is known from."),
        back="",
        title=_("Record an access barrier"),
        submit_label=_("Save"),
        process=process,
        shows_redirect=True,
        cancel_url=register_url(process),
    )


@workspace_page
def change_barrier(request: HttpRequest, barrier_id: int) -> HttpResponse:
    barrier = visible_barrier(request, barrier_id)
    require_writer(request, barrier.process)
    form = BarrierForm(
        posted(request), process=barrier.process, barrier=barrier, initial=BarrierForm.initial_of(barrier)
    )
    return form_page(
        request,
        form=form,
        act=lambda given: services.change_barrier(barrier=barrier, **given, actor=request.user, at=timezone.now()),
        success=_("The barrier is changed."),
        back=barrier_url(barrier),
        title=_("Change the access barrier"),
        submit_label=_("Save"),
        shows_redirect=True,
        breadcrumbs=barrier_crumbs(request, barrier, _("Change the access barrier")),
    )


@workspace_page
def add_evidence(request: HttpRequest, barrier_id: int) -> HttpResponse:
    barrier = visible_barrier(request, barrier_id)
    today = timezone.localdate()
    writes = permissions.can_write_barriers(request.user, barrier.process, on=today)
    own = selectors.organisations_represented_by(request.user, on=today)
    if not writes and not own.exists():
        raise PermissionDenied
    organisations = selectors.partner_organisations() if writes else own
    form = EvidenceForm(posted(request), organisations=organisations, only_own=not writes, initial={"found_on": today})
    return form_page(
        request,
        form=form,
        act=lambda given: services.add_evidence(barrier=barrier, **given, actor=request.user, at=timezone.now()),
        success=_("The evidence is added. It stays internal until it is released."),
        back=barrier_url(barrier),
        title=_("Add evidence"),
        submit_label=_("Save"),
        shows_redirect=True,
        breadcrumbs=barrier_crumbs(request, barrier, _("Add evidence")),
    )


@workspace_page
def move_barrier(request: HttpRequest, barrier_id: int, move: str) -> HttpResponse:
    barrier = visible_barrier(request, barrier_id)
    if move not in BARRIER_MOVES:
        raise Http404
    today, kind = timezone.localdate(), BarrierMoveKind(move)
    decides = kind == BarrierMoveKind.CONFIRM and permissions.can_decide_barriers(
        request.user, barrier.process, on=today
    )
    if not decides:
        require_writer(request, barrier.process)
    title, success = BARRIER_MOVES[kind]
    is_needed = kind in workflow.BARRIER_NEEDS_REASON or (kind == BarrierMoveKind.CONFIRM and not decides)
    return form_page(
        request,
        form=ReasonForm(posted(request), label=REASONS.get(kind, ""), is_required=is_needed),
        act=lambda given: services.move_barrier(
            barrier=barrier, move=kind, **given, actor=request.user, at=timezone.now()
        ),
        success=success,
        back=barrier_url(barrier),
        title=f"{title}: {barrier.title}",
        submit_label=title,
        breadcrumbs=barrier_crumbs(request, barrier, str(title)),
    )


@workspace_page
def set_barrier_level(request: HttpRequest, barrier_id: int) -> HttpResponse:
    barrier = visible_barrier(request, barrier_id)
    today = timezone.localdate()
    rights = permissions.rights_in(request.user, barrier.process, on=today)
    if not rights.functions & {ProcessRole.FACILITATOR, ProcessRole.SPONSOR}:
        raise PermissionDenied
    return form_page(
        request,
        form=LevelForm(posted(request), barrier=barrier, user=request.user, on=today),
        act=lambda given: services.set_barrier_level(barrier=barrier, **given, actor=request.user, at=timezone.now()),
        success=_("The release is noted."),
        back=barrier_url(barrier),
        title=_("Who sees this barrier?"),
        submit_label=_("Save"),
        lead=_("Each release is kept with the day and who decided it. Taking it back hides the barrier again."),
        breadcrumbs=barrier_crumbs(request, barrier, _("Who sees this barrier?")),
    )


@workspace_page
@require_POST
def release_evidence(request: HttpRequest, evidence_id: int) -> HttpResponse:
    return _set_release(request, evidence_id, services.release_evidence, _("The evidence is released to the unit."))


@workspace_page
@require_POST
def withdraw_evidence(request: HttpRequest, evidence_id: int) -> HttpResponse:
    return _set_release(request, evidence_id, services.withdraw_evidence, _("The release is taken back."))


def _set_release(request: HttpRequest, evidence_id: int, act, success: str) -> HttpResponse:
    visible = selectors.evidence_visible_to(request.user, on=timezone.localdate())
    evidence = get_object_or_404(visible.select_related("barrier__process"), pk=evidence_id)
    return answer(
        request,
        lambda: act(evidence=evidence, actor=request.user, at=timezone.now()),
        success=success,
        back=barrier_url(evidence.barrier),
    )
