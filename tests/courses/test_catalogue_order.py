"""The kept order of the catalogue: what makes it new, and what is read afresh all the same."""

from datetime import timedelta

import pytest
from wagtail.models import Locale

from courses import catalogue_order, selectors
from courses.enums import RunState, RunStatus
from courses.models import Seat
from courses.selectors import Filters
from home.enums import EasyStatus
from tests.factories.course_pages import course_page
from tests.factories.courses import FIRST_SESSION, CourseRunFactory

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def locale():
    return Locale.objects.get(language_code="de")


def listed(locale, at, **filters):
    offers = selectors.catalogue(locale=locale, filters=Filters(**filters), at=at).offers
    return [(offer.page.title, offer.status) for offer in offers]


def run_of(title, **fields):
    return CourseRunFactory(course=course_page(title=title).course, **fields)


def test_order_is_new_when_a_run_is_called_off(locale, now):
    run = run_of("Kurs", seats=2)
    assert listed(locale, now) == [("Kurs", RunStatus.OPEN)]

    run.state = RunState.CANCELLED
    run.save()

    assert listed(locale, now) == [("Kurs", None)]


def test_order_is_new_when_a_page_is_published_or_taken_back(locale, now):
    page = course_page(title="Kurs")
    assert listed(locale, now) == [("Kurs", None)]

    page.unpublish()
    assert listed(locale, now) == []

    course_page(title="Anderer")
    assert listed(locale, now) == [("Anderer", None)]


def test_order_is_new_when_a_session_moves(locale, now):
    run_of("Früh")
    later = run_of("Spät")
    session = later.sessions.get()
    assert [title for title, _status in listed(locale, now)] == ["Früh", "Spät"]

    session.starts_at, session.ends_at = now + timedelta(days=1), now + timedelta(days=1, hours=1)
    session.save()

    assert [title for title, _status in listed(locale, now)] == ["Spät", "Früh"]


def test_order_is_forgotten_once_more_when_the_change_is_committed(
    locale, now, django_capture_on_commit_callbacks, django_assert_num_queries
):
    run = run_of("Kurs")
    with django_capture_on_commit_callbacks(execute=True):
        run.save()
        catalogue_order.order_of(locale, at=now)  # somebody else, who cannot see the change yet

    with django_assert_num_queries(3):  # sessions, runs, pages
        catalogue_order.order_of(locale, at=now)


def test_order_is_new_when_the_clock_passes_a_moment_that_counts(locale, now):
    closing = run_of("Kurs", seats=1)
    closing.enrolment_closes_at = now + timedelta(seconds=5)
    closing.save()
    CourseRunFactory(course=closing.course, seats=1, sessions=2)
    listed(locale, now)

    before = listed(locale, now + timedelta(seconds=4), only_free=True)
    order = catalogue_order.order_of(locale, at=now + timedelta(seconds=6))

    assert before == [("Kurs", RunStatus.OPEN)]
    assert closing.pk not in order.bookable_runs
    assert order.all()[0][1] != closing.pk


def test_order_is_not_kept_for_an_earlier_moment(locale, now):
    run_of("Kurs")
    over = FIRST_SESSION + timedelta(weeks=9)
    assert listed(locale, over) == [("Kurs", None)]

    assert listed(locale, now) == [("Kurs", RunStatus.OPEN)]


def test_free_seats_are_fresh_while_the_order_is_kept(locale, now):
    run = run_of("Kurs", seats=1)
    assert listed(locale, now, only_free=True) == [("Kurs", RunStatus.OPEN)]

    Seat.objects.filter(run=run).update(taken_at=now)

    assert listed(locale, now) == [("Kurs", RunStatus.FULL)]
    assert listed(locale, now, only_free=True) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_catalogue_takes_three_queries_when_the_order_is_known(locale, now, rows, django_assert_num_queries):
    for number in range(rows):
        run_of(f"Kurs {number}", seats=1)
    selectors.catalogue(locale=locale, filters=Filters(), at=now)

    with django_assert_num_queries(3):  # pages, runs, words
        listing = selectors.catalogue(locale=locale, filters=Filters(), at=now)
        assert [offer.run.free_seats for offer in listing.offers] == [1] * rows


def test_cards_in_easy_language_ask_no_further_question(now, django_assert_num_queries):
    for number in range(3):
        course_page(title=f"Kurs {number}", language="de-simple")
    offers = selectors.catalogue(locale=Locale.objects.get(language_code="de-simple"), filters=Filters(), at=now).offers
    checked = [offer.page for offer in offers]
    for page in checked:
        page.easy_status = EasyStatus.CHECKED  # so that the seal is looked at as well

    with django_assert_num_queries(0):
        assert [page.needs_draft_notice for page in checked] == [True] * 3


def test_next_bookable_passes_over_full_runs_until_it_has_enough(locale, now, django_assert_num_queries):
    runs = [run_of(f"Kurs {number}", seats=1) for number in range(6)]
    for week, run in enumerate(runs):
        for session in run.sessions.all():
            session.starts_at += timedelta(weeks=week)
            session.ends_at += timedelta(weeks=week)
            session.save()
    Seat.objects.filter(run__in=runs[:5]).update(taken_at=now)
    catalogue_order.order_of(locale, at=now)
    selectors.words()

    with django_assert_num_queries(5):  # free seats of four and of two more, pages, runs, words
        offers = selectors.next_bookable(locale=locale, at=now, count=1)

    assert [offer.page.title for offer in offers] == ["Kurs 5"]


def test_next_bookable_shows_a_course_once(locale, now):
    page = course_page(title="Kurs")
    first = CourseRunFactory(course=page.course, seats=1)
    CourseRunFactory(course=page.course, seats=1, sessions=2)

    offers = selectors.next_bookable(locale=locale, at=now, count=3)

    assert [(offer.page.title, offer.run.pk) for offer in offers] == [("Kurs", first.pk)]
