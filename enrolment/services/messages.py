"""Writing to the participants of a run: once for each form, not too often, and without what must stay inside."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from academy.common.moments import start_of_day
from academy.common.typed import plain_lines
from academy.models import User
from academy.services import audit
from courses.models import CourseRun
from enrolment import notifications, selectors
from enrolment.enums import MessageAudience
from enrolment.models import RunMessage

from . import seats

MESSAGES_A_DAY = 5  # to one run, whoever writes


class MessageRefused(Exception):
    """A rule says no. The message is written for trainers and the office."""


def check_message(*, message: RunMessage, run: CourseRun, at: datetime) -> int:
    """How many people the message would reach.

    Raises MessageRefused when nobody is addressed, when the run has had its messages of the day, and when the words
    name a course that has a neutral title: others can read a mail (DOMAIN.md 0.5, S4).
    """
    recipients = selectors.places_addressed(run, message.audience).count()
    if not recipients:
        raise MessageRefused(_("Nobody on this run belongs to the group that you have chosen."))
    _check_words(message, run)
    if RunMessage.objects.filter(run=run, sent_at__gte=start_of_day(at)).count() >= MESSAGES_A_DAY:
        sentence = _("%(count)d messages have gone to this run today. You can send the next one tomorrow.")
        raise MessageRefused(sentence % {"count": MESSAGES_A_DAY})
    return recipients


@transaction.atomic
def send_message(*, message: RunMessage, run: CourseRun, at: datetime) -> RunMessage:
    """Write the message to everybody whom it addresses, and keep it; the same form (`token`) sends once.

    Raises MessageRefused as `check_message`.
    """
    run = seats.lock_run(run)
    sent = message_of_form(run, message.token)
    if sent is not None:
        return sent
    message.run, message.sent_at = run, at
    message.recipients = check_message(message=message, run=run, at=at)
    message.save(force_insert=True)
    prefetch_related_objects([run], "sessions", "course__pages")
    for place in selectors.places_addressed(run, message.audience):
        place.run = run
        notifications.run_message(place, message=message, at=at)
    data = {"message": message.pk, "audience": str(message.audience), "recipients": message.recipients}
    audit(action="run.message_sent", obj=run, actor=message.author, at=at, data=data)
    return message


def written_message(*, author: User, audience: str, subject: str, text: str, token: UUID) -> RunMessage:
    """The words of a form as a message that is not stored yet: plain text, on one line and in paragraphs."""
    return RunMessage(
        author=author,
        audience=MessageAudience(audience),
        subject=" ".join(subject.split()),
        text=plain_lines(text),
        token=token,
    )


def message_of_form(run: CourseRun, token: UUID) -> RunMessage | None:
    """What was sent from the form with that token."""
    return RunMessage.objects.filter(run=run, token=token).first()


def _check_words(message: RunMessage, run: CourseRun) -> None:
    course = run.course
    if not course.approval_title_de:
        return
    written = f"{message.subject}\n{message.text}".casefold()
    if any(page.title.casefold() in written for page in course.pages.all()):
        sentence = _("Others can read a mail. Please leave out the title of the course, or write «%(title)s».")
        raise MessageRefused(sentence % {"title": course.outward_title(message.author.preferred_language)})
