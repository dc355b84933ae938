"""What trainers and the office write to participants themselves: their words in a frame in the reader's language."""

import re
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from academy.common.links import absolute_url
from academy.services import ComposedMail, Message, compose_mail
from courses.models import CourseRun
from enrolment.models import Enrolment, RunMessage

from .writing import facts, write

EMPTY_LINES = re.compile(r"\n\s*\n")


def run_message(enrolment: Enrolment, *, message: RunMessage, at: datetime) -> None:
    """The words stay as they were written. In an easy mail they count as unchecked."""
    write(enrolment, f"message.{message.pk}", at, lambda title: _letter(message, enrolment, title))


def preview_of(message: RunMessage, *, run: CourseRun) -> ComposedMail:
    """The mail as a person reads it who uses the language that is active; the message need not be stored."""
    title = run.course.outward_title(get_language())
    return compose_mail(_letter(message, Enrolment(run=run), title), get_language())


def _letter(message: RunMessage, enrolment: Enrolment, title: str) -> Message:
    return Message(
        subject=message.subject,
        paragraphs=[
            _("%(name)s writes to you about a course at the academy:") % {"name": message.author},
            *(paragraph.strip("\n") for paragraph in EMPTY_LINES.split(message.text)),
        ],
        facts=facts(enrolment, title),
        action=(_("Open my places"), absolute_url("enrolment:my_places")),
        has_unchecked_words=True,
    )
