"""Task and feedback steps: what of them belongs to the structure of a course, and their questions in other words."""

import pytest
from django.core.exceptions import ValidationError

from courses import selectors, services
from courses.enums import AnswerKind, StepKind, TaskReview
from courses.models import FeedbackStepPage, TaskStepPage
from tests.factories.course_pages import course_page
from tests.factories.learning import QUESTIONS, make_step_page

pytestmark = pytest.mark.usefixtures("site")


def publish(step):
    step.save_revision().publish()
    return step


def task_on(page, **fields) -> TaskStepPage:
    return publish(make_step_page(page, StepKind.TASK, **fields))


def feedback_on(page, **fields) -> FeedbackStepPage:
    return publish(make_step_page(page, StepKind.FEEDBACK, **fields))


def frozen(page, now):
    return services.freeze_version(course=page.course, at=now)


def test_freeze_version_keeps_how_a_task_is_answered_and_what_becomes_of_the_answer(now):
    page = course_page()
    task_on(page, answer=AnswerKind.EITHER, review=TaskReview.DECIDES)

    step = frozen(page, now).steps.get()

    assert (step.kind, step.answer, step.review, step.questions) == ("task", "either", "decides", [])
    assert step.waits_for_feedback


def test_freeze_version_writes_a_new_version_when_a_task_gets_another_review(now):
    page = course_page()
    step = task_on(page)
    before = frozen(page, now)
    step.review = TaskReview.NONE
    publish(step)

    after = frozen(page, now)

    assert (after.number, after.steps.get().review, before.steps.get().review) == (
        before.number + 1,
        "none",
        "promised",
    )
    assert not after.steps.get().waits_for_feedback


def test_freeze_version_keeps_the_questions_and_asks_nobody_for_feedback_by_default(now):
    page = course_page()
    feedback_on(page)

    step = frozen(page, now).steps.get()

    assert (step.kind, step.is_required, step.minutes) == ("feedback", False, 2)
    assert [(kind, number) for _key, kind, number in step.question_shape] == [("scale", 0), ("choice", 3), ("text", 0)]
    assert step.questions[0]["high"] == "sehr"


def test_freeze_version_gives_the_same_version_when_a_question_is_only_worded_anew(now):
    page = course_page()
    step = feedback_on(page)
    before = frozen(page, now)
    step.questions[0].value["question"] = "Das hilft mir bei der Arbeit."
    publish(step)

    assert frozen(page, now) == before
    words, has_words = selectors.questions_in(before.steps.get(), FeedbackStepPage.objects.get(pk=step.pk))
    assert (words[0]["question"], has_words) == ("Das hilft mir bei der Arbeit.", True)


def test_questions_in_keeps_the_words_of_the_version_when_a_question_has_left_the_page(now):
    page = course_page()
    step = feedback_on(page)
    before = frozen(page, now)
    del step.questions[0]
    publish(step)

    words, has_words = selectors.questions_in(before.steps.get(), FeedbackStepPage.objects.get(pk=step.pk))

    assert [one["question"] for one in words] == [value["question"] for _kind, value in QUESTIONS]
    assert not has_words
    assert frozen(page, now).number == before.number + 1


def test_questions_in_reads_a_page_in_another_language_in_order(now):
    page = course_page()
    feedback_on(page)
    step = frozen(page, now).steps.get()
    other = course_page(course=page.course, language="en", title="Access for all")
    english = [
        ("scale", {"question": "Useful for my work.", "low": "not at all", "high": "very"}),
        ("choice", {"question": "How was the pace?", "options": ["slow", "right", "fast"]}),
        ("text", {"question": "What was missing?"}),
    ]
    translated = feedback_on(other, questions=english)

    words, has_words = selectors.questions_in(step, translated)

    assert has_words
    assert [one["question"] for one in words] == ["Useful for my work.", "How was the pace?", "What was missing?"]
    assert [one["key"] for one in words] == [one["key"] for one in step.questions]


def test_questions_in_keeps_the_words_of_the_version_when_a_page_asks_something_else(now):
    page = course_page()
    feedback_on(page)
    step = frozen(page, now).steps.get()
    other = course_page(course=page.course, language="en", title="Access for all")
    shorter = feedback_on(other, questions=[("text", {"question": "What was missing?"})])

    assert selectors.questions_in(step, shorter) == (step.questions, False)


def test_clean_refuses_more_than_eight_questions():
    page = FeedbackStepPage(title="Zu viel", questions=[("text", {"question": "Und sonst?"})] * 9)

    with pytest.raises(ValidationError) as refused:
        page.clean()

    assert list(refused.value.message_dict) == ["questions"]
