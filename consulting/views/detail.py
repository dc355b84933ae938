"""The page of one process and its log. What is left out for whom is decided here, not in the templates."""

from collections.abc import Iterable
from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from consulting import selectors, workflow
from consulting.enums import SOON_DAYS, Move, Pace, PhaseKey, PhaseState, ProcessRole, ProcessState, TemplateChange
from consulting.models import Phase, Process, ProcessMember, ProcessMove
from consulting.permissions import Rights
from consulting.wording import day_text, language_of, short_day_text

from .common import crumbs, visible_process, workspace_page
from .milestones import take_undo
from .processes import MOVE_WORDS

LOG_ROWS = 6
LOG_PAGE = 50


@workspace_page
@require_GET
def process_detail(request: HttpRequest, process_id: int) -> HttpResponse:
    """Header, phases, milestones and people, as far as the person may see them (DOMAIN.md 2.5)."""
    process, rights = visible_process(request, process_id)
    today = timezone.localdate()
    context = {
        "process": process,
        "rights": rights,
        "steps": [phase_step(phase, is_locked=is_locked(process, phase)) for phase in process.phases.all()],
        "phases": [phase_row(process, phase, rights) for phase in process.phases.all()],
        "facts": header_facts(process, rights, today=today),
        "about": about_facts(process, rights),
        "breadcrumbs": crumbs(process),
        "title_lang": language_of(process, "title"),
    }
    if rights.can_read:
        context |= inner_context(process, rights, today=today)
        context["undo"] = take_undo(request, process)
    if rights.can_change and not process.is_over:
        context["newer_template"] = selectors.newer_template_of(process)
    return render(request, "consulting/process_detail.html", context)


def inner_context(process: Process, rights: Rights, *, today: date) -> dict:
    """What only those see who may read the process."""
    people = selectors.people_of(process, on=today)
    moves = list(selectors.moves_of(process)[:LOG_ROWS])
    early = process.state in selectors.EARLY_STATES
    return {
        "schedule": selectors.schedule_of(process, on=today),
        "goal_lang": language_of(process, "goal"),
        "missing": selectors.missing_for_start(process, on=today) if early else [],
        "milestones": [milestone_row(m, today=today) for m in selectors.standing_milestones(process)],
        "people": [person_row(process, member, rights, today=today) for member in people],
        "agreement": agreement_facts(process),
        "needs_signature": rights.can_sign_agreement and early and process.agreement_unit_on is None,
        "events": log_events(moves, people=people),
        "moves": state_buttons(process) if rights.can_change else [],
        "finish": finish_button(process) if rights.can_change else None,
    }


@workspace_page
@require_GET
def process_log(request: HttpRequest, process_id: int) -> HttpResponse:
    """The whole log, for those who may read the process."""
    process, rights = visible_process(request, process_id)
    if not rights.can_read:
        raise Http404
    page_obj = Paginator(selectors.moves_of(process), LOG_PAGE).get_page(request.GET.get("page"))
    people = process.members.select_related("person")
    context = {
        "process": process,
        "page_obj": page_obj,
        "events": log_events(page_obj.object_list, people=people),
        "breadcrumbs": crumbs(process, _("Log")),
    }
    return render(request, "consulting/process_log.html", context)


# --- Phases ------------------------------------------------------------------------------------------------------
def is_locked(process: Process, phase: Phase) -> bool:
    """Whether the phase waits for clarification to be finished, as everything beyond it does (C1)."""
    return process.state in selectors.EARLY_STATES and phase.key != PhaseKey.CLARIFY


def phase_step(phase: Phase, *, is_locked: bool) -> dict:
    """One step of the picture."""
    if is_locked:
        return {"title": phase.title, "state": "locked", "hint": _("locked until clarification is finished")}
    state = {PhaseState.REACHED: "done", PhaseState.OPEN: "open"}.get(PhaseState(phase.state), "current")
    icon = "refresh" if phase.state == PhaseState.REOPENED else ""
    return {"title": phase.title, "state": state, "hint": phase_hint(phase), "icon": icon}


def phase_hint(phase: Phase) -> str:
    if phase.done_on:
        return _("reached on {day}").format(day=short_day_text(phase.done_on))
    if phase.planned_on:
        return _("planned until {day}").format(day=short_day_text(phase.planned_on))
    return str(phase.get_state_display())


def phase_row(process: Process, phase: Phase, rights: Rights) -> dict:
    """One line of the table: the same facts, and what can be done with the phase."""
    actions = phase_actions(process, phase) if rights.can_change and process.is_working else []
    return {
        "phase": phase,
        "lang": language_of(phase, "title"),
        "planned": day_text(phase.planned_on) if phase.planned_on else "–",
        "reached": day_text(phase.done_on) if phase.done_on else "–",
        "is_locked": is_locked(process, phase),
        "note": phase.exit_note if rights.can_read else "",
        "actions": actions,
    }


def phase_actions(process: Process, phase: Phase) -> list[dict]:
    def action(name: str, label: str, *, is_post: bool = False) -> dict:
        url = reverse(f"consulting:{name}", args=[process.pk, phase.pk])
        return {"label": label, "url": url, "is_post": is_post}

    phases = process.phases.all()
    has_active = any(other.state == PhaseState.ACTIVE for other in phases)
    first_open = next((other for other in phases if other.state == PhaseState.OPEN), None)
    actions = []
    if phase.is_current:
        actions.append(action("reach_phase", _("Finish")))
    if phase.state == PhaseState.REACHED:
        actions.append(action("reopen_phase", _("Re-open")))
    if phase == first_open and not has_active:
        actions.append(action("activate_phase", _("Begin"), is_post=True))
    return [*actions, action("change_phase", _("Change"))]


