"""Blocks of the start page: reports on accessibility that wait for an answer."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from academy.common.registry import Card

from . import permissions, selectors

CARD_ROWS = 5


def reports_card(*, user, roles: set[str], at: datetime) -> Card | None:
    """Reports without an answer, the first due date first; the programme lead is shown only those that are late."""
    if not (user.is_superuser or roles & {str(role) for role in permissions.ESCALATION_ROLES}):
        return None
    today = timezone.localdate(at)
    visible = selectors.reports_visible_to(user)
    answers = permissions.can_answer_reports(user)
    waiting = visible.waiting() if answers else visible.overdue(on=today)
    reports, number = list(waiting[:CARD_ROWS]), waiting.count()
    if not reports:
        return None
    items = [
        {
            "title": _("Report %(number)s") % {"number": report.reference},
            "meta": report.page,
            "url": report.get_absolute_url(),
            "due": report.due_on,
            "overdue": report.is_overdue(on=today),
            "icon": "accessibility",
        }
        for report in reports
    ]
    heading = ngettext(
        "%(number)s reported barrier of the website waits for an answer",
        "%(number)s reported barriers of the website wait for an answer",
        number,
    ) % {"number": number}
    context = {"report_items": items, "report_heading": heading}
    return Card(key="reports", order=8, template="home/_reports_card.html", context=context)
