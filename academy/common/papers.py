"""Files that are handed out to read or to fill in: which kinds there are, and what people read about one."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from .ranges import ranged_response

_OFFICE = "application/vnd.openxmlformats-officedocument"
PAPER_TYPES = {  # ending: what people call it, media type
    "pdf": ("PDF", "application/pdf"),
    "docx": ("Word", f"{_OFFICE}.wordprocessingml.document"),
    "xlsx": ("Excel", f"{_OFFICE}.spreadsheetml.sheet"),
    "pptx": ("PowerPoint", f"{_OFFICE}.presentationml.presentation"),
    "odt": ("OpenDocument", "application/vnd.oasis.opendocument.text"),
    "txt": ("Text", "text/plain; charset=utf-8"),
    "csv": ("CSV", "text/csv; charset=utf-8"),
}


def kind_of(document: Any) -> str | None:
    """What people call the format of a stored document; None for films, archives and whatever else it is."""
    known = PAPER_TYPES.get(document.file_extension.lower())
    return known[0] if known else None


def kinds() -> str:
    return ", ".join(name for name, _media_type in PAPER_TYPES.values())


def paper_response(request: HttpRequest, document: Any) -> HttpResponseBase | None:
    """A stored document as a file to keep, in parts where parts are asked for.

    None for any other kind of file, and where the file is gone. It is never shown in the site's own origin.
    """
    known = PAPER_TYPES.get(document.file_extension.lower())
    if known is None:
        return None
    try:
        stream = document.file.storage.open(document.file.name)
    except FileNotFoundError:
        return None
    response = ranged_response(request, stream, size=document.file.size, content_type=known[1])
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=document.filename)
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
