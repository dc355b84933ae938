"""Closed lists: nothing is ticked any more; an addendum says what was, what is, by whom and why."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from academy.enums import Role
from academy.models import AuditEntry
from enrolment import services
from enrolment.audit_checks import broken_promises
from enrolment.enums import AttendanceState, CertificateStatus, EnrolmentState
from enrolment.models import Attendance, AttendanceAddendum, AttendanceList, Certificate, Completion
from enrolment.personal_data import erase_addenda
from tests.factories.academy import MembershipFactory
from tests.factories.courses import FIRST_SESSION, CourseRunFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import make_course_page

pytestmark = pytest.mark.django_db

PRESENT, PARTLY, ABSENT = AttendanceState.PRESENT, AttendanceState.PARTLY, AttendanceState.ABSENT
AT = FIRST_SESSION + timedelta(hours=5)


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


@pytest.fixture
def run(trainer):
    run = CourseRunFactory(sessions=1)
    make_course_page(run.course)
    run.trainers.add(trainer)
    run.save()
    return run


@pytest.fixture
def session(run):
    return run.sessions.get()


@pytest.fixture
def place(run):
    return EnrolmentFactory(run=run)


def tick(session, place, actor, state=PRESENT):
    return services.record_attendance(session=session, states={place.pk: state}, actor=actor, at=AT)


def close(session, actor, at=AT):
    return services.close_attendance(session=session, actor=actor, at=at)


def correct(session, place, actor, state=ABSENT, minutes=None, reason="Verwechselt"):
    return services.add_addendum(
        enrolment=place, session=session, state=state, minutes=minutes, reason=reason, actor=actor, at=AT
    )


def complete(run, actor):
    services.complete_run(run=run, actor=actor, at=AT)
    run.refresh_from_db()


# --- Closing -----------------------------------------------------------------------------------------------------
def test_close_attendance_locks_the_list_once_when_it_is_sent_twice(session, place, trainer):
    tick(session, place, trainer)

    first, second = close(session, trainer), close(session, trainer, at=AT + timedelta(hours=1))

    assert first == second == AttendanceList.objects.get()
    assert (first.closed_by, second.closed_at) == (trainer.pseudonym, AT)
    assert AuditEntry.objects.filter(action="attendance.closed").count() == 1
    with pytest.raises(services.AttendanceRefused, match="Nachtrag"):
        tick(session, place, trainer, ABSENT)
    assert Attendance.objects.get().state == PRESENT


def test_close_attendance_refuses_while_somebody_is_not_recorded(run, session, place, trainer):
    EnrolmentFactory(run=run)
    tick(session, place, trainer)

    with pytest.raises(services.AttendanceRefused, match="1 Person"):
        close(session, trainer)
    assert not AttendanceList.objects.exists()


def test_close_attendance_refuses_before_the_date_begins(session, trainer):
    with pytest.raises(services.AttendanceRefused, match="ab Beginn"):
        close(session, trainer, at=FIRST_SESSION - timedelta(minutes=1))


def test_complete_run_closes_the_lists_that_are_still_open(office):
    run = CourseRunFactory(sessions=2)
    run.sessions.update(starts_at=FIRST_SESSION, ends_at=AT - timedelta(minutes=1))
    first, second = run.sessions.order_by("pk")
    AttendanceList.objects.create(session=first, closed_by=office.pseudonym, closed_at=AT - timedelta(days=1))

    complete(run, office)

    closed = dict(AttendanceList.objects.values_list("session", "closed_by"))
    assert closed == {first.pk: office.pseudonym, second.pk: None}


# --- Addenda -----------------------------------------------------------------------------------------------------
def test_add_addendum_keeps_both_states_and_corrects_the_certificate(session, place, trainer):
    tick(session, place, trainer)
    close(session, trainer)
    first = services.issue_certificate(enrolment=place, actor=trainer, at=AT)

    addendum = correct(session, place, trainer, PARTLY, 144, reason="  Zug verpasst ")

    assert (addendum.old_state, addendum.old_minutes) == (PRESENT, None)
    assert (addendum.new_state, addendum.new_minutes) == (PARTLY, 144)
    assert (addendum.reason, addendum.added_by, addendum.added_at) == ("Zug verpasst", trainer.pseudonym, AT)
    assert (Attendance.objects.get().state, Attendance.objects.get().minutes) == (PARTLY, 144)
    first.refresh_from_db()
    assert first.status == CertificateStatus.SUPERSEDED
    assert Certificate.objects.current().get().facts["attended"].startswith("3 UE")
    assert not [promise for promise in broken_promises() if promise.startswith("addendum")]


def test_add_addendum_revokes_the_completion_when_the_person_was_not_there(session, place, trainer):
    tick(session, place, trainer)
    close(session, trainer)

    correct(session, place, trainer, ABSENT)

    assert Completion.objects.get().revoked_because == "Die Anwesenheit wurde berichtigt."


def test_add_addendum_lets_only_the_office_correct_a_completed_run(run, session, place, trainer, office):
    complete(run, office)

    with pytest.raises(services.AttendanceRefused, match="Akademiebüro"):
        correct(session, place, trainer, PRESENT)
    assert correct(session, place, office, PRESENT).old_state == ""
    assert Completion.objects.get().enrolment == place


def test_add_addendum_refuses_while_the_list_is_open(session, place, trainer):
    tick(session, place, trainer)

    with pytest.raises(services.AttendanceRefused, match="noch offen"):
        correct(session, place, trainer)


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"reason": "  "}, "warum"),
        ({"state": PRESENT}, "schon"),
        ({"state": PARTLY}, "Minuten"),
        ({"state": PARTLY, "minutes": 240}, "höchstens 239"),
    ],
)
def test_add_addendum_refuses_what_says_nothing(session, place, trainer, given, match):
    tick(session, place, trainer)
    close(session, trainer)

    with pytest.raises(services.AttendanceRefused, match=match):
        correct(session, place, trainer, **given)
    assert not AttendanceAddendum.objects.exists()


def test_add_addendum_refuses_people_without_a_confirmed_place_on_the_run(run, session, place, trainer):
    tick(session, place, trainer)
    close(session, trainer)

    for other in (EnrolmentFactory(), EnrolmentFactory(run=run, state=EnrolmentState.WITHDRAWN)):
        with pytest.raises(services.AttendanceRefused, match="keinen bestätigten Platz"):
            correct(session, other, trainer)


def test_addendum_is_neither_changed_nor_deleted_and_has_a_reason(session, place, trainer):
    tick(session, place, trainer)
    close(session, trainer)
    addendum = correct(session, place, trainer)

    with pytest.raises(TypeError):
        addendum.save()
    with pytest.raises(TypeError):
        addendum.delete()
    with pytest.raises(IntegrityError, match="addendum_has_reason"), transaction.atomic():
        AttendanceAddendum.objects.update(reason="")


def test_audit_names_a_closed_list_that_was_changed_past_its_addendum(session, place, trainer):
    tick(session, place, trainer)
    close(session, trainer)
    addendum = correct(session, place, trainer, PARTLY, 60)
    Attendance.objects.update(minutes=200)

    expected = f"addendum {addendum.pk}: the list of session {session.pk} says something else"
    assert expected in list(broken_promises())


def test_erasing_a_person_empties_the_reason_of_the_addendum(session, place, trainer):
    tick(session, place, trainer)
    close(session, trainer)
    correct(session, place, trainer)

    erase_addenda(place.learner, AT)

    assert AttendanceAddendum.objects.get().reason == "–"


# --- Pages -------------------------------------------------------------------------------------------------------
def address(session, page):
    return f"/de/teaching/runs/{session.run_id}/sessions/{session.pk}/{page}/"


def test_trainer_closes_the_list_and_adds_an_addendum(client, session, place, trainer):
    tick(session, place, trainer)
    client.force_login(trainer)
    assert address(session, "close") in client.get(address(session, "attendance")).content.decode()

    assert client.get(address(session, "close")).status_code == 200
    closed = client.post(address(session, "close"), follow=True).content.decode()
    assert "Die Liste ist geschlossen." in closed
    assert address(session, "close") not in closed

    data = {"place": place.pk, "state": "partly", "minutes": "90", "reason": "Früher gegangen"}
    saved = client.post(address(session, "addendum"), data, follow=True).content.decode()
    assert "Früher gegangen" in saved
    assert str(trainer) in saved
    assert AttendanceAddendum.objects.get().new_minutes == 90


def test_addendum_page_names_a_refusal_and_keeps_what_was_typed(client, session, place, trainer):
    tick(session, place, trainer)
    close(session, trainer)
    client.force_login(trainer)

    data = {"place": place.pk, "state": "present", "reason": "Doppelt geprüft"}
    page = client.post(address(session, "addendum"), data).content.decode()

    assert "Das steht schon in der Liste." in page
    assert "Doppelt geprüft" in page


def test_addendum_page_does_not_exist_while_the_list_is_open_or_for_trainers_of_a_completed_run(
    client, run, session, place, trainer, office
):
    client.force_login(trainer)
    assert client.get(address(session, "addendum")).status_code == 404

    complete(run, office)

    assert client.get(address(session, "addendum")).status_code == 404
    client.force_login(office)
    assert client.get(address(session, "addendum")).status_code == 200


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ACADEMY_OFFICE])
@pytest.mark.parametrize("what", ["close", "addendum"])
def test_lists_of_others_do_not_exist(client, session, place, trainer, role, what):
    tick(session, place, trainer)
    close(session, trainer)
    client.force_login(MembershipFactory(role=role).user)

    assert client.get(address(session, what)).status_code == 404
    assert client.post(address(session, what), {"place": place.pk}).status_code == 404
    assert not AttendanceAddendum.objects.exists()


def test_pages_of_lists_ask_visitors_to_sign_in(client, session):
    assert client.get(address(session, "close")).status_code == 302
