"""Blocks of the start page: what waits for an answer, own dates, where to go on learning, what a trainer does next."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from academy.common.registry import Card
from academy.enums import Role
from courses.models import Session

from . import clashes, figures, selectors, services
from .models import Approval, Booking, Enrolment

CARD_ROWS = 5
REQUEST_ROWS = 20
TEACHING_ROLES = {Role.TRAINER, Role.ACADEMY_OFFICE}
LEARNING_ROLES = {Role.PARTICIPANT, Role.UNIT_STAFF, Role.GROUP_MEMBER}


def start_cards(*, user, roles: set[str], at: datetime) -> list[Card]:
    """All blocks of this app. One maker for all of them, so that the titles of courses are fetched once."""
    requests = list(selectors.requests_to_answer(user, at=at)[:REQUEST_ROWS])
    dates = list(selectors.next_dates(user, at=at)[:CARD_ROWS])
    waiting = list(selectors.places_not_settled(user)[:CARD_ROWS])
    learning = list(selectors.places_to_continue(user)[:CARD_ROWS])
    keeps_lists = bool(roles & TEACHING_ROLES)
    teaching = list(selectors.sessions_to_keep(user, at=at)[:CARD_ROWS]) if keeps_lists else []
    is_contact = Role.ORGANISATION_CONTACT in roles
    bookings = list(selectors.bookings_to_name(user, on=timezone.localdate(at))[:CARD_ROWS]) if is_contact else []
    runs = [approval.enrolment.run for approval in requests]
    runs += [row.run for row in (*dates, *waiting, *learning, *teaching)]
    selectors.fetch_titles(run.course for run in runs)

    cards = []
    if requests or Role.APPROVER in roles:
        cards.append(requests_card(requests))
    if is_contact:
        cards.append(organisation_card(bookings))
    if keeps_lists:
        answers = selectors.waiting_answers(user) if Role.TRAINER in roles else None
        cards.append(teaching_card(teaching, answers, is_office=Role.ACADEMY_OFFICE in roles, at=at))
    if dates or (not waiting and (not roles or roles & LEARNING_ROLES)):
        cards.append(dates_card(dates))
    if waiting:
        cards.append(waiting_card(waiting))
    if learning:
        cards.append(learning_card(learning))
    return cards


def requests_card(requests: list[Approval]) -> Card:
    """What a supervisor is asked: the same words as in the mail, and its link."""
    items = [
        {
            "title": _("%(name)s: %(course)s")
            % {
                "name": approval.enrolment.learner,
                "course": approval.enrolment.run.course.outward_title(get_language()),
            },
            "url": reverse("enrolment:approve", args=[services.approval_token(approval)]),
            "due": approval.expires_at,
            "icon": "mail",
            **(
                {"state": "council", "label": _("staff council involvement in progress")}
                if approval.council_since
                else {}
            ),
        }
        for approval in requests
    ]
    return Card(key="requests", order=5, template="enrolment/_requests_card.html", context={"request_items": items})


def organisation_card(bookings: list[Booking]) -> Card:
    """Bookings with places that have no name yet, or that are waited for; the most urgent one first."""
    lines = [{"booking": booking, "title": booking.run.course.title(get_language())} for booking in bookings]
    context = {"booking_lines": lines}
    return Card(key="organisation", order=8, template="enrolment/_organisation_card.html", context=context)


def dates_card(sessions: list[Session]) -> Card:
    """The next dates; where there is none, the way to the catalogue."""
    clashing = clashes.marks(sessions)
    items = [
        {"session": session, "title": session.run.course.title(get_language()), "clashes": position in clashing}
        for position, session in enumerate(sessions)
    ]
    return Card(key="dates", order=12, template="enrolment/_dates_card.html", context={"date_items": items})


def waiting_card(places: list[Enrolment]) -> Card:
    """Places that wait for a supervisor or for a free seat."""
    items = [{"place": place, "title": place.run.course.title(get_language())} for place in places]
    return Card(key="open", order=13, template="enrolment/_open_card.html", context={"open_items": items})


def learning_card(places: list[Enrolment]) -> Card:
    """Courses with steps that are not all done, with the figures of their own pages."""
    progress = services.step_progress_of_places(places)
    items = [
        {
            "title": place.run.course.title(get_language()),
            "url": reverse("enrolment:learn", args=[place.pk]),
            "meta": _learning_words(progress[place.pk]),
            "icon": "play",
        }
        for place in places
    ]
    return Card(key="learning", order=15, template="enrolment/_learning_card.html", context={"learning_items": items})


def _learning_words(progress: services.LearningProgress) -> str:
    counts = {"done": progress.done_count, "total": progress.step_count}
    steps = ngettext("%(done)s of %(total)s step done", "%(done)s of %(total)s steps done", counts["total"]) % counts
    return " · ".join(filter(None, [steps, figures.time_left_words(progress)]))


def teaching_card(sessions: list[Session], answers: dict | None, *, is_office: bool, at: datetime) -> Card:
    """The dates of a trainer's runs, the office's of all: those whose attendance is missing, and the next ones. Before
    them how many answers to tasks wait for the trainer, and since when.
    """
    items = [_teaching_item(session, at=at) for session in sessions]
    context = {"teaching_items": items, "waiting_answers": answers and {**answers, "now": at}, "is_office": is_office}
    return Card(key="teaching", order=10, template="enrolment/_teaching_card.html", context=context)


def _teaching_item(session: Session, *, at: datetime) -> dict:
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
