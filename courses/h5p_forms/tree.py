"""All fields of one exercise: what its content type asks for, and the content types inside it down to a depth."""

import html
import uuid
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail import blocks

from courses.h5p import library as libraries
from courses.h5p import text as h5p_text
from courses.h5p.models import Content, Library

from .files import FileNode, Files, OneRecordingNode, RecordingNode
from .nodes import (
    KEPT,
    MISSING,
    TITLE,
    BooleanNode,
    HTMLNode,
    KeptBlock,
    ListNode,
    Node,
    NumberNode,
    PartBlock,
    PartNode,
    SelectNode,
    TextNode,
    _packed,
    _unpacked,
    only_field,
)
from .richtext import plain

MOST_LEVELS = 4  # content types inside content types; what lies deeper is kept and not shown


class ContentTypeNode(PartNode):
    """A content type inside another one: its fields, its title, and all that belongs to its place."""

    def __init__(self, row: Library, tree: "Tree", depth: int):
        self.row = row
        super().__init__({"fields": tree.fields_of(row), "label": row.title}, tree, depth)

    @property
    def has_title(self) -> bool:
        settings = self.row.metadata.get("metadataSettings")
        return not (isinstance(settings, dict) and settings.get("disable"))

    def observe(self, raw):
        super().observe(raw.get("params") if isinstance(raw.get("params"), dict) else MISSING)

    def load(self, raw, pool):
        params = raw.get("params") if isinstance(raw.get("params"), dict) else {}
        shown, kept = self._load_fields(params)
        kept["l"] = {key: value for key, value in raw.items() if key not in ("library", "params")}
        metadata = raw.get("metadata") if isinstance(raw.get("metadata"), dict) else {}
        title = {TITLE: html.unescape(str(metadata.get("title") or ""))} if self.has_title else {}
        return {**title, **shown, KEPT: _packed(kept)}

    def store(self, value, pool):
        kept = _unpacked(value.get(KEPT))
        around = dict(kept["l"]) if isinstance(kept.get("l"), dict) else self._new()
        metadata = around.get("metadata") if isinstance(around.get("metadata"), dict) else {}
        title = (value.get(TITLE) or "").strip()
        if self.has_title and title != html.unescape(str(metadata.get("title") or "")).strip():
            around["metadata"] = {**metadata, "title": h5p_text.escape(title)}
        return {**around, "library": str(self.row), "params": self._store_fields(value, kept)}

    def _new(self) -> dict:
        title = h5p_text.escape(self.row.title)
        return {
            "subContentId": str(uuid.uuid4()),
            "metadata": {"contentType": title, "license": "U", "title": title},
        }

    @cached_property
    def block(self):
        children = [(key, node.block) for key, node in self.nodes.items()]
        layout = [*self._layout(), KEPT]
        if self.has_title:
            words = _("Shown to learners by some content types, for instance as the name of a chapter.")
            title = blocks.CharBlock(required=False, label=_("Title of this part"), help_text=words, max_length=255)
            children, layout = [(TITLE, title), *children], [TITLE, *layout]
        return PartBlock(
            [*children, (KEPT, self.tree.kept_block)],
            node=self,
            label=plain(self.row.title),
            help_text=self._hint_with_unshown(),
            form_layout=layout,
            icon="media",
        )


class LibraryNode(Node):
    """A place for one content type out of several."""

    is_container = True

    @cached_property
    def types(self) -> dict[str, ContentTypeNode]:
        """The content types that may stand here and are installed, by the name of their block."""
        options = self.spec.get("options") or []
        names = [option.get("name") if isinstance(option, dict) else option for option in options]
        found = {name: self.tree.content_type(name, self.depth + 1) for name in names if isinstance(name, str)}
        return {_block_name(name): node for name, node in found.items() if node is not None}

    def accepts(self, raw):
        return isinstance(raw, dict) and _block_name(str(raw.get("library"))) in self.types

    def observe(self, raw):
        if raw is MISSING:
            self.is_required = False
        else:
            self.types[_block_name(raw["library"])].observe(raw)

    def load(self, raw, pool):
        if raw is MISSING:
            return []
        name = _block_name(raw["library"])
        return [{"type": name, "value": self.types[name].load(raw, [])}]

    def store(self, value, pool):
        for child in value:
            return self.types[child.block_type].store(child.value, [])
        return MISSING

    @cached_property
    def block(self):
        children = [(name, node.block) for name, node in self.types.items()]
        return blocks.StreamBlock(
            children, label=self.label, help_text=self.hint, required=self.is_required, max_num=1, collapsed=False
        )


