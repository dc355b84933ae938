"""Anonymous feedback: taken in once, kept apart from the person, read as sums in batches of five or more."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from academy.common.registry import registry
from academy.enums import Role
from academy.models import AuditEntry, OutgoingMail
from courses.enums import Release, StepKind
from courses.models import Step
from enrolment import services
from enrolment.models import Completion, Enrolment, FeedbackAnswer, FeedbackSum, Progress
from enrolment.services import feedback
from enrolment.services.feedback_results import scale_figures
from tests.academy.test_small_cells import spread
from tests.factories.academy import MembershipFactory, UserFactory, signed_in_as
from tests.factories.enrolment import DURING_ENROLMENT as AT
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import make_run

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(weeks=1)
MUCH_LATER = AT + timedelta(weeks=30)
RESULT_QUERIES = 12
WORDS = "Der Raum war zu laut."


def make_feedback_run(*others, **fields):
    return make_run({"kind": StepKind.FEEDBACK, "is_required": False, "minutes": 2, **fields}, *others)


def step_of(run) -> Step:
    return Step.objects.get(version=run.version_id, kind=StepKind.FEEDBACK)


def answers(step, scale=4, choice=1, words="") -> dict:
    keys = [question["key"] for question in step.questions]
    return {key: value for key, value in zip(keys, (scale, choice, words), strict=True) if value is not None}


def give(place, *, at=AT, **given) -> None:
    step = step_of(place.run)
    services.give_answers(enrolment=place, step=step, answers=answers(step, **given), at=at)


def answered_by(run, *scales, at=AT, **given) -> None:
    for scale in scales:
        give(EnrolmentFactory(run=run), scale=scale, at=at, **given)


def result_of(run, *, at=LATER):
    (result,) = services.feedback_results(run, language="de", at=at)
    return result


@pytest.fixture
def run():
    return make_feedback_run({"title": "Danach"})


@pytest.fixture
def place(run) -> Enrolment:
    return EnrolmentFactory(run=run)


# --- Answering ---------------------------------------------------------------------------------------------------
def test_give_answers_keeps_week_and_answers_and_nothing_of_the_person(place):
    give(place, scale=5, words=f"  {WORDS} ")

    row = FeedbackAnswer.objects.get()
    assert {field.name for field in FeedbackAnswer._meta.get_fields()} == {"id", "run", "step_key", "week", "answers"}
    assert row.week == date(2026, 11, 16)
    assert sorted(map(str, row.answers.values())) == ["1", "5", WORDS]
    assert row.pk.version == 4
    assert not AuditEntry.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_week_of_gives_the_monday_in_berlin():
    assert feedback.week_of(AT).weekday() == 0
    assert 0 <= (AT.date() - feedback.week_of(AT)).days < 7


@pytest.mark.parametrize("act", ["give", "skip"])
def test_the_step_is_done_either_way_and_looks_the_same(place, act):
    if act == "give":
        give(place)
    else:
        services.skip_questions(enrolment=place, step=step_of(place.run), at=AT)

    progress = Progress.objects.get()
    assert (progress.state, progress.started_at, progress.done_at) == ("done", AT, AT)
    assert (progress.best_score, progress.max_score) == (None, None)


def test_required_feedback_completes_the_course_when_it_is_skipped():
    place = EnrolmentFactory(run=make_feedback_run(is_required=True))

    services.skip_questions(enrolment=place, step=step_of(place.run), at=AT)

    assert Completion.objects.get().enrolment == place
    assert not FeedbackAnswer.objects.exists()


def test_feedback_that_is_not_required_keeps_nobody_from_completing(place):
    services.finish_step(enrolment=place, step=Step.objects.get(version=place.run.version_id, position=2), at=AT)

    assert Completion.objects.get().enrolment == place


@pytest.mark.parametrize("first", ["give", "skip"])
def test_nobody_answers_or_skips_twice(place, first):
    step = step_of(place.run)
    if first == "give":
        give(place)
    else:
        services.skip_questions(enrolment=place, step=step, at=AT)
    before = FeedbackAnswer.objects.count()

    with pytest.raises(services.FeedbackRefused, match="schon beantwortet oder übersprungen"):
        give(place)
    with pytest.raises(services.FeedbackRefused, match="schon beantwortet oder übersprungen"):
        services.skip_questions(enrolment=place, step=step, at=AT)
    assert FeedbackAnswer.objects.count() == before


@pytest.mark.parametrize("given", [{}, {"scale": 6}, {"scale": 0}, {"scale": True}, {"choice": 3}, {"words": "  "}])
def test_give_answers_refuses_where_nothing_is_answered(place, given):
    with pytest.raises(services.FeedbackRefused, match="mindestens eine Frage"):
        give(place, **{"scale": None, "choice": None, **given})

    assert not FeedbackAnswer.objects.exists()
    assert not Progress.objects.exists()


def test_a_step_of_another_kind_asks_nothing(place):
    step = Step.objects.get(version=place.run.version_id, position=2)

    with pytest.raises(services.FeedbackRefused):
        services.give_answers(enrolment=place, step=step, answers={}, at=AT)


def test_a_place_that_was_given_back_answers_nothing(place):
    Enrolment.objects.filter(pk=place.pk).update(state="withdrawn", seat=None)

    with pytest.raises(services.FeedbackRefused, match="wurde zurückgegeben"):
        give(place)


def test_a_step_that_is_still_closed_takes_no_answer():
    run = make_feedback_run(release=Release.FROM_DAY, release_on=LATER.date())
    place = EnrolmentFactory(run=run)

    with pytest.raises(services.FeedbackRefused, match="noch nicht offen"):
        give(place)
    with pytest.raises(services.FeedbackRefused, match="noch nicht offen"):
        services.skip_questions(enrolment=place, step=step_of(run), at=AT)
    give(place, at=LATER + timedelta(days=1))
    assert FeedbackAnswer.objects.count() == 1


def test_finish_step_refuses_a_feedback_step(place):
    with pytest.raises(services.LearningRefused, match="beantworten oder überspringen"):
        services.finish_step(enrolment=place, step=step_of(place.run), at=AT)


# --- Results -----------------------------------------------------------------------------------------------------
def test_four_answers_are_no_result_and_five_are(run):
    answered_by(run, 4, 4, 4, 4)
    assert (result_of(run).answered, result_of(run).questions) == (None, [])

    answered_by(run, 4)

    scale, choice, words = result_of(run).questions
    assert result_of(run).answered == 5
    assert ([cell.count for cell in scale.cells], str(scale.mean)) == ([0, 0, 0, 5, 0], "4.0")
    assert [(cell.label, cell.count) for cell in choice.cells] == [("zu langsam", 0), ("gut", 5), ("zu schnell", 0)]
    assert (words.answered, words.texts) == (0, [])


def test_answers_count_only_when_their_week_is_over(run):
    answered_by(run, 4, 4, 4, 4, 4)

    assert result_of(run, at=AT).answered is None
    assert result_of(run, at=LATER).answered == 5


def test_one_more_answer_changes_nothing_until_there_are_five_more(run):
    answered_by(run, 5, 5, 5, 5, 5)
    before = result_of(run, at=MUCH_LATER)
    answered_by(run, 1, 1, 1, 1, at=LATER, words=WORDS)

    assert result_of(run, at=MUCH_LATER) == before

    answered_by(run, 1, at=LATER + timedelta(weeks=1))
    assert result_of(run, at=MUCH_LATER).answered == 10


def test_a_question_that_fewer_than_five_have_answered_has_no_result(run):
    answered_by(run, 3, 3, 3, 3, choice=None)
    answered_by(run, None)

    scale, choice, _words = result_of(run).questions

    assert (scale.answered, scale.cells, scale.mean) == (None, [], None)
    assert (choice.answered, choice.cells) == (None, [])


def test_words_come_without_order(run, monkeypatch):
    monkeypatch.setitem(scale_figures.__globals__, "shuffle", lambda texts: texts.sort(reverse=True))
    for letter in "bdace":
        answered_by(run, 4, words=letter)

    assert result_of(run).questions[2].texts == ["e", "d", "c", "b", "a"]


@pytest.mark.parametrize(
    ("counts", "shown", "mean"),
    [
        ([0, 0, 0, 5, 7], [0, 0, 0, 5, 7], "4.6"),
        ([1, 0, 1, 2, 5], [None] * 5, "4.1"),
        ([0, 0, 0, 1, 8], [None] * 5, None),
        ([8, 1, 0, 0, 0], [None] * 5, None),
    ],
)
def test_scale_figures_give_counts_and_mean_or_the_mean_alone(counts, shown, mean):
    assert scale_figures(counts) == (shown, Decimal(mean) if mean else None)


@pytest.mark.parametrize("total", range(5, 15))
def test_scale_figures_never_tell_a_small_count(total):
    """Against somebody who knows how many have answered and the rule: all ways to the same figures, tried out."""
    ways = defaultdict(list)
    for counts in spread(total, 5):
        shown, mean = scale_figures(counts)
        ways[tuple(shown), mean].append(counts)

    for same in ways.values():
        for values in zip(*same, strict=True):
            assert len(set(values)) > 1 or values[0] == 0 or values[0] >= 5, same


# --- Sums in place of answers --------------------------------------------------------------------------------------
def test_sum_feedback_keeps_counts_and_no_words(run):
    answered_by(run, 4, 4, 4, 4, 5, words=WORDS)
    before = result_of(run)

    assert services.sum_feedback(at=LATER) == 0
    assert services.sum_feedback(at=MUCH_LATER, dry_run=True) == 5
    assert services.sum_feedback(at=MUCH_LATER) == 5
    assert services.sum_feedback(at=MUCH_LATER) == 0

    total = FeedbackSum.objects.get()
    assert not FeedbackAnswer.objects.exists()
    assert WORDS not in str(total.counts)
    after = result_of(run, at=MUCH_LATER)
    assert (after.answered, after.is_summed) == (5, True)
    assert [one.cells for one in after.questions] == [one.cells for one in before.questions]
    assert after.questions[2].texts == []


def test_sum_feedback_counts_nothing_that_never_was_a_result(run):
    answered_by(run, 4, 4, 4)

    assert services.sum_feedback(at=MUCH_LATER) == 3

    assert not FeedbackAnswer.objects.exists()
    assert not FeedbackSum.objects.exists()


def test_sum_feedback_waits_for_the_end_of_a_run_with_dates():
    run = make_run({"kind": StepKind.FEEDBACK, "is_required": False}, sessions=1)
    answered_by(run, 4, 4, 4, 4, 4)
    end = run.sessions.get().ends_at

    assert services.sum_feedback(at=end + timedelta(days=89)) == 0
    assert services.sum_feedback(at=end + timedelta(days=91)) == 5


def test_sums_are_a_rule_of_retention():
    assert "enrolment.feedback" in {rule.key for rule in registry.retention.values()}


# --- Pages -------------------------------------------------------------------------------------------------------
@pytest.fixture
def learner(client, place):
    client.force_login(place.learner)
    return client


def page_of(place, name="learn_step") -> str:
    return reverse(f"enrolment:{name}", args=[place.pk, 1])


def results_of(run, name="run_feedback") -> str:
    return reverse(f"enrolment:{name}", args=[run.pk])


def trainer_of(client, run):
    trainer = signed_in_as(client, Role.TRAINER)
    run.trainers.add(trainer)
    run.save()
    return trainer


@pytest.mark.usefixtures("clock")
def test_the_learner_reads_the_promise_and_the_questions_once(learner, place):
    shown = learner.get(page_of(place)).content.decode()

    assert "2 Minuten" in shown
    assert "Anonym" in shown
    assert shown.count("Das nützt mir bei der Arbeit.") == 1
    assert page_of(place, "skip_questions") in shown


@pytest.mark.usefixtures("clock")
def test_the_learner_sends_answers_and_the_page_says_thanks(learner, place):
    sent = learner.post(page_of(place, "give_answers"), {"question_1": "5", "question_3": WORDS}, follow=True)

    assert sorted(map(str, FeedbackAnswer.objects.get().answers.values())) == ["5", WORDS]
    shown = sent.content.decode()
    assert WORDS not in shown
    assert 'name="question_1"' not in shown


@pytest.mark.usefixtures("clock")
def test_what_was_typed_stays_when_it_is_not_taken(learner, place):
    sent = learner.post(page_of(place, "give_answers"), {"question_1": "9", "question_3": WORDS})

    assert sent.status_code == 200
    assert WORDS in sent.content.decode()
    assert not FeedbackAnswer.objects.exists()


@pytest.mark.usefixtures("clock")
def test_nothing_answered_is_said_on_the_page(learner, place):
    sent = learner.post(page_of(place, "give_answers"), {})

    assert "mindestens eine Frage" in sent.content.decode()


@pytest.mark.usefixtures("clock")
def test_the_learner_skips_and_is_told_when_that_is_not_possible(learner, place):
    learner.post(page_of(place, "skip_questions"))
    again = learner.post(page_of(place, "skip_questions"), follow=True)

    assert Progress.objects.get().state == "done"
    assert "schon" in again.content.decode()


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("name", ["give_answers", "skip_questions"])
def test_answering_is_404_for_others_other_steps_and_closed_ones(client, place, name):
    client.force_login(UserFactory())
    assert client.post(page_of(place, name)).status_code == 404

    client.force_login(place.learner)
    assert client.post(reverse(f"enrolment:{name}", args=[place.pk, 2])).status_code == 404
    closed = EnrolmentFactory(
        run=make_feedback_run(release=Release.FROM_DAY, release_on=LATER.date()), learner=place.learner
    )
    assert client.post(page_of(closed, name)).status_code == 404
    assert not Progress.objects.exists()


def test_results_and_file_are_the_trainers_and_the_offices(client, run, clock):
    answered_by(run, 4, 4, 4, 4, 4, words=WORDS)
    clock.at = LATER

    trainer_of(client, run)
    shown = client.get(results_of(run)).content.decode()
    table = client.get(results_of(run, "feedback_file")).content.decode("utf-8-sig")
    assert shown.count(WORDS) == 5
    assert "4;5" not in table.splitlines()[0]
    assert table.count(WORDS) == 5
    assert ";4;5;" in table

    signed_in_as(client, Role.ACADEMY_OFFICE)
    assert client.get(results_of(run)).status_code == 200


@pytest.mark.parametrize("name", ["run_feedback", "feedback_file"])
@pytest.mark.parametrize("role", [Role.TRAINER, Role.APPROVER, Role.ORGANISATION_CONTACT, Role.FUNDER_REPORTING])
def test_results_do_not_exist_for_anybody_else(client, run, clock, role, name):
    answered_by(run, 4, 4, 4, 4, 4)
    clock.at = LATER
    person = MembershipFactory(role=role).user
    client.force_login(person)

    assert client.get(results_of(run, name)).status_code == 404


def test_there_is_no_file_before_there_is_a_result(client, run, clock):
    answered_by(run, 4, 4, 4, 4)
    clock.at = LATER
    trainer_of(client, run)

    assert client.get(results_of(run, "feedback_file")).status_code == 404
    shown = client.get(results_of(run)).content.decode()
    assert "Noch gibt es kein Ergebnis" in shown
    assert results_of(run, "feedback_file") not in shown


@pytest.mark.parametrize("steps", [1, 3])
def test_results_take_as_many_queries_for_one_step_as_for_three(client, clock, steps, django_assert_num_queries):
    given = {"kind": StepKind.FEEDBACK, "is_required": False}
    run = make_run(*[given] * steps)
    for step in Step.objects.filter(version=run.version_id):
        for _number in range(5 * steps):
            place = EnrolmentFactory(run=run)
            services.give_answers(enrolment=place, step=step, answers=answers(step), at=AT)
    clock.at = LATER
    trainer_of(client, run)
    client.get(results_of(run))

    with django_assert_num_queries(RESULT_QUERIES):
        client.get(results_of(run))
