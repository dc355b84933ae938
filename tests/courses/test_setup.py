"""What setting up a site does for the academy."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import GroupPagePermission, Workflow, WorkflowPage

from academy.enums import Role
from courses.models import CourseIndexPage
from courses.setup import WORKFLOW, ensure_catalogue

pytestmark = pytest.mark.usefixtures("site")


def state():
    return (
        CourseIndexPage.objects.count(),
        GroupPagePermission.objects.count(),
        WorkflowPage.objects.count(),
        Workflow.objects.get(name=WORKFLOW).workflow_tasks.count(),
    )


def test_ensure_catalogue_changes_nothing_when_it_runs_again():
    before = state()

    ensure_catalogue()

    assert state() == before


def test_ensure_catalogue_leaves_what_editors_have_changed():
    page = CourseIndexPage.objects.get(locale__language_code="de")
    page.title = "Unser Programm"
    page.save_revision().publish()

    ensure_catalogue()

    assert CourseIndexPage.objects.get(pk=page.pk).title == "Unser Programm"


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role.TRAINER, {"add_page", "change_page"}),
        (Role.ACADEMY_OFFICE, {"add_page", "change_page", "publish_page"}),
        (Role.PROGRAMME_LEAD, set()),
    ],
)
def test_roles_have_their_rights_on_every_catalogue(role, rights):
    group = Group.objects.get(name=role)

    for page in CourseIndexPage.objects.all():
        found = GroupPagePermission.objects.filter(group=group, page=page).values_list(
            "permission__codename", flat=True
        )
        assert set(found) == rights


def test_office_approves_below_every_catalogue():
    [entry] = Workflow.objects.get(name=WORKFLOW).workflow_tasks.all()

    assert [group.name for group in entry.task.specific.groups.all()] == [Role.ACADEMY_OFFICE]
    assert {page.get_workflow().name for page in CourseIndexPage.objects.all()} == {WORKFLOW}
