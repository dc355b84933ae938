"""One node for each field that semantics describe: it makes the block, fills it, and reads it again.

A node first looks at all values that the content has for it (`observe`): a value that is there already is never
refused, however it came in. `load` gives what the block shows, `store` what the content holds. What a block cannot
give back exactly as it was is noted beside it (`kept`) and used again for as long as nobody changes what is shown.
"""

import html
import json
import uuid
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail import blocks

from courses.h5p import text as h5p_text
from courses.h5p.semantics import SIMPLE_KINDS

from .richtext import ExerciseTextBlock, features_of, hint, plain, says_the_same, to_html

MISSING: Any = type("Missing", (), {"__repr__": lambda self: "MISSING", "__bool__": lambda self: False})()
KEPT = "kept__"
TITLE = "title__"
LONG_TEXT = 120


class KeptBlock(blocks.CharBlock):
    """What the editor cannot show of a part; it travels with the part wherever that is moved to."""

    def __init__(self):
        super().__init__(required=False, label="")
        self.field = forms.CharField(required=False, strip=False, widget=forms.HiddenInput())


class PartBlock(blocks.StructBlock):
    """A group of fields. Its empty state is described once, wherever it may be added."""

    def __init__(self, children, *, node=None, **kwargs):
        self.node = node
        super().__init__(children, **kwargs)

    @cached_property
    def _empty(self):
        return super().get_default()

    @cached_property
    def _empty_state(self):
        return super().get_form_state(self._empty)

    def get_default(self):
        return self._empty

    def get_form_state(self, value):
        return self._empty_state if value is self._empty else super().get_form_state(value)

    def clean(self, value):
        cleaned = super().clean(value)
        if self.node is not None:
            self.node.check(cleaned)
        return cleaned


class PartListBlock(blocks.ListBlock):
    """A list whose entries get their ids in the browser.

    An empty list is described once, however often it is added: with ids of ours, the entries of two such lists would
    have the same, and labels would lead to the wrong one.
    """

    def get_form_state(self, value):
        value = self.normalize(value)
        states = [self.child_block.get_form_state(child.value) for child in value.bound_blocks]
        ids = [child.original_id for child in value.bound_blocks]
        return [{"value": state, **({"id": id_} if id_ else {})} for state, id_ in zip(states, ids, strict=True)]


class Node:
    """A field. `tree` knows the content types, `depth` how many of them lie around this field."""

    is_container = False

    def __init__(self, spec: dict, tree, depth: int):
        self.spec, self.tree, self.depth = spec, tree, depth
        self.is_required = not spec.get("optional") and not spec.get("showWhen")

    @property
    def name(self) -> str:
        return str(self.spec.get("name") or "")

    @cached_property
    def label(self) -> str:
        return plain(self.spec.get("label")) or self.name

    @property
    def hint(self) -> str:
        condition = _("Only counts with a certain choice above.") if self.spec.get("showWhen") else ""
        return hint(self.spec.get("description"), condition)

    @property
    def settings(self) -> dict:
        return {"label": self.label, "help_text": self.hint, "required": self.is_required}

    def accepts(self, raw: Any) -> bool:
        """Whether the block can show this value at all; another one is kept unseen."""
        return True

    def observe(self, raw: Any) -> None:
        """Look at a value that the content has, or at MISSING."""

    def load(self, raw: Any, pool: list) -> Any:
        raise NotImplementedError

    def store(self, value: Any, pool: list) -> Any:
        raise NotImplementedError


class LeafNode(Node):
    """A single value. Subclasses say with `decode` what is shown and with `encode` what is stored."""

    def decode(self, raw: Any) -> Any:
        raise NotImplementedError

    def encode(self, value: Any) -> Any:
        raise NotImplementedError

    def there_and_back(self, raw: Any) -> Any:
        return self.encode(self.decode(raw))

    def observe(self, raw):
        if not self.there_and_back(raw):
            self.is_required = False

    def load(self, raw, pool):
        pool.append((raw, same(self.there_and_back(raw), raw)))
        return self.decode(raw)

    def store(self, value, pool):
        given = self.encode(value)
        for entry in pool:
            raw = entry[0] if entry else MISSING
            if same(self.there_and_back(raw), given):
                pool.remove(entry)
                return raw
        return given


