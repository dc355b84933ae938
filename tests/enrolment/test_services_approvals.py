"""The supervisor's answer."""

import re
from datetime import timedelta

import pytest

from academy.models import OutgoingMail
from courses.enums import ApprovalPolicy
from courses.models import Seat
from enrolment import services
from enrolment.enums import ApprovalDecision, Channel, EnrolmentState
from tests.factories.academy import UserFactory
from tests.factories.courses import CourseFactory, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT

pytestmark = pytest.mark.django_db

BOSS = "leitung@example.org"
NEXT_DAY = DURING_ENROLMENT + timedelta(days=1)
TOO_LATE = DURING_ENROLMENT + timedelta(days=10)


def request_place(run):
    return services.enrol(learner=UserFactory(), run=run, at=DURING_ENROLMENT, approver_email=BOSS)


@pytest.fixture
def run():
    return CourseRunFactory(seats=1, approval=ApprovalPolicy.APPROVE)


def decide(place, *, agrees, at=NEXT_DAY, reason=""):
    return services.decide_approval(approval=place.approvals.get(), agrees=agrees, reason=reason, at=at)


def state_of(place) -> str:
    place.refresh_from_db()
    return place.state


# --- The link ----------------------------------------------------------------------------------------------------
def test_approval_for_token_gives_the_question_of_the_link(run):
    approval = request_place(run).approvals.get()

    assert services.approval_for_token(token=services.approval_token(approval)) == approval


@pytest.mark.parametrize("token", ["", "nonsense", "eyJhIjoxfQ:1abc:forged"])
def test_approval_for_token_refuses_a_forged_link(run, token):
    with pytest.raises(services.ApprovalRefused):
        services.approval_for_token(token=token)


def test_approval_for_token_refuses_a_changed_link(run):
    token = services.approval_token(request_place(run).approvals.get())

    with pytest.raises(services.ApprovalRefused):
        services.approval_for_token(token=token[:-1] + ("A" if token[-1] != "A" else "B"))


def test_the_mail_to_the_supervisor_holds_the_five_facts_and_nothing_else(run):
    place = request_place(run)

    text = OutgoingMail.objects.get(address=BOSS).text

    assert str(place.learner) in text
    assert run.course.slug in text  # no page yet: the short name stands for the title
    token = re.search(r"/approvals/([^/\s]+)/", text)[1]  # it holds the second in which it was made
    assert services.approval_for_token(token=token) == place.approvals.get()
    assert place.learner.email not in text


def test_the_mail_to_the_supervisor_names_a_protected_course_by_its_neutral_title():
    course = CourseFactory(slug="empowerment-raum", approval_title="Fortbildung der Akademie")
    run = CourseRunFactory(course=course, seats=1, approval=ApprovalPolicy.APPROVE)

    request_place(run)

    mail = OutgoingMail.objects.get(address=BOSS)
    assert "Fortbildung der Akademie" in mail.subject
    assert "empowerment" not in (mail.subject + mail.text + mail.html).lower()


# --- The answer --------------------------------------------------------------------------------------------------
def test_decide_approval_confirms_the_place_that_holds_a_seat(run):
    place = request_place(run)

    approval = decide(place, agrees=True)

    assert state_of(place) == EnrolmentState.CONFIRMED
    assert place.seat is not None
    assert (approval.decision, approval.decided_at) == (ApprovalDecision.APPROVED, NEXT_DAY)
    assert place.moves.last().channel == Channel.MAIL_LINK
    assert place.moves.last().actor is None
    assert OutgoingMail.objects.filter(key=f"place.{place.pk}.confirmed.1").exists()


def test_decide_approval_puts_a_request_without_a_seat_on_the_waiting_list(run):
    request_place(run)
    place = request_place(run)

    decide(place, agrees=True)

    assert state_of(place) == EnrolmentState.WAITLISTED
    assert place.queue_number == 1
    assert OutgoingMail.objects.filter(key=f"place.{place.pk}.waitlisted.1").exists()


def test_decide_approval_gives_a_request_without_a_seat_one_that_is_free_by_now(run):
    first, place = request_place(run), request_place(run)
    decide(first, agrees=False)

    decide(place, agrees=True)

    assert state_of(place) == EnrolmentState.CONFIRMED


