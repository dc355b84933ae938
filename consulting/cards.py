"""The block of the start page: the processes that somebody facilitates, leads or takes part in."""

from datetime import datetime

from django.utils import timezone

from academy.common.registry import Card
from academy.enums import Role

from . import selectors
from .enums import Pace, ProcessAccess

CARD_ROWS = 5
CARD_ROLES = {Role.PROGRAMME_LEAD, Role.FACILITATOR, Role.MSO, *selectors.STAFF_ROLES}


def own_processes_card(*, user, roles: set[str], at: datetime) -> Card | None:
    """Running processes, the most urgent first: what is overdue and what comes next. None for people without one."""
    if not roles & CARD_ROLES:
        return None
    today = timezone.localdate(at)
    running = selectors.processes_visible_to(user, on=today).running().by_next_date().with_timetable()
    lines = selectors.overview_of(running[: CARD_ROWS + 1], user=user, on=today)
    if not lines and not roles & {Role.FACILITATOR, Role.PROGRAMME_LEAD}:
        return None
    context = {
        "facilitates": any(line.access == ProcessAccess.WRITE for line in lines) or bool(roles & {Role.FACILITATOR}),
        "lines": lines[:CARD_ROWS],
        "has_more": len(lines) > CARD_ROWS,
        "overdue": sum(line.schedule.pace == Pace.OVERDUE for line in lines[:CARD_ROWS]),
    }
    return Card(key="processes", order=20, template="consulting/_processes_card.html", context=context)
