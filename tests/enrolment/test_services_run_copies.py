"""Copying a run to a later time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from courses.enums import RunState
from courses.models import CourseRun, Session
from enrolment import services
from tests.factories.academy import UserFactory
from tests.factories.courses import CourseFactory

pytestmark = pytest.mark.django_db

MARCH = datetime(2027, 3, 1, 8, tzinfo=UTC)  # a Monday, nine o'clock in Berlin
BEFORE = datetime(2027, 1, 4, 9, tzinfo=UTC)


@pytest.fixture
def office():
    return UserFactory()


@pytest.fixture
def run(office):
    run = CourseRun(
        course=CourseFactory(),
        slug="march",
        place="Tagungsraum",
        capacity_max=3,
        cutoff_days=5,
        enrolment_closes_at=MARCH - timedelta(days=3),
        decide_on=date(2027, 2, 22),
    )
    run.sessions = [
        Session(starts_at=MARCH, ends_at=MARCH + timedelta(hours=3), ue=4, place="Saal"),
        Session(starts_at=MARCH + timedelta(days=2), ends_at=MARCH + timedelta(days=2, hours=3)),
    ]
    run.trainers = [UserFactory()]
    return services.save_run(run=run, actor=office, at=BEFORE)


def copied(run, office, **given):
    given = {"weeks": 5, "trainers": list(run.trainers.all()), "at": BEFORE, **given}
    return services.copy_run(run=run, actor=office, **given)


def test_copy_run_plans_a_draft_with_the_same_rules(run, office):
    CourseRun.objects.filter(pk=run.pk).update(state=RunState.CANCELLED)

    copy = CourseRun.objects.get(pk=copied(run, office).pk)

    assert (copy.state, copy.slug, copy.place, copy.cutoff_days) == (RunState.DRAFT, None, "Tagungsraum", 5)
    assert list(copy.trainers.all()) == list(run.trainers.all())
    assert copy.seats.free().count() == 3
    assert list(copy.sessions.values_list("ue", "place")) == [(4, "Saal"), (None, "")]
    assert run.sessions.get(place="Saal").starts_at == MARCH


def test_copy_run_keeps_the_clock_time_over_the_change_to_summer_time(run, office):
    copy = copied(run, office)

    starts = list(copy.sessions.values_list("starts_at", flat=True))
    assert starts == [datetime(2027, 4, 5, 7, tzinfo=UTC), datetime(2027, 4, 7, 7, tzinfo=UTC)]
    assert copy.enrolment_closes_at == datetime(2027, 4, 2, 7, tzinfo=UTC)
    assert copy.decide_on == date(2027, 3, 29)


def test_shifted_sessions_names_the_holiday(run):
    planned = services.shifted_sessions(run=run, weeks=4)

    assert [new.holiday for new in planned] == ["Ostermontag", ""]


@pytest.mark.parametrize("weeks", [0, services.MOST_WEEKS + 1])
def test_copy_run_refuses_a_number_of_weeks_out_of_range(run, office, weeks):
    with pytest.raises(services.RunRefused, match="260"):
        copied(run, office, weeks=weeks)

    assert CourseRun.objects.count() == 1


def test_copy_run_refuses_dates_in_the_past(run, office):
    with pytest.raises(services.RunRefused):
        copied(run, office, at=MARCH + timedelta(weeks=6))

    assert CourseRun.objects.count() == 1


@pytest.mark.parametrize(
    ("today", "weeks"), [(date(2027, 1, 4), 1), (date(2027, 3, 8), 2), (date(2027, 3, 14), 2), (date(2027, 3, 15), 3)]
)
def test_weeks_to_follow_leads_behind_the_run_and_today(run, today, weeks):
    assert services.weeks_to_follow(run=run, today=today) == weeks
