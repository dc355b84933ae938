"""Certificates, steps and attendance when several people or requests come at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections

from courses.models import Step
from enrolment import services
from enrolment.audit_checks import broken_promises
from enrolment.enums import AttendanceState
from enrolment.models import Attendance, Certificate, Completion, FeedbackAnswer, Progress, Submission
from tests.factories.academy import UserFactory
from tests.factories.courses import FIRST_SESSION
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import make_run

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

AT = FIRST_SESSION + timedelta(hours=5)
REFUSALS = (
    services.AttendanceRefused,
    services.CertificateRefused,
    services.FeedbackRefused,
    services.SubmissionRefused,
)
ABOUT_LEARNING = ("certificate", "completion")


def at_once(*calls) -> list:
    """Start all calls together: what each gave, or the named refusal. Anything else fails."""
    start = Barrier(len(calls))

    def run(call):
        try:
            start.wait(timeout=30)
            return call()
        except REFUSALS as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return list(pool.map(run, calls))


def is_clean() -> bool:
    return not [sentence for sentence in broken_promises() if sentence.startswith(ABOUT_LEARNING)]


def completed(run):
    enrolment = EnrolmentFactory(run=run)
    for session in run.sessions.all():
        Attendance.objects.create(enrolment=enrolment, session=session, state="present", ticked_at=AT)
    services.update_completion(enrolment=enrolment, at=AT)
    return enrolment


def test_issue_certificate_gives_one_each_with_numbers_without_a_gap_when_all_come_at_once():
    run = make_run(sessions=1)
    places = [completed(run) for _number in range(4)]

    at_once(*[lambda p=place: services.issue_certificate(enrolment=p, at=AT) for place in places * 2])

    assert sorted(Certificate.objects.values_list("number", flat=True)) == [f"ZG-2026-00000{n}" for n in range(1, 5)]
    assert Certificate.objects.values("enrolment").distinct().count() == 4
    assert is_clean()


def test_issue_certificates_serves_everybody_once_when_trainer_and_office_press_at_once():
    run = make_run(sessions=1)
    for _number in range(5):
        completed(run)

    issued = at_once(*[lambda: services.issue_certificates(run=run, actor=UserFactory(), at=AT)] * 4)

    assert Certificate.objects.count() == 5
    assert {certificate.pk for found in issued for certificate in found} == set(
        Certificate.objects.values_list("pk", flat=True)
    )
    assert is_clean()


def test_reissue_certificate_happens_once_when_the_form_is_sent_four_times():
    enrolment = completed(make_run(sessions=1))
    old = services.issue_certificate(enrolment=enrolment, at=AT)

    answers = at_once(
        *[lambda: services.reissue_certificate(certificate=old, name="Neu", actor=enrolment.learner, at=AT)] * 4
    )

    assert sum(isinstance(answer, services.CertificateRefused) for answer in answers) == 3
    assert Certificate.objects.count() == 2
    assert is_clean()


def test_finish_step_completes_once_when_it_is_sent_four_times():
    run = make_run({})
    enrolment = EnrolmentFactory(run=run)
    step = Step.objects.get(version=run.version)

    at_once(*[lambda: services.finish_step(enrolment=enrolment, step=step, at=AT)] * 4)

    assert Progress.objects.count() == Completion.objects.count() == Certificate.objects.count() == 1
    assert is_clean()


def test_record_h5p_attempt_keeps_the_best_score_when_results_arrive_at_once():
    run = make_run({"kind": "h5p", "min_score": 80}, {})
    enrolment = EnrolmentFactory(run=run)
    context = services.player_context(enrolment=enrolment, step=Step.objects.get(version=run.version, position=1))

    def report(score):
        return services.record_h5p_attempt(context=context, score=score, max_score=10, finished_at=AT, attempt_id=score)

    at_once(*[lambda s=score: report(s) for score in (3, 9, 1, 8, 5)])

    progress = Progress.objects.get()
    assert (progress.state, progress.best_score) == ("done", 9)


def test_record_attendance_is_whole_when_two_people_save_the_list_at_once():
    run = make_run(sessions=1)
    places = [EnrolmentFactory(run=run) for _number in range(5)]
    session = run.sessions.get()

    def save(state):
        states = {place.pk: state for place in places}
        return services.record_attendance(session=session, states=states, actor=UserFactory(), at=AT)

    at_once(lambda: save(AttendanceState.PRESENT), lambda: save(AttendanceState.ABSENT))

    assert Attendance.objects.count() == 5
    (state,) = set(Attendance.objects.values_list("state", flat=True))
    standing = Completion.objects.filter(revoked_at__isnull=True).count()
    assert standing == (5 if state == AttendanceState.PRESENT else 0)
    assert is_clean()


def test_give_answers_takes_one_when_the_form_is_sent_four_times():
    run = make_run({"kind": "feedback", "is_required": False}, {})
    enrolment = EnrolmentFactory(run=run)
    step = Step.objects.get(version=run.version, position=1)
    answers = {step.questions[0]["key"]: 4}

    given = at_once(
        *[lambda: services.give_answers(enrolment=enrolment, step=step, answers=answers, at=AT)] * 3,
        lambda: services.skip_questions(enrolment=enrolment, step=step, at=AT),
    )

    assert sum(isinstance(answer, services.FeedbackRefused) for answer in given) == 3
    assert FeedbackAnswer.objects.count() == (0 if given[3] is None else 1)
    assert Progress.objects.get().state == "done"


def test_hand_in_takes_one_answer_when_the_form_is_sent_four_times():
    run = make_run({"kind": "task"}, {})
    enrolment = EnrolmentFactory(run=run)
    step = Step.objects.get(version=run.version, position=1)

    handed_in = at_once(
        *[
            lambda: services.hand_in(
                enrolment=enrolment, step=step, written=services.Written(text="Am Eingang fehlt ein Schild."), at=AT
            )
        ]
        * 4
    )

    assert sum(isinstance(answer, services.SubmissionRefused) for answer in handed_in) == 3
    assert [(one.number, one.state) for one in Submission.objects.all()] == [(1, "submitted")]
