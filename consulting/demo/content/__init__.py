"""The demo content as files, one block in each; `slug` is the key by which loading twice updates and never doubles."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parent
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def read(name: str) -> Any:
    """What stands in one block: the value under the only top-level key of its file. Not to be changed by callers."""
    data = yaml.load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), Loader)  # noqa: S506 (a safe loader)
    (value,) = data.values()
    return value
