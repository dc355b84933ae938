"""Finds what looks like a person in free text, so that a form can warn before it is stored (DOMAIN.md C11).

A pattern is a guess: whoever writes decides. Nothing is stored or logged of what was found.
"""

import re

from django.utils.translation import gettext_lazy as _

PATTERNS = [
    (_("an e-mail address"), re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")),
    (_("a telephone number"), re.compile(r"(?<![\w/-])(?:\+49|0049|0)[\s/(-]*(?:\d[\s/()-]*){6,}\d")),
    (
        _("a file number"),
        re.compile(
            r"\b(?:Az|AZ|Aktenzeichen|Gz|GZ|Geschäftszeichen|Kundennummer|Kd\.?-?Nr|Fallnummer)\.?:?\s*[\w/.-]*\d"
            r"|\b\d{2,4}[A-Z]\d{4,}\b|\b[A-Z]{1,3}\s?\d{1,4}/\d{2,4}\b"
        ),
    ),
    (
        _("a date of birth"),
        re.compile(
            r"(?:\bgeb(?:oren)?\.?|\bGeburts(?:tag|datum)|\bborn\b|\*)\s*:?\s*(?:am\s+|on\s+)?\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}"
            r"|\b\d{1,2}\.\s?\d{1,2}\.\s?19\d{2}\b"
        ),
    ),
    (
        _("the name of a person"),
        re.compile(r"\b(?:Frau|Herrn?|Familie|Mr|Mrs|Ms|Dr\.|Prof\.)\s+(?!Dr\b|Prof\b)[A-ZÄÖÜ][a-zäöüß]+"),
    ),
]


def personal_patterns(*texts: str) -> list[str]:
    """What the texts seem to hold, each once, in the words of the reader's language."""
    return [str(name) for name, pattern in PATTERNS if any(pattern.search(text or "") for text in texts)]
