"""One stylesheet out of many small ones.

Authors read `academy/static/academy/css/<component>.css`; people load `academy/css/site.css`, one request. The finder
writes it into the folder of run-time data whenever a part is newer, so WhiteNoise, the development server and
`collectstatic` (with hashed names and compression) all see a plain file, and there is no build step.
"""

import os
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

PARTS = Path(__file__).resolve().parents[1] / "static" / "academy" / "css"
FIRST = ("tokens", "fonts", "base", "layout")
LAST = ("print",)
NAME = "academy/css/site.css"


def ordered_parts() -> list[Path]:
    """Foundations first, then the components by name, then what overrides them."""
    paths = {path.stem: path for path in PARTS.glob("*.css")}
    middle = sorted(set(paths) - set(FIRST) - set(LAST))
    return [paths[name] for name in (*FIRST, *middle, *LAST) if name in paths]


def write_bundle(folder: Path) -> Path:
    """Put the parts together in `folder`; nothing is written when the text has not changed."""
    target = folder / NAME
    text = "\n".join(path.read_text(encoding="utf-8") for path in ordered_parts())
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(f".{os.getpid()}.new")
        draft.write_text(text, encoding="utf-8")
        draft.replace(target)  # in one step: another process may be reading
    return target


class CssBundleFinder(BaseFinder):
    """Finds exactly one file."""

    def __init__(self, app_names=None, *args, **kwargs):
        self.folder = Path(settings.VAR) / "static"
        self.storage = FileSystemStorage(location=str(self.folder))
        super().__init__(*args, **kwargs)

    def check(self, **kwargs):
        return []

    def find(self, path, find_all=False, **kwargs):
        if path != NAME:
            return []
        found = str(write_bundle(self.folder))
        return [found] if find_all or kwargs.get("all") else found

    def list(self, ignore_patterns):
        write_bundle(self.folder)
        yield NAME, self.storage
