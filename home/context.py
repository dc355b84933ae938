"""What every template may use of the public site."""

from django.utils.functional import SimpleLazyObject

from academy.common.links import shareable_path

from . import selectors


def menus(request) -> dict:
    return {
        "main_menu": SimpleLazyObject(lambda: _marked(selectors.menus()["main"], request.path)),
        "footer_menu": SimpleLazyObject(lambda: _marked(selectors.menus()["footer"], request.path)),
        "reported_page": SimpleLazyObject(lambda: shareable_path(request.path, request.resolver_match)),
    }


def _marked(entries: list[dict[str, str]], path: str) -> list[dict]:
    """The entries with `current`: "page" for the page itself, "true" above it. The cached ones are not changed."""
    return [{**entry, "current": _current(entry["url"], path)} for entry in entries]


def _current(url: str, path: str) -> str:
    if url == path:
        return "page"
    return "true" if path.startswith(url) else ""
