"""From an address to a page in few queries.

Wagtail looks up the site for each request and walks the tree level by level: two thirds of a page's time. Here the
site, the roots of the languages and the locales are kept in the cache, and the page is found by its stored path in one
query, which also says whether everybody may see it. What this does not find, Wagtail's own routing may still find.

A page that one language does not have is no dead end there: below /en/ and /de-simple/ the path of a German page leads
to its variant, and where there is none the German page stands in under that very address (docs/decisions/0002).
"""

from collections.abc import Iterable
from hashlib import blake2b
from threading import local

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from wagtail.models import Locale, Page, PageViewRestriction, Site
from wagtail.url_routing import RouteResult

KEY = "home:site-map:2"
SECONDS = 600
SOURCE = "de"
STAND_IN_LANGUAGES = ("en", "de-simple")  # Hungarian has dialogue pages only


# What the request of this thread has read: the site map, for which a page asks dozens of times, and the linked pages.
_request = local()


def site_map() -> dict:
    """The sites, the path of each language's start page, and the locales; from the cache where it is known."""
    if not getattr(_request, "is_running", False):
        return _cached_site_map()
    if _request.site_map is None:
        _request.site_map = _cached_site_map()
    return _request.site_map


def _cached_site_map() -> dict:
    known = cache.get(KEY)
    if known is None:
        known = _read_site_map()
        cache.set(KEY, known, SECONDS)
    return known


def _read_site_map() -> dict:
    sites = list(Site.objects.select_related("root_page").order_by("-is_default_site", "pk"))
    roots: dict[int, dict[str, str]] = {}
    for site in sites:
        family = Page.objects.filter(translation_key=site.root_page.translation_key).select_related("locale")
        roots[site.pk] = {page.locale.language_code: page.url_path for page in family}
    return {"sites": sites, "roots": roots, "locales": {locale.pk: locale for locale in Locale.objects.all()}}


def forget_site_map(**kwargs) -> None:
    """Receiver: a site, a start page or a locale has changed."""
    _request.site_map = None
    cache.delete(KEY)


def site_of(request: HttpRequest) -> Site | None:
    """The site that answers for the host of the request, else the default site."""
    host = request.get_host().rsplit(":", 1)[0].lower()
    sites = site_map()["sites"]
    return next((site for site in sites if site.hostname == host), sites[0] if sites else None)


class KnownSite:
    """Middleware: Wagtail finds the site on the request and asks no database for it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request._wagtail_site = SimpleLazyObject(lambda: site_of(request))
        _request.is_running, _request.site_map, _request.linked, _request.announced = True, None, None, set()
        try:
            return self.get_response(request)
        finally:
            _request.is_running, _request.site_map, _request.linked, _request.announced = False, None, None, set()


def announce_links(keys: Iterable[int]) -> None:
    """The page that is about to be shown leads to these: they are read together once, and kept for this request."""
    if getattr(_request, "is_running", False):
        _request.announced |= set(keys)


def linked_pages(keys: Iterable[int | None]) -> dict[int, Page]:
    """The pages with these keys. Only what was announced is kept: an editor's request may change pages on its way."""
    wanted = {key for key in keys if key}
    announced = getattr(_request, "announced", set())
    if not wanted or not wanted <= announced:
        return Page.objects.in_bulk(wanted) if wanted else {}
    if _request.linked is None:
        _request.linked = Page.objects.in_bulk(announced)
    return {key: _request.linked[key] for key in wanted if key in _request.linked}


def locale_code(locale_id: int) -> str:
    locale = site_map()["locales"].get(locale_id)
    return locale.language_code if locale else Locale.objects.get(pk=locale_id).language_code


def active_locale() -> Locale | None:
    """The locale of the current language, or None where it has none."""
    language = get_language()
    return next((locale for locale in site_map()["locales"].values() if locale.language_code == language), None)


def root_path(request: HttpRequest) -> str | None:
    """The stored path of the current language's start page."""
    site = site_of(request)
    return site_map()["roots"].get(site.pk, {}).get(get_language()) if site else None


def find_route(request: HttpRequest, path: str) -> RouteResult | None:
    """The live page at `path` below the start page of the current language, or None."""
    return _route_below(root_path(request), path)


def find_stand_in(request: HttpRequest, path: str) -> RouteResult | None:
    """The live German page at `path`, for a reader of a language that has no page there; None for Hungarian."""
    site = site_of(request)
    if site is None or get_language() not in STAND_IN_LANGUAGES:
        return None
    return _route_below(site_map()["roots"].get(site.pk, {}).get(SOURCE), path)


def _route_below(root: str | None, path: str) -> RouteResult | None:
    if root is None:
        return None
    page, entry = _find_page(f"{root}{path}"), {}
    if page is None:
        page, entry = _find_entry(root, path)
    if page is None:
        return None
    page._state.fields_cache["locale"] = site_map()["locales"].get(page.locale_id) or page.locale
    return RouteResult(page, kwargs=entry)


def _find_entry(root: str, path: str) -> tuple[Page | None, dict[str, str]]:
    """The page above, where it shows records under their short names, such as a list of statements."""
    above, _slash, slug = path.rstrip("/").rpartition("/")
    page = _find_page(f"{root}{above}/") if above and slug else None
    return (page, {"entry": slug}) if getattr(page, "has_entries", False) else (None, {})


def _find_page(url_path: str) -> Page | None:
    """The live page with that path and `is_restricted`: in one query where its type is remembered, else in two."""
    key = "home:page-type:1:" + blake2b(url_path.encode(), digest_size=16).hexdigest()
    known = cache.get(key)
    model = ContentType.objects.get_for_id(known).model_class() if known else None
    page = None
    if model is not None:
        related = getattr(model, "route_related", ())
        page = _with_restriction(model._default_manager.select_related(*related), url_path).first()
    if page is None:  # not remembered, or another type of page stands there now
        page = _with_restriction(Page.objects.all(), url_path).specific().first()
        if page is not None:
            cache.set(key, page.content_type_id, SECONDS)
    return page


def _with_restriction(pages, url_path: str):
    return _marked_restricted(pages.filter(url_path=url_path, live=True))


def _marked_restricted(pages):
    """`is_restricted` says whether the page or a page above it has a rule about who may see it."""
    own_path = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    above = PageViewRestriction.objects.annotate(path_here=own_path).filter(path_here__startswith=F("page__path"))
    return pages.annotate(is_restricted=Exists(above))


def for_everybody(pages):
    """Those of the pages that nobody is kept out of, within the same query."""
    return _marked_restricted(pages).filter(is_restricted=False)


def public_path(page: Page, language: str) -> str:
    """The address of a page of that language, from its stored path, without a query."""
    return f"/{language}/{_path_below_start(page, language)}"


def _path_below_start(page: Page, language: str) -> str:
    roots = site_map()["roots"]
    root = next((paths[language] for paths in roots.values() if language in paths), "/")
    return page.url_path.removeprefix(root)


def stand_in_path(page: Page, language: str) -> str:
    """The address under which a German page stands in for its missing variant in that language."""
    return f"/{language}/{_path_below_start(page, SOURCE)}"


def reader_path(page: Page) -> str:
    """The address of a page that keeps the reader in the language of the current address, without a query.

    A German page is linked below the reader's language; there its variant answers, or the page itself with a notice.
    """
    own, reader = locale_code(page.locale_id), get_language()
    if own == SOURCE and reader in STAND_IN_LANGUAGES:
        return stand_in_path(page, reader)
    return public_path(page, own)
