"""What a learner has done and what is missing: one computation for learner pages, rosters and certificates.

Nothing is written here. The rule of completion (DOMAIN.md 4) belongs to the version that the run pins: all required
steps are done, and of the lessons (UE) of the dates a share was attended, the lower one for "partly", the higher one
for "full". Learner, trainer, office and files read their figures here, so that they never differ.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from academy.common.lessons import MINUTES_PER_UE
from courses.enums import RunState, StepKind
from courses.models import Session, Step
from enrolment.enums import AttendanceState, CompletionResult, ProgressState, SubmissionState
from enrolment.models import Attendance, Completion, Enrolment, Progress, Submission

from . import releases

TENTH = Decimal("0.1")


@dataclass(frozen=True)
class AttendanceRule:
    """From which share of the lessons a completion is partly, and from which full; both in percent."""

    partly: int
    full: int


@dataclass(frozen=True)
class SessionProgress:
    """One date of the run. `state` is empty until somebody was ticked; `is_ticked`: its list has been kept."""

    session: Session
    ue: Decimal
    state: str
    is_ticked: bool
    minutes: int | None = None

    @property
    def was_present(self) -> bool:
        """The whole time or a part of it."""
        return self.state in (AttendanceState.PRESENT, AttendanceState.PARTLY)

    @property
    def ue_attended(self) -> Decimal:
        """All lessons of the date, or the share of its minutes: rounded down, so that no certificate says too much."""
        if self.state == AttendanceState.PARTLY:
            length = session_minutes(self.session)
            return (self.ue * min(self.minutes, length) / length).quantize(TENTH, ROUND_DOWN)
        return self.ue if self.was_present else Decimal()


@dataclass(frozen=True)
class StepProgress:
    """One step of the run's version, and how far the learner is with it."""

    step: Step
    record: Progress | None
    answer: Submission | None = None  # the latest one, where the step is a task
    session: SessionProgress | None = None  # where the step marks a date, and the run has one
    gate: releases.Gate = releases.OPEN

    @property
    def state(self) -> str:
        if self.is_date:
            return ProgressState.DONE if self.session is not None and self.session.was_present else "open"
        return self.record.state if self.record else "open"

    @property
    def is_date(self) -> bool:
        """It marks a date of the run: attended, not done by the learner, and counted with the dates."""
        return self.step.kind == StepKind.SESSION

    def is_released(self, *, at: datetime) -> bool:
        """Whether it is open for the learner; what was begun once stays open."""
        return self.record is not None or self.gate.is_open(at=at)

    @property
    def is_done(self) -> bool:
        return self.state == ProgressState.DONE

    @property
    def waits_for_feedback(self) -> bool:
        """An answer was handed in, and the trainer has promised to say something to it."""
        return self.answer is not None and self.answer.is_waiting and self.answer.is_feedback_promised

    @property
    def is_to_revise(self) -> bool:
        return self.answer is not None and self.answer.state == SubmissionState.REVISE

    @property
    def is_with_the_trainer(self) -> bool:
        """Nothing to do for the learner until there is feedback."""
        return self.waits_for_feedback and not self.is_done

    @property
    def percent(self) -> int | None:
        """The best score so far in percent, rounded down; None where there is none."""
        if self.record is None or not self.record.max_score:
            return None
        return self.record.best_score * 100 // self.record.max_score


