"""Publications: the list, and one with its files, formats and whether they are accessible."""

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from home.models import PublicationFile
from tests.factories.academy import OrganisationFactory
from tests.factories.public_pages import pdf_document, publication, publication_index

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

LIST = "/de/veroeffentlichungen/"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def text_of(client, address) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(address).content.decode()))


def test_list_says_that_there_is_nothing_yet(client):
    publication_index()

    assert "Noch keine Veröffentlichungen" in text_of(client, LIST)


def test_list_names_kind_year_and_each_file(client):
    files = [
        {"document": pdf_document(), "language": "de"},
        {"document": pdf_document(), "language": "en", "is_accessible": False, "reason": "Alter Scan."},
    ]
    publication(publication_index(), files=files, kind="report")

    text = text_of(client, LIST)

    assert "Bericht, 2026" in text
    assert "PDF, Deutsch, barrierefrei" in text
    assert "PDF, English, nicht barrierefrei" in text


def test_list_of_one_year_leaves_out_the_others(client):
    index = publication_index()
    publication(index, title="Alt", on=date(2025, 1, 1))
    publication(index, title="Neu", on=date(2026, 1, 1))

    text = text_of(client, f"{LIST}?year=2025")

    assert "Alt" in text
    assert "Neu " not in text


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_for_one_and_for_three_publications(client, django_assert_num_queries, count):
    index = publication_index()
    for number in range(count):
        publication(index, title=f"Heft {number}", files=[{"document": pdf_document()}])
    client.get(LIST)

    with django_assert_num_queries(5):
        assert client.get(LIST).content.decode().count("card__link") == count


def test_publication_shows_files_with_format_size_language_and_access(client):
    organisation = OrganisationFactory(name="Bündnis Vielstimmig e. V. (Demo)")
    files = [
        {"document": pdf_document(title="Heft zum Lesen"), "language": "de"},
        {
            "document": pdf_document(),
            "language": "hu",
            "is_accessible": False,
            "reason": "Nur als Scan; Text auf Anfrage.",
        },
    ]
    publication(
        publication_index(),
        slug="heft",
        files=files,
        authors=[organisation],
        ordering_note="<p>Kostenlos bestellen.</p>",
    )

    text = text_of(client, f"{LIST}heft/")

    assert "Heft zum Lesen (PDF, 2,0 KB) Deutsch · barrierefrei" in text
    assert "Magyar · nicht barrierefrei: Nur als Scan; Text auf Anfrage." in text
    assert "Herausgegeben von Bündnis Vielstimmig e. V. (Demo)" in text
    assert "Kostenlos bestellen." in text


def test_publication_without_a_file_says_so(client):
    publication(publication_index(), slug="heft", body=[("text", "<p>Der ganze Text.</p>")])

    text = text_of(client, f"{LIST}heft/")

    assert "Es gibt keine Datei zum Herunterladen." in text
    assert "Der ganze Text." in text


@pytest.mark.parametrize("count", [1, 3])
def test_publication_asks_the_same_for_one_and_for_three_files(client, django_assert_num_queries, count):
    files = [{"document": pdf_document()} for _number in range(count)]
    publication(publication_index(), slug="heft", files=files, authors=OrganisationFactory.create_batch(count))
    client.get(f"{LIST}heft/")

    with django_assert_num_queries(5):
        client.get(f"{LIST}heft/")


def test_file_that_is_not_accessible_says_why():
    file = PublicationFile(document=pdf_document(), is_accessible=False, reason=" ")

    with pytest.raises(ValidationError, match="barrierefrei"):
        file.clean()
    file.reason = "Alter Scan; Text auf Anfrage."
    file.clean()
