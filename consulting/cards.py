"""The block of the start page: the processes that somebody facilitates, leads or takes part in."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from academy.common.registry import Card
from academy.enums import Role

from . import selectors
from .enums import ProcessAccess
from .selectors import Overview

CARD_ROWS = 5
LEADING_ROLES = {Role.FACILITATOR, Role.PROGRAMME_LEAD}


def own_processes_card(*, user, roles: set[str], at: datetime) -> Card | None:
    """Running processes, the most urgent first: what is overdue and what comes next. None for people without one."""
    if not roles:
        return None
    today = timezone.localdate(at)
    running = selectors.processes_visible_to(user, on=today).running().by_next_date().with_timetable()
    lines = selectors.overview_of(running[: CARD_ROWS + 1], user=user, on=today)
    if not lines and not roles & LEADING_ROLES:
        return None
    context = {
        "title": _heading(lines, roles),
        "lines": lines[:CARD_ROWS],
        "has_more": len(lines) > CARD_ROWS,
    }
    return Card(key="processes", order=20, template="consulting/_processes_card.html", context=context)


def _heading(lines: list[Overview], roles: set[str]) -> str:
    """Whose processes these are, as the person would say it."""
    if Role.FACILITATOR in roles:
        return _("My process facilitations")
    if roles & set(selectors.STAFF_ROLES) or any(line.access == ProcessAccess.READ for line in lines):
        return _("Our process facilitation")
    return _("Process facilitations")
