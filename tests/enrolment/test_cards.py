"""What the start page shows of places, and what it costs."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from academy.enums import Role
from courses.enums import ApprovalPolicy
from enrolment import services
from enrolment.cards import start_cards
from enrolment.enums import EnrolmentState
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.courses import CourseFactory, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT, EnrolmentFactory
from tests.factories.learning import make_course_page, make_run

pytestmark = pytest.mark.django_db

BOSS = "leitung@example.org"


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: DURING_ENROLMENT)


@pytest.fixture
def learner():
    return MembershipFactory(role=Role.UNIT_STAFF).user


def run_with_page(title="Bescheide, die ankommen", **given):
    course = CourseFactory()
    make_course_page(course, title=title)
    return CourseRunFactory(course=course, **given)


def cards_of(person, roles=frozenset({Role.UNIT_STAFF}), at=DURING_ENROLMENT) -> dict:
    return {card.key: card.context for card in start_cards(user=person, roles=set(roles), at=at)}


def statements(person, url="/de/my/") -> list[str]:
    client = Client()
    client.force_login(person)
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return [re.sub(r"\d+", "?", query["sql"]) for query in queries.captured_queries]


# --- What is shown -----------------------------------------------------------------------------------------------
def test_start_cards_show_the_next_dates_of_confirmed_places(learner):
    run = run_with_page(sessions=2)
    EnrolmentFactory(run=run, learner=learner)
    EnrolmentFactory(run=run_with_page("Anderes"), learner=learner, state=EnrolmentState.DECLINED)
    EnrolmentFactory(run=run_with_page("Fremdes"))

    items = cards_of(learner)["dates"]["date_items"]

    assert [item["title"] for item in items] == ["Bescheide, die ankommen"] * 2
    assert items[0]["session"].starts_at < items[1]["session"].starts_at


def test_start_cards_leave_out_dates_that_are_over(learner):
    run = run_with_page()
    EnrolmentFactory(run=run, learner=learner)
    after = run.sessions.all()[0].ends_at + timedelta(minutes=1)

    assert cards_of(learner, at=after)["dates"]["date_items"] == []


def test_start_cards_show_what_waits_for_an_answer(learner):
    run = run_with_page(seats=1)
    EnrolmentFactory(run=run)
    services.enrol(learner=learner, run=run, at=DURING_ENROLMENT)
    asked = run_with_page("Zustimmung", approval=ApprovalPolicy.APPROVE)
    services.enrol(learner=learner, run=asked, at=DURING_ENROLMENT, approver_email=BOSS)

    shown = cards_of(learner)

    assert [(item["title"], item["place"].state) for item in shown["open"]["open_items"]] == [
        ("Bescheide, die ankommen", "waitlisted"),
        ("Zustimmung", "requested"),
    ]
    assert shown["open"]["open_items"][0]["place"].position == 1
    assert "dates" not in shown


def test_start_cards_lead_learners_without_a_place_to_the_catalogue(learner):
    assert cards_of(learner) == {"dates": {"date_items": []}}
    assert cards_of(UserFactory(), roles=frozenset())["dates"] == {"date_items": []}


@pytest.mark.parametrize("role", [Role.TRAINER, Role.ACADEMY_OFFICE, Role.FACILITATOR, Role.APPROVER])
def test_start_cards_leave_staff_without_a_place_alone(role):
    assert "dates" not in cards_of(UserFactory(), roles=frozenset({role}))


# --- The supervisor ----------------------------------------------------------------------------------------------
def ask(learner, **given):
    run = run_with_page(approval=ApprovalPolicy.APPROVE, **given)
    return services.enrol(learner=learner, run=run, at=DURING_ENROLMENT, approver_email=BOSS)


def test_start_cards_show_a_supervisor_the_own_open_requests_with_a_link_that_works(learner, client):
    boss = UserFactory(email=BOSS)
    place = ask(learner)

    [item] = cards_of(boss, roles=frozenset())["requests"]["request_items"]

    assert item["title"] == f"{learner}: Bescheide, die ankommen"
    assert item["due"] == place.approvals.get().expires_at
    assert client.get(item["url"]).status_code == 200


def test_start_cards_show_requests_to_nobody_else(learner):
    ask(learner)

    assert "requests" not in cards_of(UserFactory(email="andere@example.org"))
    assert "requests" not in cards_of(learner)


def test_start_cards_show_no_request_that_is_answered_or_over(learner):
    boss = UserFactory(email=BOSS)
    answered, lapsing = ask(learner), ask(learner)
    services.decide_approval(approval=answered.approvals.get(), agrees=True, at=DURING_ENROLMENT)

    open_until = lapsing.approvals.get().expires_at

    assert len(cards_of(boss)["requests"]["request_items"]) == 1
    assert "requests" not in cards_of(boss, at=open_until)


def test_start_cards_name_a_protected_course_to_a_supervisor_by_its_neutral_title(learner):
    boss, place = UserFactory(email=BOSS), ask(learner)
    place.run.course.approval_title = "Fortbildung der Akademie"
    place.run.course.save()

    [item] = cards_of(boss)["requests"]["request_items"]

    assert item["title"] == f"{learner}: Fortbildung der Akademie"


# --- What it costs -----------------------------------------------------------------------------------------------
def add_places(learner, count: int) -> None:
    """Confirmed, waiting, requested and past places, with dates and learning steps."""
    for number in range(count):
        state = [EnrolmentState.CONFIRMED, EnrolmentState.WAITLISTED, EnrolmentState.WITHDRAWN][number % 3]
        run = make_run({}, {}) if number % 2 else run_with_page(f"Kurs {number}", sessions=2)
        EnrolmentFactory(run=run, learner=learner, state=state)


def test_start_page_costs_twelve_statements_at_most_with_one_place_and_with_two_hundred(learner):
    ask(learner)
    add_places(learner, 1)
    few = statements(learner)
    add_places(learner, 199)

    many = statements(learner)

    assert len(few) <= 12
    assert len(many) <= 12
    assert max(many.count(statement) for statement in many) <= 2


def test_start_page_of_a_supervisor_costs_the_same_for_one_request_and_for_many(learner):
    boss = MembershipFactory(role=Role.APPROVER, user=UserFactory(email=BOSS)).user
    ask(learner)
    few = statements(boss)
    for _ in range(8):
        ask(UserFactory())

    many = statements(boss)

    assert len(many) == len(few) <= 12
