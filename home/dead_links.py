"""Links of a page that lead to nothing on this site. No other site is ever asked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail import blocks
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from . import routing
from .blocks.plain import CallToActionBlock
from .blocks.stored import children


@dataclass(frozen=True)
class Link:
    """A link as it stands on a page: to a page or document by number, or to an address of this site."""

    kind: str  # "page", "document" or "address"
    target: str
    words: str = ""


@dataclass(frozen=True)
class DeadLink:
    """A link to nothing, with the sentence that says so."""

    link: Link
    sentence: str


def dead_links(pages: Iterable[Page]) -> dict[int, list[DeadLink]]:
    """The dead links of these pages, which must be specific, by page; in the order of the page, each only once.

    Four queries at most for addresses, one for pages, one for documents, however many pages there are.
    """
    links = {page.pk: list(dict.fromkeys(_links(page))) for page in pages}
    state = _State([link for several in links.values() for link in several])
    found = {
        key: [DeadLink(link, why) for link in several if (why := state.why(link))] for key, several in links.items()
    }
    return {key: dead for key, dead in found.items() if dead}


# --- What a page links to ------------------------------------------------------------------------------------------
def _links(page: Page) -> Iterator[Link]:
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            yield from _in_block(field.stream_block, list(getattr(page, field.name).raw_data))
        elif isinstance(field, RichTextField):
            yield from _in_text(getattr(page, field.name))


def _in_block(block: blocks.Block, raw: Any) -> Iterator[Link]:
    """The stored data is read, not the value: that has forgotten what was deleted."""
    if not raw:
        return
    if isinstance(block, blocks.RichTextBlock):
        yield from _in_text(raw)
    elif isinstance(block, blocks.PageChooserBlock):
        yield Link("page", str(raw))
    elif isinstance(block, DocumentChooserBlock):
        yield Link("document", str(raw))
    else:
        for child, value in children(block, raw):
            yield from _in_block(child, value)
    if isinstance(block, CallToActionBlock) and raw.get("address") and not raw.get("page"):
        yield from _address(raw["address"], raw.get("label", ""))


def _in_text(html: str) -> list[Link]:
    reader = _Anchors()
    reader.feed(html or "")
    return reader.found


class _Anchors(HTMLParser):
    """Reads the links of rich text as Wagtail stores it."""

    def __init__(self):
        super().__init__()
        self.found: list[Link] = []
        self._open: dict[str, str] | None = None
        self._words = ""

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self._open, self._words = {name: value or "" for name, value in attrs}, ""

    def handle_data(self, data):
        self._words += data

    def handle_endtag(self, tag):
        if tag != "a" or self._open is None:
            return
        kind = self._open.get("linktype", "")
        if kind in ("page", "document"):
            self.found.append(Link(kind, self._open.get("id", ""), self._words.strip()))
        else:
            self.found += _address(self._open.get("href", ""), self._words.strip())
        self._open = None


def _address(url: str, words: str) -> list[Link]:
    """The address as a link, if it lies on this site."""
    path = url.removeprefix(settings.BASE_URL.rstrip("/")) or "/"
    return [Link("address", path, words)] if path.startswith("/") and not path.startswith("//") else []


# --- What is there -------------------------------------------------------------------------------------------------
class _State:
    """What the targets of many links are, read once for all of them."""

    def __init__(self, links: list[Link]):
        pages = {link.target for link in links if link.kind == "page" and link.target.isdecimal()}
        documents = {link.target for link in links if link.kind == "document" and link.target.isdecimal()}
        self._addresses = {link.target: _page_path(link.target) for link in links if link.kind == "address"}
        found = Page.objects.filter(pk__in=pages).values_list("pk", "title", "live") if pages else []
        self._pages = {str(key): (title, live) for key, title, live in found}
        stored = get_document_model().objects.filter(pk__in=documents).values_list("pk", flat=True) if documents else []
        self._documents = {str(key) for key in stored}
        self._served = _served_paths({path for path in self._addresses.values() if path})

    def why(self, link: Link) -> str:
        """Why the link leads to nothing; empty where it leads somewhere."""
        if link.kind == "document":
            sentence = "" if link.target in self._documents else _("A link leads to a document that was deleted.")
        elif link.kind == "address":
            sentence = self._why_address(link.target)
        elif link.target not in self._pages:
            sentence = _("A link leads to a page that was deleted.")
        else:
            title, live = self._pages[link.target]
            sentence = (
                "" if live else _("A link leads to the page «%(page)s», which is not published.") % {"page": title}
            )
        return f"«{link.words}»: {sentence}" if sentence and link.words else sentence

    def _why_address(self, address: str) -> str:
        path = self._addresses[address]
        if path == "" or path in self._served:
            return ""
        return _("A link leads to an address that this site does not have: %(address)s") % {"address": address}


def _page_path(address: str) -> str:
    """The path of an address that only a page or a redirect can answer. Empty where a view answers."""
    path = unquote(urlsplit(address).path)
    language = path.split("/")[1]
    with override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        try:
            match = resolve(path if path.endswith("/") or "." in path.rsplit("/", 1)[-1] else f"{path}/")
            is_page = match.url_name == "wagtail_serve"
        except Resolver404:
            is_page = True
    return f"{path.rstrip('/')}/" if is_page else ""


def _served_paths(paths: set[str]) -> set[str]:
    """Those of the paths that a published page or a redirect answers."""
    if not paths:
        return set()
    stored = {path: _stored_path(path) for path in paths}
    wanted = {above for path in stored.values() for above in _with_those_above(path)}
    live = Page.objects.filter(url_path__in=wanted, live=True).select_related("content_type")
    types = {page.url_path: page.specific_class for page in live}
    redirects = set(Redirect.objects.values_list("old_path", flat=True))
    return {
        path
        for path, own in stored.items()
        if own in types or Redirect.normalise_path(path) in redirects or _has_routes_above(own, types)
    }


def _stored_path(path: str) -> str:
    """The path as pages store it: the language stands for the start page of that language."""
    language, rest = path.lstrip("/").partition("/")[::2]
    roots = routing.site_map()["roots"].values()
    return next((root[language] for root in roots if language in root), f"/{language}/") + rest


def _with_those_above(path: str) -> list[str]:
    parts = path.strip("/").split("/")
    return [f"/{'/'.join(parts[:count])}/" for count in range(1, len(parts) + 1)]


def _has_routes_above(path: str, types: dict[str, type | None]) -> bool:
    """Whether a page above answers addresses of its own, such as the entries of a directory."""
    kinds = [types.get(above) for above in _with_those_above(path)]
    return any(getattr(kind, "has_entries", False) for kind in kinds)
