"""Whatever happened on a run: the learner's pages, the trainer's roster and its file give the same figures.

Each side is read from what its view sends, as a person reads it; what is done is counted once more from the rows.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from academy.enums import Role
from courses.enums import StepKind, TaskReview
from courses.models import CourseRun, Step
from enrolment import services
from enrolment.enums import AttendanceState, ProgressState, SubmissionState
from enrolment.models import Attendance, Certificate, Completion, Enrolment, Progress, Submission
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.courses import FIRST_SESSION
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import make_run, make_version

pytestmark = pytest.mark.django_db

AT = FIRST_SESSION + timedelta(weeks=3)
PEOPLE = 2
STEPS = (
    {"title": "Lesen"},
    {"title": "Üben", "kind": StepKind.H5P, "min_score": 80},
    {"title": "Schreiben", "kind": StepKind.TASK, "review": TaskReview.DECIDES},
    {"title": "Nachdenken", "kind": StepKind.TASK, "review": TaskReview.PROMISED, "is_required": False},
    {"title": "Vor Ort", "kind": StepKind.SESSION, "is_required": False, "minutes": 0},
)

person = st.integers(0, PEOPLE - 1)
ACTS = st.one_of(
    st.tuples(st.just("finish"), person, st.integers(0, 9)),
    st.tuples(st.just("score"), person, st.integers(0, 10)),
    st.tuples(st.just("hand_in"), person, st.integers(0, 1)),
    st.tuples(st.just("take_back"), person, st.integers(0, 1)),
    st.tuples(st.just("decide"), person, st.booleans()),
    st.tuples(st.just("tick"), person, st.integers(0, 1), st.sampled_from(AttendanceState), st.integers(1, 239)),
    st.tuples(st.just("tick"), person, st.integers(0, 1), st.just(AttendanceState.PRESENT), st.just(1)),
    st.tuples(st.just("move"), st.integers(0, 2)),
    st.tuples(st.just("issue")),
    st.tuples(st.just("revoke"), person),
    st.tuples(st.just("complete")),
)
ALL_DONE = [
    *[("tick", 0, number, AttendanceState.PRESENT, 1) for number in (0, 1)],
    *[("finish", 0, 0), ("score", 0, 9), ("hand_in", 0, 0), ("decide", 0, True), ("issue",)],
]


class World:
    """One run with two dates, its versions, and two people; each act may be refused."""

    def __init__(self):
        self.trainer = MembershipFactory(role=Role.TRAINER).user
        run = make_run(*STEPS, sessions=2)
        run.trainers.add(self.trainer)
        run.save()
        self.key, self.sessions = run.pk, list(run.sessions.all())
        self.versions = [
            run.version,
            self._version(keep=[1, 2, 3], new=({"title": "Neu"}, {"title": "Auch neu", "is_required": False})),
            self._version(keep=[0, 3, 4], new=()),
        ]
        names = (("Anna", "Adler"), ("Bela", "Berg"))
        self.places = [EnrolmentFactory(run=run, learner=UserFactory(first_name=a, last_name=b)) for a, b in names]
        self.clients = [Client() for _place in self.places]
        for client, place in zip(self.clients, self.places, strict=True):
            client.force_login(place.learner)
        self.teaching = Client()
        self.teaching.force_login(self.trainer)

    def _version(self, *, keep: Iterable[int], new: tuple[dict, ...]):
        """A version with some of the first one's steps, and new ones before them."""
        version = make_version(self.run.course, *new)
        kept = list(Step.objects.filter(version=self.run.version))
        for position in keep:
            step = kept[position]
            step.pk, step.version, step.position = None, version, 100 + position
            step.save(force_insert=True)
        return version

    @property
    def run(self) -> CourseRun:
        return CourseRun.objects.select_related("course", "version").get(pk=self.key)

    def place(self, number: int) -> Enrolment:
        return Enrolment.objects.select_related("run__course", "run__version", "learner").get(pk=self.places[number].pk)

    def act(self, name: str, *given) -> None:
        refusals = (
            services.AttendanceRefused,
            services.CertificateRefused,
            services.LearningRefused,
            services.ReviewRefused,
            services.RunRefused,
            services.SubmissionRefused,
        )
        try:
            getattr(self, name)(*given)
        except refusals:
            pass  # a rule said no, so nothing has happened

    def finish(self, number, position):
        steps = list(Step.objects.filter(version=self.run.version).order_by("position"))
        services.finish_step(enrolment=self.place(number), step=steps[position % len(steps)], at=AT)

    def score(self, number, points):
        step = Step.objects.filter(version=self.run.version, kind=StepKind.H5P).first()
        if step:
            context = services.player_context(enrolment=self.place(number), step=step)
            services.record_h5p_attempt(context=context, score=points, max_score=10, finished_at=AT, attempt_id=1)

    def _task(self, number) -> Step | None:
        tasks = Step.objects.filter(version=self.run.version, kind=StepKind.TASK).order_by("position")
        return tasks[number] if number < len(tasks) else None

    def hand_in(self, number, task):
        if step := self._task(task):
            draft = Submission.objects.filter(enrolment=self.place(number), step_key=step.key, state="draft").first()
            written = services.Written(text="Mein Vorschlag.", seen=services.mark_of(draft))
            services.hand_in(enrolment=self.place(number), step=step, written=written, at=AT)

    def take_back(self, number, task):
        if step := self._task(task):
            services.withdraw_answer(enrolment=self.place(number), step=step, at=AT)

    def decide(self, number, accepts):
        waiting = Submission.objects.filter(enrolment=self.place(number), state=SubmissionState.SUBMITTED).first()
        if waiting:
            services.give_feedback(submission=waiting, accepts=accepts, feedback="So.", actor=self.trainer, at=AT)

    def tick(self, number, date, state, minutes):
        key = self.places[number].pk
        session = self.run.sessions.get(pk=self.sessions[date].pk)
        services.record_attendance(
            session=session, states={key: state}, minutes={key: minutes}, actor=self.trainer, at=AT
        )

    def move(self, number):
        run = self.run
        services.change_version(
            run=run, version=self.versions[number], shown_from=run.version, actor=self.trainer, at=AT
        )

    def issue(self):
        services.issue_certificates(run=self.run, actor=self.trainer, at=AT)

    def revoke(self, number):
        certificate = Certificate.objects.valid().filter(enrolment=self.places[number]).first()
        if certificate:
            services.revoke_certificate(certificate=certificate, reason="Verwechselt.", actor=self.trainer, at=AT)

    def complete(self):
        services.complete_run(run=self.run, actor=self.trainer, at=AT)


