"""The supervisor's page: what it shows, what it takes, and what it says when it is too late."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client

from academy.models import OutgoingMail
from courses.enums import ApprovalPolicy
from enrolment import services
from enrolment.enums import ApprovalDecision, EnrolmentState
from enrolment.models import Enrolment
from tests.factories.academy import UserFactory
from tests.factories.courses import CourseFactory, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT
from tests.factories.learning import make_course_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

BOSS = "leitung@example.org"


@pytest.fixture
def place() -> Enrolment:
    course = CourseFactory()
    make_course_page(course, title="Bescheide, die ankommen")
    run = CourseRunFactory(course=course, seats=1, sessions=2, approval=ApprovalPolicy.APPROVE)
    learner = UserFactory(email="schalter@example.org")
    return services.enrol(learner=learner, run=run, at=DURING_ENROLMENT, approver_email=BOSS)


def link_of(place) -> str:
    """The address as it stands in the mail."""
    mail = OutgoingMail.objects.get(address=BOSS)
    return re.search(r"http://[^/\s]+(/\S+/approvals/\S+)", mail.text).group(1)


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def state_of(place) -> str:
    place.refresh_from_db()
    return place.state


# --- What is shown -----------------------------------------------------------------------------------------------
def test_approve_shows_the_five_facts_and_nothing_else(client, place):
    shown = text_of(client.get(link_of(place)))

    for fact in (str(place.learner), "Bescheide, die ankommen", place.run.course.scope_text()):
        assert fact in shown
    assert shown.count('<dt class="facts__term">') == 5
    assert place.learner.email not in shown


def test_approve_shows_the_neutral_title_only(client, place):
    place.run.course.approval_title = "Fortbildung der Akademie"
    place.run.course.save()

    shown = text_of(client.get(link_of(place)))

    assert "Fortbildung der Akademie" in shown
    assert "Bescheide" not in shown


def test_approve_keeps_its_address_to_itself(client, place):
    for answer in (client.get(link_of(place)), client.get("/de/approvals/forged/")):
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert "no-store" in answer["Cache-Control"]
        assert not answer.cookies


def test_approve_does_not_change_anything_on_get(client, place):
    client.get(link_of(place) + "?answer=agree")

    assert state_of(place) == EnrolmentState.REQUESTED


def test_approve_shows_nobody_as_signed_in(place):
    client = Client()
    client.force_login(UserFactory(email="andere@example.org"))

    shown = text_of(client.get(link_of(place)))

    assert "account/logout" not in shown
    assert str(place.learner) in shown


# --- The answer --------------------------------------------------------------------------------------------------
def test_approve_takes_an_agreement_without_account_cookie_or_token(place):
    answer = Client(enforce_csrf_checks=True).post(link_of(place), {"answer": "agree"})

    assert answer.status_code == 200
    assert state_of(place) == EnrolmentState.CONFIRMED


def test_approve_takes_a_refusal_with_a_reason(client, place):
    client.post(link_of(place), {"answer": "refuse", "reason": "Wir sind zu zweit."})

    assert state_of(place) == EnrolmentState.DECLINED
    assert place.approvals.get().reason == "Wir sind zu zweit."


@pytest.mark.parametrize("given", [{}, {"answer": "perhaps"}, {"answer": "refuse", "reason": "x" * 301}])
def test_approve_asks_again_when_the_answer_is_incomplete(client, place, given):
    answer = client.post(link_of(place), given)

    assert answer.status_code == 200
    assert given.get("reason", "") in text_of(answer)
    assert state_of(place) == EnrolmentState.REQUESTED


# --- Too late, or never true -------------------------------------------------------------------------------------
def test_approve_is_gone_after_the_answer(client, place):
    client.post(link_of(place), {"answer": "agree"})

    assert client.get(link_of(place)).status_code == 410
    assert client.post(link_of(place), {"answer": "refuse"}).status_code == 410
    assert state_of(place) == EnrolmentState.CONFIRMED


def test_approve_is_gone_when_the_time_is_over(client, place, clock):
    clock.at = DURING_ENROLMENT + timedelta(days=10)

    assert client.get(link_of(place)).status_code == 410
    assert client.post(link_of(place), {"answer": "agree"}).status_code == 410
    assert state_of(place) == EnrolmentState.REQUESTED


def test_approve_is_gone_when_the_learner_has_withdrawn(client, place):
    services.withdraw(enrolment=place, actor=place.learner, at=DURING_ENROLMENT)

    answer = client.get(link_of(place))

    assert answer.status_code == 410
    assert str(place.learner) not in text_of(answer)
    assert place.approvals.get().decision == ApprovalDecision.LAPSED


@pytest.mark.parametrize("token", ["forged", "a:b:c", "eyJhIjoxLCJuIjoieCJ9:1wAAAA:AAAA", "%00"])
def test_approve_is_not_found_for_a_forged_link(client, place, token):
    assert client.get(f"/de/approvals/{token}/").status_code == 404
    assert client.post(f"/de/approvals/{token}/", {"answer": "agree"}).status_code == 404
    assert state_of(place) == EnrolmentState.REQUESTED


def test_approve_is_not_found_for_a_link_signed_with_another_salt(client, place):
    approval = place.approvals.get()
    token = signing.dumps({"a": approval.pk, "n": approval.nonce}, salt="something.else")

    assert client.get(f"/de/approvals/{token}/").status_code == 404


def test_approve_has_a_page_in_english(client, place):
    assert client.get(link_of(place).replace("/de/", "/en/")).status_code == 200
