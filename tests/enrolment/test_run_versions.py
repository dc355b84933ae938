"""Moving a run to another version: what it means is shown, nothing that was done or granted is lost."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Page

from academy.enums import Role
from academy.models import AuditEntry, OutgoingMail
from academy.services import sync_rights
from courses import services as course_services
from courses.enums import CourseFormat, RunState, StepKind
from courses.models import CourseRun, Step
from enrolment import services
from enrolment.enums import AttendanceState, EnrolmentState
from enrolment.models import Certificate, Completion, Progress, VersionMove
from enrolment.services import Standing
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.course_pages import course_page, reading_step
from tests.factories.courses import FIRST_SESSION, CourseFactory, CourseRunFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import make_run, make_version

pytestmark = pytest.mark.usefixtures("site")

READING, VOLUNTARY = {"kind": StepKind.READING}, {"kind": StepKind.READING, "is_required": False}


def another_version(run: CourseRun, *, keep: int = 1, new: tuple[dict, ...] = (READING,)):
    """A version with the first `keep` steps of the run's one, and new ones."""
    version = make_version(run.course, *new)
    kept = list(run.version.steps.all()[:keep])
    Step.objects.bulk_create(
        Step(version=version, key=step.key, position=100 + step.position, kind=step.kind, page=step.page)
        for step in kept
    )
    return version


def move(run, version, *, actor=None, at, shown_from=None):
    shown_from = shown_from or CourseRun.objects.get(pk=run.pk).version
    return services.change_version(run=run, version=version, shown_from=shown_from, actor=actor or UserFactory(), at=at)


def finish(place, number, *, at):
    step = Step.objects.filter(version=CourseRun.objects.get(pk=place.run_id).version)[number]
    services.finish_step(enrolment=place, step=step, at=at)


# --- What a run stands on ----------------------------------------------------------------------------------------
def test_opening_pins_the_version_of_a_self_study_module_too(now):
    page = course_page(course=CourseFactory(format=CourseFormat.SELF_STUDY))
    reading_step(page)
    run = CourseRunFactory(course=page.course, state=RunState.DRAFT, sessions=0)

    opened = services.open_run(run=run, actor=UserFactory(), at=now)
    reading_step(page, title="Später")

    assert (opened.version.number, opened.version.steps.count()) == (2, 1)
    assert CourseRun.objects.get(pk=run.pk).version == opened.version
    assert page.course.versions.count() == 3


# --- Moving ------------------------------------------------------------------------------------------------------
def test_change_version_is_logged_and_tells_everybody_with_a_live_place_once(now, office):
    run = make_run(READING)
    places = [EnrolmentFactory(run=run), EnrolmentFactory(run=run, state=EnrolmentState.REQUESTED)]
    EnrolmentFactory(run=run, state=EnrolmentState.WITHDRAWN)
    first, second = run.version, another_version(run)

    move(run, second, actor=office, at=now)

    row = VersionMove.objects.get()
    assert (row.run, row.from_version, row.to_version, row.added_by) == (run, first, second, office.pseudonym)
    assert AuditEntry.objects.get(action="run.version").data == {"from": 1, "to": 2}
    assert CourseRun.objects.get(pk=run.pk).version == second
    mails = OutgoingMail.objects.filter(key__contains=".steps.")
    assert sorted(mails.values_list("person", flat=True)) == sorted(place.learner_id for place in places)


def test_change_version_writes_no_mail_where_nothing_differs(now):
    run = make_run(READING)
    EnrolmentFactory(run=run)
    same = another_version(run, new=())

    move(run, same, at=now)

    assert not OutgoingMail.objects.exists()


def test_change_version_tells_again_when_the_run_is_moved_again(now):
    run = make_run(READING)
    EnrolmentFactory(run=run)
    first, second = run.version, another_version(run)

    move(run, second, at=now)
    move(run, first, at=now)

    assert OutgoingMail.objects.filter(key__contains=".steps.").count() == 2


def test_the_mail_names_no_step_where_the_course_has_a_neutral_title(now):
    run = make_run(READING, course=CourseFactory(approval_title_de="Fortbildung im Januar"))
    EnrolmentFactory(run=run)
    version = another_version(run, new=({"title": "Wut hat einen Ort"},))

    move(run, version, at=now)

    mail = OutgoingMail.objects.get()
    assert "Wut hat einen Ort" not in mail.subject + mail.text
    assert "1 neuer Schritt ist für den Abschluss erforderlich." in mail.text


