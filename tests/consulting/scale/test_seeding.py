"""The data set for benchmarks: as large as asked for, realistic, and with every promise kept."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page

from academy.common.registry import registry
from academy.models import User
from consulting.scale import seeding
from courses.enums import RunState
from courses.models import Course, CoursePage, CourseRun, Seat
from courses.selectors import Filters, catalogue, search_keys
from enrolment.enums import EnrolmentState
from enrolment.models import Enrolment
from home.routing import locale_code
from tests.factories.academy import UserFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


def seed(courses=20, learners=60, enrolments=400, **options) -> list[str]:
    return list(seeding.seed(courses=courses, learners=learners, enrolments=enrolments, at=AT, **options))


def test_seed_makes_as_many_courses_people_and_places_as_asked_for():
    seed()

    assert Course.objects.count() == 20
    assert User.objects.filter(email__startswith="teilnehmerin-").count() == 60
    assert Enrolment.objects.count() == 400


def test_seed_keeps_every_promise_of_the_platform():
    seed()

    assert [sentence for check in registry.invariants for sentence in check()] == []


def test_seed_fills_some_runs_and_leaves_others_half_empty():
    seed()

    states = set(Enrolment.objects.values_list("state", flat=True))
    assert states == {EnrolmentState.CONFIRMED, EnrolmentState.WAITLISTED, EnrolmentState.WITHDRAWN}
    assert Seat.objects.free().exists()
    assert set(CourseRun.objects.values_list("state", flat=True)) == {RunState.OPEN, RunState.COMPLETED}


def test_seed_writes_pages_as_an_editor_would_have(site):
    seed()

    page = CoursePage.objects.filter(locale__language_code="de").order_by("path").first()
    assert page.get_parent().get_children().count() == page.get_parent().numchild == 20
    assert page.get_url_parts()[2] == f"/de/fortbildungen/{page.slug}/"
    assert {locale_code(variant.locale_id) for variant in page.variants} == {"de", "en", "de-simple"}
    assert Page.find_problems() == ([], [], [], [], [])


def test_seed_lets_the_catalogue_list_and_find_the_courses():
    seed()

    page = CoursePage.objects.filter(locale__language_code="de").order_by("path").first()
    assert catalogue(locale=page.locale, filters=Filters(), at=AT).total == 20
    assert page.pk in search_keys(page.title, locale=page.locale)


def test_seed_goes_on_counting_when_it_adds_to_what_is_there():
    seed()
    seed(into_existing=True)

    assert Course.objects.count() == 40
    assert Enrolment.objects.count() == 800
    assert Page.find_problems() == ([], [], [], [], [])


def test_seed_refuses_a_database_in_use():
    UserFactory()

    with pytest.raises(seeding.ScaleRefused, match="This database is in use"):
        seed()

    assert Course.objects.count() == 0


def test_seed_refuses_more_places_than_people_can_have():
    with pytest.raises(seeding.ScaleRefused):
        seed(courses=1, learners=3, enrolments=50)

    assert Course.objects.count() == 0


def test_seed_scale_says_what_it_made(capsys):
    call_command("seed_scale", courses=10, learners=30, enrolments=50)

    assert capsys.readouterr().out.startswith("10 courses with their pages, 18 runs\n30 people\n50 places on ")


def test_seed_scale_refuses_numbers_below_zero():
    with pytest.raises(CommandError, match="below zero"):
        call_command("seed_scale", courses=-1)