@dataclass(frozen=True)
class Figures:
    """What one side says of one person. `missing`: the sentences, in their order."""

    steps: str
    attended: str
    result: str
    missing: tuple[str, ...]


def words(node) -> str:
    return " ".join(node.get_text(" ").split())


def soup(client: Client, url: str) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200, url
    return BeautifulSoup(response.content, "html.parser")


RESULTS = {
    "Abgeschlossen": "abgeschlossen",
    "Teilweise abgeschlossen": "teilweise abgeschlossen",
    "Für die Bescheinigung fehlt noch": "noch nicht abgeschlossen",
}


def learners_page(world: World, number: int) -> tuple[Figures, str]:
    """The figures of the learner's own page, and how many steps it counts as done of all."""
    page = soup(world.clients[number], f"/de/learn/{world.places[number].pk}/")
    panel = page.select_one('aside[aria-labelledby="completion"]')
    facts = {words(item.dt): words(item.dd) for item in panel.select(".facts__item")}
    is_revoked = "Ihr Abschluss wurde widerrufen" in words(panel)
    missing = []
    for line in panel.select("ul.missing > li"):
        for links in line.select("ul"):
            links.extract()
        missing.append(words(line))
    result = "Abschluss widerrufen" if is_revoked else RESULTS[words(panel.h2)]
    steps, attended = facts.get("Pflichtschritte", ""), facts.get("Besucht", "")
    done = page.select_one('section[aria-labelledby="steps"] .progress__text')
    return Figures(steps, attended, result, tuple(missing)), words(done)


