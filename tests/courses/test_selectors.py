"""The catalogue's query, its filters, its order and its search."""

from datetime import timedelta

import pytest
from wagtail.models import Locale

from academy.enums import Vocabulary
from academy.models import Term
from courses import selectors
from courses.enums import CourseFormat, RunState, RunStatus
from courses.models import CoursePage, Seat
from courses.selectors import Filters
from tests.factories.course_pages import course_page
from tests.factories.courses import FIRST_SESSION, CourseFactory, CourseRunFactory

pytestmark = pytest.mark.usefixtures("site")


def titles(now, language="de", number=1, **filters):
    locale = Locale.objects.get(language_code=language)
    listing = selectors.catalogue(locale=locale, filters=Filters(**filters), at=now, number=number)
    return [offer.page.title for offer in listing.offers]


def offer_of(page, now):
    listing = selectors.catalogue(locale=page.locale, filters=Filters(), at=now)
    return next(offer for offer in listing.offers if offer.page.pk == page.pk)


def take_all(run, at):
    Seat.objects.filter(run=run).update(taken_at=at)


def test_catalogue_shows_live_pages_of_one_language_only(now):
    course_page(title="Deutsch")
    course_page(title="Entwurf", live=False)
    course_page(title="English", language="en")

    assert titles(now) == ["Deutsch"]
    assert titles(now, language="en") == ["English"]


def test_catalogue_orders_by_next_date_then_self_study_then_courses_without_dates(now):
    course_page(title="A ohne Termin")
    CourseRunFactory(course=course_page(title="B jederzeit").course, sessions=0)
    later = CourseRunFactory(course=course_page(title="C später").course)
    later.sessions.update(
        starts_at=FIRST_SESSION + timedelta(days=3), ends_at=FIRST_SESSION + timedelta(days=3, hours=1)
    )
    CourseRunFactory(course=course_page(title="D zuerst").course)

    assert titles(now) == ["D zuerst", "C später", "B jederzeit", "A ohne Termin"]


def test_catalogue_takes_a_run_that_can_still_be_booked_when_another_is_running(now):
    page = course_page()
    running = CourseRunFactory(course=page.course, sessions=2)
    first = running.sessions.first()
    type(first).objects.filter(pk=first.pk).update(
        starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=2, hours=-3)
    )
    bookable = CourseRunFactory(course=page.course, seats=3)

    offer = offer_of(page, now)

    assert (offer.run, offer.status, offer.run.free_seats) == (bookable, RunStatus.OPEN, 3)


@pytest.mark.parametrize("state", [RunState.DRAFT, RunState.CANCELLED, RunState.COMPLETED])
def test_catalogue_shows_no_run_when_it_is_not_open(now, state):
    page = course_page()
    CourseRunFactory(course=page.course, state=state)

    assert (offer_of(page, now).run, offer_of(page, now).status) == (None, None)


def test_catalogue_says_full_when_every_seat_is_taken(now):
    page = course_page()
    run = CourseRunFactory(course=page.course, seats=2)
    take_all(run, now)

    assert offer_of(page, now).status == RunStatus.FULL


def test_catalogue_filters_by_topic_format_language_and_target_group(now):
    group = Term.objects.create(vocabulary=Vocabulary.TARGET_GROUPS, key="executives", label="Führungskräfte")
    wanted = CourseFactory(field="health", format=CourseFormat.ONLINE, language="en")
    wanted.target_groups.add(group)
    course_page(title="Gesucht", course=wanted)
    course_page(title="Anders")

    assert titles(now, topic="health") == ["Gesucht"]
    assert titles(now, format="online") == ["Gesucht"]
    assert titles(now, language="de", audience="executives") == ["Gesucht"]
    assert titles(now, topic="health", format="in_person") == []


