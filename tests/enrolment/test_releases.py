"""When a step opens for a learner, and that a closed one gives nothing away: pages, files, exercises, tasks."""

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.utils import timezone

from courses.enums import Release, StepKind
from courses.models import Session, Step
from enrolment import services
from enrolment.enums import ProgressState
from enrolment.models import Attendance, Completion, Progress
from enrolment.services import releases
from tests.factories.academy import UserFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import PAPER, make_run

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)  # 11 o'clock in Berlin
KEY = uuid4()


@pytest.fixture
def clock(monkeypatch):
    state = SimpleNamespace(now=NOW)
    monkeypatch.setattr(timezone, "now", lambda: state.now)
    return state


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def session_at(day: int, hour: int = 9) -> Session:
    starts_at = datetime(2026, 12, day, hour, 0, tzinfo=UTC)
    return Session(starts_at=starts_at, ends_at=starts_at + timedelta(hours=3))


def gate(rule: dict, *, sessions=(), known=(), done=()) -> releases.Gate:
    return releases.gate_of(Step(**rule), sessions=sessions, known=known, done=done)


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=timezone.get_default_timezone())


# --- The rule ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "opens_at"),
    [
        ({}, None),
        ({"release": Release.FROM_DAY, "release_on": date(2026, 12, 24)}, berlin(2026, 12, 24)),
        ({"release": Release.BEFORE_SESSION, "release_days": 2, "release_session": 1}, berlin(2026, 11, 29)),
        ({"release": Release.BEFORE_SESSION, "release_days": 0, "release_session": 2}, berlin(2026, 12, 8)),
        ({"release": Release.BEFORE_SESSION, "release_days": 1}, berlin(2026, 12, 14)),
        ({"release": Release.AFTER_SESSION, "release_days": 1, "release_session": 1}, berlin(2026, 12, 2)),
        ({"release": Release.AFTER_SESSION, "release_days": 0}, berlin(2026, 12, 15, 13, 0)),
        ({"release": Release.AFTER_SESSION, "release_days": 3, "release_session": 4}, None),
    ],
)
def test_gate_of_opens_at_the_moment_that_the_rule_names(rule, opens_at):
    dates = [session_at(1), session_at(8), session_at(15)]

    assert gate(rule, sessions=dates) == releases.Gate(opens_at=opens_at)


@pytest.mark.parametrize("rule", [Release.BEFORE_SESSION, Release.AFTER_SESSION])
def test_gate_of_is_open_when_the_run_has_no_dates(rule):
    assert gate({"release": rule, "release_days": 1}) == releases.OPEN


def test_gate_of_counts_days_through_the_change_to_summer_time():
    starts_at = datetime(2027, 3, 29, 7, 0, tzinfo=UTC)
    session = Session(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))

    found = gate({"release": Release.BEFORE_SESSION, "release_days": 2}, sessions=[session])

    assert found.opens_at == berlin(2027, 3, 27)


@pytest.mark.parametrize(
    ("known", "done", "waits_for"), [([KEY], [], KEY), ([KEY], [KEY], None), ([], [], None), ([], [KEY], None)]
)
def test_gate_of_waits_for_a_step_of_the_version_that_is_not_done(known, done, waits_for):
    rule = {"release": Release.AFTER_STEP, "release_after": KEY}

    assert gate(rule, known=known, done=done) == releases.Gate(waits_for=waits_for)


# --- Closed for a learner ----------------------------------------------------------------------------------------
def closed_until_the_date(**more) -> dict:
    return {"release": Release.AFTER_SESSION, "release_days": 0, "release_session": 1, **more}


@pytest.fixture
def place(clock):
    """An open reading, then a step of each kind that opens when the date of tomorrow is over."""
    run = make_run(
        {"title": "Zu Beginn"},
        closed_until_the_date(title="Nachlesen"),
        closed_until_the_date(title="Film", kind=StepKind.VIDEO),
        closed_until_the_date(title="Quiz", kind=StepKind.H5P),
        closed_until_the_date(title="Vorlage", kind=StepKind.DOCUMENT),
        closed_until_the_date(title="Aufgabe", kind=StepKind.TASK),
    )
    Session.objects.create(run=run, starts_at=NOW + timedelta(days=1), ends_at=NOW + timedelta(days=1, hours=2), ue=2)
    return EnrolmentFactory(run=run)


@pytest.fixture
def learner(place, client):
    client.force_login(place.learner)
    return client


def address(place, *parts) -> str:
    return f"/de/learn/{place.pk}/" + "".join(f"{part}/" for part in parts)


def step(place, position) -> Step:
    return Step.objects.get(version=place.run.version, position=position)


