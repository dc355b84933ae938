"""What mails about places say, and what they never say."""

import pytest

from academy.models import OutgoingMail
from courses.enums import ApprovalPolicy
from courses.models import CourseRun
from enrolment import services
from tests.factories.academy import UserFactory
from tests.factories.course_pages import course_page
from tests.factories.courses import FIRST_SESSION, CourseFactory, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT
from tests.factories.learning import make_course_page

pytestmark = pytest.mark.django_db

BOSS = "leitung@example.org"
CAUSES = ["confirmed", "waitlisted", "promoted", "withdrawn", "cancelled", "moved", "requested", "refused", "lapsed"]
CAUSES += ["list_closed", "asked"]


def go_through_everything(course, language="de") -> list[OutgoingMail]:
    """Let every message be written for runs of the course."""
    office = UserFactory()

    def person():
        return UserFactory(preferred_language=language)

    run = CourseRunFactory(course=course, seats=1, approval=ApprovalPolicy.NONE, online_link="https://raum.example.org")
    first, _second, _third = (services.enrol(learner=person(), run=run, at=DURING_ENROLMENT) for _ in range(3))
    services.withdraw(enrolment=first, actor=first.learner, at=DURING_ENROLMENT)
    moved = CourseRun.objects.get(pk=run.pk)
    moved.sessions, moved.place = list(moved.sessions.all()), "Anderer Raum"
    services.save_run(run=moved, actor=office, at=DURING_ENROLMENT)
    services.tell_at_once(run=moved, actor=office, at=DURING_ENROLMENT)
    services.complete_run(run=run, actor=office, at=FIRST_SESSION.replace(hour=23))

    asking = CourseRunFactory(course=course, approval=ApprovalPolicy.APPROVE)
    asked = [services.enrol(learner=person(), run=asking, at=DURING_ENROLMENT, approver_email=BOSS) for _ in range(3)]
    services.decide_approval(
        approval=asked[0].approvals.get(), agrees=False, reason="Wir sind zu zweit.", at=DURING_ENROLMENT
    )
    services.decide_approval(approval=asked[1].approvals.get(), agrees=True, at=DURING_ENROLMENT)
    services.lapse_approvals(at=asked[2].approvals.get().expires_at)
    services.cancel_run(run=asking, reason="Zu wenige Anmeldungen.", actor=office, at=DURING_ENROLMENT)
    return list(OutgoingMail.objects.order_by("pk"))


def everything_in(letters) -> str:
    return "\n".join(f"{letter.subject}\n{letter.text}\n{letter.html}" for letter in letters)


@pytest.fixture
def course():
    course = CourseFactory(slug="bescheide")
    make_course_page(course, title="Bescheide, die ankommen")
    make_course_page(course, language="en", title="Letters that arrive")
    return course


def test_every_message_is_written(course):
    keys = [letter.key for letter in go_through_everything(course)]

    assert {cause for cause in CAUSES if any(f".{cause}" in key for key in keys)} == set(CAUSES)


@pytest.mark.parametrize(("language", "title", "funding"), [
    ("de", "Bescheide, die ankommen", "Kofinanziert von der Europäischen Union"),
    ("en", "Letters that arrive", "Co-funded by the European Union"),
])  # fmt: skip
def test_every_message_names_course_and_funding_in_the_language_of_its_reader(course, language, title, funding):
    for letter in go_through_everything(course, language):
        assert title in letter.subject, letter.key
        assert funding in letter.text, letter.key
        assert funding in letter.html, letter.key


def test_no_message_names_a_protected_course_or_links_to_it():
    course = CourseFactory(slug="kraftraum", approval_title="Fortbildung der Akademie")
    make_course_page(course, title="Kraftraum: Empowerment")

    letters = go_through_everything(course)

    assert "kraftraum" not in everything_in(letters).lower()
    assert "empowerment" not in everything_in(letters).lower()
    assert all("Fortbildung der Akademie" in letter.subject for letter in letters)


def test_no_message_holds_the_online_room(course):
    assert "raum.example.org" not in everything_in(go_through_everything(course))


def test_only_the_supervisor_gets_the_link_to_answer(course):
    letters = go_through_everything(course)

    assert {letter.address for letter in letters if "/approvals/" in letter.text + letter.html} == {BOSS}


def test_only_the_applicant_reads_the_reason_of_a_refusal(course):
    letters = go_through_everything(course)

    told = [letter for letter in letters if "Wir sind zu zweit." in letter.text]
    assert [letter.key.split(".")[2] for letter in told] == ["refused"]
    assert BOSS not in {letter.address for letter in told}


def test_the_supervisor_reads_name_title_dates_scope_and_costs_and_no_place(course):
    letters = go_through_everything(course)

    text = next(letter.text for letter in letters if letter.address == BOSS)
    assert "kostenfrei" in text
    assert course.scope_text() in text
    assert "Tagungsraum" not in text


@pytest.mark.usefixtures("site")
def test_the_mail_about_a_cancelled_run_says_why_and_leads_back_to_the_course():
    page = course_page(title="Bescheide, die ankommen")

    letters = go_through_everything(page.course)

    [text] = {letter.text for letter in letters if ".cancelled." in letter.key}
    assert "Zu wenige Anmeldungen." in text
    assert f"http://127.0.0.1:8000/de/fortbildungen/{page.slug}/" in text
