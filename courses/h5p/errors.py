"""Why a package is refused: H5P's own error codes, with a sentence for the person who uploaded it."""

from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy


@dataclass(frozen=True)
class PackageError:
    """One broken rule. `code` is H5P's; `path` names the file or folder inside the package, where there is one."""

    code: str
    message: Any  # a lazy translation
    path: str = ""

    def __str__(self) -> str:
        return str(self.message)


class PackageRefused(Exception):
    """The package breaks at least one rule. All errors of the stage that failed are collected."""

    def __init__(self, errors: list[PackageError]):
        super().__init__(errors)
        self.errors = list(errors)

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)


def error(code: str, sentence: Any, path: str = "", **values: Any) -> PackageError:
    """A PackageError whose lazy `sentence` is filled with `values` and, as {path}, with `path`."""
    return PackageError(code, format_lazy(sentence, path=path, **values), path)


def refuse_if(errors: list[PackageError]) -> None:
    if errors:
        raise PackageRefused(errors)
