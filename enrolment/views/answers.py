"""What the page of a step needs where learners answer in their own words."""

from courses.enums import StepKind
from courses.models import Step
from enrolment import selectors, services
from enrolment.enums import SubmissionState
from enrolment.forms import TaskAnswerForm
from enrolment.models import Enrolment


def answering(enrolment: Enrolment, step: Step) -> dict:
    """A task: the answers so far, and the form where the learner can write; nothing for other steps."""
    if step.kind != StepKind.TASK:
        return {}
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
