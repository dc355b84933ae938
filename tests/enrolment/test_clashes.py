"""Dates beside each other: what a plan and a learner are warned of."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.enums import RunState
from courses.models import CourseRun, Session
from enrolment import clashes
from enrolment.enums import EnrolmentState
from tests.factories.academy import UserFactory
from tests.factories.courses import FIRST_SESSION, CourseFactory, CourseRunFactory, RoomFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import make_course_page

pytestmark = pytest.mark.django_db

WEEK = timedelta(weeks=1)


def run_called(title, **given) -> CourseRun:
    course = CourseFactory()
    make_course_page(course, title=title)
    return CourseRunFactory(course=course, **given)


def teach(run, *people) -> CourseRun:
    run.trainers.add(*people)
    run.save()
    return run


def date_for(*people, room=None, starts_at=FIRST_SESSION):
    return clashes.PlannedDate(starts_at, starts_at + timedelta(hours=4), room, list(people))


def test_clashes_of_plan_name_person_course_and_time():
    trainer = UserFactory(last_name="Schalter 1")
    teach(run_called("Bescheide"), trainer)

    [[sentence]] = clashes.clashes_of_plan([date_for(trainer)])

    assert sentence == (
        "Sachbearbeitung Schalter 1 hat einen anderen Termin: Bescheide, Mi., 9. Dezember 2026, 9:00–13:00 Uhr."
    )


def test_clashes_of_plan_tell_each_date_its_own():
    trainer = UserFactory()
    teach(run_called("Bescheide", sessions=2), trainer)

    found = clashes.clashes_of_plan([date_for(trainer, starts_at=FIRST_SESSION + n * WEEK) for n in (0, 1, 2)])

    assert [len(sentences) for sentences in found] == [1, 1, 0]


@pytest.mark.parametrize("field", ["trainers", "replacements"])
def test_clashes_of_plan_know_who_is_bound_by_one_date_only(field):
    person, run = UserFactory(), run_called("Bescheide")
    session = run.sessions.get()
    getattr(session, field).add(person)
    session.save()

    [found] = clashes.clashes_of_plan([date_for(person)])

    assert len(found) == 1


def test_clashes_of_plan_leave_the_runs_trainer_out_where_a_date_has_its_own():
    trainer, run = UserFactory(), run_called("Bescheide")
    teach(run, trainer)
    session = run.sessions.get()
    session.trainers.add(UserFactory())
    session.save()

    assert clashes.clashes_of_plan([date_for(trainer)]) == [[]]


def test_clashes_of_plan_leave_out_what_was_called_off_and_the_plan_itself():
    trainer = UserFactory()
    run = teach(run_called("Bescheide"), trainer)
    assert clashes.clashes_of_run(run) == []

    Session.objects.update(is_cancelled=True)

    assert clashes.clashes_of_plan([date_for(trainer)]) == [[]]


def test_clashes_of_plan_name_a_taken_room():
    room = RoomFactory(name="Saal Spree")
    run_called("Bescheide")
    Session.objects.update(room=room)

    [[sentence]] = clashes.clashes_of_plan([date_for(room=room)])

    assert sentence == "Saal Spree ist belegt: Bescheide, Mi., 9. Dezember 2026, 9:00–13:00 Uhr."


def test_clashes_of_plan_cost_the_same_for_one_and_three_dates():
    trainer = UserFactory()
    counts = []
    for number in (1, 3):
        for _more in range(number):
            teach(run_called("Bescheide"), trainer)
        with CaptureQueriesContext(connection) as queries:
            found = clashes.clashes_of_plan([date_for(trainer)] * number)
        counts.append(len(queries))
        assert found[0]

    assert counts[0] == counts[1]


# --- Learners ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "words"),
    [
        (EnrolmentState.CONFIRMED, "Sie haben zur selben Zeit schon einen Termin: Bescheide"),
        (EnrolmentState.WAITLISTED, "Sie warten auf einen Platz zur selben Zeit: Bescheide"),
        (EnrolmentState.WITHDRAWN, None),
    ],
)
def test_own_dates_tell_what_the_learner_has_at_that_time(state, words):
    place, wanted = EnrolmentFactory(run=run_called("Bescheide"), state=state), run_called("Gespräche")

    found = clashes.beside(wanted, clashes.own_dates(place.learner, since=FIRST_SESSION))

    assert [own.sentence.startswith(words) for own in found] == ([True] if words else [])


def test_own_dates_are_nobody_elses():
    EnrolmentFactory(run=run_called("Bescheide"))
    wanted = run_called("Gespräche")

    assert clashes.beside(wanted, clashes.own_dates(UserFactory(), since=FIRST_SESSION)) == []


def test_own_dates_leave_out_what_was_called_off_and_other_times():
    place, wanted = EnrolmentFactory(run=run_called("Bescheide", sessions=2)), run_called("Gespräche")
    assert len(clashes.beside(wanted, clashes.own_dates(place.learner, since=FIRST_SESSION))) == 1

    Session.objects.filter(run=place.run).update(is_cancelled=True)

    assert clashes.own_dates(place.learner, since=FIRST_SESSION) == []
    assert place.run.state == RunState.OPEN


def test_marks_name_every_date_that_lies_on_another():
    def date(start, end):
        return clashes.PlannedDate(FIRST_SESSION + timedelta(hours=start), FIRST_SESSION + timedelta(hours=end))

    assert clashes.marks([date(0, 5), date(1, 2), date(3, 4), date(5, 6), date(8, 9)]) == {0, 1, 2}
