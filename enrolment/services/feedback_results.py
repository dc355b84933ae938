"""What a run has answered to the questions of its feedback steps: counts and means, from five answers on.

Nothing is written here. Fewer answers than LEAST_FOR_STAFF are no result: neither to a step nor to a question. Later
ones join them in batches of five or more (`feedback.in_batches`).
"""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from academy.common.small_cells import LEAST_FOR_STAFF, suppress
from courses import selectors as courses
from courses.enums import QuestionKind, StepKind
from courses.models import CourseRun, Step
from enrolment.models import FeedbackAnswer, FeedbackSum

from .feedback import SCALE, in_batches

TENTH = Decimal("0.1")
shuffle = random.SystemRandom().shuffle


@dataclass(frozen=True)
class Cell:
    """How often one answer was given; `count` is None where a small count would show, by itself or by the total."""

    label: str
    count: int | None


@dataclass(frozen=True)
class QuestionResult:
    """What was answered to one question; without cells and mean where fewer than five have."""

    question: dict
    answered: int | None
    cells: list[Cell] = field(default_factory=list)
    mean: Decimal | None = None
    texts: list[str] = field(default_factory=list)

    @property
    def has_counts(self) -> bool:
        return any(cell.count is not None for cell in self.cells)

    @property
    def has_hidden(self) -> bool:
        return any(cell.count is None for cell in self.cells)


@dataclass(frozen=True)
class FeedbackResult:
    """One feedback step of a run; `answered` is None, and there are no questions, where fewer than five have."""

    key: UUID
    title: str
    answered: int | None
    questions: list[QuestionResult] = field(default_factory=list)
    is_summed: bool = False


@dataclass
class Tally:
    """All answers to one step: single ones, and the sums of those whose period is over."""

    answered: int = 0
    counts: dict[str, Counter] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    is_summed: bool = False

    def add(self, answers: dict) -> None:
        self.answered += 1
        for key, value in answers.items():
            if isinstance(value, str):
                self.texts.setdefault(key, []).append(value)
            else:
                self.counts.setdefault(key, Counter())[value] += 1

    def add_sum(self, total: FeedbackSum) -> None:
        self.answered, self.is_summed = self.answered + total.answered, True
        for key, counts in total.counts.items():
            self.counts.setdefault(key, Counter()).update({int(value): count for value, count in counts.items()})


def feedback_results(run: CourseRun, *, language: str, at: datetime) -> list[FeedbackResult]:
    """Each feedback step of the run in its order, in the words of that language where they are there; then those that
    are no longer part of its version but were answered. In seven queries.
    """
    tallies = _tallies(run, at=at)
    known = Step.objects.filter(kind=StepKind.FEEDBACK, version__course=run.course_id)
    steps: dict[UUID, list[Step]] = {}
    for step in known.order_by("-version__number", "position"):
        steps.setdefault(step.key, []).append(step)
    own = sorted(
        (step for found in steps.values() for step in found if step.version_id == run.version_id),
        key=lambda step: step.position,
    )
    kept = {step.key for step in own}
    gone = [found[0] for key, found in steps.items() if key not in kept and key in tallies]
    pages = courses.feedback_pages([*own, *gone], language=language)
    return [_result(step, pages[step.key], steps[step.key], tallies.get(step.key, Tally())) for step in [*own, *gone]]


def _tallies(run: CourseRun, *, at: datetime) -> dict[UUID, Tally]:
    rows: dict[UUID, list[FeedbackAnswer]] = {}
    for row in FeedbackAnswer.objects.filter(run=run).order_by("pk"):
        rows.setdefault(row.step_key, []).append(row)
    tallies = {key: Tally() for key in rows}
    for key, found in rows.items():
        batches, _waiting = in_batches(found, at=at)
        for batch in batches:
            for row in batch:
                tallies[key].add(row.answers)
    for total in FeedbackSum.objects.filter(run=run).order_by("pk"):
        tallies.setdefault(total.step_key, Tally()).add_sum(total)
    return tallies


def _result(step: Step, page, versions: Iterable[Step], tally: Tally) -> FeedbackResult:
    if tally.answered < LEAST_FOR_STAFF:
        return FeedbackResult(step.key, page.title, None)
    questions, _has_words = courses.questions_in(step, page)
    asked = {one["key"] for one in questions}
    older = {one["key"]: one for version in versions for one in version.questions if one["key"] not in asked}
    answered = tally.counts.keys() | tally.texts.keys()
    questions = [*questions, *(one for key, one in older.items() if key in answered)]
    results = [_question(one, tally) for one in questions]
    return FeedbackResult(step.key, page.title, tally.answered, results, tally.is_summed)


def _question(question: dict, tally: Tally) -> QuestionResult:
    key = question["key"]
    if question["kind"] == QuestionKind.TEXT:
        texts = list(tally.texts.get(key, []))
        shuffle(texts)
        return QuestionResult(question, len(texts), texts=texts)
    counts = tally.counts.get(key, Counter())
    answered = counts.total()
    if answered < LEAST_FOR_STAFF:
        return QuestionResult(question, None)
    if question["kind"] == QuestionKind.SCALE:
        shown, mean = scale_figures([counts[value] for value in SCALE])
        return QuestionResult(question, answered, _cells(map(str, SCALE), shown), mean)
    shown = suppress([counts[value] for value in range(len(question["options"]))])
    return QuestionResult(question, answered, _cells(question["options"], shown))


def scale_figures(counts: Sequence[int]) -> tuple[list[int | None], Decimal | None]:
    """The counts from 1 to 5 that may be shown, and the mean. Together they would tell too much: where one count is
    small there is the mean alone, and none so near an end that there is only one way to it.
    """
    answered = sum(counts)
    total = sum(value * count for value, count in zip(SCALE, counts, strict=True))
    mean = (Decimal(total) / answered).quantize(TENTH, ROUND_HALF_UP)
    if None not in suppress(counts):
        return list(counts), mean
    is_near_an_end = total <= SCALE[0] * answered + 1 or total >= SCALE[-1] * answered - 1
    return [None] * len(SCALE), None if is_near_an_end else mean


def _cells(labels: Iterable[str], shown: Iterable[int | None]) -> list[Cell]:
    return [Cell(label, count) for label, count in zip(labels, shown, strict=True)]
