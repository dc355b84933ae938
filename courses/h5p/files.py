"""Sending a stored file: the right type, in parts where a player asks for parts, and harmless when opened directly."""

import re
from collections.abc import Iterator
from typing import IO

from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from .archive import is_safe_path
from .storage import h5p_storage

CACHE_FOREVER = "public, max-age=31536000, immutable"
CACHE_SHORT = "public, max-age=300"
CACHE_PRIVATE = "private, max-age=28800, immutable"
CHUNK = 64 * 1024
SHOWN_TYPES = {
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
    "xml": "application/xml",
    "txt": "text/plain; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
    "webvtt": "text/vtt; charset=utf-8",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "webp": "image/webp",
    "eot": "application/vnd.ms-fontobject",
    "ttf": "font/ttf",
    "otf": "font/otf",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "ogg": "audio/ogg",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "wav": "audio/wav",
    "gltf": "model/gltf+json",
    "glb": "model/gltf-binary",
}
DOWNLOAD_TYPE = "application/octet-stream"  # documents: saved, never opened in the frame
_RANGE = re.compile(r"bytes=(?P<first>[0-9]{0,18})-(?P<last>[0-9]{0,18})")


def stored_file(request: HttpRequest, name: str, *, cache_control: str) -> HttpResponseBase:
    """The file `name` of the storage, whole or the part that the request asks for. 404 where there is none."""
    if not is_safe_path(name):
        raise Http404
    storage = h5p_storage()
    try:
        size = storage.size(name)
        stream = storage.open(name)
    except (OSError, SuspiciousFileOperation) as missing:
        raise Http404 from missing
    ending = name.rsplit(".", 1)[-1].lower()
    content_type = SHOWN_TYPES.get(ending, DOWNLOAD_TYPE)
    response = _whole_or_part(request, stream, size, content_type)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = cache_control
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if content_type == DOWNLOAD_TYPE:
        response["Content-Disposition"] = "attachment"
    return response


def _whole_or_part(request: HttpRequest, stream: IO[bytes], size: int, content_type: str) -> HttpResponseBase:
    wanted = _wanted_range(request.headers.get("Range", ""), size)
    if wanted is None:
        stream.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = wanted
    is_part = last - first + 1 < size
    if request.method == "HEAD":
        stream.close()
        response: HttpResponseBase = HttpResponse(content_type=content_type)
    elif is_part:
        response = StreamingHttpResponse(_part(stream, first, last - first + 1), content_type=content_type, status=206)
    else:
        response = FileResponse(stream, content_type=content_type)
    if is_part and request.method != "HEAD":
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1 if request.method != "HEAD" else size)
    return response


def _wanted_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte to send: all of them where nothing or nothing simple is asked; None where it is outside."""
    match = _RANGE.fullmatch(header.strip())
    if match is None or not (match["first"] or match["last"]):
        return 0, size - 1
    if not match["first"]:
        length = min(int(match["last"]), size)
        return (size - length, size - 1) if length else None
    first = int(match["first"])
    last = min(int(match["last"]), size - 1) if match["last"] else size - 1
    return (first, last) if first <= last else None


def _part(stream: IO[bytes], first: int, length: int) -> Iterator[bytes]:
    with stream:
        stream.seek(first)
        while length > 0 and (chunk := stream.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk
