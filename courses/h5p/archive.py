"""The outer shell of a package: may the archive be opened, and which of its files may be read (H5P.md 5, 1 to 3).

Paths, kinds and stated sizes are judged before a byte is unpacked; then every file is unpacked once into nothing,
because the sizes that an archive states may be a lie.
"""

import hashlib
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .errors import PackageError, PackageRefused, error, refuse_if

CONTENT_TYPES = frozenset(
    {"json", "txt", "md", "textile", "csv", "diff", "patch", "vtt", "webvtt", "gltf", "glb"}
    | {"png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp"}
    | {"eot", "ttf", "woff", "woff2", "otf"}
    | {"webm", "mp4", "ogg", "mp3", "m4a", "wav"}
    | {"pdf", "rtf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp"}
)
LIBRARY_TYPES = CONTENT_TYPES | {"js", "css", "svg", "xml"}

_CHUNK = 64 * 1024
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]|^/|^[A-Za-z]:|(^|/)\.\.(/|$)|//")
_UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True)
class Limits:
    """How large a package may be. The setting H5P_LIMITS changes single values."""

    files: int = 10_000
    file_size: int = 64 * 2**20
    total_size: int = 256 * 2**20
    ratio: int = 200
    ratio_from: int = 2**20

    @classmethod
    def of_this_site(cls) -> "Limits":
        return cls(**getattr(settings, "H5P_LIMITS", {}))


@dataclass(frozen=True)
class Entry:
    """One file of the archive that passed the checks."""

    path: str
    info: zipfile.ZipInfo
    sha256: str


def digest(files: dict[str, Entry]) -> str:
    """One hash over a folder: its paths and what the files hold."""
    lines = (f"{path}\0{entry.sha256}\n" for path, entry in sorted(files.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def is_safe_path(path: str) -> bool:
    """Whether a path from outside stays where it is put, on every kind of storage."""
    return (
        0 < len(path) <= 500 and not _UNSAFE.search(path) and all(len(part.encode()) <= 200 for part in path.split("/"))
    )


@contextmanager
def open_archive(file: IO[bytes] | Path | str, limits: Limits) -> Iterator[tuple[zipfile.ZipFile, str]]:
    """A package, with its SHA-256. Raises PackageRefused where it cannot be one."""
    name = str(file if isinstance(file, str | Path) else getattr(file, "name", ""))
    if not name.lower().endswith(".h5p"):
        raise PackageRefused([error("missing-h5p-extension", _("The file must have the extension .h5p."))])
    with open_zip(file, limits) as opened:
        yield opened


@contextmanager
def open_zip(file: IO[bytes] | Path | str, limits: Limits) -> Iterator[tuple[zipfile.ZipFile, str]]:
    stream = open(file, "rb") if isinstance(file, str | Path) else file  # noqa: SIM115
    try:
        sha256 = _hash_of_archive(stream, limits)
        try:
            archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as damaged:
            sentence = _("The file cannot be unpacked: it is not a zip archive, or it is damaged.")
            raise PackageRefused([error("unable-to-unzip", sentence)]) from damaged
        with archive:
            yield archive, sha256
    finally:
        if stream is not file:
            stream.close()


def _hash_of_archive(stream: IO[bytes], limits: Limits) -> str:
    """The SHA-256 of the upload, which is never larger than what it may unpack to."""
    hasher, size = hashlib.sha256(), 0
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > limits.total_size:
            raise PackageRefused([_total_too_large(limits)])
        hasher.update(chunk)
    stream.seek(0)
    return hasher.hexdigest()


# --- Names, kinds and sizes: before a byte is unpacked ---------------------------------------------------------------


def checked_entries(archive: zipfile.ZipFile, limits: Limits, may_install_libraries: bool) -> dict[str, Entry]:
    wanted = [info for info in safe_infos(archive, limits) if _is_wanted(info, may_install_libraries)]
    refuse_if([problem for info in wanted if (problem := _not_in_whitelist(info.filename))])
    return read_and_count(archive, wanted, limits)


def safe_infos(archive: zipfile.ZipFile, limits: Limits) -> list[zipfile.ZipInfo]:
    """Everything in the archive, once its names, kinds and stated sizes have passed."""
    infos = archive.infolist()
    if len(infos) > limits.files:
        sentence = _("The package has {count} files. At most {limit} are allowed.")
        raise PackageRefused([error("too-many-files", sentence, count=len(infos), limit=limits.files)])
    refuse_if([*_unsafe_entries(infos), *_duplicates(infos), *_too_large(infos, limits)])
    return infos


def _unsafe_entries(infos: list[zipfile.ZipInfo]) -> Iterator[PackageError]:
    for info in infos:
        name = info.orig_filename  # zipfile itself cuts `filename` at a NUL
        if not is_safe_path(name.rstrip("/")):
            yield error("unsafe-path", _("The path {path} in the package is not allowed."), name)
        elif info.create_system == 3 and stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
            yield error("unsafe-path", _("{path} is a link or a device. Only files are allowed."), name)
        elif info.flag_bits & 0x1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            sentence = _("The file {path} is encrypted or packed in an unknown way.")
            yield error("unable-to-read-package-file", sentence, name)


def _duplicates(infos: list[zipfile.ZipInfo]) -> Iterator[PackageError]:
    """Names that are one file on some disks: the same, another case, or a file where a folder is needed."""
    seen: set[str] = set()
    folders: set[str] = set()
    names = [(info, unicodedata.normalize("NFC", info.filename.rstrip("/")).casefold()) for info in infos]
    for info, name in names:
        if name in seen:
            yield error("duplicate-entry", _("The path {path} is in the package more than once."), info.filename)
        seen.add(name)
        parts = name.split("/")
        folders.update("/".join(parts[:depth]) for depth in range(1, len(parts)))
    for info, name in names:
        if name in folders and not info.is_dir():
            yield error("duplicate-entry", _("The path {path} is both a file and a folder."), info.filename)


def _too_large(infos: list[zipfile.ZipInfo], limits: Limits) -> Iterator[PackageError]:
    for info in infos:
        if info.file_size > limits.file_size:
            yield _file_too_large(info.filename, limits)
        elif info.file_size > limits.ratio_from and info.file_size > limits.ratio * max(info.compress_size, 1):
            sentence = _("The file {path} is packed suspiciously tightly and is not unpacked.")
            yield error("suspicious-compression", sentence, info.filename)
    if sum(info.file_size for info in infos) > limits.total_size:
        yield _total_too_large(limits)


def _is_wanted(info: zipfile.ZipInfo, may_install_libraries: bool) -> bool:
    """Whether the entry is part of the package; hidden files and, without the right, libraries are passed over."""
    path = info.filename
    if info.is_dir() or any(part.startswith((".", "_")) for part in path.split("/")):
        return False
    if path == "h5p.json" or path.startswith("content/"):
        return True
    return may_install_libraries and "/" in path


def _not_in_whitelist(path: str) -> PackageError | None:
    allowed = CONTENT_TYPES if path == "h5p.json" or path.startswith("content/") else LIBRARY_TYPES
    name = path.rsplit("/", 1)[-1]
    if "." in name and name.rsplit(".", 1)[-1].lower() in allowed:
        return None
    sentence = _("The file {path} is not allowed. Allowed are files that end in: {allowed}.")
    return error("not-in-whitelist", sentence, path, allowed=", ".join(sorted(allowed)))


def read_and_count(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], limits: Limits) -> dict[str, Entry]:
    """Unpack every entry once into nothing: the sizes that the archive states may be a lie."""
    entries: dict[str, Entry] = {}
    errors: list[PackageError] = []
    total = 0
    for info in infos:
        hasher, size = hashlib.sha256(), 0
        try:
            with archive.open(info) as stream:
                while chunk := stream.read(_CHUNK):
                    size, total = size + len(chunk), total + len(chunk)
                    if total > limits.total_size:
                        raise PackageRefused([*errors, _total_too_large(limits)])
                    if size > limits.file_size:
                        errors.append(_file_too_large(info.filename, limits))
                        break
                    hasher.update(chunk)
        except _UNREADABLE:
            errors.append(_unreadable(info.filename))
        entries[info.filename] = Entry(info.filename, info, hasher.hexdigest())
    refuse_if(errors)
    return entries


# --- Sentences that more than one rule says -------------------------------------------------------------------------


def _file_too_large(path: str, limits: Limits) -> PackageError:
    sentence = _("The file {path} is larger than {limit} MB.")
    return error("file-size-too-large", sentence, path, limit=limits.file_size // 2**20)


def _total_too_large(limits: Limits) -> PackageError:
    sentence = _("The package is larger than {limit} MB when unpacked.")
    return error("total-size-too-large", sentence, limit=limits.total_size // 2**20)


def _unreadable(path: str) -> PackageError:
    return error("unable-to-read-package-file", _("The file {path} in the package cannot be read."), path)
