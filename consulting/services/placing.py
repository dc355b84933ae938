"""Putting processes and templates into the state that a file describes: for loaders, with the system as the actor.

Placing twice updates and never doubles. What people have done to a process since then stays as they left it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.common.confidentiality import Level
from academy.common.moments import noon
from academy.models import Unit, User
from consulting import selectors
from consulting.enums import Move, PhaseKey, PhaseState, ProcessRole, ProcessState, ReleaseState
from consulting.models import (
    Milestone,
    Phase,
    Process,
    ProcessMember,
    ProcessMove,
    ProcessTemplate,
    TemplateMilestone,
    TemplatePhase,
)
from consulting.workflow import PHASE_MOVES, PROCESS_MOVES

from .common import ProcessRefused, log
from .processes import copy_phases
from .templates import publish_template, require_template_order

Words = dict[str, str] | str  # {"de": …, "en": …}, or German alone

AGREEMENT_MOVES = {Move.DATE_AGREEMENT, Move.SIGN_AGREEMENT}
COURSE_MOVES = {*PROCESS_MOVES, *PHASE_MOVES, Move.CHANGE_PHASE, Move.TAKE_OVER}


@dataclass(frozen=True)
class PlacedPhase:
    """One phase as it stands: `done_on` with state reached, `reopened_*` where it was taken up again before that."""

    key: str
    state: str = PhaseState.OPEN
    planned_on: date | None = None
    done_on: date | None = None
    exit_note: str = ""
    reopened_on: date | None = None
    reopened_because: str = ""


@dataclass(frozen=True)
class PlacedMilestone:
    title: Words
    due_on: date
    done_on: date | None = None
    phase_key: str = ""


@dataclass(frozen=True)
class PlacedTemplateMilestone:
    title: Words
    phase_key: str
    after_weeks: int


@dataclass(frozen=True)
class PlacedMember:
    """One function. It begins with the process unless a day is given; members of the group work with the public."""

    person: User
    role: str
    starts_on: date | None = None
    ends_on: date | None = None
    has_public_contact: bool | None = None


@dataclass(frozen=True)
class PlacedAgreement:
    unit_on: date | None = None
    operator_on: date | None = None
    staff_council_on: date | None = None


@dataclass(frozen=True)
class PlacedRelease:
    state: str = ReleaseState.NONE
    on: date | None = None
    text: Words = field(default_factory=dict)


@transaction.atomic
def place_template(
    *,
    slug: str,
    title: Words,
    phases: Sequence[tuple[str, Words]],
    checks: Mapping[str, Words] | None = None,
    milestones: Sequence[PlacedTemplateMilestone] | None = None,
    at: datetime,
) -> ProcessTemplate:
    """Publish a version with these phases (key, title), unless there is one of the template that says the same.

    Exit checks (by the key of the phase) and milestones are left empty where none are given, and not compared.
    """
    template = _placed_template(slug, title, phases, checks or {}, milestones or ())
    for version in ProcessTemplate.objects.filter(slug=slug).order_by("-is_offered", "-version"):
        if _said_by(version, checks=checks, milestones=milestones) == _said_by(
            template, checks=checks, milestones=milestones
        ):
            return version
    require_template_order([key for key, _title in phases], [placed.phase_key for placed in milestones or ()])
    return publish_template(template=template, actor=None, at=at)


def _placed_template(slug, title, phases, checks, milestones) -> ProcessTemplate:
    """The template as described, not saved. A milestone keeps its key through the versions, known by its title."""
    title_de, title_en = _words(title)
    template = ProcessTemplate(slug=slug, title_de=title_de, title_en=title_en)
    for position, (key, words) in enumerate(phases):
        phase_de, phase_en = map(_capitalized, _words(words))
        check_de, check_en = _words(checks.get(key, ""))
        phase = TemplatePhase(key=key, title_de=phase_de, title_en=phase_en, position=position)
        phase.exit_check_de, phase.exit_check_en = check_de, check_en
        template.phases.add(phase)
    keys = dict(TemplateMilestone.objects.filter(template__slug=slug).order_by("pk").values_list("title_de", "key"))
    for position, placed in enumerate(milestones):
        milestone_de, milestone_en = _words(placed.title)
        milestone = TemplateMilestone(
            title_de=milestone_de,
            title_en=milestone_en,
            phase_key=placed.phase_key,
            after_weeks=placed.after_weeks,
            position=position,
        )
        milestone.key = keys.get(milestone_de, milestone.key)
        template.milestones.add(milestone)
    return template


def _said_by(template: ProcessTemplate, *, checks, milestones) -> list:
    """What a version says, as far as it is to be compared."""
    phases = sorted(template.phases.all(), key=lambda phase: phase.position)
    said: list = [template.title_de, template.title_en]
    said += [(phase.key, phase.title_de, phase.title_en) for phase in phases]
    if checks is not None:
        said += [(phase.exit_check_de or "", phase.exit_check_en or "") for phase in phases]
    if milestones is not None:
        dates = sorted(template.milestones.all(), key=lambda milestone: milestone.position)
        said += [(one.title_de, one.title_en, one.phase_key, one.after_weeks) for one in dates]
    return said


@transaction.atomic
def place_process(
    *,
    slug: str,
    unit: Unit,
    template: ProcessTemplate,
    title: Words,
    goal: Words,
    state: str,
    starts_on: date,
    budget_days: int,
    ends_on: date | None = None,
    level: Level = Level.GROUP,
    agreement: PlacedAgreement = PlacedAgreement(),
    release: PlacedRelease = PlacedRelease(),
    phases: Sequence[PlacedPhase] = (),
    milestones: Sequence[PlacedMilestone] = (),
    members: Sequence[PlacedMember] = (),
    at: datetime,
) -> Process:
    """Create or refresh the process with that slug, its log written as of the days that are given.

    Raises ProcessRefused if what is described could not have come about: phases out of order, or work beyond
    clarification without everything of C1.
    """
    process = Process.objects.select_for_update(of=("self",)).filter(slug=slug).first()
    process = process or Process(slug=slug, state=ProcessState.REQUEST)
    process.unit, process.level = unit, level
    if process.pk is None:
        process.template = template
    process.release_state, process.released_on = release.state, release.on
    process.release_text_de, process.release_text_en = _words(release.text)
    kept = _moves_of_people(process)
    if Move.CHANGE not in kept:
        process.title_de, process.title_en = _words(title)
        process.goal_de, process.goal_en = _words(goal)
        process.starts_on, process.ends_on, process.budget_days = starts_on, ends_on, budget_days
    if not kept & AGREEMENT_MOVES:
        process.agreement_unit_on, process.agreement_operator_on = agreement.unit_on, agreement.operator_on
        process.staff_council_informed_on = agreement.staff_council_on
    if not kept & COURSE_MOVES:
        process.state = state
    process.save()
    _note(process, Move.CREATE, on=starts_on, to_state=ProcessState.REQUEST)
    _place_members(process, members)
    if not kept & COURSE_MOVES:
        _place_phases(process, phases)
        _note_states(process, at=at)
    _place_milestones(process, milestones)
    _require_possible(process, at=at)
    return process


def _words(words: Words) -> tuple[str, str | None]:
    """German and English; what has no English falls back to German when it is read."""
    if isinstance(words, str):
        return words, None
    return words.get("de", ""), words.get("en") or None


def _capitalized(words: str | None) -> str | None:
    """Titles begin with a capital letter; lists of words need not."""
    return words[:1].upper() + words[1:] if words else words


def _moves_of_people(process: Process, **part) -> set[str]:
    """The moves that people, not the system, have made in the process or in one part of it."""
    if process.pk is None:
        return set()
    return set(process.moves.filter(actor__isnull=False, **part).values_list("move", flat=True))


def _note(process: Process, move: Move, *, on: date, **facts) -> None:
    """Write a row of the past, at noon of that day, unless the system has written it before."""
    part = {name: facts.get(name) for name in ("phase", "milestone", "member")}
    if not ProcessMove.objects.filter(process=process, move=move, actor__isnull=True, **part).exists():
        log(process, move, actor=None, at=noon(on), **facts)


def _place_members(process: Process, members: Sequence[PlacedMember]) -> None:
    for placed in members:
        is_group = placed.role == ProcessRole.GROUP
        stored = process.members.filter(person=placed.person, role=placed.role).order_by("pk").first()
        if stored is not None and _moves_of_people(process, member=stored):
            continue
        member = stored or ProcessMember(process=process, person=placed.person, role=placed.role)
        member.starts_on, member.ends_on = placed.starts_on or process.starts_on, placed.ends_on
        member.has_public_contact = is_group if placed.has_public_contact is None else placed.has_public_contact
        member.save()
        _note(process, Move.ADD_MEMBER, on=member.starts_on, member=member)


def _place_phases(process: Process, phases: Sequence[PlacedPhase]) -> None:
    if not process.phases.exists():
        copy_phases(process, process.template)
    stored = {phase.key: phase for phase in process.phases.all()}
    unknown = [placed.key for placed in phases if placed.key not in stored]
    if unknown:
        raise ProcessRefused(_("The template has no such phase: {keys}").format(keys=", ".join(unknown)))
    process.phases.update(state=PhaseState.OPEN, done_on=None)  # so that no two are active on the way
    for placed in phases:
        phase = stored[placed.key]
        phase.state, phase.done_on, phase.planned_on = placed.state, placed.done_on, placed.planned_on
        phase.exit_note = placed.exit_note
        phase.save()
        _note_phase(process, phase, placed)


def _note_phase(process: Process, phase: Phase, placed: PlacedPhase) -> None:
    if placed.reopened_on is not None:
        _note(
            process,
            Move.REOPEN_PHASE,
            on=placed.reopened_on,
            phase=phase,
            from_state=PhaseState.REACHED,
            to_state=PhaseState.REOPENED,
            reason=placed.reopened_because,
        )
    if phase.done_on is not None:
        before = PhaseState.REOPENED if placed.reopened_on else PhaseState.ACTIVE
        _note(process, Move.REACH_PHASE, on=phase.done_on, phase=phase, from_state=before, to_state=PhaseState.REACHED)


def _note_states(process: Process, *, at: datetime) -> None:
    """The way from the request to the state of today, on the days that are known."""
    if process.state == ProcessState.REQUEST:
        return
    clarified = process.phases.filter(key=PhaseKey.CLARIFY).values_list("done_on", flat=True).first()
    today = timezone.localdate(at)
    last_day = process.ends_on or today
    way = [(Move.TAKE_UP, process.starts_on)]
    if clarified is not None:
        way.append((Move.ACTIVATE, clarified))
    way += {
        ProcessState.PAUSED: [(Move.PAUSE, today)],
        ProcessState.CLOSED: [(Move.CLOSE, last_day)],
        ProcessState.ABORTED: [(Move.ABORT, last_day)],
    }.get(ProcessState(process.state), [])
    before = ProcessState.REQUEST
    for move, day in way:
        after = PROCESS_MOVES[move][1]
        _note(process, move, on=day, from_state=before, to_state=after)
        before = after


def _place_milestones(process: Process, milestones: Sequence[PlacedMilestone]) -> None:
    phases = {phase.key: phase for phase in process.phases.all()}
    for position, placed in enumerate(milestones, start=1):
        title_de, title_en = _words(placed.title)
        stored = process.milestones.filter(title_de=title_de).order_by("pk").first()
        if stored is not None and _moves_of_people(process, milestone=stored):
            continue
        milestone = stored or Milestone(process=process, title_de=title_de)
        milestone.title_en, milestone.phase = title_en, phases.get(placed.phase_key)
        milestone.due_on, milestone.done_on, milestone.position = placed.due_on, placed.done_on, position
        milestone.save()
        if milestone.done_on is not None:
            _note(process, Move.TICK_MILESTONE, on=milestone.done_on, milestone=milestone)


def _require_possible(process: Process, *, at: datetime) -> None:
    problems = list(selectors.broken_promises_of(process, on=timezone.localdate(at)))
    if problems:
        raise ProcessRefused(" ".join([_("This process facilitation cannot stand like this."), *problems]))
