"""Text from packages: rich text keeps the tags that its field allows, plain text is stored escaped (H5P.md 5, rule 9).

Both are idempotent, so that a content may be stored, exported and imported any number of times.
"""

import re

import nh3

BASE_TAGS = {"div", "span", "p", "br"}
TABLE_TAGS = {"tr", "td", "th", "colgroup", "col", "thead", "tbody", "tfoot", "figure", "figcaption"}
RELATED_TAGS = {"b": {"strong"}, "i": {"em"}, "ul": {"li"}, "ol": {"li"}, "del": {"s"}, "strike": {"s"}}

ATTRIBUTES = {
    "*": {"class", "dir", "lang", "style", "title"},
    "a": {"href", "hreflang", "target"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"reversed", "start", "type"},
    "table": {"border", "cellpadding", "cellspacing", "summary"},
    "td": {"colspan", "headers", "rowspan"},
    "th": {"abbr", "colspan", "headers", "rowspan", "scope"},
}
FONT_STYLES = {
    "size": "font-size",
    "family": "font-family",
    "color": "color",
    "background": "background-color",
    "spacing": "letter-spacing",
    "height": "line-height",
}
TABLE_STYLES = {
    "border",
    "border-style",
    "border-width",
    "border-color",
    "border-collapse",
    "vertical-align",
    "padding",
}
TABLE_STYLES |= {"width", "height", "float", "background-color"}
NEVER = {"base", "embed", "form", "iframe", "input", "link", "math", "meta", "noscript", "object", "script", "style"}
NEVER |= {"svg", "template", "textarea", "title"}
SCHEMES = {"http", "https", "mailto", "tel"}

_BARE_AMPERSAND = re.compile(r"&(?!(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MARKS = str.maketrans({"<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#039;"})


def escape(text: str) -> str:
    """`text` as H5P stores plain text: markup escaped, entities that are there already left alone."""
    return _BARE_AMPERSAND.sub("&amp;", text).translate(_MARKS)


def cut(text: str, length: int) -> str:
    """The first `length` characters of escaped text, where an entity counts as one."""
    taken, position = 0, 0
    while position < len(text) and taken < length:
        entity = _ENTITY.match(text, position)
        position = entity.end() if entity else position + 1
        taken += 1
    return text[:position]


def clean(html: str, *, tags: list[str], font: dict | None = None) -> str:
    """`html` with the `tags` of its field, harmless attributes and the styles that the field lets people choose."""
    allowed = BASE_TAGS | set(tags)
    for tag, related in RELATED_TAGS.items():
        if tag in allowed:
            allowed |= related
    styles = {"text-align"} | {style for name, style in FONT_STYLES.items() if (font or {}).get(name)}
    if "table" in allowed:
        allowed |= TABLE_TAGS
        styles |= TABLE_STYLES
    allowed -= NEVER
    return nh3.clean(
        html,
        tags=allowed,
        attributes=ATTRIBUTES,
        generic_attribute_prefixes={"aria-", "data-"},
        url_schemes=SCHEMES,
        filter_style_properties=styles,
    )
