"""Loading the demo content: what is there afterwards, and what a second time leaves alone."""

import re
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.management import CommandError, call_command
from wagtail.models import Page

from academy.models import Membership, Term, User
from academy.tasks import deliver_due_mails
from consulting import services as consulting
from consulting.demo import loader
from consulting.demo.content import FOLDER, read
from consulting.demo.dates import Week
from consulting.demo.people import PASSWORD
from consulting.models import DateSeries, Milestone, Process
from consulting.recurring import occurrences, to_ical
from consulting.selectors import newer_template_of
from courses.enums import RunState, RunStatus
from courses.models import Course, CoursePage, CourseRun, Seat, Session
from enrolment import services as enrolment
from enrolment.enums import EnrolmentState
from enrolment.models import Approval, Attendance, Certificate, CheckInWindow, Completion, Enrolment
from home.models import HomePage, StandardPage

from .conftest import AT

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(weeks=1)


def person(slug: str) -> User:
    return User.objects.get(email=f"{slug}@demo.example")


def counts() -> dict[str, int]:
    """The rows of every table, but those that note each run of a command."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models() if model._meta.managed}


def test_load_names_every_block_and_what_still_waits(loaded):
    names = [line.split(":")[0] for line in loaded]

    assert names == ["meta", *(block.name for block in loader.BLOCKS)]
    waiting = [line.split(":")[0] for line in loaded if line.endswith(loader.WAITING)]
    assert waiting == ["needs", "dialogue", "directory", "programmes", "newsletter"]


def test_every_file_of_the_content_is_a_block_or_belongs_to_one(loaded):
    parts = {"access", "course_words", "expected", "film", "meta", "sheet", "site_pages", "start_pages"}
    parts |= {"answered_steps", "feedback_steps", "news", "prepared_steps", "project", "publications"}
    files = {path.stem for path in FOLDER.glob("*.yaml")}

    assert (
        files == {block.name for block in loader.BLOCKS} - {"barriers", "documents", "meetings"} | parts
    )  # these stand with the processes


def test_load_again_in_the_same_week_changes_nothing(loaded):
    before, revisions = counts(), list(Page.objects.order_by("pk").values_list("pk", "latest_revision_id"))

    list(loader.load(AT + timedelta(hours=1)))

    assert counts() == before
    assert list(Page.objects.order_by("pk").values_list("pk", "latest_revision_id")) == revisions
    assert not Session.objects.filter(sequence__gt=0).exists()


def test_load_again_in_another_week_moves_the_dates_and_counts_the_change(loaded):
    """The clocks change between the two weeks: nine o'clock stays nine o'clock."""
    entry = next(entry for entry in read("runs") if entry["slug"] == "fuehren-1")

    list(loader.load(LATER))

    sessions = Session.objects.filter(run__slug="fuehren-1").order_by("starts_at")
    week = Week.of(LATER)
    assert [(session.starts_at, session.ends_at) for session in sessions] == [week.span(t) for t in entry["sessions"]]
    assert {session.sequence for session in sessions} == {1}


def test_load_again_keeps_places_and_ticks_of_people(loaded):
    run, learner = CourseRun.objects.get(slug="ladg-2"), person("r-spree-schalter")
    place = enrolment.enrol(learner=learner, run=run, at=AT, has_approval=True)
    given_back = Enrolment.objects.get(run=run, learner=person("teilnehmende-033"))
    enrolment.withdraw(enrolment=given_back, actor=given_back.learner, at=AT)
    milestone = Milestone.objects.get(process__slug="p-pankewald", title="Interviews abgeschlossen")
    consulting.tick_milestone(milestone=milestone, actor=person("r-pb-b"), at=AT)

    list(loader.load(LATER))

    place.refresh_from_db()
    given_back.refresh_from_db()
    milestone.refresh_from_db()
    assert place.state == EnrolmentState.CONFIRMED
    assert given_back.state == EnrolmentState.WITHDRAWN
    assert Enrolment.objects.filter(run=run).count() == 29
    assert milestone.done_on == AT.date()


def test_load_again_keeps_attendance_that_a_trainer_has_ticked(loaded):
    session = Session.objects.filter(run__slug="pat-1").order_by("starts_at").first()
    places = Enrolment.objects.confirmed().filter(run__slug="pat-1")
    enrolment.record_attendance(
        session=session, states={place.pk: "present" for place in places}, actor=person("r-trainer-2"), at=AT
    )

    list(loader.load(LATER))

    assert Attendance.objects.filter(session=session, state="present").count() == 9


def test_load_again_keeps_a_run_that_people_have_changed(loaded):
    run = CourseRun.objects.get(slug="gesundheit-1")
    enrolment.cancel_run(run=run, reason="Krankheit", actor=person("r-akademie"), at=AT)
    starts_at = run.sessions.get().starts_at

    list(loader.load(LATER))

    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert Session.objects.get(run=run).starts_at == starts_at


def test_load_again_keeps_a_page_that_somebody_has_edited_and_refreshes_the_others(loaded):
    german = StandardPage.objects.filter(locale__language_code="de")
    edited, other = (german.get(slug=slug) for slug in ("impressum", "datenschutz"))
    edited.title = "Anbieter"
    edited.save_revision(user=person("r-redaktion")).publish()
    other.title = "Irgendwie"
    other.save_revision().publish()

    list(loader.load(AT))

    edited.refresh_from_db()
    other.refresh_from_db()
    assert edited.title == "Anbieter"
    assert other.title == "Datenschutz"


def test_load_again_keeps_a_changed_password(loaded):
    user = person("r-mso-1")
    user.set_password("etwas-ganz-anderes")
    user.save()

    list(loader.load(AT))

    user.refresh_from_db()
    assert user.check_password("etwas-ganz-anderes")


def test_roles_can_sign_in_and_have_what_their_label_says(loaded, client):
    user = person("r-spree-leitung")

    assert user.check_password(PASSWORD)
    assert user.get_full_name() == "Amtsleitung Bürgerdienste"
    assert EmailAddress.objects.filter(user=user, verified=True, primary=True).count() == 1
    assert set(Membership.objects.filter(user=user).values_list("role", flat=True)) == {"sponsor", "approver"}
    assert user.groups.filter(name="sponsor").exists()


def test_numbered_participants_cannot_sign_in(loaded):
    crowd = User.objects.filter(email__startswith="teilnehmende-")

    assert crowd.count() == 60
    assert not any(user.has_usable_password() for user in crowd)
    assert not EmailAddress.objects.filter(user__in=crowd).exists()
    assert str(crowd.order_by("email").first()) == "Teilnehmende 001 (Demo)"


def test_vocabulary_has_both_languages_for_every_key_that_courses_use(loaded):
    assert not Term.objects.filter(label_de="").exists()
    assert not Term.objects.filter(label_en="").exists()
    course = Course.objects.get(slug="zugang-grundlagen")
    assert [term.key for term in course.access.order_by("key")] == ["breaks", "hearing_loop", "step_free"]


@pytest.mark.parametrize("entry", read("courses"), ids=lambda entry: entry["slug"])
def test_course_has_a_complete_page_in_every_language(loaded, entry):
    pages = {page.language: page for page in CoursePage.objects.filter(course__slug=entry["slug"], live=True)}

    assert set(pages) == {"de", "en", "de-simple"}
    for language in ("de", "en"):
        assert pages[language].title == entry["title"][language]
        assert len(pages[language].goals) == len(entry["goals_de"])
        assert len(pages[language].content_points) == len(entry["content_points_de"])
    assert pages["de-simple"].needs_draft_notice
    assert len({page.translation_key for page in pages.values()}) == 1


def test_steps_are_the_structure_of_their_courses(loaded):
    kinds = {
        course.slug: [step.kind for step in course.versions.order_by("-number").first().steps.all()]
        for course in Course.objects.filter(
            slug__in=["zugang-grundlagen", "wegekarte-zeichnen", "ladg-am-schalter", "kraftraum"]
        )
    }

    assert kinds == {
        "ladg-am-schalter": ["h5p", "h5p", "reading", "session"],
        "zugang-grundlagen": ["reading", "video", "h5p", "task", "document"],
        "wegekarte-zeichnen": ["reading", "video", "reading", "reading", "h5p", "reading", "task", "feedback"],
        "kraftraum": ["reading", "session"],
    }


def test_every_course_has_steps_in_german_and_english(loaded):
    steps = {
        (page.course.slug, page.locale.language_code): page.get_children().live().count()
        for page in CoursePage.objects.filter(locale__language_code__in=["de", "en"])
    }

    assert len(steps) == 26
    assert min(steps.values()) == 2
    assert all(count == steps[slug, "de"] for (slug, _language), count in steps.items())


def test_a_template_opens_when_the_last_date_is_over(loaded):
    run = CourseRun.objects.get(slug="zugang-grundlagen-2")
    step = run.version.steps.get(kind="document")

    assert (step.release, step.release_days, step.release_session) == ("after_session", 0, None)


def test_open_run_has_the_newest_steps_and_a_past_one_none(loaded):
    past, coming = (CourseRun.objects.get(slug=f"zugang-grundlagen-{number}") for number in (1, 2))

    assert past.version.steps.count() == 0
    assert coming.version.steps.count() == 5


@pytest.mark.parametrize(
    ("slug", "status", "free"),
    [
        ("zugang-grundlagen-1", RunStatus.COMPLETED, 0),
        ("zugang-grundlagen-2", RunStatus.OPEN, 4),
        ("bescheide-1", RunStatus.FULL, 0),
        ("fuehren-1", RunStatus.RUNNING, 0),
        ("gespraech-zu-dritt-2", RunStatus.PLANNED, 16),
        ("wegekarte-dauerhaft", RunStatus.OPEN, 500),
    ],
)
def test_run_shows_the_status_of_the_file(loaded, slug, status, free):
    run = CourseRun.objects.get(slug=slug)
    seats = Seat.objects.free().filter(run=run).count()

    assert (run.status(at=AT, free_seats=seats), seats) == (status, free)


@pytest.mark.parametrize("entry", [e for e in read("runs") if "registrations_demo" in e], ids=lambda e: e["slug"])
def test_run_has_the_places_of_the_file(loaded, entry):
    wanted = entry["registrations_demo"]
    places = Enrolment.objects.filter(run__slug=entry["slug"])

    assert places.filter(state="confirmed").count() == wanted["confirmed"]
    assert places.filter(state="waitlisted").count() == wanted["waiting"]
    assert places.filter(state="requested").count() == wanted["approval_pending"]
    assert Approval.objects.filter(enrolment__in=places, decision="").count() == wanted["approval_pending"]


def test_past_run_has_attendance_and_completions(loaded):
    rows = Attendance.objects.filter(session__run__slug="zugang-grundlagen-1")

    assert rows.filter(state="present").count() == 16
    assert rows.filter(state="absent").count() == 2
    completions = Completion.objects.filter(enrolment__run__slug="zugang-grundlagen-1")
    assert {(c.result, c.ue_attended) for c in completions} == {("full", Decimal("5.0"))}
    assert completions.count() == 16


def test_open_questions_reach_the_approver_of_the_house(loaded):
    asked = Approval.objects.filter(decision="").order_by("approver_email").values_list("approver_email", flat=True)

    assert list(asked.distinct()) == [
        "leitung-havelbogen@demo.example",
        "r-linde-leitung@demo.example",
        "r-spree-leitung@demo.example",
    ]
    assert not Approval.objects.filter(decision="", expires_at__lte=AT).exists()


LANG = re.compile(r'<html lang="([\w-]+)"')


def test_one_easy_page_is_checked_and_one_page_has_older_variants(loaded):
    easy = StandardPage.objects.filter(locale__language_code="de-simple", live=True)
    german = StandardPage.objects.get(slug="prozessbegleitung")
    variants = german.get_translations()

    assert [page.slug for page in easy if not page.needs_draft_notice] == ["miteinander-reden"]
    assert [page.last_published_at < german.last_published_at for page in variants] == [True, True]


@pytest.mark.parametrize("model", [HomePage, StandardPage, CoursePage])
def test_every_page_is_served_in_its_language(loaded, client, model):
    pages = model.objects.filter(live=True).select_related("locale").order_by("pk")

    for page in pages:
        response = client.get(page.url)
        html = response.content.decode()
        assert response.status_code == 200, page.url
        assert LANG.search(html)[1] == page.locale.language_code, page.url
        assert html.count("<h1") == 1, page.url
        assert "draft-notice" in html or not page.needs_draft_notice, page.url
        assert "{{" not in html, page.url


def test_site_pages_exist_in_german_and_english_but_for_sign_language(loaded):
    languages: dict = {}
    for page in StandardPage.objects.filter(live=True).select_related("locale"):
        languages.setdefault(page.translation_key, set()).add(page.locale.language_code)

    without_english = [found for found in languages.values() if not {"de", "en"} <= found]
    assert without_english == [{"de"}]
    assert [found for found in languages.values() if "hu" in found] == [{"de", "en", "hu", "de-simple"}]


def test_start_page_shows_the_next_dates_and_calls_to_action(loaded, client):
    html = client.get("/de/").content.decode()

    assert html.count("course-card") > 3
    for label in ("Fortbildung finden", "Prozessbegleitung anfragen", "Was aus Empfehlungen wurde"):
        assert label in html


def test_start_page_with_everything_on_it_takes_ten_queries(loaded, client, django_assert_num_queries):
    client.get("/de/")

    with django_assert_num_queries(10):
        client.get("/de/")


def test_audit_finds_nothing_broken(loaded, capsys):
    deliver_due_mails()  # what the demo writes goes out once it is committed, which never happens here
    call_command("audit")

    assert capsys.readouterr().out == "All promises hold.\n"


def test_audit_names_open_demo_logins_where_demo_is_not_set(loaded, settings):
    settings.DEMO = False
    deliver_due_mails()

    with pytest.raises(CommandError, match="30 broken promises"):
        call_command("audit")


def test_demo_logins_lists_every_login_with_what_it_can_do(loaded, capsys):
    call_command("demo_logins")

    out = capsys.readouterr().out
    assert out.count("@demo.example") == 30
    assert PASSWORD in out
    assert "Answers when staff ask for approval of a course." in out


def test_load_shows_what_a_trainer_does_with_a_list(loaded):
    session = Session.objects.filter(run__slug="fuehren-1").earliest("starts_at")
    states = Attendance.objects.filter(session=session).values_list("state", "minutes")

    assert Counter(states) == {("present", None): 11, ("partly", 120): 1, ("excused", None): 1, ("partly", 180): 1}
    assert session.attendance_list.closed_by == person("r-trainer-2").pseudonym
    assert session.attendance_addenda.get().old_state == "absent"
    assert session.signed_lists.get().kind == "pdf"
    assert CheckInWindow.objects.get().session.run.slug == "ladg-2"
    assert CheckInWindow.objects.get().is_open(at=AT)


def test_load_plans_dates_that_come_again_with_some_that_differ(loaded):
    hour, table = DateSeries.objects.order_by("kind")
    first, second, moved = occurrences(hour, since=AT, before=AT + timedelta(weeks=12))[:3]

    assert second.starts_at - first.starts_at == timedelta(weeks=4)  # the one in between is called off
    assert moved.starts_at - moved.was_at == timedelta(days=1)
    assert b"EXDATE" in to_ical(hour)
    assert b"RECURRENCE-ID" in to_ical(table)


def test_certificates_of_a_run_that_is_over_verify_and_one_is_replaced_and_one_revoked(loaded, client):
    issued = Certificate.objects.filter(enrolment__run__slug="zugang-grundlagen-1")
    by_status = {str(one.status): one for one in issued.select_related("enrolment__completion")}

    assert issued.count() == 17
    assert issued.valid().count() == 15
    for status, word in (
        ("valid", "ist gültig"),
        ("superseded", "durch eine neuere ersetzt"),
        ("revoked", "widerrufen"),
    ):
        assert word in client.get(f"/de/verify/{by_status[status].code}/").content.decode()
    own = issued.current().get(holder=person("r-spree-schalter"))
    client.force_login(own.holder)
    assert client.get(f"/de/my/certificates/{own.number}.pdf").content.startswith(b"%PDF-")


def test_load_again_in_another_week_keeps_the_dates_that_certificates_print(loaded):
    session = Session.objects.get(run__slug="zugang-grundlagen-1")

    list(loader.load(LATER))

    assert Session.objects.get(run__slug="zugang-grundlagen-1").starts_at == session.starts_at
    assert Certificate.objects.count() == 17


def test_one_process_is_a_version_behind_its_template(loaded):
    behind = {
        process.slug: (process.template.version, newer.version)
        for process in Process.objects.select_related("template")
        if (newer := newer_template_of(process))
    }

    assert behind == {"p-mueggelgrund": (1, 2)}
