"""The rules for a process as a whole: where it comes from, its header, its agreement and its state."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.common.confidentiality import Level
from academy.enums import Role
from academy.models import Unit, User
from academy.selectors import roles_of
from consulting import permissions, selectors, workflow
from consulting.enums import Move, PhaseKey, PhaseState, ProcessRole, ProcessState
from consulting.models import (
    Milestone,
    Phase,
    Process,
    ProcessMember,
    ProcessRequest,
    ProcessTemplate,
    TemplateMilestone,
    TemplatePhase,
)

from .common import (
    ProcessRefused,
    RequestRefused,
    TemplateRefused,
    free_slug,
    locked,
    log,
    require_change,
    require_running,
)
from .moving import move_state
from .phases import activate_phase, reach_phase


# --- Creating ----------------------------------------------------------------------------------------------------
@transaction.atomic
def create_process_from_template(
    *,
    unit: Unit,
    template: ProcessTemplate,
    title_de: str,
    title_en: str = "",
    goal_de: str = "",
    goal_en: str = "",
    starts_on: date,
    budget_days: int,
    state: ProcessState = ProcessState.CLARIFICATION,
    level: Level = Level.GROUP,
    slug: str = "",
    actor: User | None,
    at: datetime,
) -> Process:
    """Begin a process with a copy of the template's phases and milestones; a facilitator who creates it facilitates it.

    Raises ProcessRefused if the person may not create one, TemplateRefused if the template is not offered.
    """
    if actor is not None and not permissions.can_create_process(actor, on=timezone.localdate(at)):
        raise ProcessRefused(_("You may not create a process facilitation."))
    if not template.is_offered:
        raise TemplateRefused(_("This version of the template is no longer offered."))
    if state not in (ProcessState.REQUEST, ProcessState.CLARIFICATION):
        raise ProcessRefused(_("A process facilitation begins as a request or in clarification."))
    process = Process.objects.create(
        slug=slug or free_slug(title_de, Process.objects.all()),
        unit=unit,
        template=template,
        title_de=title_de.strip(),
        title_en=title_en.strip() or None,
        goal_de=goal_de.strip(),
        goal_en=goal_en.strip() or None,
        starts_on=starts_on,
        budget_days=budget_days,
        level=level,
        state=ProcessState.REQUEST,
    )
    copy_phases(process, template)
    _copy_milestones(process, template)
    log(process, Move.CREATE, actor=actor, at=at, to_state=ProcessState.REQUEST)
    if actor is not None and Role.FACILITATOR in roles_of(actor, on=timezone.localdate(at)):
        _name_creator(process, actor, at=at)
    if state == ProcessState.CLARIFICATION:
        _take_up(process, actor=actor, at=at)
    return process


def copy_phases(process: Process, template: ProcessTemplate) -> None:
    """Give the process phases of its own, worded as in the template."""
    for position, origin in enumerate(template.phases.order_by("position"), start=1):
        copy_phase(process, origin, position=position)


def copy_phase(process: Process, origin: TemplatePhase, *, position: int) -> Phase:
    """One phase of the process's own, worded as that of the template."""
    return Phase.objects.create(
        process=process,
        key=origin.key,
        title_de=origin.title_de,
        title_en=origin.title_en,
        exit_check_de=origin.exit_check_de or "",
        exit_check_en=origin.exit_check_en,
        position=position,
    )


def _copy_milestones(process: Process, template: ProcessTemplate) -> None:
    phases = {phase.key: phase for phase in process.phases.all()}
    for position, origin in enumerate(template.milestones.order_by("position", "pk"), start=1):
        copy_milestone(process, origin, phase=phases.get(origin.phase_key), position=position)


def copy_milestone(process: Process, origin: TemplateMilestone, *, phase: Phase | None, position: int) -> Milestone:
    """One milestone of the process's own, due so many weeks after its start."""
    return Milestone.objects.create(
        process=process,
        phase=phase,
        title_de=origin.title_de,
        title_en=origin.title_en,
        due_on=selectors.due_day(process, origin),
        position=position,
        template_key=origin.key,
    )


def _name_creator(process: Process, actor: User, *, at: datetime) -> None:
    member = ProcessMember.objects.create(
        process=process, person=actor, role=ProcessRole.FACILITATOR, starts_on=timezone.localdate(at)
    )
    log(process, Move.ADD_MEMBER, actor=actor, at=at, member=member)


# --- Header and agreement ----------------------------------------------------------------------------------------
@transaction.atomic
def change_process(
    *,
    process: Process,
    title_de: str,
    title_en: str,
    goal_de: str,
    goal_en: str,
    starts_on: date,
    ends_on: date | None,
    budget_days: int,
    actor: User | None,
    at: datetime,
) -> Process:
    """Change the words, the dates and the time budget of the header.

    Raises ProcessRefused if the process is over, or if it would end before it starts.
    """
    process = locked(process)
    require_change(actor, process, at=at)
    require_running(process)
    if ends_on is not None and ends_on < starts_on:
        raise ProcessRefused(_("The end lies before the start."))
    process.title_de, process.title_en = title_de.strip(), title_en.strip() or None
    process.goal_de, process.goal_en = goal_de.strip(), goal_en.strip() or None
    process.starts_on, process.ends_on, process.budget_days = starts_on, ends_on, budget_days
    process.save(update_fields=["title_de", "title_en", "goal_de", "goal_en", "starts_on", "ends_on", "budget_days"])
    log(process, Move.CHANGE, actor=actor, at=at)
    return process


