"""Reminders of a date that is near."""

from datetime import datetime

from django.utils.translation import gettext as _

from academy.common.links import absolute_url
from academy.services import Message
from courses.models import Session
from enrolment.models import Enrolment

from .writing import facts, key_of, when, write


def reminder_cause(rule: int, session: Session, due: datetime) -> str:
    """The same for one rule and one due moment, so that nobody is reminded twice; another one where the date moves."""
    return f"reminder.{rule}.{session.pk}.{due:%Y%m%d}"


def reminder_key(enrolment: Enrolment, rule: int, session: Session, due: datetime) -> str:
    return key_of(enrolment, reminder_cause(rule, session, due))


def date_reminder(enrolment: Enrolment, *, rule: int, session: Session, due: datetime, at: datetime) -> None:
    """What is near, where, how to get in, and how to give the place back."""
    is_online = bool(session.way_in)
    write(
        enrolment,
        reminder_cause(rule, session, due),
        at,
        lambda title: Message(
            subject=_("Reminder: %(course)s") % {"course": title},
            paragraphs=[
                _("Your next date is near: %(when)s.") % {"when": when(session)},
                *([_("You find the way into the online room on the page «My places».")] if is_online else []),
            ],
            facts=facts(enrolment, title),
            action=(_("Open my places"), absolute_url("enrolment:my_places")),
            closing=[_("If you cannot come, please give the place back: somebody may be waiting for it.")],
        ),
    )
