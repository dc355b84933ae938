"""That there is feedback on an answer, and that answers wait for it. Never a word of either: mails are passed on."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from academy.common.links import absolute_url
from academy.models import User
from academy.services import Message, write_mail
from courses.models import CourseRun
from enrolment.models import Submission

from .writing import write


def task_answered(submission: Submission, *, position: int | None, at: datetime) -> None:
    """To the learner; it does not say whether the answer was accepted. `position` of the step, if it still stands."""
    place = submission.enrolment

    def letter(title: str) -> Message:
        step = [place.pk, position] if position else None
        address = absolute_url("enrolment:learn_step", *step) if step else absolute_url("enrolment:learn", place.pk)
        return Message(
            subject=_("There is feedback for you: %(course)s") % {"course": title},
            paragraphs=[
                _("Your trainer has read your answer to a task and has written to you."),
                _("You read it on the page of the task. We do not send it by mail, so that nobody else reads it."),
            ],
            facts=[(_("Course"), title)],
            action=(_("Read the feedback"), address),
        )

    write(place, f"task.{submission.pk}", at, letter)


def answers_wait(person: User, lines: Sequence[tuple[CourseRun, int]], *, at: datetime) -> None:
    """To a trainer, once a day: how many answers wait on which runs."""

    def build() -> Message:
        total = sum(count for _run, count in lines)
        sentence = ngettext(
            "%(count)d answer to a task waits for your feedback.",
            "%(count)d answers to tasks wait for your feedback.",
            total,
        )
        return Message(
            subject=_("Answers wait for your feedback"),
            paragraphs=[sentence % {"count": total}],
            facts=[(run.course.outward_title(get_language()), str(count)) for run, count in lines],
            action=(_("Open the answers"), absolute_url("enrolment:task_queue")),
        )

    write_mail(key=f"answers.{person.pk}.waiting.{timezone.localdate(at):%Y%m%d}", to=person, build=build, at=at)
