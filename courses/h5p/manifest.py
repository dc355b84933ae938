"""The JSON files of a package: h5p.json and library.json, property by property (H5P.md 5, rules 4 and 5)."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .enums import DependencyKind
from .errors import PackageError, error

MOST_LEVELS = 200
CORE_API = (1, 28)  # of the player that is installed: h5p-standalone 3.8.2

MACHINE_NAME = r"[\w\-.]{1,255}"
VERSION_PART = r"[0-9]{1,5}"
LIBRARY_STRING = re.compile(
    rf"(?P<name>{MACHINE_NAME})[ -](?P<major>{VERSION_PART})\.(?P<minor>{VERSION_PART})", re.ASCII
)
LANGUAGE_FILE = re.compile(r"(-?[a-z]+){1,7}\.json", re.IGNORECASE)

DEPENDENCY = {"machineName": MACHINE_NAME, "majorVersion": VERSION_PART, "minorVersion": VERSION_PART}
DEPENDENCY_LISTS = [kind.manifest_key for kind in DependencyKind]
EMBED_TYPES = ["iframe", "div"]

H5P_REQUIRED = {
    "title": r".{1,255}",
    "language": r"[-a-zA-Z]{1,10}",
    "mainLibrary": r"(?i:[$a-z_][0-9a-z_.$]{1,254})",
}
LIBRARY_REQUIRED = {
    "title": r".{1,255}",
    "majorVersion": VERSION_PART,
    "minorVersion": VERSION_PART,
    "patchVersion": VERSION_PART,
    "machineName": MACHINE_NAME,
    "runnable": r"[01]",
}
_SURROGATE_OR_NUL = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


@dataclass(frozen=True, order=True)
class LibraryName:
    """A library by name and minor version, as dependencies and content name it."""

    machine_name: str
    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.machine_name} {self.major}.{self.minor}"

    @property
    def folder(self) -> str:
        return f"{self.machine_name}-{self.major}.{self.minor}"

    @classmethod
    def parse(cls, text: Any) -> "LibraryName | None":
        """From "H5P.Column 1.16" or "H5P.Column-1.16"; None where it is neither."""
        match = LIBRARY_STRING.fullmatch(text) if isinstance(text, str) else None
        return cls(match["name"], int(match["major"]), int(match["minor"])) if match else None

    @classmethod
    def of(cls, data: dict) -> "LibraryName":
        """From a checked dependency or library.json."""
        return cls(data["machineName"], int(data["majorVersion"]), int(data["minorVersion"]))


def load_json(raw: bytes) -> Any:
    """The value of a JSON file, a byte order mark or not; without what no database can store. Raises ValueError."""

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not JSON")

    try:
        value = json.loads(raw.decode("utf-8-sig"), parse_constant=refuse)
    except RecursionError as too_deep:
        raise ValueError("nested too deeply") from too_deep
    if _is_deeper_than(value, MOST_LEVELS):
        raise ValueError("nested too deeply")
    return _storable(value) if _SURROGATE_OR_NUL.search(raw) else value


def _is_deeper_than(value: Any, levels: int) -> bool:
    """Whether lists and objects are nested in more than `levels` levels: what walks them later may recurse."""
    level = [value]
    for _depth in range(levels):
        containers = [item for item in level if isinstance(item, list | dict)]
        level = [inner for item in containers for inner in (item.values() if isinstance(item, dict) else item)]
        if not level:
            return False
    return True


def _storable(value: Any) -> Any:
    """`value` without NUL characters and half surrogates, which JSON may spell and PostgreSQL refuses."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value


def dependencies(data: dict, kinds: list[str] = DEPENDENCY_LISTS) -> Iterator[LibraryName]:
    """Every library that checked JSON data names as a dependency."""
    for kind in kinds:
        for item in data.get(kind) or []:
            yield LibraryName.of(item)


def check_h5p_json(data: Any) -> list[PackageError]:
    """What is wrong with h5p.json."""
    if not isinstance(data, dict):
        return [error("invalid-h5p-json-file", _("The main file {path} is not valid."), "h5p.json")]
    errors = list(_check_properties(data, H5P_REQUIRED, "h5p.json", "invalid-h5p-json-file"))
    for name in ("preloadedDependencies", "embedTypes"):
        if data.get(name) is None:
            errors.append(_missing(name, "h5p.json"))
    errors += _check_lists(data, "h5p.json", "invalid-h5p-json-file")
    if not errors and main_library(data) is None:
        sentence = _("The main library {name} is not among the preloaded dependencies in {path}.")
        errors.append(error("invalid-h5p-json-file", sentence, "h5p.json", name=data["mainLibrary"]))
    return errors


