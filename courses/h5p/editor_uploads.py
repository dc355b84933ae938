"""Files that somebody uploads in the official editor, before the content is saved. Called through `services`.

They lie below `uploads/<name of the session>/files` and are marked with "#tmp" in the parameters. Saving copies those
that the parameters name; whatever nobody saves goes with `delete_uploads`.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import PurePath
from typing import IO

from django.core.files import File
from django.core.files.images import get_image_dimensions
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from PIL import Image

from . import storage
from .archive import Limits
from .kinds import ENDINGS, FOLDERS, is_what_it_says, mime
from .saving import ContentRefused

MARK = "#tmp"
MOST_FILES = 200  # of one session of the editor
_CHUNK = 64 * 1024


def folder_of(upload: str) -> str:
    return f"uploads/{upload}/files"


def uploaded_paths(upload: str) -> list[str]:
    """The files of one session, as the parameters name them without their mark."""
    folder = folder_of(upload)
    return [name.removeprefix(f"{folder}/") for name in storage.files_under(storage.h5p_storage(), folder)]


def keep_upload(*, upload: str, kind: str, file: File) -> dict:
    """Keep a file for a field of that kind, and say what the editor has to write into the parameters.

    Raises ContentRefused where the file is too large, one too many, of a kind that has no place there, or not what the
    ending of its name says.
    """
    ending = PurePath(file.name or "").suffix.lower().lstrip(".")
    if ending not in ENDINGS.get(kind, ()):
        sentence = _("Files of this kind cannot be used here. Allowed are files that end in: {endings}.")
        endings = ", ".join(ENDINGS.get(kind, ())) or "–"
        raise ContentRefused("invalid", str(sentence).format(endings=endings))
    _check_room(upload, file)
    if not is_what_it_says(ending, file.read(64)):
        raise ContentRefused("invalid", _("The file is not what the ending of its name says."))
    facts = _size_of_picture(file) if kind == "image" else {}
    name = slugify(PurePath(file.name).stem)[:40] or kind
    path = f"{FOLDERS[kind]}/{name}-{_hash(file)[:8]}.{ending}"
    file.seek(0)
    with storage.all_or_nothing() as writer:
        writer.write(f"{folder_of(upload)}/{path}", file)
    return {"path": path + MARK, "mime": mime(path), **facts}


def _check_room(upload: str, file: File) -> None:
    limits, held, names = Limits.of_this_site(), storage.h5p_storage(), uploaded_paths(upload)
    if file.size > limits.file_size:
        sentence = _("The file is larger than {limit} MB.")
        raise ContentRefused("too-large", str(sentence).format(limit=limits.file_size // 2**20))
    total = file.size + sum(held.size(f"{folder_of(upload)}/{name}") for name in names)
    if len(names) >= MOST_FILES or total > limits.total_size:
        raise ContentRefused("too-large", _("There are too many new files in this exercise. Please save it first."))


def _size_of_picture(file: File) -> dict[str, int]:
    file.seek(0)
    try:
        width, height = get_image_dimensions(file)
    except Image.DecompressionBombError:
        width = height = None
    if not width or not height:
        raise ContentRefused("invalid", _("The file is not what the ending of its name says."))
    return {"width": width, "height": height}


def _hash(file: File) -> str:
    hasher = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks(_CHUNK):
        hasher.update(chunk)
    return hasher.hexdigest()


@contextmanager
def opened_uploads(*, upload: str, params: dict) -> Iterator[Mapping[str, IO[bytes]]]:
    """The uploaded files that `params` name, for `save_content`."""
    text, held = json.dumps(params, ensure_ascii=False), storage.h5p_storage()
    with ExitStack() as stack:
        yield {
            path: stack.enter_context(held.open(f"{folder_of(upload)}/{path}"))
            for path in uploaded_paths(upload)
            if f"{path}{MARK}" in text
        }


def drop_uploads(*, upload: str) -> None:
    """Delete the files of a session whose content has been saved."""
    held = storage.h5p_storage()
    storage.delete_files(held, storage.files_under(held, folder_of(upload)))
