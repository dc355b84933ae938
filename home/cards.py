"""Blocks of the start page: reports on accessibility that wait for an answer, and the review of the statement."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from academy.common.registry import Card
from academy.enums import Role

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


def statement_card(*, user, roles: set[str], at: datetime) -> Card | None:
    """For editors, from eleven months after the last review on: the statement must be compared with the website."""
    if not (user.is_superuser or str(Role.EDITOR) in roles):
        return None
    today = timezone.localdate(at)
    items = [
        {
            "title": page.title,
            "url": reverse("wagtailadmin_pages:edit", args=[page.pk]),
            "due": page.next_review_on,
            "overdue": page.next_review_on < today,
            "icon": "accessibility",
        }
        for page in selectors.statements_to_review(on=today)
    ]
    if not items:
        return None
    context = {"statement_items": items}
    return Card(key="statement", order=9, template="home/_statement_card.html", context=context)