def finish_button(process: Process) -> dict | None:
    """The step that comes next for facilitation: to finish the phase that the work is in."""
    focus = process.focus_phase
    if focus is None or not process.is_working:
        return None
    label = _("Finish the phase “{title}”").format(title=focus.title)
    return {"label": label, "url": reverse("consulting:reach_phase", args=[process.pk, focus.pk])}


# --- Header, milestones, people ------------------------------------------------------------------------------------
def header_facts(process: Process, rights: Rights, *, today: date) -> list[dict]:
    """What the head of the page says at first sight: the phase, what is late, and the next date."""
    focus = process.focus_phase
    phase = {"term": _("Current phase"), "value": focus.title if focus else _("none")}
    if not rights.can_read:
        return [phase]
    schedule = selectors.schedule_of(process, on=today)
    overdue = [{"term": _("Overdue"), "value": due_words(due)} for due in schedule.overdue[:1]]
    if len(schedule.overdue) > 1:
        more = len(schedule.overdue) - 1
        overdue[0]["value"] += " " + ngettext("and {more} more", "and {more} more", more).format(more=more)
    coming = due_words(schedule.next) if schedule.next else _("none planned")
    return [phase, *overdue, {"term": _("Next date"), "value": coming}]


def about_facts(process: Process, rights: Rights) -> list[dict]:
    facts = [
        {"term": _("Unit"), "value": str(process.unit), "icon": "building"},
        {"term": _("Start"), "value": day_text(process.starts_on), "icon": "calendar"},
    ]
    if process.ends_on:
        facts.append({"term": _("End"), "value": day_text(process.ends_on), "icon": "flag"})
    if rights.can_read:
        budget = _("{days} consulting days").format(days=process.budget_days)
        facts.append({"term": _("Time budget"), "value": budget, "icon": "hourglass"})
    return facts


def due_words(due: selectors.DueDate) -> str:
    return f"{due.title}, {day_text(due.on)}"


def agreement_facts(process: Process) -> list[tuple[str, str]]:
    def day(value: date | None) -> str:
        return day_text(value) if value else _("still open")

    return [
        (_("Dated by the unit"), day(process.agreement_unit_on)),
        (_("Dated by the operator"), day(process.agreement_operator_on)),
        (_("Staff council informed on"), day(process.staff_council_informed_on)),
    ]


def milestone_row(milestone, *, today: date) -> dict:
    """A milestone with its state in words: done, overdue, due soon or open."""
    if milestone.done_on:
        state, label = "done", _("done")
    elif milestone.is_overdue(on=today):
        state, label = Pace.OVERDUE, Pace.OVERDUE.label
    elif (milestone.due_on - today).days <= SOON_DAYS:
        state, label = Pace.DUE, Pace.DUE.label
    else:
        state, label = "open", _("open")
    return {"milestone": milestone, "state": state, "label": label, "lang": language_of(milestone, "title")}


def person_row(process: Process, member: ProcessMember, rights: Rights, *, today: date) -> dict:
    may_end = rights.can_assign_facilitators if member.role == ProcessRole.FACILITATOR else rights.can_change
    notes = []
    if member.starts_on > today:
        notes.append(_("from {day}").format(day=day_text(member.starts_on)))
    if member.ends_on:
        notes.append(_("until {day}").format(day=day_text(member.ends_on)))
    if member.has_public_contact:
        notes.append(_("works in contact with the public"))
    return {
        "name": str(member.person) if member.person.erased_at is None else _("Name deleted"),
        "function": member.get_role_display(),
        "note": ", ".join(notes),
        "end_url": reverse("consulting:end_member", args=[process.pk, member.pk]) if may_end else "",
    }


def state_buttons(process: Process) -> list[dict]:
    """The moves of the process that its state allows; starting it is finishing clarification, so it has no button.

    What came by the public form is settled there, and its page stays at hand afterwards.
    """
    asked = getattr(process, "request", None)
    link = [{"label": _("The request that it began with"), "url": asked.get_absolute_url()}] if asked else []
    if asked and process.state == ProcessState.REQUEST:
        return link
    return link + [
        {"label": MOVE_WORDS[move][0], "url": reverse("consulting:move_process", args=[process.pk, move])}
        for move in workflow.moves_from(process.state)
        if move in MOVE_WORDS
    ]


# --- Log -----------------------------------------------------------------------------------------------------------
def log_events(moves: Iterable[ProcessMove], *, people: Iterable[ProcessMember]) -> list[dict]:
    """The moves in words. Actors are named by their function in the process, which outlives a deleted name."""
    moves = list(moves)
    functions = {member.person.pseudonym: member.get_role_display() for member in people}
    accounts = selectors.actors_of(moves)
    return [
        {
            "at": move.at,
            "title": move_title(move),
            "text": move.reason,
            "actor": actor_words(move, functions, accounts),
        }
        for move in moves
    ]


def move_title(move: ProcessMove) -> str:
    label = str(Move(move.move).label)
    if move.template is not None:
        return template_move_title(move)
    part = move.phase or move.milestone
    if part is not None:
        return f"{label}: {part.title}"
    return f"{label}: {move.member.get_role_display()}" if move.member else label


def template_move_title(move: ProcessMove) -> str:
    if move.move == Move.TAKE_OVER:
        change = TemplateChange(move.from_state).label
        words = _("Taken over from version {version} of the template: {change}")
        return words.format(version=move.to_state, change=change)
    return f"{Move(move.move).label}: {move.template}"


def actor_words(move: ProcessMove, functions: dict, accounts: dict) -> str:
    if move.actor is None:
        return _("by the system")
    function = functions.get(move.actor)
    account = accounts.get(move.actor)
    if account is None:
        return function or _("by a deleted account")
    return f"{account}, {function}" if function else str(account)
