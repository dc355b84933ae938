"""The gender star on screen: «*innen» stays on the line of its word, and easy language has none (DOMAIN.md 1).

The text itself is never changed: a word joiner in it would be copied, searched for and printed with it.
"""

import re

# Of a longer word only the end is held together, so that it fits a narrow screen.
ENDING = r"\*(?:[Ii]nnen|[Ii]n|n|r|e)\b"
STAR_WORD = re.compile(rf"(\w{{1,16}}{ENDING})")
WHOLE_WORD = re.compile(rf"\w+{ENDING}")
TAG = re.compile(r"(<[^>]*>)")


def unbroken(escaped: str) -> str:
    """The escaped text with each gendered word in a span that does not break."""
    return STAR_WORD.sub(r'<span class="nobr">\1</span>', escaped) if "*" in escaped else escaped


def unbroken_html(html: str) -> str:
    """The same for ready markup: what stands in tags stays as it is."""
    if "*" not in html:
        return html
    return "".join(part if part.startswith("<") else unbroken(part) for part in TAG.split(html))


def starred_words(text: str) -> list[str]:
    """The words with a gender star, each once, as they are written."""
    return list(dict.fromkeys(WHOLE_WORD.findall(text)))