def test_catalogue_keeps_only_courses_with_a_bookable_run_when_free_places_are_asked_for(now):
    full = CourseRunFactory(course=course_page(title="Voll").course, seats=1)
    take_all(full, now)
    page = course_page(title="Später frei")
    take_all(CourseRunFactory(course=page.course, seats=1), now)
    free = CourseRunFactory(course=page.course, seats=1)
    free.sessions.update(
        starts_at=FIRST_SESSION + timedelta(days=9), ends_at=FIRST_SESSION + timedelta(days=9, hours=1)
    )
    CourseRunFactory(course=course_page(title="Ohne Grenze").course)
    not_yet = CourseRunFactory(course=course_page(title="Noch nicht").course, seats=1)
    not_yet.enrolment_opens_at = now + timedelta(days=1)
    not_yet.save()
    course_page(title="Ohne Termin")

    assert titles(now, only_free=True) == ["Ohne Grenze", "Später frei"]


def test_catalogue_gives_the_last_page_when_the_number_is_too_high(now):
    for number in range(13):
        course_page(title=f"Kurs {number:02}")

    assert len(titles(now)) == 12
    assert titles(now, number=2) == titles(now, number=99) == ["Kurs 12"]


def test_catalogue_is_empty_when_there_is_no_course(now):
    assert titles(now) == titles(now, number=7) == []


SEARCHES = {
    "Kurs": ["Kurse für Leser*innen"],
    "leser*innen": ["Kurse für Leser*innen"],
    "Leserinnen": ["Kurse für Leser*innen"],
    "Leser:innen": ["Kurse für Leser*innen"],
    "Leser/-innen": ["Kurse für Leser*innen"],
    "LESERINNEN": ["Kurse für Leser*innen"],
    "Lesern": ["Kurse für Leser*innen"],
    "Lesende": [],
    "fuer Leser": ["Kurse für Leser*innen"],
    "Schaltern und Beschwerdewegen": ["Am Schalter"],
    "kurse leser": ["Kurse für Leser*innen"],
    "Schalter": ["Am Schalter"],
    "kurse schalter": [],
    "Beschwerdewege": ["Am Schalter"],
    "nirgends": [],
    '"': [],
    "a:b AND (": [],
    "*": [],
    "' OR 1=1 --": [],
}


def test_search_keys_finds_words_and_their_beginnings(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):  # that is when pages enter the index
        course_page(title="Kurse für Leser*innen")
        course_page(title="Am Schalter", content_points=[{"type": "line", "value": "Beschwerdewege"}])
        course_page(title="Kurse als Entwurf", live=False)
    locale = Locale.objects.get(language_code="de")

    for text, found in SEARCHES.items():
        keys = selectors.search_keys(text, locale=locale)

        assert list(CoursePage.objects.filter(pk__in=keys).values_list("title", flat=True)) == found, text


def test_course_details_shows_runs_that_are_not_over_by_date(now):
    page = course_page()
    past = CourseRunFactory(course=page.course)
    past.sessions.update(starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1))
    CourseRunFactory(course=page.course, state=RunState.DRAFT)
    cancelled = CourseRunFactory(course=page.course, state=RunState.CANCELLED)
    upcoming = CourseRunFactory(course=page.course, seats=4)
    always = CourseRunFactory(course=page.course, sessions=0)

    details = selectors.course_details(page, at=now)

    assert [(run, run.status_now) for run in details.runs] == [
        (cancelled, RunStatus.CANCELLED),
        (upcoming, RunStatus.OPEN),
        (always, RunStatus.OPEN),
    ]


def test_course_details_finds_the_text_in_easy_language(now):
    page = course_page()
    assert selectors.course_details(page, at=now).easy_page is None
    easy = course_page(course=page.course, language="de-simple", title="Leichte Briefe")

    page = CoursePage.objects.get(pk=page.pk)

    assert selectors.course_details(page, at=now).easy_page == easy
    assert selectors.course_details(easy, at=now).easy_page is None


def test_words_are_read_again_when_a_list_has_changed(now):
    assert selectors.target_groups() == []

    Term.objects.create(vocabulary=Vocabulary.TARGET_GROUPS, key="health", label="Gesundheit")

    assert selectors.target_groups() == [("health", "Gesundheit")]
