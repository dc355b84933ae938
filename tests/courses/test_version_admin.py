"""The versions of a course in Wagtail's admin, and what is said before a step is taken back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from academy.enums import Role
from academy.services import sync_rights
from courses import services
from courses.models import CourseRun
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.course_pages import course_page, reading_step
from tests.factories.courses import CourseFactory, CourseRunFactory

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def sign_in(client):
    def act(role):
        user = UserFactory()
        MembershipFactory(user=user, role=role)
        sync_rights(user=user, on=timezone.localdate())
        client.force_login(user)
        return user

    return act


@pytest.fixture
def page():
    """A course with version 1 (no step), 2 (one step) and 3 (two steps)."""
    page = course_page()
    reading_step(page, title="Erstens")
    reading_step(page, title="Zweitens", is_required=False)
    return page


def url(course):
    return reverse("course:versions", args=[course.pk])


def numbers(answer):
    return [version.number for version in answer.context["versions"]]


def titles(answer):
    return [line["title"] for line in answer.context["change_lines"]]


def test_versions_are_listed_newest_first_with_steps_and_runs(client, sign_in, page):
    sign_in(Role.ACADEMY_OFFICE)
    second = page.course.versions.get(number=2)
    CourseRunFactory(course=page.course, version=second, place="Saal Nord")

    answer = client.get(url(page.course))

    assert numbers(answer) == [3, 2, 1]
    assert [version.step_count for version in answer.context["versions"]] == [2, 1, 0]
    assert [len(version.run_lines) for version in answer.context["versions"]] == [0, 1, 0]
    assert "Saal Nord" in answer.text


def test_versions_show_the_difference_of_the_two_newest_at_first(client, sign_in, page):
    sign_in(Role.PROGRAMME_LEAD)

    answer = client.get(url(page.course))

    assert titles(answer) == ["Zweitens"]
    assert "freiwillig" in answer.text


def test_versions_show_the_difference_of_any_two(client, sign_in, page):
    sign_in(Role.EDITOR)
    first, _second, third = page.course.versions.all()

    forwards = client.get(url(page.course), {"older": first.pk, "newer": third.pk})
    backwards = client.get(url(page.course), {"older": third.pk, "newer": first.pk})
    same = client.get(url(page.course), {"older": third.pk, "newer": third.pk})

    assert [change.is_new for change in forwards.context["difference"].changes] == [True, True]
    assert [change.is_gone for change in backwards.context["difference"].changes] == [True, True]
    assert "dieselben Schritte" in same.text


def test_versions_of_another_course_are_not_compared(client, sign_in, page):
    sign_in(Role.ACADEMY_OFFICE)
    foreign = services.freeze_version(course=CourseFactory(), at=timezone.now())

    answer = client.get(url(page.course), {"older": foreign.pk, "newer": page.course.versions.last().pk})

    assert answer.context["compare_form"].errors["older"]
    assert answer.context["chosen"] is None


def test_a_trainer_sees_how_many_runs_others_teach_and_not_which(client, sign_in, page):
    trainer = sign_in(Role.TRAINER)
    version = page.course.versions.last()
    own = CourseRunFactory(course=page.course, version=version, place="Eigener Saal")
    own.trainers.add(trainer)
    own.save()
    CourseRunFactory(course=page.course, version=version, place="Fremder Saal")

    text = client.get(url(page.course)).text

    assert "Eigener Saal" in text
    assert "Fremder Saal" not in text
    assert "1 Durchgang, den andere leiten" in text


def test_a_course_without_versions_says_so(client, sign_in):
    sign_in(Role.ACADEMY_OFFICE)

    assert "noch keine Fassung" in client.get(url(CourseFactory())).text


@pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.APPROVER, Role.MSO])
def test_versions_are_not_there_for_others(client, sign_in, page, role):
    sign_in(role)

    assert client.get(url(page.course)).status_code in (302, 403, 404)


def test_versions_ask_as_much_for_three_runs_as_for_one(client, sign_in, page):
    sign_in(Role.ACADEMY_OFFICE)
    counts = []
    for number in (1, 2):
        for _run in range(number):
            CourseRunFactory(course=page.course, version=page.course.versions.last())
        client.get(url(page.course))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(url(page.course))
        counts.append(len(queries))

    assert CourseRun.objects.count() == 3
    assert counts[0] == counts[1]


def test_the_list_of_courses_leads_to_the_versions(client, sign_in, page):
    sign_in(Role.EDITOR)

    assert url(page.course) in client.get(reverse("course:index")).text


def test_taking_a_step_back_says_before_which_runs_keep_it(client, sign_in, page):
    sign_in(Role.ACADEMY_OFFICE)
    CourseRunFactory(course=page.course, version=page.course.versions.last())
    CourseRunFactory(course=page.course, version=page.course.versions.last(), state="completed")
    step = page.get_children().first()

    for asked in (step, page):
        answer = client.get(reverse("wagtailadmin_pages:unpublish", args=[asked.pk]))
        assert "1 offener Durchgang" in answer.text

    other = reading_step(course_page(title="Andere"))
    assert "offener Durchgang" not in client.get(reverse("wagtailadmin_pages:unpublish", args=[other.pk])).text