def test_the_mail_names_the_new_steps(now):
    run = make_run(READING)
    EnrolmentFactory(run=run)

    move(run, another_version(run, new=({"title": "Im Gespräch"},)), at=now)

    assert "Im Gespräch" in OutgoingMail.objects.get().text


def test_what_was_done_in_a_step_that_is_gone_is_kept_and_counts_again(now):
    run = make_run(READING, READING)
    place = EnrolmentFactory(run=run)
    finish(place, 1, at=now)
    first, second = run.version, another_version(run)

    moved = move(run, second, at=now)
    place.run = moved
    assert services.progress_of(place).done_count == 0
    place.run = move(run, first, at=now)

    assert services.progress_of(place).done_count == 1
    assert Progress.objects.count() == 1


def test_a_completion_stays_when_the_new_version_asks_for_more(now):
    run = make_run(READING)
    place = EnrolmentFactory(run=run)
    finish(place, 0, at=now)

    place.run = move(run, another_version(run), at=now)

    assert services.progress_of(place).open_steps
    assert Completion.objects.get().revoked_at is None
    assert Certificate.objects.valid().count() == 1


def test_whoever_has_done_all_that_the_new_version_asks_gets_completion_and_certificate(now):
    run = make_run(READING, READING)
    place, other = EnrolmentFactory(run=run), EnrolmentFactory(run=run)
    finish(place, 0, at=now)

    move(run, another_version(run, new=()), at=now)

    assert Completion.objects.get().enrolment == place
    assert Certificate.objects.get().enrolment == place
    assert not other.certificates.exists()


def test_a_run_with_dates_waits_with_certificates_for_whoever_issues_them(now):
    run = make_run(READING, READING, sessions=1)
    place = EnrolmentFactory(run=run)
    finish(place, 0, at=now)
    services.record_attendance(
        session=run.sessions.get(), states={place.pk: AttendanceState.PRESENT}, actor=UserFactory(), at=FIRST_SESSION
    )

    move(run, another_version(run, new=()), at=now)

    assert Completion.objects.get().enrolment == place
    assert not Certificate.objects.exists()


@pytest.mark.parametrize("state", [RunState.DRAFT, RunState.CANCELLED, RunState.COMPLETED])
def test_change_version_refuses_unless_the_run_is_open(now, state):
    run = make_run(READING, state=state)

    with pytest.raises(services.RunRefused, match="offener Durchgang"):
        move(run, another_version(run), at=now)
    assert not VersionMove.objects.exists()


def test_change_version_refuses_a_version_of_another_course(now):
    run = make_run(READING)

    with pytest.raises(services.RunRefused, match="anderen Fortbildung"):
        move(run, make_version(CourseFactory(), READING), at=now)


def test_change_version_refuses_the_version_that_the_run_stands_on(now):
    run = make_run(READING)

    with pytest.raises(services.RunRefused, match="bereits"):
        move(run, run.version, at=now)


def test_change_version_refuses_when_another_version_was_shown(now):
    run = make_run(READING)
    first, second = run.version, another_version(run)
    third = another_version(run)
    move(run, second, at=now)

    with pytest.raises(services.RunRefused, match="inzwischen"):
        move(run, third, shown_from=first, at=now)


# --- What it would mean ------------------------------------------------------------------------------------------
def test_plan_version_counts_standings_before_and_after_and_writes_nothing(now):
    run = make_run(READING, READING)
    places = [EnrolmentFactory(run=run) for _ in range(11)]
    for place in places[:5]:
        finish(place, 0, at=now)
        finish(place, 1, at=now)
    version = another_version(run, keep=2, new=(READING, VOLUNTARY))

    plan = services.plan_version(run=run, version=version)

    assert plan.lines == [
        (Standing(0, 2, False), Standing(0, 3, False), 6),
        (Standing(2, 2, True), Standing(2, 3, True), 5),
    ]
    assert (plan.people, plan.told, plan.others) == (11, 11, 0)
    assert (plan.reopened, plan.granted, plan.kept) == (5, 0, 5)
    assert (len(plan.difference.new), CourseRun.objects.get(pk=run.pk).version) == (2, run.version)


