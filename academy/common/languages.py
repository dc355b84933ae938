"""Languages that courses, films and files are in. The names come from Django, in the language of the reader."""

from django.utils.translation import get_language_info, gettext

LANGUAGE_CODES = ["de", "de-simple", "en", "hu", "ar", "fa", "fr", "pl", "ru", "tr", "uk"]


def german_or_english(preferred: str) -> str:
    """The language of what goes to people outside as well, such as supervisors and employers."""
    return "en" if preferred == "en" else "de"


def language_name(code: str) -> str:
    """The name of a language in the language of the reader; an unknown code stands for itself."""
    if code == "de-simple":
        return gettext("easy-to-read German")
    try:
        return get_language_info(code)["name_translated"]
    except KeyError:
        return code


def language_choices(current: str = "") -> list[tuple[str, str]]:
    """The known languages, by name; the current one stays possible."""
    codes = [*LANGUAGE_CODES, *([current] if current and current not in LANGUAGE_CODES else [])]
    return [(code, language_name(code)) for code in codes]
