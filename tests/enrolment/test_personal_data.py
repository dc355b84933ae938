"""What is left of a person's places after erasure."""

import pytest

from academy.common.registry import registry
from academy.models import OutgoingMail
from courses.enums import ApprovalPolicy
from courses.models import Seat
from enrolment import services
from enrolment.audit_checks import broken_promises
from enrolment.enums import EnrolmentState
from enrolment.models import Approval, CalendarFeed, Enrolment
from tests.factories.academy import UserFactory
from tests.factories.courses import FIRST_SESSION, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT

pytestmark = pytest.mark.django_db

OURS = (
    "academy.User",
    "enrolment.Enrolment",
    "enrolment.EnrolmentMove",
    "enrolment.Approval",
    "enrolment.CalendarFeed",
)


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: DURING_ENROLMENT)


def erase(person, at=DURING_ENROLMENT, order=OURS) -> None:
    for label in order:
        registry.personal_data[label].erase(person, at)


def enrol(run, person, **given):
    return services.enrol(learner=person, run=run, at=DURING_ENROLMENT, **given)


@pytest.mark.parametrize("order", [OURS, OURS[::-1]])
def test_erasing_a_person_gives_places_back_and_keeps_the_chain(order):
    person, waiting = UserFactory(), UserFactory()
    run = CourseRunFactory(seats=1)
    place, next_in_line = enrol(run, person), enrol(run, waiting)
    written = OutgoingMail.objects.filter(person=person).count()

    erase(person, order=order)

    place.refresh_from_db()
    next_in_line.refresh_from_db()
    assert (place.state, next_in_line.state) == (EnrolmentState.WITHDRAWN, EnrolmentState.CONFIRMED)
    assert place.moves.count() == 2
    assert list(broken_promises()) == []
    if order is OURS:  # the account is empty first, so there is nobody left to write to
        assert OutgoingMail.objects.filter(person=person).count() == written


def test_erasing_a_person_keeps_a_place_whose_course_is_over():
    person = UserFactory()
    place = enrol(CourseRunFactory(seats=1), person)

    erase(person, at=FIRST_SESSION)

    place.refresh_from_db()
    assert place.state == EnrolmentState.CONFIRMED
    assert Seat.objects.filter(taken_at__isnull=False).count() == 1


def test_erasing_a_person_removes_the_supervisor_the_reasons_and_the_calendar():
    person = UserFactory()
    run = CourseRunFactory(seats=1, approval=ApprovalPolicy.APPROVE)
    place = enrol(run, person, approver_email="leitung@example.org")
    services.decide_approval(
        approval=place.approvals.get(), agrees=False, reason="Wir sind zu zweit.", at=DURING_ENROLMENT
    )
    services.renew_feed(person=person, at=DURING_ENROLMENT)

    erase(person)

    approval = Approval.objects.get()
    assert (approval.approver_email, approval.reason) == ("erased@invalid.example", "")
    assert set(Enrolment.objects.get().moves.values_list("reason", flat=True)) == {""}
    assert not CalendarFeed.objects.exists()
