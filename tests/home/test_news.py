"""News: the list by year, one entry, the feed, and the newest ones on the start page."""

import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import PageViewRestriction

from home import selectors
from tests.factories.home import home_page
from tests.factories.public_pages import news_entry, news_index

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

ATOM = "{http://www.w3.org/2005/Atom}"
TITLES = re.compile(r'<a class="card__link" href="[^"]*">([^<]*)</a>')
LIST = "/de/aktuelles/"


def titles(client, address=LIST) -> list[str]:
    return TITLES.findall(client.get(address).content.decode())


def an_image():
    return get_image_model().objects.create(title="Bild", file=get_test_image_file(size=(1600, 900)))


# --- The list ------------------------------------------------------------------------------------------------------
def test_list_says_that_there_is_nothing_yet(client):
    news_index()

    html = client.get(LIST).content.decode()

    assert "Noch keine Neuigkeiten" in html
    assert 'class="tabs"' not in html


def test_list_has_the_newest_first_and_leaves_out_drafts_and_what_not_everybody_may_read(client):
    index = news_index()
    news_entry(index, title="Alt", on=date(2025, 5, 1))
    news_entry(index, title="Neu", on=date(2026, 11, 2))
    news_entry(index, title="Entwurf", live=False)
    secret = news_entry(index, title="Geheim")
    PageViewRestriction.objects.create(page=secret, restriction_type=PageViewRestriction.LOGIN)

    assert titles(client) == ["Neu", "Alt"]


def test_list_of_one_year_keeps_the_year_in_the_address(client):
    index = news_index()
    for number in range(13):
        news_entry(index, title=f"Neu {number}", on=date(2026, 1, 1) + timedelta(days=number))
    news_entry(index, title="Alt", on=date(2025, 5, 1))

    html = client.get(LIST, {"year": "2026"}).content.decode()

    assert titles(client, f"{LIST}?year=2025") == ["Alt"]
    assert TITLES.findall(html)[0] == "Neu 12"
    assert 'href="/de/aktuelles/?year=2026" aria-current="page"' in html
    assert 'href="?year=2026&amp;page=2"' in html
    assert titles(client, f"{LIST}?year=2026&page=2") == ["Neu 0"]


@pytest.mark.parametrize("query", ["?year=1999", "?year=x", "?page=99", "?page=-1", "?year=²&page=²"])
def test_list_ignores_what_makes_no_sense_in_the_address(client, query):
    news_entry(news_index(), title="Neu")

    assert titles(client, LIST + query) == ["Neu"]


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_for_one_and_for_three_entries(client, django_assert_num_queries, count):
    index = news_index()
    for number in range(count):
        news_entry(index, title=f"Neu {number}", image=an_image(), image_is_decorative=True)
    client.get(LIST)

    with django_assert_num_queries(5):
        assert len(titles(client)) == count


# --- One entry -----------------------------------------------------------------------------------------------------
def test_entry_shows_day_lead_picture_and_body(client):
    body = [("text", "<p>Mehr dazu.</p>")]
    news_entry(news_index(), slug="neu", image=an_image(), image_alt="Ein Schalter ohne Scheibe", body=body)

    html = client.get("/de/aktuelles/neu/").content.decode()

    assert "3. November 2026" in html
    assert "Die Anmeldung ist offen." in html
    assert re.search(r'<img[^>]*alt="Ein Schalter ohne Scheibe"', html)
    assert "Mehr dazu." in html


def test_entry_with_a_picture_that_nobody_describes_cannot_be_published():
    draft = news_entry(news_index(), live=False, image=an_image())

    with pytest.raises(ValidationError, match="Schmuck"):
        draft.save_revision()

    draft.image_is_decorative = True
    draft.save_revision().publish()
    assert draft.alt == ""


def test_entry_without_a_lead_cannot_be_published():
    draft = news_entry(news_index(), live=False)
    draft.lead = ""

    with pytest.raises(ValidationError, match="Vorspann"):
        draft.save_revision()


# --- The feed ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("language", "line"), [
    ("de", "Kofinanziert von der Europäischen Union"),
    ("en", "Co-funded by the European Union"),
])  # fmt: skip
def test_feed_speaks_the_language_of_its_list_and_names_who_pays(client, settings, language, line):
    settings.BASE_URL = "https://zugang.demo.example"
    index = news_index(language, title="Aktuelles & mehr")
    news_entry(index, title="Alt", on=date(2025, 5, 1))
    news_entry(index, title="Teilnehmer*innen <gesucht>", slug="neu")
    news_entry(index, title="Entwurf", live=False)

    response = client.get(f"/{language}/aktuelles/feed/")

    root = ET.fromstring(response.content)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    assert root.findtext(f"{ATOM}rights") == line
    entries = root.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["Teilnehmer*innen <gesucht>", "Alt"]
    assert entries[0].find(f"{ATOM}link").get("href") == f"https://zugang.demo.example/{language}/aktuelles/neu/"
    assert entries[0].findtext(f"{ATOM}published").startswith("2026-11-03T12:00:00")


def test_list_names_its_feed(client):
    news_index()

    html = client.get(LIST).content.decode()

    assert '<link rel="alternate" type="application/atom+xml" href="/de/aktuelles/feed/"' in html
    assert client.get("/de/aktuelles/gibt-es-nicht/").status_code == 404


# --- The newest ones elsewhere -------------------------------------------------------------------------------------
def show_news_on_the_start_page(index) -> None:
    home, value = home_page(), {"heading": "Neuigkeiten", "count": 2, "page": index.pk, "link": "Alle Neuigkeiten"}
    home.body = home._meta.get_field("body").stream_block.to_python([{"type": "latest_news", "value": value}])
    home.save_revision().publish()


def test_start_page_shows_the_newest_of_its_language_and_the_way_to_all(client):
    index = news_index()
    show_news_on_the_start_page(index)
    for number in range(3):
        news_entry(index, title=f"Neu {number}", on=date(2026, 1, 1 + number))
    news_entry(news_index("en"), title="English")

    html = client.get("/de/").content.decode()

    shown = [title for title in TITLES.findall(html) if title.startswith(("Neu ", "English"))]
    assert shown == ["Neu 2", "Neu 1"]
    assert '<a href="/de/aktuelles/">Alle Neuigkeiten</a>' in html


def test_start_page_shows_no_empty_section(client):
    show_news_on_the_start_page(news_index())

    assert "Alle Neuigkeiten" not in client.get("/de/").content.decode()


def test_latest_news_takes_one_query(django_assert_num_queries):
    index = news_index()
    for number in range(3):
        news_entry(index, title=f"Neu {number}")
    selectors.latest_news(count=3)

    with django_assert_num_queries(1):
        assert len(selectors.latest_news(count=3)) == 3
