"""The site search: what it finds, for whom, in what order, how it shows it, and what it costs."""

import re

import pytest
from wagtail.models import PageViewRestriction

from tests.factories.course_pages import course_page, reading_step
from tests.factories.courses import CourseFactory, CourseRunFactory
from tests.factories.home import home_page, standard_page
from tests.factories.public_pages import news_entry, news_index, project_page
from tests.factories.statements import StatementFactory

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def publish(django_capture_on_commit_callbacks):
    """Makes something and lets it enter the index, which happens when its transaction is over."""

    def run(make, **fields):
        with django_capture_on_commit_callbacks(execute=True):
            return make(**fields)

    return run


def text(words):
    return [{"type": "text", "value": f"<p>{words}</p>"}]


def look_for(client, words, language="de", **query):
    return client.get(f"/{language}/search/", {"q": words, **query})


def titles(response):
    return [hit.title for hit in response.context["found"].hits]


SPELLINGS = [
    "Teilnehmer",
    "teilnehmer",
    "Teilnehmern",
    "Teilnehmerin",
    "Teilnehmerinnen",
    "Teilnehmer*innen",
    "Teilnehmer:innen",
    "Teilnehmer_innen",
    "Teilnehmer/-innen",
    "TeilnehmerInnen",
]


@pytest.mark.parametrize("words", SPELLINGS)
def test_every_spelling_finds_the_same_pages_in_site_search_and_catalogue(client, publish, words):
    for number, written in enumerate(["Teilnehmer*innen", "Teilnehmerinnen", "Teilnehmer:innen", "den Teilnehmern"]):
        publish(standard_page, title=f"Seite {number}", slug=f"seite-{number}", body=text(f"Für {written} da"))
        publish(course_page, title=f"Kurs {number}", description=f"<p>Für {written} da</p>")
    publish(standard_page, title="Andere", slug="andere", body=text("Für Teilnehmende da"))

    found = titles(look_for(client, words))
    listed = client.get("/de/fortbildungen/", {"q": words}).text

    assert sorted(found) == [f"{kind} {number}" for kind in ("Kurs", "Seite") for number in range(4)]
    assert [f"Kurs {number}" in listed for number in range(4)] == [True] * 4


@pytest.mark.parametrize("words", ["Behörden Straße", "behoerden strasse", "BEHÖRDE STRAẞE", "Straße der Behörden"])
def test_umlauts_and_sharp_s_are_found_in_each_spelling_and_all_words_must_be_there(client, publish, words):
    publish(standard_page, title="Wege", slug="wege", body=text("Die Behörde in unserer Straße"))
    publish(standard_page, title="Nur Behörde", slug="nur", body=text("Ohne das andere"))

    assert titles(look_for(client, words)) == ["Wege"]


def test_titles_stand_before_texts_and_whole_words_before_beginnings(client, publish):
    publish(standard_page, title="Amtsdeutsch", slug="c")
    publish(standard_page, title="Anderes", slug="d", body=text("Das Amt"))
    publish(standard_page, title="Ein Amt", slug="a")

    assert titles(look_for(client, "Amt")) == ["Ein Amt", "Amtsdeutsch", "Anderes"]


def test_only_what_everybody_may_read_is_found(client, publish):
    publish(standard_page, title="Wohngeld als Entwurf", slug="entwurf", live=False)
    secret = publish(standard_page, title="Wohngeld intern", slug="intern")
    PageViewRestriction.objects.create(page=secret, restriction_type=PageViewRestriction.LOGIN)
    publish(standard_page, title="Wohngeld darunter", slug="darunter", parent=secret)
    course = publish(course_page, title="Kurs")
    publish(lambda: reading_step(course, title="Wohngeld als Schritt"))
    gone = publish(standard_page, title="Wohngeld war einmal", slug="war")
    publish(gone.unpublish)

    response = look_for(client, "Wohngeld")

    assert titles(response) == []
    assert "Wohngeld intern" not in response.text


def test_words_of_every_block_are_found_and_shown(client, publish):
    table = {
        "columns": [{"type": "text", "heading": "Ort"}],
        "rows": [{"values": ["Tabellenwort"]}],
        "caption": "Orte",
    }
    body = [
        {"type": "facts", "value": {"heading": "", "facts": [{"label": "Dauer", "value": "Faktenwort"}]}},
        {"type": "accordion", "value": {"heading": "", "items": [{"title": "Frage", "text": "<p>Klappwort</p>"}]}},
        {"type": "table", "value": table},
        {"type": "quote", "value": {"text": "Zitatwort", "language": "hu"}},
        {"type": "quote", "value": "Altwort"},  # as it was stored before it had a language
    ]
    publish(standard_page, title="Alles", slug="alles", lead="Leitwort", body=body)

    for word in ("Faktenwort", "Klappwort", "Tabellenwort", "Zitatwort", "Altwort", "Leitwort"):
        assert f"<mark>{word}</mark>" in look_for(client, word).text, word


