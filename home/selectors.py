"""Reads of the public site shell."""

from django.core.cache import cache
from django.utils.translation import get_language
from wagtail.models import Page

from . import routing

MENU_KEY = "home:menus:2:"
SECONDS = 600


def menus() -> dict[str, list[dict[str, str]]]:
    """The entries of the main menu and of the footer in the current language: [{"title", "url", "key"}, …].

    `key` is the purpose of a page, by which header and footer know the page in sign language and "report a barrier".
    """
    language = get_language()
    known = cache.get(MENU_KEY + language)
    if known is None:
        known = _read_menus()
        cache.set(MENU_KEY + language, known, SECONDS)
    return known


def _read_menus() -> dict[str, list[dict[str, str]]]:
    sites = routing.site_map()["sites"]
    root = routing.site_map()["roots"].get(sites[0].pk, {}).get(get_language()) if sites else None
    if root is None:
        return {"main": [], "footer": []}
    home = Page.objects.get(url_path=root)
    pages = list(home.get_children().live().specific().order_by("path"))
    return {
        "main": [_entry(page) for page in pages if page.show_in_menus],
        "footer": [_entry(page) for page in pages if getattr(page, "show_in_footer", False)],
    }


def _entry(page: Page) -> dict[str, str]:
    return {
        "title": page.title,
        "url": routing.public_path(page, routing.locale_code(page.locale_id)),
        "key": getattr(page, "purpose", ""),
    }


def forget_menus(**kwargs) -> None:
    """Receiver: a page was published, moved or taken back."""
    cache.delete_many([MENU_KEY + locale.language_code for locale in routing.site_map()["locales"].values()])
