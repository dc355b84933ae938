"""States, statements and attempts: whose they are, how many there are, and what is refused."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from courses.h5p import services, tracking
from courses.h5p.models import Attempt, Content, State, Statement

from .packages import package, remember_attempt, reported

pytestmark = pytest.mark.django_db
CONTEXT = "place:17:step:3"


@pytest.fixture
def content(now) -> Content:
    return services.import_package(file=package(), uploaded_by_key="", may_install_libraries=True, at=now)


def round_key() -> str:
    return str(uuid.uuid4())


def statement(content, verb="answered", **changes) -> bytes:
    data = {
        "id": str(uuid.uuid4()),
        "actor": {"name": "Somebody else", "mbox": "mailto:other@a.example"},
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}"},
        "object": {"id": content.activity_id},
        **changes,
    }
    return json.dumps(data).encode()


def record(content, now, raw=None, *, user_key="u", context=CONTEXT, round_key="", verb="answered") -> Statement:
    raw = statement(content, verb) if raw is None else raw
    return services.record_statement(
        content=content, user_key=user_key, context=context, raw=raw, at=now, round_key=round_key
    )


def finish(content, now, score=1, max_score=2, *, user_key="u", context=CONTEXT, **changes) -> Attempt:
    return services.record_finished(
        content=content, user_key=user_key, context=context, score=score, max_score=max_score, at=now, **changes
    )


def save(content, now, data, *, user_key="u", context=CONTEXT, data_type="state", part="0") -> State | None:
    return services.record_state(
        content=content,
        user_key=user_key,
        context=context,
        data_type=data_type,
        sub_content_id=part,
        data=data,
        is_preloaded=True,
        is_reset_on_change=True,
        at=now,
    )


# --- statements ---


def test_record_statement_stores_it_under_the_learner_of_the_token(content, now):
    stored = record(content, now)
    assert stored.raw["actor"] == {
        "objectType": "Agent",
        "account": {"homePage": "https://academy.example", "name": "u"},
    }
    assert stored.raw["id"] == str(stored.statement_id)
    assert (stored.attempt.user_key, stored.attempt.context, stored.attempt.number) == ("u", CONTEXT, 1)


def test_record_statement_stores_the_same_statement_once(content, now):
    raw = statement(content)
    assert record(content, now, raw) == record(content, now, raw)
    assert Statement.objects.count() == 1


def test_record_statement_refuses_the_identifier_of_another_learners_statement(content, now):
    raw = statement(content)
    record(content, now, raw, user_key="v")
    with pytest.raises(services.RecordRefused) as refusal:
        record(content, now, raw)
    assert refusal.value.code == "conflict"


def test_record_statement_accepts_a_part_of_the_content(content, now):
    record(content, now, statement(content, object={"id": f"{content.activity_id}?subContentId=1"}))


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"[]",
        b'"x"',
        b"{}",
        b'{"verb": {"id": "x"}}',
        b'{"verb": "x", "object": {"id": "x"}}',
        b'{"verb": {"id": ""}, "object": {"id": "x"}}',
    ],
)
def test_record_statement_refuses_what_is_no_statement(content, now, raw):
    with pytest.raises(services.RecordRefused) as refusal:
        record(content, now, raw)
    assert refusal.value.code == "invalid"


@pytest.mark.parametrize("thing", ["https://a.example/", "{id}x", "{id}/?subContentId=1", 5])
def test_record_statement_refuses_a_statement_about_something_else(content, now, thing):
    thing = thing.format(id=content.activity_id) if isinstance(thing, str) else thing
    with pytest.raises(services.RecordRefused):
        record(content, now, statement(content, object={"id": thing}))


def test_record_statement_refuses_an_identifier_that_is_none(content, now):
    with pytest.raises(services.RecordRefused):
        record(content, now, statement(content, id="1"))


def test_record_statement_refuses_more_than_64_kilobytes(content, now):
    frame = len(statement(content, extra=""))
    record(content, now, statement(content, extra="x" * (tracking.STATEMENT_BYTES - frame)))
    with pytest.raises(services.RecordRefused) as refusal:
        record(content, now, statement(content, extra="x" * (tracking.STATEMENT_BYTES - frame + 1)))
    assert refusal.value.code == "too-large"


def test_record_statement_refuses_a_flood_and_forgets_it_after_a_minute(content, now, monkeypatch):
    monkeypatch.setitem(tracking.PER_MINUTE, "statement", 2)
    record(content, now)
    record(content, now)
    with pytest.raises(services.RecordRefused) as refusal:
        record(content, now)
    assert refusal.value.code == "too-many"
    record(content, now, user_key="v")
    record(content, now + timedelta(minutes=1))


# --- attempts ---


def test_record_finished_clamps_the_score_to_its_maximum(content, now):
    assert (finish(content, now, 7, 5).score, finish(content, now, -3, 5).score) == (5, 0)
    assert finish(content, now, "2.6", "5").score == 3
    assert finish(content, now, 1, -5).max_score == 0


@pytest.mark.parametrize("score", [None, "", "many", "NaN", "inf", []])
def test_record_finished_refuses_a_score_that_is_no_number(content, now, score):
    with pytest.raises(services.RecordRefused):
        finish(content, now, score)
    assert not Attempt.objects.exists()


def test_record_finished_keeps_seconds_within_a_day(content, now):
    given = [12.4, -5, 10**9, "x", None]
    assert [finish(content, now, seconds=seconds).seconds for seconds in given] == [12, 0, 86400, None, None]


def test_record_finished_numbers_attempts_and_never_changes_an_old_one(content, now):
    scores = [finish(content, now, score, round_key=round_key()).score for score in (1, 0, 2)]
    assert scores == [1, 0, 2]
    assert list(Attempt.objects.values_list("number", "score")) == [(1, 1), (2, 0), (3, 2)]


def test_record_finished_counts_one_round_once_however_often_it_is_reported(content, now):
    key = round_key()
    first = finish(content, now, 1, round_key=key)
    second = finish(content, now + timedelta(minutes=3), 2, round_key=key)
    assert (second.pk, second.score, second.finished_at) == (first.pk, 1, now)


def test_attempts_belong_to_one_learner_in_one_context(content, now):
    attempts = [finish(content, now), finish(content, now, user_key="v"), finish(content, now, context="elsewhere")]
    assert [attempt.number for attempt in attempts] == [1, 1, 1]


def test_statements_of_a_round_and_its_result_make_one_attempt(content, now):
    key = round_key()
    opened = record(content, now, verb="attempted", round_key=key).attempt
    answered = record(content, now + timedelta(seconds=30), round_key=key).attempt
    finished = finish(content, now + timedelta(minutes=1), round_key=key)
    late = record(content, now + timedelta(minutes=2), verb="completed", round_key=key).attempt
    assert opened == answered == finished == late
    assert (finished.started_at, finished.finished_at) == (now, now + timedelta(minutes=1))


def test_an_attempt_goes_on_when_the_page_is_loaded_again(content, now):
    first = record(content, now, round_key=round_key()).attempt
    again = round_key()
    assert record(content, now, round_key=again).attempt == first
    assert finish(content, now, round_key=again) == first


def test_looking_at_a_result_opens_no_attempt_but_a_new_answer_does(content, now):
    finished = finish(content, now, round_key=round_key())
    key = round_key()
    assert record(content, now, verb="attempted", round_key=key).attempt == finished
    assert record(content, now, verb="interacted", round_key=key).attempt.number == 2


def test_attempts_without_the_name_of_a_round_follow_the_latest(content, now):
    assert record(content, now).attempt.number == 1
    assert finish(content, now).number == 1
    assert record(content, now).attempt.number == 1
    assert finish(content, now).number == 2


def test_record_finished_tells_the_handler_once(content, now, settings):
    reported.clear()
    settings.H5P_ATTEMPT_HANDLER = f"{remember_attempt.__module__}.remember_attempt"
    key = round_key()
    attempt = finish(content, now, 1, 2, round_key=key)
    finish(content, now, 2, 2, round_key=key)
    assert reported == [{"context": CONTEXT, "score": 1, "max_score": 2, "finished_at": now, "attempt_id": attempt.pk}]


def test_record_finished_keeps_nothing_when_the_handler_fails(content, now, settings):
    settings.H5P_ATTEMPT_HANDLER = f"{remember_attempt.__module__}.refuse_attempt"
    with pytest.raises(RuntimeError):
        finish(content, now)
    assert not Attempt.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"number": 0},
        {"number": 1, "score": 3, "max_score": 2},
        {"number": 1, "score": 1, "max_score": 2, "finished_at": None},
        {"number": 1, "score": None},
    ],
)
def test_the_database_refuses_an_impossible_attempt(content, now, fields):
    good = {"user_key": "u", "started_at": now, "finished_at": now, "score": 1, "max_score": 2}
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(content=content, **{**good, **fields})


def test_the_database_refuses_two_attempts_of_one_number(content, now):
    Attempt.objects.create(content=content, user_key="u", number=1, started_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(content=content, user_key="u", number=1, started_at=now)


def at_once(action, count=8) -> list:
    """What `action(number)` gives in `count` threads at the same moment, each with its own connection."""

    def run(number):
        try:
            return action(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_reports_at_the_same_moment_make_one_attempt_per_round(content, now):
    key = round_key()
    attempts = at_once(lambda number: finish(content, now, number % 2, round_key=key))
    assert {attempt.pk for attempt in attempts} == {Attempt.objects.get().pk}

    at_once(lambda number: finish(content, now, round_key=round_key()))
    assert list(Attempt.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 10))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_imports_at_the_same_moment_make_one_library_and_one_content(now, storage_folder):
    identifier = uuid.uuid4()

    def import_(_number):
        file = package(files={"content/a.png": b"png"})
        return services.import_package(
            file=file, uploaded_by_key="", may_install_libraries=True, at=now, uuid=identifier
        )

    assert len({content.pk for content in at_once(import_, 4)}) == 1
    stored = Content.objects.select_related("library").get()
    assert (storage_folder / stored.files_prefix / "a.png").read_bytes() == b"png"
    assert (storage_folder / stored.library.prefix / "main.js").exists()


# --- states ---


def test_record_state_replaces_and_deletes_the_state_of_one_part(content, now):
    save(content, now, '{"a":1}')
    save(content, now, '{"a":2}')
    save(content, now, '{"b":1}', part="11111111-2222-3333-4444-555555555555")
    save(content, now, '{"c":1}', user_key="v")
    assert sorted(State.objects.filter(user_key="u").values_list("data", flat=True)) == ['{"a":2}', '{"b":1}']
    assert save(content, now, None) is None
    assert sorted(State.objects.values_list("data", flat=True)) == ['{"b":1}', '{"c":1}']


def test_record_state_refuses_more_than_a_megabyte(content, now):
    save(content, now, "x" * tracking.STATE_BYTES)
    with pytest.raises(services.RecordRefused) as refusal:
        save(content, now, "ä" * (tracking.STATE_BYTES // 2 + 1))
    assert refusal.value.code == "too-large"


@pytest.mark.parametrize("change", [{"data": "a\0b"}, {"data_type": "x" * 128}, {"part": "x" * 65}])
def test_record_state_refuses_what_cannot_be_stored(content, now, change):
    with pytest.raises(services.RecordRefused) as refusal:
        save(content, now, **{"data": "{}", **change})
    assert refusal.value.code == "invalid"


def test_record_state_refuses_endlessly_many_parts(content, now, monkeypatch):
    monkeypatch.setattr(tracking, "STATES_PER_LEARNER", 2)
    save(content, now, "{}", part="1")
    save(content, now, "{}", part="2")
    with pytest.raises(services.RecordRefused) as refusal:
        save(content, now, "{}", part="3")
    assert refusal.value.code == "too-many"
    save(content, now, "{}", part="2")