@transaction.atomic
def date_agreement(
    *,
    process: Process,
    unit_on: date | None,
    operator_on: date | None,
    staff_council_on: date | None,
    actor: User | None,
    at: datetime,
) -> Process:
    """Record when both sides dated the agreement and when the staff council was informed, as the paper says.

    Raises ProcessRefused for people who only read it, for days to come, and for taking a date back after clarification.
    """
    process = locked(process)
    today = timezone.localdate(at)
    if actor is not None and not permissions.can_change_agreement(actor, process, on=today):
        raise ProcessRefused(_("Only the facilitators of this process keep the agreement."))
    require_running(process)
    if any(day is not None and day > today for day in (unit_on, operator_on, staff_council_on)):
        raise ProcessRefused(_("An agreement cannot be dated in the future."))
    if _is_beyond_clarification(process) and (unit_on is None or operator_on is None):
        raise ProcessRefused(
            _("Clarification is finished: the dates of the agreement can be corrected but not removed.")
        )
    process.agreement_unit_on, process.agreement_operator_on = unit_on, operator_on
    process.staff_council_informed_on = staff_council_on
    process.save(update_fields=["agreement_unit_on", "agreement_operator_on", "staff_council_informed_on"])
    log(process, Move.DATE_AGREEMENT, actor=actor, at=at)
    return process


@transaction.atomic
def sign_agreement(*, process: Process, actor: User, at: datetime) -> Process:
    """Date the agreement for the unit, today, by its commissioning lead.

    Raises ProcessRefused for everybody else, and if the unit has dated it before.
    """
    process = locked(process)
    today = timezone.localdate(at)
    if not permissions.can_sign_agreement(actor, process, on=today):
        raise ProcessRefused(_("Only the commissioning lead confirms the agreement for the unit."))
    require_running(process)
    if process.agreement_unit_on is not None:
        raise ProcessRefused(_("The unit has already dated the agreement."))
    process.agreement_unit_on = today
    process.save(update_fields=["agreement_unit_on"])
    log(process, Move.SIGN_AGREEMENT, actor=actor, at=at)
    return process


def _is_beyond_clarification(process: Process) -> bool:
    return process.phases.filter(key=PhaseKey.CLARIFY, state=PhaseState.REACHED).exists()


# --- State -------------------------------------------------------------------------------------------------------
@transaction.atomic
def move_process(*, process: Process, move: Move, reason: str = "", actor: User | None, at: datetime) -> Process:
    """Make one move of `workflow.PROCESS_MOVES`.

    Starting a process is leaving its clarification, so it is refused until everything of C1 is there; closing it asks
    that every phase is reached; aborting it asks for a reason. What came by the public form is taken up and turned down
    as a request. Raises ProcessRefused, RequestRefused or PhaseRefused.
    """
    process = locked(process)
    require_change(actor, process, at=at)
    if process.state == ProcessState.REQUEST and ProcessRequest.objects.filter(process=process).exists():
        raise RequestRefused(_("This came as a request. The programme lead takes it up or turns it down there."))
    return make_move(process, move, reason=reason, actor=actor, at=at)


def make_move(process: Process, move: Move, *, reason: str = "", actor: User | None, at: datetime) -> Process:
    """The move itself; the row is locked and the right is asked for by the caller."""
    reason = reason.strip()
    if move in workflow.NEEDS_REASON and not reason:
        raise ProcessRefused(_("Please give a reason: it stays in the log."))
    if move == Move.TAKE_UP:
        return _take_up(process, actor=actor, at=at)
    if move == Move.ACTIVATE and process.state == ProcessState.CLARIFICATION:
        reach_phase(phase=process.phases.get(key=PhaseKey.CLARIFY), begin_next=True, actor=actor, at=at)
        return locked(process)
    if move in (Move.CLOSE, Move.ABORT):
        return _end(process, move, reason=reason, actor=actor, at=at)
    return move_state(process, move, actor=actor, at=at, reason=reason)


def _take_up(process: Process, *, actor: User | None, at: datetime) -> Process:
    move_state(process, Move.TAKE_UP, actor=actor, at=at)
    first = selectors.next_phase(process)
    if first is not None:
        activate_phase(phase=first, actor=actor, at=at)
    return process


def _end(process: Process, move: Move, *, reason: str, actor: User | None, at: datetime) -> Process:
    left = [phase.title for phase in process.phases.exclude(state=PhaseState.REACHED)]
    if move == Move.CLOSE and process.state == ProcessState.ACTIVE and left:
        titles = ", ".join(f"“{title}”" for title in left)
        raise ProcessRefused(_("These phases are not reached yet: {titles}").format(titles=titles))
    open_measures = process.measures.open_at_the_end().values_list("title", flat=True)
    if move == Move.CLOSE and open_measures:
        titles = ", ".join(f"“{title}”" for title in open_measures)
        raise ProcessRefused(
            _("These measures are neither checked nor dropped nor handed over: {titles}").format(titles=titles)
        )
    process.ends_on = max(timezone.localdate(at), process.starts_on)
    return move_state(process, move, actor=actor, at=at, reason=reason, fields=("ends_on",))
