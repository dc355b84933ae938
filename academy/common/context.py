"""What every template may use."""

from django.conf import settings
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from .funding import funding

THEMES = ("light", "dark")


def theme_of(request) -> str:
    """The theme that the visitor chose, or "" for the system's own; nonsense in the cookie is ignored."""
    theme = request.COOKIES.get("theme", "")
    return theme if theme in THEMES else ""


def site(request) -> dict:
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "site_name": settings.WAGTAIL_SITE_NAME,
        "site_language": language,
        "site_languages": SimpleLazyObject(lambda: _languages(request.path, language)),  # pages bring their own
        "theme": theme_of(request),
        "funding": SimpleLazyObject(lambda: funding(language)),
        "operator": settings.SITE_OPERATOR,
        "is_demo": settings.DEMO,
    }


def _languages(path: str, language: str) -> list[dict]:
    return [
        {"code": code, "name": name, "url": translate_url(path, code), "current": code == language}
        for code, name in settings.LANGUAGES
        if code != "hu"  # Hungarian stands beside the dialogue pages only (DESIGN.md 4)
    ]