class TextNode(LeafNode):
    """Plain text, which H5P stores escaped."""

    def __init__(self, *args):
        super().__init__(*args)
        self.has_lines = self.spec.get("widget") == "textarea"
        self.limit = self.spec.get("maxLength") if isinstance(self.spec.get("maxLength"), int) else None

    def accepts(self, raw):
        return isinstance(raw, str)

    def observe(self, raw):
        super().observe(raw)
        shown = self.decode(raw)
        self.has_lines |= "\n" in shown or "\r" in shown
        if self.limit and len(shown) > self.limit:
            self.limit = None

    def decode(self, raw):
        return "" if raw is MISSING else html.unescape(raw)

    def encode(self, value):
        value = h5p_text.escape("\n".join((value or "").splitlines()).strip())
        return value if value or self.spec.get("default") else MISSING

    @cached_property
    def block(self):
        settings = {**self.settings, "max_length": self.limit, "default": self.decode(_default(self.spec, str))}
        if self.has_lines:
            return blocks.TextBlock(rows=3, **settings)
        if (self.limit or 0) > LONG_TEXT:
            return blocks.TextBlock(rows=1, **settings)
        return blocks.CharBlock(**settings)


class HTMLNode(LeafNode):
    """Text with marks. Where a value holds more than Wagtail's editor knows, the field shows its HTML instead."""

    def __init__(self, *args):
        super().__init__(*args)
        self.tags = [tag for tag in self.spec["tags"] if isinstance(tag, str)]
        self.is_source = False

    def accepts(self, raw):
        return isinstance(raw, str)

    def observe(self, raw):
        if raw is not MISSING and not self.is_source and not says_the_same(self._by_editor(raw), raw):
            self.is_source = True
        super().observe(raw)

    @cached_property
    def _converter(self):
        return self._editor_block.field.widget.converter

    def _by_editor(self, raw: str) -> str:
        source = self._converter.to_database_format(self._converter.from_database_format(raw))
        return self._clean(to_html(source, self.tags))

    def _clean(self, value: str) -> str:
        return h5p_text.clean(value, tags=self.tags, font=self.spec.get("font"))

    def there_and_back(self, raw):
        if raw is MISSING or self.is_source:
            return self.encode(self.decode(raw))
        return self._by_editor(raw) or self._nothing

    def decode(self, raw):
        return "" if raw is MISSING else raw

    def encode(self, value):
        source = getattr(value, "source", value) or ""
        given = self._clean("\n".join(source.splitlines()).strip() if self.is_source else to_html(source, self.tags))
        return given or self._nothing

    @property
    def _nothing(self):
        return "" if self.spec.get("default") else MISSING

    @cached_property
    def _editor_block(self):
        settings = {**self.settings, "default": self.decode(_default(self.spec, str))}
        return ExerciseTextBlock(shared=self.tree.shared, features=features_of(self.tags), **settings)

    @cached_property
    def block(self):
        if not self.is_source:
            block = self._editor_block
            block.field.required = self.is_required
            return block
        words = _("Shown as HTML, because a text here holds marks that the editor does not know, such as tables.")
        settings = {**self.settings, "help_text": hint(self.spec.get("description"), words)}
        return blocks.TextBlock(rows=4, default=self.decode(_default(self.spec, str)), **settings)


class NumberNode(LeafNode):
    def accepts(self, raw):
        return isinstance(raw, int | float) and not isinstance(raw, bool)

    def decode(self, raw):
        return None if raw is MISSING else float(raw) if isinstance(raw, float) or abs(raw) > 2**53 else raw

    def encode(self, value):
        if value is None:
            return MISSING
        return int(value) if float(value).is_integer() else float(value)

    @cached_property
    def block(self):
        default = _default(self.spec, int | float)
        block = blocks.FloatBlock(
            min_value=self._bound("min"), max_value=self._bound("max"), default=self.decode(default), **self.settings
        )
        step = self._bound("step")
        block.field.widget.attrs["step"] = step if step and self._bound("min") in (None, 0) else "any"
        return block

    def _bound(self, key: str):
        bound = self.spec.get(key)
        return bound if isinstance(bound, int | float) and not isinstance(bound, bool) else None


class BooleanNode(LeafNode):
    def accepts(self, raw):
        return isinstance(raw, bool)

    def decode(self, raw):
        return raw is True

    def encode(self, value):
        return bool(value)

    @cached_property
    def block(self):
        default = self.decode(_default(self.spec, bool))
        return blocks.BooleanBlock(**{**self.settings, "required": False, "default": default})


