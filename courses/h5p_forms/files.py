"""Pictures, sound, films and documents of an exercise: those that it has, and new ones from Wagtail's libraries."""

import hashlib
import html
import io
from pathlib import PurePath
from typing import IO, Any

from django import forms
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.permissions import policy_registry

from courses.h5p import text as h5p_text
from courses.h5p.archive import Limits
from courses.h5p.kinds import ENDINGS, FOLDERS, is_what_it_says, mime

from .nodes import KEPT, MISSING, ListNode, Node, PartBlock, _packed, _unpacked

RIGHTS = ("title", "author", "source", "license")
LICENCES = [
    "U",
    "CC BY",
    "CC BY-SA",
    "CC BY-ND",
    "CC BY-NC",
    "CC BY-NC-SA",
    "CC BY-NC-ND",
    "CC0 1.0",
    "GNU GPL",
    "PD",
    "C",
]


class FileRefused(Exception):
    """A chosen file cannot become part of the exercise. The message is written for the editor."""


def licence_choices(kept: str = "") -> list[tuple[str, str]]:
    words = {
        "U": _("not stated"),
        "CC0 1.0": "CC0 1.0",
        "PD": _("public domain"),
        "C": _("all rights reserved"),
    }
    codes = LICENCES if not kept or kept in LICENCES else [*LICENCES, kept]
    return [(code, words.get(code, code)) for code in codes]


class FileNode(Node):
    """One file, chosen among those of the exercise or taken from the library."""

    is_container = True

    @property
    def kind(self) -> str:
        return self.spec["type"]

    def accepts(self, raw):
        return isinstance(raw, dict) and isinstance(raw.get("path"), str)

    def observe(self, raw):
        if raw is MISSING:
            self.is_required = False
        else:
            self.tree.known_files.setdefault(raw["path"], raw)

    def load(self, raw, pool):
        raw = {} if raw is MISSING else raw
        rights = raw.get("copyright") if isinstance(raw.get("copyright"), dict) else {}
        shown = {key: _shown(rights.get(key)) for key in RIGHTS}
        kept = {"f": raw} if raw else {}
        return {"file": raw.get("path", ""), "chosen": None, **shown, KEPT: _packed(kept)}

    def store(self, value, pool):
        was = _unpacked(value.get(KEPT)).get("f")
        was = was if isinstance(was, dict) else {}
        rights = was.get("copyright") if isinstance(was.get("copyright"), dict) else {}
        changed = {key: value[key] for key in RIGHTS if (value[key] or "") != _shown(rights.get(key))}
        if value["chosen"] is not None:
            given, rights = self.tree.take_in(value["chosen"], self.kind), {}
            changed.setdefault("title", value["chosen"].title)
        elif not value["file"]:
            return MISSING
        elif value["file"] == was.get("path"):
            given = dict(was)
        else:
            given = dict(self.tree.known_files.get(value["file"]) or self.tree.facts_of(value["file"]))
            rights = given.get("copyright") or {}
        if changed:
            rights = {**rights, **{key: h5p_text.escape(word or "") for key, word in changed.items()}}
            given["copyright"] = {"license": "U", **{key: word for key, word in rights.items() if word}}
        return given

    def check(self, value) -> None:
        if self.is_required and not value["file"] and value["chosen"] is None:
            sentence = forms.ValidationError(_("Please choose a file."))
            raise StructBlockValidationError({"chosen": sentence})

    @cached_property
    def block(self):
        return PartBlock(
            [*self.tree.file_blocks(self.kind), (KEPT, self.tree.kept_block)],
            node=self,
            label=self.label + ("*" if self.is_required else ""),
            help_text=self.hint,
            form_layout=[
                "chosen",
                "file",
                blocks.BlockGroup(list(RIGHTS), heading=_("Rights"), classname="collapsed", icon="info-circle"),
                KEPT,
            ],
        )


class RecordingNode(ListNode):
    """Sound or a film: the same recording in one or more formats."""

    def __init__(self, spec: dict, tree, depth: int):
        words = {"audio": _("Sound file"), "video": _("Film file")}
        item = {"name": "recording", "type": f"one-{spec['type']}", "label": words[spec["type"]]}
        super().__init__({**spec, "field": item, "min": 0, "defaultNum": 0}, tree, depth)

    def observe(self, raw):
        super().observe(raw)
        if raw is MISSING:
            self.is_required = False

    @cached_property
    def block(self):
        block = super().block
        block.meta.min_num = 1 if self.is_required else None
        return block


class OneRecordingNode(FileNode):
    @property
    def kind(self) -> str:
        return self.spec["type"].removeprefix("one-")


