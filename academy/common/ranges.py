"""Sending a stored file, whole or the part that a media player asks for (RFC 9110, Range)."""

import re
from collections.abc import Iterator
from typing import IO

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

CHUNK = 64 * 1024
_RANGE = re.compile(r"bytes=(?P<first>[0-9]{0,18})-(?P<last>[0-9]{0,18})")


def ranged_response(request: HttpRequest, stream: IO[bytes], *, size: int, content_type: str) -> HttpResponseBase:
    """200 with all of `stream`, 206 with the part asked for, or 416 where that lies outside. Closes the stream."""
    wanted = _wanted(request.headers.get("Range", ""), size)
    if wanted is None:
        stream.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"})
    first, last = wanted
    length = last - first + 1
    is_part = length < size
    response: HttpResponseBase
    if request.method == "HEAD":
        stream.close()
        response = HttpResponse(content_type=content_type)
    else:
        response = StreamingHttpResponse(_part(stream, first, length), content_type=content_type)
    if is_part:
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(length)
    response["Accept-Ranges"] = "bytes"
    return response


def _wanted(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte: all of them where nothing, or nothing simple, is asked for; None where it is outside."""
    match = _RANGE.fullmatch(header.strip())
    if match is None or not (match["first"] or match["last"]):
        return 0, size - 1
    if not match["first"]:
        length = min(int(match["last"]), size)
        return (size - length, size - 1) if length else None
    first = int(match["first"])
    last = min(int(match["last"]), size - 1) if match["last"] else size - 1
    if match["last"] and int(match["last"]) < first:
        return 0, size - 1  # not a valid range at all: ignored
    return (first, last) if first < size else None


def _part(stream: IO[bytes], first: int, length: int) -> Iterator[bytes]:
    with stream:
        stream.seek(first)
        while length > 0 and (chunk := stream.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk
