"""Courses that build on others: no circles, shown on the page and in the open data."""

import json
from itertools import pairwise

import pytest

from courses import selectors
from courses.forms import CourseForm
from tests.factories.course_pages import course_page
from tests.factories.courses import CourseFactory

pytestmark = pytest.mark.django_db


def chain(*courses):
    for later, earlier in pairwise(courses):
        later.prerequisites.add(earlier)


def test_a_circle_is_found_at_any_distance():
    first, second, third, fourth = (CourseFactory() for _course in range(4))
    chain(first, second, third)

    assert selectors.first_in_a_circle(third, [fourth, first]) == first
    assert selectors.first_in_a_circle(third, [fourth]) is None
    assert selectors.first_in_a_circle(first, [third]) is None
    assert selectors.first_in_a_circle(first, [first]) == first


def test_the_form_refuses_a_circle_and_offers_no_course_to_itself():
    first, second = CourseFactory(), CourseFactory()
    chain(second, first)

    class Form(CourseForm):
        pass

    form = Form({"prerequisites": [second.pk]}, instance=first)

    assert "baut selbst auf dieser Fortbildung auf" in str(form.errors["prerequisites"])
    assert first not in form.fields["prerequisites"].queryset


@pytest.mark.usefixtures("site")
def test_the_page_leads_to_the_course_before_and_the_open_data_names_it(client):
    before, after = course_page(title="Grundlagen"), course_page(title="Vertiefung", course=CourseFactory())
    after.course.prerequisites.add(before.course)

    page = client.get(after.url).content.decode()
    entries = json.loads(client.get("/de/fortbildungen.json").content)["courses"]

    assert f'<a href="{before.url}">Grundlagen</a>' in page
    assert {entry["id"]: entry["builds_on"] for entry in entries} == {
        before.course.slug: [],
        after.course.slug: [before.course.slug],
    }
