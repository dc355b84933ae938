"""Each broken promise about seats and places is found and named; sound data gives no sentence."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from academy.common.registry import registry
from courses.enums import ApprovalPolicy, RunState
from courses.models import CourseRun, Seat, Session
from enrolment import services
from enrolment.audit_checks import broken_promises
from enrolment.enums import ApprovalDecision, Channel, EnrolmentState, PromotionOutcome, PromotionTrigger
from enrolment.models import Approval, Enrolment, EnrolmentMove, PromotionDecision
from tests.factories.academy import UserFactory
from tests.factories.courses import CourseRunFactory, RoomFactory
from tests.factories.enrolment import DURING_ENROLMENT, EnrolmentFactory

pytestmark = pytest.mark.django_db

BOSS = "leitung@example.org"


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: DURING_ENROLMENT)


def enrol(run, **given):
    return services.enrol(learner=UserFactory(), run=run, at=DURING_ENROLMENT, **given)


def the_only_sentence() -> str:
    [sentence] = broken_promises()
    return sentence


def row(obj):
    return type(obj).objects.filter(pk=obj.pk)


def without_constraint(name: str, table: str = "enrolment_enrolment") -> None:
    """Take one guard of the database away until the test ends, to see that the audit does not rely on it."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = 1")
            cursor.execute(f"DROP INDEX IF EXISTS {name}")
        else:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
            cursor.execute(f"DROP INDEX IF EXISTS {name}")


@pytest.fixture(autouse=True)
def guards_come_back():
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = 0")


def test_audit_is_silent_about_a_full_life_of_a_run():
    run = CourseRunFactory(seats=1, approval=ApprovalPolicy.APPROVE)
    first, second = enrol(run, approver_email=BOSS), enrol(run, approver_email=BOSS)
    services.decide_approval(approval=first.approvals.get(), agrees=True, at=DURING_ENROLMENT)
    services.decide_approval(approval=second.approvals.get(), agrees=True, at=DURING_ENROLMENT)
    services.withdraw(enrolment=first, actor=first.learner, at=DURING_ENROLMENT)
    services.cancel_run(run=run, reason="Zu wenige.", actor=UserFactory(), at=DURING_ENROLMENT)

    assert list(broken_promises()) == []


def test_audit_is_part_of_the_command():
    assert broken_promises in registry.invariants


# --- Seats -------------------------------------------------------------------------------------------------------
def test_audit_finds_a_taken_seat_without_a_place():
    seat = Seat.objects.get(run=CourseRunFactory(seats=1))
    row(seat).update(taken_at=DURING_ENROLMENT)

    assert the_only_sentence() == f"seat {seat.pk} (run {seat.run_id}, number 1): taken, but no place holds it"


def test_audit_finds_a_free_seat_that_a_place_holds():
    place = enrol(CourseRunFactory(seats=1))
    row(place.seat).update(taken_at=None)

    assert "free, but a place holds it" in the_only_sentence()


def test_audit_finds_a_seat_of_another_run():
    if connection.vendor == "postgresql":
        pytest.skip("the constraint does not let it happen")
    place = enrol(CourseRunFactory(seats=1))
    row(place).update(run=CourseRunFactory(seats=1))

    assert the_only_sentence() == f"place {place.pk}: holds a seat of another run"


def test_audit_finds_more_held_seats_than_places():
    run = CourseRunFactory(seats=2)
    enrol(run)
    enrol(run)
    row(run).update(capacity_max=1)

    assert list(broken_promises()) == [
        f"run {run.pk}: 2 seats are held, but it has 1 places",
        f"run {run.pk}: it has 1 places, but 2 seats",
    ]


def test_audit_finds_a_missing_seat():
    run = CourseRunFactory(seats=2)
    Seat.objects.filter(run=run, number=2).delete()

    assert the_only_sentence() == f"run {run.pk}: it has 2 places, but 1 seats"


