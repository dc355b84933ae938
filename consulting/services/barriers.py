"""The rules for barriers: recorded, evidenced, confirmed, worked on, removed; and who is let see them."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.common.confidentiality import Level
from academy.models import Organisation, Term, User
from consulting import permissions, workflow
from consulting.enums import (
    CONFIRMED_BARRIERS,
    BarrierMoveKind,
    BarrierState,
    EffectResult,
    EvidenceOrigin,
    EvidenceRelease,
    ReleaseAct,
)
from consulting.models import Barrier, BarrierMove, Evidence, Process, ReleaseEvent, Touchpoint

from .common import ConsultingRefused, free_slug, require_running, write_move


class BarrierRefused(ConsultingRefused):
    """Something cannot be done with a barrier or its evidence."""


@transaction.atomic
def record_barrier(
    *,
    process: Process,
    words: dict,
    touchpoints: Sequence[Touchpoint],
    kinds: Sequence[Term],
    dimensions: Sequence[Term],
    level: Level = Level.GROUP,
    actor: User,
    at: datetime,
) -> Barrier:
    """Record a suspected barrier. `words` are its plain fields; evidence may follow (C4 holds from «evidenced» on).

    Raises BarrierRefused for people who may only read, without a touchpoint of this process or a dimension, and if
    somebody who does not facilitate would keep it from the group.
    """
    process = Process.objects.select_for_update(of=("self",)).get(pk=process.pk)
    today = timezone.localdate(at)
    if not permissions.can_write_barriers(actor, process, on=today):
        raise BarrierRefused(_("You may not record barriers in this process facilitation."))
    require_running(process)
    if level not in (Level.GROUP, Level.FACILITATION):
        raise BarrierRefused(_("A new barrier is for the process group, or for facilitation only."))
    if level == Level.FACILITATION and not permissions.can_see_raw(actor, process, on=today):
        raise BarrierRefused(_("Only facilitators keep a barrier to themselves."))
    _require_parts(process, touchpoints, kinds, dimensions)
    slug = free_slug(words["title_de"], process.barriers.all())
    barrier = Barrier.objects.create(process=process, slug=slug, level=level, changed_on=today, **words)
    _set_parts(barrier, touchpoints, kinds, dimensions)
    log_barrier(barrier, BarrierMoveKind.RECORD, actor=actor, at=at, to_state=barrier.state)
    return barrier


@transaction.atomic
def change_barrier(
    *,
    barrier: Barrier,
    words: dict,
    touchpoints: Sequence[Touchpoint],
    kinds: Sequence[Term],
    dimensions: Sequence[Term],
    actor: User,
    at: datetime,
) -> Barrier:
    """Reword a barrier. Raises BarrierRefused as `record_barrier`, and for one that is public."""
    barrier = _writable(barrier, actor, at=at)
    if barrier.level == Level.PUBLIC:
        raise BarrierRefused(_("This barrier is public. Please take the release back before you change it."))
    _require_parts(barrier.process, touchpoints, kinds, dimensions)
    for name, value in words.items():
        setattr(barrier, name, value)
    barrier.changed_on = timezone.localdate(at)
    barrier.save()
    _set_parts(barrier, touchpoints, kinds, dimensions)
    log_barrier(barrier, BarrierMoveKind.CHANGE, actor=actor, at=at)
    return barrier


def _require_parts(process: Process, touchpoints: Sequence, kinds: Sequence, dimensions: Sequence) -> None:
    """C4: where it is found, and whom it concerns."""
    if not touchpoints or any(point.journey.process_id != process.pk for point in touchpoints):
        raise BarrierRefused(_("Please choose at least one step of the way to the service."))
    if not kinds:
        raise BarrierRefused(_("Please choose at least one kind of barrier."))
    if not dimensions:
        raise BarrierRefused(_("Please choose at least one dimension of discrimination."))


def _set_parts(barrier: Barrier, touchpoints: Sequence, kinds: Sequence, dimensions: Sequence) -> None:
    barrier.touchpoints.set(touchpoints)
    barrier.kinds.set(kinds)
    barrier.dimensions.set(dimensions)


# --- Evidence ----------------------------------------------------------------------------------------------------
@transaction.atomic
def add_evidence(
    *,
    barrier: Barrier,
    kind: str,
    found_on: date,
    summary: str,
    origin: str,
    organisation: Organisation | None = None,
    actor: User,
    at: datetime,
) -> Evidence:
    """Add what the barrier is known from; it stays internal until whoever gave it releases it.

    A suspected barrier becomes evidenced. Raises BarrierRefused for days to come, and for people who may not write: an
    organisation adds its own evidence to barriers that it knows.
    """
    barrier = _locked(barrier)
    today = timezone.localdate(at)
    as_organisation = permissions.represented_by(actor, organisation, on=today)
    if not (as_organisation or permissions.can_write_barriers(actor, barrier.process, on=today)):
        raise BarrierRefused(_("You may not add evidence to this barrier."))
    require_running(barrier.process)
    if found_on > today:
        raise BarrierRefused(_("Evidence cannot have a date in the future."))
    if (origin == EvidenceOrigin.MSO) != (organisation is not None):
        raise BarrierRefused(_("Evidence of a migrant self-organisation names the organisation, other evidence none."))
    evidence = Evidence.objects.create(
        barrier=barrier, kind=kind, found_on=found_on, summary=summary, origin=origin, organisation=organisation
    )
    log_barrier(barrier, BarrierMoveKind.ADD_EVIDENCE, actor=actor, at=at)
    if barrier.state == BarrierState.SUSPECTED:
        _move(barrier, BarrierMoveKind.SUBSTANTIATE, actor=actor, at=at)
    return evidence


@transaction.atomic
def release_evidence(*, evidence: Evidence, actor: User, at: datetime) -> Evidence:
    """Let the unit read a piece of evidence. Raises BarrierRefused for everybody but whose evidence it is."""
    return _set_release(evidence, EvidenceRelease.RELEASED, ReleaseAct.RELEASE, actor=actor, at=at)


@transaction.atomic
def withdraw_evidence(*, evidence: Evidence, actor: User, at: datetime) -> Evidence:
    """Take the release back: the evidence, and a barrier that nothing else stands behind, are hidden again (C5)."""
    return _set_release(evidence, EvidenceRelease.WITHDRAWN, ReleaseAct.WITHDRAW, actor=actor, at=at)


def _set_release(evidence: Evidence, state: str, act: str, *, actor: User, at: datetime) -> Evidence:
    barrier = _locked(evidence.barrier)
    evidence = Evidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
    if not permissions.can_release_evidence(actor, evidence, on=timezone.localdate(at)):
        raise BarrierRefused(_("Only those whose evidence it is release it or take the release back."))
    if evidence.release_state == state:
        return evidence
    if state == EvidenceRelease.WITHDRAWN and not evidence.is_released:
        raise BarrierRefused(_("This evidence has not been released."))
    evidence.release_state = state
    evidence.save(update_fields=["release_state"])
    _note_release(barrier, act, evidence=evidence, organisation=evidence.organisation, actor=actor, at=at)
    return evidence


# --- States ------------------------------------------------------------------------------------------------------
@transaction.atomic
def move_barrier(*, barrier: Barrier, move: BarrierMoveKind, reason: str = "", actor: User, at: datetime) -> Barrier:
    """Make one move of `workflow.BARRIER_MOVES`.

    Confirming is for the commissioning lead, or for facilitation with the decision of the group in words as the reason.
    A barrier is evidenced by evidence (C4) and removed by a measure whose effect was found, or with an exception in
    words (C6). Raises BarrierRefused.
    """
    barrier = _locked(barrier)
    today = timezone.localdate(at)
    may_write = permissions.can_write_barriers(actor, barrier.process, on=today)
    decides = move == BarrierMoveKind.CONFIRM and permissions.can_decide_barriers(actor, barrier.process, on=today)
    if not (may_write or decides):
        raise BarrierRefused(_("You may not change this barrier."))
    require_running(barrier.process)
    reason = reason.strip()
    if move in workflow.BARRIER_NEEDS_REASON and not reason:
        raise BarrierRefused(_("Please give a reason: it stays in the log."))
    if move == BarrierMoveKind.SUBSTANTIATE and not barrier.evidence.exists():
        raise BarrierRefused(_("Please add evidence first: without it a barrier is suspected."))
    if move == BarrierMoveKind.CONFIRM:
        if not decides and not reason:
            raise BarrierRefused(_("Please say when and how the process group has decided: it stays in the log."))
        if not barrier.evidence.exists():
            raise BarrierRefused(_("Please add evidence first: without it a barrier cannot be confirmed."))
        barrier.confirmed_on = today
    if move == BarrierMoveKind.REMOVE and not reason and not _has_effect(barrier):
        raise BarrierRefused(
            _("No measure has been found effective yet. Please check its effect, or say why the barrier is removed.")
        )
    return _move(barrier, move, reason=reason, actor=actor, at=at)


def _has_effect(barrier: Barrier) -> bool:
    return barrier.measures.filter(checks__result=EffectResult.EFFECTIVE).exists()


def _move(barrier: Barrier, move: BarrierMoveKind, *, reason: str = "", actor: User, at: datetime) -> Barrier:
    sources, target = workflow.BARRIER_MOVES[move]
    if barrier.state not in sources:
        state = barrier.get_state_display()
        raise BarrierRefused(_("This is not possible now: the barrier is “{state}”.").format(state=state))
    before = barrier.state
    barrier.state = target or _state_before(barrier)
    barrier.changed_on = timezone.localdate(at)
    barrier.save(update_fields=["state", "confirmed_on", "changed_on"])
    log_barrier(barrier, move, actor=actor, at=at, from_state=before, to_state=barrier.state, reason=reason)
    return barrier


def _state_before(barrier: Barrier) -> str:
    """Where a deferred barrier stood before it was deferred."""
    deferred = barrier.moves.filter(move=BarrierMoveKind.DEFER).order_by("-at", "-pk").first()
    return deferred.from_state if deferred else BarrierState.SUSPECTED


# --- Releases ----------------------------------------------------------------------------------------------------
@transaction.atomic
def set_barrier_level(*, barrier: Barrier, level: Level, actor: User, at: datetime) -> Barrier:
    """Let more or fewer people see a barrier (DOMAIN.md 2.4).

    Facilitation shows it to the group and takes it back; the commissioning lead lets the unit, the network and the
    public see it, from «confirmed» on. Raises BarrierRefused for everybody else, for one that is not confirmed, and for
    one that only unreleased evidence of MSO stands behind (C5).
    """
    barrier = _locked(barrier)
    before, today = Level(barrier.level), timezone.localdate(at)
    if level == before:
        return barrier
    if not permissions.can_set_level(actor, barrier.process, before, level, on=today):
        raise BarrierRefused(
            _("Facilitation decides what the group sees; the commissioning lead decides what anybody else sees.")
        )
    if level < Level.GROUP and barrier.state not in CONFIRMED_BARRIERS:
        raise BarrierRefused(_("Only a confirmed barrier is released to the unit or further."))
    if level < before and not Barrier.objects.shown_to_unit().filter(pk=barrier.pk).exists():
        raise BarrierRefused(_("The evidence behind this barrier has not been released by the MSO that gave it."))
    barrier.level = level
    barrier.save(update_fields=["level"])
    act = ReleaseAct.RELEASE if level < before else ReleaseAct.WITHDRAW
    _note_release(barrier, act, from_level=before, to_level=level, actor=actor, at=at)
    return barrier


def _note_release(barrier: Barrier, act: str, *, actor: User, at: datetime, **what) -> ReleaseEvent:
    return write_move(ReleaseEvent, barrier=barrier, act=act, actor=actor, at=at, **what)


def _locked(barrier: Barrier) -> Barrier:
    """The barrier as it is now, its row locked."""
    rows = Barrier.objects.select_for_update(of=("self",)).select_related("process__unit")
    return rows.get(pk=barrier.pk)


def _writable(barrier: Barrier, actor: User, *, at: datetime) -> Barrier:
    barrier = _locked(barrier)
    if not permissions.can_write_barriers(actor, barrier.process, on=timezone.localdate(at)):
        raise BarrierRefused(_("You may not change this barrier."))
    require_running(barrier.process)
    return barrier


def log_barrier(barrier: Barrier, move: BarrierMoveKind, *, actor: User | None, at: datetime, **facts) -> BarrierMove:
    """Write one row into the log of the barrier. `facts`: from_state, to_state, reason."""
    return write_move(BarrierMove, barrier=barrier, move=move, actor=actor, at=at, **facts)
