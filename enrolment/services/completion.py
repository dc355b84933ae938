"""Granting completions from the facts of `progress`. What was granted is only ever taken back with a reason."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from academy.models import User
from academy.services import audit
from enrolment.enums import CompletionResult
from enrolment.models import Completion, Enrolment

from .progress import LearningProgress, progress_of_places

RANK = {CompletionResult.PARTLY: 1, CompletionResult.FULL: 2}


def update_completion(
    *, enrolment: Enrolment, at: datetime, actor: User | None = None, reason: str = ""
) -> Completion | None:
    """Grant or raise the completion of one place if the rule is met; the completion that stands afterwards, or None."""
    return update_completions(enrolments=[enrolment], at=at, actor=actor, reason=reason).get(enrolment.pk)


@transaction.atomic
def update_completions(
    *, enrolments: Iterable[Enrolment], at: datetime, actor: User | None = None, reason: str = ""
) -> dict[int, Completion]:
    """Grant or raise the completions of these places; the ones that stand afterwards, by place.

    Without a `reason` nothing is ever lowered, whatever was edited meanwhile, and what was revoked stays revoked. With
    one, because recorded facts were corrected, the completion is set to what the facts give now, down to revoking it.
    """
    keys = [enrolment.pk for enrolment in enrolments]
    locked = Enrolment.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    progress = progress_of_places(locked.select_related("run__course", "run__version", "learner"))
    standing = {}
    for facts in progress.values():
        if facts.enrolment.holds_place:
            completion = _settle(facts, at=at, actor=actor, reason=reason)
            if completion is not None and completion.revoked_at is None:
                standing[completion.enrolment_id] = completion
    return standing


def _settle(facts: LearningProgress, *, at: datetime, actor: User | None, reason: str) -> Completion | None:
    completion, result = facts.completion, facts.result
    if completion is None:
        return _grant(Completion(enrolment=facts.enrolment), facts, at=at, actor=actor) if result else None
    if reason:
        return _correct(completion, facts, at=at, actor=actor, reason=reason)
    is_better = result and (RANK[result], facts.ue_attended) > (RANK[completion.result], completion.ue_attended)
    if completion.revoked_at is None and is_better:
        return _grant(completion, facts, at=at, actor=actor)
    return completion


def _correct(
    completion: Completion, facts: LearningProgress, *, at: datetime, actor: User | None, reason: str
) -> Completion:
    result = facts.result
    if result is None:
        if completion.revoked_at is None:
            revoke_completion(completion=completion, reason=reason, at=at, actor=actor)
        return completion
    before = (completion.result, completion.ue_attended, completion.revoked_at)
    if before == (result, facts.ue_attended, None):
        return completion
    return _grant(completion, facts, at=at, actor=actor)


def _grant(completion: Completion, facts: LearningProgress, *, at: datetime, actor: User | None) -> Completion:
    completion.result, completion.ue_attended = facts.result, facts.ue_attended
    completion.granted_at, completion.revoked_at, completion.revoked_because = at, None, ""
    completion.save()
    data = {"result": str(completion.result), "ue": str(completion.ue_attended)}
    audit(action="completion.granted", obj=completion, actor=actor, at=at, data=data)
    return completion


@transaction.atomic
def revoke_completion(*, completion: Completion, reason: str, at: datetime, actor: User | None) -> Completion:
    """Take a completion back; its certificate counts as revoked from now on. The reason is kept."""
    if not reason.strip():
        raise ValueError("A completion is only revoked with a reason.")
    completion.revoked_at, completion.revoked_because = at, reason[:300]
    completion.save(update_fields=["revoked_at", "revoked_because"])
    audit(action="completion.revoked", obj=completion, actor=actor, at=at)
    return completion
