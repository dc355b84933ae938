"""A trainer writes a course page and plans a run, the office approves and opens: then visitors find it.

In a real browser, through the sign-in page and Wagtail's own editor.
"""

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from academy.enums import Role
from academy.services import create_account, grant_membership
from courses.enums import RunState
from courses.models import CoursePage, CourseRun
from tests.factories.academy import OrganisationFactory

from .editor import PASSWORD, TITLE, Editor


@pytest.fixture
def staff(db):
    """A trainer and the academy office, each with an account of their own."""
    organisation = OrganisationFactory()
    for name, role in (("trainer", Role.TRAINER), ("office", Role.ACADEMY_OFFICE)):
        user = create_account(email=f"{name}@example.org", first_name=name, last_name="", password=PASSWORD)
        grant_membership(
            user=user,
            role=role,
            organisation=organisation,
            starts_on=date(2020, 1, 1),
            actor=None,
            at=timezone.now(),
        )


def test_a_trainer_publishes_a_course_with_the_approval_of_the_office(page, live_server, site, staff):
    editor = Editor(page, live_server.url)
    editor.sign_in("trainer@example.org")
    editor.write_page()
    draft = CoursePage.objects.get()
    assert not draft.live
    editor.sees_the_preview()
    editor.submit_page()
    editor.plan_run(draft.course_id)
    run = CourseRun.objects.get()
    assert (run.state, run.sessions.count(), run.seats.count()) == (RunState.DRAFT, 2, 14)
    assert [person.email for person in run.trainers.all()] == ["trainer@example.org"]
    assert page.goto(f"{live_server.url}/de/fortbildungen/klare-briefe/").status == 404

    editor.sign_in("office@example.org")
    editor.approve_page(draft.pk)
    editor.open_run(run.pk)

    page.context.clear_cookies()
    page.goto(f"{live_server.url}/de/fortbildungen/")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.locator(".run__sessions li")).to_have_count(2)
    [entry] = page.request.get(f"{live_server.url}/de/fortbildungen.json").json()["courses"]
    assert (entry["title"], entry["runs"][0]["free_places"], len(entry["runs"][0]["sessions"])) == (TITLE, 14, 2)
    assert CourseRun.objects.get().version.number == 1
    assert [text for text in editor.problems if "404" not in text] == []
