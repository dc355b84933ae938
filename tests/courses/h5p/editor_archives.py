"""Archives of the official editor as tiny files of the expected names: none of its code is in this repository.

A few of them (`stand_in_editor/`) are a small editor of ours that speaks to page and server as the official one does.
"""

from pathlib import Path

from courses.h5p.editor_files import CORE_EXPECTED, EDITOR_EXPECTED

from .packages import zipped


def core_zip(folder: Path, *more, without: str = "", top: str = "h5p-php-library-1.28.0/") -> Path:
    return _written(folder / "core.zip", CORE_EXPECTED, more, without, top)


def editor_zip(folder: Path, *more, without: str = "", top: str = "h5p-editor-php-library-master/") -> Path:
    names = [*EDITOR_EXPECTED, "language/de.js"]
    return _written(folder / "editor.zip", names, more, without, top)


STAND_IN = Path(__file__).parent / "stand_in_editor"


def _content(name: str) -> bytes:
    path = STAND_IN / name.rsplit("/", 1)[-1]
    return path.read_bytes() if path.is_file() else f"/* {name} */".encode()


def _written(path: Path, names: list[str], more: tuple, without: str, top: str) -> Path:
    entries = [(f"{top}{name}", _content(name)) for name in names if name != without]
    path.write_bytes(zipped([*entries, *more]).getvalue())
    return path
