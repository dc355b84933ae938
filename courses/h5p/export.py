"""A content as an .h5p file again: the same content gives the same bytes."""

import io
import json
import zipfile
from typing import Any

from . import library
from .enums import DependencyKind
from .models import Content, Library
from .storage import files_under, h5p_storage

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment that a zip file can name


def export_package(content: Content) -> bytes:
    """The content with all libraries that it needs, so that it can be imported on an empty site."""
    used = [use.library for use in content.content_libraries.select_related("library")]
    files = {
        "h5p.json": to_json(_main_file(content, library.load_order(used))),
        "content/content.json": to_json(content.params),
    }
    storage = h5p_storage()
    for path in content.files:
        with storage.open(f"{content.files_prefix}/{path}") as stream:
            files[f"content/{path}"] = stream.read()
    for row in library.load_order(used, kinds=DependencyKind):
        for name in files_under(storage, row.prefix):
            with storage.open(name) as stream:
                files[f"{row.folder}/{name.removeprefix(row.prefix + '/')}"] = stream.read()
    return zip_files(files)


def _main_file(content: Content, libraries: list[Library]) -> dict:
    """h5p.json as the content came with it, naming the libraries that it uses now."""
    return {
        "embedTypes": ["iframe"],
        **content.metadata,
        "title": content.title,
        "language": content.language,
        "mainLibrary": content.library.machine_name,
        "license": content.licence,
        "preloadedDependencies": [
            {"machineName": row.machine_name, "majorVersion": row.major, "minorVersion": row.minor} for row in libraries
        ],
    }


def to_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def zip_files(files: dict[str, bytes]) -> bytes:
    """A zip archive of `files` that depends on nothing else: no clock, no order, no file rights."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(files):
            info = zipfile.ZipInfo(path, EPOCH)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, files[path])
    return buffer.getvalue()
