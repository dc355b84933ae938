"""Search over everything public: what a source tells of its rows, and how the hits of all sources become one list.

A source is registered in its app's `apps.py` (`registry.add_search_source`). It is asked twice: `find` names every row
that has the words, with nothing but key and rank, so that hits of all sources can be counted, sorted and paged; `load`
then reads the few that are shown. Neither may give what is not public, and both take the same number of queries
whatever the number of rows.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from .search_text import share_of, terms

PER_PAGE = 10


@dataclass(frozen=True)
class Query:
    """What somebody looks for: the words as they were typed, as search sees them, the reader's language, and when."""

    text: str
    language: str
    at: datetime
    terms: tuple[str, ...]
    memory: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, text: str, language: str, *, at: datetime) -> "Query":
        return cls(text=text, language=language, at=at, terms=terms(text))

    def once(self, key: str, make: Callable[[], Any]) -> Any:
        """What several sources share is read once for each question."""
        if key not in self.memory:
            self.memory[key] = make()
        return self.memory[key]


@dataclass(frozen=True)
class Match:
    """A public row that has the words. A lower `tier` comes first whatever the rank: 1 for another language's words."""

    pk: int
    rank: float
    tier: int = 0


@dataclass
class Hit:
    """A row as the list of hits shows it. `lang` is the language of its words where it is not the reader's.

    `starts_at` and `ends_at` say when it takes place, `facts` is whatever else belongs under it, a few words each.
    """

    title: str
    url: str
    text: str = ""
    lang: str = ""
    place: list[str] = field(default_factory=list)
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    facts: list[str] = field(default_factory=list)
    is_draft: bool = False
    kind: Any = ""  # the label of the source: set when it is shown


@dataclass(frozen=True)
class SearchSource:
    """One kind of thing that can be found. `label` is its name in the plural; a lower `order` stands first."""

    key: str
    label: Any
    find: Callable[[Query], Iterable[Match]]
    load: Callable[[list[int], Query], dict[int, Hit]]
    order: int = 50


@dataclass
class Found:
    """One page of the hits, and how many each kind has."""

    hits: list[Hit]
    page: Page
    total: int
    kinds: list[tuple[SearchSource, int]]


def search(query: Query, *, sources: Iterable[SearchSource], kind: str = "", number: int = 1) -> Found:
    """Page `number` of what has all the words, of one `kind` or of all; the nearest page where that one is missing."""
    sources = sorted(sources, key=lambda source: source.order)
    matches = {source.key: list(source.find(query)) if query.terms else [] for source in sources}
    kinds = [(source, len(matches[source.key])) for source in sources if matches[source.key]]
    wanted = [(source, match) for source in sources for match in matches[source.key] if kind in ("", source.key)]
    wanted.sort(key=lambda pair: (pair[1].tier, -pair[1].rank))
    page = Paginator(wanted, PER_PAGE).get_page(number)
    hits = _load(list(page.object_list), query)
    return Found(hits=hits, page=page, total=len(wanted), kinds=kinds)


def _load(shown: list[tuple[SearchSource, Match]], query: Query) -> list[Hit]:
    """The rows of one page in their order, read source by source. What was taken back in between is left out."""
    loaded: dict[str, dict[int, Hit]] = {}
    for source in {source.key: source for source, _match in shown}.values():
        keys = [match.pk for one, match in shown if one.key == source.key]
        loaded[source.key] = source.load(keys, query)
    hits = []
    for source, match in shown:
        hit = loaded[source.key].get(match.pk)
        if hit is not None:
            hit.kind = hit.kind or source.label
            hits.append(hit)
    return hits


def ranked(rows: QuerySet, query: Query, *, title: str = "title") -> list[tuple[Any, float]]:
    """The rows of an indexed model that have all the words, best first, each with its rank: two queries.

    Whole words of the search fields count, and the beginnings of words of the autocomplete fields (STACK.md 10).
    What has the words in its title stands before what has them only in its text.
    """
    if not query.terms:
        return []
    text = " ".join(query.terms)
    whole = list(rows.search(text, operator="and"))
    begun = list(rows.autocomplete(text, operator="and"))
    by_key = {row.pk: row for row in [*whole, *begun]}
    return sorted(
        (
            (row, share_of(getattr(row, title), query.terms) + 0.1 / (position + 1))
            for position, row in enumerate(by_key.values())
        ),
        key=lambda pair: -pair[1],
    )
