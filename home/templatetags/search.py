"""How hits are shown: what was looked for is marked."""

import re
from urllib.parse import unquote

from django import template

from academy.common.search import Query
from academy.common.search_text import excerpt, marked
from home.forms import LONGEST, SearchForm

register = template.Library()


@register.filter
def hits(text: str, query: Query):
    """The text with the words that were looked for in <mark>."""
    return marked(text, query.terms)


@register.filter
def hits_in_context(text: str, query: Query):
    """The part of the text around the first hit, with the hits marked."""
    return marked(excerpt(text, query.terms), query.terms)


@register.simple_tag
def search_field_for(path: str):
    """The field of the search form with the words of an address that leads nowhere: those of its last part."""
    parts = [part for part in re.split(r"/+", unquote(path)) if part]
    words = " ".join(re.findall(r"[^\W_]+", parts[-1])) if len(parts) > 1 else ""
    return SearchForm(initial={"q": words[:LONGEST]})["q"]
