"""The rules for phases: forward one after the other, back by re-opening with a reason."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.models import User
from consulting import selectors, workflow
from consulting.enums import Move, PhaseKey, PhaseState, ProcessState
from consulting.models import Phase, Process

from .common import PhaseRefused, ProcessRefused, locked, log, require_change
from .moving import move_state


@transaction.atomic
def activate_phase(*, phase: Phase, actor: User | None, at: datetime) -> Phase:
    """Begin the next phase of the order.

    Raises PhaseRefused if another phase is active, or if this is not the next one.
    """
    process, phase = _working(phase, actor=actor, at=at)
    active = process.phases.filter(state=PhaseState.ACTIVE).first()
    if active is not None and active.pk != phase.pk:
        raise PhaseRefused(_("First finish the phase “{title}”.").format(title=active.title))
    first = selectors.next_phase(process)
    if phase.state == PhaseState.OPEN and first is not None and first.pk != phase.pk:
        raise PhaseRefused(_("The next phase is “{title}”.").format(title=first.title))
    return _move(process, phase, Move.ACTIVATE_PHASE, actor=actor, at=at)


@transaction.atomic
def reach_phase(
    *, phase: Phase, exit_note: str = "", begin_next: bool = False, actor: User | None, at: datetime
) -> Phase:
    """Close a current phase, and on request begin the next one.

    Clarification is left only with an agreement dated by both sides and everybody named (C1); leaving it makes the
    process active. Raises PhaseRefused or ProcessRefused with all that is missing.
    """
    process, phase = _working(phase, actor=actor, at=at)
    if phase.key == PhaseKey.CLARIFY:
        _require_agreement(process, on=timezone.localdate(at))
    phase.exit_note = exit_note.strip()
    _move(process, phase, Move.REACH_PHASE, actor=actor, at=at, done_on=timezone.localdate(at))
    if phase.key == PhaseKey.CLARIFY and process.state == ProcessState.CLARIFICATION:
        move_state(process, Move.ACTIVATE, actor=actor, at=at)
    if begin_next and not process.phases.filter(state=PhaseState.ACTIVE).exists():
        following = selectors.next_phase(process)
        if following is not None:
            _move(process, following, Move.ACTIVATE_PHASE, actor=actor, at=at)
    return phase


@transaction.atomic
def reopen_phase(*, phase: Phase, reason: str, actor: User | None, at: datetime) -> Phase:
    """Take up a reached phase again, beside the active one. The reason is written into the log.

    Raises PhaseRefused without a reason, or if the phase is not reached.
    """
    process, phase = _working(phase, actor=actor, at=at)
    reason = reason.strip()
    if not reason:
        raise PhaseRefused(_("Please give a reason: it stays in the log."))
    return _move(process, phase, Move.REOPEN_PHASE, actor=actor, at=at, reason=reason)


@transaction.atomic
def change_phase(
    *, phase: Phase, title_de: str, title_en: str = "", planned_on: date | None, actor: User | None, at: datetime
) -> Phase:
    """Word a phase for this unit and plan its end."""
    process, phase = _working(phase, actor=actor, at=at, also_paused=True)
    if planned_on is not None and planned_on < process.starts_on:
        raise PhaseRefused(_("The planned end lies before the start of the process facilitation."))
    phase.title_de, phase.title_en, phase.planned_on = title_de.strip(), title_en.strip() or None, planned_on
    phase.save(update_fields=["title_de", "title_en", "planned_on"])
    log(process, Move.CHANGE_PHASE, actor=actor, at=at, phase=phase)
    return phase


def require_phase_move(*, phase: Phase, move: Move, actor: User | None, at: datetime) -> None:
    """Say before anything is filled in what would be said afterwards: that the state of the phase forbids the move.

    Raises PhaseRefused or ProcessRefused; changes nothing.
    """
    process = phase.process
    require_change(actor, process, at=at)
    _require_working(process, also_paused=False)
    _require_state(phase, move)


def _working(phase: Phase, *, actor: User | None, at: datetime, also_paused: bool = False) -> tuple[Process, Phase]:
    """Lock the process and read the phase again; refuse where phases stand still."""
    process = locked(phase.process)
    require_change(actor, process, at=at)
    _require_working(process, also_paused=also_paused)
    return process, process.phases.get(pk=phase.pk)


def _require_working(process: Process, *, also_paused: bool) -> None:
    if not process.is_working and not (also_paused and not process.is_over):
        state = process.get_state_display()
        raise ProcessRefused(_("The phases stand still: the state is “{state}”.").format(state=state))


def _require_state(phase: Phase, move: Move) -> None:
    """Refuse what the table does not allow; a phase that is jumped to is told which one comes before it."""
    sources, _target = workflow.PHASE_MOVES[move]
    if phase.state in sources:
        return
    active = phase.process.phases.filter(state=PhaseState.ACTIVE).first()
    if move == Move.REACH_PHASE and phase.state == PhaseState.OPEN and active is not None:
        raise PhaseRefused(
            _("The phase “{title}” has not begun yet. First finish the phase “{active}”.").format(
                title=phase.title, active=active.title
            )
        )
    state = phase.get_state_display()
    raise PhaseRefused(_("The phase “{title}” is “{state}”.").format(title=phase.title, state=state))


def _require_agreement(process: Process, *, on: date) -> None:
    missing = selectors.missing_for_start(process, on=on)
    if missing:
        raise PhaseRefused(" ".join([_("Clarification cannot be finished yet."), *missing]))


def _move(
    process: Process,
    phase: Phase,
    move: Move,
    *,
    actor: User | None,
    at: datetime,
    done_on: date | None = None,
    reason: str = "",
) -> Phase:
    """Check the table, change the state, write the log. The process's row is locked by the caller."""
    _require_state(phase, move)
    _sources, target = workflow.PHASE_MOVES[move]
    before, phase.state, phase.done_on = phase.state, target, done_on
    phase.save(update_fields=["state", "done_on", "exit_note"])
    log(process, move, actor=actor, at=at, phase=phase, from_state=before, to_state=target, reason=reason)
    return phase