# --- The waiting list --------------------------------------------------------------------------------------------
@pytest.fixture
def run_with_a_free_seat_and_somebody_waiting() -> CourseRun:
    run = CourseRunFactory(seats=1)
    held, _waiting = enrol(run), enrol(run)
    Seat.objects.create(run=run, number=2)
    row(run).update(capacity_max=2)
    assert held.seat.number == 1
    return run


def test_audit_finds_somebody_who_waits_although_a_seat_is_free(run_with_a_free_seat_and_somebody_waiting):
    run = run_with_a_free_seat_and_somebody_waiting

    assert the_only_sentence() == f"run {run.pk}: somebody waits although a seat is free"


def test_audit_allows_that_after_the_cut_off(run_with_a_free_seat_and_somebody_waiting, monkeypatch):
    run = run_with_a_free_seat_and_somebody_waiting
    after = run.sessions.all()[0].starts_at + timedelta(minutes=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: after)

    assert timezone.now() == after
    assert list(broken_promises()) == []


@pytest.mark.parametrize("state", [RunState.CANCELLED, RunState.COMPLETED])
def test_audit_finds_somebody_who_waits_for_a_run_that_is_over(state):
    run = CourseRunFactory(seats=1)
    enrol(run)
    waiting = enrol(run)
    row(run).update(state=state)

    assert f"place {waiting.pk}: still waitlisted, but its run is {state}" in list(broken_promises())


# --- Places ------------------------------------------------------------------------------------------------------
def test_audit_finds_a_confirmed_place_without_a_seat():
    without_constraint("seat_matches_state")
    place = enrol(CourseRunFactory(seats=1))
    row(place).update(seat=None)

    assert f"place {place.pk}: confirmed, but holds no seat" in list(broken_promises())


def test_audit_finds_a_seat_held_by_a_place_that_is_over():
    without_constraint("seat_matches_state")
    place = enrol(CourseRunFactory(seats=1))
    row(place).update(state=EnrolmentState.WITHDRAWN)

    assert f"place {place.pk}: withdrawn, but holds a seat" in list(broken_promises())


def test_audit_finds_a_place_that_waits_without_a_number():
    without_constraint("waiting_has_queue_number")
    run = CourseRunFactory(seats=1)
    enrol(run)
    waiting = enrol(run)
    row(waiting).update(queue_number=None)

    assert the_only_sentence() == f"place {waiting.pk}: waits without a number"


def test_audit_finds_two_live_places_of_one_person():
    without_constraint("one_live_place")
    run = CourseRunFactory(seats=2)
    first, second = enrol(run), enrol(run)
    row(second).update(learner=first.learner)

    assert the_only_sentence() == f"run {run.pk}: person {first.learner.pk} has 2 live places"


# --- Turns -------------------------------------------------------------------------------------------------------
def list_with_one_who_moved_up(**given):
    """A run whose only seat went from its first holder to the head of a list of two."""
    run = CourseRunFactory(seats=1, **given)
    holder, head, next_one = enrol(run), enrol(run), enrol(run)
    services.withdraw(enrolment=holder, actor=holder.learner, at=DURING_ENROLMENT)
    return head, next_one


def swap_in_the_list(first, second) -> None:
    """As if the two had joined the waiting list the other way round."""
    sql = "UPDATE enrolment_enrolmentmove SET enrolment_id = %s WHERE id = %s"
    moves = [place.moves.get(move="wait").pk for place in (second, first)]
    with connection.cursor() as cursor:
        for place, move in zip((first, second), moves, strict=True):
            cursor.execute(sql, [place.pk, move])


def test_audit_finds_somebody_who_moved_up_before_a_person_ahead():
    head, next_one = list_with_one_who_moved_up()
    assert list(broken_promises()) == []

    swap_in_the_list(head, next_one)

    assert the_only_sentence() == f"place {head.pk}: moved up before place {next_one.pk}, which waited longer"