class SelectNode(LeafNode):
    """One of the offered values, or several."""

    @cached_property
    def offered(self) -> dict[str, Any]:
        """The values as the form names them, with what is stored for each."""
        return {str(value): h5p_text.escape(value) if isinstance(value, str) else value for value, _label in self._flat}

    @cached_property
    def _flat(self) -> list[tuple[Any, str]]:
        return list(_offered(self.spec.get("options")))

    @property
    def is_multiple(self) -> bool:
        return bool(self.spec.get("multiple"))

    def _name(self, raw: Any) -> str | None:
        wanted = h5p_text.escape(str(raw))
        return next((name for name in self.offered if h5p_text.escape(name) == wanted), None)

    def accepts(self, raw):
        if self.is_multiple:
            return isinstance(raw, list) and all(self._is_known(item) for item in raw)
        return self._is_known(raw)

    def _is_known(self, raw: Any) -> bool:
        return not isinstance(raw, dict | list) and self._name(raw) is not None

    def decode(self, raw):
        if self.is_multiple:
            chosen = {self._name(item) for item in raw} if raw is not MISSING else set()
            return [name for name in self.offered if name in chosen]
        return "" if raw is MISSING else self._name(raw)

    def encode(self, value):
        if self.is_multiple:
            return [self.offered[name] for name in self.offered if name in (value or [])]
        return self.offered.get(value, MISSING)

    @cached_property
    def block(self):
        default = _default(self.spec, object)
        settings = {**self.settings, "choices": [(str(value), label) for value, label in self._flat]}
        if default is not MISSING and self.accepts(default):
            settings["default"] = self.decode(default)
        if self.is_multiple:
            return blocks.MultipleChoiceBlock(widget=forms.CheckboxSelectMultiple, **{**settings, "required": False})
        return blocks.ChoiceBlock(**settings)


class ListNode(Node):
    """A list of fields of one kind."""

    is_container = True

    def __init__(self, *args):
        super().__init__(*args)
        self.least = self.spec["min"] if isinstance(self.spec.get("min"), int) else 0
        self.item = self.tree.node(self.spec.get("field") or {}, self.depth)

    def accepts(self, raw):
        return isinstance(raw, list) and all(self.item.accepts(entry) for entry in raw)

    def observe(self, raw):
        entries = [] if raw is MISSING else raw
        self.least = min(self.least, len(entries))  # a content that has fewer is not held to it
        for entry in entries:
            self.item.observe(entry)

    def load(self, raw, pool):
        return [self.item.load(entry, pool) for entry in ([] if raw is MISSING else raw)]

    def store(self, value, pool):
        entries = [self.item.store(child.value, pool) for child in value.bound_blocks]
        return [entry for entry in entries if entry is not MISSING] or MISSING

    @cached_property
    def block(self):
        child = self.item.block
        first = max(self.least, self._first)
        most = self.spec.get("max") if isinstance(self.spec.get("max"), int) else None
        return PartListBlock(
            child,
            label=self.label,
            help_text=self.hint,
            min_num=self.least or None,
            max_num=most,
            default=[child.get_default() for _number in range(first)],
            collapsed=False,
        )

    @property
    def _first(self) -> int:
        number = self.spec.get("defaultNum")
        if isinstance(number, int):
            return number
        return 1 if self.is_required and self.item.is_container else 0