def test_hit_shows_kind_place_excerpt_and_marks_and_lets_no_markup_through(client, publish):
    above = publish(standard_page, title="Beratung & mehr", slug="beratung")
    words = "davor " * 80 + "Kolleg*innen &lt;b&gt; " + "danach " * 80
    publish(standard_page, title="Für Kolleginnen", slug="kolleg", parent=above, body=text(words))

    html = look_for(client, "Kollege").text.split('<ol class="hits"')[1].split("</ol>")[0]

    assert '<span class="hit__kind">Seiten</span>' in html
    assert "Beratung &amp; mehr" in html
    assert 'href="/de/beratung/kolleg/">Für <mark>Kolleginnen</mark></a>' in html
    assert "davor <mark>" in html
    assert "</mark> &lt;b&gt; danach" in html
    assert html.count("davor") < 20


def test_course_shows_its_next_run_with_free_places(client, publish, monkeypatch, now):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    page = publish(course_page, title="Klare Bescheide")
    CourseRunFactory(course=page.course, seats=3)

    response = look_for(client, "Bescheid")

    hit = response.context["found"].hits[0]
    run = page.course.runs.get()
    assert hit.starts_at == run.sessions.earliest("starts_at").starts_at
    assert hit.facts[1:] == ["3 Plätze frei"]
    assert "3 Plätze frei" in response.text
    assert '<span class="hit__kind">Fortbildungen</span>' in response.text


def test_hits_are_those_of_the_readers_language(client, publish):
    publish(standard_page, title="Wohngeld", slug="wohngeld")
    publish(standard_page, language="en", title="Wohngeld explained", slug="wohngeld")

    assert titles(look_for(client, "Wohngeld")) == ["Wohngeld"]
    assert titles(look_for(client, "Wohngeld", "en")) == ["Wohngeld explained"]


def test_easy_pages_come_first_and_german_ones_after_them_are_marked_as_german(client, publish):
    origin = publish(standard_page, title="Wohngeld und Recht", slug="recht")
    publish(standard_page, title="Wohngeld", slug="wohngeld")
    publish(standard_page, language="de-simple", title="Das Wohn·geld", slug="geld", origin=origin)

    response = look_for(client, "Wohngeld", "de-simple")

    assert titles(response) == ["Das Wohn·geld", "Wohngeld"]
    assert 'href="/de-simple/geld/"><mark>' not in response.text  # a whole title is not one word
    assert 'href="/de-simple/wohngeld/" lang="de" hreflang="de"><mark>Wohngeld</mark>' in response.text
    assert response.text.count("hit__language") == 1
    assert "draft-mark" in response.text


def test_german_text_whose_easy_variant_lacks_the_word_is_linked_itself(client, publish):
    origin = publish(standard_page, title="Wohngeld", slug="wohngeld")
    publish(standard_page, language="de-simple", title="Hilfe", slug="hilfe", origin=origin)

    assert 'href="/de/wohngeld/" lang="de"' in look_for(client, "Wohngeld", "de-simple").text


def test_english_reader_is_told_of_german_results_where_there_are_none(client, publish):
    publish(standard_page, title="Wohngeld", slug="wohngeld")

    html = look_for(client, "Wohngeld", "en").text

    assert '<a href="/de/search/?q=Wohngeld" hreflang="de">There is 1 result in German</a>' in html


def test_filter_by_kind_counts_all_and_shows_one(client, publish):
    publish(standard_page, title="Amt", slug="amt")
    publish(course_page, title="Kurs am Amt")

    response = look_for(client, "Amt", kind="courses")

    assert titles(response) == ["Kurs am Amt"]
    assert [(tab["count"], tab["current"]) for tab in response.context["tabs"]] == [(2, False), (1, True), (1, False)]
    assert response.context["tabs"][1]["url"] == "?q=Amt&kind=courses"
    assert len(titles(look_for(client, "Amt", kind="nonsense"))) == 2


def test_pages_of_hits_go_on_counting(client, publish):
    for number in range(12):
        publish(standard_page, title=f"Amt {number:02}", slug=f"amt-{number}")

    first, second = look_for(client, "Amt"), look_for(client, "Amt", page="2")

    assert (len(titles(first)), len(titles(second))) == (10, 2)
    assert "12 Treffer für «Amt»" in first.text
    assert '<ol class="hits" start="11">' in second.text
    assert titles(look_for(client, "Amt", page="x")) == titles(first)