class Files:
    """The files of an exercise while it is edited. Mixed into the tree, which every node knows."""

    known_files: dict[str, dict]  # what the content says of each of its files, by path
    new_files: dict[str, IO[bytes]]

    def file_blocks(self, kind: str) -> list[tuple[str, Any]]:
        """The blocks of a file field; all fields of one kind share them."""
        key = ("file", kind)
        if key not in self.shared:
            chooser = ImageChooserBlock if kind == "image" else DocumentChooserBlock
            label = _("New from the image library") if kind == "image" else _("New from the document library")
            self.shared[key] = [
                ("chosen", chooser(required=False, label=label)),
                ("file", blocks.ChoiceBlock(self._paths(kind), required=False, label=_("File of this exercise"))),
                ("title", blocks.CharBlock(required=False, label=_("Title"), max_length=250)),
                ("author", blocks.CharBlock(required=False, label=_("Author"), max_length=250)),
                ("source", blocks.CharBlock(required=False, label=_("Source (address)"), max_length=500)),
                ("license", blocks.ChoiceBlock(self._licences(), required=False, label=_("Licence"))),
            ]
        return self.shared[key]

    def _paths(self, kind: str) -> list[tuple[str, str]]:
        stored = self.content.files if self.content else []
        paths = [path for path in stored if path.rsplit(".", 1)[-1].lower() in ENDINGS[kind]]
        paths += [path for path in self.known_files if path not in paths and path not in stored]
        return [(path, html.unescape(path)) for path in paths]

    def _licences(self) -> list[tuple[str, str]]:
        rights = [raw.get("copyright") for raw in self.known_files.values()]
        known = {_shown(right.get("license")) for right in rights if isinstance(right, dict)} - {"", *LICENCES}
        return [*licence_choices(), *((code, code) for code in sorted(known))]

    def facts_of(self, path: str) -> dict:
        return {"path": path, "mime": mime(path)}

    def take_in(self, chosen: Any, kind: str) -> dict:
        """A file of the library as a file of this exercise. Raises FileRefused."""
        policy = policy_registry.get_by_type(type(chosen))
        if self.user is not None and not policy.user_has_permission_for_instance(self.user, "choose", chosen):
            raise FileRefused(_("You may not use «{title}».").format(title=chosen.title))
        ending = PurePath(chosen.file.name).suffix.lower().lstrip(".")
        if ending not in ENDINGS[kind]:
            sentence = _("«{title}» cannot be used here. Allowed are files that end in: {endings}.")
            raise FileRefused(sentence.format(title=chosen.title, endings=", ".join(ENDINGS[kind])))
        data = self._read(chosen)
        if not is_what_it_says(ending, data[:64]):
            raise FileRefused(_("«{title}» is not what the ending of its name says.").format(title=chosen.title))
        name = slugify(chosen.title)[:40] or kind
        path = f"{FOLDERS[kind]}/{name}-{hashlib.sha256(data).hexdigest()[:8]}.{ending}"
        self.new_files[path] = io.BytesIO(data)
        if kind != "image":
            return self.facts_of(path)
        self.descriptions[path] = chosen.description or ""
        return {**self.facts_of(path), "width": chosen.width, "height": chosen.height}

    def _read(self, chosen: Any) -> bytes:
        limit = Limits.of_this_site().file_size
        try:
            with chosen.open_file() as stream:
                data = stream.read(limit + 1)
        except OSError as missing:
            raise FileRefused(_("The file of «{title}» is missing.").format(title=chosen.title)) from missing
        if len(data) > limit:
            sentence = _("«{title}» is larger than {limit} MB.")
            raise FileRefused(sentence.format(title=chosen.title, limit=limit // 2**20))
        return data

    def relax_descriptions(self, nodes: dict[str, Node]) -> None:
        """The description of a picture may be left to the library."""
        if any(node.spec.get("type") == "image" for node in nodes.values()):
            for node in nodes.values():
                node.is_required &= not is_description(node.spec)

    def describe_pictures(self, nodes: dict[str, Node], fields: dict) -> None:
        """Give a new picture the description of the library where its field for that was left empty."""
        pictures = [fields.get(node.name) for node in nodes.values() if node.spec.get("type") == "image"]
        described = [self.descriptions.get(raw["path"]) for raw in pictures if isinstance(raw, dict)]
        for node in nodes.values():
            if is_description(node.spec) and not fields.get(node.name) and any(described):
                fields[node.name] = h5p_text.escape(next(words for words in described if words))


def is_description(spec: dict) -> bool:
    """Whether a text field beside a picture says what is to be seen on it."""
    names = {"alt", "alttext", "alternative", "alternativetext", "imagealt", "imagealttext", "alttextimage"}
    return spec.get("type") == "text" and str(spec.get("name")).lower().replace("_", "") in names


def _shown(word: Any) -> str:
    return html.unescape(word) if isinstance(word, str) else ""
