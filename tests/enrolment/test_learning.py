"""Steps, scores and completion: done stays done, and one computation serves everybody."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from academy.models import AuditEntry
from courses.enums import RunState, StepKind
from courses.models import Step
from enrolment import services
from enrolment.enums import AttendanceState, CompletionResult, EnrolmentState, ProgressState
from enrolment.models import Attendance, Certificate, Completion, Progress
from tests.factories.academy import UserFactory
from tests.factories.courses import FIRST_SESSION, CourseFactory, CourseRunFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import make_run, make_version

pytestmark = pytest.mark.django_db

AFTER = FIRST_SESSION + timedelta(hours=5)
READING = {"kind": StepKind.READING}
EXERCISE = {"kind": StepKind.H5P, "min_score": 80}


def steps_of(run):
    return list(Step.objects.filter(version=run.version))


def attempt(enrolment, step, score, max_score=10, at=AFTER):
    return services.record_h5p_attempt(
        context=services.player_context(enrolment=enrolment, step=step),
        score=score,
        max_score=max_score,
        finished_at=at,
        attempt_id=1,
    )


# --- Steps -------------------------------------------------------------------------------------------------------
def test_open_step_notes_the_start_once_when_it_is_opened_again(now):
    enrolment = EnrolmentFactory(run=make_run(READING))
    (step,) = steps_of(enrolment.run)

    services.open_step(enrolment=enrolment, step=step, at=now)
    services.open_step(enrolment=enrolment, step=step, at=now + timedelta(days=1))

    progress = Progress.objects.get()
    assert (progress.state, progress.started_at, progress.done_at) == (ProgressState.STARTED, now, None)


def test_finish_step_keeps_the_first_moment_when_it_is_sent_twice(now):
    enrolment = EnrolmentFactory(run=make_run(READING, READING))
    step = steps_of(enrolment.run)[0]

    services.finish_step(enrolment=enrolment, step=step, at=now)
    services.finish_step(enrolment=enrolment, step=step, at=now + timedelta(days=1))

    assert Progress.objects.get().done_at == now


def test_finish_step_refuses_when_the_step_is_an_exercise(now):
    enrolment = EnrolmentFactory(run=make_run(EXERCISE))

    with pytest.raises(services.LearningRefused):
        services.finish_step(enrolment=enrolment, step=steps_of(enrolment.run)[0], at=now)
    assert not Progress.objects.exists()


def test_finish_step_refuses_when_the_place_was_given_back(now):
    enrolment = EnrolmentFactory(run=make_run(READING), state=EnrolmentState.WITHDRAWN)

    with pytest.raises(services.LearningRefused):
        services.finish_step(enrolment=enrolment, step=steps_of(enrolment.run)[0], at=now)


# --- Exercises ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("score", "max_score", "state"),
    [(7, 10, "started"), (8, 10, "done"), (79, 99, "started"), (80, 99, "done"), (0, 0, "done"), (4, 5, "done")],
)
def test_record_h5p_attempt_counts_the_step_as_done_from_the_lowest_score_on(score, max_score, state):
    enrolment = EnrolmentFactory(run=make_run(EXERCISE))

    progress = attempt(enrolment, steps_of(enrolment.run)[0], score, max_score)

    assert progress.state == state


def test_record_h5p_attempt_keeps_done_and_the_best_score_when_a_later_attempt_is_worse():
    enrolment = EnrolmentFactory(run=make_run(EXERCISE, READING))
    step = steps_of(enrolment.run)[0]

    attempt(enrolment, step, 9)
    attempt(enrolment, step, 2, at=AFTER + timedelta(days=1))

    progress = Progress.objects.get()
    assert (progress.state, progress.best_score, progress.max_score) == (ProgressState.DONE, 9, 10)
    assert progress.done_at == AFTER


def test_record_h5p_attempt_compares_shares_when_the_exercise_got_other_points():
    enrolment = EnrolmentFactory(run=make_run(EXERCISE, READING))
    step = steps_of(enrolment.run)[0]

    attempt(enrolment, step, 9, 10)
    attempt(enrolment, step, 12, 20)

    progress = Progress.objects.get()
    assert (progress.best_score, progress.max_score) == (9, 10)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "preview:3",
        "place:1:step:nonsense",
        "place:99999:step:00000000-0000-0000-0000-000000000000",
        "place:1:step:------------------------------------",
        "place:999999999999999999:step:00000000-0000-0000-0000-000000000000",
    ],
)
def test_record_h5p_attempt_leaves_no_progress_when_the_context_names_no_place(said):
    result = services.record_h5p_attempt(context=said, score=1, max_score=1, finished_at=AFTER, attempt_id=1)

    assert result is None
    assert not Progress.objects.exists()


def test_record_h5p_attempt_leaves_no_progress_when_the_step_belongs_to_another_course():
    enrolment = EnrolmentFactory(run=make_run(EXERCISE))
    foreign = steps_of(make_run(EXERCISE))[0]

    assert attempt(enrolment, foreign, 10) is None


@pytest.mark.parametrize("state", [EnrolmentState.WITHDRAWN, EnrolmentState.WAITLISTED, EnrolmentState.REQUESTED])
def test_record_h5p_attempt_leaves_no_progress_when_the_place_is_not_confirmed(state):
    enrolment = EnrolmentFactory(run=make_run(EXERCISE), state=state)

    assert attempt(enrolment, steps_of(enrolment.run)[0], 10) is None


# --- What is missing, where to go on -----------------------------------------------------------------------------
def test_progress_of_says_what_is_missing_while_steps_and_dates_are_open(now):
    enrolment = EnrolmentFactory(run=make_run(READING, EXERCISE, {"is_required": False}, sessions=2))
    services.finish_step(enrolment=enrolment, step=steps_of(enrolment.run)[0], at=now)

    progress = services.progress_of(enrolment)

    assert (progress.done_count, len(progress.open_steps), progress.ue_attended, progress.ue_total) == (1, 1, 0, 10)
    assert [str(one) for one in progress.missing] == [
        "1 Pflichtschritt ist noch nicht erledigt.",
        "Für 2 Termine ist die Anwesenheit noch nicht eingetragen.",
    ]


def test_progress_of_resumes_at_the_step_begun_last_and_else_at_the_first_open_one(now):
    enrolment = EnrolmentFactory(run=make_run(READING, READING, READING))
    first, second, third = steps_of(enrolment.run)
    assert services.progress_of(enrolment).resume(at=now).step == first

    services.finish_step(enrolment=enrolment, step=first, at=now)
    assert services.progress_of(enrolment).resume(at=now).step == second

    services.open_step(enrolment=enrolment, step=third, at=now)
    assert services.progress_of(enrolment).resume(at=now).step == third


def test_progress_of_places_asks_the_same_for_one_and_for_thirty_places(django_assert_num_queries):
    run = make_run(READING, EXERCISE, sessions=2)
    places = [EnrolmentFactory(run=run) for _number in range(30)]

    for chosen in (places[:1], places):
        with django_assert_num_queries(5):
            for progress in services.progress_of_places(chosen).values():
                assert progress.missing


# --- Completion --------------------------------------------------------------------------------------------------
def test_update_completion_grants_nothing_when_a_required_step_is_open(now):
    enrolment = EnrolmentFactory(run=make_run(READING, READING))
    services.finish_step(enrolment=enrolment, step=steps_of(enrolment.run)[0], at=now)

    assert services.update_completion(enrolment=enrolment, at=now) is None
    assert not Completion.objects.exists()


def test_finish_step_completes_self_study_with_its_certificate_when_it_was_the_last(now):
    run = make_run(READING, {"is_required": False})
    enrolment = EnrolmentFactory(run=run)

    services.finish_step(enrolment=enrolment, step=steps_of(run)[0], at=now)

    completion = Completion.objects.get()
    assert (completion.result, completion.ue_attended, completion.granted_at) == ("full", run.course.ue, now)
    assert Certificate.objects.get().enrolment == enrolment


def test_finish_step_completes_only_after_all_steps_when_none_is_required(now):
    run = make_run({"is_required": False}, {"is_required": False})
    enrolment = EnrolmentFactory(run=run)
    first, second = steps_of(run)

    services.finish_step(enrolment=enrolment, step=first, at=now)
    assert not Completion.objects.exists()

    services.finish_step(enrolment=enrolment, step=second, at=now)
    assert Completion.objects.get().result == CompletionResult.FULL


def test_update_completion_lowers_nothing_when_the_course_gets_another_step(now):
    run = make_run(READING)
    enrolment = EnrolmentFactory(run=run)
    services.finish_step(enrolment=enrolment, step=steps_of(run)[0], at=now)

    run.version = make_version(run.course, READING, READING)
    run.save(update_fields=["version"])

    assert services.update_completion(enrolment=enrolment, at=AFTER).result == CompletionResult.FULL
    assert Completion.objects.get().granted_at == now


def test_update_completion_stays_revoked_when_no_facts_were_corrected(now):
    run = make_run(READING)
    enrolment = EnrolmentFactory(run=run)
    services.finish_step(enrolment=enrolment, step=steps_of(run)[0], at=now)

    services.revoke_completion(completion=Completion.objects.get(), reason="Falsch zugeordnet.", actor=None, at=AFTER)

    assert services.update_completion(enrolment=enrolment, at=AFTER) is None
    assert Completion.objects.get().revoked_because == "Falsch zugeordnet."
    assert AuditEntry.objects.filter(action="completion.revoked").count() == 1


def test_revoke_completion_refuses_when_no_reason_is_given(now):
    enrolment = EnrolmentFactory(run=make_run(READING))
    services.finish_step(enrolment=enrolment, step=steps_of(enrolment.run)[0], at=now)

    with pytest.raises(ValueError, match="reason"):
        services.revoke_completion(completion=Completion.objects.get(), reason=" ", actor=None, at=AFTER)


def test_update_completion_needs_nothing_but_attendance_when_the_run_has_no_version():
    run = make_run(sessions=1)
    enrolment = EnrolmentFactory(run=run)
    services.record_attendance(
        session=run.sessions.get(), states={enrolment.pk: AttendanceState.PRESENT}, actor=UserFactory(), at=AFTER
    )

    assert Completion.objects.get().result == CompletionResult.FULL


def test_update_completion_grants_nothing_when_there_are_neither_steps_nor_dates(now):
    enrolment = EnrolmentFactory(run=make_run())

    assert services.update_completion(enrolment=enrolment, at=now) is None
    assert [str(one) for one in services.progress_of(enrolment).missing] == [
        "Diese Fortbildung hat noch keine Lernschritte und keine Termine."
    ]


@pytest.mark.parametrize(
    ("present", "total", "result"),
    [(0, 1, None), (1, 3, None), (1, 2, "partly"), (3, 4, "partly"), (4, 5, "full"), (5, 5, "full")],
)
def test_update_completion_follows_the_share_of_lessons_attended(present, total, result):
    run = make_run(sessions=total)
    enrolment = EnrolmentFactory(run=run)
    for number, session in enumerate(run.sessions.all()):
        state = AttendanceState.PRESENT if number < present else AttendanceState.EXCUSED
        Attendance.objects.create(enrolment=enrolment, session=session, state=state, ticked_at=AFTER)

    completion = services.update_completion(enrolment=enrolment, at=AFTER)

    assert (completion.result if completion else None) == result
    if completion:
        assert completion.ue_attended == Decimal(5) * present


def test_update_completion_follows_the_version_when_the_settings_change_afterwards(settings):
    """The rule belongs to the version that a run pins; a stricter academy takes nothing away from running runs."""
    run = make_run(READING, sessions=5)
    place = EnrolmentFactory(run=run)
    services.finish_step(enrolment=place, step=steps_of(run)[0], at=AFTER)
    for number, session in enumerate(run.sessions.all()):
        state = AttendanceState.PRESENT if number < 3 else AttendanceState.ABSENT
        Attendance.objects.create(enrolment=place, session=session, state=state, ticked_at=AFTER)
    settings.ATTENDANCE_PARTLY_PERCENT, settings.ATTENDANCE_FULL_PERCENT = 70, 100

    completion = services.update_completion(enrolment=place, at=AFTER)

    assert completion.result == CompletionResult.PARTLY
    assert services.progress_of(place).rule == services.AttendanceRule(partly=50, full=80)


def test_update_completion_waits_for_the_list_of_every_date_unless_the_run_is_completed():
    run = make_run(sessions=2)
    enrolment = EnrolmentFactory(run=run)
    first = run.sessions.first()
    Attendance.objects.create(enrolment=enrolment, session=first, state=AttendanceState.PRESENT, ticked_at=AFTER)
    assert services.update_completion(enrolment=enrolment, at=AFTER) is None

    run.state = RunState.COMPLETED
    run.save(update_fields=["state"])

    assert services.update_completion(enrolment=enrolment, at=AFTER).result == CompletionResult.PARTLY


def test_complete_run_settles_completions_that_waited_for_a_list():
    run = make_run(sessions=2)
    enrolment = EnrolmentFactory(run=run)
    present = {"state": AttendanceState.PRESENT, "ticked_at": AFTER}
    Attendance.objects.create(enrolment=enrolment, session=run.sessions.first(), **present)

    services.complete_run(run=run, actor=UserFactory(), at=AFTER + timedelta(weeks=2))

    assert Completion.objects.get().result == CompletionResult.PARTLY


# --- Properties --------------------------------------------------------------------------------------------------
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("finish"), st.integers(0, 1), st.just(0)),
        st.tuples(st.just("attempt"), st.just(2), st.integers(0, 10)),
        st.tuples(st.just("tick"), st.integers(0, 1), st.sampled_from(AttendanceState.values)),
    ),
    max_size=12,
)


@pytest.fixture
def blended_course():
    course = CourseFactory()
    make_version(course, READING, {"kind": StepKind.VIDEO}, EXERCISE)
    return course


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_progress_is_never_undone_and_is_the_same_for_everybody_in_any_order(acts, blended_course):
    run = CourseRunFactory(course=blended_course, version=blended_course.versions.get(), sessions=2)
    enrolment, other = EnrolmentFactory(run=run), EnrolmentFactory(run=run)
    steps, sessions, actor = steps_of(run), list(run.sessions.all()), UserFactory()
    done, best = set(), 0
    for minute, (act, index, value) in enumerate(acts):
        at = AFTER + timedelta(weeks=1, minutes=minute)
        if act == "finish":
            services.finish_step(enrolment=enrolment, step=steps[index], at=at)
        elif act == "attempt":
            attempt(enrolment, steps[index], value, at=at)
            best = max(best, value)
        else:
            states = {enrolment.pk: value, other.pk: AttendanceState.PRESENT}
            minutes = {enrolment.pk: 100}  # counted for «partly» only
            services.record_attendance(session=sessions[index], states=states, minutes=minutes, actor=actor, at=at)

        progress = services.progress_of(enrolment)
        now_done = {entry.step.pk for entry in progress.steps if entry.is_done}
        assert done <= now_done
        done = now_done
        assert services.progress_of_places([enrolment, other])[enrolment.pk] == progress
        completion = services.update_completion(enrolment=enrolment, at=at)
        assert (completion.result if completion else None) == progress.result
        if completion:
            assert completion.ue_attended == progress.ue_attended
    percent = services.progress_of(enrolment).steps[2].percent
    assert (percent or 0) == best * 10
