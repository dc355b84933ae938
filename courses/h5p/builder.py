"""Real .h5p files from sources: our own content types and the demo contents written for them."""

import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from . import manifest
from .export import to_json, zip_files
from .manifest import LibraryName

CONTENT_TYPES = Path(__file__).parent / "content_types"
DEMO_CONTENTS = Path(__file__).parent / "demo"


def build_package(source: Path, *, content_types: Path = CONTENT_TYPES) -> bytes:
    """The package of a folder with h5p.json and content/, with every library that it needs from `content_types`."""
    main = json.loads((source / "h5p.json").read_text(encoding="utf-8"))
    files = {f"content/{path}": data for path, data in folder_files(source / "content").items()}
    return build(main, files, content_types=content_types)


def build(main: dict, files: dict[str, Any], *, content_types: Path = CONTENT_TYPES) -> bytes:
    """The package of an h5p.json and its `files` by path; values that are not bytes become JSON."""
    packed = {"h5p.json": to_json(main)}
    packed |= {path: data if isinstance(data, bytes) else to_json(data) for path, data in files.items()}
    for name in _closure(manifest.dependencies(main), content_types):
        folder = content_types / name.folder
        packed |= {f"{name.folder}/{path}": data for path, data in folder_files(folder).items()}
    return zip_files(packed)


def own_libraries() -> list[tuple[LibraryName, int]]:
    """The libraries that come with the project, each with its patch version."""
    found = []
    for path in sorted(CONTENT_TYPES.glob("*/library.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        found.append((LibraryName.of(data), int(data["patchVersion"])))
    return found


def library_package(name: LibraryName) -> io.BytesIO:
    """A package that holds one library of ours and what it needs, and no content."""
    files = {
        f"{part.folder}/{path}": data
        for part in _closure([name], CONTENT_TYPES)
        for path, data in folder_files(CONTENT_TYPES / part.folder).items()
    }
    package = io.BytesIO(zip_files(files))
    package.name = f"{name.folder}.h5p"
    return package


def folder_files(folder: Path) -> dict[str, bytes]:
    """Every file below `folder` by its path, hidden ones left out."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    inner = ((path.relative_to(folder), path) for path in paths)
    return {
        relative.as_posix(): path.read_bytes()
        for relative, path in inner
        if not any(part.startswith(".") for part in relative.parts)
    }


def demo_contents() -> list[str]:
    """The names of the demo contents that come with the project."""
    return sorted(path.name for path in DEMO_CONTENTS.iterdir() if (path / "h5p.json").exists())


def _closure(names: Iterable[LibraryName], content_types: Path) -> list[LibraryName]:
    """`names` and all that they need, as far as their sources are here."""
    found: dict[LibraryName, None] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        path = content_types / name.folder / "library.json"
        if name in found or not path.exists():
            continue
        found[name] = None
        waiting += manifest.dependencies(json.loads(path.read_text(encoding="utf-8")))
    return sorted(found)
