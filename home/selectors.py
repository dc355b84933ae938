"""Reads of the public site shell."""

from django.core.cache import cache
from django.utils.translation import get_language
from wagtail.models import Page

from . import routing

MENU_KEY = "home:menus:3:"
SECONDS = 600


def menus() -> dict[str, list[dict[str, str]]]:
    """The entries of the main menu and of the footer in the current language: [{"title", "url", "key", "lang"}, …].

    `key` is the purpose of a page, by which header and footer know the page in sign language and "report a barrier".
    `lang` is empty for titles in the current language. Hungarian has dialogue pages only and takes the English footer.
    """
    language = get_language()
    known = cache.get(MENU_KEY + language)
    if known is None:
        pages = _pages_below_home(language)
        footer = _for_footer(pages) or (_for_footer(_pages_below_home("en")) if language == "hu" else [])
        known = {
            "main": [_entry(page, language) for page in pages if page.show_in_menus],
            "footer": [_entry(page, language) for page in footer],
        }
        cache.set(MENU_KEY + language, known, SECONDS)
    return known


def _pages_below_home(language: str) -> list[Page]:
    """The published pages directly below the start page of that language, in the order of the tree."""
    sites = routing.site_map()["sites"]
    root = routing.site_map()["roots"].get(sites[0].pk, {}).get(language) if sites else None
    home = Page.objects.filter(url_path=root).first() if root else None
    return list(home.get_children().live().specific().order_by("path")) if home else []


def _for_footer(pages: list[Page]) -> list[Page]:
    return [page for page in pages if getattr(page, "show_in_footer", False)]


def _entry(page: Page, language: str) -> dict[str, str]:
    own = routing.locale_code(page.locale_id)
    return {
        "title": page.title,
        "url": routing.public_path(page, own),
        "key": getattr(page, "purpose", ""),
        "lang": own if own != language else "",
    }


def forget_menus(**kwargs) -> None:
    """Receiver: a page was published, moved or taken back."""
    cache.delete_many([MENU_KEY + locale.language_code for locale in routing.site_map()["locales"].values()])
