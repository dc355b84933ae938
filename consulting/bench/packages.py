"""H5P packages for benchmarks and tests, made of nothing but our own words: a very large one, and hostile ones."""

import io
import json
import random
import stat
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

NAME = "Academy.Bench"
FOLDER = f"{NAME}-1.0"
MAIN = {
    "title": "Benchmark",
    "language": "de",
    "mainLibrary": NAME,
    "embedTypes": ["iframe"],
    "preloadedDependencies": [{"machineName": NAME, "majorVersion": 1, "minorVersion": 0}],
}
LIBRARY = {
    "title": "Benchmark",
    "machineName": NAME,
    "majorVersion": 1,
    "minorVersion": 0,
    "patchVersion": 0,
    "runnable": 1,
    "preloadedJs": [{"path": "main.js"}],
}
BASE = {
    "h5p.json": MAIN,
    "content/content.json": {"text": "Guten Tag"},
    f"{FOLDER}/library.json": LIBRARY,
    f"{FOLDER}/semantics.json": [{"name": "text", "type": "text", "label": "Text"}],
    f"{FOLDER}/main.js": b"H5P.AcademyBench = function () {};",
}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

Entry = tuple[str | zipfile.ZipInfo, Any]


def write_large_package(path: Path, *, files: int, size: int) -> None:
    """A package of so many files and so many bytes, of bytes that cannot be packed, as pictures and sounds are."""
    draw = random.Random(1)  # noqa: S311
    each = size // (files - len(BASE))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in BASE.items():
            archive.writestr(name, _as_bytes(value))
        for number in range(files - len(BASE)):
            folder = f"{FOLDER}/assets" if number % 2 else "content/images"
            archive.writestr(f"{folder}/{number:05}.png", draw.randbytes(each))


def hostile_packages() -> Iterator[tuple[str, bytes]]:
    """What an attacker would send, each with its name: none may be taken in, none may leave a file behind."""
    for name, entries in _hostile_entries():
        yield name, _zipped(entries)
    good = _zipped([("content/secret.txt", b"x")])
    yield "name with NUL", good.replace(b"content/secret.txt", b"content/sec\0et.txt")
    yield "encrypted file", _with_flag(good, b"content/secret.txt")
    yield "size that is a lie", _with_stated_size(_zipped([("content/big.txt", bytes(2**20))]), b"content/big.txt")
    yield "cut off in the middle", good[: len(good) // 2]
    yield "no archive", b"GIF89a" + bytes(1000)


def _hostile_entries() -> Iterator[tuple[str, list[Entry]]]:
    yield "bomb of one file", [("content/bomb.txt", bytes(60 * 2**20))]
    yield "bomb of many files", [(f"content/{number}.txt", bytes(2**20)) for number in range(300)]
    yield "too many files", [(f"content/{number}.txt", b"") for number in range(10_001)]
    yield "path that climbs", [("content/../../../x.png", b"x")]
    yield "path from the root", [("/etc/x.png", b"x")]
    yield "path with a drive", [("C:/x.png", b"x")]
    yield "path with backslashes", [("content\\..\\x.png", b"x")]
    yield "symbolic link", [(_link("content/passwd.txt"), b"/etc/passwd")]
    yield "script in SVG", [("content/images/evil.svg", SVG)]
    yield "page", [("content/evil.html", b"<script>alert(1)</script>")]
    yield "program", [(f"{FOLDER}/evil.php", b"<?php phpinfo();")]
    yield "same name in another case", [("content/a.png", b"x"), ("content/A.png", b"y")]
    yield "file where a folder is", [("content/a.txt", b"x"), ("content/a.txt/b.png", b"y")]
    newer = LIBRARY | {"coreApi": {"majorVersion": 9, "minorVersion": 0}}
    yield "library for a newer H5P", [(f"{FOLDER}/library.json", newer)]


def _zipped(entries: Iterable[Entry]) -> bytes:
    """A package that is good but for `entries`."""
    entries = list(entries)
    replaced = {entry for entry, _value in entries if isinstance(entry, str)}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, value in [*((name, value) for name, value in BASE.items() if name not in replaced), *entries]:
            archive.writestr(name, _as_bytes(value))
    return buffer.getvalue()


def _as_bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def _link(path: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path)
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def _with_flag(package: bytes, name: bytes) -> bytes:
    """Says of one file that it is encrypted, in the list at the end of the archive."""
    changed = bytearray(package)
    changed[_in_directory(package, name) + 8] |= 1
    return bytes(changed)


def _with_stated_size(package: bytes, name: bytes) -> bytes:
    """Says of one file that it unpacks to ten bytes."""
    changed = bytearray(package)
    place = _in_directory(package, name)
    changed[place + 24 : place + 28] = (10).to_bytes(4, "little")
    return bytes(changed)


def _in_directory(package: bytes, name: bytes) -> int:
    """Where the entry of a file begins in the archive's list (46 bytes stand before the name)."""
    return package.rindex(name) - 46
