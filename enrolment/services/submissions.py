"""Answers to tasks: written and handed in by the learner, read by the trainers of the run, and forgotten in time.

Order of locks: the place, then the answer. Nothing of the words goes into any log or mail.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import IO

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.common.typed import plain_lines
from academy.common.uploads import check_answer
from academy.models import User
from academy.services import audit
from courses.enums import AnswerKind, StepKind, TaskReview
from courses.models import Step
from enrolment import notifications, selectors
from enrolment.enums import EnrolmentState, SubmissionState
from enrolment.models import Enrolment, Submission
from enrolment.workflow import NEW, SUBMISSION_MOVES

from . import learning, releases

MONDAY = 0


class SubmissionRefused(Exception):
    """A rule says no. The message is written for the learner."""


class ReviewRefused(Exception):
    """A rule says no. The message is written for trainers."""


@dataclass(frozen=True)
class Written:
    """What a form brings. `seen` marks the draft that it was opened with (`mark_of`): no other is written over."""

    text: str = ""
    file: IO[bytes] | None = None
    file_name: str = ""
    seen: str = ""


def mark_of(draft: Submission | None) -> str:
    """Changes with each saving of the draft; empty where there is none."""
    return draft.saved_at.isoformat() if draft else ""


# --- The learner -------------------------------------------------------------------------------------------------
@transaction.atomic
def save_answer(*, enrolment: Enrolment, step: Step, written: Written, at: datetime) -> Submission | None:
    """Keep what the learner has written so far, for nobody else to read; None where nothing is left to keep.

    Raises UploadRefused for a file that is not taken, and SubmissionRefused for a place that is not confirmed, an
    answer that waits for feedback or was accepted, and a draft that was saved elsewhere in the meantime.
    """
    enrolment = _lock(enrolment, step)
    draft = _written(enrolment, step, written, at=at)
    if not draft.text and not draft.file:
        if draft.pk is not None:
            draft.delete()
        return None
    draft.save()
    learning.open_step(enrolment=enrolment, step=step, at=at)
    return draft


@transaction.atomic
def hand_in(*, enrolment: Enrolment, step: Step, written: Written, at: datetime) -> Submission:
    """Give the answer to the trainers of the run. The step is done with it, unless the trainer decides.

    Raises UploadRefused and SubmissionRefused as `save_answer`, and SubmissionRefused for an empty answer.
    """
    enrolment = _lock(enrolment, step)
    draft = _written(enrolment, step, written, at=at)
    _check_complete(draft, step)
    draft.submitted_at, draft.is_feedback_promised = at, step.waits_for_feedback
    _move(draft, "hand_in", actor=enrolment.learner, at=at)
    learning.open_step(enrolment=enrolment, step=step, at=at)
    if step.review != TaskReview.DECIDES:
        learning.complete_step(enrolment=enrolment, step=step, at=at)
    return draft


@transaction.atomic
def withdraw_answer(*, enrolment: Enrolment, step: Step, at: datetime) -> Submission:
    """Take the answer back as long as nobody has given feedback: it is a draft again. The step is open again, unless
    the course was completed with it.

    Raises SubmissionRefused where no answer waits.
    """
    enrolment = _lock(enrolment, step)
    submission = _latest(enrolment, step)
    if submission is None or not submission.is_waiting:
        raise SubmissionRefused(_("There is no answer that you could take back: it has feedback already."))
    submission.submitted_at, submission.saved_at = None, at
    submission.is_feedback_promised = False
    _move(submission, "withdraw", actor=enrolment.learner, at=at)
    if submission.number == 1:
        learning.reopen_step(enrolment=enrolment, step=step)
    return submission


@transaction.atomic
def delete_file(*, enrolment: Enrolment, step: Step, at: datetime) -> None:
    """Delete the file of a draft; a draft without words goes with it.

    Raises SubmissionRefused where there is no draft with a file.
    """
    enrolment = _lock(enrolment, step)
    draft = _latest(enrolment, step)
    if draft is None or not draft.is_draft or not draft.file:
        raise SubmissionRefused(_("There is no file that you could delete. Please take back your answer first."))
    _drop_file(draft)
    if not draft.text:
        draft.delete()
        return
    draft.saved_at = max(at, draft.saved_at)
    draft.save()


def _lock(enrolment: Enrolment, step: Step) -> Enrolment:
    enrolment = learning.lock_to_learn(enrolment)
    if step.kind != StepKind.TASK:
        raise SubmissionRefused(_("This step is no task."))
    if not enrolment.holds_place:
        raise SubmissionRefused(_("This place has been given back."))
    return enrolment


def _latest(enrolment: Enrolment, step: Step) -> Submission | None:
    rows = Submission.objects.select_for_update().filter(enrolment=enrolment, step_key=step.key)
    return rows.order_by("-number").first()


def _written(enrolment: Enrolment, step: Step, written: Written, *, at: datetime) -> Submission:
    """The draft, or a new one, with what was written; not stored yet."""
    if not releases.is_released(enrolment=enrolment, step=step, at=at):
        raise SubmissionRefused(_("This step is not open yet."))
    last = _latest(enrolment, step)
    if last is not None and last.is_waiting:
        raise SubmissionRefused(_("You have handed in this task already. To change your answer, please take it back."))
    if last is not None and last.state == SubmissionState.ACCEPTED:
        raise SubmissionRefused(_("Your answer has been accepted: there is nothing more to hand in."))
    is_draft = last is not None and last.is_draft
    if written.seen != mark_of(last if is_draft else None):
        raise SubmissionRefused(
            _("This answer was saved in another window meanwhile. Please compare both before you save once more.")
        )
    draft = (
        last if is_draft else Submission(enrolment=enrolment, step_key=step.key, number=last.number + 1 if last else 1)
    )
    draft.saved_at = at if draft.pk is None else max(at, draft.saved_at + timedelta(microseconds=1))
    draft.text = plain_lines(written.text) if step.answer != AnswerKind.UPLOAD else ""
    if written.file is not None and step.answer != AnswerKind.TEXT:
        _attach(draft, written)
    return draft


def _attach(draft: Submission, written: Written) -> None:
    kind = check_answer(written.file, written.file_name)
    if draft.file:
        _drop_file(draft)
    stem = " ".join(PurePath(written.file_name).stem.split())[:100] or "datei"
    draft.file_kind, draft.file_name, draft.file_size = kind, f"{stem}.{kind}", written.file.seek(0, 2)
    written.file.seek(0)
    draft.file = File(written.file, name=f"answer.{kind}")


def _drop_file(submission: Submission) -> None:
    """Forget the file; it goes from the disk once that is certain."""
    storage, name = submission.file.storage, submission.file.name
    submission.file, submission.file_kind, submission.file_name, submission.file_size = "", "", "", 0
    transaction.on_commit(lambda: storage.delete(name))


def _check_complete(draft: Submission, step: Step) -> None:
    if step.answer == AnswerKind.TEXT and not draft.text:
        raise SubmissionRefused(_("Please write your answer before you hand it in."))
    if step.answer == AnswerKind.UPLOAD and not draft.file:
        raise SubmissionRefused(_("Please choose a file before you hand it in."))
    if not draft.text and not draft.file:
        raise SubmissionRefused(_("Please write your answer or choose a file before you hand it in."))


def _move(submission: Submission, name: str, *, actor: User, at: datetime) -> None:
    allowed, to_state = SUBMISSION_MOVES[name]
    before = submission.state or NEW
    if before not in allowed:
        raise ValueError(f"An answer that is {before} cannot {name}.")
    submission.state = to_state
    submission.save()
    data = {"move": name, "from": str(before), "to": str(to_state), "number": submission.number}
    audit(action=f"submission.{name}", obj=submission, actor=actor, at=at, data=data)


# --- The trainer -------------------------------------------------------------------------------------------------
@transaction.atomic
def give_feedback(*, submission: Submission, accepts: bool, feedback: str, actor: User, at: datetime) -> Submission:
    """Say something to an answer: it is accepted, or the learner is asked to revise it. The learner is told by mail.

    Accepting makes the step done where the trainer decides, and may complete the course. Raises ReviewRefused where
    somebody has answered or the learner has taken it back meanwhile, for «please revise» without words, and where the
    place was given back.
    """
    enrolment = learning.lock_to_learn(submission.enrolment)
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    submission.enrolment = enrolment
    if submission.is_draft:
        raise ReviewRefused(_("This answer has been taken back meanwhile."))
    if not submission.is_waiting:
        raise ReviewRefused(
            _("Somebody has given feedback meanwhile. Your text is kept below; the learner has not got it.")
        )
    if not enrolment.holds_place:
        raise ReviewRefused(_("This place has been given back."))
    words = plain_lines(feedback)
    if not accepts and not words:
        raise ReviewRefused(_("Please write what should be revised."))
    submission.feedback, submission.answered_by, submission.answered_at = words, actor.pseudonym, at
    _move(submission, "accept" if accepts else "revise", actor=actor, at=at)
    step = Step.objects.filter(version=enrolment.run.version_id, key=submission.step_key).first()
    if accepts and step is not None:
        learning.complete_step(enrolment=enrolment, step=step, at=at)
    notifications.task_answered(submission, position=step.position if step else None, at=at)
    return submission


def tell_of_waiting_answers(*, at: datetime) -> int:
    """Once a day, tell each trainer how many answers wait on which runs: where one was handed in since the day before,
    and on Mondays as long as one waits. How many people; nobody is told twice on one day.
    """
    waiting = Submission.objects.waiting().select_related("enrolment__run__course")
    runs: dict = {}
    for submission in waiting.order_by("submitted_at", "pk"):
        runs.setdefault(submission.enrolment.run, []).append(submission)
    notes: dict[User, list] = {}
    for run, answers in runs.items():
        for trainer in selectors.trainers_of(run, at=at):
            notes.setdefault(trainer, []).append((run, answers))
    told = 0
    for trainer, lines in notes.items():
        newest = max(answers[-1].submitted_at for _run, answers in lines)
        if newest > at - timedelta(days=1) or timezone.localdate(at).weekday() == MONDAY:
            notifications.answers_wait(trainer, [(run, len(answers)) for run, answers in lines], at=at)
            told += 1
    return told


# --- Forgetting --------------------------------------------------------------------------------------------------
def answers_to_forget(*, at: datetime) -> QuerySet[Submission]:
    """Answers of places that were given back, and those whose run ended more than ANSWER_DAYS ago. A run without dates
    ends with the last that was written to the answer.
    """
    before = at - timedelta(days=settings.ANSWER_DAYS)
    ended = Submission.objects.annotate(last_at=Max("enrolment__run__sessions__ends_at"))
    is_over = Q(last_at__isnull=True) | Q(last_at__lte=before)
    untouched = Q(saved_at__lte=before) & (Q(answered_at__isnull=True) | Q(answered_at__lte=before))
    return ended.filter(~Q(enrolment__state=EnrolmentState.CONFIRMED) | (is_over & untouched)).order_by("pk")


def forget_answers(*, at: datetime, dry_run: bool = False) -> int:
    """Delete what must go, with its files; how many answers. With `dry_run` it only counts."""
    keys = list(answers_to_forget(at=at).values_list("pk", flat=True))
    if not dry_run:
        delete_answers(Submission.objects.filter(pk__in=keys))
    return len(keys)


@transaction.atomic
def delete_answers(answers: QuerySet[Submission]) -> None:
    """Delete answers for good. That steps were done by them stays."""
    for submission in answers.exclude(file=""):
        _drop_file(submission)
    answers.delete()