def test_no_words_show_how_to_search_and_nothing_found_says_so(client):
    empty, signs, none = client.get("/de/search/"), look_for(client, "?!"), look_for(client, "gibtesnicht")

    assert (empty.status_code, signs.status_code, none.status_code) == (200, 200, 200)
    assert "So suchen Sie" in empty.text
    assert "Nichts gefunden für «?!»" in signs.text
    assert "Nichts gefunden für «gibtesnicht»" in none.text
    assert 'href="/de/fortbildungen/"' in none.text.split("<main")[1]


def test_too_many_words_are_refused_and_kept_in_the_field(client):
    words = " ".join(["lang"] * 30)

    response = look_for(client, words)

    assert response.status_code == 400
    assert f'value="{words}"' in response.text
    assert "Bitte höchstens 100 Zeichen" in response.text
    assert "data-error-summary" in response.text


@pytest.mark.parametrize("words", ["' OR 1=1 --", '"', "a:b AND (", "NEAR(", "*", "<script>", "\\", "%", "ﷺ"])
def test_signs_of_the_database_mean_nothing(client, publish, words):
    publish(standard_page, title="Seite", slug="seite")

    response = look_for(client, words)

    assert response.status_code == 200
    assert titles(response) == []
    assert "<script>" not in response.text.split("<main")[1]


def test_search_takes_the_same_few_queries_for_1_and_for_9_hits(client, publish, django_assert_num_queries):
    def offer(number):
        above = publish(standard_page, title=f"Amt {number}", slug=f"amt-{number}", lead="Vom Amt")
        body = text(f"Am Amt {number}")
        publish(standard_page, title=f"Darunter {number}", slug="darunter", parent=above, body=body)
        page = publish(course_page, course=CourseFactory(), title=f"Kurs am Amt {number}")
        CourseRunFactory(course=page.course, seats=3)

    for count in (1, 3):
        for number in range(count):
            offer(f"{count}-{number}")
        look_for(client, "Amt")
        with django_assert_num_queries(9):
            response = look_for(client, "Amt")
        assert len(titles(response)) == (3 if count == 1 else 10)


@pytest.mark.parametrize("language", ["de", "en", "de-simple"])
def test_search_takes_ten_queries_whatever_is_found(client, publish, django_assert_num_queries, language):
    """The budget of a page: courses, a statement, and each type of page, in easy language German ones among them."""
    above = publish(standard_page, title="Amt", slug="amt", language=language)
    publish(standard_page, title="Im Amt", slug="im-amt", language=language, parent=above)
    publish(news_entry, index=news_index(language), title="Neu im Amt")
    publish(project_page, title="Projekt im Amt", language=language)
    publish(standard_page, title="Nur deutsch, vom Amt", slug="nur-deutsch")
    CourseRunFactory(course=publish(course_page, title="Kurs am Amt", language=language).course, seats=3)
    publish(StatementFactory, published=True, title_de="Fordern im Amt", title_en="Amt", recommendations=1)
    look_for(client, "Amt", language)

    with django_assert_num_queries(10):
        response = look_for(client, "Amt", language)

    assert len({hit.kind for hit in response.context["found"].hits}) >= 3


def test_search_without_hits_takes_nine_queries_where_it_looks_into_german_as_well(
    client, publish, django_assert_num_queries
):
    publish(standard_page, title="Wohngeld", slug="wohngeld")
    publish(StatementFactory, published=True, title_de="Wohngeld", title_en="Housing", recommendations=1)
    look_for(client, "Wohngeld", "en")

    with django_assert_num_queries(9):
        response = look_for(client, "Wohngeld", "en")

    assert response.context["in_german"] == 1


def test_header_leads_to_the_search_from_every_page(client):
    html = client.get("/de/").text.split("<main")[0]

    assert '<form class="site-search" method="get" action="/de/search/" role="search"' in html
    assert '<a class="site-search-link" href="/de/search/">' in html


def test_page_that_is_not_there_offers_a_search_for_the_words_of_its_address(client):
    html = client.get("/de/fortbildungen/klare_bescheide-f%C3%BCr-alle.html/").text

    assert re.search(r'<input type="search" name="q" value="klare bescheide für alle html"', html)
    assert 'value=""' not in client.get("/de/").text


def test_rich_text_keeps_words_with_a_star_on_one_line_and_in_the_index(client, publish):
    publish(standard_page, title="Seite", slug="seite", body=text("Für <b>Nutzer*innen</b> da"))

    assert '<b><span class="nobr">Nutzer*innen</span></b>' in client.get("/de/seite/").text
    assert titles(look_for(client, "Nutzerin")) == ["Seite"]


def test_search_in_hungarian_goes_to_english(client):
    assert look_for(client, "Amt", "hu")["Location"] == "/en/search/?q=Amt"


def test_start_page_is_found_too(client, publish):
    home = home_page()
    home.lead = "Willkommenswort"
    publish(home.save_revision().publish)

    assert titles(look_for(client, "Willkommenswort")) == [home.title]