@dataclass(frozen=True)
class Missing:
    """One thing that the completion still waits for: in a whole sentence, with the steps or dates that it is about."""

    sentence: str
    steps: Sequence[StepProgress] = ()
    sessions: Sequence[SessionProgress] = ()

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True)
class LearningProgress:
    """All that a completion stands on, for one place."""

    enrolment: Enrolment
    steps: Sequence[StepProgress]
    sessions: Sequence[SessionProgress]
    completion: Completion | None
    has_dates: bool = False  # known without them, where the steps alone were read

    @property
    def rule(self) -> AttendanceRule:
        """Of the version that the run pins; of the settings until it has one."""
        version = self.enrolment.run.version
        if version is None:
            return AttendanceRule(settings.ATTENDANCE_PARTLY_PERCENT, settings.ATTENDANCE_FULL_PERCENT)
        return AttendanceRule(version.partly_percent, version.full_percent)

    @property
    def needed_steps(self) -> list[StepProgress]:
        """The required steps; where nothing but optional steps is there, all of them."""
        required = [entry for entry in self.own_steps if entry.step.is_required]
        return required or ([] if self.sessions or self.has_dates else self.own_steps)

    @property
    def own_steps(self) -> list[StepProgress]:
        """What the learner does alone: all steps but the dates."""
        return [entry for entry in self.steps if not entry.is_date]

    @property
    def step_count(self) -> int:
        return len(self.own_steps)

    @property
    def minutes(self) -> int:
        """The time for all steps together, as estimated."""
        return sum(entry.step.minutes for entry in self.own_steps)

    @property
    def open_steps(self) -> list[StepProgress]:
        return [entry for entry in self.needed_steps if not entry.is_done]

    @property
    def done_count(self) -> int:
        return sum(entry.is_done for entry in self.own_steps)

    @property
    def needed_done(self) -> int:
        return len(self.needed_steps) - len(self.open_steps)

    @property
    def minutes_left(self) -> int:
        """What the steps that are still needed take, by the estimate of who wrote them."""
        return sum(entry.step.minutes for entry in self.open_steps)

    @property
    def all_minutes_left(self) -> int:
        """The same with the voluntary steps."""
        return sum(entry.step.minutes for entry in self.own_steps if not entry.is_done)

    @property
    def ue_total(self) -> Decimal:
        """The scope: lessons of all dates; of the course where it has none (self-study)."""
        if self.sessions:
            return sum((entry.ue for entry in self.sessions), Decimal())
        return self.enrolment.run.course.ue

    @property
    def ue_attended(self) -> Decimal:
        """Lessons of the dates attended; of a self-study module all of them once it is done."""
        if self.sessions:
            return sum((entry.ue_attended for entry in self.sessions), Decimal())
        return self.ue_total if self.needed_steps and not self.open_steps else Decimal()

    @property
    def open_sessions(self) -> list[SessionProgress]:
        """Dates whose list nobody has kept yet. A completed run has none: what was not ticked was not attended."""
        if self.enrolment.run.state == RunState.COMPLETED:
            return []
        return [entry for entry in self.sessions if not entry.is_ticked]

    @property
    def attendance_result(self) -> CompletionResult | None:
        """What the attendance so far would give."""
        if not self.ue_attended:
            return None
        if self.ue_attended * 100 >= self.ue_total * self.rule.full:
            return CompletionResult.FULL
        if self.ue_attended * 100 >= self.ue_total * self.rule.partly:
            return CompletionResult.PARTLY
        return None

    @property
    def result(self) -> CompletionResult | None:
        """What the rule gives now; None while a step or a date is open, or too little was attended."""
        if not (self.needed_steps or self.sessions) or self.open_steps or self.open_sessions:
            return None
        return self.attendance_result if self.sessions else CompletionResult.FULL

    @property
    def is_completed(self) -> bool:
        return self.completion is not None and self.completion.revoked_at is None

    @property
    def is_revoked(self) -> bool:
        return self.completion is not None and self.completion.revoked_at is not None

    def next_session(self, *, at: datetime) -> SessionProgress | None:
        """The date that is on now or comes next."""
        coming = [entry for entry in self.sessions if entry.session.ends_at > at]
        return min(coming, key=lambda entry: (entry.session.starts_at, entry.session.pk), default=None)

    def resume(self, *, at: datetime) -> StepProgress | None:
        """Where the learner was: the step begun last that is not done, else the first that is not done. An answer that
        waits for feedback is no step to go on with, and neither is a step that is still closed.
        """
        left = [entry for entry in self.own_steps if not entry.is_done and not entry.is_with_the_trainer]
        mine = [entry for entry in left if entry.is_released(at=at)]
        begun = [entry for entry in mine if entry.state == ProgressState.STARTED]
        if begun:
            return max(begun, key=lambda entry: (entry.record.started_at, entry.step.position))
        return next(iter(mine), None)

    @property
    def missing(self) -> list[Missing]:
        """What stands between the learner and the completion, in whole sentences; nothing once it is granted."""
        if self.is_completed:
            return []
        if not self.steps and not self.sessions:
            return [Missing(_("This course has no learning steps and no dates yet."))]
        return [*self._missing_steps(), *self._missing_attendance()]

    def _missing_steps(self) -> list[Missing]:
        count = len(self.open_steps)
        if not count:
            return []
        sentence = ngettext(
            "%(count)d required step is not done yet.", "%(count)d required steps are not done yet.", count
        )
        return [Missing(sentence % {"count": count}, steps=self.open_steps)]

    def _missing_attendance(self) -> list[Missing]:
        count = len(self.open_sessions)
        if count:
            sentence = ngettext(
                "The attendance of %(count)d date has not been recorded yet.",
                "The attendance of %(count)d dates has not been recorded yet.",
                count,
            )
            return [Missing(sentence % {"count": count}, sessions=self.open_sessions)]
        if self.sessions and self.attendance_result is None:
            sentence = _("At least %(percent)d %% of the lessons must have been attended.")
            return [Missing(sentence % {"percent": self.rule.partly})]
        return []


