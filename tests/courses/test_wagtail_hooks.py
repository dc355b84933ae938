"""Courses and exercises in Wagtail's admin, and what publishing asks for."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, streamfield

from academy.enums import Role
from academy.services import sync_rights
from courses.h5p import builder
from courses.h5p.models import Content, Library
from courses.models import Course, CourseIndexPage, CoursePage, H5PStepPage, VideoStepPage
from tests.courses.h5p import packages
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.course_pages import course_page, reading_step
from tests.factories.courses import CourseFactory, CourseRunFactory

pytestmark = pytest.mark.usefixtures("site")


def person(role):
    user = UserFactory()
    MembershipFactory(user=user, role=role)
    sync_rights(user=user, on=timezone.localdate())
    return user


@pytest.fixture
def sign_in(client):
    def as_role(role):
        user = person(role)
        client.force_login(user)
        return user

    return as_role


def course_data(**changes):
    return {
        "slug": "klare-briefe",
        "type": "workshop",
        "format": "in_person",
        "field": "citizen_services",
        "ue": "4",
        "language": "de",
        "capacity_min": "1",
        "capacity_max": "14",
        "approval": "approve",
        **changes,
    }


def page_data(course, **changes):
    return nested_form_data(
        {
            "title": "Klare Briefe",
            "slug": "klare-briefe",
            "course": course.pk,
            "teaser": "Kurz und klar.",
            "description": json.dumps(
                {
                    "blocks": [
                        {
                            "key": "a",
                            "type": "unstyled",
                            "text": "Text",
                            "depth": 0,
                            "inlineStyleRanges": [],
                            "entityRanges": [],
                        }
                    ],
                    "entityMap": {},
                }
            ),
            "easy_status": "draft_unchecked",
            "goals": streamfield([]),
            "content_points": streamfield([]),
            "comments-TOTAL_FORMS": 0,
            "comments-INITIAL_FORMS": 0,
            **changes,
        }
    )


def package(name="quiz.h5p"):
    source = builder.DEMO_CONTENTS / builder.demo_contents()[0]
    return SimpleUploadedFile(name, builder.build_package(source))


def catalogue():
    return CourseIndexPage.objects.get(locale__language_code="de")


def add_url(model="coursepage"):
    return reverse("wagtailadmin_pages:add", args=("courses", model, catalogue().pk))


# --- Courses -------------------------------------------------------------------------------------------------------
def test_trainer_changes_a_course_only_when_it_is_the_own_or_new(client, sign_in):
    trainer = sign_in(Role.TRAINER)
    foreign = CourseRunFactory().course
    own = CourseRunFactory().course
    own.runs.get().trainers.through.objects.create(courserun=own.runs.get(), user=trainer)
    new = CourseFactory()

    codes = {c: client.get(reverse("course:edit", args=[c.pk])).status_code for c in (own, new, foreign)}

    assert codes[own] == codes[new] == 200
    assert codes[foreign] in (302, 403)
    index = client.get(reverse("course:index")).text
    assert reverse("course:edit", args=[own.pk]) in index
    assert reverse("course:edit", args=[foreign.pk]) not in index


def test_course_is_deleted_by_the_office_only_while_nothing_stands_on_it(client, sign_in):
    sign_in(Role.ACADEMY_OFFICE)
    used, unused = course_page().course, CourseFactory()

    for course in (used, unused):
        client.post(reverse("course:delete", args=[course.pk]))

    assert list(Course.objects.all()) == [used]


def test_course_form_says_what_is_out_of_order(client, sign_in):
    sign_in(Role.ACADEMY_OFFICE)

    for changes in (
        {"capacity_min": "20"},
        {"ue": "0"},
        {"ue": "-1"},
        {"slug": "mit leerzeichen"},
        {"language": "tlh"},
    ):
        assert client.post(reverse("course:add"), course_data(**changes)).status_code == 200, changes

    assert not Course.objects.exists()


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.UNIT_STAFF, Role.PARTICIPANT])
def test_courses_are_closed_to_other_roles(client, sign_in, role):
    sign_in(role)

    for name in ("course:index", "course:add", "exercises:index", "exercises:add", "course_chooser:create"):
        assert client.get(reverse(name)).status_code in (302, 403), name


def test_course_chooser_makes_a_course_in_the_same_window(client, sign_in):
    sign_in(Role.TRAINER)

    response = client.post(reverse("course_chooser:create"), course_data())

    assert response.json()["step"] == "chosen"
    assert Course.objects.get().slug == "klare-briefe"


def test_course_chooser_finds_courses_by_title_and_short_name(client, sign_in):
    sign_in(Role.TRAINER)
    course_page(title="Klare Briefe", course=CourseFactory(slug="eins"))
    course_page(title="Am Schalter", course=CourseFactory(slug="zwei"))

    by_title = client.get(reverse("course_chooser:choose_results") + "?q=brief").content.decode()
    by_name = client.get(reverse("course_chooser:choose_results") + "?q=zwei").content.decode()

    assert ("Klare Briefe" in by_title, "Am Schalter" in by_title) == (True, False)
    assert ("Klare Briefe" in by_name, "Am Schalter" in by_name) == (False, True)


# --- Exercises -----------------------------------------------------------------------------------------------------
def test_upload_is_refused_in_words_when_the_content_type_is_not_installed(client, sign_in):
    sign_in(Role.TRAINER)

    before = set(Library.objects.all())

    response = client.post(reverse("exercises:add"), {"package": packages.package()})

    assert response.status_code == 200
    assert len(response.context["form"].errors["package"]) >= 2  # what is missing, and who may install it
    assert not Content.objects.exists()
    assert set(Library.objects.all()) == before


def test_technical_administration_installs_content_types_and_trainers_use_them(client, sign_in):
    sign_in(Role.TECHNICAL_ADMIN)
    client.post(reverse("exercises:add"), {"package": packages.package()})
    trainer = sign_in(Role.TRAINER)

    response = client.post(reverse("exercise_chooser:create"), {"package": packages.package()})

    assert response.json()["step"] == "chosen"
    assert Content.objects.count() == 2
    assert Content.objects.latest("pk").uploaded_by_key == str(trainer.pseudonym)


@pytest.mark.parametrize("name", ["exercises:add", "exercise_chooser:create"])
def test_upload_says_what_is_wrong_when_the_file_is_no_package(client, sign_in, name):
    sign_in(Role.TRAINER)

    for upload in (SimpleUploadedFile("notes.txt", b"x"), SimpleUploadedFile("broken.h5p", b"x"), None):
        response = client.post(reverse(name), {"package": upload} if upload else {})
        assert response.status_code == 200

    assert not Content.objects.exists()


def test_exercise_list_names_the_courses_that_use_it(client, sign_in):
    sign_in(Role.TECHNICAL_ADMIN)
    client.post(reverse("exercises:add"), {"package": package()})
    content, page = Content.objects.get(), course_page(title="Klare Briefe")
    page.add_child(instance=H5PStepPage(title="Quiz", content=content, locale=page.locale))

    text = client.get(reverse("exercises:index")).text

    assert "Klare Briefe" in text
    assert content.library.title in text
    assert client.get(reverse("exercises:inspect", args=[content.pk])).status_code == 200


def test_nobody_deletes_an_exercise(client, sign_in):
    sign_in(Role.TECHNICAL_ADMIN)
    client.post(reverse("exercises:add"), {"package": package()})

    client.post(reverse("exercises:delete", args=[Content.objects.get().pk]))

    assert Content.objects.exists()


# --- Publishing ----------------------------------------------------------------------------------------------------
def test_trainer_saves_a_draft_that_is_not_complete_but_cannot_submit_it(client, sign_in):
    sign_in(Role.TRAINER)
    course = CourseFactory()

    client.post(add_url(), page_data(course, teaser="", description="null"))
    page = CoursePage.objects.get()
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    response = client.post(edit, page_data(course, teaser="", description="null") | {"action-submit": "1"})

    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"teaser", "description"}
    assert CoursePage.objects.get().current_workflow_state is None


def test_trainer_cannot_publish(client, sign_in):
    sign_in(Role.TRAINER)

    client.post(add_url(), page_data(CourseFactory()) | {"action-publish": "1"})

    assert not CoursePage.objects.get().live


def test_trainer_submits_and_the_office_approves(client, sign_in):
    sign_in(Role.TRAINER)
    client.post(add_url(), page_data(CourseFactory()) | {"action-submit": "1"})
    page = CoursePage.objects.get()
    assert (page.live, page.current_workflow_state.workflow.name) == (False, "Freigabe durch das Akademiebüro")

    sign_in(Role.ACADEMY_OFFICE)
    state = page.current_workflow_task_state
    client.post(reverse("wagtailadmin_pages:workflow_action", args=(page.pk, "approve", state.pk)), {"comment": ""})

    page.refresh_from_db()
    assert page.live
    assert page.course.versions.count() == 1


def test_office_cannot_approve_a_page_that_has_become_incomplete(client, sign_in):
    sign_in(Role.TRAINER)
    client.post(add_url(), page_data(CourseFactory()) | {"action-submit": "1"})
    page = CoursePage.objects.get()
    sign_in(Role.ACADEMY_OFFICE)
    page.teaser = ""
    page.save_revision(clean=False)  # as the editor saves a draft

    state = page.current_workflow_task_state
    client.post(reverse("wagtailadmin_pages:workflow_action", args=(page.pk, "approve", state.pk)), {"comment": ""})

    page.refresh_from_db()
    assert (page.live, page.current_workflow_state.status) == (False, "in_progress")


def test_course_has_one_page_in_each_language(client, sign_in):
    sign_in(Role.TRAINER)
    course = course_page().course

    response = client.post(add_url(), page_data(course))

    assert "course" in response.context["form"].errors
    assert CoursePage.objects.count() == 1


@pytest.mark.parametrize("with_pages_below", [False, True])
def test_publishing_many_pages_at_once_names_what_is_missing(client, sign_in, with_pages_below):
    sign_in(Role.ACADEMY_OFFICE)
    page = course_page()
    video = VideoStepPage(title="Film", locale=page.locale, live=False)
    page.add_child(instance=video)
    chosen, options = (page, {"include_descendants": "on"}) if with_pages_below else (video, {})

    address = reverse("wagtail_bulk_action", args=("wagtailcore", "page", "publish")) + f"?id={chosen.pk}"
    response = client.post(address, options)

    assert response.status_code == 302
    assert not Page.objects.get(pk=video.pk).live


def test_pages_that_a_version_stands_on_are_not_deleted(client, sign_in):
    sign_in(Role.ACADEMY_OFFICE)
    step = reading_step(course_page())

    client.post(reverse("wagtailadmin_pages:delete", args=[step.pk]))

    assert Page.objects.filter(pk=step.pk).exists()
