"""The mail to people whose run was called off while another one is offered to them: one mail for both."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from academy.common.links import absolute_url
from academy.common.moments import clock, day
from academy.services import Message
from courses.models import CourseRun, Session
from enrolment.enums import InsteadOutcome
from enrolment.models import Enrolment

from .writing import course_address, facts, when, write


def run_replaced(
    enrolment: Enrolment,
    instead: CourseRun,
    outcome: InsteadOutcome,
    *,
    place: Enrolment | None,
    reason: str,
    removed: Iterable[Session] = (),
    at: datetime,
) -> None:
    """What became of the old dates and why, and what there is instead: an offer with its end, a place on the waiting
    list, the place that the person has there, or the way to enrol. Like `run_cancelled` it strikes the old dates.
    """
    write(
        enrolment,
        "cancelled",
        at,
        lambda title: Message(
            subject=_("Cancelled, and other dates for you: %(course)s") % {"course": title},
            paragraphs=[
                _("We are sorry: this course does not take place on the dates below."),
                _("The reason: %(reason)s") % {"reason": reason},
                *_instead(outcome, place),
            ],
            facts=[*facts(enrolment, title), *_dates(instead)],
            action=_action(enrolment, outcome),
        ),
        brings_dates=True,
        removed=removed,
    )


def _instead(outcome: InsteadOutcome, place: Enrolment | None) -> list[str]:
    if outcome == InsteadOutcome.OFFERED:
        until = {"day": day(place.offer_expires_at), "time": clock(place.offer_expires_at)}
        return [
            _("Instead we offer you a place on other dates. We keep it for you until %(day)s, %(time)s.") % until,
            _("Please take it or leave it to the next person. Without an answer it goes on by itself."),
        ]
    if outcome == InsteadOutcome.WAITING:
        return [
            _("On the other dates all places are taken at the moment. You are on the waiting list there."),
            _("As soon as a place is free for you, we write to you. You can leave the list at any time."),
        ]
    if outcome == InsteadOutcome.HAS_PLACE:
        return [_("You are entered for the other dates already. Nothing changes there.")]
    return [_("There are other dates. You have no place there yet: please enrol if they suit you.")]


def _dates(instead: CourseRun) -> list[tuple[str, str]]:
    dates = [
        (_("Other date"), f"{when(session)} ({session.own_place})" if session.own_place else when(session))
        for session in instead.sessions.all()
    ]
    place = [(_("Place of the other dates"), instead.place)] if instead.place else []
    return [*(dates or [(_("Other date"), _("whenever it suits you"))]), *place]


def _action(enrolment: Enrolment, outcome: InsteadOutcome) -> tuple[str, str]:
    if outcome == InsteadOutcome.OFFERED:
        return _("Answer the offer"), absolute_url("enrolment:my_places")
    if outcome == InsteadOutcome.TOLD:
        return _("Look for another date"), course_address(enrolment)
    return _("Open my places"), absolute_url("enrolment:my_places")
