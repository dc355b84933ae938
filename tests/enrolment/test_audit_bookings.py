"""Each broken promise about bookings of organisations is found and named; sound data gives no sentence."""

from datetime import timedelta

import pytest

from courses.models import Seat
from enrolment import services
from enrolment.audit_checks import broken_promises
from enrolment.enums import BookingState
from enrolment.models import Booking, NamedPerson
from tests.factories.academy import UserFactory
from tests.factories.bookings import book, name
from tests.factories.courses import CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: DURING_ENROLMENT)


@pytest.fixture
def booking():
    """Two reserved seats of three; one has a name."""
    booking = book(CourseRunFactory(seats=3), 2)
    name(booking, "neu@example.org")
    assert list(broken_promises()) == []
    return booking


def sentences() -> list[str]:
    return list(broken_promises())


def row(booking):
    return Booking.objects.filter(pk=booking.pk)


def test_reserved_seats_without_a_booking_are_found(booking):
    row(booking).update(state=BookingState.RELEASED)

    found = [one for one in sentences() if "reserved, but no booking holds it" in one]
    assert len(found) == 2
    assert any(f"booking {booking.pk}: its last move led to held" in one for one in sentences())


def test_more_people_named_than_seats_reserved_are_found(booking):
    Seat.objects.filter(reserved_for__isnull=False).update(reserved_for=None, reserved_until=None)

    assert sentences() == [f"booking {booking.pk}: 1 people are named, but 0 seats are reserved"]


def test_reserved_seat_of_somebody_who_was_not_named_is_found(booking):
    NamedPerson.objects.all().delete()

    [sentence] = sentences()
    assert "reserved, but held by nobody who was named" in sentence


def test_release_date_that_was_missed_is_found_after_the_grace(booking, monkeypatch):
    def at(**passed):
        monkeypatch.setattr("django.utils.timezone.now", lambda: booking.release_at + timedelta(**passed))
        return [one for one in sentences() if "release date is over" in one]

    assert at(minutes=59) == []
    assert at(hours=1) == [f"booking {booking.pk}: its release date is over, but its seats have not come back"]


def test_another_release_date_on_a_seat_is_found(booking):
    Seat.objects.filter(taken_at__isnull=True, reserved_for__isnull=False).update(reserved_until=DURING_ENROLMENT)

    [sentence] = sentences()
    assert "another release date than its booking" in sentence


def test_seats_kept_together_for_a_group_are_no_broken_promise():
    run = CourseRunFactory(seats=2)
    holders = [services.enrol(learner=UserFactory(), run=run, at=DURING_ENROLMENT) for _ in range(2)]
    book(run, 2)
    services.withdraw(enrolment=holders[0], actor=holders[0].learner, at=DURING_ENROLMENT)

    assert Seat.objects.free().filter(run=run).count() == 1
    assert sentences() == []
