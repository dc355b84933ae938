"""Menus: cached, and fresh as soon as a page changes."""

import pytest
from django.test import RequestFactory
from django.utils import translation

from home import context, selectors
from home.enums import PagePurpose
from tests.factories.home import standard_page

pytestmark = pytest.mark.django_db


def titles(place: str) -> list[str]:
    return [entry["title"] for entry in selectors.menus()[place]]


def test_menus_come_from_the_cache_the_second_time(site, django_assert_num_queries):
    standard_page(title="Beratung", slug="beratung", show_in_menus=True)
    selectors.menus()

    with django_assert_num_queries(0):
        assert "Beratung" in titles("main")


def test_menus_hold_the_pages_of_their_place_in_the_order_of_the_tree(site):
    standard_page(title="Beratung", slug="beratung", show_in_menus=True)
    standard_page(title="Impressum", slug="impressum", show_in_footer=True, purpose=PagePurpose.DGS)
    standard_page(title="Entwurf", slug="entwurf", show_in_menus=True, live=False)
    standard_page(language="en", title="Imprint", slug="imprint", show_in_footer=True)

    assert titles("main") == ["Fortbildungen", "Beratung"]
    assert selectors.menus()["footer"] == [{"title": "Impressum", "url": "/de/impressum/", "key": "dgs", "lang": ""}]
    with translation.override("en"):
        assert titles("footer") == ["Impressum", "Imprint"]


def test_menus_in_hungarian_lead_to_the_english_legal_notices(site):
    standard_page(language="hu", title="Párbeszéd", slug="parbeszed", show_in_menus=True)
    standard_page(language="en", title="Imprint", slug="imprint", show_in_footer=True)

    with translation.override("hu"):
        assert titles("main") == ["Párbeszéd"]
        assert selectors.menus()["footer"] == [{"title": "Imprint", "url": "/en/imprint/", "key": "", "lang": "en"}]


def test_menus_are_fresh_after_publishing(site):
    page = standard_page(title="Beratung", slug="beratung", show_in_menus=True)
    assert "Beratung" in titles("main")

    page.title = "Begleitung"
    page.save_revision().publish()

    assert "Begleitung" in titles("main")
    assert "Beratung" not in titles("main")


def test_menus_are_fresh_after_unpublishing(site):
    page = standard_page(title="Beratung", slug="beratung", show_in_menus=True)
    assert "Beratung" in titles("main")

    page.unpublish()

    assert "Beratung" not in titles("main")


def test_menus_are_fresh_after_deleting(site):
    page = standard_page(title="Beratung", slug="beratung", show_in_menus=True)
    assert "Beratung" in titles("main")

    page.delete()

    assert "Beratung" not in titles("main")


@pytest.mark.parametrize(
    ("path", "current"), [("/de/beratung/", "page"), ("/de/beratung/ablauf/", "true"), ("/de/", "")]
)
def test_menus_mark_where_the_visitor_is(site, path, current):
    standard_page(title="Beratung", slug="beratung", show_in_menus=True)

    entries = context.menus(RequestFactory().get(path))["main_menu"]

    assert {entry["title"]: entry["current"] for entry in entries}["Beratung"] == current
    assert "current" not in selectors.menus()["main"][0]
