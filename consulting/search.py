"""Statements as a source of the site search: what is published, in the words that the reader gets to see."""

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.common.search import Hit, Match, Query, SearchSource, ranked
from academy.common.search_text import share_of
from home.models import EASY_LANGUAGE

from .models import Statement
from .models.pages import statement_path
from .wording import day_text, words_of

FOUND = "consulting.statements"  # where a question remembers the rows that it has found


def find_statements(query: Query) -> list[Match]:
    """Published statements that have all the words in the reader's language, or in the German that stands in for it.

    The index keeps all languages of a row together, so what it finds is looked at again: at most three queries, and
    none where the same words are looked for in another language as well.
    """
    found = query.once(FOUND, lambda: _indexed(query))
    return [
        Match(pk=row.pk, rank=rank, tier=1 if words_of(row, "title").lang else 0)
        for row, rank in found
        if all(share_of(f"{row_title(row)} {row_text(row)}", (term,)) for term in query.terms)
    ]


def _indexed(query: Query) -> list[tuple[Statement, float]]:
    found = ranked(Statement.objects.published(), query)
    prefetch_related_objects([row for row, _rank in found], "recommendations")
    return found


def load_statements(keys: list[int], query: Query) -> dict[int, Hit]:
    """The statements of a list of hits, as they were read to look at their words: no query."""
    known = {row.pk: row for row, _rank in query.memory[FOUND]}
    rows = [known[key] for key in keys]
    return {
        row.pk: Hit(
            title=row_title(row),
            url=statement_path(row),
            text=row_text(row),
            lang=words_of(row, "title").lang,
            facts=[_("Published: {day}").format(day=day_text(row.published_on))],
            is_draft=query.language == EASY_LANGUAGE and not words_of(row, "title").lang and row.is_easy_unchecked,
        )
        for row in rows
    }


def row_title(row: Statement) -> str:
    return words_of(row, "title").text


def row_text(row: Statement) -> str:
    """What a statement says besides its title: the summary and what it recommends."""
    recommendations = sorted(row.recommendations.all(), key=lambda one: one.number)
    return " ".join([words_of(row, "summary").text, *(words_of(one, "text").text for one in recommendations)])


SOURCE = SearchSource(
    key="statements", label=gettext_lazy("Statements"), order=20, find=find_statements, load=load_statements
)
