"""The pages as sources of the site search.

All page types are looked through together, in three queries for each question, and shown by two more;
`BasePage.search_kind` says which source shows a page. A new type of page is found among the "pages" without doing
anything.
"""

from collections.abc import Callable
from html import unescape
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef
from django.utils.html import strip_tags
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.fields import StreamField
from wagtail.models import Page, get_page_models
from wagtail.search import index

from academy.common.search import Hit, Match, Query, SearchSource, ranked

from . import routing
from .blocks.stored import children
from .models import EASY_LANGUAGE, BasePage

# Where a question remembers what it has learned about the pages that it has found.
TYPES = "home.page_types"  # the content type of each
EASY = "home.easy_texts"  # the translation keys of those with a text in Leichte Sprache
TEXTS = (blocks.CharBlock, blocks.TextBlock, blocks.RichTextBlock)


def page_source(
    key: str, label: Any, *, order: int = 50, load: Callable[[list[int], Query], dict[int, Hit]] | None = None
) -> SearchSource:
    """The source of all page types whose `search_kind` is `key`."""
    return SearchSource(
        key=key,
        label=label,
        order=order,
        find=lambda query: matches_by_kind(query).get(key, []),
        load=load or load_pages,
    )


# --- Finding -------------------------------------------------------------------------------------------------------
def matches_by_kind(query: Query) -> dict[str, list[Match]]:
    """The published pages without access rules that have all the words, in the reader's language.

    Readers of Leichte Sprache get easy pages first and German ones after them, apart from those whose easy text is
    among the hits already.
    """
    return query.once(f"home.pages.{query.language}", lambda: _find(query))


def _find(query: Query) -> dict[str, list[Match]]:
    languages = [query.language, routing.SOURCE] if query.language == EASY_LANGUAGE else [query.language]
    tiers = {
        pk: languages.index(locale.language_code)
        for pk, locale in routing.site_map()["locales"].items()
        if locale.language_code in languages
    }
    kinds = _kinds()
    pages = Page.objects.live().public().filter(locale_id__in=tiers, content_type_id__in=kinds)
    pages = pages.only("title", "content_type_id", "locale_id", "translation_key").annotate(has_easy=_has_easy_text())
    rows = ranked(pages, query)
    query.memory[TYPES] = {page.pk: page.content_type_id for page, _rank in rows}
    query.memory[EASY] = {page.translation_key for page, _rank in rows if page.has_easy}
    easy = {page.translation_key for page, _rank in rows if tiers[page.locale_id] == 0}
    found: dict[str, list[Match]] = {}
    for page, rank in rows:
        tier = tiers[page.locale_id]
        if tier == 0 or page.translation_key not in easy:
            found.setdefault(kinds[page.content_type_id], []).append(Match(pk=page.pk, rank=rank, tier=tier))
    return found


def _has_easy_text() -> Exists:
    easy = Page.objects.filter(translation_key=OuterRef("translation_key"), live=True)
    return Exists(easy.filter(locale__language_code=EASY_LANGUAGE))


def _kinds() -> dict[int, str]:
    """The kind of each page type that can be found, by the key of its content type; no query once those are known."""
    models = [model for model in get_page_models() if getattr(model, "search_kind", None)]
    types = ContentType.objects.get_for_models(*models)
    return {types[model].pk: model.search_kind for model in models}


# --- Showing -------------------------------------------------------------------------------------------------------
def load_pages(keys: list[int], query: Query) -> dict[int, Hit]:
    """The hits of a list: one query for the pages, whatever their types, and one for what they stand under."""
    models = {key: ContentType.objects.get_for_id(query.memory[TYPES][key]).model_class() for key in keys}
    names = {model: model._meta.parents[Page].remote_field.get_accessor_name() for model in set(models.values())}
    pages = Page.objects.filter(pk__in=keys).select_related(*names.values())
    return hits_of([getattr(page, names[models[page.pk]]) for page in pages], query)


def hits_of(pages: list[BasePage], query: Query, *, with_place: bool = True) -> dict[int, Hit]:
    """Found pages with all their fields as hits: one query, for the titles of what they stand under."""
    above = _titles_above(pages) if with_place else {}
    return {
        page.pk: Hit(
            title=page.title,
            url=_address(page, page.translation_key in query.memory[EASY]),
            text=plain_text(page),
            lang=page.words_lang,
            place=[above[path] for path in _paths_above(page) if path in above],
            is_draft=page.needs_draft_notice,
        )
        for page in pages
    }


def _address(page: BasePage, has_easy_text: bool) -> str:
    """Where the words are: below the reader's language a German page with an easy variant would give way to that."""
    return routing.public_path(page, page.language) if has_easy_text else routing.reader_path(page)


def _paths_above(page: Page) -> list[str]:
    """The tree paths of the pages between the start page and this one."""
    return [page.path[: Page.steplen * depth] for depth in range(3, page.depth)]


def _titles_above(pages: list[BasePage]) -> dict[str, str]:
    paths = {path for page in pages for path in _paths_above(page)}
    return dict(Page.objects.filter(path__in=paths, live=True).values_list("path", "title")) if paths else {}


def plain_text(page: Page) -> str:
    """What a page says in its search fields besides the title, without a query: from the stored text of its blocks."""
    fields = dict.fromkeys(entry.field_name for entry in page.search_fields if isinstance(entry, index.SearchField))
    return " ".join(" ".join(_field_text(page, name)) for name in fields if name != "title").strip()


def _field_text(page: Page, name: str) -> list[str]:
    value = getattr(page, name)
    if isinstance(page._meta.get_field(name), StreamField):
        return block_texts(value.stream_block, list(value.raw_data))
    return [_without_tags(value)] if isinstance(value, str) else []


def block_texts(block: blocks.Block, raw: Any) -> list[str]:
    """The words in the stored value of a block; pictures, documents and addresses have none."""
    if not raw:
        return []
    if isinstance(block, TEXTS):
        return [_without_tags(raw)] if isinstance(raw, str) else []
    heads = _heads_of_table(raw) if isinstance(block, TypedTableBlock) else []
    return [*heads, *(text for child, value in children(block, raw) for text in block_texts(child, value))]


def _heads_of_table(raw: dict) -> list[str]:
    texts = [raw.get("caption"), *(column.get("heading") for column in raw.get("columns", []))]
    return [text for text in texts if text]


def _without_tags(text: str) -> str:
    """The words of rich text, with a space where a paragraph or an entry of a list ends."""
    return unescape(strip_tags(str(text).replace("</", " </").replace("<br", " <br")))
