"""Anonymous feedback: taken in once from each person, kept without a person, and turned into sums in time.

Nothing is written into the log: an entry would tie a moment, and with it a person, to an answer.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.common import small_cells
from courses.enums import QuestionKind, StepKind
from courses.models import CourseRun, Step
from enrolment.enums import ProgressState
from enrolment.models import Enrolment, FeedbackAnswer, FeedbackSum, Progress

from . import learning, releases, seats

SCALE = range(1, 6)
LONGEST = 2000


class FeedbackRefused(Exception):
    """A rule says no. The message is written for the learner."""


@transaction.atomic
def give_answers(*, enrolment: Enrolment, step: Step, answers: dict[str, Any], at: datetime) -> None:
    """Keep what somebody has answered, apart from who it was; the step is done with it. `answers` by the key of the
    question: 1 to 5, the number of the chosen answer, or words. A question may be left out.

    Raises FeedbackRefused where the person has answered or skipped already, where the step is not open yet, and where
    nothing is answered.
    """
    enrolment = _lock(enrolment, step, at=at)
    given = {key: value.strip() if isinstance(value, str) else value for key, value in answers.items()}
    given = {one["key"]: given[one["key"]] for one in step.questions if _is_answer(one, given.get(one["key"]))}
    if not given:
        raise FeedbackRefused(_("Please answer at least one question, or skip them all."))
    FeedbackAnswer.objects.create(run=enrolment.run, step_key=step.key, week=week_of(at), answers=given)
    learning.complete_step(enrolment=enrolment, step=step, at=at)


@transaction.atomic
def skip_questions(*, enrolment: Enrolment, step: Step, at: datetime) -> None:
    """Go on without an answer: the step is done as well, and nobody learns that it was skipped.

    Raises FeedbackRefused where the person has answered or skipped already, and where the step is not open yet.
    """
    learning.complete_step(enrolment=_lock(enrolment, step, at=at), step=step, at=at)


def week_of(moment: datetime) -> date:
    """The Monday of its week in Berlin."""
    day = timezone.localdate(moment)
    return day - timedelta(days=day.weekday())


def _lock(enrolment: Enrolment, step: Step, *, at: datetime) -> Enrolment:
    enrolment = learning.lock_to_learn(enrolment)
    if step.kind != StepKind.FEEDBACK:
        raise FeedbackRefused(_("This step asks no questions."))
    if not enrolment.holds_place:
        raise FeedbackRefused(_("This place has been given back."))
    if not releases.is_released(enrolment=enrolment, step=step, at=at):
        raise FeedbackRefused(_("This step is not open yet."))
    if Progress.objects.filter(enrolment=enrolment, step_key=step.key, state=ProgressState.DONE).exists():
        raise FeedbackRefused(_("You have answered or skipped these questions already."))
    return enrolment


def _is_answer(question: dict, value: Any) -> bool:
    if isinstance(value, bool):
        return False
    if question["kind"] == QuestionKind.SCALE:
        return value in SCALE
    if question["kind"] == QuestionKind.CHOICE:
        return value in range(len(question["options"]))
    return isinstance(value, str) and 0 < len(value) <= LONGEST


# --- Five at a time ----------------------------------------------------------------------------------------------
def in_batches(
    rows: Iterable[FeedbackAnswer], *, at: datetime
) -> tuple[list[list[FeedbackAnswer]], list[FeedbackAnswer]]:
    """The answers to one step in batches of five or more from whole weeks that are over, and those that still wait.

    Only whole batches become a result: who looks again and again never sees what one more person has answered.
    """
    batches: list[list[FeedbackAnswer]] = []
    batch: list[FeedbackAnswer] = []
    rows, this_week = sorted(rows, key=lambda row: row.week), week_of(at)
    for number, row in enumerate(rows):
        if row.week >= this_week:
            return batches, [*batch, *rows[number:]]
        batch.append(row)
        is_last_of_week = number + 1 == len(rows) or rows[number + 1].week != row.week
        if is_last_of_week and len(batch) >= small_cells.LEAST_FOR_STAFF:
            batches.append(batch)
            batch = []
    return batches, batch


# --- Sums in place of answers -----------------------------------------------------------------------------------
def feedback_to_sum(*, at: datetime) -> QuerySet[FeedbackAnswer]:
    """Answers whose run ended more than FEEDBACK_DAYS ago; of a run without dates those that are so old themselves."""
    before = at - timedelta(days=settings.FEEDBACK_DAYS)
    ended = FeedbackAnswer.objects.annotate(last_at=Max("run__sessions__ends_at"))
    return ended.filter(Q(last_at__lte=before) | Q(last_at__isnull=True, week__lte=before.date())).order_by("pk")


@transaction.atomic
def sum_feedback(*, at: datetime, dry_run: bool = False) -> int:
    """Turn answers that are old enough into counts, and delete them with all words; how many. What has never become a
    result, since fewer than five were there, goes uncounted. With `dry_run` it only counts.
    """
    if dry_run:
        found = [due for run in _runs_to_sum(at=at) for due in _due(run, at=at)]
        return sum(len(counted) + len(uncounted) for _key, counted, uncounted in found)
    gone = 0
    for run in _runs_to_sum(at=at):
        seats.lock_run(run)
        for key, counted, uncounted in _due(run, at=at):
            if counted:
                _add_up(run, key, [row.answers for row in counted])
            gone += len(counted) + len(uncounted)
            FeedbackAnswer.objects.filter(pk__in=[row.pk for row in (*counted, *uncounted)]).delete()
    return gone


def _runs_to_sum(*, at: datetime) -> QuerySet[CourseRun]:
    return CourseRun.objects.filter(pk__in=feedback_to_sum(at=at).order_by().values("run")).order_by("pk")


def _due(run: CourseRun, *, at: datetime) -> list[tuple[UUID, list[FeedbackAnswer], list[FeedbackAnswer]]]:
    """What is old enough of each step: the answers in a result, and others. A batch goes as a whole."""
    old = set(feedback_to_sum(at=at).filter(run=run).values_list("pk", flat=True))
    by_step: dict[UUID, list[FeedbackAnswer]] = {}
    for row in FeedbackAnswer.objects.filter(run=run).order_by("step_key", "pk"):
        by_step.setdefault(row.step_key, []).append(row)
    due = []
    for key, rows in by_step.items():
        batches, waiting = in_batches(rows, at=at)
        counted = [row for batch in batches if old.issuperset(one.pk for one in batch) for row in batch]
        due.append((key, counted, [row for row in waiting if row.pk in old]))
    return due


def _add_up(run: CourseRun, key: UUID, answers: list[dict]) -> None:
    total, _created = FeedbackSum.objects.get_or_create(run=run, step_key=key, defaults={"answered": 0, "counts": {}})
    for one in answers:
        for question, value in one.items():
            if not isinstance(value, str):
                counts = Counter(total.counts.get(question, {}))
                counts[str(value)] += 1
                total.counts[question] = dict(counts)
    total.answered += len(answers)
    total.save()
