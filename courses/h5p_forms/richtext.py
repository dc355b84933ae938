"""Texts with marks: H5P's HTML in Wagtail's rich text editor, and back with the marks that H5P allows."""

import html as html_module
import json
import re
from html.parser import HTMLParser

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from wagtail.admin.rich_text.converters.html_to_contentstate import InlineStyleElementHandler
from wagtail.admin.rich_text.editors.draftail.features import InlineStyleFeature
from wagtail.blocks import RichTextBlock
from wagtail.rich_text import expand_db_html

from academy.common.links import absolute

FEATURES = {
    "bold": {"strong", "b"},
    "italic": {"em", "i"},
    "underline": {"u"},
    "strikethrough": {"s", "del", "strike"},
    "superscript": {"sup"},
    "subscript": {"sub"},
    "code": {"code"},
    "ol": {"ol"},
    "ul": {"ul"},
    "blockquote": {"blockquote"},
    "hr": {"hr"},
    "link": {"a"},
    **{name: {name} for name in ("h1", "h2", "h3", "h4", "h5", "h6")},
}
SAME = {"b": "strong", "i": "em", "del": "s", "strike": "s", "div": "p"}
MEANINGLESS = {("a", "rel"), ("a", "target")}
_KEY = re.compile(r' data-block-key="[^"]*"')
_LOCAL = re.compile(r'(<a\b[^>]*?\bhref=")(/[^"]*)')


def register_underline(features) -> None:
    """H5P underlines; Wagtail's editor can, but does not offer it by itself."""
    control = {"type": "UNDERLINE", "label": "U", "description": gettext_lazy("Underline")}
    features.register_editor_plugin("draftail", "underline", InlineStyleFeature(control))
    features.register_converter_rule(
        "contentstate",
        "underline",
        {
            "from_database_format": {"u": InlineStyleElementHandler("UNDERLINE")},
            "to_database_format": {"style_map": {"UNDERLINE": "u"}},
        },
    )


def features_of(tags: list) -> list[str]:
    """The buttons of the editor for a field that allows `tags`."""
    return [feature for feature, names in FEATURES.items() if names & set(tags)]


class ExerciseTextBlock(RichTextBlock):
    """A rich text whose editor is described once for all fields with the same buttons."""

    def __init__(self, *, shared: dict, **kwargs):
        self.shared = shared
        super().__init__(**kwargs)

    @cached_property
    def field(self):
        field = super().field
        field.widget = self.shared.setdefault(("richtext", *self.features), field.widget)
        return field

    def get_form_state(self, value):
        return json.dumps(json.loads(super().get_form_state(value)), separators=(",", ":"))


def to_html(source: str, tags: list) -> str:
    """What Wagtail's editor gives, as H5P stores it: links that work anywhere, marks that the field allows."""
    text = _LOCAL.sub(lambda match: match[1] + absolute(match[2]), expand_db_html(_KEY.sub("", source or "")))
    for ours, allowed in (("b", "strong"), ("i", "em"), ("s", "del"), ("del", "s")):
        if ours not in tags and allowed in tags:
            text = re.sub(rf"<(/?){ours}>", rf"<\1{allowed}>", text)
    return "" if text in ("<p></p>", "<p/>") else text


def says_the_same(first: str, second: str) -> bool:
    """Whether two texts show the same words with the same marks, however they write their paragraphs."""
    return _facts(first) == _facts(second)


def _facts(html: str) -> list:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.facts()


class _Reader(HTMLParser):
    """The words and marks of a text, in order; neighbouring paragraphs are one border."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found: list = []

    def handle_starttag(self, tag, attrs):
        tag = SAME.get(tag, tag)
        told = sorted((name, value) for name, value in attrs if (tag, name) not in MEANINGLESS and value)
        if tag == "p" and not told:
            self.found.append("|")
        elif tag != "span" or told:
            self.found.append((tag, *told))

    def handle_endtag(self, tag):
        tag = SAME.get(tag, tag)
        if tag == "p":
            self.found.append("|")
        elif tag not in ("span", "br", "hr", "img"):
            self.found.append((f"/{tag}",))

    def handle_data(self, data):
        self.found.append(data)

    def facts(self) -> list:
        facts: list = []
        for item in self.found:
            if isinstance(item, str) and item != "|":
                words = re.sub(r"[ \t\r\n]+", " ", item)
                if facts and isinstance(facts[-1], str) and facts[-1] != "|":
                    facts[-1] += words
                else:
                    facts.append(words)
            elif item != "|" or (facts and facts[-1] != "|"):
                facts.append(item)
        return self._without_edges(facts)

    @staticmethod
    def _without_edges(facts: list) -> list:
        """Borders and blanks beside a block mean nothing."""
        blocks = {"ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr", "table", "tr", "td", "th"}

        def is_block(item) -> bool:
            return item is None or item == "|" or (isinstance(item, tuple) and item[0].lstrip("/") in blocks)

        kept = []
        for position, item in enumerate(facts):
            before = facts[position - 1] if position else None
            after = facts[position + 1] if position + 1 < len(facts) else None
            if isinstance(item, str) and item != "|":
                item = item.lstrip(" ") if is_block(before) else item
                item = item.rstrip(" ") if is_block(after) else item
                if not item:
                    continue
            kept.append(item)
        borders = [
            item
            for position, item in enumerate(kept)
            if item != "|"
            or not (
                position == 0
                or position + 1 == len(kept)
                or is_block(kept[position - 1])
                or (kept[position + 1] != "|" and is_block(kept[position + 1]))
            )
        ]
        return borders


def plain(text: object) -> str:
    """Words of a content type, for a label: without marks, so that they are shown and never run."""
    words = html_module.unescape(re.sub(r"<[^>]*>", " ", str(text or "")))
    return re.sub(r"\s+", " ", words.replace("<", "‹").replace(">", "›").replace('"', "”")).strip()


def hint(*sentences: object) -> str:
    """Words of a content type, for a help text, which Wagtail takes as HTML."""
    return html_module.escape(" ".join(words for sentence in sentences if (words := plain(sentence))))
