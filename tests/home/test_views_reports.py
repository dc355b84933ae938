"""The form that anybody may use, the page of thanks, and the list of those who answer."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from academy.enums import Role
from home import services, views
from home.enums import ReportState
from home.models import AccessibilityReport
from tests.factories.academy import MembershipFactory
from tests.factories.reports import report

pytestmark = pytest.mark.django_db
FORM = "/de/report-barrier/"
GOOD = {"problem": "Ich komme nicht weiter.", "page": "/de/fortbildungen/?q=x", "answer_wish": "plain"}


@pytest.fixture
def visitor():
    """A browser without cookies, as strict as a real one."""
    return Client(enforce_csrf_checks=True)


def text_of(response) -> str:
    return response.content.decode()


# --- The form ------------------------------------------------------------------------------------------------------
def test_report_barrier_works_without_login_cookie_and_script(visitor):
    response = visitor.post(FORM, GOOD)

    made = AccessibilityReport.objects.get()
    assert response["Location"] == f"/de/report-barrier/thanks/{made.reference}/"
    assert (made.problem, made.page, made.email, made.language) == (GOOD["problem"], "/de/fortbildungen/", "", "de")
    thanks = visitor.get(response["Location"])
    assert made.reference in text_of(thanks)
    assert GOOD["problem"] not in text_of(thanks)
    assert visitor.cookies == {}


def test_report_barrier_fills_in_the_page_that_led_here(visitor):
    assert 'value="/de/fortbildungen/"' in text_of(visitor.get(f"{FORM}?page=/de/fortbildungen/"))
    assert "evil" not in re.search(r'name="page"[^>]*>', text_of(visitor.get(f"{FORM}?page=https://evil.example")))[0]


def test_report_barrier_keeps_what_was_typed_and_names_what_is_missing(visitor):
    response = visitor.post(FORM, {"page": "/de/", "answer_wish": "other", "email": "kein at"})

    html = text_of(response)
    assert response.status_code == 200
    assert "data-error-summary" in html
    for sentence in ("Bitte sagen Sie uns, was nicht geklappt hat.", "Bitte sagen Sie, wie wir Sie erreichen"):
        assert sentence in html
    assert 'value="kein at"' in html
    assert not AccessibilityReport.objects.exists()


def test_report_barrier_says_the_purpose_where_it_asks(visitor):
    html = text_of(visitor.get(FORM))

    assert "Wir nutzen Ihre Angaben nur, um Ihnen zu antworten" in html
    assert html.count("required") == 1 + 3  # what did not work, and the three choices that have one chosen


def test_report_barrier_shows_the_trap_to_a_person_who_fell_into_it(visitor):
    response = visitor.post(FORM, {**GOOD, "homepage": "https://spam.example"})

    html = text_of(response)
    assert "form__trap--open" in html
    assert "Bitte leeren Sie dieses Feld" in html
    assert GOOD["problem"] in html
    assert not AccessibilityReport.objects.exists()


def test_report_barrier_stops_a_flood_and_keeps_what_was_typed(visitor, monkeypatch):
    monkeypatch.setattr(views, "REPORTS_AN_HOUR", 2)
    for _number in range(2):
        assert visitor.post(FORM, GOOD).status_code == 302

    response = visitor.post(FORM, GOOD)

    assert response.status_code == 429
    assert GOOD["problem"] in text_of(response)
    assert AccessibilityReport.objects.count() == 2
    cache.clear()
    assert visitor.post(FORM, GOOD).status_code == 302


def test_report_barrier_in_hungarian_leads_to_english(visitor):
    response = visitor.get("/hu/report-barrier/?page=/hu/")

    assert response["Location"] == "/en/report-barrier/?page=/hu/"


def test_report_thanks_knows_real_numbers_only(visitor):
    assert visitor.get("/de/report-barrier/thanks/M-XXXXXXXX/").status_code == 404


@pytest.mark.parametrize(
    ("path", "carried"),
    [
        ("/de/fortbildungen/?q=geheim", "/de/fortbildungen/"),
        ("/de/approvals/sehr-geheim/", "/de/approvals/%E2%80%A6/"),
        ("/de/account/password/reset/key/1-geheim/", "/de/account/password/reset/key/%E2%80%A6-%E2%80%A6/"),
        ("/de/gibt-es-nicht/", "/de/gibt-es-nicht/"),
    ],
)
def test_every_page_carries_its_address_to_the_form_without_secrets(site, client, path, carried):
    html = text_of(client.get(path, follow=True))

    assert f'href="/de/report-barrier/?page={carried}"' in html


# --- The list ------------------------------------------------------------------------------------------------------
def as_role(client, role):
    client.force_login(MembershipFactory(role=role).user)
    return client


@pytest.mark.parametrize("role", Role.values)
def test_reports_exist_only_for_who_answers_and_who_is_told(client, now, role):
    made = report(at=now)
    as_role(client, role)
    expected = 200 if role in {"editor", "academy_office", "programme_lead"} else 404

    assert client.get("/de/accessibility-reports/").status_code == expected
    assert client.get(f"/de/accessibility-reports/{made.pk}/").status_code == expected


def test_programme_lead_reads_and_does_not_answer(client, now):
    made = report(at=now)
    html = text_of(as_role(client, Role.PROGRAMME_LEAD).get(f"/de/accessibility-reports/{made.pk}/"))

    assert made.problem in html
    assert 'name="action"' not in html


def test_report_list_puts_what_waits_first_and_marks_what_is_late_in_words(client, now):
    editor = MembershipFactory(role=Role.EDITOR).user
    answered, late = report(at=now), report(at=now, email="")
    services.answer_report(report=answered, answer="Danke.", actor=editor, at=now)
    AccessibilityReport.objects.filter(pk=late.pk).update(due_on="2020-01-01")
    client.force_login(editor)

    html = text_of(client.get("/de/accessibility-reports/"))

    assert html.index(late.reference) < html.index(answered.reference)
    assert html.count("überfällig</span>") == 1
    overdue = text_of(client.get("/de/accessibility-reports/?show=overdue"))
    assert late.reference in overdue
    assert answered.reference not in overdue
    assert client.get("/de/accessibility-reports/?show=nonsense").status_code == 200


def test_report_list_takes_the_same_queries_for_1_and_for_3_reports(client, now, django_assert_num_queries):
    as_role(client, Role.EDITOR)
    report(at=now, email="")
    client.get("/de/accessibility-reports/")
    for _number in range(2):
        with django_assert_num_queries(7):
            client.get("/de/accessibility-reports/")
        report(at=now, email="")
        report(at=now, email="")


def test_report_detail_answers_and_then_closes(client, now):
    made = report(at=now)
    as_role(client, Role.ACADEMY_OFFICE)
    path = f"/de/accessibility-reports/{made.pk}/"

    response = client.post(path, {"action": "answer", "answer-answer": "Wir haben es repariert."}, follow=True)
    assert "Die Antwort ist unterwegs." in text_of(response)
    client.post(path, {"action": "close", "close-note": "Knopf erreichbar."})

    made.refresh_from_db()
    assert (made.state, made.answer, made.closing_note) == (
        ReportState.CLOSED,
        "Wir haben es repariert.",
        "Knopf erreichbar.",
    )
    html = text_of(client.get(path))
    assert "Wir haben es repariert." in html
    assert 'name="action"' not in html


def test_report_detail_keeps_what_was_typed_when_a_rule_says_no(client, now):
    made = report(at=now)
    as_role(client, Role.EDITOR)

    html = text_of(
        client.post(f"/de/accessibility-reports/{made.pk}/", {"action": "close", "close-note": "Schon erledigt"})
    )

    assert "Bitte antworten Sie erst" in html
    assert "Schon erledigt" in html
    assert "data-error-summary" in html


@pytest.mark.parametrize(
    ("path", "is_link"),
    [("/de/fortbildungen/", True), ("//evil.example/", False), ("/\\evil.example", False), ("Startseite", False)],
)
def test_report_detail_links_pages_of_ours_only(client, now, path, is_link):
    made = report(at=now, page=path)
    html = text_of(as_role(client, Role.EDITOR).get(f"/de/accessibility-reports/{made.pk}/"))

    assert (f'<a href="{path}">{path}</a>' in html) == is_link
