"""Planning, opening, cancelling and completing runs, and what it does to places."""

from datetime import timedelta

import pytest

from academy.models import AuditEntry, OutgoingMail
from courses.enums import ApprovalPolicy, CourseFormat, RunState
from courses.models import CourseRun, Seat, Session
from enrolment import services
from enrolment.enums import ApprovalDecision, EnrolmentState
from tests.factories.academy import UserFactory
from tests.factories.courses import FIRST_SESSION, CourseFactory, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT

pytestmark = pytest.mark.django_db

AFTER = FIRST_SESSION + timedelta(hours=5)


@pytest.fixture
def office():
    return UserFactory()


def enrol(run, **given):
    return services.enrol(learner=UserFactory(), run=run, at=DURING_ENROLMENT, **given)


def states(*places) -> list[str]:
    for place in places:
        place.refresh_from_db()
    return [place.state for place in places]


def draft(**given) -> CourseRun:
    run = CourseRun(course=CourseFactory(), place="Tagungsraum", capacity_max=3, **given)
    run.sessions = [Session(starts_at=FIRST_SESSION, ends_at=FIRST_SESSION + timedelta(hours=2))]
    return run


def reread(run) -> CourseRun:
    return CourseRun.objects.get(pk=run.pk)


# --- Planning ----------------------------------------------------------------------------------------------------
def test_save_run_makes_one_seat_for_each_place(office):
    run = services.save_run(run=draft(), actor=office, at=DURING_ENROLMENT)

    assert list(Seat.objects.filter(run=run).values_list("number", flat=True)) == [1, 2, 3]
    assert run.sessions.count() == 1
    assert AuditEntry.objects.get().action == "run.planned"


def test_save_run_refuses_a_session_in_the_past(office):
    with pytest.raises(services.RunRefused):
        services.save_run(run=draft(), actor=office, at=FIRST_SESSION)

    assert not CourseRun.objects.exists()


def test_save_run_refuses_a_session_that_ends_before_it_starts(office):
    run = draft()
    run.sessions = [Session(starts_at=FIRST_SESSION, ends_at=FIRST_SESSION - timedelta(hours=2))]

    with pytest.raises(services.RunRefused):
        services.save_run(run=run, actor=office, at=DURING_ENROLMENT)


def test_save_run_refuses_sessions_that_overlap(office):
    run = draft()
    later = FIRST_SESSION + timedelta(hours=1)
    run.sessions = [*run.sessions.get_object_list(), Session(starts_at=later, ends_at=later + timedelta(hours=2))]

    with pytest.raises(services.RunRefused):
        services.save_run(run=run, actor=office, at=DURING_ENROLMENT)


def test_save_run_accepts_sessions_that_touch(office):
    run = draft()
    later = FIRST_SESSION + timedelta(hours=2)
    run.sessions = [*run.sessions.get_object_list(), Session(starts_at=later, ends_at=later + timedelta(hours=2))]

    assert services.save_run(run=run, actor=office, at=DURING_ENROLMENT).sessions.count() == 2


def test_save_run_accepts_an_old_session_that_has_not_moved(office):
    run = services.save_run(run=draft(), actor=office, at=DURING_ENROLMENT)
    run = reread(run)
    run.sessions = list(run.sessions.all())

    services.save_run(run=run, actor=office, at=AFTER)


def test_save_run_counts_up_the_revision_of_a_session_that_has_moved_and_tells_everybody(office):
    run = CourseRunFactory(seats=2, sessions=2)
    place, other = enrol(run), enrol(CourseRunFactory(seats=1))
    run = reread(run)
    sessions = list(run.sessions.all())
    sessions[0].starts_at -= timedelta(minutes=30)
    run.sessions = sessions

    services.save_run(run=run, actor=office, at=DURING_ENROLMENT)

    moved, stayed = Session.objects.filter(run=run).order_by("starts_at")
    assert (moved.sequence, stayed.sequence) == (1, 0)
    assert moved.changed_at == DURING_ENROLMENT
    assert stayed.changed_at != DURING_ENROLMENT
    services.tell_of_changes(at=DURING_ENROLMENT + timedelta(minutes=15))
    assert OutgoingMail.objects.filter(person=place.learner, key__contains=".moved.").count() == 1
    assert not OutgoingMail.objects.filter(person=other.learner, key__contains=".moved.").exists()


