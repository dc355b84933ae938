"""Parameters walked by the semantics of their library: filtered, completed, read for what they use (H5P.md 5, 9-10).

`semantics.json` describes the fields of a content type in eleven kinds. Whatever has no field, the wrong kind or an
option that is not offered is left out; what is missing and has a default is filled in.
"""

import copy
import math
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import text
from .archive import is_safe_path

NAMESPACE = uuid.UUID("6f6c9a0e-5b1c-4f7e-9d35-3a1f6a1c8d52")
SUB_CONTENT_ID = re.compile(r"\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?", re.IGNORECASE)
OTHER_CONTENT = re.compile(r"(?:\.\./)+(?:content/)?[0-9]+/(?P<path>.+)")
ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
FILE_KEYS = {
    "file": {"path", "mime", "copyright"},
    "audio": {"path", "mime", "copyright"},
    "image": {"path", "mime", "copyright", "width", "height", "originalImage"},
    "video": {"path", "mime", "copyright", "width", "height", "codecs", "quality", "bitrate"},
}
COPYRIGHT_KEYS = {"title", "author", "year", "source", "license", "version"}
METADATA_KEYS = {
    *("title", "a11yTitle", "extraTitle", "authors", "source", "license", "licenseVersion", "licenseExtras"),
    *("yearFrom", "yearTo", "changes", "authorComments", "contentType", "defaultLanguage"),
}
TRANSLATED_KEYS = {"label", "description", "placeholder", "default", "entity", "example", "tutorial", "title"}
_MISSING = object()

Load = Callable[[str], list | None]


@dataclass
class Filtered:
    """What the walk gives: clean parameters, what they use, and what had to be left out."""

    params: dict
    libraries: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def filter_params(params: dict, *, library: str, load: Load, files: set[str] = frozenset(), seed: str = "") -> Filtered:
    """`params` of `library` as it may be stored and played.

    `load` gives the semantics of a library by name, or None where it is not installed; `files` are the files that the
    content has; `seed` makes new sub-content ids the same whenever the same content is imported again.
    """
    walk = _Walk(load=load, available=set(files), seed=seed)
    clean = walk.library_params(params, load(library) or [], "")
    walk.use(library)
    return Filtered(clean, list(walk.libraries), list(walk.files), walk.warnings)