def session_ue(session: Session) -> Decimal:
    """The lessons of a date: as planned, else one for each 45 minutes."""
    if session.ue is not None:
        return session.ue
    return (Decimal(session_minutes(session)) / MINUTES_PER_UE).quantize(TENTH)


def session_minutes(session: Session) -> int:
    """How long a date takes, breaks included."""
    return round((session.ends_at - session.starts_at).total_seconds() / 60)


def progress_of(enrolment: Enrolment) -> LearningProgress:
    """Steps, dates and completion of one place, in five queries, and one more where there are tasks."""
    return progress_of_places([enrolment])[enrolment.pk]


def progress_of_places(enrolments: Iterable[Enrolment]) -> dict[int, LearningProgress]:
    """The same for many places, in as many queries. Fetch `run__course` and `run__version` along with the
    places.
    """
    places = list(enrolments)
    keys = [place.pk for place in places]
    steps, records = _steps_and_records(places)
    sessions = _grouped(_sessions({p.run_id for p in places}), "run_id")
    ticks = {(a.enrolment_id, a.session_id): a for a in Attendance.objects.filter(enrolment__in=keys)}
    completions = {c.enrolment_id: c for c in Completion.objects.filter(enrolment__in=keys)}
    answers = _latest_answers(keys) if any(step.kind == StepKind.TASK for own in steps.values() for step in own) else {}
    found = {}
    for place in places:
        dates = [_at_session(one, ticks.get((place.pk, one.pk))) for one in sessions.get(place.run_id, [])]
        own = steps.get(place.run.version_id, [])
        found[place.pk] = LearningProgress(
            enrolment=place,
            steps=_at_steps(
                own,
                records={step.key: records.get((place.pk, step.key)) for step in own},
                answers={step.key: answers.get((place.pk, step.key)) for step in own},
                dates=dates,
            ),
            sessions=dates,
            completion=completions.get(place.pk),
        )
    return found


def step_progress_of_places(enrolments: Iterable[Enrolment]) -> dict[int, LearningProgress]:
    """What many people have done of their steps, without dates and completions: two queries. The places come from
    `places_to_continue`, which says whether there are dates.
    """
    places = list(enrolments)
    steps, records = _steps_and_records(places)
    found = {}
    for place in places:
        own = steps.get(place.run.version_id, [])
        known = {step.key: records.get((place.pk, step.key)) for step in own}
        entries = _at_steps(own, records=known, answers=dict.fromkeys(known), dates=[])
        found[place.pk] = LearningProgress(place, entries, [], None, has_dates=place.has_dates)
    return found


def _steps_and_records(places: Sequence[Enrolment]) -> tuple[dict[int, list[Step]], dict[tuple[int, UUID], Progress]]:
    """The steps of each version, and what was done of them by place and step."""
    steps = _grouped(Step.objects.filter(version__in={place.run.version_id for place in places}), "version_id")
    kept = Progress.objects.filter(enrolment__in=[place.pk for place in places])
    return steps, {(record.enrolment_id, record.step_key): record for record in kept}


def _at_steps(
    steps: Sequence[Step],
    *,
    records: dict[UUID, Progress | None],
    answers: dict[UUID, Submission | None],
    dates: Sequence[SessionProgress],
) -> list[StepProgress]:
    """Each step with its record, what keeps it closed, and the date that it marks: the first marks the first date."""
    done = {key for key, record in records.items() if record is not None and record.state == ProgressState.DONE}
    sessions = [entry.session for entry in dates]
    coming = iter(dates)
    return [
        StepProgress(
            step=step,
            record=records[step.key],
            answer=answers[step.key],
            session=next(coming, None) if step.kind == StepKind.SESSION else None,
            gate=releases.gate_of(step, sessions=sessions, known=records, done=done),
        )
        for step in steps
    ]


def _latest_answers(keys: list[int]) -> dict:
    """By place and step; without their words, which belong to the page of the step alone."""
    rows = Submission.objects.filter(enrolment__in=keys).defer("text", "feedback").order_by("number")
    return {(row.enrolment_id, row.step_key): row for row in rows}


def _at_session(session: Session, tick: Attendance | None) -> SessionProgress:
    state, minutes = (tick.state, tick.minutes) if tick else ("", None)
    return SessionProgress(session, session_ue(session), state, session.is_ticked, minutes)


def _sessions(runs: set[int]):
    kept = Attendance.objects.ticked().filter(session=OuterRef("pk"))
    return Session.objects.filter(run__in=runs).select_related("room").annotate(is_ticked=Exists(kept))


def _grouped(rows: Iterable, attribute: str) -> dict:
    groups: dict = {}
    for row in rows:
        groups.setdefault(getattr(row, attribute), []).append(row)
    return groups
