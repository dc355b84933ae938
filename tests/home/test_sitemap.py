"""The list of pages for search engines: what is public, in each language, and nothing else."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import PageViewRestriction

from tests.factories.course_pages import course_page, reading_step
from tests.factories.home import home_page, standard_page
from tests.factories.statements import StatementFactory

pytestmark = pytest.mark.usefixtures("site")


def entries(client) -> dict[str, str]:
    """The entry of each path."""
    response = client.get("/sitemap.xml")
    assert response.headers["Content-Type"] == "application/xml"
    found = re.findall(r"(?s)<url>\s*<loc>(.*?)</loc>(.*?)</url>", response.text)
    return {re.sub(r"^https?://[^/]+", "", location): rest for location, rest in found}


def test_sitemap_names_public_pages_of_all_languages(client, settings):
    german = standard_page(title="Über uns", slug="ueber-uns")
    standard_page(language="en", title="About us", slug="about-us", origin=german)
    standard_page(title="Entwurf", slug="entwurf", live=False)
    inner = standard_page(title="Intern", slug="intern")
    PageViewRestriction.objects.create(page=inner, restriction_type=PageViewRestriction.LOGIN)

    found = entries(client)

    assert {"/de/", "/en/", "/de-simple/", "/de/ueber-uns/", "/en/about-us/"} <= found.keys()
    assert not {"/de/entwurf/", "/de/intern/"} & found.keys()
    base = settings.BASE_URL.rstrip("/")
    for path in ("/de/ueber-uns/", "/en/about-us/"):
        assert f'hreflang="de" href="{base}/de/ueber-uns/"' in found[path]
        assert f'hreflang="en" href="{base}/en/about-us/"' in found[path]


def test_sitemap_names_published_statements_and_no_steps(client):
    page = course_page(title="Bescheide", slug="bescheide")
    reading_step(page, title="Einstieg", slug="einstieg")
    StatementFactory(slug="st-offen", published=True)
    StatementFactory(slug="st-entwurf")

    found = " ".join(entries(client))

    assert "/de/fortbildungen/bescheide/" in found
    assert "st-offen/" in found
    assert "einstieg" not in found
    assert "st-entwurf" not in found


def test_sitemap_takes_the_same_queries_for_1_and_for_4_pages_of_a_type(client):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/sitemap.xml")
        return len(queries)

    standard_page(title="Seite", slug="seite")
    cost()  # what is remembered for all addresses
    few = cost()
    for number in range(3):
        standard_page(title=f"Seite {number}", slug=f"seite-{number}")
    cost()

    assert cost() == few


def test_robots_leads_to_the_sitemap(client, settings):
    response = client.get("/robots.txt")

    assert response.headers["Content-Type"].startswith("text/plain")
    assert f"Sitemap: {settings.BASE_URL.rstrip('/')}{reverse('sitemap')}" in response.text.splitlines()
    assert home_page().url == "/de/"
