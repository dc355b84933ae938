"""What an .h5p file must be before anything of it is stored (H5P.md 5, rules 1 to 8).

The rules run in stages; every error of a stage is collected, then the next stage does not start. Nothing is written
to disk here: the files stay in the archive until `library.install` and `services` copy them.
"""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from . import manifest
from .archive import Entry, Limits, checked_entries, digest, open_archive
from .errors import PackageError, PackageRefused, error, refuse_if
from .manifest import LibraryName

__all__ = ["Package", "PackageError", "PackageLibrary", "PackageRefused", "open_package"]


@dataclass(frozen=True)
class PackageLibrary:
    """One library folder of a package; `files` by their path inside the folder."""

    name: LibraryName
    data: dict
    semantics: list
    files: dict[str, Entry]

    @property
    def patch(self) -> int:
        return int(self.data["patchVersion"])

    @property
    def sha256(self) -> str:
        return digest(self.files)


@dataclass
class Package:
    """A package that keeps every rule, still inside its archive."""

    archive: zipfile.ZipFile
    sha256: str
    data: dict = field(default_factory=dict)
    params: Any = None
    main: LibraryName | None = None
    content_files: dict[str, Entry] = field(default_factory=dict)
    libraries: dict[LibraryName, PackageLibrary] = field(default_factory=dict)

    def open(self, entry: Entry) -> IO[bytes]:
        return self.archive.open(entry.info)

    def read(self, entry: Entry) -> bytes:
        return self.archive.read(entry.info)


@contextmanager
def open_package(
    file: IO[bytes] | Path | str,
    *,
    may_install_libraries: bool,
    installed: frozenset[LibraryName] = frozenset(),
    limits: Limits | None = None,
    needs_content: bool = True,
) -> Iterator[Package]:
    """The checked package in `file`, open for as long as the block runs.

    With `may_install_libraries` its library folders are checked as well; without, they are ignored and everything it
    needs must be among `installed`. Without `needs_content` only its libraries matter: it may hold nothing else.
    Raises PackageRefused with all errors of the first stage that failed.
    """
    limits = limits or Limits.of_this_site()
    with open_archive(file, limits) as (archive, sha256):
        package = Package(archive=archive, sha256=sha256)
        entries = checked_entries(archive, limits, may_install_libraries)
        if needs_content:
            _read_content(package, entries)
        if may_install_libraries:
            _read_libraries(package, entries)
        refuse_if(_missing_libraries(package, installed))
        yield package


# --- h5p.json and the content --------------------------------------------------------------------------------------


def _read_content(package: Package, entries: dict[str, Entry]) -> None:
    errors: list[PackageError] = []
    if "content/content.json" not in entries:
        errors.append(
            error("invalid-content-folder", _("The package has no content: content/content.json is missing."))
        )
    else:
        package.params = _json_of(package, entries["content/content.json"], "unable-to-parse-package", errors)
    if "h5p.json" not in entries:
        sentence = _("The main file {path} is missing in the package.")
        errors.append(error("invalid-h5p-json-file", sentence, "h5p.json"))
    else:
        data = _json_of(package, entries["h5p.json"], "unable-to-parse-package", errors)
        if data is not None:
            errors += manifest.check_h5p_json(data)
            package.data = data
    if not errors and not isinstance(package.params, dict):
        sentence = _("The file {path} does not hold the parameters of a content.")
        errors.append(error("unable-to-parse-package", sentence, "content/content.json"))
    refuse_if(errors)
    package.main = manifest.main_library(package.data)
    prefix = "content/"
    package.content_files = {
        path.removeprefix(prefix): entry
        for path, entry in entries.items()
        if path.startswith(prefix) and path != "content/content.json"
    }


def _json_of(package: Package, entry: Entry, code: str, errors: list[PackageError]) -> Any:
    """The parsed file; None with a new error in `errors` where it is not JSON."""
    try:
        return manifest.load_json(package.read(entry))
    except ValueError:
        errors.append(error(code, _("The file {path} is not valid JSON."), entry.path))
        return None


# --- The libraries -------------------------------------------------------------------------------------------------


def _read_libraries(package: Package, entries: dict[str, Entry]) -> None:
    folders: dict[str, dict[str, Entry]] = {}
    for path, entry in entries.items():
        folder, slash, inner = path.partition("/")
        if slash and folder != "content":
            folders.setdefault(folder, {})[inner] = entry
    errors: list[PackageError] = []
    for folder, files in sorted(folders.items()):
        library = _read_library(package, folder, files, errors)
        if library is None:
            continue
        if library.name in package.libraries:
            sentence = _("The library {name} is in the package more than once.")
            errors.append(error("duplicate-entry", sentence, folder, name=library.name))
        package.libraries[library.name] = library
    refuse_if(errors)


def _read_library(
    package: Package, folder: str, files: dict[str, Entry], errors: list[PackageError]
) -> PackageLibrary | None:
    """The library in `folder`, or None with what is wrong with it in `errors`."""
    before = len(errors)
    if not re.fullmatch(manifest.MACHINE_NAME, folder, re.ASCII):
        errors.append(error("invalid-library-name", _("{path} is not a valid library name."), folder))
        return None
    path = f"{folder}/library.json"
    data = (
        _json_of(package, files["library.json"], "invalid-library-json-file", []) if "library.json" in files else None
    )
    problems = manifest.check_library_json(data, folder)
    errors += problems
    if problems:
        return None
    semantics: Any = []
    if "semantics.json" in files:
        semantics = _json_of(package, files["semantics.json"], "invalid-semantics-json-file", errors)
        if semantics is not None and not _is_semantics(semantics):
            sentence = _("The file {path} does not describe the fields of a content type.")
            errors.append(error("invalid-semantics-json-file", sentence, f"{folder}/semantics.json"))
    _check_languages(package, folder, files, errors)
    for asset in [*(data.get("preloadedJs") or []), *(data.get("preloadedCss") or [])]:
        if asset_path(asset) not in files:
            sentence = _("The file {asset} is missing from the library {path}.")
            errors.append(error("library-missing-file", sentence, path, asset=asset["path"]))
    return PackageLibrary(LibraryName.of(data), data, semantics, files) if len(errors) == before else None


def asset_path(asset: dict) -> str:
    """The path of a preloaded script or style inside its library folder."""
    return asset["path"].replace("\\", "/").removeprefix("./").lstrip("/")


def _is_semantics(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(item, dict) and isinstance(item.get("name"), str) for item in value
    )


def _check_languages(package: Package, folder: str, files: dict[str, Entry], errors: list[PackageError]) -> None:
    for inner, entry in files.items():
        if not inner.startswith("language/"):
            continue
        if not manifest.LANGUAGE_FILE.fullmatch(inner.removeprefix("language/")):
            sentence = _("{path} is not a valid name of a language file.")
            errors.append(error("invalid-language-file", sentence, entry.path))
        else:
            _json_of(package, entry, "invalid-language-file", errors)


def _missing_libraries(package: Package, installed: frozenset[LibraryName]) -> list[PackageError]:
    """Every library that the content or another library needs and that is neither in the package nor installed."""
    available = installed | package.libraries.keys()
    needed: dict[LibraryName, None] = {}
    for data in [package.data, *(library.data for library in package.libraries.values())]:
        needed.update(dict.fromkeys(manifest.dependencies(data)))
    return [_missing_library(name, name == package.main) for name in needed if name not in available]


def _missing_library(name: LibraryName, is_main: bool) -> PackageError:
    if is_main:
        sentence = _("The content type {name} is not installed on this site.")
        return error("missing-main-library", sentence, name=name)
    sentence = _("The library {name} is missing. The package needs it.")
    return error("missing-required-library", sentence, name=name)