class _Walk:
    """One pass over one content. Every `_<kind>` gives the clean value, or _MISSING to leave the field out."""

    def __init__(self, *, load: Load, available: set[str], seed: str):
        self.load = load
        self.available = available
        self.seed = seed
        self.libraries: dict[str, None] = {}
        self.files: dict[str, None] = {}
        self.warnings: list[str] = []

    def use(self, library: str) -> None:
        self.libraries.setdefault(library)

    def library_params(self, params: Any, fields: list[dict], path: str) -> dict:
        return self._fields(params if isinstance(params, dict) else {}, fields, path)

    def value(self, value: Any, spec: dict, path: str) -> Any:
        kind = spec.get("type")
        handler = getattr(self, f"_{kind}", None) if kind in KINDS else None
        if handler is None:
            self.warnings.append(f"{path}: unknown kind of field {kind!r}")
            return _MISSING
        return handler(value, spec, path)

    def _fields(self, values: dict, fields: list[dict], path: str) -> dict:
        clean = {}
        for spec in fields:
            name = spec.get("name")
            here = f"{path}.{name}" if path else str(name)
            given = values.get(name)
            result = _MISSING if given is None else self.value(given, spec, here)
            if result is _MISSING and given is None:
                result = self._default(spec, here)
            if result is not _MISSING:
                clean[name] = result
        return clean

    def _default(self, spec: dict, path: str) -> Any:
        """What a field holds that the content does not mention."""
        if spec.get("type") == "group":
            return self._default_group(spec, path)
        default = copy.deepcopy(spec.get("default"))
        return _MISSING if default is None else self.value(default, spec, path)

    def _default_group(self, spec: dict, path: str) -> Any:
        if _is_flat(spec):
            return self._default(spec["fields"][0], path)
        given = spec.get("default")
        given = given if isinstance(given, dict) else {}
        group = self._fields(given, spec.get("fields") or [], path)
        if group and spec.get("isSubContent"):
            group["subContentId"] = self._sub_content_id(given, path)
        return group or _MISSING

    # --- text, number, boolean, select ----------------------------------------------------------------------------

    def _text(self, value: Any, spec: dict, path: str) -> Any:
        """Patterns (`regexp`) are left to the editor: a pattern from a package could stall the server."""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return self._dropped(path, "is not text")
        value = str(value)
        if isinstance(spec.get("tags"), list):
            return text.clean(value, tags=[tag for tag in spec["tags"] if isinstance(tag, str)], font=spec.get("font"))
        value = text.escape(value)
        limit = spec.get("maxLength")
        return text.cut(value, limit) if isinstance(limit, int) and limit > 0 else value

    def _number(self, value: Any, spec: dict, path: str) -> Any:
        number = _number_of(value)
        if number is None:
            return self._dropped(path, "is not a number")
        low, high = _number_of(spec.get("min")), _number_of(spec.get("max"))
        if low is not None and number < low:
            number = low
        if high is not None and number > high:
            number = high
        decimals = spec.get("decimals")
        if isinstance(decimals, int) and isinstance(number, float):
            number = round(number, decimals)
        return number

    def _boolean(self, value: Any, spec: dict, path: str) -> Any:
        if isinstance(value, bool):
            return value
        known = {"true": True, "1": True, "false": False, "0": False, "": False}
        answer = known.get(str(value).lower(), _MISSING)
        return self._dropped(path, "is neither true nor false") if answer is _MISSING else answer

    def _select(self, value: Any, spec: dict, path: str) -> Any:
        offered = _options(spec)
        if spec.get("multiple"):
            chosen = value if isinstance(value, list) else [value]
            return [self._escaped(item) for item in chosen if self._is_offered(item, offered, spec)]
        if isinstance(value, list):
            value = value[0] if value else None
        if self._is_offered(value, offered, spec):
            return self._escaped(value)
        self.warnings.append(f"{path}: {value!r} is not offered")
        if spec.get("optional"):
            return _MISSING
        return spec["default"] if spec.get("default") in offered else offered[0]

    @staticmethod
    def _is_offered(value: Any, offered: list, spec: dict) -> bool:
        if isinstance(value, dict | list) or value is None:
            return False
        return not offered or text.escape(str(value)) in {text.escape(str(option)) for option in offered}

    @staticmethod
    def _escaped(value: Any) -> Any:
        return text.escape(value) if isinstance(value, str) else value

    # --- group, list, library -------------------------------------------------------------------------------------

    def _group(self, value: Any, spec: dict, path: str) -> Any:
        """A group with one field is stored as the value of that field alone."""
        fields = spec.get("fields") or []
        if _is_flat(spec):
            only = fields[0]
            if isinstance(value, dict) and set(value) == {only.get("name")} and only.get("type") in SIMPLE_KINDS:
                value = value[only["name"]]
            return self.value(value, only, path)
        if not isinstance(value, dict):
            return self._dropped(path, "is not a group of fields")
        group = self._fields(value, fields, path)
        if spec.get("isSubContent"):
            group["subContentId"] = self._sub_content_id(value, path)
        return group

    def _list(self, value: Any, spec: dict, path: str) -> Any:
        """Some editors store a list as an object whose keys are its positions."""
        if isinstance(value, dict):
            numbered = all(str(key).isdigit() for key in value)
            value = [value[key] for key in sorted(value, key=int)] if numbered else [value]
        if not isinstance(value, list):
            return self._dropped(path, "is not a list")
        most = spec.get("max")
        if isinstance(most, int) and len(value) > most:
            self.warnings.append(f"{path}: only the first {most} of {len(value)} are kept")
            value = value[:most]
        inner = spec.get("field") or {}
        items = [self.value(item, inner, f"{path}[{position}]") for position, item in enumerate(value)]
        return [item for item in items if item is not _MISSING] or _MISSING

    def _library(self, value: Any, spec: dict, path: str) -> Any:
        if not isinstance(value, dict) or not isinstance(value.get("library"), str):
            return _MISSING  # nothing was chosen
        name = value["library"]
        options = [option.get("name") if isinstance(option, dict) else option for option in spec.get("options") or []]
        if options and name not in options:
            return self._dropped(path, f"{name} may not be used here")
        fields = self.load(name)
        if fields is None:
            return self._dropped(path, f"{name} is not installed")
        clean = {"library": name, "params": self.library_params(value.get("params"), fields, path)}
        if isinstance(value.get("metadata"), dict):
            clean["metadata"] = clean_metadata(value["metadata"])
        clean["subContentId"] = self._sub_content_id(value, path)
        for key in spec.get("extraAttributes") or []:
            if key in value:
                clean[key] = value[key]
        self.use(name)
        return clean

    def _sub_content_id(self, value: dict, path: str) -> str:
        given = value.get("subContentId")
        if isinstance(given, str) and SUB_CONTENT_ID.fullmatch(given):
            return given
        return str(uuid.uuid5(NAMESPACE, f"{self.seed}/{path}"))

    # --- image, audio, video, file ---------------------------------------------------------------------------------

    def _file(self, value: Any, spec: dict, path: str) -> Any:
        if isinstance(value, list):  # audio and video: the same recording in several formats
            files = [self._file(item, spec, f"{path}[{position}]") for position, item in enumerate(value)]
            return [item for item in files if item is not _MISSING] or _MISSING
        if not isinstance(value, dict) or not isinstance(value.get("path"), str):
            return _MISSING  # no file was chosen
        file_path = self._file_path(value["path"], path)
        if file_path is None:
            return _MISSING
        allowed = FILE_KEYS[spec["type"]] | set(spec.get("extraAttributes") or [])
        clean = {key: clean_strings(item) for key, item in value.items() if key in allowed and key != "path"}
        clean["path"] = file_path
        if isinstance(value.get("copyright"), dict):
            kept = {key: item for key, item in value["copyright"].items() if key in COPYRIGHT_KEYS}
            clean["copyright"] = clean_strings(kept)
        original = clean.get("originalImage")
        if isinstance(original, dict) and isinstance(original.get("path"), str):
            original["path"] = self._file_path(original["path"], path) or file_path
        return clean

    _image = _audio = _video = _file

    def _file_path(self, path: str, where: str) -> str | None:
        """The path of a file of this content, or an address elsewhere, which the player then does not load."""
        path = path.removesuffix("#tmp")
        foreign = OTHER_CONTENT.fullmatch(path)
        path = foreign["path"] if foreign else path
        if ABSOLUTE.match(path) or path.startswith("//"):
            if not path.lower().startswith(("http://", "https://")):
                self.warnings.append(f"{where}: the address {path[:80]!r} is not allowed")
                return None
            self.warnings.append(f"{where}: {path[:200]} lies on another server and is not loaded")
            return text.escape(path)
        if not is_safe_path(path) or re.search("[<>\"']", path):
            self.warnings.append(f"{where}: the path {path[:80]!r} is not allowed")
            return None
        if path not in self.available:
            self.warnings.append(f"{where}: the file {path} is missing")
        self.files.setdefault(path)
        return path

    def _dropped(self, path: str, why: str) -> Any:
        self.warnings.append(f"{path}: {why}")
        return _MISSING


