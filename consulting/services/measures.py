"""The rules for goals, measures and the checks of their effect."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.models import User
from consulting import permissions, workflow
from consulting.enums import CONFIRMED_BARRIERS, MeasureMoveKind, MeasureState
from consulting.models import Barrier, EffectCheck, Goal, Measure, MeasureMove, Process
from consulting.wording import day_text

from .common import ConsultingRefused, free_slug, require_running, write_move


class MeasureRefused(ConsultingRefused):
    """Something cannot be done with a goal, a measure or an effect check."""


@transaction.atomic
def note_goal(
    *,
    process: Process,
    title_de: str,
    title_en: str = "",
    users_notice: str,
    barriers: Sequence[Barrier],
    actor: User,
    at: datetime,
) -> Goal:
    """Set a goal for confirmed barriers of the process. Raises MeasureRefused without one, and for readers."""
    process = _writable(process, actor, at=at)
    if not barriers or any(one.process_id != process.pk or one.state not in CONFIRMED_BARRIERS for one in barriers):
        raise MeasureRefused(_("A goal answers at least one confirmed barrier of this process facilitation."))
    goal = Goal.objects.create(
        process=process,
        title_de=title_de,
        title_en=title_en or None,
        users_notice=users_notice,
        position=process.goals.count() + 1,
    )
    goal.barriers.set(barriers)
    return goal


@transaction.atomic
def note_measure(
    *, process: Process, words: dict, barriers: Sequence[Barrier], courses: Sequence = (), actor: User, at: datetime
) -> Measure:
    """Note an idea for barriers of the process. Raises MeasureRefused without one, and for people who only read."""
    process = _writable(process, actor, at=at)
    _require_barriers(process, barriers)
    slug = free_slug(words["title_de"], process.measures.all())
    measure = Measure.objects.create(process=process, slug=slug, **words)
    measure.barriers.set(barriers)
    measure.courses.set(courses)
    log_measure(measure, MeasureMoveKind.NOTE, actor=actor, at=at, to_state=measure.state)
    return measure


@transaction.atomic
def change_measure(
    *, measure: Measure, words: dict, barriers: Sequence[Barrier], courses: Sequence = (), actor: User, at: datetime
) -> Measure:
    """Reword a measure; one that is decided keeps its owner, due date and criterion (C7). Raises MeasureRefused."""
    measure = _locked(measure, actor, at=at)
    _require_barriers(measure.process, barriers)
    for name, value in words.items():
        setattr(measure, name, value)
    if measure.state not in (MeasureState.IDEA, MeasureState.DROPPED):
        _require_plan(measure)
    measure.save()
    measure.barriers.set(barriers)
    measure.courses.set(courses)
    log_measure(measure, MeasureMoveKind.CHANGE, actor=actor, at=at)
    return measure


def _require_barriers(process: Process, barriers: Sequence[Barrier]) -> None:
    if not barriers or any(one.process_id != process.pk for one in barriers):
        raise MeasureRefused(_("Please choose the barrier that the measure answers."))


def _require_plan(measure: Measure) -> None:
    """C7: who, until when, and how anybody will see that it has worked."""
    if not (measure.owner_de and measure.due_on and measure.criterion_de):
        raise MeasureRefused(_("A decided measure needs an owner (a function), a due date and a success criterion."))


@transaction.atomic
def move_measure(*, measure: Measure, move: MeasureMoveKind, reason: str = "", actor: User, at: datetime) -> Measure:
    """Make one move of `workflow.MEASURE_MOVES`; `check_effect` makes the last one.

    Deciding asks for owner, due date and criterion (C7), dropping for a reason. With «implemented» an effect check
    falls due eight weeks later. Raises MeasureRefused.
    """
    measure = _locked(measure, actor, at=at, also_decides=move == MeasureMoveKind.DECIDE)
    reason, today = reason.strip(), timezone.localdate(at)
    if move == MeasureMoveKind.CHECK:
        raise MeasureRefused(_("Please write down what came of the measure."))
    if move in workflow.MEASURE_NEEDS_REASON and not reason:
        raise MeasureRefused(_("Please give a reason: it stays in the log."))
    if move == MeasureMoveKind.DECIDE:
        _require_plan(measure)
        measure.decided_on = today
    if move == MeasureMoveKind.IMPLEMENT:
        measure.implemented_on = today
    _move(measure, move, reason=reason, actor=actor, at=at)
    if move == MeasureMoveKind.IMPLEMENT:
        EffectCheck.objects.create(measure=measure, due_on=measure.check_from)
    return measure


def _move(measure: Measure, move: MeasureMoveKind, *, reason: str = "", actor: User, at: datetime) -> None:
    sources, target = workflow.MEASURE_MOVES[move]
    if measure.state not in sources:
        state = measure.get_state_display()
        raise MeasureRefused(_("This is not possible now: the measure is “{state}”.").format(state=state))
    before, measure.state = measure.state, target
    measure.save(update_fields=["state", "decided_on", "implemented_on"])
    log_measure(measure, move, actor=actor, at=at, from_state=before, to_state=target, reason=reason)


@transaction.atomic
def check_effect(
    *, measure: Measure, method: str, result: str, next_step: str = "", checked_on: date, actor: User, at: datetime
) -> EffectCheck:
    """Write down what came of a measure, «not effective» included. Raises MeasureRefused in the first eight weeks."""
    measure = _locked(measure, actor, at=at)
    if measure.check_from is None:
        raise MeasureRefused(_("The effect is checked once the measure is implemented."))
    if checked_on > timezone.localdate(at):
        raise MeasureRefused(_("A check cannot have a date in the future."))
    if checked_on < measure.check_from:
        first = day_text(measure.check_from)
        raise MeasureRefused(_("The effect shows after eight weeks at the earliest: from %(day)s on.") % {"day": first})
    check = measure.checks.filter(checked_on__isnull=True).order_by("due_on", "pk").first()
    check = check or EffectCheck(measure=measure, due_on=checked_on)
    check.checked_on, check.method, check.result, check.next_step = checked_on, method, result, next_step
    check.save()
    _move(measure, MeasureMoveKind.CHECK, actor=actor, at=at)
    return check


@transaction.atomic
def add_mso_view(*, check: EffectCheck, view: str, note: str = "", actor: User, at: datetime) -> EffectCheck:
    """Let an organisation say how the effect looks from its side, beside what the unit says. Raises MeasureRefused."""
    check = EffectCheck.objects.select_for_update(of=("self",)).select_related("measure__process").get(pk=check.pk)
    if not permissions.can_give_mso_view(actor, check.measure, on=timezone.localdate(at)):
        raise MeasureRefused(_("Only a migrant self-organisation that takes part gives its view."))
    if check.checked_on is None:
        raise MeasureRefused(_("The effect has not been checked yet."))
    check.mso_view, check.mso_note = view, note.strip()
    check.save(update_fields=["mso_view", "mso_note"])
    return check


@transaction.atomic
def hand_over_measure(*, measure: Measure, to: str, actor: User, at: datetime) -> Measure:
    """Name the function that goes on with an open measure after the process (C2). Raises MeasureRefused without one."""
    measure = _locked(measure, actor, at=at)
    if not to.strip():
        raise MeasureRefused(_("Please name the function that goes on with it."))
    measure.handed_over_to = to.strip()
    measure.save(update_fields=["handed_over_to"])
    log_measure(measure, MeasureMoveKind.HAND_OVER, actor=actor, at=at, reason=measure.handed_over_to)
    return measure


def _writable(process: Process, actor: User, *, at: datetime) -> Process:
    process = Process.objects.select_for_update(of=("self",)).get(pk=process.pk)
    if not permissions.can_write_barriers(actor, process, on=timezone.localdate(at)):
        raise MeasureRefused(_("You may not change measures in this process facilitation."))
    require_running(process)
    return process


def _locked(measure: Measure, actor: User, *, at: datetime, also_decides: bool = False) -> Measure:
    rows = Measure.objects.select_for_update(of=("self",)).select_related("process__unit")
    measure = rows.get(pk=measure.pk)
    today = timezone.localdate(at)
    may = permissions.can_write_barriers(actor, measure.process, on=today)
    may = may or (also_decides and permissions.can_decide_barriers(actor, measure.process, on=today))
    if not may:
        raise MeasureRefused(_("You may not change measures in this process facilitation."))
    require_running(measure.process)
    return measure


def log_measure(measure: Measure, move: MeasureMoveKind, *, actor: User | None, at: datetime, **facts) -> MeasureMove:
    """Write one row into the log of the measure. `facts`: from_state, to_state, reason."""
    return write_move(MeasureMove, measure=measure, move=move, actor=actor, at=at, **facts)
