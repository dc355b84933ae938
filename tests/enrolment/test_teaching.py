"""The trainer's pages: own runs, roster, attendance, the list to sign, certificates; and who may not see them."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from academy.enums import Role
from academy.models import AuditEntry
from courses.enums import StepKind
from courses.models import Session
from enrolment import services
from enrolment.cards import start_cards
from enrolment.enums import AttendanceState, EnrolmentState
from enrolment.models import Attendance, Certificate, Progress
from tests.factories.academy import MembershipFactory, OrganisationFactory, UserFactory
from tests.factories.courses import CourseFactory, CourseRunFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import make_course_page, make_run

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def run(trainer):
    """A run of two dates, one of them over, taught by `trainer`."""
    run = CourseRunFactory(sessions=0, course=CourseFactory())
    make_course_page(run.course, title="Zugang für alle")
    for days in (-7, 7):
        starts_at = NOW + timedelta(days=days)
        Session.objects.create(run=run, starts_at=starts_at, ends_at=starts_at + timedelta(hours=4), ue=5)
    run.trainers.add(trainer)
    run.save()
    return run


def seat(run, **fields):
    return EnrolmentFactory(run=run, learner=UserFactory(**fields))


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def attendance_of(run, number=0):
    session = run.sessions.all()[number]
    return f"/de/teaching/runs/{run.pk}/sessions/{session.pk}/attendance/"


# --- Own runs ----------------------------------------------------------------------------------------------------
def test_teaching_lists_own_runs_for_trainers_and_all_for_the_office(client, run, trainer, office):
    other = CourseRunFactory()
    make_course_page(other.course, title="Eine andere Fortbildung")

    client.force_login(trainer)
    assert "Eine andere Fortbildung" not in text(client.get("/de/teaching/"))
    assert "Zugang für alle" in text(client.get("/de/teaching/"))

    client.force_login(office)
    assert "Eine andere Fortbildung" in text(client.get("/de/teaching/"))


def test_teaching_shows_coming_runs_first_and_past_ones_last(client, office):
    titles = {"Vergangen": -30, "Bald": 3, "Später": 40, "Länger vergangen": -60}
    for title, days in titles.items():
        planned = CourseRunFactory(sessions=0)
        make_course_page(planned.course, title=title)
        starts_at = NOW + timedelta(days=days)
        Session.objects.create(run=planned, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
    client.force_login(office)

    page = text(client.get("/de/teaching/"))

    assert sorted(titles, key=page.index) == ["Bald", "Später", "Vergangen", "Länger vergangen"]


@pytest.mark.parametrize("count", [1, 20])
def test_teaching_asks_the_same_for_one_and_for_twenty_runs(client, office, django_assert_max_num_queries, count):
    for _number in range(count):
        make_course_page(CourseRunFactory().course)
    client.force_login(office)
    client.get("/de/teaching/")

    with django_assert_max_num_queries(9):
        client.get("/de/teaching/")


# --- Roster ------------------------------------------------------------------------------------------------------
def test_roster_shows_how_much_is_done_and_missing_but_neither_steps_nor_scores(client, trainer):
    run = make_run({"title": "Geheimer Schritt"}, {"kind": StepKind.H5P, "title": "Geheime Übung"}, sessions=1)
    run.trainers.add(trainer)
    run.save()
    person = MembershipFactory(organisation=OrganisationFactory(name="Bezirksamt Spreehain")).user
    enrolment = EnrolmentFactory(run=run, learner=person)
    EnrolmentFactory(run=run, state=EnrolmentState.WAITLISTED)
    reading, exercise = run.version.steps.all()
    services.finish_step(enrolment=enrolment, step=reading, at=NOW)
    services.open_step(enrolment=enrolment, step=exercise, at=NOW)
    Progress.objects.filter(step_key=exercise.key).update(best_score=37, max_score=41)
    client.force_login(trainer)

    page = text(client.get(f"/de/teaching/runs/{run.pk}/"))

    assert str(person) in page
    assert "Bezirksamt Spreehain" in page
    assert "1 von 2 erledigt 0 von 5 UE noch nicht abgeschlossen 1 Pflichtschritt ist noch nicht erledigt." in page
    assert "Warteliste" in page
    for forbidden in ("Geheime", "37", "41", "90 %", person.email):
        assert forbidden not in page, forbidden


def cells(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


@pytest.fixture
def mixed(trainer):
    """A run with a person who has done everything, one who has not, and one who waits."""
    run = make_run({"title": "Geheimer Schritt"}, sessions=1)
    run.trainers.add(trainer)
    run.save()
    names = ("Fertig", "Offen", "Wartend")
    states = (EnrolmentState.CONFIRMED, EnrolmentState.CONFIRMED, EnrolmentState.WAITLISTED)
    places = [
        EnrolmentFactory(run=run, state=state, learner=UserFactory(first_name="=1+1", last_name=name))
        for name, state in zip(names, states, strict=True)
    ]
    for place in places[:2]:
        Attendance.objects.create(enrolment=place, session=run.sessions.get(), state="present", ticked_at=NOW)
    services.finish_step(enrolment=places[0], step=run.version.steps.get(), at=NOW)
    return run


def test_roster_shows_only_those_of_whom_something_is_missing_when_asked(client, mixed, trainer):
    client.force_login(trainer)

    everybody = client.get(f"/de/teaching/runs/{mixed.pk}/")
    some = client.get(f"/de/teaching/runs/{mixed.pk}/?missing=1")

    assert [line["place"].learner.last_name for line in everybody.context["lines"]] == ["Fertig", "Offen", "Wartend"]
    assert [line["place"].learner.last_name for line in some.context["lines"]] == ["Offen"]
    assert "Alle (3)" in text(some)
    assert "Es fehlt noch etwas (1)" in text(some)
    assert f'href="/de/teaching/runs/{mixed.pk}/figures.csv?missing=1"' in some.content.decode()


def test_roster_says_so_when_nothing_is_missing_of_anybody(client, mixed, trainer):
    services.finish_step(
        enrolment=mixed.enrolments.get(learner__last_name="Offen"), step=mixed.version.steps.get(), at=NOW
    )
    client.force_login(trainer)

    assert "Bei niemandem fehlt etwas" in text(client.get(f"/de/teaching/runs/{mixed.pk}/?missing=1"))


def test_run_figures_hold_the_figures_of_the_roster_and_no_formula(client, mixed, trainer):
    client.force_login(trainer)

    head, *lines = cells(client.get(f"/de/teaching/runs/{mixed.pk}/figures.csv"))
    _head, *some = cells(client.get(f"/de/teaching/runs/{mixed.pk}/figures.csv?missing=1"))

    assert head[3:] == [
        "Stand des Platzes",
        "Schritte erledigt",
        "Schritte nötig",
        "besuchte UE",
        "UE insgesamt",
        "Ergebnis",
        "Es fehlt noch",
    ]
    confirmed, waiting = EnrolmentState.CONFIRMED.label, EnrolmentState.WAITLISTED.label
    missing = "1 Pflichtschritt ist noch nicht erledigt."
    assert lines == [
        ["Fertig", "'=1+1", "", str(confirmed), "1", "1", "5", "5", "abgeschlossen", ""],
        ["Offen", "'=1+1", "", str(confirmed), "0", "1", "5", "5", "noch nicht abgeschlossen", missing],
        ["Wartend", "'=1+1", "", str(waiting), "", "", "", "", "", ""],
    ]
    assert some == lines[1:2]
    assert AuditEntry.objects.filter(action="run.figures_exported", actor=trainer.pseudonym).count() == 2


def test_run_figures_name_no_organisation_when_the_course_protects_its_participants(client, mixed, office):
    mixed.course.is_list_protected = True
    mixed.course.save()
    client.force_login(office)

    assert "Organisation" not in cells(client.get(f"/de/teaching/runs/{mixed.pk}/figures.csv"))[0]


def test_roster_names_no_organisation_when_the_course_protects_its_participants(client, run, trainer):
    run.course.is_list_protected = True
    run.course.save()
    person = MembershipFactory(organisation=OrganisationFactory(name="Bezirksamt Spreehain")).user
    EnrolmentFactory(run=run, learner=person)
    client.force_login(trainer)

    page = text(client.get(f"/de/teaching/runs/{run.pk}/"))

    assert str(person) in page
    assert "Spreehain" not in page


def test_roster_sorts_confirmed_people_first_and_by_name_without_accents(client, run, trainer):
    for name in ("Zeman", "Özdemir", "Oz", "Ćosić"):
        seat(run, first_name="A", last_name=name)
    EnrolmentFactory(run=run, state=EnrolmentState.WAITLISTED, learner=UserFactory(first_name="A", last_name="Aal"))
    client.force_login(trainer)

    page = text(client.get(f"/de/teaching/runs/{run.pk}/"))

    assert sorted(["Zeman", "Özdemir", "Oz ", "Ćosić", "Aal"], key=page.index) == [
        "Ćosić",
        "Oz ",
        "Özdemir",
        "Zeman",
        "Aal",
    ]


@pytest.mark.parametrize("count", [1, 30])
def test_roster_and_attendance_ask_the_same_for_one_and_for_thirty(
    client, run, trainer, django_assert_max_num_queries, count
):
    for _number in range(count):
        membership = MembershipFactory()
        place = EnrolmentFactory(run=run, learner=membership.user)
        Attendance.objects.create(enrolment=place, session=run.sessions.first(), state="present", ticked_at=NOW)
    client.force_login(trainer)
    client.get("/de/teaching/")

    with django_assert_max_num_queries(19):
        client.get(f"/de/teaching/runs/{run.pk}/")
    with django_assert_max_num_queries(15):
        client.get(f"/de/teaching/runs/{run.pk}/figures.csv")
    with django_assert_max_num_queries(12):
        client.get(attendance_of(run))


# --- Attendance --------------------------------------------------------------------------------------------------
def test_attendance_saves_all_rows_with_one_request(client, run, trainer):
    first, second = seat(run), seat(run)
    client.force_login(trainer)

    data = {f"state_{first.pk}": "present", f"state_{second.pk}": "excused"}
    response = client.post(attendance_of(run), data, follow=True)

    assert dict(Attendance.objects.values_list("enrolment", "state")) == {first.pk: "present", second.pk: "excused"}
    assert "Die Anwesenheit ist gespeichert: 2 Einträge sind neu oder geändert." in text(response)
    assert response.content.decode().count("checked") == 2


def test_attendance_marks_all_others_as_present_when_the_shortcut_is_used(client, run, trainer):
    absent, *others = [seat(run) for _number in range(3)]
    client.force_login(trainer)

    client.post(attendance_of(run), {f"state_{absent.pk}": "absent", "rest": "present"})

    states = dict(Attendance.objects.values_list("enrolment", "state"))
    assert states == {absent.pk: "absent", **{place.pk: "present" for place in others}}


def test_attendance_keeps_the_minutes_of_who_was_there_partly(client, run, trainer):
    """Minutes alone mean «partly»; minutes beside another choice do not count."""
    partly, minutes_only, present = [seat(run) for _number in range(3)]
    client.force_login(trainer)
    data = {
        f"state_{partly.pk}": "partly",
        f"minutes_{partly.pk}": "60",
        f"minutes_{minutes_only.pk}": "90",
        f"state_{present.pk}": "present",
        f"minutes_{present.pk}": "30",
    }

    response = client.post(attendance_of(run), data, follow=True)

    kept = {key: (state, minutes) for key, state, minutes in Attendance.objects.values_list(*TICK)}
    assert kept == {partly.pk: ("partly", 60), minutes_only.pk: ("partly", 90), present.pk: ("present", None)}
    assert 'value="60"' in response.content.decode()


TICK = ("enrolment", "state", "minutes")


@pytest.mark.parametrize("minutes", ["", "0", "-3", "9999", "viele"])
def test_attendance_says_what_is_wrong_with_the_minutes_and_saves_nothing(client, run, trainer, minutes):
    wrong, right = seat(run), seat(run)
    client.force_login(trainer)
    data = {f"state_{wrong.pk}": "partly", f"minutes_{wrong.pk}": minutes, f"state_{right.pk}": "present"}

    response = client.post(attendance_of(run), data)

    assert response.status_code == 200
    assert "Bitte geben Sie an, wie viele Minuten" in text(response)
    assert f'id="id_minutes_{wrong.pk}_error"' in response.content.decode()
    assert not Attendance.objects.exists()


def test_attendance_is_not_offered_before_the_date_begins(client, run, trainer):
    place = seat(run)
    client.force_login(trainer)

    page = client.get(attendance_of(run, 1))
    response = client.post(attendance_of(run, 1), {f"state_{place.pk}": "present"}, follow=True)

    assert "Die Anwesenheit kann ab Beginn des Termins eingetragen werden" in text(page)
    assert 'type="submit"' not in page.content.decode().split('<form class="attendance"')[1].split("</form>")[0]
    assert "Die Anwesenheit kann ab Beginn des Termins eingetragen werden" in text(response)
    assert not Attendance.objects.exists()


def test_attendance_ignores_people_of_other_runs_and_nonsense(client, run, trainer):
    place, foreign = seat(run), EnrolmentFactory()
    client.force_login(trainer)

    client.post(attendance_of(run), {f"state_{foreign.pk}": "present", "state_x": "present"})
    response = client.post(attendance_of(run), {f"state_{place.pk}": "late"})

    assert response.status_code == 200
    assert not Attendance.objects.exists()


def test_attendance_of_another_runs_date_is_not_found(client, run, trainer):
    foreign = CourseRunFactory().sessions.get()
    client.force_login(trainer)

    assert client.get(f"/de/teaching/runs/{run.pk}/sessions/{foreign.pk}/attendance/").status_code == 404
    assert client.get(f"/de/teaching/runs/{run.pk}/sessions/{foreign.pk}/list/").status_code == 404


# --- The list to sign --------------------------------------------------------------------------------------------
def test_attendance_list_bears_emblem_names_and_the_title_for_outsiders(client, run, trainer):
    run.course.approval_title = "Fortbildung im Themenfeld Diversity"
    run.course.save()
    person = MembershipFactory(organisation=OrganisationFactory(name="Bezirksamt Spreehain")).user
    EnrolmentFactory(run=run, learner=person)
    EnrolmentFactory(run=run, state=EnrolmentState.WAITLISTED, learner=UserFactory(last_name="Wartend"))
    client.force_login(trainer)

    response = client.get(attendance_of(run).replace("attendance", "list"))

    main = response.content.decode().split("<main")[1].split("</nav>")[1].split("</main>")[0]
    assert "Fortbildung im Themenfeld Diversity" in main
    assert str(person) in main
    assert "Unterschrift" in main
    for forbidden in ("Spreehain", "Wartend", person.email):
        assert forbidden not in main
    assert "eu-emblem" in response.content.decode()


# --- Certificates ------------------------------------------------------------------------------------------------
def test_issue_certificates_serves_the_completed_once_when_it_is_sent_twice(client, trainer):
    run = CourseRunFactory(sessions=0)
    make_course_page(run.course)
    Session.objects.create(run=run, starts_at=NOW - timedelta(hours=5), ends_at=NOW - timedelta(hours=1), ue=5)
    run.trainers.add(trainer)
    run.save()
    there, gone = seat(run), seat(run)
    states = {there.pk: AttendanceState.PRESENT, gone.pk: AttendanceState.ABSENT}
    services.record_attendance(session=run.sessions.get(), states=states, actor=trainer, at=NOW)
    client.force_login(trainer)
    assert "0 ausgestellt, 1 bereit zum Ausstellen" in text(client.get(f"/de/teaching/runs/{run.pk}/"))

    first = client.post(f"/de/teaching/runs/{run.pk}/certificates/", follow=True)
    second = client.post(f"/de/teaching/runs/{run.pk}/certificates/", follow=True)

    assert "1 Bescheinigung wurde ausgestellt." in text(first)
    assert "Zurzeit ist keine Bescheinigung auszustellen." in text(second)
    assert "1 ausgestellt, 0 bereit zum Ausstellen" in text(second)
    certificate = Certificate.objects.get()
    assert certificate.enrolment == there
    assert certificate.number not in text(second)  # the trainer issues, but only the office keeps the register


def test_roster_names_the_certificates_to_the_office(client, run, office):
    place = seat(run)
    for session in run.sessions.all():
        Attendance.objects.create(enrolment=place, session=session, state="present", ticked_at=NOW)
    (certificate,) = services.issue_certificates(run=run, actor=office, at=NOW)
    client.force_login(office)

    assert certificate.number in text(client.get(f"/de/teaching/runs/{run.pk}/"))


# --- Who may not -------------------------------------------------------------------------------------------------
OTHERS = [role for role in Role if role != Role.ACADEMY_OFFICE]


@pytest.mark.parametrize("role", OTHERS)
def test_teaching_pages_do_not_exist_for_anybody_else(client, run, role):
    """Also for trainers of other runs."""
    client.force_login(MembershipFactory(role=role).user)
    session = run.sessions.first()
    base = f"/de/teaching/runs/{run.pk}/"

    for address in (
        base,
        f"{base}figures.csv",
        f"{base}sessions/{session.pk}/attendance/",
        f"{base}sessions/{session.pk}/list/",
    ):
        assert client.get(address).status_code == 404, address
    assert client.post(f"{base}sessions/{session.pk}/attendance/", {"rest": "present"}).status_code == 404
    assert client.post(f"{base}certificates/").status_code == 404
    if role != Role.TRAINER:
        assert client.get("/de/teaching/").status_code == 404


def test_teaching_pages_ask_visitors_to_sign_in(client, run):
    response = client.get(f"/de/teaching/runs/{run.pk}/")

    assert response.status_code == 302
    assert "/account/login/" in response.url


# --- The start page ----------------------------------------------------------------------------------------------
def card_of(user, *roles: Role):
    cards = {card.key: card for card in start_cards(user=user, roles=set(roles), at=NOW)}
    return cards.get("teaching")


def test_teaching_card_shows_missing_lists_and_the_next_dates(run, trainer):
    card = card_of(trainer, Role.TRAINER)

    missing, coming = card.context["teaching_items"]
    assert missing["url"] == attendance_of(run)
    assert missing["label"] == "Anwesenheit fehlt"
    assert coming["url"] == f"/de/teaching/runs/{run.pk}/"
    assert not card.context["is_office"]
    assert card_of(trainer, Role.UNIT_STAFF) is None


def test_teaching_card_shows_the_office_the_dates_of_all_runs(run, office):
    card = card_of(office, Role.ACADEMY_OFFICE)

    assert card.context["is_office"]
    assert card.context["teaching_items"][0]["url"] == attendance_of(run)
