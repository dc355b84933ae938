"""Freezing the structure of a course into versions."""

import pytest
from django.db import IntegrityError, transaction

from courses import services
from courses.enums import StepKind
from courses.models import CoursePage, CourseVersion
from tests.factories.course_pages import course_page, reading_step
from tests.factories.courses import CourseFactory

pytestmark = pytest.mark.usefixtures("site")


def structure(version):
    return [
        (step.position, step.kind, step.is_required, step.min_score, step.page.title) for step in version.steps.all()
    ]


def test_freeze_version_numbers_the_first_version_one_when_a_course_has_no_steps(now):
    version = services.freeze_version(course=CourseFactory(), at=now)

    assert (version.number, version.created_at, list(version.steps.all())) == (1, now, [])


def test_freeze_version_keeps_the_live_steps_in_their_order(now):
    page = course_page()
    reading_step(page, title="Erstens")
    reading_step(page, title="Entwurf", live=False)
    reading_step(page, title="Zweitens", is_required=False)

    version = services.freeze_version(course=page.course, at=now)

    assert structure(version) == [
        (1, StepKind.READING, True, None, "Erstens"),
        (2, StepKind.READING, False, None, "Zweitens"),
    ]


def test_freeze_version_gives_the_same_version_when_only_words_have_changed(now):
    page = course_page()
    step = reading_step(page)
    before = services.freeze_version(course=page.course, at=now)
    step.title = "Ein anderer Titel"
    step.save_revision().publish()

    assert services.freeze_version(course=page.course, at=now) == before


def test_freeze_version_keeps_the_shares_of_attendance_and_makes_a_new_version_when_they_change(now, settings):
    course = CourseFactory()
    before = services.freeze_version(course=course, at=now)
    settings.ATTENDANCE_PARTLY_PERCENT, settings.ATTENDANCE_FULL_PERCENT = 60, 90

    after = services.freeze_version(course=course, at=now)

    assert (before.number, before.partly_percent, before.full_percent) == (1, 50, 80)
    assert (after.number, after.partly_percent, after.full_percent) == (2, 60, 90)
    assert services.freeze_version(course=course, at=now) == after


@pytest.mark.parametrize(("partly", "full"), [(0, 80), (81, 80), (50, 101)])
def test_version_is_refused_when_its_shares_are_no_percents(now, partly, full):
    shares = {"partly_percent": partly, "full_percent": full}
    with pytest.raises(IntegrityError), transaction.atomic():
        CourseVersion.objects.create(course=CourseFactory(), number=1, created_at=now, **shares)


def test_freeze_version_takes_the_german_page_when_there_are_several(now):
    german = course_page()
    reading_step(german, title="Deutsch")
    english = course_page(course=german.course, language="en", title="Letters that reach people")
    reading_step(english, title="English")

    version = services.freeze_version(course=german.course, at=now)

    assert [step.page.title for step in version.steps.all()] == ["Deutsch"]


def test_publishing_a_step_writes_a_new_version_and_leaves_the_old_one():
    page = course_page()
    assert [version.number for version in page.course.versions.all()] == [1]

    reading_step(page, title="Neu")

    first, second = page.course.versions.all()
    assert (structure(first), [row[-1] for row in structure(second)]) == ([], ["Neu"])


def test_publishing_a_step_writes_no_version_while_the_course_page_is_a_draft():
    page = course_page(live=False)

    reading_step(page)

    assert not page.course.versions.exists()


def test_taking_a_step_back_writes_a_new_version():
    page = course_page()
    step = reading_step(page)

    step.unpublish()

    assert structure(page.course.versions.last()) == []
    assert page.course.versions.count() == 3


def test_taking_the_course_page_back_writes_no_version():
    page = course_page()
    reading_step(page)
    before = page.course.versions.count()

    CoursePage.objects.get(pk=page.pk).unpublish()

    assert page.course.versions.count() == before


def test_moving_a_step_writes_a_version_with_the_new_order():
    page = course_page()
    reading_step(page, title="Erstens")
    second = reading_step(page, title="Zweitens")

    second.move(page, pos="first-child")

    assert [row[-1] for row in structure(page.course.versions.last())] == ["Zweitens", "Erstens"]
