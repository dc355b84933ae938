"""Working through the steps of a course. Done stays done; a later, worse attempt takes nothing away."""

import re
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from courses.enums import StepKind
from courses.models import Step
from enrolment.enums import ProgressState
from enrolment.models import Completion, Enrolment, Progress

from . import certificates, completion, releases

PLAYER_CONTEXT = re.compile(r"place:(?P<place>\d{1,18}):step:(?P<step>[0-9a-f-]{36})")


class LearningRefused(Exception):
    """A rule says no. The message is written for the learner."""


def player_context(*, enrolment: Enrolment, step: Step) -> str:
    """What an exercise's player carries along, so that its result finds back to place and step."""
    return f"place:{enrolment.pk}:step:{step.key}"


def open_step(*, enrolment: Enrolment, step: Step, at: datetime) -> Progress:
    """Note that the learner has begun a step; a step that was begun or done before stays as it is.

    Raises LearningRefused for a step that is not open yet.
    """
    if not releases.is_released(enrolment=enrolment, step=step, at=at):
        raise LearningRefused(_("This step is not open yet."))
    defaults = {"state": ProgressState.STARTED, "started_at": at}
    return Progress.objects.get_or_create(enrolment=enrolment, step_key=step.key, defaults=defaults)[0]


@transaction.atomic
def finish_step(*, enrolment: Enrolment, step: Step, at: datetime) -> Progress:
    """Mark a reading, a video or a document as done; a second time changes nothing.

    Raises LearningRefused for an exercise, which is done by its result, for a task and a date, for a step that is not
    open yet, and for a place that is not confirmed.
    """
    if step.kind == StepKind.H5P:
        raise LearningRefused(_("This step is done when you finish the exercise."))
    if step.kind == StepKind.FEEDBACK:
        raise LearningRefused(_("This step is done when you answer the questions or skip them."))
    if step.kind == StepKind.TASK:
        raise LearningRefused(_("This step is done when you hand in your answer."))
    if step.kind == StepKind.SESSION:
        raise LearningRefused(_("This step is done when you have been there."))
    enrolment = _lock(enrolment)
    if not enrolment.holds_place:
        raise LearningRefused(_("This place has been given back."))
    return complete_step(enrolment=enrolment, step=step, at=at)


@transaction.atomic
def record_h5p_attempt(
    *, context: str, score: int, max_score: int, finished_at: datetime, attempt_id: int
) -> Progress | None:
    """Take over the result of a finished exercise (H5P_ATTEMPT_HANDLER): keep the best score, and count the step as
    done once it reaches the lowest score that counts. An exercise that gives no points is done by finishing it.

    Results from elsewhere (a preview, a place that was given back, a step of another course, one that is not open yet)
    leave no progress.
    """
    found = _place_and_step(context)
    if found is None:
        return None
    enrolment, step = found
    if not releases.is_released(enrolment=enrolment, step=step, at=finished_at):
        return None
    progress = open_step(enrolment=enrolment, step=step, at=finished_at)
    if max_score and _is_better(score, max_score, progress):
        progress.best_score, progress.max_score = score, max_score
        progress.save(update_fields=["best_score", "max_score"])
    is_enough = not max_score or score * 100 >= (step.min_score or 0) * max_score
    if is_enough and progress.state != ProgressState.DONE:
        _mark_done(progress, at=finished_at)
        _settle(enrolment, at=finished_at)
    return progress


def lock_to_learn(enrolment: Enrolment) -> Enrolment:
    """The place with run, course and learner, locked: for services whose own rows decide when a step is done."""
    return _lock(enrolment)


def complete_step(*, enrolment: Enrolment, step: Step, at: datetime) -> Progress:
    """Mark a step of a locked place as done, and complete the course if that was the last thing missing."""
    progress = open_step(enrolment=enrolment, step=step, at=at)
    if progress.state != ProgressState.DONE:
        _mark_done(progress, at=at)
        _settle(enrolment, at=at)
    return progress


def reopen_step(*, enrolment: Enrolment, step: Step) -> None:
    """Take back that a step of a locked place is done, since what did it was taken back. A course that is completed
    stays so, and its steps with it.
    """
    if not Completion.objects.filter(enrolment=enrolment, revoked_at__isnull=True).exists():
        done = Progress.objects.filter(enrolment=enrolment, step_key=step.key, state=ProgressState.DONE)
        done.update(state=ProgressState.STARTED, done_at=None)


def _lock(enrolment: Enrolment) -> Enrolment:
    """The place, locked: results that arrive at once are taken over one after the other.

    The rest is read after the lock: whoever moves the run to another version holds it as well.
    """
    Enrolment.objects.select_for_update(of=("self",)).only("pk").get(pk=enrolment.pk)
    return Enrolment.objects.select_related("run__course", "learner").get(pk=enrolment.pk)


def _place_and_step(context: str) -> tuple[Enrolment, Step] | None:
    named = PLAYER_CONTEXT.fullmatch(context)
    if named is None:
        return None
    try:
        key = UUID(named["step"])
    except ValueError:
        return None
    place = Enrolment.objects.confirmed().filter(pk=named["place"]).first()
    if place is None:
        return None
    enrolment = _lock(place)
    step = Step.objects.filter(version=enrolment.run.version_id, key=key, kind=StepKind.H5P).first()
    return (enrolment, step) if step is not None and enrolment.holds_place else None


def _is_better(score: int, max_score: int, progress: Progress) -> bool:
    """Compared as shares, since an exercise may have changed its points between two attempts."""
    return not progress.max_score or score * progress.max_score > progress.best_score * max_score


def _mark_done(progress: Progress, *, at: datetime) -> None:
    progress.state, progress.done_at = ProgressState.DONE, at
    progress.save(update_fields=["state", "done_at"])


def _settle(enrolment: Enrolment, *, at: datetime) -> Completion | None:
    """Complete the place if that was the last thing missing; a self-study module gives its certificate at once."""
    granted = completion.update_completion(enrolment=enrolment, at=at)
    if granted is not None and not enrolment.run.sessions.exists():
        certificates.issue_certificate(enrolment=enrolment, at=at)
    return granted
