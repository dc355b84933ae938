"""Compares the block `expected` with the database, a line a figure; what comes with a later part is waiting."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from academy.models import Organisation, Unit, User
from consulting import selectors, services
from consulting.enums import AnswerState, BarrierState, EffectResult, Move, PhaseKey, PhaseState, ProcessState
from consulting.models import Barrier, Measure, Phase, Process, Recommendation, SelfAssessment, Statement
from courses.enums import RunState
from courses.models import Course, CourseRun
from enrolment.enums import AttendanceState
from enrolment.models import Attendance, Enrolment

from .content import read
from .people import address_of

OK, DIFFERS, WAITING = "ok", "differs", "waiting"
ACADEMY, CONSULTING, DIALOGUE, REPORTING = "academy", "consulting", "dialogue", "reporting"
GROUPS = (CONSULTING, DIALOGUE, REPORTING)


@dataclass(frozen=True)
class Figure:
    """One thing that must hold. `find` gives what the database says; without it the figure waits."""

    group: str
    name: str
    expected: Any
    find: Callable[[datetime], Any] | None = None


@dataclass(frozen=True)
class Result:
    figure: Figure
    verdict: str
    found: Any = None

    def __str__(self) -> str:
        line = f"{self.verdict:<8} {self.figure.group:<11} {self.figure.name}"
        if self.verdict == WAITING:
            return f"{line}: comes with a later part"
        if self.verdict == DIFFERS:
            return f"{line}: expected {self.figure.expected}, found {self.found}"
        return f"{line}: {self.found}"


def check(group: str | None, *, at: datetime) -> list[Result]:
    """Every figure of a group, or of all."""
    return [_compare(figure, at) for figure in figures() if group in (None, figure.group)]


def _compare(figure: Figure, at: datetime) -> Result:
    if figure.find is None:
        return Result(figure, WAITING)
    found = figure.find(at)
    return Result(figure, OK if found == figure.expected else DIFFERS, found)


def figures() -> Iterator[Figure]:
    """Everything that the block says, in its order."""
    expected = read("expected")
    for name, value in expected["counts"].items():
        group, find = COUNTS[name]
        yield Figure(group, f"counts: {name}", value, find)
    for code, facts in expected["indicators"].items():
        for name, value in facts.items():
            if name != "why":
                group = INDICATOR_GROUPS[code]
                yield Figure(group, f"indicator {code}: {name}", value, INDICATORS.get((code, name)))
    for process, times in expected["self_assessment_means"].items():
        for time in ("start", "end"):
            if time in times:
                yield Figure(
                    CONSULTING, f"self-assessment {process}: {time}", times[time], partial(_means, process, time)
                )
    for entry in expected["suppression"]:
        yield Figure(REPORTING, f"suppression: {entry['table']}", entry["show"])
    yield from _sentences(expected)


def _sentences(expected: dict[str, Any]) -> Iterator[Figure]:
    """What is no number: who sees what, what is refused, and what is marked."""
    for entry in expected["visibility"]:
        wanted = entry.get("shown_to_approver") or entry["hidden_from"]
        yield Figure(
            OBJECT_GROUPS[entry["object"]], f"visibility: {entry['object']}", wanted, SEEN.get(entry["object"])
        )
    for entry in expected["guards"]:
        yield Figure(
            ACTION_GROUPS[entry["action"]], f"guard: {entry['action']}", entry["result"], GUARDS.get(entry["action"])
        )
    for entry in expected["flags"]:
        wanted = entry.get("waiting", entry["flag"])
        yield Figure(
            OBJECT_GROUPS[entry["object"]],
            f"flag: {entry['object']}, {entry['flag']}",
            wanted,
            FLAGS.get(entry["object"]),
        )


# --- What the database says --------------------------------------------------------------------------------------


def _role_accounts(at: datetime) -> int:
    return User.objects.filter(email__in=[address_of(entry["slug"]) for entry in read("roles")]).count()


def _active_processes(at: datetime) -> int:
    return Process.objects.filter(state=ProcessState.ACTIVE).count()


def _participations():
    """Places of completed runs whose attended lessons are at least half of the run's, with `attended`."""
    present = Q(state=AttendanceState.PRESENT, enrolment__run__state=RunState.COMPLETED)
    attended = Attendance.objects.filter(present).order_by().values("enrolment", "enrolment__run")
    rows = attended.annotate(attended=Sum("session__ue"))
    totals = dict(CourseRun.objects.values_list("pk").annotate(Sum("sessions__ue")))
    return [row for row in rows if row["attended"] * 2 >= totals[row["enrolment__run"]]]


