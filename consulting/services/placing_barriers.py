"""Putting journey maps, barriers and measures into the state that a file describes: for loaders, as the system.

Placing twice updates and never doubles. What people have done to a process since then stays as they left it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from academy.common.confidentiality import Level
from academy.common.moments import noon
from academy.enums import Vocabulary
from academy.models import Organisation, Term
from consulting.enums import (
    BarrierEffect,
    BarrierMoveKind,
    BarrierState,
    EvidenceRelease,
    JourneyState,
    MeasureMoveKind,
    MeasureState,
    ReleaseAct,
)
from consulting.models import (
    Barrier,
    EffectCheck,
    Evidence,
    Goal,
    JourneyMap,
    Measure,
    Process,
    ReleaseEvent,
    Touchpoint,
)
from courses.models import Course

from .barriers import log_barrier
from .measures import log_measure

Words = dict[str, str]


@dataclass(frozen=True)
class PlacedJourney:
    """A way to a service; `steps` by short name, with the key of their kind and their words."""

    service: Words
    agreed_on: date | None
    steps: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class PlacedEvidence:
    kind: str
    found_on: date
    summary: str
    origin: str
    organisation: Organisation | None
    is_released: bool


@dataclass(frozen=True)
class PlacedBarrier:
    slug: str
    title: Words
    description: Words
    steps: Sequence[str]
    kinds: Sequence[str]
    dimensions: Sequence[str]
    affected: str
    reach: int
    consequence: int
    state: str
    changed_on: date
    confirmed_on: date | None
    level: Level
    concerns_residence: bool = False
    courses: Sequence[Course] = ()
    evidence: Sequence[PlacedEvidence] = ()


@dataclass(frozen=True)
class PlacedEffect:
    checked_on: date
    method: str
    result: str
    mso_view: str
    next_step: str


@dataclass(frozen=True)
class PlacedMeasure:
    slug: str
    title: Words
    owner: Words
    criterion: Words
    barriers: Sequence[str]
    state: str
    due_on: date | None
    decided_on: date | None = None
    implemented_on: date | None = None
    courses: Sequence[Course] = ()
    effect: PlacedEffect | None = None


@dataclass(frozen=True)
class PlacedGoal:
    title: Words
    users_notice: str
    barriers: Sequence[str] = field(default_factory=list)


@transaction.atomic
def place_barriers(
    *,
    process: Process,
    journey: PlacedJourney | None,
    barriers: Sequence[PlacedBarrier],
    goals: Sequence[PlacedGoal],
    measures: Sequence[PlacedMeasure],
    at: datetime,
) -> None:
    """Place the way, the barriers on it, the goals and the measures of one process."""
    steps = _place_journey(process, journey) if journey else {}
    terms = {(term.vocabulary, term.key): term for term in Term.objects.all()}
    known = {
        one.slug: _place_barrier(process, one, [steps[slug] for slug in one.steps], terms, at=at) for one in barriers
    }
    for position, goal in enumerate(goals, start=1):
        fields = {**_worded("title", goal.title), "users_notice": goal.users_notice}
        row, _new = Goal.objects.update_or_create(process=process, position=position, defaults=fields)
        row.barriers.set([known[slug] for slug in goal.barriers])
    for one in measures:
        _place_measure(process, one, [known[slug] for slug in one.barriers], at=at)


def _worded(name: str, words: Words) -> dict[str, str | None]:
    return {f"{name}_de": words["de"], f"{name}_en": words.get("en")}


def _place_journey(process: Process, placed: PlacedJourney) -> dict[str, Touchpoint]:
    state = JourneyState.AGREED if placed.agreed_on else JourneyState.DRAFT
    fields = {**_worded("service", placed.service), "state": state, "agreed_on": placed.agreed_on}
    journey = process.journeys.first() or JourneyMap(process=process)
    for name, value in fields.items():
        setattr(journey, name, value)
    journey.save()
    kinds = {term.key: term for term in Term.objects.filter(vocabulary=Vocabulary.TOUCHPOINTS)}
    return {
        slug: journey.touchpoints.update_or_create(position=place, defaults={"kind": kinds[kind], "text": text})[0]
        for place, (slug, (kind, text)) in enumerate(placed.steps.items(), start=1)
    }


def _place_barrier(process: Process, placed: PlacedBarrier, steps: list[Touchpoint], terms: dict, *, at: datetime):
    fields = {
        **_worded("title", placed.title),
        **_worded("description", placed.description),
        "affected": placed.affected,
        "effect": BarrierEffect.INDIRECT,
        "concerns_residence": placed.concerns_residence,
        "reach": placed.reach,
        "consequence": placed.consequence,
        "state": placed.state,
        "changed_on": placed.changed_on,
        "confirmed_on": placed.confirmed_on,
        "level": placed.level,
    }
    barrier = process.barriers.filter(slug=placed.slug).first()
    if barrier is not None and barrier.moves.filter(actor__isnull=False).exists():
        return barrier  # people have worked with it since
    if barrier is None:
        barrier = Barrier.objects.create(process=process, slug=placed.slug, **fields)
        _tell_history(barrier, placed)
    else:
        Barrier.objects.filter(pk=barrier.pk).update(**fields)
    barrier.touchpoints.set(steps)
    barrier.kinds.set([terms[Vocabulary.BARRIER_KINDS, key] for key in placed.kinds])
    barrier.dimensions.set([terms[Vocabulary.DIMENSIONS, key] for key in placed.dimensions])
    barrier.courses.set(placed.courses)
    for one in placed.evidence:
        _place_evidence(barrier, one)
    return barrier


def _tell_history(barrier: Barrier, placed: PlacedBarrier) -> None:
    """The moves that lead to where it stands, at noon of the days that are known."""
    found = min((one.found_on for one in placed.evidence), default=placed.changed_on)
    log_barrier(barrier, BarrierMoveKind.RECORD, actor=None, at=noon(found), to_state=BarrierState.SUSPECTED)
    if barrier.state == BarrierState.SUSPECTED:
        return
    way = [(BarrierMoveKind.SUBSTANTIATE, BarrierState.SUSPECTED, BarrierState.EVIDENCED, found)]
    if placed.confirmed_on:
        way.append((BarrierMoveKind.CONFIRM, BarrierState.EVIDENCED, BarrierState.CONFIRMED, placed.confirmed_on))
    last = {
        BarrierState.IN_PROGRESS: BarrierMoveKind.START,
        BarrierState.PARTLY_REMOVED: BarrierMoveKind.REMOVE_PARTLY,
        BarrierState.REMOVED: BarrierMoveKind.REMOVE,
        BarrierState.DEFERRED: BarrierMoveKind.DEFER,
    }.get(BarrierState(placed.state))
    if last:
        way.append((last, way[-1][2], placed.state, placed.changed_on))
    for move, before, after, on in way:
        log_barrier(barrier, move, actor=None, at=noon(on), from_state=before, to_state=after)


def _place_evidence(barrier: Barrier, placed: PlacedEvidence) -> None:
    fields = {
        "kind": placed.kind,
        "found_on": placed.found_on,
        "origin": placed.origin,
        "organisation": placed.organisation,
        "release_state": EvidenceRelease.RELEASED if placed.is_released else EvidenceRelease.INTERNAL,
    }
    evidence, is_new = Evidence.objects.get_or_create(barrier=barrier, summary=placed.summary, defaults=fields)
    if is_new and placed.is_released:
        ReleaseEvent.objects.create(
            barrier=barrier,
            evidence=evidence,
            act=ReleaseAct.RELEASE,
            organisation=placed.organisation,
            at=noon(placed.found_on),
        )


def _place_measure(process: Process, placed: PlacedMeasure, barriers: list[Barrier], *, at: datetime) -> None:
    fields = {
        **_worded("title", placed.title),
        **_worded("owner", placed.owner),
        **_worded("criterion", placed.criterion),
        "state": placed.state,
        "due_on": placed.due_on,
        "decided_on": placed.decided_on,
        "implemented_on": placed.implemented_on,
    }
    measure = process.measures.filter(slug=placed.slug).first()
    if measure is not None and measure.moves.filter(actor__isnull=False).exists():
        return
    if measure is None:
        measure = Measure.objects.create(process=process, slug=placed.slug, **fields)
        on = placed.decided_on or placed.due_on or timezone.localdate(at)
        log_measure(measure, MeasureMoveKind.NOTE, actor=None, at=noon(on), to_state=placed.state)
    else:
        Measure.objects.filter(pk=measure.pk).update(**fields)
    measure.barriers.set(barriers)
    measure.courses.set(placed.courses)
    if placed.effect:
        given = placed.effect
        result = {
            "checked_on": given.checked_on,
            "method": given.method,
            "result": given.result,
            "mso_view": given.mso_view,
            "next_step": given.next_step,
        }
        EffectCheck.objects.update_or_create(measure=measure, due_on=given.checked_on, defaults=result)
    elif placed.state == MeasureState.IMPLEMENTED and measure.check_from:
        EffectCheck.objects.get_or_create(measure=measure, due_on=measure.check_from)
