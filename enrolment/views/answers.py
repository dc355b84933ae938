"""What the page of a step needs where learners answer in their own words."""

from wagtail.models import Page

from courses import selectors as courses
from courses.enums import StepKind
from courses.models import Step
from enrolment import selectors, services
from enrolment.enums import SubmissionState
from enrolment.forms import QuestionsForm, TaskAnswerForm
from enrolment.models import Enrolment


def answering(enrolment: Enrolment, step: Step, page: Page) -> dict:
    """A task: the answers so far, and the form where the learner can write. Feedback: the questions. Else nothing."""
    if step.kind == StepKind.TASK:
        return _task(enrolment, step)
    return _feedback(step, page) if step.kind == StepKind.FEEDBACK else {}


def _task(enrolment: Enrolment, step: Step) -> dict:
    answers = selectors.answer_rounds(enrolment, step.key, with_draft=True)
    latest = answers[-1] if answers else None
    draft = latest if latest is not None and latest.is_draft else None
    can_write = latest is None or latest.state in (SubmissionState.DRAFT, SubmissionState.REVISE)
    initial = {"text": latest.text if latest else "", "seen": services.mark_of(draft)}
    return {
        "rounds": [answer for answer in answers if not answer.is_draft],
        "latest_answer": latest,
        "draft": draft,
        "answer_form": TaskAnswerForm(step=step, initial=initial) if can_write else None,
    }


def _feedback(step: Step, page: Page) -> dict:
    questions, has_words = courses.questions_in(step, page)
    return {
        "asks_below": True,
        "questions_language": "" if has_words else step.page.locale.language_code,
        "questions_form": QuestionsForm(questions=questions),
    }