class PartNode(Node):
    """Fields side by side: a group, or what a content type asks for."""

    is_container = True

    @property
    def specs(self) -> list[dict]:
        return [spec for spec in self.spec.get("fields") or [] if isinstance(spec, dict)]

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """The fields that can be shown, by the name of their block."""
        shown = {}
        for position, spec in enumerate(self.specs):
            node = self.tree.node(spec, self.depth)
            if node is not None:
                shown[spec["name"] if _is_plain_name(spec.get("name")) else f"field{position}"] = node
        self.tree.relax_descriptions(shown)
        return shown

    @cached_property
    def unshown(self) -> list[str]:
        """The labels of fields that somebody would look for here, and that are kept as they are."""
        names = {node.name for node in self.nodes.values()}
        specs = [spec for spec in self.specs if spec.get("name") not in names and spec.get("widget") != "none"]
        return [plain(spec.get("label")) or str(spec.get("name")) for spec in specs]

    def accepts(self, raw):
        return isinstance(raw, dict)

    def observe(self, raw):
        values = {} if raw is MISSING else raw
        for node in self.nodes.values():
            value = values.get(node.name, MISSING)
            node.observe(value if value is MISSING or node.accepts(value) else MISSING)

    def load(self, raw, pool):
        values = {} if raw is MISSING else raw
        shown, kept = self._load_fields(values)
        if raw is not MISSING and not raw:
            kept["e"] = True
        return {**shown, KEPT: _packed(kept)}

    def _load_fields(self, values: dict) -> tuple[dict, dict]:
        shown, kept = {}, {}
        names = {node.name for node in self.nodes.values()}
        extra = {key: value for key, value in values.items() if key not in names}
        for key, node in self.nodes.items():
            raw = values.get(node.name, MISSING)
            if raw is not MISSING and not node.accepts(raw):
                extra[node.name], raw = raw, MISSING
            pool: list = []
            shown[key] = node.load(raw, pool)
            if not all(is_same for _raw, is_same in pool):
                kept.setdefault("r", {})[key] = [[] if entry is MISSING else [entry] for entry, _is_same in pool]
        if extra:
            kept["x"] = extra
        return shown, kept

    def store(self, value, pool):
        kept = _unpacked(value.get(KEPT))
        fields = self._store_fields(value, kept)
        if fields and self.spec.get("isSubContent"):
            fields.setdefault("subContentId", str(uuid.uuid4()))
        return fields if fields or kept.get("e") is True else MISSING

    def _store_fields(self, value, kept: dict) -> dict:
        extra = dict(kept["x"]) if isinstance(kept.get("x"), dict) else {}
        pools = kept["r"] if isinstance(kept.get("r"), dict) else {}
        fields = {}
        for key, node in self.nodes.items():
            pool = [entry for entry in pools.get(key) or [] if isinstance(entry, list)]
            given = node.store(value[key], pool)
            left_alone = given is MISSING or (node.name in extra and _is_empty(given))
            if not left_alone:
                extra.pop(node.name, None)
                fields[node.name] = given
        fields |= extra
        self.tree.describe_pictures(self.nodes, fields)
        return fields

    def check(self, value) -> None:
        """Refuse with a StructBlockValidationError what only several fields together show to be wrong."""

    @property
    def is_collapsed(self) -> bool:
        return self.spec.get("importance") == "low" or bool(self.spec.get("common"))

    @cached_property
    def block(self):
        children = [(key, node.block) for key, node in self.nodes.items()]
        return PartBlock(
            [*children, (KEPT, self.tree.kept_block)],
            node=self,
            label=self.label,
            help_text=self._hint_with_unshown(),
            collapsed=self.is_collapsed,
            required=False,
            form_layout=[*self._layout(), KEPT],
        )

    def _hint_with_unshown(self) -> str:
        if not self.unshown:
            return self.hint
        words = _("Cannot be edited here and stays as it is: {fields}.").format(fields=", ".join(self.unshown))
        return hint(self.spec.get("description"), words)

    def _layout(self) -> list:
        """Words of the player, which hardly anybody changes, stand together below the rest."""
        common = [
            key
            for key, node in self.nodes.items()
            if not node.is_container and node.spec.get("common") and self.has_both
        ]
        rest = [key for key in self.nodes if key not in common]
        if not common:
            return rest
        return [*rest, blocks.BlockGroup(common, heading=_("Words of the player"), classname="collapsed", icon="edit")]

    @cached_property
    def has_both(self) -> bool:
        return len({bool(node.spec.get("common")) for node in self.nodes.values() if not node.is_container}) == 2


def same(first: Any, second: Any) -> bool:
    """Whether two stored values are written the same: 1, 1.0 and true are three."""
    if first is MISSING or second is MISSING:
        return first is second
    return json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)


def _is_empty(given: Any) -> bool:
    return given is MISSING or given in ("", False) or given == []


def _packed(kept: dict) -> str:
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")) if kept else ""


def _unpacked(packed: Any) -> dict:
    try:
        kept = json.loads(packed or "{}")
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def _is_plain_name(name: Any) -> bool:
    return isinstance(name, str) and name.isidentifier() and name.isascii() and name not in (KEPT, TITLE)


def _default(spec: dict, kind: Any) -> Any:
    default = spec.get("default")
    if default is None or not isinstance(default, kind):
        return MISSING
    return MISSING if isinstance(default, bool) and kind not in (bool, object) else default


def _offered(options: Any):
    """Values and labels of a choice, those of option groups too."""
    for option in options or []:
        if not isinstance(option, dict):
            continue
        if option.get("type") == "optgroup":
            yield from _offered(option.get("options"))
        elif "value" in option:
            yield option["value"], plain(option.get("label")) or str(option["value"])


def only_field(spec: dict) -> dict | None:
    """The field of a group with just one, which is stored as the value of that field alone."""
    fields = spec.get("fields") or []
    if len(fields) != 1 or spec.get("isSubContent") or not isinstance(fields[0], dict):
        return None
    label = spec.get("label") if fields[0].get("type") not in SIMPLE_KINDS else fields[0].get("label")
    return {**fields[0], "name": spec.get("name"), "label": label or spec.get("label") or fields[0].get("label")}
