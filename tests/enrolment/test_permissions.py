"""Who may do what with places: one table over roles and objects (DOMAIN.md 2.5, S1)."""

import pytest
from django.test import Client

from academy.enums import Role
from enrolment import permissions, selectors, services
from enrolment.enums import LIVE_STATES, EnrolmentState
from enrolment.models import Enrolment
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.courses import CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT, EnrolmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: DURING_ENROLMENT)


@pytest.fixture
def place() -> Enrolment:
    return EnrolmentFactory(run=CourseRunFactory(seats=1))


def somebody(role: Role | None):
    return MembershipFactory(role=role).user if role else UserFactory()


# --- The own place -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", EnrolmentState)
def test_learner_may_give_back_live_places_and_learn_with_confirmed_ones(state):
    place = EnrolmentFactory(state=state)

    assert permissions.can_withdraw_place(place.learner, place) is (state in LIVE_STATES)
    assert permissions.can_learn(place.learner, place) is (state == EnrolmentState.CONFIRMED)


# --- Somebody else's place ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", [None, *Role])
def test_nobody_gives_back_learns_with_or_lists_the_place_of_somebody_else(place, role):
    user = somebody(role)

    assert not permissions.can_withdraw_place(user, place)
    assert not permissions.can_learn(user, place)
    assert not selectors.places_visible_to(user).exists()


@pytest.mark.parametrize("role", [None, *Role])
def test_nobody_opens_pages_of_the_place_of_somebody_else(place, role):
    client = Client()
    client.force_login(somebody(role))

    for path in (f"places/{place.pk}/withdraw/", f"learn/{place.pk}/", f"learn/{place.pk}/1/"):
        assert client.get(f"/de/{path}").status_code == 404, path
    assert client.post(f"/de/places/{place.pk}/withdraw/").status_code == 404


def test_a_supervisor_who_agreed_sees_nothing_of_the_place(place):
    """Rights are per question, never inherited from being somebody's superior (DOMAIN.md 2.5, last row)."""
    boss = MembershipFactory(role=Role.APPROVER, user=UserFactory(email="leitung@example.org")).user
    run = CourseRunFactory(seats=1, approval="approve")
    asked = services.enrol(learner=place.learner, run=run, at=DURING_ENROLMENT, approver_email=boss.email)
    services.decide_approval(approval=asked.approvals.get(), agrees=True, at=DURING_ENROLMENT)

    assert not selectors.requests_to_answer(boss, at=DURING_ENROLMENT).exists()
    assert not selectors.places_visible_to(boss).exists()


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("is_trainer_of_run", [False, True])
def test_attendance_is_ticked_by_the_office_and_the_trainers_of_the_run(place, role, is_trainer_of_run):
    user = somebody(role)
    if is_trainer_of_run:
        place.run.trainers.add(user)
        place.run.save()

    may = role == Role.ACADEMY_OFFICE or (role == Role.TRAINER and is_trainer_of_run)
    assert permissions.can_tick_attendance(user, place.run) is may