@pytest.mark.parametrize(
    ("field", "value"), [("place", "Anderer Raum"), ("online_link", "https://video.example.org/a")]
)
def test_save_run_counts_up_all_revisions_when_the_place_changes(office, field, value):
    run = CourseRunFactory(seats=2, sessions=2)
    run = reread(run)
    run.sessions = list(run.sessions.all())
    setattr(run, field, value)

    services.save_run(run=run, actor=office, at=DURING_ENROLMENT)

    assert list(Session.objects.filter(run=run).values_list("sequence", flat=True)) == [1, 1]


def test_save_run_tells_nobody_when_dates_and_place_stay(office):
    run = CourseRunFactory(seats=2)
    enrol(run)
    run = reread(run)
    run.sessions = list(run.sessions.all())
    run.capacity_min = 2

    services.save_run(run=run, actor=office, at=DURING_ENROLMENT)

    assert Session.objects.get(run=run).sequence == 0
    assert services.open_notice(run) is None


def test_save_run_keeps_the_queue_counter_that_grew_since_the_form_was_read(office):
    run = CourseRunFactory(seats=1)
    stale = reread(run)
    stale.sessions = list(stale.sessions.all())
    enrol(run)
    enrol(run)

    services.save_run(run=stale, actor=office, at=DURING_ENROLMENT)

    assert reread(run).last_queue_number == 1


# --- Capacity ----------------------------------------------------------------------------------------------------
def test_change_capacity_moves_the_waiting_list_up_in_its_order(office):
    run = CourseRunFactory(seats=1)
    places = [enrol(run) for _ in range(4)]

    services.change_capacity(run=run, capacity_max=3, actor=office, at=DURING_ENROLMENT)

    assert states(*places) == [EnrolmentState.CONFIRMED] * 3 + [EnrolmentState.WAITLISTED]
    assert Seat.objects.filter(run=run).count() == 3


def test_change_capacity_moves_everybody_up_when_the_limit_goes(office):
    run = CourseRunFactory(seats=1)
    places = [enrol(run) for _ in range(3)]

    services.change_capacity(run=run, capacity_max=None, actor=office, at=DURING_ENROLMENT)

    assert states(*places) == [EnrolmentState.CONFIRMED] * 3


def test_change_capacity_removes_free_seats_only(office):
    run = CourseRunFactory(seats=4)
    first, second = enrol(run), enrol(run)
    services.withdraw(enrolment=first, actor=first.learner, at=DURING_ENROLMENT)

    services.change_capacity(run=run, capacity_max=1, actor=office, at=DURING_ENROLMENT)

    assert Seat.objects.get(run=run) == second.seat


def test_change_capacity_refuses_fewer_places_than_are_taken(office):
    run = CourseRunFactory(seats=2)
    enrol(run)
    enrol(run)

    with pytest.raises(services.RunRefused):
        services.change_capacity(run=run, capacity_max=1, actor=office, at=DURING_ENROLMENT)

    assert Seat.objects.filter(run=run).count() == 2


def test_change_capacity_refuses_fewer_places_than_the_smallest_number(office):
    run = CourseRunFactory(seats=5, capacity_min=3)

    with pytest.raises(services.RunRefused):
        services.change_capacity(run=run, capacity_max=2, actor=office, at=DURING_ENROLMENT)


def test_change_capacity_gives_a_run_without_a_limit_one(office):
    run = CourseRunFactory()
    enrol(run)

    services.change_capacity(run=run, capacity_max=3, actor=office, at=DURING_ENROLMENT)

    assert Seat.objects.filter(run=run).count() == 3
    assert Seat.objects.free().filter(run=run).count() == 2


# --- Opening -----------------------------------------------------------------------------------------------------
def test_open_run_pins_the_version_of_the_course(office):
    run = services.open_run(run=CourseRunFactory(state=RunState.DRAFT), actor=office, at=DURING_ENROLMENT)

    assert run.state == RunState.OPEN
    assert run.version.number == 1