SIMPLE_KINDS = {"text", "number", "boolean", "select"}
KINDS = SIMPLE_KINDS | {"group", "list", "library", "image", "audio", "video", "file"}


def clean_metadata(metadata: dict) -> dict:
    """The known properties of a content's metadata, as plain text."""
    clean = {key: clean_strings(value) for key, value in metadata.items() if key in METADATA_KEYS}
    if "source" in clean and not str(clean["source"]).lower().startswith(("http://", "https://")):
        del clean["source"]  # the player makes a link of it
    return clean


def clean_strings(value: Any) -> Any:
    """`value` with every text in it escaped."""
    if isinstance(value, str):
        return text.escape(value)
    if isinstance(value, list):
        return [clean_strings(item) for item in value]
    if isinstance(value, dict):
        return {text.escape(str(key)): clean_strings(item) for key, item in value.items()}
    return value


def _is_flat(spec: dict) -> bool:
    return len(spec.get("fields") or []) == 1 and not spec.get("isSubContent")


def _number_of(value: Any) -> int | float | None:
    """`value` as a finite number; texts that spell one count."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        try:
            value = float(value) if re.search(r"[.eE]", value) else int(value)
        except ValueError:
            return None
    return value if isinstance(value, int | float) and math.isfinite(value) else None


def _options(spec: dict) -> list:
    """The values that a select offers, those of option groups too."""
    values = []
    for option in spec.get("options") or []:
        if not isinstance(option, dict):
            continue
        if option.get("type") == "optgroup":
            values += _options(option)
        elif "value" in option:
            values.append(option["value"])
    return values


def localize(fields: list, translation: Any) -> list:
    """`fields` with the texts of a language file, which has the same shape and is merged by position."""
    return [_localized(spec, part) for spec, part in _pairs(fields, translation)]


def with_defaults_of(fields: list, other: list) -> list:
    """`fields` with the default values of `other`, the same semantics in another language."""
    merged = []
    for spec, twin in _pairs(fields, other):
        if not isinstance(spec, dict) or not isinstance(twin, dict):
            merged.append(spec)
            continue
        spec = {key: value for key, value in spec.items() if key != "default"}
        if "default" in twin:
            spec["default"] = twin["default"]
        if isinstance(spec.get("fields"), list):
            spec["fields"] = with_defaults_of(spec["fields"], twin.get("fields") or [])
        if isinstance(spec.get("field"), dict):
            spec["field"] = with_defaults_of([spec["field"]], [twin.get("field")])[0]
        merged.append(spec)
    return merged


def renew_repeated_ids(params: Any) -> Any:
    """`params` where every part has an identifier of its own: a part that was copied in the editor gets a new one."""
    return _renewed(params, set())


def _renewed(value: Any, seen: set[str]) -> Any:
    if isinstance(value, list):
        return [_renewed(item, seen) for item in value]
    if not isinstance(value, dict):
        return value
    clean = {}
    for key, item in value.items():
        if key == "subContentId" and isinstance(item, str):
            item = str(uuid.uuid4()) if item.lower() in seen else item
            seen.add(item.lower())
        clean[key] = _renewed(item, seen)
    return clean


def _pairs(items: list, translations: Any) -> list[tuple[Any, Any]]:
    parts = translations if isinstance(translations, list) else []
    return [(item, parts[position] if position < len(parts) else None) for position, item in enumerate(items)]


def _localized(spec: Any, part: Any) -> Any:
    if not isinstance(spec, dict) or not isinstance(part, dict):
        return spec
    merged = dict(spec)
    for key, value in part.items():
        original = spec.get(key)
        if key in ("fields", "options", "widgets") and isinstance(original, list):
            merged[key] = localize(original, value)
        elif key in ("field", "important") and isinstance(original, dict):
            merged[key] = _localized(original, value)
        elif key in TRANSLATED_KEYS and (original is None or type(original) is type(value)):
            merged[key] = value
    return merged
