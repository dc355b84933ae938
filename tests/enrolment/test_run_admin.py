"""Planning runs in Wagtail's admin: whose rows exist for whom, and what the service refuses."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from academy.common.rows import harmless
from academy.enums import Role
from academy.services import sync_rights
from courses.enums import ApprovalPolicy, RunState, StepKind
from courses.models import CourseRun, Seat
from enrolment import selectors
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.course_pages import course_page
from tests.factories.courses import CourseFactory, CourseRunFactory
from tests.factories.learning import make_step_page

pytestmark = pytest.mark.usefixtures("site")

ROW_VIEWS = ["edit", "delete", "history", "usage", "inspect", "history_results"]


def person(role):
    user = UserFactory()
    MembershipFactory(user=user, role=role)
    sync_rights(user=user, on=timezone.localdate())
    return user


@pytest.fixture
def trainer(client):
    user = person(Role.TRAINER)
    client.force_login(user)
    return user


@pytest.fixture
def office(client):
    user = person(Role.ACADEMY_OFFICE)
    client.force_login(user)
    return user


def teaches(user, run):
    run.trainers.add(user)
    run.save()
    return run


def url(name, *args):
    return reverse(f"courserun:{name}", args=args)


def run_data(sessions=2, **changes):
    tomorrow = timezone.localtime() + timedelta(days=1)
    rows = []
    for day in range(sessions):
        start = tomorrow + timedelta(days=day)
        rows.append(
            {
                "starts_at": f"{start:%Y-%m-%d} 09:00",
                "ends_at": f"{start:%Y-%m-%d} 12:00",
                "ue": "4",
                "place": "",
            }
        )
    return nested_form_data(
        {
            "sessions": inline_formset(rows),
            "place": "Tagungsraum",
            "language": "de",
            "online_link": "",
            "capacity_min": "1",
            "capacity_max": "12",
            "approval": "approve",
            "enrolment_opens_at": "",
            "enrolment_closes_at": "",
            "cancel_until": "",
            "decide_on": "",
            "audience": "open",
            "organisation": "",
            "waiting_list": "automatic",
            "offer_hours": "48",
            "cutoff_days": "2",
            "unit_quota": "40",
            **changes,
        }
    )


# --- Whose rows ----------------------------------------------------------------------------------------------------
def test_index_and_export_show_a_trainer_the_own_runs_only(client, trainer):
    teaches(trainer, CourseRunFactory(course=course_page(title="Eigener Kurs").course))
    CourseRunFactory(course=course_page(title="Fremder Kurs").course)

    for address in (url("index"), url("index_results"), url("index") + "?export=csv", url("index") + "?q=Kurs"):
        response = client.get(address)
        text = b"".join(response).decode() if response.streaming else response.text
        assert "Eigener Kurs" in text, address
        assert "Fremder Kurs" not in text, address


@pytest.mark.parametrize("state", [RunState.DRAFT, RunState.OPEN])
def test_row_views_do_not_exist_for_a_trainer_when_the_run_is_foreign(client, trainer, state):
    run = CourseRunFactory(state=state)

    for name in ROW_VIEWS:
        assert client.get(url(name, run.pk)).status_code == 404, name
    for name in ("edit", "delete", "open", "cancel", "complete"):
        assert client.post(url(name, run.pk), {"reason": "x"}).status_code == 404, name
    assert CourseRun.objects.get(pk=run.pk).state == state


def test_row_views_open_for_a_trainer_when_the_run_is_the_own(client, trainer):
    run = teaches(trainer, CourseRunFactory(state=RunState.DRAFT))

    for name in ROW_VIEWS:
        assert client.get(url(name, run.pk)).status_code == 200, name


def test_delete_is_refused_when_the_run_was_opened(client, office):
    run = CourseRunFactory(state=RunState.OPEN)

    assert client.post(url("delete", run.pk)).status_code in (302, 403)
    assert CourseRun.objects.filter(pk=run.pk).exists()
    assert url("delete", run.pk) not in client.get(url("index")).text


def test_delete_removes_a_draft(client, office):
    run = CourseRunFactory(state=RunState.DRAFT, seats=2)

    client.post(url("delete", run.pk))

    assert not CourseRun.objects.filter(pk=run.pk).exists()
    assert not Seat.objects.exists()


def test_edit_is_refused_when_the_run_is_over(client, office):
    run = CourseRunFactory(state=RunState.COMPLETED)

    assert client.get(url("edit", run.pk)).status_code in (302, 403)
    assert client.get(url("inspect", run.pk)).status_code == 200


def test_programme_lead_reads_every_run_and_changes_none(client):
    client.force_login(person(Role.PROGRAMME_LEAD))
    run = CourseRunFactory(course=course_page(title="Ein Kurs").course)

    assert "Ein Kurs" in client.get(url("index")).text
    assert client.get(url("inspect", run.pk)).status_code == 200
    for name in ("edit", "delete", "open", "cancel", "complete"):
        assert client.post(url(name, run.pk), {"reason": "x"}).status_code in (302, 403), name
    run.refresh_from_db()
    assert run.state == RunState.OPEN


@pytest.mark.parametrize("role", [Role.EDITOR, Role.FACILITATOR, Role.UNIT_STAFF, Role.TECHNICAL_ADMIN])
def test_list_of_runs_is_closed_to_roles_that_do_not_plan(client, role):
    client.force_login(person(role))

    assert client.get(url("index")).status_code in (302, 403)


def test_site_history_names_no_foreign_run_to_a_trainer(client, trainer):
    planner = person(Role.ACADEMY_OFFICE)
    course = course_page(title="Fremder Kurs").course
    other = Client()
    other.force_login(planner)
    other.post(f"{url('add')}?course={course.pk}", run_data())
    run = CourseRun.objects.get()

    assert str(run) not in client.get(reverse("wagtailadmin_reports:site_history")).text


# --- Planning ------------------------------------------------------------------------------------------------------
def test_add_asks_for_the_course_first(client, trainer):
    course = course_page(title="Ein Kurs").course

    text = client.get(url("add")).text

    assert f'<option value="{course.pk}">Ein Kurs</option>' in text
    assert client.get(f"{url('add')}?course=999999").status_code == 200
    assert client.post(url("add"), run_data()).status_code == 302
    assert not CourseRun.objects.exists()


def test_add_starts_with_what_the_course_says(client, trainer):
    course = CourseFactory(capacity_min=6, capacity_max=14, approval=ApprovalPolicy.INFO, language="en")
    course_page(course=course)

    form = client.get(f"{url('add')}?course={course.pk}").context["form"]

    assert {name: form[name].value() for name in ("capacity_min", "capacity_max", "approval", "language")} == {
        "capacity_min": 6,
        "capacity_max": 14,
        "approval": "info",
        "language": "en",
    }
    assert "trainers" not in form.fields


def test_add_makes_a_draft_with_sessions_and_seats_that_the_trainer_teaches(client, trainer):
    course = course_page().course

    response = client.post(f"{url('add')}?course={course.pk}", run_data(sessions=2))

    run = CourseRun.objects.get()
    assert response.status_code == 302
    assert (run.course, run.state, run.sessions.count(), run.seats.count()) == (course, RunState.DRAFT, 2, 12)
    assert list(run.trainers.all()) == [trainer]
    assert timezone.localtime(run.sessions.first().starts_at).hour == 9


def test_add_lets_the_office_choose_trainers(client, office):
    teacher, other = person(Role.TRAINER), person(Role.UNIT_STAFF)
    course = course_page().course

    form = client.get(f"{url('add')}?course={course.pk}").context["form"]
    client.post(f"{url('add')}?course={course.pk}", {**run_data(), "trainers": [teacher.pk]})

    assert teacher in form.fields["trainers"].queryset
    assert other not in form.fields["trainers"].queryset
    assert list(CourseRun.objects.get().trainers.all()) == [teacher]


@pytest.mark.parametrize(
    "changes",
    [
        {"capacity_min": "20"},
        {"enrolment_opens_at": "2030-01-02 09:00", "enrolment_closes_at": "2030-01-01 09:00"},
        {"sessions": inline_formset([{"starts_at": "2020-01-01 09:00", "ends_at": "2020-01-01 10:00"}])},
        {"sessions": inline_formset([{"starts_at": "2040-01-01 09:00", "ends_at": "2040-01-01 08:00"}])},
        {"sessions": inline_formset([{"starts_at": "", "ends_at": "2040-01-01 08:00"}])},
        {"sessions": inline_formset([{"starts_at": "gestern", "ends_at": "2040-01-01 08:00"}])},
        {"language": "tlh"},
    ],
)
def test_add_says_what_is_wrong_and_saves_nothing(client, trainer, changes):
    course = course_page().course

    response = client.post(f"{url('add')}?course={course.pk}", {**run_data(), **nested_form_data(changes)})

    assert response.status_code == 200
    assert not CourseRun.objects.exists()


def test_edit_changes_dates_and_keeps_trainers(client, trainer):
    run = teaches(trainer, CourseRunFactory(state=RunState.DRAFT, sessions=0))

    client.post(url("edit", run.pk), run_data(sessions=1, place="Saal"))

    run = CourseRun.objects.get()
    assert (run.place, run.sessions.count(), list(run.trainers.all())) == ("Saal", 1, [trainer])


def test_edit_refuses_fewer_places_than_are_taken(client, office, now):
    run = CourseRunFactory(seats=3, sessions=0, state=RunState.OPEN)
    Seat.objects.filter(run=run).update(taken_at=now)

    response = client.post(url("edit", run.pk), run_data(sessions=0, capacity_max="2", approval="none"))

    assert response.status_code == 200
    run.refresh_from_db()
    assert run.capacity_max == 3


# --- Opening, cancelling, completing -------------------------------------------------------------------------------
def test_office_opens_a_draft_and_pins_the_version(client, office):
    run = CourseRunFactory(state=RunState.DRAFT, course=course_page().course)

    assert client.get(url("open", run.pk)).status_code == 200
    client.post(url("open", run.pk))

    run.refresh_from_db()
    assert (run.state, run.version.number) == (RunState.OPEN, 1)


def test_open_says_why_not_when_there_is_no_session(client, office):
    run = CourseRunFactory(state=RunState.DRAFT, sessions=0)

    client.post(url("open", run.pk), follow=True)

    run.refresh_from_db()
    assert run.state == RunState.DRAFT


def test_trainer_opens_no_run_and_calls_none_off(client, trainer):
    run = teaches(trainer, CourseRunFactory(state=RunState.DRAFT))

    for name in ("open", "cancel"):
        assert client.get(url(name, run.pk)).status_code in (302, 403)
        assert client.post(url(name, run.pk), {"reason": "x"}).status_code in (302, 403)
    run.refresh_from_db()
    assert run.state == RunState.DRAFT


def test_cancel_asks_for_a_reason(client, office):
    run = CourseRunFactory(state=RunState.OPEN)

    assert client.post(url("cancel", run.pk), {"reason": " "}).status_code == 200
    client.post(url("cancel", run.pk), {"reason": "Die Trainer*in ist krank."})

    run.refresh_from_db()
    assert run.state == RunState.CANCELLED


def test_trainer_completes_an_own_run_when_its_last_session_is_over(client, trainer, now):
    run = teaches(trainer, CourseRunFactory(state=RunState.OPEN))
    run.sessions.update(starts_at=now - timedelta(days=300), ends_at=now - timedelta(days=299))

    client.post(url("complete", run.pk))

    run.refresh_from_db()
    assert run.state == RunState.COMPLETED


# --- Files ---------------------------------------------------------------------------------------------------------
def test_export_gives_local_time_and_no_formulas(client, office):
    CourseRunFactory(course=course_page(title="=1+1").course, place="@SUM(A1)", seats=2)

    body = b"".join(client.get(url("index") + "?export=csv")).decode()

    [row] = list(csv.reader(io.StringIO(body)))[1:]
    assert row[0] == "'=1+1"
    assert row[2:5] == ["2026-12-09 09:00", "2026-12-09 13:00", "'@SUM(A1)"]


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_harmless_marks_what_a_spreadsheet_would_calculate(text):
    assert harmless(text) == f"'{text}"


def test_harmless_leaves_words_alone():
    assert harmless("Leser*innen = alle") == "Leser*innen = alle"


def test_index_asks_the_same_statements_at_1_and_at_10_runs(client, office):
    def count():
        client.get(url("index"))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("index"))
        return len(queries)

    CourseRunFactory(course=course_page().course)
    few = count()
    for number in range(9):
        CourseRunFactory(course=course_page(title=f"Kurs {number}").course)

    assert count() == few


# --- Steps that mark dates -----------------------------------------------------------------------------------------
TOO_FEW = "Die Schritte dieser Fortbildung sehen 2 Termine vor, der Durchgang hat %d. "


@pytest.fixture
def course_with_two_dates():
    page = course_page()
    for number in (1, 2):
        make_step_page(page, StepKind.SESSION, title=f"Termin {number}").save_revision().publish()
    return page.course


@pytest.mark.parametrize(("sessions", "is_warned"), [(0, True), (1, True), (2, False), (3, False)])
def test_open_page_warns_when_the_steps_mark_more_dates_than_the_run_has(
    client, office, course_with_two_dates, sessions, is_warned
):
    run = CourseRunFactory(course=course_with_two_dates, state=RunState.DRAFT, sessions=sessions)

    assert (TOO_FEW % sessions in client.get(url("open", run.pk)).text) == is_warned


@pytest.mark.parametrize(("sessions", "is_warned"), [(1, True), (2, False)])
def test_saving_a_run_warns_when_the_steps_mark_more_dates_than_it_has(
    client, office, course_with_two_dates, sessions, is_warned
):
    response = client.post(url("add") + f"?course={course_with_two_dates.pk}", run_data(sessions=sessions), follow=True)

    assert CourseRun.objects.get().sessions.count() == sessions
    assert (TOO_FEW % sessions in response.text) == is_warned


def test_open_run_is_measured_by_the_version_that_it_stands_on(client, office, course_with_two_dates):
    run = CourseRunFactory(course=course_with_two_dates, version=course_with_two_dates.versions.last(), sessions=1)
    later = make_step_page(course_with_two_dates.pages.get(), StepKind.SESSION, title="Termin 3")
    later.save_revision().publish()

    assert selectors.dates_of_steps(run) == (2, 1)
