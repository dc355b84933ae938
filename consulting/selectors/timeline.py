"""What of a process has a day: phases from when to when, and milestones, measures and checks of their effect."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from academy.models import User
from consulting.enums import SOON_DAYS, Pace, PhaseState
from consulting.models import EffectCheck, Measure, Milestone, Phase, Process
from consulting.wording import Words, words_of

from .barriers import measures_visible_to
from .processes import standing_milestones


@dataclass(frozen=True)
class PhaseSpan:
    """One phase with the days that are known: an end that is neither reached nor planned is `None`."""

    phase: Phase
    begins_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class DatedThing:
    """One thing with a day. `kind` says what it is, `state` and `label` how it stands."""

    on: date
    kind: str
    kind_label: str
    title: Words
    state: str
    label: str


def phase_spans(process: Process) -> list[PhaseSpan]:
    """Each phase begins where the one before it ends; the first one with the process. Uses what is prefetched."""
    spans, begins_on = [], process.starts_on
    for phase in sorted(process.phases.all(), key=lambda one: one.position):
        ends_on = phase.done_on or phase.planned_on
        if ends_on is not None and begins_on is not None and ends_on < begins_on:
            begins_on = ends_on  # planned anew, or reached on one day
        spans.append(PhaseSpan(phase, begins_on, ends_on))
        begins_on = ends_on
    return spans


def dated_things(process: Process, user: User, *, reads: bool, on: date) -> list[DatedThing]:
    """Everything else with a day that the person sees, in the order of the days; two queries.

    `reads` is the right to read the process: milestones and the agreement are told to nobody else.
    """
    things = _agreement(process) if reads else []
    things += [_milestone(one, on=on) for one in standing_milestones(process)] if reads else []
    visible = measures_visible_to(user, on=on).filter(process=process)
    things += [_measure(one, on=on) for one in visible.filter(due_on__isnull=False).order_by("due_on", "pk")]
    checks = EffectCheck.objects.filter(measure__in=visible.values("pk")).select_related("measure")
    things += [_check(one, on=on) for one in checks.order_by("due_on", "pk")]
    return sorted(things, key=lambda thing: thing.on)


def _agreement(process: Process) -> list[DatedThing]:
    days = [
        (process.agreement_unit_on, _("Agreement dated by the unit")),
        (process.agreement_operator_on, _("Agreement dated by the operator")),
        (process.staff_council_informed_on, _("Staff council informed")),
    ]
    return [DatedThing(day, "agreement", _("Agreement"), Words(title), "done", _("done")) for day, title in days if day]


def _waiting(due_on: date, *, on: date) -> tuple[str, str]:
    """How something stands that is not done: overdue, due soon or open."""
    if due_on < on:
        return Pace.OVERDUE, str(Pace.OVERDUE.label)
    if (due_on - on).days <= SOON_DAYS:
        return Pace.DUE, str(Pace.DUE.label)
    return PhaseState.OPEN, _("open")


def _milestone(milestone: Milestone, *, on: date) -> DatedThing:
    state, label = ("done", _("done")) if milestone.done_on else _waiting(milestone.due_on, on=on)
    day = milestone.done_on or milestone.due_on
    return DatedThing(day, "milestone", _("Milestone"), words_of(milestone, "title"), state, label)


def _measure(measure: Measure, *, on: date) -> DatedThing:
    state, label = str(measure.state), str(measure.get_state_display())
    if measure.is_overdue(on=on):
        state, label = Pace.OVERDUE, str(Pace.OVERDUE.label)
    day = measure.implemented_on or measure.due_on
    return DatedThing(day, "measure", _("Measure"), words_of(measure, "title"), state, label)


def _check(check: EffectCheck, *, on: date) -> DatedThing:
    state, label = _waiting(check.due_on, on=on)
    if check.checked_on:
        state, label = str(check.result), str(check.get_result_display())
    day = check.checked_on or check.due_on
    return DatedThing(day, "check", _("Effect check"), words_of(check.measure, "title"), state, label)
