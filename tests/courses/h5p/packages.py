"""Good and bad packages, built in memory."""

import io
import json
import stat
import zipfile
from typing import Any

TEXT_FIELD = {"name": "text", "type": "text", "label": "Text"}


def library(
    name: str = "Test.Basic",
    version: str = "1.0.0",
    *,
    folder: str | None = None,
    needs: dict[str, list[str]] | None = None,
    semantics: Any = None,
    files: dict[str, Any] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """The files of one library folder; `needs` by kind, such as {"preloaded": ["Test.Part 1.2"]}."""
    major, minor, patch = version.split(".")
    data = {
        "title": name,
        "machineName": name,
        "majorVersion": int(major),
        "minorVersion": int(minor),
        "patchVersion": int(patch),
        "runnable": 1,
        "preloadedJs": [{"path": "main.js"}],
        "preloadedCss": [{"path": "main.css"}],
        **{f"{kind}Dependencies": [dependency(item) for item in items] for kind, items in (needs or {}).items()},
        **changes,
    }
    data = {key: value for key, value in data.items() if value is not ...}
    folder = folder or f"{name}-{major}.{minor}"
    inner = {
        "library.json": data,
        "semantics.json": [TEXT_FIELD] if semantics is None else semantics,
        "main.js": b"/* " + f"{name} {version}".encode() + b" */",
        "main.css": b"p {}",
        **(files or {}),
    }
    return {f"{folder}/{path}": value for path, value in inner.items() if value is not ...}


def dependency(name: str) -> dict[str, Any]:
    machine_name, version = name.split(" ")
    major, minor = version.split(".")
    return {"machineName": machine_name, "majorVersion": int(major), "minorVersion": int(minor)}


def package(
    *libraries: dict[str, Any],
    main: str = "Test.Basic 1.0",
    params: Any = None,
    files: dict[str, Any] | None = None,
    **changes: Any,
) -> io.BytesIO:
    """A package of `libraries` (by default one basic library); `changes` replace parts of its h5p.json, ... removes."""
    data = {
        "title": "A test",
        "language": "de",
        "mainLibrary": main.split(" ")[0],
        "embedTypes": ["iframe"],
        "preloadedDependencies": [dependency(main)],
        **changes,
    }
    parts: dict[str, Any] = {
        "h5p.json": {key: value for key, value in data.items() if value is not ...},
        "content/content.json": {"text": "Hallo"} if params is None else params,
    }
    for part in libraries or (library(),):
        parts |= part
    parts |= files or {}
    return zipped([(path, value) for path, value in parts.items() if value is not ...])


def zipped(entries: list[tuple[Any, Any]], name: str = "test.h5p") -> io.BytesIO:
    """A zip file of `entries`, names or ZipInfo with bytes or JSON, without any check."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, value in entries:
            archive.writestr(path, value if isinstance(value, bytes) else json.dumps(value).encode())
    buffer.seek(0)
    buffer.name = name
    return buffer


def with_entries(base: io.BytesIO, *entries: tuple[Any, Any]) -> io.BytesIO:
    """`base` with more entries, hostile ones too."""
    with zipfile.ZipFile(base) as archive:
        old = [(info, archive.read(info)) for info in archive.infolist()]
    return zipped([*old, *entries])


def link(path: str, target: str = "/etc/passwd") -> tuple[zipfile.ZipInfo, bytes]:
    info = zipfile.ZipInfo(path)
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info, target.encode()


def renamed(base: io.BytesIO, old: bytes, new: bytes) -> io.BytesIO:
    """`base` with one name replaced by another of the same length, for names that zipfile itself would not write."""
    assert len(old) == len(new)
    raw = base.getvalue()
    assert raw.count(old) >= 2
    changed = io.BytesIO(raw.replace(old, new))
    changed.name = "test.h5p"
    return changed


reported: list[dict] = []


def remember_attempt(**values) -> None:
    """An H5P_ATTEMPT_HANDLER."""
    reported.append(values)


def refuse_attempt(**values) -> None:
    raise RuntimeError("the handler failed")
