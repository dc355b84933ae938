"""The gender star survives every channel (G1 of DOMAIN.md 6), from the form of the editor to the search and back."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from icalendar import Calendar
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from courses.models import CourseIndexPage, CoursePage
from enrolment import services
from enrolment.certificate.printing import render_pdf
from enrolment.enums import AttendanceState
from enrolment.models import Attendance
from tests.factories.academy import UserFactory
from tests.factories.course_pages import course_page
from tests.factories.courses import FIRST_SESSION, CourseFactory, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT

from .pdf_text import text_of

pytestmark = pytest.mark.usefixtures("site")

TITLE = "Migrant*innen-Beratung für Teilnehmer*innen"
AFTER = FIRST_SESSION + timedelta(hours=5)


@pytest.fixture
def typed_page(client, django_capture_on_commit_callbacks) -> CoursePage:
    """A course page as somebody types it into the editor and publishes it."""
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    index = CourseIndexPage.objects.get(locale__language_code="de")
    words = {
        "title": TITLE,
        "slug": "getippt",
        "course": CourseFactory().pk,
        "teaser": TITLE,
        "description": rich_text(f"<p>{TITLE}</p>", features=["bold", "ul", "ol", "link"]),
        "goals": streamfield([]),
        "content_points": streamfield([("line", TITLE)]),
        "easy_status": "draft_unchecked",
        "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0},
        "action-publish": "1",
    }
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(
            reverse("wagtailadmin_pages:add", args=["courses", "coursepage", index.pk]), nested_form_data(words)
        )
    assert response.status_code == 302, response.context["form"].errors
    return CoursePage.objects.get(title=TITLE)


def test_star_survives_every_channel(typed_page, client, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr("django.utils.timezone.now", lambda: DURING_ENROLMENT)
    run, learner = CourseRunFactory(course=typed_page.course, seats=2), UserFactory()
    editor_csv = client.get(reverse("courserun:index"), {"export": "csv"}).getvalue().decode()

    with django_capture_on_commit_callbacks(execute=True):
        place = services.enrol(learner=learner, run=run, at=DURING_ENROLMENT)
        feed = services.renew_feed(person=learner, at=DURING_ENROLMENT)
    client.logout()
    html = client.get(typed_page.url).text
    found = client.get("/de/search/", {"q": "Migrantin Teilnehmern"}).context["found"].hits
    events = Calendar.from_ical(client.get(f"/calendar/{feed}.ics").content).walk("VEVENT")
    session = run.sessions.get()
    Attendance.objects.create(enrolment=place, session=session, state=AttendanceState.PRESENT, ticked_at=AFTER)
    services.update_completion(enrolment=place, at=AFTER)
    certificate = services.issue_certificate(enrolment=place, at=AFTER)

    assert TITLE in typed_page.description
    assert '<span class="nobr">Migrant*innen</span>-Beratung für <span class="nobr">Teilnehmer*innen</span>' in html
    assert TITLE in editor_csv
    assert [hit.title for hit in found] == [TITLE]
    assert [event["SUMMARY"] for event in events] == [TITLE]
    assert TITLE in text_of(render_pdf(certificate)).replace("\n", " ")
    message = next(one for one in mail.outbox if learner.email in one.to)
    assert TITLE in message.subject + message.body
    assert "Teilnehmer*innen" in message.alternatives[0][0]


def test_address_of_a_page_has_no_star():
    assert course_page(title=TITLE).slug == "migrantinnen-beratung-für-teilnehmerinnen"
