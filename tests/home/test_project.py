"""The page about the project and its poster (DOMAIN.md 6, F3 and F7)."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from academy import services
from academy.common import printing
from academy.enums import Role
from home.models import FundingSettings, ProjectPage
from tests.enrolment.pdf_text import open_pdf, text_of
from tests.factories.academy import OrganisationFactory, UserFactory
from tests.factories.home import home_page
from tests.factories.public_pages import PROJECT, project_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

PAGE = "/de/projekt/"
A3 = (pytest.approx(841.89, abs=0.5), pytest.approx(1190.55, abs=0.5))


# --- What must be there --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", sorted(PROJECT.keys() - {"aims", "results"}))  # lists are asked for by the form, below
def test_project_page_cannot_be_published_without(name):
    draft = project_page(live=False)
    setattr(draft, name, None if name.endswith("_on") else "")

    with pytest.raises(ValidationError) as refusal:
        draft.save_revision()

    assert set(refusal.value.message_dict) == {name}


def test_project_page_may_be_saved_as_a_draft_and_the_editor_reads_what_is_missing(client, now):
    editor = UserFactory()
    services.grant_membership(
        user=editor, role=Role.EDITOR, organisation=OrganisationFactory(), starts_on=now.date(), actor=None, at=now
    )
    client.force_login(editor)
    address = f"/cms/pages/add/home/projectpage/{home_page().pk}/"
    empty = {"title": "Projekt", "slug": "projekt", "comments-TOTAL_FORMS": 0}
    empty |= {f"{name}-count": 0 for name in ("aims", "results", "body")} | {"comments-INITIAL_FORMS": 0}

    refused = client.post(address, {**empty, "action-publish": "1"})
    client.post(address, empty)

    assert set(refused.context["form"].errors) == PROJECT.keys()
    assert "Bitte sagen Sie vor dem Veröffentlichen, was die Europäische Union unterstützt" in refused.content.decode()
    assert [page.live for page in ProjectPage.objects.all()] == [False]


def test_project_page_refuses_to_end_before_it_begins():
    draft = project_page(live=False, ends_on=date(2024, 1, 1))

    with pytest.raises(ValidationError, match="erste"):
        draft.save_revision()


# --- The page ------------------------------------------------------------------------------------------------------
def test_project_page_shows_everything_that_the_funder_asks_for(client):
    project_page(eu_amount=Decimal("846000.00"))

    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(PAGE).content.decode()))

    for part in [
        "Selbstorganisationen und Ämter zusammen.",
        "Alle kommen an ihre Leistung.",
        "Drei Ämter haben Abläufe geändert.",
        "Die Union trägt den größten Teil der Kosten.",
        "AMIF 2021–2027",
        PROJECT["co_funder"],
        "1. März 2025 bis 29. Februar 2028",
        "846.000 Euro",
        "Kofinanziert von der Europäischen Union",
    ]:
        assert part in text, part


def test_project_page_says_nothing_about_an_amount_that_is_not_given(client):
    project_page()

    assert "Betrag von der Europäischen Union" not in client.get(PAGE).content.decode()


def test_project_page_stands_in_the_footer_of_every_page(client):
    project_page()

    assert '<a href="/de/projekt/">Das Projekt</a>' in client.get("/de/account/login/").content.decode()


# --- The poster ----------------------------------------------------------------------------------------------------
def test_poster_shows_the_same_words_and_a_code_that_leads_to_the_page(client, settings):
    settings.BASE_URL = "https://zugang.demo.example"
    project_page()

    html = client.get(f"{PAGE}poster/").content.decode()

    for part in [
        "Alle kommen an ihre Leistung.",
        "Drei Ämter",
        "Die Union trägt",
        "https://zugang.demo.example/de/projekt/",
    ]:
        assert part in html, part
    assert "eu-emblem" in html
    assert 'src="data:image/svg+xml;base64,' in html
    assert "style=" not in html


def test_poster_of_a_draft_is_not_found(client):
    project_page(live=False)

    assert client.get(f"{PAGE}poster/").status_code == 404
    assert client.get(f"{PAGE}poster/pdf/").status_code == 404


@pytest.mark.parametrize(("language", "words"), [
    ("de", ["Ziele", "Ergebnisse", "Unterstützung durch", "Kofinanziert von der Europäischen Union"]),
    ("en", ["Aims", "Results", "Support by the European Union", "Co-funded by the European Union"]),
])  # fmt: skip
def test_poster_pdf_is_one_accessible_a3_sheet_with_everything_on_it(client, language, words):
    page = project_page(language, eu_amount=Decimal(846000))

    response = client.get(f"/{language}/projekt/poster/pdf/")

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="poster-projekt-a3.pdf"'
    text = " ".join(text_of(response.content).split())
    for part in [*words, page.title, "Alle kommen an ihre Leistung.", "Drei Ämter", f"/{language}/projekt/"]:
        assert part in text, part
    with open_pdf(response.content) as pdf:
        assert [tuple(map(float, sheet.MediaBox[2:])) for sheet in pdf.pages] == [A3]
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == language
        assert "pdfuaid:part" in pdf.Root.Metadata.read_bytes().decode()


def test_poster_pdf_is_typeset_once_until_something_changes(client, monkeypatch):
    page = project_page()
    calls, render = [], printing.render_pdf
    monkeypatch.setattr(printing, "render_pdf", lambda *args, **values: calls.append(1) or render(*args, **values))

    for _time in range(2):
        client.get(f"{PAGE}poster/pdf/")
    assert len(calls) == 1

    page.summary = "Anders."
    page.save_revision().publish()
    assert "Anders." in text_of(client.get(f"{PAGE}poster/pdf/").content)


def test_poster_pdf_has_the_logo_of_the_co_funder(client):
    project_page()
    without = client.get(f"{PAGE}poster/pdf/").content
    row = FundingSettings.load()
    row.co_funder_logo = get_image_model().objects.create(title="Logo", file=get_test_image_file(size=(640, 200)))
    row.save()

    with open_pdf(client.get(f"{PAGE}poster/pdf/").content) as pdf, open_pdf(without) as before:
        assert len(pdf.pages[0].Resources.XObject) == len(before.pages[0].Resources.get("/XObject", {})) + 1
        assert len(pdf.pages) == 1


def test_poster_pdf_stays_on_one_sheet_with_the_longest_texts(client):
    line = "Beschäftigte in Einwanderungsbürgerämtern erkennen Benachteiligung " * 3
    lines = [("line", line[:160])] * 5
    project_page(summary=(line * 4)[:700], aims=lines, results=lines, eu_support=(line * 3)[:500])

    with open_pdf(client.get(f"{PAGE}poster/pdf/").content) as pdf:
        assert len(pdf.pages) == 1
