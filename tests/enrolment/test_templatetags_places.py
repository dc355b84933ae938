"""What the course page shows of the visitor's own place."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from academy.enums import Role
from courses.enums import ApprovalPolicy
from enrolment import selectors, services
from tests.factories.academy import MembershipFactory, UnitFactory, UserFactory
from tests.factories.course_pages import course_page
from tests.factories.courses import CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT, EnrolmentFactory

pytestmark = pytest.mark.usefixtures("site")

PLACES = "/de/my/places/"
BOSS = "leitung@example.org"


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: DURING_ENROLMENT)


@pytest.fixture
def offer():
    return course_page(title="Bescheide, die ankommen")


@pytest.fixture
def learner():
    return UserFactory(email="schalter@example.org")


@pytest.fixture
def visitor(learner):
    client = Client(enforce_csrf_checks=False)
    client.force_login(learner)
    return client


def run_of(offer, **given):
    return CourseRunFactory(course=offer.course, **{"seats": 2, **given})


def enrol_url(run) -> str:
    return f"/de/runs/{run.pk}/enrol/"


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def queries_of(client, url) -> list[str]:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return [re.sub(r"\d+", "?", query["sql"]) for query in queries.captured_queries]


# --- The tag on the course page ----------------------------------------------------------------------------------
def test_your_place_leads_a_visitor_to_sign_in_and_back_without_a_token(client, offer):
    run = run_of(offer)

    answer = client.get(offer.url)

    assert f"/de/account/login/?next=%2Fde%2Ffortbildungen%2F{offer.slug}%2F%23run-{run.pk}" in text_of(answer)
    assert "csrfmiddlewaretoken" not in text_of(answer)


@pytest.mark.parametrize(
    ("policy", "field"),
    [(ApprovalPolicy.NONE, ""), (ApprovalPolicy.INFO, "has_approval"), (ApprovalPolicy.APPROVE, "approver_email")],
)
def test_your_place_asks_what_the_policy_asks(visitor, offer, policy, field):
    run = run_of(offer, approval=policy)

    shown = text_of(visitor.get(offer.url))

    assert f'action="{enrol_url(run)}"' in shown
    asked = set(re.findall(r'name="(has_approval|approver_email)"', shown))
    assert asked == ({field} if field else set())


def test_your_place_offers_the_waiting_list_when_the_run_is_full(visitor, offer):
    run = run_of(offer, seats=1)
    EnrolmentFactory(run=run)

    with translation.override("de"):
        label = translation.gettext("Join the waiting list")

    assert label in text_of(visitor.get(offer.url))


def test_your_place_shows_the_state_and_no_form_to_who_has_a_place(visitor, offer, learner):
    run = run_of(offer)
    place = EnrolmentFactory(run=run, learner=learner)

    shown = text_of(visitor.get(offer.url))

    assert f"{PLACES}#place-{place.pk}" in shown
    assert enrol_url(run) not in shown


def test_your_place_says_the_position_on_the_waiting_list(visitor, offer, learner):
    run = run_of(offer, seats=1)
    for person in (UserFactory(), UserFactory(), learner):
        services.enrol(learner=person, run=run, at=DURING_ENROLMENT)

    assert selectors.live_places(learner)[run.pk].position == 2
    assert " 2 " in re.search(r"data-your-place.*?</div>", text_of(visitor.get(offer.url))).group()


def test_your_place_shows_no_form_after_closing(visitor, offer):
    run = run_of(offer, enrolment_closes_at=DURING_ENROLMENT)

    assert enrol_url(run) not in text_of(visitor.get(offer.url))


def test_your_place_suggests_the_supervisor_asked_last(visitor, offer, learner):
    run_of(offer, approval=ApprovalPolicy.APPROVE)
    earlier = CourseRunFactory(approval=ApprovalPolicy.APPROVE)
    services.enrol(learner=learner, run=earlier, at=DURING_ENROLMENT, approver_email=BOSS)

    assert f'value="{BOSS}"' in text_of(visitor.get(offer.url))


def test_your_place_suggests_the_approver_of_the_unit(visitor, offer, learner):
    run_of(offer, approval=ApprovalPolicy.APPROVE)
    unit = UnitFactory()
    MembershipFactory(user=learner, unit=unit, organisation=unit.organisation)
    boss = MembershipFactory(role=Role.APPROVER, unit=unit, organisation=unit.organisation).user

    assert f'value="{boss.email}"' in text_of(visitor.get(offer.url))


def test_your_place_costs_the_same_for_one_run_and_for_many(visitor, offer, learner):
    run_of(offer, approval=ApprovalPolicy.APPROVE)
    EnrolmentFactory(run=run_of(offer), learner=learner)
    with_two = len(queries_of(visitor, offer.url))
    for _ in range(8):
        run_of(offer, approval=ApprovalPolicy.APPROVE)
        EnrolmentFactory(run=run_of(offer), learner=learner)

    assert len(queries_of(visitor, offer.url)) == with_two
