"""From the plain texts of the content files to what pages store."""

import re
from collections.abc import Callable
from typing import Any

from django.utils.html import escape

REFERENCE = re.compile(r"\{\{(document|page):([\w-]+)\|([^}]+)\}\}")


def sentences(text: str) -> str:
    """A text in Leichte Sprache as rich text: each sentence keeps its own line, an empty line begins a paragraph."""
    paragraphs = [part.strip().splitlines() for part in text.strip().split("\n\n")]
    return "".join(f"<p>{'<br/>'.join(escape(line.strip()) for line in part)}</p>" for part in paragraphs)


def bullets(texts: list[str]) -> str:
    """A list as rich text. What stands before a colon, as in «Hálózat: …», is what the line is about."""
    items = []
    for text in texts:
        head, colon, rest = text.partition(": ")
        items.append(f"<li><b>{escape(head)}:</b> {escape(rest)}</li>" if colon else f"<li>{escape(text)}</li>")
    return f"<ul>{''.join(items)}</ul>"


def lines(texts: list[str]) -> list[dict[str, str]]:
    """One block for each line, as goals and content points are stored."""
    return [{"type": "line", "value": text} for text in texts]


def linked(value: Any, link: Callable[[str, str], str]) -> Any:
    """The value with every «{{document:…|words}}» and «{{page:…|words}}» as a link; `link` gives its attributes."""
    if isinstance(value, str):
        return REFERENCE.sub(lambda found: f"<a {link(found[1], found[2])}>{found[3]}</a>", value)
    if isinstance(value, list):
        return [linked(inner, link) for inner in value]
    if isinstance(value, dict):
        return {name: linked(inner, link) for name, inner in value.items()}
    return value