def test_plan_version_says_who_will_have_completed_as_moving_then_does(now):
    run = make_run(READING, READING)
    for _number in range(6):
        finish(EnrolmentFactory(run=run), 0, at=now)
    version = another_version(run, new=())

    plan = services.plan_version(run=run, version=version)
    move(run, version, at=now)

    assert plan.lines == [(Standing(1, 2, False), Standing(1, 1, True), 6)]
    assert plan.granted == Completion.objects.count() == 6


def test_plan_version_gives_no_figure_of_fewer_than_five_people(now):
    run = make_run(READING, READING)
    places = [EnrolmentFactory(run=run) for _ in range(7)]
    for place in places[:2]:
        finish(place, 0, at=now)
        finish(place, 1, at=now)

    plan = services.plan_version(run=run, version=another_version(run, keep=2))

    assert (plan.lines, plan.others) == ([], 7)
    assert (plan.reopened, plan.kept) == (None, None)


def test_plan_version_asks_as_much_for_three_people_as_for_one(now):
    run = make_run(READING)
    version = another_version(run)
    counts = []
    for number in (1, 2):
        for _place in range(number):
            EnrolmentFactory(run=run)
        with CaptureQueriesContext(connection) as queries:
            services.plan_version(run=run, version=version)
        counts.append(len(queries))

    assert counts[0] == counts[1]


# --- The page ----------------------------------------------------------------------------------------------------
@pytest.fixture
def sign_in(client):
    def act(role):
        user = UserFactory()
        MembershipFactory(user=user, role=role)
        sync_rights(user=user, on=timezone.localdate())
        client.force_login(user)
        return user

    return act


def url(run):
    return reverse("courserun:change_version", args=[run.pk])


def test_the_page_shows_what_differs_before_anything_is_moved(client, sign_in):
    sign_in(Role.ACADEMY_OFFICE)
    run = make_run(READING)
    EnrolmentFactory(run=run, learner__first_name="Unverwechselbar")
    version = another_version(run, new=({"title": "Im Gespräch"},))

    page = client.get(url(run), {"version": version.pk})

    assert "Im Gespräch" in page.text
    assert "Unverwechselbar" not in page.text
    assert not VersionMove.objects.exists()


def test_the_page_moves_the_run_and_says_who_did_it_and_when(client, sign_in):
    office = sign_in(Role.ACADEMY_OFFICE)
    run = make_run(READING)
    version = another_version(run)

    answer = client.post(url(run), {"version": version.pk, "shown_from": run.version_id}, follow=True)

    assert CourseRun.objects.get(pk=run.pk).version == version
    assert f"Fassung 1 → 2, {office}" in answer.text
    assert f"Fassung 1 → 2, {office}" in client.get(reverse("courserun:inspect", args=[run.pk])).text


@pytest.mark.parametrize("shown_from", ["", "0", "x", "99999999999"])
def test_the_page_says_that_the_run_was_moved_meanwhile(client, sign_in, shown_from):
    sign_in(Role.ACADEMY_OFFICE)
    run = make_run(READING)

    page = client.post(url(run), {"version": another_version(run).pk, "shown_from": shown_from})

    assert "inzwischen auf eine andere Fassung" in page.text
    assert not VersionMove.objects.exists()


def test_the_page_offers_versions_of_the_own_course_only(client, sign_in):
    sign_in(Role.ACADEMY_OFFICE)
    run = make_run(READING)
    another_version(run)
    foreign = make_version(CourseFactory(), READING)

    page = client.post(url(run), {"version": foreign.pk, "shown_from": run.version_id})

    assert page.context["version_form"].errors["version"]
    assert not VersionMove.objects.exists()


def test_the_page_says_so_where_there_is_no_other_version(client, sign_in):
    sign_in(Role.ACADEMY_OFFICE)

    assert "keine andere Fassung" in client.get(url(make_run(READING))).text


def test_the_runs_own_trainer_may_move_it(client, sign_in):
    trainer = sign_in(Role.TRAINER)
    run = make_run(READING)
    run.trainers.add(trainer)
    run.save()
    version = another_version(run)

    client.post(url(run), {"version": version.pk, "shown_from": run.version_id})

    assert CourseRun.objects.get(pk=run.pk).version == version


