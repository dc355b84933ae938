"""How days and words of two languages are written in texts."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Model
from django.utils.dateformat import format as date_text
from django.utils.translation import get_language, pgettext


def day_text(day: date) -> str:
    """A day as people write it: 4. November 2026, 4 November 2026."""
    return date_text(day, pgettext("date format", "j F Y"))


def short_day_text(day: date) -> str:
    """A day where there is little room: 04.11.2026, 4 Nov 2026."""
    return date_text(day, pgettext("short date format", "j M Y"))


def language_of(row: Model, field: str) -> str:
    """The language of a text that fell back to German, to be marked up as such; empty where it is the page's own."""
    is_fallback = get_language() == "en" and not getattr(row, f"{field}_en") and getattr(row, f"{field}_de")
    return "de" if is_fallback else ""


@dataclass(frozen=True)
class Words:
    """A text as it is shown, and its language where that is not the page's own."""

    text: str
    lang: str = ""

    def __str__(self) -> str:
        return self.text


def words_of(row: Model, field: str) -> Words:
    """The text of a row that is kept in several languages: in the page's language, else in German."""
    language = get_language() or "de"
    own = getattr(row, f"{field}_{language.replace('-', '_')}", "")
    if own or language == "de":
        return Words(own or "")
    return Words(getattr(row, f"{field}_de") or "", "de")