def _person_ue(at: datetime) -> int:
    return int(sum(row["attended"] for row in _participations()))


def _waiting_for_bescheide(at: datetime) -> int:
    return Enrolment.objects.waiting().filter(run__slug="bescheide-1").count()


def _title_for_the_approver(at: datetime) -> str | None:
    course = Course.objects.filter(slug="kraftraum").first()
    return course.outward_title("de") if course else None


def _move_beyond_clarification(at: datetime) -> str | None:
    """Tries it, and takes it back in any case."""
    phase = Phase.objects.filter(process__slug="p-mueggelgrund", key=PhaseKey.CLARIFY).first()
    if phase is None:
        return None
    with transaction.atomic():
        try:
            services.reach_phase(phase=phase, begin_next=True, actor=None, at=at)
        except services.ConsultingRefused:
            return "refused"
        finally:
            transaction.set_rollback(True)
    return "allowed"


def _close_spreehain(at: datetime) -> str | None:
    """Tries it, and takes it back in any case."""
    process = Process.objects.filter(slug="p-spreehain").first()
    if process is None:
        return None
    with transaction.atomic():
        process.phases.exclude(state=PhaseState.REACHED).update(state=PhaseState.REACHED, done_on=at.date())
        try:
            services.move_process(process=process, move=Move.CLOSE, actor=None, at=at)
        except services.ConsultingRefused:
            return "refused"
        finally:
            transaction.set_rollback(True)
    return "allowed"


def _hidden_from(slug: str, at: datetime) -> list[str] | None:
    """Of the roles that the block names for it, those that do not see the barrier."""
    barrier = Barrier.objects.filter(slug=slug).first()
    entry = next(one for one in read("expected")["visibility"] if one["object"] == slug)
    if barrier is None:
        return None
    people = {user.email: user for user in User.objects.filter(email__endswith=address_of("x").removeprefix("x"))}
    named = [*entry["hidden_from"], *entry["visible_to"]]
    on = timezone.localdate(at)
    return [
        role
        for role in named
        if not selectors.barriers_visible_to(people[address_of(role)], on=on).filter(pk=barrier.pk).exists()
    ]


def _overdue_measure(at: datetime) -> str | None:
    measure = Measure.objects.filter(slug="m-videodolmetschen").first()
    return "overdue" if measure and measure.is_overdue(on=timezone.localdate(at)) else None


def _means(slug: str, time: str, at: datetime) -> dict[str, float | None] | str | None:
    """The mean of each field as the result page shows it; «hidden» where it shows none."""
    assessment = SelfAssessment.objects.filter(process__slug=slug, time=time).select_related("instrument").first()
    if assessment is None:
        return None
    result = selectors.result_of(assessment, list(assessment.sheets.values_list("answers", flat=True)))
    if result.is_hidden:
        return "hidden"
    return {name: float(one.mean) if one.mean is not None else None for name, one in result.fields.items()}


def _published_recommendations():
    return Recommendation.objects.filter(statement__in=Statement.objects.published()).with_answers()


def _answered(at: datetime) -> int:
    """Recommendations whose addressee has said something."""
    silent = [AnswerState.OPEN, AnswerState.NO_ANSWER]
    return _published_recommendations().exclude(authority_now__in=silent).count()


def _acted_upon(at: datetime) -> int:
    """Put into practice, at least partly, as both sides see it."""
    acted = [AnswerState.PARTLY, AnswerState.DONE]
    return _published_recommendations().filter(authority_now__in=acted, mso_now__in=acted).count()


def _publish_in_review(at: datetime) -> str | None:
    """Tries it, and takes it back in any case."""
    statement = Statement.objects.filter(slug="st-verstaendigung").first()
    if statement is None:
        return None
    with transaction.atomic():
        try:
            services.publish_statement(statement=statement, actor=None, at=at)
        except services.StatementRefused:
            return "refused"
        finally:
            transaction.set_rollback(True)
    return "allowed"


def _answer_on_interpreting(at: datetime) -> str | None:
    return _published_recommendations().filter(slug="e-sprachmittlung").values_list("authority_now", flat=True).first()


