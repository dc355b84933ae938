"""The accessibility statement (A3): every part of the law, linked from every page, never older than a year."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from academy.enums import Role
from academy.models import OutgoingMail
from home import review, services
from home.audit_checks import broken_promises
from home.cards import statement_card
from home.checks import templates_are_reviewed
from home.enums import Conformance
from home.models import AccessibilityStatementPage
from tests.factories.academy import MembershipFactory
from tests.factories.home import home_page

GAP = {
    "type": "gap",
    "value": {"what": "Video in DGS", "reason": "non_compliant", "why": "Es fehlt noch.", "instead": "Der Text."},
}
BURDEN = {
    "type": "gap",
    "value": {"what": "Alte Protokolle", "reason": "burden", "why": "Es sind 4.000 Seiten.", "instead": ""},
}
PARTS = {
    "title": "Erklärung zur Barrierefreiheit",
    "slug": "barrierefreiheit",
    "lead": "Für die Website der Fachstelle.",
    "gaps": [GAP, BURDEN],
    "prepared_on": date(2026, 1, 5),
    "reviewed_on": date(2026, 11, 2),
    "contact": "Fachstelle\nbarriere@example.org",
    "enforcement_name": "Landesbeauftragte für digitale Barrierefreiheit",
    "enforcement_text": "Wenn Sie nach einem Monat keine Antwort haben.",
    "enforcement_url": "https://www.berlin.de/lb/digitale-barrierefreiheit/",
}


def statement(language="de", *, live=True, **changed) -> AccessibilityStatementPage:
    parent = home_page(language)
    given = {**PARTS, **changed}
    gaps = AccessibilityStatementPage._meta.get_field("gaps").stream_block.to_python(given.pop("gaps"))
    page = AccessibilityStatementPage(locale=parent.locale, gaps=gaps, live=False, **given)
    parent.add_child(instance=page)
    if live:
        page.save_revision().publish()
    return page


# --- Dates ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 26), 12, date(2027, 11, 26)),
        (date(2026, 11, 26), 11, date(2027, 10, 26)),
        (date(2026, 3, 31), 11, date(2027, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_later_stays_in_the_month(day, months, expected):
    assert review.months_later(day, months) == expected


def test_review_is_due_after_11_months_and_too_old_after_12():
    day = date(2026, 1, 15)

    assert [review.is_due(day, on=on) for on in (date(2026, 12, 14), date(2026, 12, 15))] == [False, True]
    assert [review.is_too_old(day, on=on) for on in (date(2027, 1, 15), date(2027, 1, 16))] == [False, True]


def test_templates_that_we_ship_were_reviewed_within_a_year():
    """The build fails when this is too old: review the templates as docs/accessibility-review.md says."""
    assert timezone.localdate() >= review.TEMPLATES_REVIEWED_ON
    assert not review.is_too_old(review.TEMPLATES_REVIEWED_ON, on=timezone.localdate())


@pytest.mark.parametrize(("months", "expected"), [(10, []), (11, ["home.W001"]), (13, ["home.E001"])])
def test_deploy_check_warns_after_11_months_and_stops_after_12(monkeypatch, months, expected):
    reviewed = review.months_later(timezone.localdate(), -months) - timedelta(days=1)
    monkeypatch.setattr(review, "TEMPLATES_REVIEWED_ON", reviewed)

    assert [found.id for found in templates_are_reviewed(None)] == expected


# --- The page ------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_statement_shows_every_part_of_the_law_as_html(site, client):
    statement()

    html = client.get("/de/barrierefreiheit/").content.decode()

    for part in (
        "teilweise barrierefrei",
        "Es erfüllt die Anforderungen noch nicht",
        "Es wäre eine unverhältnismäßige Belastung",
        "Video in DGS",
        "Der Text.",
        "eine eigene Bewertung",
        '<time datetime="2026-01-05">',
        '<time datetime="2026-11-02">',
        f'<time datetime="{review.TEMPLATES_REVIEWED_ON.isoformat()}">',
        '<a href="/de/report-barrier/">Barriere melden</a>',
        "mailto:barriere@example.org",
        'href="https://www.berlin.de/lb/digitale-barrierefreiheit/"',
    ):
        assert part in html, part
    assert "Das Gesetz gilt dafür nicht" not in html


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/de/", "/de/fortbildungen/", "/de/account/login/", "/de/gibt-es-nicht/"])
def test_statement_is_linked_from_every_page_without_a_tick(site, client, path):
    statement()

    assert 'href="/de/barrierefreiheit/"' in client.get(path).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"enforcement_url": ""}, "enforcement_url"),
        ({"contact": ""}, "contact"),
        ({"reviewed_on": None}, "reviewed_on"),
        ({"reviewed_on": date(2025, 1, 1)}, "reviewed_on"),
        ({"gaps": []}, "gaps"),
        ({"conformance": Conformance.FULL}, "gaps"),
    ],
)
def test_statement_refuses_what_the_law_does_not_allow(site, changed, field):
    page = statement(live=False)
    gaps = AccessibilityStatementPage._meta.get_field("gaps").stream_block
    for name, value in changed.items():
        setattr(page, name, gaps.to_python(value) if name == "gaps" else value)

    with pytest.raises(ValidationError) as refused:
        page.full_clean()

    assert list(refused.value.message_dict) == [field]


@pytest.mark.django_db
def test_statement_in_leichte_sprache_is_told_in_its_own_words(site, client):
    statement("de-simple", gaps=[], in_brief="<p>Das ist schon gut.</p>", prepared_on=None, contact="").full_clean()

    with translation.override("de-simple"):  # which the request would leave behind for the next test
        html = client.get("/de-simple/barrierefreiheit/").content.decode()

    assert "Das ist schon gut." in html
    assert "BITV" not in html
    assert "Entwurf" in html


# --- Reminders -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_reminder_goes_to_the_editors_once_for_each_review(site, now):
    page = statement(prepared_on=date(2024, 1, 1), reviewed_on=date(2025, 12, 19))
    editor = MembershipFactory(role=Role.EDITOR).user

    assert services.remind_of_review(at=now) == 0  # 18 November 2026
    for days in (1, 2):
        assert services.remind_of_review(at=now + timedelta(days=days)) == 1

    mail = OutgoingMail.objects.get()
    assert mail.person == editor
    assert f"/cms/pages/{page.pk}/edit/" in mail.text
    assert "19. Dezember 2025" in mail.text
    assert "19. Dezember 2026" in mail.text


@pytest.mark.django_db
def test_statement_card_is_for_editors_while_a_review_is_due(site, now):
    statement(prepared_on=date(2024, 1, 1), reviewed_on=date(2025, 10, 1))
    editor = MembershipFactory(role=Role.EDITOR).user

    card = statement_card(user=editor, roles={"editor"}, at=now)

    (item,) = card.context["statement_items"]
    assert (item["due"], item["overdue"]) == (date(2026, 10, 1), True)
    assert statement_card(user=editor, roles={"academy_office"}, at=now) is None
    assert statement_card(user=editor, roles={"editor"}, at=now - timedelta(days=120)) is None


@pytest.mark.django_db
def test_audit_names_a_statement_that_is_older_than_a_year(site):
    today = timezone.localdate()
    page = statement(prepared_on=date(2020, 1, 1), reviewed_on=review.months_later(today, -12))
    assert list(broken_promises()) == []
    AccessibilityStatementPage.objects.filter(pk=page.pk).update(reviewed_on=date(2020, 1, 1))

    assert list(broken_promises()) == [f"accessibility statement {page.url_path}: last reviewed on 2020-01-01"]
