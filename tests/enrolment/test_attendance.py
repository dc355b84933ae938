"""Ticking attendance: from the start on, until the run is completed; completions and certificates follow."""

from datetime import timedelta

import pytest

from academy.models import AuditEntry, OutgoingMail
from courses.enums import RunState
from courses.models import Session
from enrolment import services
from enrolment.enums import AttendanceState, CertificateStatus, CompletionResult, EnrolmentState
from enrolment.models import Attendance, Certificate, Completion
from tests.factories.academy import UserFactory
from tests.factories.courses import FIRST_SESSION, CourseRunFactory
from tests.factories.enrolment import EnrolmentFactory

pytestmark = pytest.mark.django_db

PRESENT, ABSENT, EXCUSED = AttendanceState.PRESENT, AttendanceState.ABSENT, AttendanceState.EXCUSED
AT = FIRST_SESSION + timedelta(hours=3)


def record(session, *, at=AT, **states):
    return services.record_attendance(session=session, states=states["states"], actor=states["actor"], at=at)


@pytest.fixture
def run():
    return CourseRunFactory(sessions=1)


@pytest.fixture
def trainer():
    return UserFactory()


def test_record_attendance_stores_who_ticked_when_the_date_has_begun(run, trainer):
    first, second = EnrolmentFactory(run=run), EnrolmentFactory(run=run)

    rows = record(run.sessions.get(), states={first.pk: PRESENT, second.pk: EXCUSED}, actor=trainer, at=FIRST_SESSION)

    assert {(row.enrolment_id, row.state) for row in rows} == {(first.pk, PRESENT), (second.pk, EXCUSED)}
    stored = Attendance.objects.get(enrolment=first)
    assert (stored.ticked_by, stored.ticked_at) == (trainer.pseudonym, FIRST_SESSION)
    assert AuditEntry.objects.filter(action="attendance.recorded", actor=trainer.pseudonym).count() == 1


def test_record_attendance_refuses_before_the_date_begins(run, trainer):
    enrolment = EnrolmentFactory(run=run)

    early = FIRST_SESSION - timedelta(seconds=1)

    with pytest.raises(services.AttendanceRefused, match="ab Beginn des Termins"):
        record(run.sessions.get(), states={enrolment.pk: PRESENT}, actor=trainer, at=early)
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("state", [RunState.COMPLETED, RunState.CANCELLED, RunState.DRAFT])
def test_record_attendance_refuses_when_the_run_is_not_open(run, trainer, state):
    enrolment = EnrolmentFactory(run=run)
    run.state = state
    run.save(update_fields=["state"])

    with pytest.raises(services.AttendanceRefused):
        record(run.sessions.get(), states={enrolment.pk: PRESENT}, actor=trainer)


@pytest.mark.parametrize("state", [EnrolmentState.WITHDRAWN, EnrolmentState.WAITLISTED, EnrolmentState.REQUESTED])
def test_record_attendance_refuses_when_a_place_is_not_confirmed(run, trainer, state):
    other = EnrolmentFactory(run=run, state=state)

    with pytest.raises(services.AttendanceRefused, match="inzwischen zurückgegeben"):
        record(run.sessions.get(), states={other.pk: PRESENT}, actor=trainer)


def test_record_attendance_refuses_when_a_place_belongs_to_another_run(run, trainer):
    foreign = EnrolmentFactory()

    with pytest.raises(services.AttendanceRefused):
        record(run.sessions.get(), states={foreign.pk: PRESENT}, actor=trainer)


def test_record_attendance_changes_nothing_when_the_same_is_sent_twice(run, trainer):
    enrolment = EnrolmentFactory(run=run)
    record(run.sessions.get(), states={enrolment.pk: PRESENT}, actor=trainer)

    rows = record(run.sessions.get(), states={enrolment.pk: PRESENT}, actor=trainer, at=AT + timedelta(hours=1))

    assert rows == []
    assert Attendance.objects.get().ticked_at == AT
    assert AuditEntry.objects.filter(action="attendance.recorded").count() == 1


def test_record_attendance_leaves_out_who_is_not_named(run, trainer):
    named, left_out = EnrolmentFactory(run=run), EnrolmentFactory(run=run)

    record(run.sessions.get(), states={named.pk: PRESENT}, actor=trainer)

    assert not Attendance.objects.filter(enrolment=left_out).exists()


def test_record_attendance_grants_the_completion_with_the_last_list(trainer):
    run = CourseRunFactory(sessions=2)
    enrolment = EnrolmentFactory(run=run)
    first, second = run.sessions.all()

    record(first, states={enrolment.pk: PRESENT}, actor=trainer)
    assert not Completion.objects.exists()

    record(second, states={enrolment.pk: ABSENT}, actor=trainer, at=AT + timedelta(weeks=1))
    assert Completion.objects.get().result == CompletionResult.PARTLY


def test_record_attendance_lowers_the_completion_with_a_reason_when_it_is_corrected(trainer):
    run = CourseRunFactory(sessions=2)
    enrolment = EnrolmentFactory(run=run)
    later = AT + timedelta(weeks=1)
    for session in run.sessions.all():
        record(session, states={enrolment.pk: PRESENT}, actor=trainer, at=later)

    record(run.sessions.first(), states={enrolment.pk: ABSENT}, actor=trainer, at=later)
    completion = Completion.objects.get()
    assert (completion.result, completion.ue_attended, completion.revoked_at) == ("partly", 5, None)

    record(run.sessions.last(), states={enrolment.pk: EXCUSED}, actor=trainer, at=later)
    completion.refresh_from_db()
    assert (completion.revoked_at, completion.revoked_because) == (later, "Die Anwesenheit wurde berichtigt.")

    record(run.sessions.last(), states={enrolment.pk: PRESENT}, actor=trainer, at=later)
    completion.refresh_from_db()
    assert (completion.result, completion.revoked_at, completion.revoked_because) == ("partly", None, "")


def test_record_attendance_replaces_the_certificate_when_its_hours_are_corrected(trainer):
    run = CourseRunFactory(sessions=2)
    enrolment = EnrolmentFactory(run=run)
    later = AT + timedelta(weeks=1)
    for session in run.sessions.all():
        record(session, states={enrolment.pk: PRESENT}, actor=trainer, at=later)
    (old,) = services.issue_certificates(run=run, actor=trainer, at=later)

    record(run.sessions.last(), states={enrolment.pk: ABSENT}, actor=trainer, at=later)

    old.refresh_from_db()
    assert old.status == CertificateStatus.SUPERSEDED
    assert old.facts["remark"] == ""
    new = old.superseded_by
    assert new.facts["remark"] == "Teilweise Teilnahme: 5 von 10 UE wurden besucht."
    assert len(new.facts["dates"]) == 1
    assert OutgoingMail.objects.filter(key__contains=f"certificate.{new.number}").count() == 1


def test_record_attendance_makes_the_certificate_count_as_revoked_when_too_little_is_left(run, trainer):
    enrolment = EnrolmentFactory(run=run)
    session = run.sessions.get()
    record(session, states={enrolment.pk: PRESENT}, actor=trainer)
    services.issue_certificates(run=run, actor=trainer, at=AT)

    record(session, states={enrolment.pk: ABSENT}, actor=trainer)
    certificate = Certificate.objects.get()
    assert certificate.status == CertificateStatus.REVOKED

    record(session, states={enrolment.pk: PRESENT}, actor=trainer)
    certificate = Certificate.objects.get()
    assert certificate.status == CertificateStatus.VALID


def test_record_attendance_counts_45_minutes_as_one_lesson_when_none_are_planned(trainer):
    run = CourseRunFactory(sessions=0)
    Session.objects.create(run=run, starts_at=FIRST_SESSION, ends_at=FIRST_SESSION + timedelta(minutes=255))
    enrolment = EnrolmentFactory(run=run)

    record(run.sessions.get(), states={enrolment.pk: PRESENT}, actor=trainer)

    assert str(Completion.objects.get().ue_attended) == "5.7"