def start_card(world: World, number: int) -> str | None:
    """«2 of 4 steps done» on the learner's start page, which no longer shows a course that is done."""
    page = soup(world.clients[number], "/de/my/")
    link = page.select_one(f'a[href="/de/learn/{world.places[number].pk}/"]')
    return words(link.find_next_sibling(class_="task-list__meta")).split(" · ")[0] if link else None


def roster(world: World) -> dict[str, Figures]:
    """By last name, as the table shows it."""
    found = {}
    for row in soup(world.teaching, f"/de/teaching/runs/{world.key}/").select("tbody tr"):
        cells = {cell["data-label"]: cell for cell in row.select("td")}
        for line_break in cells["Es fehlt noch"].select("br"):
            line_break.replace_with("\n")
        lines = cells["Es fehlt noch"].get_text().split("\n")
        missing = tuple(line.strip() for line in lines if line.strip(" –"))
        shown = [words(cells[name]) for name in ("Pflichtschritte", "Besucht", "Ergebnis")]
        found[words(row.th).split()[-1]] = Figures(*shown, missing)
    return found


def file_rows(world: World) -> dict[str, list[str]]:
    """The cells of the CSV file from «steps done» on, by last name."""
    response = world.teaching.get(f"/de/teaching/runs/{world.key}/figures.csv")
    lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    return {line[0]: line[-6:] for line in lines[1:]}


def as_cells(figures: Figures) -> list[str]:
    """The figures of a page as the file writes them."""
    done, needed = figures.steps.removesuffix(" erledigt").split(" von ")
    attended, ue = figures.attended.removesuffix(" UE").split(" von ")
    return [done, needed, attended, ue, figures.result, " ".join(figures.missing)]


def counted(world: World, number: int) -> tuple[list[str], str, bool]:
    """Done and needed, the same of all steps in words, and whether a completion stands: counted from the rows."""
    steps = list(Step.objects.filter(version=world.run.version).exclude(kind=StepKind.SESSION))
    done_rows = Progress.objects.filter(enrolment=world.places[number], state=ProgressState.DONE)
    done = set(done_rows.values_list("step_key", flat=True))
    required = [step for step in steps if step.is_required]
    all_words = f"{sum(step.key in done for step in steps)} von {len(steps)}"
    stands = Completion.objects.filter(enrolment=world.places[number], revoked_at__isnull=True).exists()
    return [str(sum(step.key in done for step in required)), str(len(required))], all_words, stands


def ue_counted(world: World, number: int) -> str:
    """Five UE for each date of four hours; of one that was attended partly, its share in tenths, rounded down."""
    ue = Decimal()
    for tick in Attendance.objects.filter(enrolment=world.places[number]):
        if tick.state == AttendanceState.PRESENT:
            ue += 5
        elif tick.state == AttendanceState.PARTLY:
            ue += Decimal(5 * tick.minutes * 10 // 240) / 10
    return f"{ue:f}".removesuffix(".0").replace(".", ",")


@pytest.fixture
def world(clock) -> World:
    clock.at = AT
    return World()


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(ACTS, max_size=16))
@example(acts=ALL_DONE)
@example(acts=[*ALL_DONE, ("revoke", 0), ("move", 1)])
@example(acts=[("tick", 0, 0, AttendanceState.PARTLY, 100), ("hand_in", 0, 1), ("score", 1, 7), ("move", 1)])
@example(acts=[("tick", 0, 1, AttendanceState.PRESENT, 1), ("tick", 1, 0, AttendanceState.ABSENT, 1), ("complete",)])
def test_learner_roster_and_file_give_equal_figures_after_any_history(world, acts):
    with transaction.atomic():
        for act in acts:
            world.act(*act)

        of_trainer, of_file = roster(world), file_rows(world)
        for number, place in enumerate(world.places):
            own, done_of_all = learners_page(world, number)
            name = place.learner.last_name
            assert own == of_trainer[name]
            assert as_cells(own) == of_file[name]
            needed, all_words, stands = counted(world, number)
            assert of_file[name][:3] == [*needed, ue_counted(world, number)]
            assert stands == (own.result in ("abgeschlossen", "teilweise abgeschlossen"))
            assert done_of_all.startswith(all_words)
            assert (start_card(world, number) or done_of_all) == done_of_all
        transaction.set_rollback(True)
