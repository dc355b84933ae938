"""The block of the start page: reports that wait, for those who answer; late ones for the programme lead as well."""

from datetime import timedelta

import pytest

from academy.enums import Role
from home.audit_checks import broken_promises
from home.cards import reports_card
from home.models import AccessibilityReport
from home.services import close_report
from tests.factories.academy import MembershipFactory
from tests.factories.reports import report

pytestmark = pytest.mark.django_db
LATE = timedelta(days=31)


def card_for(role: Role, at):
    return reports_card(user=MembershipFactory(role=role).user, roles={str(role)}, at=at)


@pytest.mark.parametrize("role", Role.values)
def test_reports_card_is_for_who_answers_and_late_ones_for_the_programme_lead(now, role):
    report(at=now, email="")
    answers = role in {"editor", "academy_office"}

    assert (card_for(role, now) is not None) == answers
    assert (card_for(role, now + LATE) is not None) == (answers or role == "programme_lead")


def test_reports_card_says_how_many_wait_and_until_when(now):
    made = report(at=now, email="")
    card = card_for(Role.EDITOR, now)

    assert card.context["report_heading"] == "1 Meldung zur Barrierefreiheit wartet auf Antwort"
    (item,) = card.context["report_items"]
    assert (item["due"], item["overdue"]) == (made.due_on, False)
    report(at=now, email="")
    late = card_for(Role.EDITOR, now + LATE)
    assert late.context["report_heading"] == "2 Meldungen zur Barrierefreiheit warten auf Antwort"
    assert [item["overdue"] for item in late.context["report_items"]] == [True, True]


def test_reports_card_is_not_there_while_nothing_waits(now):
    assert card_for(Role.EDITOR, now) is None


def test_audit_names_answers_that_are_late_and_contacts_that_were_kept(now):
    late, kept = report(at=now, email=""), report(at=now, email="")
    editor = MembershipFactory(role=Role.EDITOR).user
    close_report(report=kept, note="Repariert.", actor=editor, at=now)
    assert list(broken_promises()) == []
    AccessibilityReport.objects.filter(pk=late.pk).update(due_on="2020-01-01")
    AccessibilityReport.objects.filter(pk=kept.pk).update(closed_at="2020-01-01T00:00Z")

    assert list(broken_promises()) == [
        f"report {late.reference}: an answer was due on 2020-01-01",
        f"report {kept.reference}: closed on 2020-01-01, and contact details are still kept",
    ]
