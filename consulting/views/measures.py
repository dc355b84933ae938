"""Goals and measures of a process, one measure with its effect checks, and everything that is done with it."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET

from consulting import permissions, selectors, services, workflow
from consulting.enums import CONFIRMED_BARRIERS, MeasureMoveKind, MeasureState
from consulting.forms import EffectForm, GoalForm, HandOverForm, MeasureForm, MsoViewForm, ReasonForm
from consulting.models import Measure, Process
from consulting.wording import language_of

from .common import crumbs, crumbs_to, form_page, posted, require_writer, visible_process, workspace_page

ROWS = 20

# label of the button, what is said afterwards
MEASURE_MOVES = {
    MeasureMoveKind.DECIDE: (gettext_lazy("Decide"), gettext_lazy("The measure is decided.")),
    MeasureMoveKind.START: (gettext_lazy("Begin"), gettext_lazy("The measure has begun.")),
    MeasureMoveKind.IMPLEMENT: (
        gettext_lazy("Implemented"),
        gettext_lazy("The measure is implemented. In eight weeks its effect can be checked."),
    ),
    MeasureMoveKind.DROP: (gettext_lazy("Drop"), gettext_lazy("The measure is dropped.")),
}


def plan_url(process: Process) -> str:
    return reverse("consulting:measure_list", args=[process.pk])


def measure_url(measure: Measure) -> str:
    return reverse("consulting:measure_detail", args=[measure.pk])


def visible_measure(request: HttpRequest, measure_id: int) -> Measure:
    visible = selectors.measures_visible_to(request.user, on=timezone.localdate())
    return get_object_or_404(visible.select_related("process__unit"), pk=measure_id)


def measure_crumbs(request: HttpRequest, measure: Measure, last: str = "") -> list[dict[str, str]]:
    plan = {"title": _("Measures"), "url": plan_url(measure.process)}
    return crumbs_to(request, measure.process, plan, {"title": measure.title, "url": measure_url(measure)}, last)


@workspace_page
@require_GET
def measure_list(request: HttpRequest, process_id: int) -> HttpResponse:
    """Goals, and the measures that the person sees: what is overdue first, then by the day it is due."""
    process, rights = visible_process(request, process_id)
    today = timezone.localdate()
    chosen = request.GET.get("show", "")
    visible = selectors.measures_visible_to(request.user, on=today).filter(process=process)
    listed = selectors.measures_by_urgency(visible, on=today)
    if chosen == "overdue":
        listed = listed.overdue(on=today)
    elif chosen in MeasureState:
        listed = listed.filter(state=chosen)
    else:
        chosen = ""
    page_obj = Paginator(listed.prefetch_related("barriers"), ROWS).get_page(request.GET.get("page"))
    seen = set(
        selectors.barriers_visible_to(request.user, on=today).filter(process=process).values_list("pk", flat=True)
    )
    context = {
        "process": process,
        "rights": rights,
        "rows": [measure_row(measure, seen, today=today) for measure in page_obj.object_list],
        "page_obj": page_obj,
        "goals": process.goals.prefetch_related("barriers") if rights.can_read else [],
        "can_write": permissions.can_write_barriers(request.user, process, on=today) and not process.is_over,
        "tabs": [
            {"title": pgettext("measures", "All"), "url": "?", "current": not chosen},
            {"title": _("Overdue"), "url": "?show=overdue", "current": chosen == "overdue"},
            *(
                {"title": state.label, "url": f"?show={state}", "current": chosen == state}
                for state in (MeasureState.IN_PROGRESS, MeasureState.IMPLEMENTED, MeasureState.CHECKED)
            ),
        ],
        "breadcrumbs": crumbs(process, _("Measures")),
    }
    return render(request, "consulting/measure_list.html", context)


def measure_row(measure: Measure, seen: set[int], *, today) -> dict:
    return {
        "measure": measure,
        "url": measure_url(measure),
        "lang": language_of(measure, "title"),
        "is_overdue": measure.is_overdue(on=today),
        "barriers": ", ".join(one.title for one in measure.barriers.all() if one.pk in seen),
    }


@workspace_page
@require_GET
def measure_detail(request: HttpRequest, measure_id: int) -> HttpResponse:
    """One measure: who, until when, how its success shows, what was found, and its log."""
    measure = visible_measure(request, measure_id)
    today, process = timezone.localdate(), measure.process
    may_write = permissions.can_write_barriers(request.user, process, on=today) and not process.is_over
    decides = permissions.can_decide_barriers(request.user, process, on=today) and not process.is_over
    seen = selectors.barriers_visible_to(request.user, on=today)
    context = {
        "measure": measure,
        "lang": language_of(measure, "title"),
        "is_overdue": measure.is_overdue(on=today),
        "barriers": measure.barriers.filter(pk__in=seen.values("pk")).order_by("pk"),
        "checks": measure.checks.order_by("due_on", "pk"),
        "courses": [course.title(request.LANGUAGE_CODE) for course in measure.courses.prefetch_related("pages")],
        "steps": [line for line in measure.steps.splitlines() if line.strip()],
        "moves": move_buttons(measure, may_write=may_write, decides=decides),
        "can_write": may_write,
        "can_check": may_write and measure.check_from is not None and measure.check_from <= today,
        "gives_mso_view": permissions.can_give_mso_view(request.user, measure, on=today),
        "log": measure.moves.order_by("-at", "-pk")[:ROWS],
        "breadcrumbs": measure_crumbs(request, measure),
    }
    return render(request, "consulting/measure_detail.html", context)


def move_buttons(measure: Measure, *, may_write: bool, decides: bool) -> list[dict]:
    return [
        {"label": MEASURE_MOVES[move][0], "url": reverse("consulting:move_measure", args=[measure.pk, move])}
        for move in workflow.measure_moves_from(measure.state)
        if move in MEASURE_MOVES and (may_write or (decides and move == MeasureMoveKind.DECIDE))
    ]


# --- Writing -------------------------------------------------------------------------------------------------------
@workspace_page
def note_goal(request: HttpRequest, process_id: int) -> HttpResponse:
    process, _rights = visible_process(request, process_id)
    require_writer(request, process)
    confirmed = process.barriers.filter(state__in=CONFIRMED_BARRIERS)
    return form_page(
        request,
        form=GoalForm(posted(request), barriers=confirmed),
        act=lambda given: services.note_goal(
            process=process,
            **{**given, "barriers": list(given["barriers"])},
            actor=request.user,
            at=timezone.now(),
        ),
        success=_("The goal is set."),
        back=plan_url(process),
        title=_("Set a goal"),
        submit_label=_("Save"),
        process=process,
    )


@workspace_page
def note_measure(request: HttpRequest, process_id: int) -> HttpResponse:
    process, _rights = visible_process(request, process_id)
    require_writer(request, process)
    seen = selectors.barriers_visible_to(request.user, on=timezone.localdate()).filter(process=process)
    initial = (
        {"barriers": seen.filter(pk=request.GET.get("barrier"))} if request.GET.get("barrier", "").isdecimal() else {}
    )
    return form_page(
        request,
        form=MeasureForm(posted(request), barriers=seen, initial=initial),
        act=lambda given: measure_url(
            services.note_measure(
                process=process,
                **{**given, "barriers": list(given["barriers"])},
                actor=request.user,
                at=timezone.now(),
            )
        ),
        success=_("The measure is noted."),
        back="",
        title=_("Note a measure"),
        submit_label=_("Save"),
        process=process,
        cancel_url=plan_url(process),
    )


@workspace_page
def change_measure(request: HttpRequest, measure_id: int) -> HttpResponse:
    measure = visible_measure(request, measure_id)
    require_writer(request, measure.process)
    seen = selectors.barriers_visible_to(request.user, on=timezone.localdate()).filter(process=measure.process)
    return form_page(
        request,
        form=MeasureForm(posted(request), barriers=seen, initial=MeasureForm.initial_of(measure)),
        act=lambda given: services.change_measure(
            measure=measure,
            **{**given, "barriers": list(given["barriers"])},
            actor=request.user,
            at=timezone.now(),
        ),
        success=_("The measure is changed."),
        back=measure_url(measure),
        title=_("Change the measure"),
        submit_label=_("Save"),
        breadcrumbs=measure_crumbs(request, measure, _("Change the measure")),
    )


@workspace_page
def move_measure(request: HttpRequest, measure_id: int, move: str) -> HttpResponse:
    measure = visible_measure(request, measure_id)
    if move not in MEASURE_MOVES:
        raise Http404
    kind, today = MeasureMoveKind(move), timezone.localdate()
    if not (
        kind == MeasureMoveKind.DECIDE and permissions.can_decide_barriers(request.user, measure.process, on=today)
    ):
        require_writer(request, measure.process)
    label, success = MEASURE_MOVES[kind]
    return form_page(
        request,
        form=ReasonForm(posted(request), is_required=kind in workflow.MEASURE_NEEDS_REASON),
        act=lambda given: services.move_measure(
            measure=measure, move=kind, **given, actor=request.user, at=timezone.now()
        ),
        success=success,
        back=measure_url(measure),
        title=f"{label}: {measure.title}",
        submit_label=label,
        breadcrumbs=measure_crumbs(request, measure, str(label)),
    )


@workspace_page
def check_effect(request: HttpRequest, measure_id: int) -> HttpResponse:
    measure = visible_measure(request, measure_id)
    require_writer(request, measure.process)
    return form_page(
        request,
        form=EffectForm(posted(request), initial={"checked_on": timezone.localdate()}),
        act=lambda given: services.check_effect(measure=measure, **given, actor=request.user, at=timezone.now()),
        success=_("The effect is noted. An MSO partner can set its view beside it."),
        back=measure_url(measure),
        title=_("Check the effect"),
        submit_label=_("Save"),
        lead=_("«Not effective» is a result that helps: it says what to try next."),
        breadcrumbs=measure_crumbs(request, measure, _("Check the effect")),
    )


@workspace_page
def add_mso_view(request: HttpRequest, measure_id: int, check_id: int) -> HttpResponse:
    measure = visible_measure(request, measure_id)
    check = get_object_or_404(measure.checks, pk=check_id)
    if not permissions.can_give_mso_view(request.user, measure, on=timezone.localdate()):
        raise PermissionDenied
    return form_page(
        request,
        form=MsoViewForm(posted(request), initial={"view": check.mso_view, "note": check.mso_note}),
        act=lambda given: services.add_mso_view(check=check, **given, actor=request.user, at=timezone.now()),
        success=_("Your view stands beside that of the unit."),
        back=measure_url(measure),
        title=_("Your view of the effect"),
        submit_label=_("Save"),
        breadcrumbs=measure_crumbs(request, measure, _("Your view of the effect")),
    )


@workspace_page
def hand_over_measure(request: HttpRequest, measure_id: int) -> HttpResponse:
    measure = visible_measure(request, measure_id)
    require_writer(request, measure.process)
    return form_page(
        request,
        form=HandOverForm(posted(request), initial={"to": measure.handed_over_to}),
        act=lambda given: services.hand_over_measure(measure=measure, **given, actor=request.user, at=timezone.now()),
        success=_("It is noted who goes on with the measure."),
        back=measure_url(measure),
        title=_("Hand the measure over"),
        submit_label=_("Save"),
        breadcrumbs=measure_crumbs(request, measure, _("Hand the measure over")),
    )
