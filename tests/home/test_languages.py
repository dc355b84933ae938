"""Keeping one's place and one's language: variants, pages that stand in for them, and links between them."""

import re

import pytest
from wagtail.models import PageViewRestriction

from courses.models import CourseIndexPage
from tests.factories.academy import UserFactory
from tests.factories.course_pages import course_page
from tests.factories.home import home_page, standard_page

pytestmark = pytest.mark.usefixtures("site")

NOTICES = {
    "de-simple": "Diese Seite gibt es noch nicht in Leichter Sprache.",
    "en": "This page is not available in English yet.",
}


def attribute(html: str, pattern: str) -> str:
    return re.search(pattern, html)[1]


def switch_of(response) -> dict[str, tuple[str, bool]]:
    return {link["code"]: (link["url"], link["missing"]) for link in response.context["site_languages"]}


@pytest.mark.parametrize("language", ["de-simple", "en"])
def test_german_page_stands_in_for_a_missing_variant_with_a_notice_and_its_own_language(client, settings, language):
    settings.BASE_URL = "https://zugang.demo.example"
    standard_page(title="Beratung", slug="beratung", lead="Vorweg", body=[{"type": "text", "value": "<p>Wort</p>"}])

    response = client.get(f"/{language}/beratung/")

    html = response.text
    assert response.status_code == 200
    assert response["Content-Language"] == "de"
    assert attribute(html, r'<html lang="([^"]*)"') == language
    assert NOTICES[language] in html
    assert '<h1 lang="de">Beratung</h1>' in html
    assert '<p class="lead" lang="de">Vorweg</p>' in html
    assert '<div class="page-body" lang="de">' in html
    assert '<span aria-current="page" lang="de">Beratung</span>' in html
    assert '<link rel="canonical" href="https://zugang.demo.example/de/beratung/">' in html
    assert re.findall(r'rel="alternate" hreflang="([^"]*)"', html) == ["de"]


def test_page_in_its_own_language_has_no_notice_and_marks_no_part(client):
    standard_page(title="Beratung", slug="beratung")

    html = client.get("/de/beratung/").text

    assert "<h1>Beratung</h1>" in html
    assert "language-notice" not in html
    assert "canonical" not in html


def test_german_address_leads_to_the_variant_that_has_an_address_of_its_own(client):
    origin = standard_page(title="Beratung", slug="beratung")
    standard_page(language="de-simple", title="Hilfe", slug="hilfe", origin=origin)

    response = client.get("/de-simple/beratung/?a=b")

    assert (response.status_code, response["Location"]) == (302, "/de-simple/hilfe/?a=b")


def test_variant_that_was_taken_back_is_stood_in_for(client):
    origin = standard_page(title="Beratung", slug="beratung")
    easy = standard_page(language="de-simple", title="Hilfe", slug="hilfe", origin=origin)
    easy.unpublish()

    assert NOTICES["de-simple"] in client.get("/de-simple/beratung/").text
    assert client.get("/de-simple/hilfe/").status_code == 404


def test_address_that_german_does_not_have_either_is_not_found(client):
    standard_page(language="en", title="Imprint", slug="imprint")

    assert client.get("/de-simple/imprint/").status_code == 404
    assert client.get("/en/nirgends/").status_code == 404


def test_hungarian_address_of_a_german_page_leads_to_english(client):
    standard_page(title="Beratung", slug="beratung")

    assert client.get("/hu/beratung/")["Location"] == "/en/beratung/"


def test_restricted_page_stands_in_for_nobody_who_may_not_see_it(client):
    page = standard_page(title="Intern", slug="intern")
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)

    assert client.get("/de-simple/intern/").status_code == 302
    client.force_login(UserFactory())
    assert client.get("/de-simple/intern/").status_code == 200


def test_language_switch_keeps_the_place_by_the_translation_whatever_the_slugs_say(client):
    origin = standard_page(title="Beratung", slug="beratung")
    standard_page(language="de-simple", title="Hilfe", slug="hilfe", origin=origin)

    there = {"de": ("/de/beratung/", False), "en": ("/en/beratung/", True), "de-simple": ("/de-simple/hilfe/", False)}
    assert switch_of(client.get("/de/beratung/")) == there
    assert switch_of(client.get("/de-simple/hilfe/")) == there
    stand_in = client.get("/en/beratung/")
    assert switch_of(stand_in) == there
    assert [link["code"] for link in stand_in.context["site_languages"] if link["current"]] == ["en"]


