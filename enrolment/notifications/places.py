"""Mails about places: taken, waited for, offered, given back, called off."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from academy.common.links import absolute_url
from academy.common.moments import clock, day
from academy.models import User
from academy.services import Message
from courses.models import Session
from enrolment.models import Enrolment

from .writing import course_address, facts, write


def place_confirmed(enrolment: Enrolment, *, at: datetime) -> None:
    """The place is certain: dates, place, and how to give it back."""
    write(
        enrolment,
        "confirmed",
        at,
        lambda title: Message(
            subject=_("Your place is confirmed: %(course)s") % {"course": title},
            paragraphs=[_("Your place on this course is confirmed. We look forward to seeing you.")],
            facts=facts(enrolment, title),
            action=(_("Open my places"), absolute_url("enrolment:my_places")),
            closing=[
                _("If you cannot come, please give the place back: somebody may be waiting for it."),
                *_what_is_needed(enrolment),
            ],
        ),
        brings_dates=True,
    )


def place_promoted(enrolment: Enrolment, *, at: datetime) -> None:
    write(
        enrolment,
        "promoted",
        at,
        lambda title: Message(
            subject=_("A place has become free for you: %(course)s") % {"course": title},
            paragraphs=[
                _("A place has become free. You were first on the waiting list, so it is yours now."),
                _("If you cannot come any more, please give the place back: somebody may be waiting for it."),
            ],
            facts=facts(enrolment, title),
            action=(_("Open my places"), absolute_url("enrolment:my_places")),
        ),
        brings_dates=True,
    )


def place_offered(enrolment: Enrolment, *, at: datetime) -> None:
    """A place is kept for the person until the offer ends."""
    until = {"day": day(enrolment.offer_expires_at), "time": clock(enrolment.offer_expires_at)}
    write(
        enrolment,
        "offered",
        at,
        lambda title: Message(
            subject=_("A place is free for you, please answer: %(course)s") % {"course": title},
            paragraphs=[
                _("A place has become free, and it is your turn. We keep it for you until %(day)s, %(time)s.") % until,
                _("Please take it or leave it to the next person. Without an answer it goes on by itself."),
            ],
            facts=facts(enrolment, title),
            action=(_("Answer the offer"), absolute_url("enrolment:my_places")),
        ),
    )


def offer_lapsed(enrolment: Enrolment, *, at: datetime) -> None:
    write(
        enrolment,
        "offer_lapsed",
        at,
        lambda title: Message(
            subject=_("The place went to the next person: %(course)s") % {"course": title},
            paragraphs=[
                _("We had no answer from you in time, so the place went to the next person of the waiting list."),
                _("You can enrol once more as long as enrolment is open."),
            ],
            facts=facts(enrolment, title),
            action=(_("Look for another date"), course_address(enrolment)),
        ),
    )


def place_handed_over(enrolment: Enrolment, *, removed: Iterable[Session] = (), at: datetime) -> None:
    write(
        enrolment,
        "handed_over",
        at,
        lambda title: Message(
            subject=_("Your place has been handed over: %(course)s") % {"course": title},
            paragraphs=[_("A colleague has taken your place. Thank you for passing it on.")],
            facts=facts(enrolment, title),
        ),
        brings_dates=True,
        removed=removed,
    )


def place_taken_over(enrolment: Enrolment, *, giver: User, at: datetime) -> None:
    """To the colleague, who has not enrolled: whose place it was, and how to give it back."""
    write(
        enrolment,
        "taken_over",
        at,
        lambda title: Message(
            subject=_("You have taken over a place: %(course)s") % {"course": title},
            paragraphs=[
                _("%(name)s cannot come and has handed the place over to you. It is confirmed.") % {"name": giver},
                _("If you cannot come, please give the place back: somebody may be waiting for it."),
            ],
            facts=facts(enrolment, title),
            action=(_("Open my places"), absolute_url("enrolment:my_places")),
        ),
        brings_dates=True,
    )


def place_waitlisted(enrolment: Enrolment, *, at: datetime) -> None:
    write(
        enrolment,
        "waitlisted",
        at,
        lambda title: Message(
            subject=_("You are on the waiting list: %(course)s") % {"course": title},
            paragraphs=[
                _("All places are taken at the moment. You are on the waiting list."),
                _("Free places are given in the order of the list. As soon as one is yours, we tell you."),
            ],
            facts=facts(enrolment, title),
            action=(_("Open my places"), absolute_url("enrolment:my_places")),
        ),
    )


def place_withdrawn(enrolment: Enrolment, *, removed: Iterable[Session] = (), at: datetime) -> None:
    write(
        enrolment,
        "withdrawn",
        at,
        lambda title: Message(
            subject=_("Your place has been given back: %(course)s") % {"course": title},
            paragraphs=[_("You have given your place back. Thank you for telling us.")],
            facts=facts(enrolment, title),
        ),
        brings_dates=True,
        removed=removed,
    )


def run_cancelled(enrolment: Enrolment, *, reason: str, removed: Iterable[Session] = (), at: datetime) -> None:
    """`removed` sessions were taken off before, and nobody has been told of it: they leave the calendars as well."""
    write(
        enrolment,
        "cancelled",
        at,
        lambda title: Message(
            subject=_("Cancelled: %(course)s") % {"course": title},
            paragraphs=[
                _("We are sorry: this course does not take place on the dates below."),
                _("The reason: %(reason)s") % {"reason": reason},
            ],
            facts=facts(enrolment, title),
            action=(_("Look for another date"), course_address(enrolment)),
        ),
        brings_dates=True,
        removed=removed,
    )


def list_closed(enrolment: Enrolment, *, at: datetime) -> None:
    """The course is over, and the person was still waiting."""
    write(
        enrolment,
        "list_closed",
        at,
        lambda title: Message(
            subject=_("No place became free: %(course)s") % {"course": title},
            paragraphs=[
                _("The course has taken place, and no place became free for you. We are sorry."),
                _("Your entry on the waiting list has ended. You are welcome to enrol for another date."),
            ],
            facts=facts(enrolment, title),
            action=(_("Look for another date"), course_address(enrolment)),
        ),
    )


def _what_is_needed(enrolment: Enrolment) -> list[str]:
    """Asked only now, since there is a place (DOMAIN.md 4), and only where there is something to prepare."""
    if not enrolment.run.sessions.all():
        return []
    return [_("Do you need interpreting, step-free access or childcare? You can tell us on the page «My places».")]