@pytest.mark.parametrize("state", [RunState.OPEN, RunState.CANCELLED, RunState.COMPLETED])
def test_open_run_refuses_anything_but_a_draft(office, state):
    with pytest.raises(services.RunRefused):
        services.open_run(run=CourseRunFactory(state=state), actor=office, at=DURING_ENROLMENT)


def test_open_run_refuses_without_a_session(office):
    with pytest.raises(services.RunRefused):
        services.open_run(run=CourseRunFactory(state=RunState.DRAFT, sessions=0), actor=office, at=DURING_ENROLMENT)


def test_open_run_accepts_a_self_study_module_without_a_session(office):
    course = CourseFactory(format=CourseFormat.SELF_STUDY)
    run = CourseRunFactory(course=course, state=RunState.DRAFT, sessions=0)

    assert services.open_run(run=run, actor=office, at=DURING_ENROLMENT).state == RunState.OPEN


# --- Cancelling --------------------------------------------------------------------------------------------------
def test_cancel_run_ends_every_live_place_and_tells_why(office):
    run = CourseRunFactory(seats=1, approval=ApprovalPolicy.NONE)
    confirmed, waiting, given_back = enrol(run), enrol(run), enrol(run)
    services.withdraw(enrolment=given_back, actor=given_back.learner, at=DURING_ENROLMENT)

    services.cancel_run(run=run, reason="Die Trainerin ist erkrankt.", actor=office, at=DURING_ENROLMENT)

    assert states(confirmed, waiting, given_back) == ["cancelled", "cancelled", "withdrawn"]
    assert (confirmed.seat, waiting.queue_number) == (None, None)
    assert confirmed.moves.last().reason == "Die Trainerin ist erkrankt."
    assert confirmed.moves.last().actor == office.pseudonym
    mails = OutgoingMail.objects.filter(key__contains=".cancelled.")
    assert {mail.person for mail in mails} == {confirmed.learner, waiting.learner}
    assert all("Die Trainerin ist erkrankt." in mail.text for mail in mails)
    session = Session.objects.get(run=run)
    assert (session.sequence, session.changed_at) == (1, DURING_ENROLMENT)
    assert not Seat.objects.filter(run=run, taken_at__isnull=False).exists()


def test_cancel_run_closes_open_questions(office):
    run = CourseRunFactory(seats=1, approval=ApprovalPolicy.APPROVE)
    place = enrol(run, approver_email="leitung@example.org")

    services.cancel_run(run=run, reason="Zu wenige Anmeldungen.", actor=office, at=DURING_ENROLMENT)

    assert place.approvals.get().decision == ApprovalDecision.LAPSED


def test_cancel_run_refuses_without_a_reason(office):
    with pytest.raises(services.RunRefused):
        services.cancel_run(run=CourseRunFactory(), reason="  ", actor=office, at=DURING_ENROLMENT)


@pytest.mark.parametrize("state", [RunState.CANCELLED, RunState.COMPLETED])
def test_cancel_run_refuses_when_it_is_over(office, state):
    with pytest.raises(services.RunRefused):
        services.cancel_run(run=CourseRunFactory(state=state), reason="x", actor=office, at=DURING_ENROLMENT)


# --- Completing --------------------------------------------------------------------------------------------------
def test_complete_run_ends_the_waiting_list_and_keeps_the_places(office):
    run = CourseRunFactory(seats=1)
    confirmed, waiting = enrol(run), enrol(run)

    services.complete_run(run=run, actor=office, at=AFTER)

    assert states(confirmed, waiting) == [EnrolmentState.CONFIRMED, EnrolmentState.EXPIRED]
    assert waiting.queue_number is None
    assert OutgoingMail.objects.filter(person=waiting.learner, key__contains=".list_closed.").count() == 1


def test_complete_run_refuses_while_a_session_is_still_to_come(office):
    with pytest.raises(services.RunRefused):
        services.complete_run(run=CourseRunFactory(), actor=office, at=DURING_ENROLMENT)


@pytest.mark.parametrize("state", [RunState.DRAFT, RunState.CANCELLED, RunState.COMPLETED])
def test_complete_run_refuses_a_run_that_was_not_open(office, state):
    with pytest.raises(services.RunRefused):
        services.complete_run(run=CourseRunFactory(state=state), actor=office, at=AFTER)
