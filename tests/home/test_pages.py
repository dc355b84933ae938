"""What visitors get of start pages and content pages."""

import re

import pytest

from home.enums import PagePurpose
from tests.factories.home import home_page, standard_page

pytestmark = pytest.mark.django_db

LANG = re.compile(r'<html lang="([\w-]+)"')


def text_of(response) -> str:
    return response.content.decode()


def publish(page, **values):
    for name, value in values.items():
        setattr(page, name, value)
    page.save_revision().publish()


@pytest.mark.parametrize("language", ["de", "en", "de-simple"])
def test_start_page_is_marked_with_its_language(site, client, language):
    response = client.get(f"/{language}/")

    assert response.status_code == 200
    assert LANG.search(text_of(response))[1] == language
    assert response["Content-Language"] == language


@pytest.mark.parametrize("path", ["/hu/", "/hu/impressum/", "/hu/my/", "/hu/nirgends/?a=b"])
def test_hungarian_address_without_a_page_leads_to_english(site, client, path):
    response = client.get(path)

    assert response.status_code == 302
    assert response["Location"] == path.replace("/hu/", "/en/", 1)


def test_hungarian_page_is_served_and_leads_the_language_switch_to_its_variants(site, client):
    origin = standard_page(title="Dialog", slug="dialog")
    standard_page(language="hu", title="Párbeszéd", slug="parbeszed", origin=origin)

    response = client.get("/hu/parbeszed/")

    assert LANG.search(text_of(response))[1] == "hu"
    links = {link["code"]: (link["url"], link["missing"]) for link in response.context["site_languages"]}
    assert links == {
        "de": ("/de/dialog/", False),
        "en": ("/en/dialog/", True),
        "hu": ("/hu/parbeszed/", False),
        "de-simple": ("/de-simple/dialog/", True),
    }


def test_page_without_a_hungarian_variant_does_not_offer_hungarian(site, client):
    standard_page(title="Dialog", slug="dialog")

    codes = [link["code"] for link in client.get("/de/dialog/").context["site_languages"]]

    assert codes == ["de", "en", "de-simple"]


def test_page_names_its_variants_for_search_engines(site, client, settings):
    settings.BASE_URL = "https://zugang.demo.example/"
    origin = standard_page(title="Impressum", slug="impressum")
    standard_page(language="en", title="Imprint", slug="imprint", origin=origin)

    html = text_of(client.get("/de/impressum/"))

    assert '<link rel="alternate" hreflang="en" href="https://zugang.demo.example/en/imprint/">' in html
    assert 'hreflang="de-simple" href="https' not in html


def test_page_of_another_language_is_not_found_under_this_one(site, client):
    standard_page(language="en", title="Imprint", slug="imprint")

    assert client.get("/de/imprint/").status_code == 404


def test_german_page_is_never_labelled_as_draft(site, client):
    standard_page(title="Beratung", slug="beratung")

    assert "draft-notice" not in text_of(client.get("/de/beratung/"))


def test_nested_page_shows_the_way_from_the_start_page(site, client):
    parent = standard_page(title="Beratung", slug="beratung")
    standard_page(title="Ablauf", slug="ablauf", parent=parent)

    html = text_of(client.get("/de/beratung/ablauf/"))

    assert re.findall(r'href="([^"]*)"', html.split('class="breadcrumbs__list"')[1].split("</ol>")[0]) == [
        "/de/",
        "/de/beratung/",
    ]


def test_standard_page_shows_each_kind_of_block(site, client):
    body = [
        {"type": "text", "value": "<h2>Prozessbegleiter*innen</h2><p>Absatz</p>"},
        {"type": "quote", "value": "Ein Satz."},
        {"type": "facts", "value": {"heading": "Kurz gesagt", "facts": [{"label": "Dauer", "value": "8 Tage"}]}},
        {"type": "notice", "value": "Bitte keine Namen."},
        {"type": "action", "value": {"label": "Anfragen", "address": "mailto:a@demo.example"}},
    ]
    standard_page(title="Beratung", slug="beratung", body=body)

    html = text_of(client.get("/de/beratung/"))

    assert "<h2" in html
    assert "Prozessbegleiter*innen" in html
    assert '<blockquote class="page-quote"><p>Ein Satz.</p></blockquote>' in html
    assert "Dauer" in html
    assert "8 Tage" in html
    assert "Bitte keine Namen." in html
    assert 'href="mailto:a@demo.example"' in html
    assert "style=" not in html


def test_call_to_action_leads_nowhere_while_its_page_is_not_published(site, client):
    draft = standard_page(title="Beratung", slug="beratung", live=False)
    publish(home_page(), actions=[("action", {"label": "Anfragen", "page": draft, "address": ""})])

    assert "Anfragen" not in text_of(client.get("/de/"))

    draft.save_revision().publish()

    assert re.search(r'href="/de/beratung/"[^>]*>.*Anfragen', text_of(client.get("/de/")))


def test_start_page_shows_strands_dates_and_loop(site, client):
    page = standard_page(title="Dialog", slug="dialog")
    cards = [{"icon": "chat", "title": "Dialog", "text": "Reden", "page": page.pk}]
    stations = [{"strand": "Dialog", "title": f"Station {number}", "text": "Text"} for number in (1, 2, 3)]
    body = [
        {"type": "strands", "value": {"heading": "Was wir tun", "cards": cards}},
        {"type": "next_runs", "value": {"heading": "Termine", "count": 3, "page": page.pk, "link": "Alle"}},
        {"type": "loop", "value": {"heading": "Kreis", "text": "", "stations": stations}},
    ]
    home = home_page()
    publish(home, body=home._meta.get_field("body").stream_block.to_python(body))

    html = text_of(client.get("/de/"))

    assert 'href="/de/dialog/"' in html
    assert html.count('class="loop__station"') == 3
    assert html.count('class="loop__arc"') == 3
    assert "," not in re.search(r'class="loop__node" cx="([^"]+)"', html)[1]


def test_page_in_sign_language_stands_in_the_header_and_the_form_to_report_a_barrier_below_every_page(site, client):
    standard_page(title="Gebärdensprache", slug="dgs", show_in_footer=True, purpose=PagePurpose.DGS)

    html = text_of(client.get("/de/"))

    assert '<a class="service-links__link" href="/de/dgs/"' in html
    assert '<a href="/de/report-barrier/?page=/de/">Barriere melden</a></p>' in html


def test_start_page_takes_the_same_few_queries_for_1_and_for_10_pages_in_the_menu(
    site, client, django_assert_num_queries
):
    standard_page(title="Seite 0", slug="seite-0", show_in_menus=True)
    client.get("/de/")
    with django_assert_num_queries(2):
        client.get("/de/")

    for number in range(1, 10):
        standard_page(title=f"Seite {number}", slug=f"seite-{number}", show_in_menus=True)
    client.get("/de/")
    with django_assert_num_queries(2):
        client.get("/de/")