COUNTS: dict[str, tuple[str, Callable[[datetime], int] | None]] = {
    "organisations": (ACADEMY, lambda at: Organisation.objects.count()),
    "units": (ACADEMY, lambda at: Unit.objects.count()),
    "roles": (ACADEMY, _role_accounts),
    "courses": (ACADEMY, lambda at: Course.objects.count()),
    "course_runs": (ACADEMY, lambda at: CourseRun.objects.count()),
    "processes": (CONSULTING, lambda at: Process.objects.count()),
    "barriers": (CONSULTING, lambda at: Barrier.objects.count()),
    "measures": (CONSULTING, lambda at: Measure.objects.count()),
    "needs": (DIALOGUE, None),
    "dialogue_rounds": (DIALOGUE, None),
    "statements": (DIALOGUE, lambda at: Statement.objects.count()),
    "recommendations": (DIALOGUE, lambda at: Recommendation.objects.count()),
    "directory": (DIALOGUE, None),
}
INDICATOR_GROUPS = {
    **dict.fromkeys(["O.2.2", "P.1", "P.2", "P.3", "P.4", "P.11"], CONSULTING),
    **dict.fromkeys(["P.5", "P.6", "P.7"], REPORTING),
    **dict.fromkeys(["P.8", "P.9", "P.10", "P.12"], DIALOGUE),
}
INDICATORS: dict[tuple[str, str], Callable[[datetime], Any]] = {
    ("P.1", "value"): _active_processes,
    ("P.2", "value"): lambda at: Barrier.objects.filter(confirmed_on__isnull=False).count(),
    ("P.3", "removed"): lambda at: Barrier.objects.filter(state=BarrierState.REMOVED).count(),
    ("P.3", "partly"): lambda at: Barrier.objects.filter(state=BarrierState.PARTLY_REMOVED).count(),
    ("P.4", "decided"): lambda at: Measure.objects.filter(decided_on__isnull=False).count(),
    ("P.4", "implemented"): lambda at: Measure.objects.filter(implemented_on__isnull=False).count(),
    ("P.4", "effective"): lambda at: Measure.objects.filter(checks__result=EffectResult.EFFECTIVE).distinct().count(),
    ("P.5", "runs"): lambda at: len({row["enrolment__run"] for row in _participations()}),
    ("P.5", "participations"): lambda at: len(_participations()),
    ("P.5", "person_ue"): _person_ue,
    ("P.9", "published"): lambda at: Statement.objects.published().count(),
    ("P.11", "shown"): lambda at: selectors.shows_change_over_units(),
    ("P.10", "recommendations"): lambda at: _published_recommendations().count(),
    ("P.10", "answered"): _answered,
    ("P.10", "acted"): _acted_upon,
}
OBJECT_GROUPS = {
    "kraftraum": ACADEMY,
    "bescheide-1": ACADEMY,
    **dict.fromkeys(["b-herkunftsfragen", "b-kultur-erklaerung", "m-videodolmetschen"], CONSULTING),
    "personal reflection in p-pankewald": CONSULTING,
    **dict.fromkeys(["mso-gesundunterwegs", "n-beschwerde", "d-rc-schulen", "e-sprachmittlung"], DIALOGUE),
}
ACTION_GROUPS = {
    "move p-mueggelgrund beyond clarify": CONSULTING,
    "close p-spreehain": CONSULTING,
    "publish st-verstaendigung": DIALOGUE,
    "publish page easy without draft notice": DIALOGUE,
}
SEEN: dict[str, Callable[[datetime], Any]] = {
    "kraftraum": _title_for_the_approver,
    "b-herkunftsfragen": partial(_hidden_from, "b-herkunftsfragen"),
    "b-kultur-erklaerung": partial(_hidden_from, "b-kultur-erklaerung"),
}
GUARDS: dict[str, Callable[[datetime], Any]] = {
    "move p-mueggelgrund beyond clarify": _move_beyond_clarification,
    "publish st-verstaendigung": _publish_in_review,
    "close p-spreehain": _close_spreehain,
}
FLAGS: dict[str, Callable[[datetime], Any]] = {
    "bescheide-1": _waiting_for_bescheide,
    "m-videodolmetschen": _overdue_measure,
    "e-sprachmittlung": _answer_on_interpreting,
}