def test_closed_step_says_when_it_opens_and_shows_nothing_else(learner, place):
    for position in range(2, 7):
        response = learner.get(address(place, position))
        page = text(response)
        assert response.status_code == 200
        assert "Öffnet sich am Do., 19. November 2026 um 13:00 Uhr." in page
        assert "Was zu lesen ist." not in page
        assert "Als erledigt markieren" not in page
        assert "<iframe" not in response.content.decode()
        assert not re.search(r"/video|/captions|/document|/h5p/|/answer", response.content.decode())
    assert not Progress.objects.exists()


def test_files_of_a_closed_step_do_not_exist(learner, place, clock):
    paths = [f"/de/learn/{place.pk}/{part}" for part in ("3/video", "3/captions", "5/document")]
    assert [learner.get(path).status_code for path in paths] == [404, 404, 404]

    clock.now = NOW + timedelta(days=1, hours=2)

    assert [learner.get(path).status_code for path in paths] == [200, 200, 200]


def test_closed_step_is_not_finished(learner, place):
    response = learner.post(address(place, 2, "done"), follow=True)

    assert "Dieser Schritt ist noch nicht offen." in text(response)
    with pytest.raises(services.LearningRefused):
        services.finish_step(enrolment=place, step=step(place, 2), at=NOW)
    assert not Progress.objects.exists()


def test_result_of_a_closed_exercise_leaves_no_progress(place):
    context = services.player_context(enrolment=place, step=step(place, 4))
    points = {"context": context, "score": 10, "max_score": 10, "attempt_id": 1}

    assert services.record_h5p_attempt(**points, finished_at=NOW) is None
    assert services.record_h5p_attempt(**points, finished_at=NOW + timedelta(days=2)).state == ProgressState.DONE


def test_closed_task_takes_no_answer(learner, place):
    assert learner.post(address(place, 6, "answer"), {"text": "Schon fertig."}).status_code == 404
    with pytest.raises(services.SubmissionRefused, match=r"nicht offen|not open"):
        services.save_answer(
            enrolment=place, step=step(place, 6), written=services.Written(text="Schon fertig."), at=NOW
        )


def test_closed_step_is_neither_next_nor_where_to_go_on(learner, place):
    assert services.progress_of(place).resume(at=NOW).step == step(place, 1)
    page = learner.get(address(place, 1)).content.decode()
    nav = page.split('aria-label="Schritte davor und danach"')[1].split("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', nav) == [address(place)]

    assert learner.post(address(place, 1, "done")).url == address(place)

    assert services.progress_of(place).resume(at=NOW) is None
    overview = learner.get(address(place))
    assert overview.status_code == 200
    assert overview.content.decode().count("stepper__step--locked") == 5


def test_step_that_was_begun_stays_open_when_the_date_moves(learner, place, clock):
    clock.now = NOW + timedelta(days=2)
    learner.get(address(place, 2))
    Session.objects.filter(run=place.run).update(
        starts_at=NOW + timedelta(days=30), ends_at=NOW + timedelta(days=30, hours=2)
    )

    assert "Was zu lesen ist." in text(learner.get(address(place, 2)))
    assert "Öffnet sich am" in text(learner.get(address(place, 5)))


def test_step_opens_when_the_step_before_is_done_and_names_it_until_then(client, clock):
    run = make_run({"title": "Zuerst"}, {"title": "Danach"})
    first, second = Step.objects.filter(version=run.version)
    rule = {"release": Release.AFTER_STEP, "release_after": first.key}
    later = make_run({"title": "Zuerst"}, course=run.course)
    place = EnrolmentFactory(run=later)
    Step.objects.create(version=later.version, position=2, kind="reading", page=second.page, key=second.key, **rule)
    before = later.version.steps.get(position=1)
    waiting = Step.objects.create(
        version=later.version,
        position=3,
        kind="reading",
        page=second.page,
        key=uuid4(),
        release=Release.AFTER_STEP,
        release_after=before.key,
    )

    assert services.is_released(enrolment=place, step=later.version.steps.get(position=2), at=NOW)  # not in there
    assert not services.is_released(enrolment=place, step=waiting, at=NOW)
    assert services.progress_of(place).steps[2].gate.sentence(title_before="Zuerst") in (
        "Öffnet sich, wenn Sie «Zuerst» erledigt haben.",
        "Opens when you have done «Zuerst».",
    )
    services.finish_step(enrolment=place, step=before, at=NOW)
    assert services.is_released(enrolment=place, step=waiting, at=NOW)


@pytest.mark.parametrize("count", [1, 3, 30])
def test_learn_asks_the_same_for_many_closed_steps(client, clock, django_assert_max_num_queries, count):
    run = make_run(*[closed_until_the_date() for _number in range(count)], sessions=count)
    Session.objects.filter(run=run).update(starts_at=NOW + timedelta(days=1), ends_at=NOW + timedelta(days=1, hours=1))
    place = EnrolmentFactory(run=run)
    client.force_login(place.learner)
    client.get(address(place))

    with django_assert_max_num_queries(13):
        client.get(address(place))
    with django_assert_max_num_queries(19):
        client.get(address(place, 1))


# --- Documents ---------------------------------------------------------------------------------------------------
@pytest.fixture
def document(client, clock):
    place = EnrolmentFactory(run=make_run({"title": "Vorlage", "kind": StepKind.DOCUMENT}))
    client.force_login(place.learner)
    return place


def test_document_step_names_file_format_size_and_content(client, document):
    page = text(client.get(address(document, 1)))

    assert re.search(r"vorlage.pdf \(PDF, 620.Bytes\)", page)
    assert "Was in der Datei steht" in page
    assert "Was in der Vorlage steht." in page


def test_step_document_is_sent_as_a_file_to_keep_whole_or_in_parts(client, document):
    whole = client.get(f"/de/learn/{document.pk}/1/document")
    part = client.get(f"/de/learn/{document.pk}/1/document", headers={"range": "bytes=0-4"})

    assert (whole.status_code, whole["Content-Type"], b"".join(whole)) == (200, "application/pdf", PAPER)
    assert whole["Content-Disposition"].startswith('attachment; filename="vorlage')
    assert (whole["X-Content-Type-Options"], whole["Accept-Ranges"]) == ("nosniff", "bytes")
    assert (part.status_code, b"".join(part)) == (206, b"%PDF-")


def test_step_document_does_not_exist_for_anybody_else(client, document):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))

    assert client.get(f"/de/learn/{document.pk}/1/document").status_code == 404