def main_library(data: dict) -> LibraryName | None:
    """The main library of a checked h5p.json, with the version that its dependencies name."""
    names = dependencies(data, [DependencyKind.PRELOADED.manifest_key])
    return next((name for name in names if name.machine_name == data["mainLibrary"]), None)


def check_library_json(data: Any, folder: str) -> list[PackageError]:
    """What is wrong with the library.json of `folder`."""
    path = f"{folder}/library.json"
    if not isinstance(data, dict):
        return [_invalid_library(path)]
    errors = list(_check_properties(data, LIBRARY_REQUIRED, path, "invalid-library-json-file"))
    errors += _check_lists(data, path, "invalid-library-json-file")
    for key, ending in (("preloadedJs", ".js"), ("preloadedCss", ".css")):
        items = data.get(key) or []
        if not isinstance(items, list) or not all(_is_asset(item, ending) for item in items):
            errors.append(_invalid(key, path, "invalid-library-json-file"))
    if errors:
        return errors
    if folder not in (data["machineName"], LibraryName.of(data).folder):
        sentence = _("The library folder {path} must be called {name} or {folder}.")
        return [
            error(
                "library-directory-name-mismatch",
                sentence,
                folder,
                name=data["machineName"],
                folder=LibraryName.of(data).folder,
            )
        ]
    return _check_core_api(data, path)


def _check_properties(data: dict, rules: dict[str, str], path: str, code: str) -> Iterator[PackageError]:
    for name, pattern in rules.items():
        value = data.get(name)
        if value is None:
            yield _missing(name, path)
        elif not _matches(value, pattern):
            yield _invalid(name, path, code)


def _check_lists(data: dict, path: str, code: str) -> Iterator[PackageError]:
    """The dependency lists and embed types, where they are given."""
    for key in DEPENDENCY_LISTS:
        items = data.get(key)
        if items is None:
            continue
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            yield _invalid(key, path, code)
            continue
        for item in items:
            yield from _check_properties(item, DEPENDENCY, path, code)
    embed_types = data.get("embedTypes") or []
    if not isinstance(embed_types, list):
        yield _invalid("embedTypes", path, code)
        return
    for option in embed_types:
        if option not in EMBED_TYPES:
            sentence = _("The option {option} in {path} is not allowed.")
            yield error("illegal-option-in-library", sentence, path, option=option)


def _check_core_api(data: dict, path: str) -> list[PackageError]:
    wanted = data.get("coreApi")
    if not wanted:
        return []
    rules = {"majorVersion": VERSION_PART, "minorVersion": VERSION_PART}
    if not isinstance(wanted, dict) or list(_check_properties(wanted, rules, path, "invalid-library-json-file")):
        return [_invalid("coreApi", path, "invalid-library-json-file")]
    needed = (int(wanted["majorVersion"]), int(wanted["minorVersion"]))
    if needed <= CORE_API:
        return []
    sentence = _("The component {name} needs H5P {needed} or newer. This site runs H5P {current}.")
    values = {"needed": "{}.{}".format(*needed), "current": "{}.{}".format(*CORE_API)}
    return [error("api-version-unsupported", sentence, path, name=data["title"], **values)]


def _matches(value: Any, pattern: str) -> bool:
    if isinstance(value, bool):
        value = int(value)
    return isinstance(value, str | int) and re.fullmatch(pattern, str(value), re.ASCII) is not None


def _is_asset(item: Any, ending: str) -> bool:
    return isinstance(item, dict) and isinstance(item.get("path"), str) and item["path"].lower().endswith(ending)


def _missing(name: str, path: str) -> PackageError:
    return error("missing-required-property", _("The property {name} is missing in {path}."), path, name=name)


def _invalid(name: str, path: str, code: str) -> PackageError:
    return error(code, _("The property {name} in {path} is not valid."), path, name=name)


def _invalid_library(path: str) -> PackageError:
    return error("invalid-library-json-file", _("The file {path} is missing or is not valid JSON."), path)
