"""How the hits of all sources become one list. What each source finds is tested where it is registered."""

from datetime import UTC, datetime

from academy.common.registry import Registry
from academy.common.search import Hit, Match, Query, SearchSource, search

NOW = datetime(2026, 11, 18, 10, tzinfo=UTC)


def source(key, *matches, order=50, lost=()):
    """A source that finds these rows whatever is asked, and can no longer read the lost ones."""
    asked = []

    def load(keys, query):
        asked.append(keys)
        return {pk: Hit(title=f"{key} {pk}", url=f"/{key}/{pk}/") for pk in keys if pk not in lost}

    made = SearchSource(key=key, label=key.title(), order=order, find=lambda query: matches, load=load)
    return made, asked


def titles(found):
    return [hit.title for hit in found.hits]


def test_search_sorts_hits_of_all_sources_by_tier_and_rank():
    one, _asked = source("one", Match(1, 0.5), Match(2, 0.9), Match(3, 1.0, tier=1))
    two, _asked = source("two", Match(1, 0.7), order=10)

    found = search(Query.of("wort", "de", at=NOW), sources=[one, two])

    assert titles(found) == ["one 2", "two 1", "one 1", "one 3"]
    assert [hit.kind for hit in found.hits] == ["One", "Two", "One", "One"]
    assert [(one.key, count) for one, count in found.kinds] == [("two", 1), ("one", 3)]
    assert found.total == 4


def test_search_of_one_kind_still_counts_the_others_and_loads_none_of_them():
    one, asked_of_one = source("one", Match(1, 0.5))
    two, asked_of_two = source("two", Match(1, 0.7))

    found = search(Query.of("wort", "de", at=NOW), sources=[one, two], kind="one")

    assert titles(found) == ["one 1"]
    assert (asked_of_one, asked_of_two) == ([[1]], [])
    assert [(one.key, count) for one, count in found.kinds] == [("one", 1), ("two", 1)]


def test_search_loads_only_the_page_that_is_shown():
    one, asked = source("one", *(Match(pk, -pk) for pk in range(1, 24)))

    assert titles(search(Query.of("wort", "de", at=NOW), sources=[one], number=3)) == ["one 21", "one 22", "one 23"]
    assert titles(search(Query.of("wort", "de", at=NOW), sources=[one], number=99)) == ["one 21", "one 22", "one 23"]
    assert asked == [[21, 22, 23], [21, 22, 23]]


def test_search_asks_no_source_without_words():
    one, asked = source("one", Match(1, 0.5))

    found = search(Query.of("?! *", "de", at=NOW), sources=[one])

    assert (found.total, found.hits, found.kinds, asked) == (0, [], [], [])


def test_search_leaves_out_what_was_taken_back_since_it_was_found():
    one, _asked = source("one", Match(1, 0.5), Match(2, 0.4), lost=[1])

    assert titles(search(Query.of("wort", "de", at=NOW), sources=[one])) == ["one 2"]


def test_query_remembers_what_sources_share():
    query, calls = Query.of("wort", "de", at=NOW), []

    assert [query.once("pages", lambda: calls.append(1) or "read") for _ in range(2)] == ["read", "read"]
    assert calls == [1]


def test_registry_knows_a_source_once_by_its_key():
    registry, (one, _asked) = Registry(), source("one")

    registry.add_search_source(one)
    registry.add_search_source(one)

    assert list(registry.search_sources) == ["one"]