def test_audit_accepts_that_a_person_over_quota_was_passed():
    head, next_one = list_with_one_who_moved_up()
    swap_in_the_list(head, next_one)

    over_quota = {"outcome": PromotionOutcome.OVER_QUOTA, "trigger": PromotionTrigger.SEAT_FREED}
    PromotionDecision.objects.create(enrolment=next_one, at=DURING_ENROLMENT, **over_quota)

    assert list(broken_promises()) == []


# --- History -----------------------------------------------------------------------------------------------------
def test_audit_finds_a_place_without_a_move():
    place = EnrolmentFactory(run=CourseRunFactory(seats=1))

    assert the_only_sentence() == f"place {place.pk}: no move says how it came about"


def test_audit_finds_a_state_that_no_move_led_to():
    place = enrol(CourseRunFactory(seats=1))
    Seat.objects.filter(pk=place.seat_id).update(taken_at=None)
    row(place).update(state=EnrolmentState.DECLINED, seat=None)

    assert the_only_sentence() == f"place {place.pk}: its last move led to confirmed, but it is declined"


def test_audit_finds_a_gap_in_the_chain_of_moves():
    place = enrol(CourseRunFactory(seats=1))
    move = EnrolmentMove.objects.create(
        enrolment=place,
        move="promote",
        from_state=EnrolmentState.WAITLISTED,
        to_state=EnrolmentState.CONFIRMED,
        channel=Channel.SYSTEM,
        at=DURING_ENROLMENT,
    )

    Enrolment.objects.filter(pk=place.pk).update(sequence=1)  # as its moves say
    assert the_only_sentence() == f"move {move.pk} of place {place.pk}: begins at «waitlisted», not at «confirmed»"


def test_audit_finds_a_first_move_that_begins_somewhere():
    place = enrol(CourseRunFactory(seats=1))
    EnrolmentMove.objects.filter(enrolment=place).update(from_state=EnrolmentState.REQUESTED)

    assert "begins at «requested»" in the_only_sentence()


# --- Approvals ---------------------------------------------------------------------------------------------------
def test_audit_finds_a_request_that_nobody_is_asked_about():
    place = enrol(CourseRunFactory(seats=1, approval=ApprovalPolicy.APPROVE), approver_email=BOSS)
    Approval.objects.update(decision=ApprovalDecision.LAPSED, decided_at=DURING_ENROLMENT)

    assert the_only_sentence() == f"place {place.pk}: waits for approval, but nobody is asked"


def test_audit_finds_an_open_question_about_a_place_that_is_settled():
    place = enrol(CourseRunFactory(seats=1))
    approval = Approval.objects.create(
        enrolment=place, approver_email=BOSS, nonce="n", asked_at=DURING_ENROLMENT, expires_at=DURING_ENROLMENT
    )

    assert the_only_sentence() == f"approval {approval.pk}: still open, but its place is not requested"
    assert Enrolment.objects.count() == 1


# --- Calendars and rooms -----------------------------------------------------------------------------------------
def test_audit_finds_a_session_that_is_called_off_without_its_run():
    run = CourseRunFactory(seats=1)
    run.sessions.update(is_cancelled=True)

    assert list(broken_promises()) == [
        f"session {run.sessions.get().pk}: called off or not, its run {run.pk} says otherwise"
    ]


def test_audit_finds_a_move_that_calendars_do_not_know_of():
    place = services.enrol(learner=UserFactory(), run=CourseRunFactory(seats=1), at=DURING_ENROLMENT)
    services.withdraw(enrolment=place, actor=place.learner, at=DURING_ENROLMENT)
    Enrolment.objects.update(sequence=0)

    assert list(broken_promises()) == [f"place {place.pk}: moved 1 times, but calendars know of 0"]


def test_audit_finds_a_room_that_is_booked_twice():
    if connection.vendor == "postgresql":
        pytest.skip("the constraint does not let it happen")
    room = RoomFactory()
    first, second = CourseRunFactory(seats=1).sessions.get(), CourseRunFactory(seats=1).sessions.get()
    Session.objects.update(room=room)

    assert list(broken_promises()) == [f"room {room.pk}: holds the sessions {first.pk} and {second.pk} at once"]
