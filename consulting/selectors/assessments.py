"""Reads about self-assessments: who answers, and what came of a round (DOMAIN.md 2.5, 2.7; C9, C10).

A result is about a unit. There is none for a person, and no list of units beside each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from academy.models import Membership, User
from consulting.enums import (
    HIGHEST_RATING,
    AssessmentAudience,
    AssessmentState,
    AssessmentTime,
    PhaseKey,
)
from consulting.models import AssessmentSheet, AssessmentTicket, Instrument, Phase, Process, SelfAssessment

from .processes import READING_FUNCTIONS, STAFF_ROLES, functions_in

HUNDREDTH = Decimal("0.01")
UNITS_FOR_CHANGE = 3  # indicator P.11: a change over all units is shown from three of them on


# --- Who answers -------------------------------------------------------------------------------------------------
def is_staff_of_unit(user, process: Process, *, on: date) -> bool:
    """Whether somebody works in the unit on that day, with or without a function in the process."""
    if not user.is_authenticated or not user.is_active:
        return False
    memberships = Membership.objects.active(on=on).filter(user=user, role__in=STAFF_ROLES)
    return memberships.filter(unit=process.unit_id).exists()


def may_answer(user, assessment: SelfAssessment, *, on: date) -> bool:
    """Whether somebody is invited to the round: by a function of the unit's side, or as staff of the unit."""
    if not user.is_authenticated or not user.is_active:
        return False
    process = assessment.process
    if functions_in(user, [process], on=on)[process.pk] & READING_FUNCTIONS:
        return True
    return assessment.audience == AssessmentAudience.UNIT and is_staff_of_unit(user, process, on=on)


def ticket_of(user: User, assessment: SelfAssessment) -> AssessmentTicket | None:
    """The person's own part in the round: the draft, or that it is handed in."""
    return assessment.tickets.filter(person=user).first()


def open_assessment_of(process: Process) -> SelfAssessment | None:
    return process.assessments.filter(state=AssessmentState.OPEN).select_related("instrument", "process").first()


def instrument_for(process: Process) -> Instrument | None:
    """The version of the start, so that a later round can stand beside it (C9); for a start the newest one."""
    start = process.assessments.filter(time=AssessmentTime.START).select_related("instrument").first()
    return start.instrument if start else Instrument.objects.newest()


# --- Results -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class FieldResult:
    """One field of a round: the mean from 0 to 4, None where it would tell too much, and the share of «not known»."""

    slug: str
    mean: Decimal | None
    unknown: int


@dataclass(frozen=True)
class RoundResult:
    """What came of one closed round. Where it is hidden there are neither fields nor a number of sheets (C10)."""

    assessment: SelfAssessment
    sheets: int | None = None
    fields: dict[str, FieldResult] = field(default_factory=dict)

    @property
    def is_hidden(self) -> bool:
        return not self.fields


@dataclass(frozen=True)
class Comparison:
    """Rounds with the same version of the questions, in their order; only these stand beside each other (C9)."""

    instrument: Instrument
    rounds: list[RoundResult]

    def changes(self) -> dict[str, Decimal]:
        """By how much the mean of each field is higher at the end than at the start, where both are shown."""
        by_time = {one.assessment.time: one for one in self.rounds}
        start, end = by_time.get(AssessmentTime.START), by_time.get(AssessmentTime.END)
        if start is None or end is None or start.is_hidden or end.is_hidden:
            return {}
        pairs = {slug: (start.fields[slug].mean, end.fields[slug].mean) for slug in start.fields}
        return {slug: after - before for slug, (before, after) in pairs.items() if None not in (before, after)}


def comparisons_of(process: Process) -> list[Comparison]:
    """The closed rounds of a process, those with the same version together; in two queries."""
    closed = process.assessments.filter(state=AssessmentState.CLOSED).select_related("instrument")
    rounds = list(closed.order_by("opened_on", "closed_on", "pk"))
    sheets: dict[int, list[dict]] = {one.pk: [] for one in rounds}
    for assessment_id, answers in AssessmentSheet.objects.filter(assessment__in=rounds).values_list(
        "assessment", "answers"
    ):
        sheets[assessment_id].append(answers)
    grouped: dict[int, list[RoundResult]] = {}
    for one in rounds:
        grouped.setdefault(one.instrument_id, []).append(result_of(one, sheets[one.pk]))
    return [Comparison(found[0].assessment.instrument, found) for found in grouped.values()]


def result_of(assessment: SelfAssessment, sheets: list[dict]) -> RoundResult:
    """What the sheets of a closed round say; nothing while it is open or as long as they are too few (C10)."""
    if assessment.is_open or len(sheets) < assessment.least:
        return RoundResult(assessment)
    fields = {one["slug"]: _field_result(one, sheets, least=assessment.least) for one in assessment.instrument.content}
    return RoundResult(assessment, len(sheets), fields)


def _field_result(content: dict, sheets: list[dict], *, least: int) -> FieldResult:
    slugs = [item["slug"] for item in content["items"]]
    given = [[sheet[slug] for slug in slugs if slug in sheet] for sheet in sheets]
    numbers = [[value for value in answers if value is not None] for answers in given]
    answered, everything = sum(map(len, numbers)), sum(map(len, given))
    unknown = (Decimal(100 * (everything - answered)) / everything).quantize(Decimal(1), ROUND_HALF_UP) if given else 0
    with_numbers = sum(1 for one in numbers if one)
    return FieldResult(content["slug"], _mean(numbers, answered) if with_numbers >= least else None, int(unknown))


def _mean(numbers: Iterable[list[int]], answered: int) -> Decimal | None:
    """None so near an end of the scale that there is only one way to it: it would say what each has answered."""
    total = sum(map(sum, numbers))
    if total <= 1 or total >= HIGHEST_RATING * answered - 1:
        return None
    return (Decimal(total) / answered).quantize(HUNDREDTH, ROUND_HALF_UP)


def shows_change_over_units() -> bool:
    """Whether enough units have a start and an end beside each other to say how much changed in all (P.11)."""
    measured = Process.objects.filter(assessments__time=AssessmentTime.END, assessments__state=AssessmentState.CLOSED)
    comparable = (process for process in measured.distinct().order_by("pk") if _has_change(process))
    return len({process.unit_id for process in comparable}) >= UNITS_FOR_CHANGE


def _has_change(process: Process) -> bool:
    return any(comparison.changes() for comparison in comparisons_of(process))


# --- Phases ------------------------------------------------------------------------------------------------------
def open_points_of(phase: Phase) -> list[str]:
    """What usually comes before the end of this phase and is not there yet: warnings, no locks (DOMAIN.md 2.1)."""
    wanted = {PhaseKey.ANALYSE: AssessmentTime.START, PhaseKey.EVALUATE: AssessmentTime.END}.get(PhaseKey(phase.key))
    if wanted is None:
        return []
    if phase.process.assessments.filter(time=wanted, state=AssessmentState.CLOSED).exists():
        return []
    if wanted == AssessmentTime.START:
        return [_("The self-assessment at the start is not closed.")]
    return [_("The self-assessment at the end is not closed.")]
