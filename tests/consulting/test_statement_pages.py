"""The public list of statements and each statement, as visitors get them."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from academy.enums import Role
from consulting import selectors
from consulting.enums import StatementState
from consulting.models import StatementIndexPage
from home.enums import EasyStatus
from home.models import HomePage
from tests.factories.academy import MembershipFactory, OrganisationFactory, UserFactory
from tests.factories.statements import PUBLISHED_ON, FollowUpFactory, RecommendationFactory, StatementFactory

LIST = "/de/stellungnahmen/"


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch, now, site):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


def page_of(statement, start=LIST):
    return f"{start}{statement.slug}/"


def queries_of(client, url):
    client.get(url)  # the first request fills the caches
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def answered(statement, authority, mso, day=date(2026, 10, 1), **words):
    asked = statement.recommendations.first()
    return FollowUpFactory(recommendation=asked, checked_on=day, authority=authority, mso=mso, **words)


# --- Who sees what -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", StatementState)
def test_the_public_sees_published_statements_only(state, client):
    day = {"published_on": PUBLISHED_ON} if state in ("published", "superseded") else {}
    statement = StatementFactory(state=state, title="Geheim oder nicht", **day)
    is_public = state == StatementState.PUBLISHED
    index = StatementIndexPage.objects.get(locale__language_code="de")

    assert client.get(page_of(statement)).status_code == (200 if is_public else 404)
    assert ("Geheim oder nicht" in client.get(LIST).text) == is_public
    assert (statement in selectors.statements_visible_to(AnonymousUser(), on=date(2026, 11, 18))) == is_public
    locations = [entry["location"] for entry in index.get_sitemap_urls()]
    assert any(statement.slug in location for location in locations) == is_public


STATES = list(StatementState)
REVIEWED = [*STATES[1:]]
VISIBLE = {
    # role: (of a strange organisation, of a signatory, of an addressee)
    Role.PROGRAMME_LEAD: (STATES, STATES, STATES),
    Role.FACILITATOR: (STATES, STATES, STATES),
    Role.DIALOGUE_MODERATION: (STATES, STATES, STATES),
    Role.EDITOR: (STATES, STATES, STATES),
    Role.MSO: (["published"], REVIEWED, ["published"]),
    Role.SPONSOR: (["published"], ["published"], ["released", "published", "superseded"]),
    Role.GROUP_MEMBER: (["published"], ["published"], ["released", "published", "superseded"]),
}


@pytest.mark.parametrize("role", Role)
def test_statements_visible_to_follows_the_matrix(role):
    signatory, addressee = OrganisationFactory(), OrganisationFactory()
    for state in StatementState:
        day = {"published_on": PUBLISHED_ON} if state in ("published", "superseded") else {}
        statement = StatementFactory(state=state, recommendations=0, signatories=0, **day)
        consent = {"consent": "given", "decided_on": PUBLISHED_ON}
        statement.signatories.create(organisation=signatory, **consent)
        RecommendationFactory.create_batch(2, statement=statement, addressee=addressee)

    seen = []
    for organisation in (OrganisationFactory(), signatory, addressee):
        person = MembershipFactory(role=role, organisation=organisation).user
        found = selectors.statements_visible_to(person, on=date(2026, 11, 18)).order_by("pk")
        seen.append([statement.state for statement in found])

    only = ["published"]
    assert seen == [[str(s) for s in wanted] for wanted in VISIBLE.get(role, (only, only, only))]


def test_organisations_that_are_not_listed_are_named_nowhere(client):
    statement = StatementFactory(published=True)
    asked = statement.recommendations.get()
    for organisation, name in (
        (statement.signatories.first().organisation, "Verborgen"),
        (asked.addressee, "Heimlich"),
    ):
        organisation.name, organisation.is_listed = name, False
        organisation.save()

    texts = [client.get(page_of(statement)).text, client.get(LIST).text]

    assert all("Verborgen" not in text and "Heimlich" not in text for text in texts)
    assert statement.signatories.last().organisation.name in texts[0]
    assert asked.addressee.get_kind_display() in texts[0]


# --- The list ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("is_signed_in", [False, True])
def test_list_takes_the_same_queries_with_1_and_with_3_statements(client, is_signed_in):
    if is_signed_in:
        client.force_login(UserFactory())
    answered(StatementFactory(published=True), "done", "done")
    few = queries_of(client, LIST)
    for statement in StatementFactory.create_batch(2, published=True, recommendations=3):
        answered(statement, "done", "partly")

    assert queries_of(client, LIST) == few
    assert few == (7 if is_signed_in else 5)


def test_list_shows_the_newest_first_and_both_views_in_one_badge(client):
    old, new = StatementFactory(published=True), StatementFactory(published=True, published_on=date(2026, 9, 1))
    answered(old, "no_answer", "no_answer")
    answered(new, "done", "partly")

    text = client.get(LIST).text

    assert text.index(new.title) < text.index(old.title)
    assert "Unterschiedlich beurteilt" in text
    assert "Keine Antwort" in text


def test_list_filters_by_addressee_and_answer(client):
    first, second = StatementFactory.create_batch(2, published=True)
    answered(first, "no_answer", "no_answer")
    slug = second.recommendations.get().addressee.slug

    by_answer = client.get(f"{LIST}?stand=no_answer").text
    by_addressee = client.get(f"{LIST}?stelle={slug}").text
    by_both = client.get(f"{LIST}?stelle={slug}&stand=no_answer").text

    assert (first.title in by_answer, second.title in by_answer) == (True, False)
    assert (first.title in by_addressee, second.title in by_addressee) == (False, True)
    assert "Keine Stellungnahme passt" in by_both
    hrefs = re.findall(r'class="filter__chip" href="([^"]+)"', by_both)
    assert hrefs == [f"{LIST}?stand=no_answer", f"{LIST}?stelle={slug}"]


@pytest.mark.parametrize(
    "query", ["stelle=%00", "stand=x", "stand=", "page=-1", "page=9e9", "page=99", "stelle=a&stelle=b"]
)
def test_list_ignores_nonsense_in_the_address(client, query):
    statement = StatementFactory(published=True)

    response = client.get(f"{LIST}?{query}")

    assert response.status_code == 200
    assert statement.title in response.text
    assert "filter__chip" not in response.text


def test_list_has_pages(client):
    StatementFactory.create_batch(11, published=True)

    first, second = client.get(LIST).text, client.get(f"{LIST}?page=2").text

    assert (first.count("statement-card"), second.count("statement-card")) == (10, 1)


def test_list_says_so_when_it_is_empty(client):
    assert "Noch keine Stellungnahmen" in client.get(LIST).text


# --- One statement -------------------------------------------------------------------------------------------------
def test_statement_takes_the_same_queries_with_1_and_with_3_recommendations(client):
    statement = StatementFactory(published=True)
    answered(statement, "promised", "open")
    few = queries_of(client, page_of(statement))
    for number in (2, 3):
        asked = RecommendationFactory(statement=statement, number=number)
        FollowUpFactory.create_batch(2, recommendation=asked)

    assert queries_of(client, page_of(statement)) == few == 6


def test_statement_shows_both_views_side_by_side_the_newest_first(client):
    statement = StatementFactory(published=True)
    answered(statement, "promised", "open", note_de="Zusage")
    answered(statement, "done", "no_answer", day=date(2026, 11, 3), note_de="Ein Standort läuft")

    text = client.get(page_of(statement)).text

    labels = re.findall(r'state-badge__label">([^<]+)<', text[text.index("<tbody") :])
    assert labels == ["Umgesetzt", "Keine Antwort", "Zugesagt", "Offen"]
    assert text.index("Ein Standort läuft") < text.index("Zusage")
    assert re.findall(r"Zuletzt geprüft</dt>\s*<dd[^>]*>([^<]+)<", text) == ["3. November 2026"] * 2


def test_statement_says_when_nobody_has_answered(client, now):
    statement = StatementFactory(published=True, recommendations=0)
    RecommendationFactory(statement=statement, number=1, expected_on=now.date() - timedelta(days=1))
    RecommendationFactory(statement=statement, number=2, expected_on=now.date())

    text = client.get(page_of(statement)).text

    assert text.count("Uns liegt noch keine Rückmeldung vor.") == 2
    assert text.count("Die Frist ist verstrichen.") == 1
    assert "noch nicht" in text


def test_statement_escapes_what_people_wrote(client):
    statement = StatementFactory(published=True, summary="<script>alert(1)</script>\nZeile*innen")

    text = client.get(page_of(statement)).text

    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_statement_answers_an_unchanged_page_without_a_body(client):
    statement = StatementFactory(published=True)
    for url in (LIST, page_of(statement)):
        first = client.get(url)
        again = client.get(url, headers={"If-None-Match": first["ETag"]})

        assert (again.status_code, again.content) == (304, b"")
        answered(statement, "done", "done")
        assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("path", ["x/y/", "gibt-es-nicht/", "x%00/", "../"])
def test_unknown_entries_do_not_exist(client, path):
    StatementFactory(published=True)

    assert client.get(f"{LIST}{path}").status_code == 404


def test_a_plain_page_has_no_entries(client):
    assert client.get("/de/fortbildungen/st-termin/").status_code == 404


# --- Languages -----------------------------------------------------------------------------------------------------
def worded(**words):
    return StatementFactory(
        published=True, title_de="Zugang", title_en="Access", summary_de="Kurz.", summary_en="Short.", **words
    )


def test_statement_stands_in_german_where_its_words_are_missing(client):
    statement = StatementFactory(published=True, title_de="Zugang beginnt beim Termin")

    english = client.get(page_of(statement, "/en/statements/")).text
    german = client.get(page_of(statement)).text

    assert '<h1 lang="de">Zugang beginnt beim Termin</h1>' in english
    assert "This page is not available in English yet." in english
    assert "language-notice" not in german
    simple = client.get(page_of(statement, "/de-simple/stellungnahmen/")).text
    assert "noch nicht in Leichter Sprache" in simple


def test_language_switch_stays_on_the_statement(client):
    statement = worded(
        title_hu="Hozzáférés", summary_hu="Röviden.", title_de_simple="Termin", summary_de_simple="Hilfe."
    )

    text = client.get(page_of(statement)).text

    for start in (LIST, "/en/statements/", "/hu/allasfoglalasok/", "/de-simple/stellungnahmen/"):
        assert f'href="{page_of(statement, start)}"' in text
        response = client.get(page_of(statement, start))
        assert response.status_code == 200
        assert "language-notice" not in response.text


def test_hungarian_is_offered_only_where_it_is_written(client):
    statement = worded()

    text = client.get(page_of(statement)).text
    hungarian = client.get(page_of(statement, "/hu/allasfoglalasok/")).text

    assert page_of(statement, "/hu/allasfoglalasok/") not in text
    assert '<h1 lang="de">' in hungarian


def test_german_address_under_another_language_leads_to_its_own(client):
    statement = worded()

    response = client.get(page_of(statement, "/en/stellungnahmen/"))

    assert (response.status_code, response["Location"]) == (302, page_of(statement, "/en/statements/"))


@pytest.mark.parametrize(("status", "is_marked"), [(EasyStatus.DRAFT_UNCHECKED, True), (EasyStatus.CHECKED, False)])
def test_easy_text_is_labelled_until_it_is_checked(client, status, is_marked):
    statement = worded(title_de_simple="Termin", summary_de_simple="Zeile eins.\nZeile zwei.", easy_status=status)

    german = client.get(page_of(statement)).text
    easy = client.get(page_of(statement, "/de-simple/stellungnahmen/")).text

    for text in (german, easy):
        assert ("draft-notice" in text) == is_marked
        assert "Zeile eins.<br>Zeile zwei." in text


# --- The start page ------------------------------------------------------------------------------------------------
def put_on_home():
    home = HomePage.objects.get(locale__language_code="de")
    home.body = [("latest_statement", {"heading": "Neueste Stellungnahme", "link": "Alle Stellungnahmen"})]
    home.save_revision().publish()


def test_home_shows_the_latest_statement_in_constant_queries(client):
    put_on_home()
    StatementFactory(published=True, title_de="Die alte")
    few = queries_of(client, "/de/")
    newest = StatementFactory(published=True, published_on=date(2026, 9, 1), recommendations=3)
    StatementFactory(state=StatementState.RELEASED, title_de="Noch nicht")

    text = client.get("/de/").text

    assert newest.title in text
    assert page_of(newest) in text
    assert f'<a href="{LIST}">Alle Stellungnahmen</a>' in text
    assert text.count("answers__line") == 3
    assert "Die alte" not in text
    assert "Noch nicht" not in text
    assert queries_of(client, "/de/") == few


def test_home_says_so_without_a_statement(client):
    put_on_home()

    assert "Zurzeit gibt es keine Stellungnahme." in client.get("/de/").text
