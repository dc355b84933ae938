"""A room is held by one date at a time: what the service refuses, and what the database refuses without it."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from courses.models import CourseRun, Room, Session
from courses.services import RoomRefused, save_room
from enrolment import services
from tests.factories.academy import UserFactory
from tests.factories.courses import FIRST_SESSION, CourseFactory, RoomFactory
from tests.factories.enrolment import DURING_ENROLMENT
from tests.factories.learning import make_course_page

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def office():
    return UserFactory()


@pytest.fixture
def room():
    return RoomFactory(name="Saal Spree", address="")


def planned(office, *dates, **given) -> CourseRun:
    """A run with a session for each (room, hours after the first session's start)."""
    run = CourseRun(course=given.pop("course", None) or CourseFactory(), capacity_max=2, **given)
    run.sessions = [
        Session(room=room, starts_at=FIRST_SESSION + after * HOUR, ends_at=FIRST_SESSION + (after + 2) * HOUR)
        for room, after in dates
    ]
    return services.save_run(run=run, actor=office, at=DURING_ENROLMENT)


def again(run: CourseRun) -> CourseRun:
    """The run as a form has it: its sessions in memory."""
    run = CourseRun.objects.get(pk=run.pk)
    run.sessions = list(run.sessions.all())
    return run


@pytest.mark.parametrize("after", [-1, 0, 1])
def test_save_run_refuses_a_taken_room_and_says_by_what(office, room, after):
    course = CourseFactory()
    make_course_page(course, title="Bescheide, die ankommen")
    planned(office, (room, 0), course=course)

    with pytest.raises(services.RunRefused) as refusal:
        planned(office, (room, after))

    assert "Saal Spree" in str(refusal.value)
    assert "Bescheide, die ankommen" in str(refusal.value)
    assert "9. Dezember 2026, 9:00–11:00 Uhr" in str(refusal.value)
    assert CourseRun.objects.count() == 1


@pytest.mark.parametrize("after", [-2, 2])
def test_save_run_accepts_dates_that_touch_each_other(office, room, after):
    planned(office, (room, 0))

    planned(office, (room, after))

    assert Session.objects.filter(room=room).count() == 2


def test_save_run_accepts_another_room_at_the_same_time(office, room):
    planned(office, (room, 0))

    planned(office, (RoomFactory(), 0))

    assert CourseRun.objects.count() == 2


def test_cancel_run_sets_its_rooms_free(office, room):
    services.cancel_run(run=planned(office, (room, 0)), reason="Zu wenige.", actor=office, at=DURING_ENROLMENT)

    planned(office, (room, 0))

    assert list(Session.objects.order_by("pk").values_list("is_cancelled", flat=True)) == [True, False]


def test_save_run_lets_its_own_sessions_change_places(office, room):
    other = RoomFactory()
    run = again(planned(office, (room, 0), (other, 3)))
    first, second = run.sessions.all()
    first.room, second.room = other, room
    first.starts_at, second.starts_at = second.starts_at, first.starts_at
    first.ends_at, second.ends_at = second.ends_at, first.ends_at
    run.sessions = [first, second]

    services.save_run(run=run, actor=office, at=DURING_ENROLMENT)
    connection.check_constraints()

    assert {session.room.pk for session in Session.objects.all()} == {room.pk, other.pk}


def test_save_run_refuses_a_room_no_longer_in_use_unless_it_was_chosen_before(office, room):
    run = planned(office, (room, 0))
    Room.objects.update(is_active=False)

    services.save_run(run=again(run), actor=office, at=DURING_ENROLMENT)
    with pytest.raises(services.RunRefused, match="wird nicht mehr benutzt"):
        planned(office, (room, 5))


def test_save_run_raises_the_sequence_when_only_the_room_changes(office, room):
    run = again(planned(office, (room, 0)))
    [session] = run.sessions.all()
    session.room = RoomFactory()
    run.sessions = [session]

    services.save_run(run=run, actor=office, at=DURING_ENROLMENT)

    assert Session.objects.get().sequence == 1


def test_copy_run_leaves_a_taken_room_out(office, room):
    run = planned(office, (room, 0), (room, 24))
    planned(office, (room, 7 * 24))

    copy = services.copy_run(run=run, weeks=1, trainers=[], actor=office, at=DURING_ENROLMENT)

    assert [session.room for session in Session.objects.filter(run=copy)] == [None, room]


def test_save_room_refuses_a_second_one_of_that_name_and_address(office, room):
    with pytest.raises(RoomRefused):
        save_room(room=Room(name="Saal Spree", address=""), actor=office, at=DURING_ENROLMENT)


def test_database_refuses_a_room_booked_twice_past_the_services(office, room):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no exclusion constraint; the lock of the service holds the rule there")
    run = planned(office, (room, 0), (None, 5))

    Session.objects.create(run=run, room=room, starts_at=FIRST_SESSION, ends_at=FIRST_SESSION + HOUR)

    with pytest.raises(IntegrityError, match="room_holds_one_session"), transaction.atomic():
        connection.check_constraints()
    Session.objects.all().delete()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_save_run_gives_a_room_to_one_of_two_who_plan_at_once(office, room):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one write at a time anyway")
    course, start, outcomes = CourseFactory(), threading.Barrier(4), []

    def plan():
        start.wait()
        try:
            planned(office, (room, 0), course=course)
            outcomes.append("planned")
        except services.RunRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=plan) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["planned", "refused", "refused", "refused"]
    assert Session.objects.filter(room=room).count() == 1
