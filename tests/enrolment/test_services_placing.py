"""Putting runs and places into a described state."""

from datetime import UTC, datetime, timedelta

import pytest

from academy.models import OutgoingMail
from courses.enums import ApprovalPolicy, RunState
from courses.models import CourseRun, Seat, Session
from enrolment import services
from enrolment.audit_checks import broken_promises
from enrolment.enums import EnrolmentState
from enrolment.models import Approval, Attendance, Completion, Enrolment, EnrolmentMove
from tests.factories.academy import UserFactory
from tests.factories.courses import CourseFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
LAST_WEEK, NEXT_WEEK = AT - timedelta(days=7), AT + timedelta(days=7)


def session(starts_at: datetime, ue: float = 5) -> services.PlacedSession:
    return services.PlacedSession(starts_at, starts_at + timedelta(hours=4), ue)


def place(state: EnrolmentState, learner=None, **facts) -> services.PlacedPlace:
    return services.PlacedPlace(learner or UserFactory(), state, LAST_WEEK, **facts)


def put(places=(), *, course=None, sessions=None, state=RunState.OPEN, seats=3, trainers=(), at=AT) -> CourseRun:
    course = course or CourseFactory(slug="kurs", capacity_max=seats, approval=ApprovalPolicy.APPROVE)
    return services.place_run(
        slug="durchgang",
        placed=services.PlacedRun(course=course, state=state, place="Saal"),
        sessions=[session(NEXT_WEEK)] if sessions is None else sessions,
        trainers=trainers,
        places=places,
        at=at,
    )


def test_place_run_takes_capacity_and_approval_of_the_course_and_makes_its_seats():
    trainer = UserFactory()

    run = put(seats=4, trainers=[trainer])

    run = CourseRun.objects.get(pk=run.pk)
    assert (run.capacity_max, run.approval, run.place, run.state) == (4, "approve", "Saal", "open")
    assert run.seats.count() == 4
    assert run.version.number == 1
    assert list(run.trainers.all()) == [trainer]
    assert [s.starts_at for s in run.sessions.all()] == [NEXT_WEEK]


def test_place_run_gives_seats_questions_and_numbers_and_writes_no_mail():
    wanted = [EnrolmentState.CONFIRMED, EnrolmentState.REQUESTED, EnrolmentState.REQUESTED, EnrolmentState.WAITLISTED]

    run = put([place(state, approver_email="leitung@example.org") for state in wanted], seats=2)

    places = list(Enrolment.objects.filter(run=run).order_by("pk"))
    assert [entry.state for entry in places] == wanted
    assert [entry.seat and entry.seat.number for entry in places] == [1, 2, None, None]
    assert [entry.queue_number for entry in places] == [None, None, None, 1]
    assert CourseRun.objects.get(pk=run.pk).last_queue_number == 1
    assert [move.move for move in EnrolmentMove.objects.order_by("pk")] == ["confirm", "request", "request", "wait"]
    assert set(Approval.objects.values_list("approver_email", "asked_at")) == {("leitung@example.org", LAST_WEEK)}
    assert Approval.objects.count() == 2
    assert not OutgoingMail.objects.exists()
    assert list(broken_promises()) == []


def test_place_run_refuses_more_places_than_seats():
    with pytest.raises(services.RunRefused):
        put([place(EnrolmentState.CONFIRMED) for _number in range(3)], seats=2)

    assert not CourseRun.objects.exists()


def test_place_run_makes_a_seat_with_each_place_where_there_is_no_limit():
    run = put([place(EnrolmentState.CONFIRMED), place(EnrolmentState.CONFIRMED)], seats=None)

    assert list(Seat.objects.filter(run=run).order_by("number").values_list("number", "taken_at")) == [
        (1, LAST_WEEK),
        (2, LAST_WEEK),
    ]
    assert list(broken_promises()) == []


def test_place_run_of_the_past_ticks_attendance_and_grants_completions():
    present, absent = (place(EnrolmentState.CONFIRMED, was_present=value) for value in (True, False))

    run = put([present, absent], sessions=[session(LAST_WEEK)], state=RunState.COMPLETED)

    rows = Attendance.objects.filter(session__run=run).order_by("pk")
    assert list(rows.values_list("enrolment__learner", "state", "ticked_by")) == [
        (present.learner.pk, "present", None),
        (absent.learner.pk, "absent", None),
    ]
    assert list(Completion.objects.values_list("enrolment__learner", "result")) == [(present.learner.pk, "full")]


def test_place_run_twice_doubles_nothing():
    wanted = [place(EnrolmentState.CONFIRMED, was_present=True), place(EnrolmentState.WAITLISTED)]
    course = CourseFactory(capacity_max=1)
    run = put(wanted, course=course)
    tables = (Enrolment, EnrolmentMove, Attendance, Approval, Seat, Session, Completion)
    before = [list(table.objects.order_by("pk").values()) for table in tables]

    put(wanted, course=course, at=AT + timedelta(hours=1))

    assert [list(table.objects.order_by("pk").values()) for table in tables] == before
    assert CourseRun.objects.get(pk=run.pk).last_queue_number == 1


def test_place_run_again_moves_sessions_and_counts_the_change():
    course = CourseFactory()
    run = put(course=course)

    put(course=course, sessions=[session(NEXT_WEEK + timedelta(days=1)), session(NEXT_WEEK + timedelta(days=2))])

    found = Session.objects.filter(run=run).order_by("starts_at")
    assert list(found.values_list("starts_at", "sequence")) == [
        (NEXT_WEEK + timedelta(days=1), 1),
        (NEXT_WEEK + timedelta(days=2), 0),
    ]


def test_place_run_again_takes_a_surplus_session_away_unless_somebody_was_ticked():
    course = CourseFactory()
    run = put(course=course, sessions=[session(NEXT_WEEK), session(NEXT_WEEK + timedelta(days=1))])
    put(course=course)
    assert run.sessions.count() == 1

    put([place(EnrolmentState.CONFIRMED, was_present=True)], course=course)
    put(course=course, sessions=[])
    assert Session.objects.filter(run=run).count() == 1


def test_place_run_again_follows_the_capacity_of_the_course():
    course = CourseFactory(capacity_max=1)
    run = put(course=course)
    course.capacity_max = 3
    course.save()

    put(course=course)

    assert CourseRun.objects.get(pk=run.pk).capacity_max == 3
    assert run.seats.count() == 3


def test_place_run_again_keeps_what_people_did():
    learner, office, course = UserFactory(), UserFactory(), CourseFactory(capacity_max=2)
    run = put([place(EnrolmentState.CONFIRMED, learner)], course=course)
    services.withdraw(enrolment=Enrolment.objects.get(), actor=learner, at=AT)
    services.cancel_run(run=run, reason="Krankheit", actor=office, at=AT)

    put([place(EnrolmentState.CONFIRMED, learner)], course=course, sessions=[session(NEXT_WEEK + timedelta(days=3))])

    assert Enrolment.objects.get().state == EnrolmentState.WITHDRAWN
    assert CourseRun.objects.get(pk=run.pk).state == RunState.CANCELLED
    assert Session.objects.get().starts_at == NEXT_WEEK
