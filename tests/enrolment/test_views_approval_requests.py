"""The approver's workspace, what the mail link offers beside the answer, and the applicant's way to a deputy."""

import csv
import io
import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import translation

from academy.enums import Role
from academy.models import OutgoingMail
from courses.enums import ApprovalPolicy
from enrolment import services
from enrolment.enums import EnrolmentState
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.courses import CourseFactory, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT
from tests.factories.learning import make_course_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

BOSS, DEPUTY = "leitung@example.org", "vertretung@example.org"
LIST = "/de/approvals/"


@pytest.fixture
def course():
    course = CourseFactory()
    make_course_page(course, title="Bescheide, die ankommen")
    return course


def ask(course, name="Anfrage Eins", **given):
    run = CourseRunFactory(course=course, seats=1, sessions=2, approval=ApprovalPolicy.APPROVE)
    first, last = name.split()
    learner = UserFactory(first_name=first, last_name=last, **given)
    return services.enrol(learner=learner, run=run, at=DURING_ENROLMENT, approver_email=BOSS).approvals.get()


def signed_in(email=BOSS, role=None) -> Client:
    user = UserFactory(email=email)
    if role:
        MembershipFactory(user=user, role=role)
    client = Client()
    client.force_login(user)
    return client


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def page_of(approval) -> str:
    return f"{LIST}requests/{approval.pk}/"


def link_of(approval, *, for_deputy=False) -> str:
    return f"{LIST}{services.approval_token(approval, for_deputy=for_deputy)}/"


# --- Who sees what -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", [None, *Role])
def test_requests_to_somebody_else_do_not_exist(course, role):
    approval, client = ask(course), signed_in("andere@example.org", role)

    assert client.get(LIST).status_code == (200 if role == Role.APPROVER else 404)
    assert client.get(page_of(approval)).status_code == 404
    assert client.post(page_of(approval), {"answer": "agree"}).status_code == 404
    assert client.get(f"{LIST}staff-council.csv").status_code == 404
    approval.refresh_from_db()
    assert approval.is_open


@pytest.mark.parametrize("email", [BOSS, DEPUTY])
def test_supervisor_and_deputy_find_the_request_at_their_address(course, email):
    approval = services.name_deputy(approval=ask(course), email=DEPUTY, actor=None, at=DURING_ENROLMENT)

    client = signed_in(email)

    assert "Anfrage Eins: Bescheide, die ankommen" in text_of(client.get(LIST))
    assert client.get(page_of(approval)).status_code == 200


@pytest.mark.parametrize(("verified", "status"), [(True, 200), (False, 404)])
def test_second_address_counts_once_it_is_verified(course, verified, status):
    approval, client = ask(course), signed_in("privat@example.org")
    user_id = client.session["_auth_user_id"]
    EmailAddress.objects.create(user_id=user_id, email=BOSS, verified=verified, primary=False)

    assert client.get(page_of(approval)).status_code == status


def test_unverified_address_of_an_account_gives_no_right(course):
    approval, client = ask(course), signed_in()
    EmailAddress.objects.create(user_id=client.session["_auth_user_id"], email=BOSS, verified=False, primary=True)

    assert client.get(page_of(approval)).status_code == 404


def test_applicant_cannot_open_the_request(course):
    approval, client = ask(course), Client()
    client.force_login(approval.enrolment.learner)

    assert client.get(page_of(approval)).status_code == 404
    assert client.get(LIST).status_code == 404


def test_list_shows_of_decided_requests_the_five_facts_only(course):
    approval, client = ask(course, email="schalter@example.org"), signed_in()
    client.post(page_of(approval), {"answer": "refuse", "reason": "Wir sind zu zweit."})

    shown = text_of(client.get(LIST))

    for fact in ("Anfrage Eins", "Bescheide, die ankommen", approval.enrolment.run.course.scope_text(), "kostenfrei"):
        assert fact in shown
    assert "Wir sind zu zweit." not in shown
    assert "schalter@example.org" not in shown
    assert f"/learn/{approval.enrolment_id}" not in shown


def test_list_names_a_protected_course_by_its_neutral_title(course):
    course.approval_title = "Fortbildung der Akademie"
    course.save()
    answered, waiting, client = ask(course), ask(course, "Anfrage Zwei"), signed_in()
    services.decide_approval(approval=answered, agrees=True, at=DURING_ENROLMENT)

    for address in (LIST, page_of(waiting)):
        shown = text_of(client.get(address))
        assert "Fortbildung der Akademie" in shown
        assert "Bescheide" not in shown


