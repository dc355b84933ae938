"""Blocks of the start page: own dates, what waits for an answer, where to go on learning, what a trainer does next."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from academy.common.registry import Card
from academy.enums import Role

from . import selectors, services
from .models import Approval

CARD_ROWS = 5
REQUEST_ROWS = 20
LEARNING_ROLES = {Role.PARTICIPANT, Role.UNIT_STAFF, Role.GROUP_MEMBER}


def place_cards(*, user, roles: set[str], at: datetime) -> list[Card]:
    """Requests to answer as a supervisor, the next dates, and places that are not settled; titles fetched for all."""
    requests = list(selectors.requests_to_answer(user, at=at)[:REQUEST_ROWS])
    dates = list(selectors.next_dates(user, at=at)[:CARD_ROWS])
    places = list(selectors.places_not_settled(user)[:CARD_ROWS])
    courses = [approval.enrolment.run.course for approval in requests]
    courses += [session.run.course for session in dates] + [place.run.course for place in places]
    selectors.fetch_titles(courses)
    cards = []
    if requests:
        items = [_request_item(approval) for approval in requests]
        cards.append(Card("requests", 5, "enrolment/_requests_card.html", {"request_items": items}))
    if dates or (not places and (not roles or roles & LEARNING_ROLES)):
        items = [{"session": session, "title": session.run.course.title(get_language())} for session in dates]
        cards.append(Card("dates", 12, "enrolment/_dates_card.html", {"date_items": items}))
    if places:
        items = [{"place": place, "title": place.run.course.title(get_language())} for place in places]
        cards.append(Card("open", 13, "enrolment/_open_card.html", {"open_items": items}))
    return cards


def _request_item(approval: Approval) -> dict:
    """The same facts as in the mail, and its link."""
    return {
        "title": _("%(name)s: %(course)s")
        % {
            "name": approval.enrolment.learner,
            "course": approval.enrolment.run.course.outward_title(get_language()),
        },
        "url": reverse("enrolment:approve", args=[services.approval_token(approval)]),
        "due": approval.expires_at,
        "icon": "mail",
    }


def learning_card(*, user, roles: set[str], at: datetime) -> Card | None:
    """Courses with steps that are not all done. None where there is none."""
    places = list(selectors.places_to_continue(user)[:CARD_ROWS])
    if not places:
        return None
    items = [
        {
            "title": place.run.course.title(get_language()),
            "url": reverse("enrolment:learn", args=[place.pk]),
            "meta": ngettext("%(done)s of %(total)s step done", "%(done)s of %(total)s steps done", place.step_count)
            % {"done": place.done_count, "total": place.step_count},
            "icon": "play",
        }
        for place in places
    ]
    return Card(key="learning", order=15, template="enrolment/_learning_card.html", context={"learning_items": items})


def teaching_card(*, user, roles: set[str], at: datetime) -> Card | None:
    """A trainer's dates: those whose attendance is missing, and the next ones."""
    if Role.TRAINER not in roles:
        return None
    sessions = selectors.sessions_of_trainer(user, at=at)[:CARD_ROWS]
    items = [_teaching_item(session, at=at) for session in sessions]
    return Card(key="teaching", order=10, template="enrolment/_teaching_card.html", context={"teaching_items": items})


def _teaching_item(session, *, at: datetime) -> dict:
    item = {
        "title": session.run.course.title(get_language()),
        "url": reverse("enrolment:roster", args=[session.run_id]),
        "session": session,
        "icon": "calendar",
    }
    if session.starts_at <= at and not session.is_ticked:
        item["url"] = reverse("enrolment:attendance", args=[session.run_id, session.pk])
        item |= {"state": "due", "label": _("attendance is missing")}
    return item
