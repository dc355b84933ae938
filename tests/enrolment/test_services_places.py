"""Taking a place and giving it back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from academy.models import OutgoingMail
from courses.enums import ApprovalPolicy, RunState
from courses.models import Seat
from enrolment import services
from enrolment.enums import ApprovalDecision, Channel, CompletionResult, EnrolmentState
from enrolment.models import Completion, Enrolment
from tests.factories.academy import UserFactory
from tests.factories.courses import FIRST_SESSION, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT, EnrolmentFactory

pytestmark = pytest.mark.django_db

BOSS = "leitung@example.org"


def enrol(run, learner=None, at=DURING_ENROLMENT, **given):
    return services.enrol(learner=learner or UserFactory(), run=run, at=at, **given)


def subjects(person) -> list[str]:
    return list(OutgoingMail.objects.filter(person=person).order_by("pk").values_list("key", flat=True))


# --- Enrolling ---------------------------------------------------------------------------------------------------
def test_enrol_gives_the_lowest_free_seat():
    run = CourseRunFactory(seats=3)
    first = enrol(run)

    second = enrol(run)

    assert (first.seat.number, second.seat.number) == (1, 2)
    assert second.state == EnrolmentState.CONFIRMED
    assert Seat.objects.free().filter(run=run).count() == 1


def test_enrol_writes_the_move_with_actor_channel_and_moment():
    learner = UserFactory()

    place = enrol(CourseRunFactory(seats=1), learner)

    move = place.moves.get()
    assert (move.move, move.from_state, move.to_state) == ("confirm", "", EnrolmentState.CONFIRMED)
    assert (move.actor, move.channel, move.at) == (learner.pseudonym, Channel.WEB, DURING_ENROLMENT)


def test_enrol_writes_one_mail_with_the_confirmation():
    place = enrol(CourseRunFactory(seats=1))

    assert subjects(place.learner) == [f"place.{place.pk}.confirmed.0"]


def test_enrol_puts_the_learner_on_the_waiting_list_when_the_run_is_full():
    run = CourseRunFactory(seats=1)
    enrol(run)

    places = [enrol(run) for _ in range(3)]

    assert [place.state for place in places] == [EnrolmentState.WAITLISTED] * 3
    assert [place.seat for place in places] == [None] * 3
    assert [place.queue_number for place in places] == [1, 2, 3]
    assert subjects(places[0].learner) == [f"place.{places[0].pk}.waitlisted.0"]


def test_enrol_never_passes_a_waiting_person():
    run = CourseRunFactory(seats=1)
    EnrolmentFactory(run=run, state=EnrolmentState.WAITLISTED)

    place = enrol(run)

    assert place.state == EnrolmentState.WAITLISTED


def test_enrol_makes_a_seat_with_each_place_when_the_run_has_no_limit():
    run = CourseRunFactory()

    places = [enrol(run) for _ in range(3)]

    assert [place.state for place in places] == [EnrolmentState.CONFIRMED] * 3
    assert [place.seat.number for place in places] == [1, 2, 3]


def test_enrol_makes_a_new_place_when_the_first_one_was_given_back():
    run, learner = CourseRunFactory(seats=1), UserFactory()
    services.withdraw(enrolment=enrol(run, learner), actor=learner, at=DURING_ENROLMENT)

    again = enrol(run, learner)

    assert again.state == EnrolmentState.CONFIRMED
    assert Enrolment.objects.filter(learner=learner).count() == 2


def test_enrol_refuses_before_opening():
    run = CourseRunFactory(seats=1, enrolment_opens_at=DURING_ENROLMENT + timedelta(minutes=1))

    with pytest.raises(services.EnrolmentRefused, match=r"closed|geschlossen"):
        enrol(run)


def test_enrol_refuses_after_closing():
    run = CourseRunFactory(seats=1, enrolment_closes_at=DURING_ENROLMENT)

    with pytest.raises(services.EnrolmentRefused):
        enrol(run)


def test_enrol_refuses_after_the_first_session_has_begun():
    with pytest.raises(services.EnrolmentRefused):
        enrol(CourseRunFactory(seats=1), at=FIRST_SESSION)


@pytest.mark.parametrize("state", [RunState.DRAFT, RunState.CANCELLED, RunState.COMPLETED])
def test_enrol_refuses_when_the_run_is_not_open(state):
    with pytest.raises(services.EnrolmentRefused):
        enrol(CourseRunFactory(seats=1, state=state))


def test_enrol_refuses_when_the_run_was_cancelled_after_it_was_read():
    run = CourseRunFactory(seats=1)
    type(run).objects.filter(pk=run.pk).update(state=RunState.CANCELLED)

    with pytest.raises(services.EnrolmentRefused):
        enrol(run)  # the object in hand still says «open»

    assert Seat.objects.free().filter(run=run).count() == 1


def test_enrol_refuses_a_second_place_on_the_same_run():
    run, learner = CourseRunFactory(seats=2), UserFactory()
    enrol(run, learner)

    with pytest.raises(services.EnrolmentRefused):
        enrol(run, learner)

    assert Enrolment.objects.filter(run=run).count() == 1
    assert Seat.objects.free().filter(run=run).count() == 1


def test_enrol_gives_the_seat_free_again_when_the_database_refuses_the_second_place(monkeypatch):
    """Two requests at once: both pass the check, the constraint decides."""
    run, learner = CourseRunFactory(seats=2), UserFactory()
    enrol(run, learner)
    monkeypatch.setattr("enrolment.services.places._check", lambda **given: None)

    with pytest.raises(services.EnrolmentRefused):
        enrol(run, learner)

    assert Enrolment.objects.filter(run=run).count() == 1
    assert Seat.objects.free().filter(run=run).count() == 1


# --- What the run's policy asks for ------------------------------------------------------------------------------
def test_enrol_refuses_without_the_word_of_the_learner_under_info():
    with pytest.raises(services.EnrolmentRefused):
        enrol(CourseRunFactory(seats=1, approval=ApprovalPolicy.INFO))


def test_enrol_confirms_at_once_with_the_word_of_the_learner_under_info():
    place = enrol(CourseRunFactory(seats=1, approval=ApprovalPolicy.INFO), has_approval=True)

    assert place.state == EnrolmentState.CONFIRMED


def test_enrol_refuses_without_an_address_under_approve():
    with pytest.raises(services.EnrolmentRefused):
        enrol(CourseRunFactory(seats=1, approval=ApprovalPolicy.APPROVE))


def test_enrol_refuses_the_own_address_under_approve():
    learner = UserFactory(email="ich@example.org")

    with pytest.raises(services.EnrolmentRefused):
        enrol(CourseRunFactory(seats=1, approval=ApprovalPolicy.APPROVE), learner, approver_email=" Ich@Example.org ")


def test_enrol_refuses_to_ask_supervisors_without_end(settings):
    settings.APPROVALS_A_DAY = 2
    learner, runs = UserFactory(), [CourseRunFactory(seats=1, approval=ApprovalPolicy.APPROVE) for _ in range(3)]
    for run in runs[:2]:
        enrol(run, learner, approver_email=BOSS)

    with pytest.raises(services.EnrolmentRefused):
        enrol(runs[2], learner, approver_email=BOSS)

    assert enrol(runs[2], learner, at=DURING_ENROLMENT + timedelta(days=1), approver_email=BOSS)


def test_enrol_holds_a_seat_and_asks_the_supervisor_under_approve():
    run = CourseRunFactory(seats=1, approval=ApprovalPolicy.APPROVE)

    place = enrol(run, approver_email=BOSS)

    approval = place.approvals.get()
    assert place.state == EnrolmentState.REQUESTED
    assert place.seat is not None
    assert (approval.approver_email, approval.is_open) == (BOSS, True)
    assert approval.expires_at == DURING_ENROLMENT + timedelta(days=10)
    assert OutgoingMail.objects.get(address=BOSS).key == f"approval.{approval.pk}.asked"
    assert subjects(place.learner) == [f"place.{place.pk}.requested.{approval.pk}.0"]


def test_enrol_asks_without_a_seat_or_number_when_the_run_is_full_under_approve():
    run = CourseRunFactory(seats=1, approval=ApprovalPolicy.APPROVE)
    enrol(run, approver_email=BOSS)

    place = enrol(run, approver_email=BOSS)

    assert (place.state, place.seat, place.queue_number) == (EnrolmentState.REQUESTED, None, None)


def test_enrol_lets_the_question_lapse_when_the_next_session_begins():
    run = CourseRunFactory(seats=1, approval=ApprovalPolicy.APPROVE)

    place = enrol(run, at=FIRST_SESSION - timedelta(days=2), approver_email=BOSS)

    assert place.approvals.get().expires_at == FIRST_SESSION


def test_enrol_lets_the_question_lapse_at_the_second_session_when_the_first_is_over():
    run = CourseRunFactory(
        seats=1,
        sessions=2,
        approval=ApprovalPolicy.APPROVE,
        enrolment_closes_at=FIRST_SESSION + timedelta(days=6),
    )

    place = enrol(run, at=FIRST_SESSION + timedelta(days=1), approver_email=BOSS)

    assert place.approvals.get().expires_at == FIRST_SESSION + timedelta(weeks=1)


# --- Giving back -------------------------------------------------------------------------------------------------
def withdraw(place, at=DURING_ENROLMENT):
    return services.withdraw(enrolment=place, actor=place.learner, at=at)


def test_withdraw_frees_the_seat_and_tells_the_learner():
    run = CourseRunFactory(seats=1)
    place = withdraw(enrol(run))

    assert (place.state, place.seat) == (EnrolmentState.WITHDRAWN, None)
    assert place.sequence == 1
    assert Seat.objects.free().filter(run=run).count() == 1
    assert subjects(place.learner)[-1] == f"place.{place.pk}.withdrawn.1"


def test_withdraw_gives_the_seat_to_the_head_of_the_waiting_list():
    run = CourseRunFactory(seats=1)
    first, head, tail = enrol(run), enrol(run), enrol(run)

    withdraw(first)

    head.refresh_from_db()
    tail.refresh_from_db()
    assert (head.state, head.seat_id) == (EnrolmentState.CONFIRMED, Seat.objects.get(run=run).pk)
    assert tail.state == EnrolmentState.WAITLISTED
    assert head.moves.last().move == "promote"
    assert subjects(head.learner)[-1] == f"place.{head.pk}.promoted.1"


def test_withdraw_promotes_nobody_when_the_first_session_has_begun():
    run = CourseRunFactory(seats=1, sessions=2)
    first, head = enrol(run), enrol(run)

    withdraw(first, at=FIRST_SESSION + timedelta(hours=1))

    head.refresh_from_db()
    assert head.state == EnrolmentState.WAITLISTED
    assert Seat.objects.free().filter(run=run).count() == 1


def test_withdraw_promotes_after_the_first_session_when_enrolment_is_still_open():
    run = CourseRunFactory(seats=1, sessions=2, enrolment_closes_at=FIRST_SESSION + timedelta(days=2))
    first, head = enrol(run), enrol(run)

    withdraw(first, at=FIRST_SESSION + timedelta(hours=1))

    head.refresh_from_db()
    assert head.state == EnrolmentState.CONFIRMED


def test_withdraw_leaves_the_waiting_list_without_a_seat_to_give():
    run = CourseRunFactory(seats=1)
    taken, waiting = enrol(run), enrol(run)

    place = withdraw(waiting)

    taken.refresh_from_db()
    assert (place.state, place.queue_number) == (EnrolmentState.WITHDRAWN, None)
    assert taken.state == EnrolmentState.CONFIRMED


def test_withdraw_closes_the_question_to_the_supervisor():
    run = CourseRunFactory(seats=1, approval=ApprovalPolicy.APPROVE)
    place = enrol(run, approver_email=BOSS)

    withdraw(place)

    assert place.approvals.get().decision == ApprovalDecision.LAPSED


def test_withdraw_removes_the_seat_when_the_run_has_no_limit():
    run = CourseRunFactory()

    withdraw(enrol(run))

    assert not Seat.objects.filter(run=run).exists()


def test_withdraw_refuses_a_place_that_is_over():
    place = withdraw(enrol(CourseRunFactory(seats=1)))

    with pytest.raises(services.EnrolmentRefused):
        withdraw(place)


def test_withdraw_refuses_after_the_last_session_has_begun():
    place = enrol(CourseRunFactory(seats=1, sessions=2))

    with pytest.raises(services.EnrolmentRefused):
        withdraw(place, at=FIRST_SESSION + timedelta(weeks=1))


def test_withdraw_refuses_a_completed_course():
    place = enrol(CourseRunFactory(sessions=0))
    Completion.objects.create(enrolment=place, result=CompletionResult.FULL, ue_attended=1, granted_at=DURING_ENROLMENT)

    with pytest.raises(services.EnrolmentRefused):
        withdraw(place)


def test_withdraw_writes_no_mail_when_the_account_was_erased():
    place = enrol(CourseRunFactory(seats=1))
    place.learner.erased_at = timezone.now()
    place.learner.save()
    written = OutgoingMail.objects.count()

    withdraw(place)

    assert OutgoingMail.objects.count() == written
