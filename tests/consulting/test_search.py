"""Statements among the hits of the site search."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from academy.common.registry import registry
from academy.common.search import Query, search
from consulting.enums import StatementState
from consulting.search import SOURCE
from tests.factories.statements import PUBLISHED_ON, StatementFactory


@pytest.fixture
def indexed(site, django_capture_on_commit_callbacks):
    """Makes a statement and lets it enter the index, which happens when its transaction is over."""

    def make(**fields):
        with django_capture_on_commit_callbacks(execute=True):
            return StatementFactory(**{"published": True, "title_de": "Zugang beginnt beim Termin", **fields})

    return make


def hits(text, language="de"):
    with translation.override(language):
        return search(Query.of(text, language, at=timezone.now()), sources=[SOURCE]).hits


def test_source_is_registered():
    assert registry.search_sources["statements"] is SOURCE


@pytest.mark.parametrize("text", ["Termin", "Zugänge", "Leistung", "Terminhilfe Sprachen", "Term"])
def test_search_finds_title_summary_and_recommendations(text, indexed):
    statement = indexed()

    assert [(hit.title, hit.url) for hit in hits(text)] == [
        ("Zugang beginnt beim Termin", f"/de/stellungnahmen/{statement.slug}/")
    ]


def test_search_finds_nothing_that_lacks_one_of_the_words(indexed):
    indexed()

    assert hits("Termin Schwimmbad") == []


@pytest.mark.parametrize("state", [state for state in StatementState if state != StatementState.PUBLISHED])
def test_search_finds_nothing_that_is_not_public(state, indexed):
    day = {"published_on": PUBLISHED_ON} if state == StatementState.SUPERSEDED else {}
    indexed(published=False, state=state, **day)

    assert hits("Termin") == []


def test_search_reads_the_words_that_the_reader_sees(indexed):
    indexed(title_en="Access starts with the appointment", summary_en="No appointment, no service.")

    assert [(hit.title, hit.lang) for hit in hits("appointment", "en")] == [("Access starts with the appointment", "")]
    assert hits("appointment") == []
    assert hits("beginnt", "en") == []
    assert [(hit.title, hit.lang) for hit in hits("beginnt", "hu")] == [("Zugang beginnt beim Termin", "de")]


def test_search_marks_easy_text_that_nobody_has_checked(indexed):
    indexed(title_de_simple="Ohne Termin keine Hilfe", summary_de_simple="Wir helfen.")

    assert [hit.is_draft for hit in hits("Hilfe", "de-simple")] == [True]


def test_search_takes_the_same_queries_with_1_and_with_3_hits(indexed):
    counts = []
    for number in (1, 2):
        for _ in range(number):
            indexed(recommendations=number)
        hits("Termin")
        with CaptureQueriesContext(connection) as queries:
            found = hits("Termin")
        counts.append((len(found), len(queries)))

    assert counts == [(1, 3), (3, 3)]
