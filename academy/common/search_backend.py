"""Wagtail's database search with words as `search_text.py` sees them, in the index and in every question.

The only place where both meet: site search, catalogue and editor find the same, on SQLite and on PostgreSQL. The
database itself gets ready stems, so PostgreSQL's own stemming is off (`SEARCH_CONFIG` "simple").
"""

from django.db import connection
from modelsearch import query as queries
from modelsearch.backends import database
from modelsearch.index import RelatedFields

from .search_text import normalised


def in_stems(query):
    """The question in the words of the index, whether it is a text or built from parts."""
    if isinstance(query, str):
        return normalised(query)
    if isinstance(query, queries.PlainText):
        return queries.PlainText(normalised(query.query_string), operator=query.operator, boost=query.boost)
    if isinstance(query, queries.Phrase):
        return queries.Phrase(normalised(query.query_string))
    if isinstance(query, (queries.And, queries.Or)):
        return type(query)([in_stems(part) for part in query.subqueries])
    if isinstance(query, queries.Not):
        return queries.Not(in_stems(query.subquery))
    if isinstance(query, queries.Boost):
        return queries.Boost(in_stems(query.subquery), query.boost)
    return query


class StemsInIndex:
    """What the indexer reads from an object's fields comes out as stems."""

    def prepare_field(self, obj, field):
        for *about, value in super().prepare_field(obj, field):
            # What comes from a related row has been through here already.
            yield (*about, value if isinstance(field, RelatedFields) else normalised(value))


class StemsInQuestions:
    def _search(self, query_compiler_class, query, model_or_queryset, **kwargs):
        query = in_stems(query)
        if isinstance(query, queries.PlainText) and not query.query_string:
            query = ""  # nothing but signs: Wagtail answers with nothing
        return super()._search(query_compiler_class, query, model_or_queryset, **kwargs)


def _with_stems(module, backend_class):
    # Wagtail's index makes its indexers by this name and offers no other way in.
    if not issubclass(module.ObjectIndexer, StemsInIndex):
        module.ObjectIndexer = type("ObjectIndexer", (StemsInIndex, module.ObjectIndexer), {})
    return type("SearchBackend", (StemsInQuestions, backend_class), {})


def SearchBackend(params):
    """The backend of the database in use. Wagtail looks for this name."""
    if connection.vendor == "postgresql":
        from modelsearch.backends.database.postgres import postgres as module

        return _with_stems(module, module.PostgresSearchBackend)({"SEARCH_CONFIG": "simple", **params})
    if type(database.SearchBackend(params)).__name__ != "SQLiteSearchBackend":
        raise RuntimeError("Search needs PostgreSQL, or SQLite with FTS5.")
    from modelsearch.backends.database.sqlite import sqlite as module

    return _with_stems(module, module.SQLiteSearchBackend)(params)
