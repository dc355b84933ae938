"""Files in the storage "h5p": written once under a folder of their own, never changed, removed when nothing names them.

No file becomes visible before a database row names its folder, so the order is: write the files, then write the row.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO

from django.core.files import File
from django.core.files.storage import Storage, storages


def h5p_storage() -> Storage:
    return storages["h5p"]


class Writer:
    """Remembers what it wrote, so that a failed import can take everything back."""

    def __init__(self, storage: Storage):
        self.storage = storage
        self.written: list[str] = []

    def write(self, name: str, stream: IO[bytes]) -> None:
        """Store `stream` under exactly `name`; what an earlier, interrupted import left there is replaced."""
        if self.storage.exists(name):
            self.storage.delete(name)
        self.written.append(name)
        saved = self.storage.save(name, File(stream, name=name))
        if saved != name:  # somebody else wrote the same file at the same moment
            self.storage.delete(saved)
            raise FileExistsError(f"{name} is being written by another import")

    def undo(self) -> None:
        delete_files(self.storage, self.written)
        self.written = []


@contextmanager
def all_or_nothing() -> Iterator[Writer]:
    """A Writer whose files disappear again when the block fails. Open the transaction inside the block."""
    writer = Writer(h5p_storage())
    try:
        yield writer
    except BaseException:
        writer.undo()
        raise


def delete_files(storage: Storage, names: list[str]) -> None:
    """Delete `names`, and the folders that are empty afterwards where the storage has folders."""
    for name in names:
        storage.delete(name)
    parents = {
        "/".join(parts[:depth]) for parts in (name.split("/") for name in names) for depth in range(1, len(parts))
    }
    for folder in sorted(parents, key=len, reverse=True):
        try:
            if not any(storage.listdir(folder)):
                storage.delete(folder)
        except OSError:
            continue  # it never existed, or somebody wrote into it just now


def files_under(storage: Storage, folder: str) -> list[str]:
    """The names of all files below `folder`."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return []
    names = [f"{folder}/{name}" for name in sorted(files)]
    for inner in sorted(folders):
        names += files_under(storage, f"{folder}/{inner}")
    return names


def delete_unnamed(*, named: set[str], root: str, before: datetime) -> list[str]:
    """Delete every folder `root/x/y` that is not `named` and older than `before`; return the deleted folders."""
    storage = h5p_storage()
    deleted = []
    for outer in _folders(storage, root):
        for inner in _folders(storage, f"{root}/{outer}"):
            folder = f"{root}/{outer}/{inner}"
            names = files_under(storage, folder)
            if folder in named or any(storage.get_modified_time(name) >= before for name in names):
                continue
            delete_files(storage, names)
            deleted.append(folder)
    return deleted


def _folders(storage: Storage, root: str) -> list[str]:
    try:
        return sorted(storage.listdir(root)[0])
    except FileNotFoundError:
        return []