def test_decide_approval_orders_the_list_by_approval_and_not_by_request(run):
    request_place(run)
    early, late = request_place(run), request_place(run)

    decide(late, agrees=True)
    decide(early, agrees=True)

    assert (state_of(late), late.queue_number) == (EnrolmentState.WAITLISTED, 1)
    assert (state_of(early), early.queue_number) == (EnrolmentState.WAITLISTED, 2)


def test_decide_approval_declines_frees_the_seat_and_tells_the_learner_why(run):
    place = request_place(run)

    decide(place, agrees=False, reason="In dieser Woche\n ist Wahl.")

    mail = OutgoingMail.objects.get(key__startswith=f"place.{place.pk}.refused")
    assert state_of(place) == EnrolmentState.DECLINED
    assert place.approvals.get().reason == "In dieser Woche ist Wahl."
    assert "In dieser Woche ist Wahl." in mail.text
    assert mail.address == place.learner.email
    assert Seat.objects.free().filter(run=run).count() == 1


def test_decide_approval_keeps_no_reason_with_an_agreement(run):
    place = request_place(run)

    decide(place, agrees=True, reason="Gern.")

    assert place.approvals.get().reason == ""


def test_decide_approval_moves_the_waiting_list_up_when_it_is_refused(run):
    first, second = request_place(run), request_place(run)
    decide(second, agrees=True)

    decide(first, agrees=False)

    assert state_of(second) == EnrolmentState.CONFIRMED


def test_decide_approval_refuses_a_second_answer(run):
    place = request_place(run)
    decide(place, agrees=True)

    with pytest.raises(services.ApprovalRefused):
        decide(place, agrees=False)

    assert state_of(place) == EnrolmentState.CONFIRMED


def test_decide_approval_refuses_when_the_time_is_over_even_before_the_periodic_task(run):
    place = request_place(run)

    with pytest.raises(services.ApprovalRefused):
        decide(place, agrees=True, at=TOO_LATE)

    assert state_of(place) == EnrolmentState.REQUESTED


def test_decide_approval_refuses_when_the_learner_has_withdrawn(run):
    place = request_place(run)
    services.withdraw(enrolment=place, actor=place.learner, at=DURING_ENROLMENT)

    with pytest.raises(services.ApprovalRefused, match=r"withdrawn|zurückgezogen"):
        decide(place, agrees=True)


def test_decide_approval_refuses_when_the_run_was_cancelled(run):
    place = request_place(run)
    services.cancel_run(run=run, reason="Der Raum fehlt.", actor=UserFactory(), at=DURING_ENROLMENT)

    with pytest.raises(services.ApprovalRefused, match=r"does not take place|findet nicht statt"):
        decide(place, agrees=True)


# --- No answer ---------------------------------------------------------------------------------------------------
def test_lapse_approvals_ends_the_request_frees_the_seat_and_tells_the_learner(run):
    place = request_place(run)

    assert services.lapse_approvals(at=TOO_LATE) == 1

    assert state_of(place) == EnrolmentState.EXPIRED
    assert place.approvals.get().decision == ApprovalDecision.LAPSED
    assert Seat.objects.free().filter(run=run).count() == 1
    assert OutgoingMail.objects.filter(key__startswith=f"place.{place.pk}.lapsed").count() == 1


def test_lapse_approvals_moves_the_waiting_list_up(run):
    request_place(run)
    waiting = request_place(run)
    decide(waiting, agrees=True)

    services.lapse_approvals(at=TOO_LATE)

    assert state_of(waiting) == EnrolmentState.CONFIRMED


def test_lapse_approvals_leaves_questions_alone_when_their_time_is_not_over(run):
    place = request_place(run)

    assert services.lapse_approvals(at=TOO_LATE - timedelta(seconds=1)) == 0

    assert state_of(place) == EnrolmentState.REQUESTED


def test_lapse_approvals_does_nothing_when_it_runs_twice(run):
    request_place(run)
    services.lapse_approvals(at=TOO_LATE)

    assert services.lapse_approvals(at=TOO_LATE) == 0
    assert OutgoingMail.objects.filter(key__contains=".lapsed.").count() == 1