KINDS = {
    "number": NumberNode,
    "boolean": BooleanNode,
    "select": SelectNode,
    "list": ListNode,
    "group": PartNode,
    "library": LibraryNode,
    "image": FileNode,
    "file": FileNode,
    "audio": RecordingNode,
    "video": RecordingNode,
    "one-audio": OneRecordingNode,
    "one-video": OneRecordingNode,
}


class Tree(Files):
    """The editor of one exercise, made anew for each request: what is offered depends on what the exercise holds."""

    def __init__(self, library: Library, *, language: str, interface: str, content: Content | None = None, user=None):
        self.language, self.interface, self.content, self.user = language, interface, content, user
        self.shared: dict = {}
        self.known_files, self.new_files, self.descriptions = {}, {}, {}
        self.kept_block = KeptBlock()
        self._types: dict[tuple[str, int], ContentTypeNode | None] = {}
        self.root = ContentTypeNode(library, self, 0)
        if content is not None:
            self.root.observe({"params": content.params})

    def node(self, spec: Any, depth: int) -> Node | None:
        """The node of a field; None where it is not for editors, or cannot be shown."""
        if not isinstance(spec, dict) or spec.get("widget") == "none":
            return None
        kind = spec.get("type")
        if kind == "text":
            return (HTMLNode if isinstance(spec.get("tags"), list) else TextNode)(spec, self, depth)
        if kind == "group" and (only := only_field(spec)):
            return self.node(only, depth)
        if kind not in KINDS or not self._can_show(spec, depth):
            return None
        return KINDS[kind](spec, self, depth)

    def _can_show(self, spec: dict, depth: int) -> bool:
        if spec["type"] == "select":
            return bool(SelectNode(spec, self, depth).offered)
        if spec["type"] == "library":
            return bool(LibraryNode(spec, self, depth).types)
        return spec["type"] != "list" or self.node(spec.get("field"), depth) is not None

    def content_type(self, name: str, depth: int) -> ContentTypeNode | None:
        """The content type of that name at that depth: the same node, and so the same block, wherever it may stand."""
        if depth > MOST_LEVELS:
            return None
        if (name, depth) not in self._types:
            row = self._installed(name)
            self._types[name, depth] = ContentTypeNode(row, self, depth) if row else None
        return self._types[name, depth]

    def _installed(self, name: str) -> Library | None:
        key = ("library", name)
        if key not in self.shared:
            self.shared[key] = libraries.find(name)
        return self.shared[key]

    def fields_of(self, row: Library) -> list[dict]:
        key = ("fields", row.pk)
        if key not in self.shared:
            fields = libraries.editor_semantics(row, language=self.language, interface=self.interface)
            self.shared[key] = fields
        return self.shared[key]

    @cached_property
    def block(self):
        return _RootBlock(self.root)

    def initial(self) -> Any:
        """What the form shows: the content, or what a new one starts with."""
        if self.content is None:
            return self.block.get_default()
        shown = self.root.load({"params": self.content.params}, [])
        return self.block.to_python({key: value for key, value in shown.items() if key != TITLE})

    def params(self, value: Any) -> dict:
        """The parameters that the form gives; new files then stand in `new_files`. Raises FileRefused."""
        self.new_files, self.descriptions = {}, {}
        return self.root._store_fields(value, _unpacked(value.get(KEPT)))


class _RootBlock(PartBlock):
    """The fields of the exercise itself, whose title stands in the form."""

    def __init__(self, root: ContentTypeNode):
        children = [(key, node.block) for key, node in root.nodes.items()]
        layout = [*root._layout(), KEPT]
        super().__init__([*children, (KEPT, root.tree.kept_block)], node=root, form_layout=layout, label=root.label)
        self.set_name("params")


def _block_name(library: str) -> str:
    return "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in library)