@pytest.mark.parametrize("decided", [False, True])
def test_list_costs_the_same_for_one_and_three(course, django_assert_max_num_queries, decided):
    client, counts = signed_in(role=Role.APPROVER), []
    for number in range(3):
        approval = ask(course, f"Anfrage {number}")
        if decided:
            services.decide_approval(approval=approval, agrees=True, at=DURING_ENROLMENT)
        client.get(LIST)
        with django_assert_max_num_queries(60) as queries:
            assert client.get(LIST).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[2]


# --- Answering with an account -----------------------------------------------------------------------------------
@pytest.mark.parametrize(("answer", "state"), [("agree", "confirmed"), ("refuse", "declined")])
def test_approval_request_takes_the_answer_once(course, answer, state):
    approval, client = ask(course), signed_in()

    for given in (answer, "agree", "refuse"):
        assert client.post(page_of(approval), {"answer": given}).status_code == 302

    approval.enrolment.refresh_from_db()
    assert approval.enrolment.state == EnrolmentState(state)


def test_reason_reaches_the_applicant_alone(course):
    approval, client = ask(course, email="schalter@example.org"), signed_in()

    client.post(page_of(approval), {"answer": "refuse", "reason": "Wir sind zu zweit."})

    assert {mail.address for mail in OutgoingMail.objects.filter(text__contains="Wir sind zu zweit.")} == {
        "schalter@example.org"
    }


def test_approval_request_needs_the_token_of_the_form(course):
    approval = ask(course)
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory(email=BOSS))

    assert client.post(page_of(approval), {"answer": "agree"}).status_code == 403


# --- Staff council and deputy ------------------------------------------------------------------------------------
@pytest.mark.parametrize("way", ["link", "account"])
def test_council_is_noted_and_shown_to_both_sides(course, way):
    approval = ask(course)
    client, address = (Client(), link_of(approval)) if way == "link" else (signed_in(), page_of(approval))

    answer = client.post(address, {"answer": "council"})

    assert answer.status_code == 302
    assert way != "link" or not answer.cookies
    assert "Beteiligung Personalrat läuft" in text_of(client.get(address))
    applicant = Client()
    applicant.force_login(approval.enrolment.learner)
    assert "Beteiligung Personalrat läuft" in text_of(applicant.get("/de/my/places/"))


def test_council_list_holds_the_five_facts_of_its_requests_only(course):
    ask(course, "Ohne Rat")
    noted, client = ask(course, "=SUMME(A1) Mit"), signed_in()
    services.involve_council(approval=noted, actor=None, at=DURING_ENROLMENT)

    answer = client.get(f"{LIST}staff-council.csv")

    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head == ["Name", "Fortbildung", "Termine", "Umfang", "Kosten"]
    assert [row[:2] for row in rows] == [["'=SUMME(A1) Mit", "Bescheide, die ankommen"]]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("way", ["link", "account"])
def test_supervisor_passes_the_request_on(course, way):
    approval = ask(course)
    client, address = (Client(), link_of(approval)) if way == "link" else (signed_in(), page_of(approval))

    assert client.post(address, {"answer": "pass_on", "deputy_email": DEPUTY}).status_code == 302

    approval.refresh_from_db()
    assert approval.deputy_email == DEPUTY
    assert Client().get(link_of(approval, for_deputy=True)).status_code == 200


@pytest.mark.parametrize("address", ["", "nonsense", BOSS])
def test_passing_on_asks_again_for_a_useful_address(course, address):
    approval = ask(course)

    answer = Client().post(link_of(approval), {"answer": "pass_on", "deputy_email": address})

    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode() or "error-summary" in answer.content.decode()
    approval.refresh_from_db()
    assert approval.deputy_email == ""


def test_applicant_names_a_deputy_while_the_request_is_open(course, clock):
    approval, client = ask(course), Client()
    client.force_login(approval.enrolment.learner)
    address = f"/de/places/{approval.enrolment_id}/deputy/"
    assert address in client.get("/de/my/places/").content.decode()

    client.post(address, {"deputy_email": DEPUTY})

    approval.refresh_from_db()
    assert approval.deputy_email == DEPUTY
    assert DEPUTY in text_of(client.get("/de/my/places/"))
    assert Client().get(address).status_code == 302
    other = signed_in("andere@example.org")
    assert other.post(address, {"deputy_email": "x@example.org"}).status_code == 404
    clock.at = approval.expires_at
    assert client.post(address, {"deputy_email": DEPUTY}).status_code == 302


def test_mails_of_the_approval_speak_easy_german(course):
    approval = ask(course, preferred_language="de-simple", email="einfach@example.org")

    services.involve_council(approval=approval, actor=None, at=DURING_ENROLMENT + timedelta(days=1))

    assert "Personal-Rat" in OutgoingMail.objects.get(address="einfach@example.org", key__contains="council").subject
    with translation.override("de"):
        assert "*" not in OutgoingMail.objects.get(address="einfach@example.org", key__contains="council").subject
