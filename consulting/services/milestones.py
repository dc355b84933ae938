"""The rules for milestones: planned, ticked, taken back, dropped."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.models import User
from consulting.enums import Move
from consulting.models import Milestone, Phase, Process
from consulting.wording import day_text

from .common import MilestoneRefused, locked, log, require_change, require_running


@transaction.atomic
def add_milestone(
    *,
    process: Process,
    title_de: str,
    title_en: str = "",
    due_on: date,
    phase: Phase | None = None,
    actor: User | None,
    at: datetime,
) -> Milestone:
    """Plan a milestone. Raises MilestoneRefused if phase or date do not fit the process."""
    process = locked(process)
    require_change(actor, process, at=at)
    require_running(process)
    _require_fit(process, due_on=due_on, phase=phase)
    milestone = Milestone.objects.create(
        process=process,
        phase=phase,
        title_de=title_de.strip(),
        title_en=title_en.strip() or None,
        due_on=due_on,
        position=process.milestones.count() + 1,
    )
    log(process, Move.ADD_MILESTONE, actor=actor, at=at, milestone=milestone)
    return milestone


@transaction.atomic
def change_milestone(
    *,
    milestone: Milestone,
    title_de: str,
    title_en: str = "",
    due_on: date,
    phase: Phase | None = None,
    actor: User | None,
    at: datetime,
) -> Milestone:
    """Change what a milestone says or when it is due. Refused as in `add_milestone`."""
    process, milestone = _locked(milestone, actor=actor, at=at)
    _require_fit(process, due_on=due_on, phase=phase)
    milestone.title_de, milestone.title_en = title_de.strip(), title_en.strip() or None
    milestone.due_on, milestone.phase = due_on, phase
    milestone.save(update_fields=["title_de", "title_en", "due_on", "phase"])
    log(process, Move.CHANGE_MILESTONE, actor=actor, at=at, milestone=milestone)
    return milestone


@transaction.atomic
def tick_milestone(*, milestone: Milestone, actor: User | None, at: datetime) -> Milestone:
    """Mark a milestone as done today. Raises MilestoneRefused if it is done or dropped already."""
    process, milestone = _locked(milestone, actor=actor, at=at)
    if milestone.done_on is not None:
        day = day_text(milestone.done_on)
        raise MilestoneRefused(
            _("The milestone “{title}” was already done on {day}.").format(title=milestone.title, day=day)
        )
    if milestone.dropped_on is not None:
        raise MilestoneRefused(_("The milestone “{title}” was dropped.").format(title=milestone.title))
    milestone.done_on = timezone.localdate(at)
    return _save(process, milestone, Move.TICK_MILESTONE, actor=actor, at=at)


@transaction.atomic
def untick_milestone(*, milestone: Milestone, actor: User | None, at: datetime) -> Milestone:
    """Take a tick back: the milestone is open again. Raises MilestoneRefused if it is not done."""
    process, milestone = _locked(milestone, actor=actor, at=at)
    if milestone.done_on is None:
        raise MilestoneRefused(_("The milestone “{title}” is not done.").format(title=milestone.title))
    milestone.done_on = None
    return _save(process, milestone, Move.UNTICK_MILESTONE, actor=actor, at=at)


@transaction.atomic
def drop_milestone(*, milestone: Milestone, actor: User | None, at: datetime) -> Milestone:
    """Take a milestone out of the plan; the log keeps it. Raises MilestoneRefused if it is done or dropped already."""
    process, milestone = _locked(milestone, actor=actor, at=at)
    if not milestone.is_waiting:
        raise MilestoneRefused(_("Only an open milestone can be dropped."))
    milestone.dropped_on = timezone.localdate(at)
    return _save(process, milestone, Move.DROP_MILESTONE, actor=actor, at=at)


@transaction.atomic
def restore_milestone(*, milestone: Milestone, actor: User | None, at: datetime) -> Milestone:
    """Put a dropped milestone back into the plan. Raises MilestoneRefused if it was not dropped."""
    process, milestone = _locked(milestone, actor=actor, at=at)
    if milestone.dropped_on is None:
        raise MilestoneRefused(_("The milestone “{title}” was not dropped.").format(title=milestone.title))
    milestone.dropped_on = None
    return _save(process, milestone, Move.RESTORE_MILESTONE, actor=actor, at=at)


def _locked(milestone: Milestone, *, actor: User | None, at: datetime) -> tuple[Process, Milestone]:
    process = locked(milestone.process)
    require_change(actor, process, at=at)
    require_running(process)
    return process, process.milestones.get(pk=milestone.pk)


def _require_fit(process: Process, *, due_on: date, phase: Phase | None) -> None:
    if phase is not None and phase.process_id != process.pk:
        raise MilestoneRefused(_("This phase belongs to another process facilitation."))
    if due_on < process.starts_on:
        raise MilestoneRefused(_("The date lies before the start of the process facilitation."))


def _save(process: Process, milestone: Milestone, move: Move, *, actor: User | None, at: datetime) -> Milestone:
    milestone.save(update_fields=["done_on", "dropped_on"])
    log(process, move, actor=actor, at=at, milestone=milestone)
    return milestone