def test_document_step_is_done_when_the_learner_says_so(client, document):
    client.post(address(document, 1, "done"))

    assert services.progress_of(document).is_completed


# --- Dates among the steps ---------------------------------------------------------------------------------------
@pytest.fixture
def dated(clock):
    """A reading between two dates, of which the first is over; the version marks a third that the run does not have."""
    date_step = {"kind": StepKind.SESSION, "is_required": False, "minutes": 0}
    run = make_run({**date_step, "title": "Auftakt"}, {"title": "Dazwischen"}, date_step, date_step)
    for days in (-1, 6):
        starts_at = NOW + timedelta(days=days)
        Session.objects.create(run=run, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), ue=2)
    return EnrolmentFactory(run=run)


def test_date_step_shows_when_and_where_its_date_is(client, dated):
    client.force_login(dated.learner)
    dated.run.place = "Lernort Mitte"
    dated.run.save()

    first, last = text(client.get(address(dated, 1))), text(client.get(address(dated, 4)))

    assert "Bitte bringen Sie etwas mit." in first
    assert "17. November 2026" in first
    assert "Lernort Mitte" in first
    assert "Als erledigt markieren" not in first
    assert "Ihr Durchgang hat dafür keinen Termin." in last
    assert not Progress.objects.exists()


@pytest.mark.parametrize(("state", "is_done"), [("present", True), ("partly", True), ("absent", False)])
def test_date_step_is_done_by_having_been_there(dated, state, is_done):
    session = dated.run.sessions.first()
    minutes = 60 if state == "partly" else None
    Attendance.objects.create(enrolment=dated, session=session, state=state, minutes=minutes, ticked_at=NOW)

    entries = services.progress_of(dated).steps

    assert [entry.is_done for entry in entries] == [is_done, False, False, False]
    assert [entry.session and entry.session.session for entry in entries] == [
        session,
        None,
        dated.run.sessions.last(),
        None,
    ]


def test_date_step_is_not_finished_by_a_button_and_never_needed_for_completion(dated):
    with pytest.raises(services.LearningRefused):
        services.finish_step(enrolment=dated, step=step(dated, 1), at=NOW)

    progress = services.progress_of(dated)

    assert [entry.step.position for entry in progress.needed_steps] == [2]
    assert (progress.done_count, progress.step_count, progress.minutes) == (0, 1, 10)
    assert progress.resume(at=NOW).step.position == 2


def test_completion_counts_own_steps_and_attendance_when_dates_stand_among_the_steps(dated):
    services.finish_step(enrolment=dated, step=step(dated, 2), at=NOW)
    at = NOW + timedelta(days=7)
    for session in dated.run.sessions.all():
        services.record_attendance(session=session, states={dated.pk: "present"}, actor=UserFactory(), at=at)

    assert Completion.objects.get().result == "full"
    assert services.progress_of(dated).done_count == 1
