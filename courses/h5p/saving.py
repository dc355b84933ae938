"""Saving what somebody wrote in the browser: the same rules as for a package. Called through `services`."""

import hashlib
import json
import uuid as uuids
from collections.abc import Mapping
from datetime import datetime
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from . import library as libraries
from . import semantics, storage
from .archive import CONTENT_TYPES, Limits, is_safe_path
from .export import to_json
from .models import Content, ContentLibrary, Library, State

_CHUNK = 64 * 1024


class ContentRefused(Exception):
    """What was written is not saved. `code` is one of changed, invalid, too-large."""

    def __init__(self, code: str, message: Any):
        super().__init__(message)
        self.code = code


def fingerprint(content: Content) -> str:
    """Tells one state of a content from every other: whoever saves says which one they have seen."""
    facts = [content.title, content.licence, content.metadata, content.params, content.files, content.library_id]
    return hashlib.sha256(to_json(facts)).hexdigest()


def save_content(
    *,
    library: Library,
    title: str,
    language: str,
    licence: str,
    params: dict,
    metadata: dict,
    saved_by_key: str,
    at: datetime,
    content: Content | None = None,
    seen: str = "",
    files_of: Content | None = None,
    new_files: Mapping[str, IO[bytes]] | None = None,
) -> Content:
    """Make a content from `params`, or write them into `content`, filtered and completed by the semantics.

    `library` may be a higher version of the content's own type, never another type or a lower version. `seen` is the
    fingerprint of the content as its editor opened it: raises ContentRefused when somebody else has
    saved it since. `new_files` are stored beside the files of the content (or, for a copy, of `files_of`); a file that
    the parameters no longer name goes. Attempts and statements are never touched; a saved state is reset where its
    content type asked for that and the parameters changed.
    """
    if not library.is_runnable:
        sentence = _("{name} is not a content type and cannot be played on its own.")
        raise ContentRefused("invalid", str(sentence).format(name=library))
    new_files = dict(new_files or {})
    _check_files(new_files)
    with storage.all_or_nothing() as writer, transaction.atomic():
        row = _locked(content, seen) if content else Content(uuid=uuids.uuid4(), created_at=at)
        if content is None:
            row.uploaded_by_key, row.language = saved_by_key, language.lower()
        else:
            _check_upgrade(row.library, library)
        is_upgraded = content is not None and row.library_id != library.pk
        row.library = library
        source = (content and row) or files_of
        old_text = json.dumps(source.params, ensure_ascii=False) if source else ""
        before, filtered = row.params, _filter(row, params, {*(source.files if source else ()), *new_files})
        row.title, row.licence, row.metadata = title[:255], licence[:40], metadata
        row.params, row.warnings, row.updated_at = filtered.params, filtered.warnings, at
        _keep_files(row, source, _still_named(source, old_text, row.params), new_files, writer)
        row.save()
        name_libraries(row, [libraries.find(name) for name in filtered.libraries])
        if content is not None and (is_upgraded or before != row.params):
            reset_states(row, at)
        return row


def _locked(content: Content, seen: str) -> Content:
    row = Content.objects.select_for_update().get(pk=content.pk)
    if fingerprint(row) != seen:
        sentence = _("Somebody else has saved this exercise since you opened it. Nothing of theirs was overwritten.")
        raise ContentRefused("changed", sentence)
    return row


def _check_upgrade(old: Library, new: Library) -> None:
    if old.machine_name != new.machine_name:
        sentence = _("The content type of an exercise stays the same. Please make a new exercise for another type.")
        raise ContentRefused("invalid", sentence)
    if (new.major, new.minor) < (old.major, old.minor):
        sentence = _("This exercise is made with {old} and does not go back to {new}.")
        raise ContentRefused("invalid", str(sentence).format(old=old, new=new))


def _filter(row: Content, params: dict, files: set[str]) -> semantics.Filtered:
    found: dict[str, Library | None] = {str(row.library): row.library}

    def load(name: str) -> list | None:
        if name not in found:
            found[name] = libraries.find(name)
        return libraries.localized_semantics(found[name], row.language) if found[name] else None

    renewed = semantics.renew_repeated_ids(params)
    return semantics.filter_params(renewed, library=str(row.library), load=load, files=files, seed=str(row.uuid))


# --- Files ---------------------------------------------------------------------------------------------------------
def _check_files(files: Mapping[str, IO[bytes]]) -> None:
    limits = Limits.of_this_site()
    for path, stream in files.items():
        if not is_safe_path(path) or path.rsplit(".", 1)[-1].lower() not in CONTENT_TYPES:
            sentence = _("Files of this kind cannot be part of an exercise: {path}")
            raise ContentRefused("invalid", str(sentence).format(path=path))
        if _size(stream) > limits.file_size:
            sentence = _("The file {path} is larger than {limit} MB.")
            raise ContentRefused("too-large", str(sentence).format(path=path, limit=limits.file_size // 2**20))


def _size(stream: IO[bytes]) -> int:
    size = stream.seek(0, 2)
    stream.seek(0)
    return size


def _still_named(source: Content | None, old_text: str, params: dict) -> list[str]:
    """The files to keep: all but those that the parameters named before and name no longer."""
    text = json.dumps(params, ensure_ascii=False)
    return [path for path in (source.files if source else []) if path in text or path not in old_text]


def _keep_files(
    row: Content, source: Content | None, kept: list[str], new: Mapping[str, IO[bytes]], writer: storage.Writer
) -> None:
    """Give `row` a folder with its files. A folder never changes, so another set of files is another folder."""
    if source is row and not new and set(kept) == set(row.files):
        return
    kept = [path for path in kept if path not in new]
    h5p_storage = storage.h5p_storage()
    hashes = {path: _hash(stream) for path, stream in new.items()}
    for path in kept:
        with h5p_storage.open(f"{source.files_prefix}/{path}") as stream:
            hashes[path] = _hash(stream)
    lines = "".join(f"{path}\0{hashes[path]}\n" for path in sorted(hashes))
    prefix = f"contents/{row.uuid}/{hashlib.sha256(lines.encode()).hexdigest()[:16]}" if hashes else ""
    if prefix != row.files_prefix:
        for path in kept:
            with h5p_storage.open(f"{source.files_prefix}/{path}") as stream:
                writer.write(f"{prefix}/{path}", stream)
        for path, stream in new.items():
            stream.seek(0)
            writer.write(f"{prefix}/{path}", stream)
    row.files_prefix, row.files = prefix, sorted(hashes)


def _hash(stream: IO[bytes]) -> str:
    hasher = hashlib.sha256()
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        hasher.update(chunk)
    return hasher.hexdigest()


# --- What every way of storing a content does ------------------------------------------------------------------------
def name_libraries(content: Content, used: list[Library]) -> None:
    content.content_libraries.all().delete()
    ContentLibrary.objects.bulk_create(
        ContentLibrary(content=content, library=row, position=position) for position, row in enumerate(used)
    )


def reset_states(content: Content, at: datetime) -> None:
    """Tell the players of the saved states that asked for it that their content has changed."""
    content.states.filter(is_reset_on_change=True).update(data=State.RESET, is_preloaded=True, updated_at=at)
