"""The page of a run's waiting list: the dry run, the decisions, and who may let people move up."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from academy.enums import Role
from courses.enums import WaitingListPolicy
from enrolment import services
from enrolment.enums import EnrolmentState
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.courses import CourseFactory, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT, EnrolmentFactory
from tests.factories.learning import make_course_page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: DURING_ENROLMENT)


@pytest.fixture
def run(trainer):
    """One seat, one person on it, two waiting; the office decides who moves up."""
    run = CourseRunFactory(seats=1, course=CourseFactory(), waiting_list=WaitingListPolicy.MANUAL)
    make_course_page(run.course, title="Zugang für alle")
    run.trainers.add(trainer)
    run.save()
    EnrolmentFactory(run=run)
    for _ in range(2):
        services.enrol(learner=UserFactory(), run=run, at=DURING_ENROLMENT)
    return run


def address(run) -> str:
    return f"/de/teaching/runs/{run.pk}/waiting-list/"


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def free_the_seat(run) -> None:
    holder = run.enrolments.confirmed().get()
    services.withdraw(enrolment=holder, actor=holder.learner, at=DURING_ENROLMENT)


def test_waiting_list_shows_what_would_happen_and_the_office_lets_people_move_up(client, run, office):
    free_the_seat(run)
    client.force_login(office)
    shown = words(client.get(address(run)))
    assert "der Platz wurde vergeben" in shown
    assert "kein weiterer Platz ist frei" in shown
    assert "das Büro entscheidet, wer nachrückt" in shown

    after = words(client.post(address(run), follow=True))

    assert "1 Person ist nachgerückt" in after
    assert "durch das Büro" in after
    assert run.enrolments.confirmed().count() == 1
    assert run.enrolments.filter(state=EnrolmentState.WAITLISTED).count() == 1


def test_waiting_list_offers_no_button_while_no_seat_is_free(client, run, office):
    client.force_login(office)

    assert "Nachrücken lassen" not in words(client.get(address(run)))
    assert "Im Moment ist kein Platz frei." in words(client.post(address(run), follow=True))


def test_waiting_list_is_read_by_the_trainer_who_moves_nobody_up(client, run, trainer):
    free_the_seat(run)
    client.force_login(trainer)

    assert "Nachrücken lassen" not in words(client.get(address(run)))
    assert client.post(address(run)).status_code == 404
    assert not run.enrolments.confirmed().exists()


def test_waiting_list_is_not_found_for_others(client, run):
    client.force_login(MembershipFactory(role=Role.TRAINER).user)
    assert client.get(address(run)).status_code == 404
    client.force_login(MembershipFactory(role=Role.UNIT_STAFF).user)
    assert client.get(address(run)).status_code == 404


def test_waiting_list_costs_the_same_for_two_and_for_thirty_people(client, run, office):
    client.force_login(office)
    client.get(address(run))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address(run))
    for _ in range(28):
        services.enrol(learner=UserFactory(), run=run, at=DURING_ENROLMENT)

    with CaptureQueriesContext(connection) as many:
        client.get(address(run))

    assert len(many) == len(few)