def test_language_switch_says_where_german_stands_in(client):
    standard_page(title="Beratung", slug="beratung")

    html = client.get("/de/beratung/").text

    link = attribute(html, r'(<a class="language-switch__link" href="/de-simple/beratung/".*?</a>)')
    assert 'lang="de-simple" hreflang="de-simple"' in link
    assert '<span class="kern-sr-only" lang="de"> (diese Seite auf Deutsch)</span>' in link


def test_stand_in_takes_the_same_few_queries_each_time(client, django_assert_num_queries):
    standard_page(title="Beratung", slug="beratung")
    client.get("/de-simple/beratung/")

    with django_assert_num_queries(3):  # the variant's address, the German page, and its variants
        client.get("/de-simple/beratung/")


def test_course_page_stands_in_and_its_links_stay_in_the_language(client):
    page = course_page(title="Bescheide, die ankommen")
    assert CourseIndexPage.objects.filter(locale__language_code="de-simple", live=True).exists()

    html = client.get(page.url.replace("/de/", "/de-simple/", 1)).text

    assert NOTICES["de-simple"] in html
    assert '<h1 lang="de">Bescheide, die ankommen</h1>' in html
    main = html.split("<main")[1].split("</main>")[0]
    data = main.split("application/ld+json")[0]
    assert re.findall(r'href="(/de/[^"]*)"', data) == []


@pytest.mark.parametrize(
    ("language", "address"), [("de", "/de/beratung/"), ("en", "/en/beratung/"), ("de-simple", "/de-simple/beratung/")]
)
def test_links_in_texts_keep_the_language_of_the_address(client, language, address):
    target = standard_page(title="Beratung", slug="beratung")
    text = f'<p><a linktype="page" id="{target.pk}">mehr</a></p>'
    action = {"label": "Anfragen", "page": target.pk, "address": ""}
    body = [{"type": "text", "value": text}, {"type": "action", "value": action}]
    standard_page(title="Start", slug="von-hier", body=body)

    html = client.get(f"/{language}/von-hier/").text.split("<main")[1]

    assert re.findall(rf'href="({address})"', html) == [address, address]


def test_link_in_a_text_to_a_page_that_is_not_published_is_no_link(client):
    target = standard_page(title="Entwurf", slug="entwurf", live=False)
    text = f'<p><a linktype="page" id="{target.pk}">mehr</a></p>'
    standard_page(title="Start", slug="von-hier", body=[{"type": "text", "value": text}])

    assert "<a>mehr</a>" in client.get("/de/von-hier/").text


def test_links_of_one_text_take_one_query(client, django_assert_num_queries):
    pages = [standard_page(title=f"Seite {number}", slug=f"seite-{number}") for number in range(3)]
    links = "".join(f'<p><a linktype="page" id="{page.pk}">mehr</a></p>' for page in pages)
    standard_page(title="Start", slug="von-hier", body=[{"type": "text", "value": links}])
    client.get("/de/von-hier/")

    with django_assert_num_queries(3):  # the page, its variants, the links
        client.get("/de/von-hier/")


def test_footer_of_every_language_has_what_the_german_footer_has(client):
    imprint = standard_page(title="Impressum", slug="impressum", show_in_footer=True)
    standard_page(title="Datenschutz", slug="datenschutz", show_in_footer=True)
    standard_page(language="en", title="Imprint", slug="imprint", origin=imprint, show_in_footer=True)
    standard_page(language="hu", title="Párbeszéd", slug="parbeszed")

    def footer(address):
        html = client.get(address).text.split("site-footer__list")[1].split("</ul>")[0]
        return re.findall(r'<a href="([^"]*)"(?: lang="([^"]*)")?>([^<]*)</a>', html)[:2]

    assert footer("/en/") == [("/en/imprint/", "", "Imprint"), ("/en/datenschutz/", "de", "Datenschutz")]
    assert footer("/de-simple/") == [
        ("/de-simple/impressum/", "de", "Impressum"),
        ("/de-simple/datenschutz/", "de", "Datenschutz"),
    ]
    assert footer("/hu/parbeszed/") == [("/en/imprint/", "en", "Imprint"), ("/de/datenschutz/", "de", "Datenschutz")]


@pytest.mark.parametrize("language", ["de", "en", "de-simple"])
def test_signing_out_leads_to_the_start_page_of_the_language(client, language):
    client.force_login(UserFactory())

    assert client.post(f"/{language}/account/logout/")["Location"] == f"/{language}/"


def test_start_page_that_is_not_published_is_stood_in_for(client):
    home_page("en").unpublish()

    response = client.get("/en/")

    assert response.status_code == 200
    assert NOTICES["en"] in response.text
