"""Ticking attendance: from the start on, until the run is completed; completions and certificates follow."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from academy.models import AuditEntry, OutgoingMail
from courses.enums import RunState
from courses.models import Session
from enrolment import services
from enrolment.enums import AttendanceState, CertificateStatus, CompletionResult, EnrolmentState
from enrolment.models import Attendance, Certificate, Completion
from tests.factories.academy import UserFactory
from tests.factories.courses import FIRST_SESSION, CourseRunFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import make_course_page

pytestmark = pytest.mark.django_db

PRESENT, ABSENT, EXCUSED = AttendanceState.PRESENT, AttendanceState.ABSENT, AttendanceState.EXCUSED
PARTLY = AttendanceState.PARTLY
AT = FIRST_SESSION + timedelta(hours=3)


def record(session, *, at=AT, **states):
    return services.record_attendance(session=session, at=at, **states)


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


# --- Partly there ------------------------------------------------------------------------------------------------
def test_record_attendance_counts_the_share_of_the_minutes_when_somebody_was_there_partly(run, trainer):
    place = EnrolmentFactory(run=run)

    record(run.sessions.get(), states={place.pk: PARTLY}, minutes={place.pk: 125}, actor=trainer)

    assert Attendance.objects.get().minutes == 125
    completion = Completion.objects.get()  # 5 UE in 240 minutes: 5 × 125 / 240 = 2.604…, never rounded up
    assert (completion.result, completion.ue_attended) == (CompletionResult.PARTLY, Decimal("2.6"))


def test_record_attendance_gives_no_completion_when_less_than_half_of_the_minutes_were_attended(run, trainer):
    place, other = EnrolmentFactory(run=run), EnrolmentFactory(run=run)
    states = {place.pk: PARTLY, other.pk: PARTLY}

    record(run.sessions.get(), states=states, minutes={place.pk: 119, other.pk: 120}, actor=trainer)

    assert Completion.objects.get().enrolment == other


def test_record_attendance_corrects_completion_and_certificate_when_only_the_minutes_differ(run, trainer):
    make_course_page(run.course)
    place, session = EnrolmentFactory(run=run), run.sessions.get()
    record(session, states={place.pk: PARTLY}, minutes={place.pk: 144}, actor=trainer)
    first = services.issue_certificate(enrolment=place, actor=trainer, at=AT)

    rows = record(session, states={place.pk: PARTLY}, minutes={place.pk: 168}, actor=trainer)

    assert [row.minutes for row in rows] == [168]
    current = Certificate.objects.current().get()
    assert current != first
    assert current.facts["attended"] == "3,5 UE (2 Std. 38 Min.)"
    assert len(current.facts["dates"]) == 1  # who was there partly was there on that day


def test_record_attendance_forgets_the_minutes_when_it_is_corrected_to_present(run, trainer):
    place, session = EnrolmentFactory(run=run), run.sessions.get()
    record(session, states={place.pk: PARTLY}, minutes={place.pk: 60}, actor=trainer)

    record(session, states={place.pk: PRESENT}, minutes={place.pk: 60}, actor=trainer)

    stored = Attendance.objects.get()
    assert (stored.state, stored.minutes) == (PRESENT, None)


@pytest.mark.parametrize("minutes", [None, 0, -5, 240, 10_000])
def test_record_attendance_refuses_minutes_that_are_missing_or_fill_the_date(run, trainer, minutes):
    place, other = EnrolmentFactory(run=run), EnrolmentFactory(run=run)
    states = {other.pk: PRESENT, place.pk: PARTLY}

    with pytest.raises(services.AttendanceRefused, match="mindestens 1, höchstens 239"):
        record(run.sessions.get(), states=states, minutes={place.pk: minutes}, actor=trainer)
    assert not Attendance.objects.exists()


@pytest.mark.parametrize(("state", "minutes"), [(PARTLY, None), (PARTLY, 0), (PRESENT, 30)])
def test_database_refuses_minutes_that_do_not_fit_the_state(run, state, minutes):
    place = EnrolmentFactory(run=run)

    with pytest.raises(IntegrityError, match="partly_has_minutes"), transaction.atomic():
        Attendance.objects.create(
            enrolment=place, session=run.sessions.get(), state=state, minutes=minutes, ticked_at=AT
        )