@pytest.mark.parametrize("role", [Role.TRAINER, Role.PROGRAMME_LEAD, Role.EDITOR, Role.PARTICIPANT])
def test_the_page_is_not_there_for_others(client, sign_in, role):
    sign_in(role)
    run = make_run(READING)
    version = another_version(run)

    answer = client.post(url(run), {"version": version.pk, "shown_from": run.version_id})

    assert answer.status_code in (302, 403, 404)
    assert not VersionMove.objects.exists()


@pytest.mark.parametrize("state", [RunState.DRAFT, RunState.CANCELLED, RunState.COMPLETED])
def test_the_page_is_not_there_for_a_run_that_is_not_open(client, sign_in, state):
    sign_in(Role.ACADEMY_OFFICE)
    run = make_run(READING, state=state)

    assert client.get(url(run)).status_code in (302, 403, 404)


# --- Properties --------------------------------------------------------------------------------------------------
EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.booleans()),
        st.tuples(st.just("take_back"), st.integers(0, 5)),
        st.tuples(st.just("publish"), st.integers(0, 5)),
        st.tuples(st.just("first"), st.integers(0, 5)),
        st.tuples(st.just("toggle"), st.integers(0, 5)),
        st.tuples(st.just("move"), st.integers(0, 9)),
        st.tuples(st.just("finish"), st.integers(0, 5)),
        st.tuples(st.just("finish"), st.integers(0, 5)),
    ),
    max_size=14,
)


class History:
    """A course with pages, one self-study run and one learner; each act may be refused, nothing may be lost."""

    def __init__(self, at):
        self.at = at
        self.page = course_page(course=CourseFactory(format=CourseFormat.SELF_STUDY))
        for title in ("Erstens", "Zweitens"):
            reading_step(self.page, title=title)
        run = CourseRunFactory(course=self.page.course, state=RunState.DRAFT, sessions=0)
        self.run = services.open_run(run=run, actor=UserFactory(), at=at)
        self.place = EnrolmentFactory(run=self.run)

    def chosen(self, rows, number):
        rows = list(rows)
        return rows[number % len(rows)] if rows else None

    def pages(self):
        return [page.specific for page in Page.objects.child_of(self.page).order_by("path")]

    def act(self, name, value):
        getattr(self, name)(value)
        self.place.refresh_from_db()

    def add(self, is_required):
        reading_step(self.page, title="Neu", is_required=is_required)

    def take_back(self, number):
        page = self.chosen((page for page in self.pages() if page.live), number)
        if page:
            page.unpublish()

    def publish(self, number):
        self.chosen(self.pages(), number).save_revision().publish()

    def first(self, number):
        page = self.chosen(self.pages(), number)
        if page != self.pages()[0]:
            page.move(self.page, pos="first-child")

    def toggle(self, number):
        page = self.chosen(self.pages(), number)
        page.is_required = not page.is_required
        page.save_revision().publish()

    def move(self, number):
        version = self.chosen(self.page.course.versions.all(), number)
        if version != self.run.version:
            self.run = move(self.run, version, at=self.at)

    def finish(self, number):
        step = self.chosen(self.run.version.steps.all(), number)
        if step:
            services.finish_step(enrolment=self.place, step=step, at=self.at)


def facts_of(history) -> tuple[list[UUID], set[UUID], int]:
    progress = services.progress_of(history.place)
    keys = [entry.step.key for entry in progress.steps]
    return keys, {entry.step.key for entry in progress.steps if entry.is_done}, len(progress.open_steps)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_nothing_done_or_granted_is_taken_away_whatever_is_edited(edits, now):
    history = History(now)
    shapes = {}
    done, was_granted = set(), False
    for name, value in edits:
        before = facts_of(history)
        history.act(name, value)

        if name not in ("move", "finish"):
            assert facts_of(history) == before
        kept = set(Progress.objects.filter(enrolment=history.place, state="done").values_list("step_key", flat=True))
        assert done <= kept
        done = kept
        granted = Completion.objects.filter(enrolment=history.place, revoked_at__isnull=True).exists()
        assert granted >= was_granted
        was_granted = granted
        assert granted or services.progress_of(history.place).result is None
        assert Certificate.objects.valid().filter(enrolment=history.place).exists() == granted
        for version in history.page.course.versions.all():
            rows = list(version.steps.values_list("key", "position", "kind", "is_required", "min_score", "page_id"))
            assert shapes.setdefault(version.pk, rows) == rows
    course_services.freeze_version(course=history.page.course, at=now)
