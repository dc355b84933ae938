"""Whether an uploaded file is what its name says. Its content decides, never the browser's word."""

import re
import zipfile
from collections.abc import Callable
from pathlib import PurePath
from typing import IO

from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image

from .films import VIDEO_TYPES

HEAD = 4096
OFFICE = {  # what the archive of an Office file must hold
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
}
ANSWERS = ["docx", "jpg", "odt", "pdf", "png", "pptx", "txt", "xlsx"]  # what may be handed in as an answer to a task
PAPERS = ["csv", "docx", "odt", "pdf", "pptx", "txt", "xlsx"]  # what a document of a process may be
SCANS = {"pdf": "PDF", "jpg": "JPEG", "png": "PNG"}
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
ODT = b"application/vnd.oasis.opendocument.text"


DAMAGED = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)  # what decoders say of broken files


class UploadRefused(Exception):
    """The file is not taken in. The message is written for who uploads it."""


def kept_file(file: FieldFile, *, name: str, content_type: str = "application/octet-stream") -> FileResponse:
    """An upload for somebody who may have it: to be saved, never opened in the site's own rights.

    Raises Http404 where the stored file is gone; `manage.py audit` names it.
    """
    try:
        opened = file.open()
    except OSError as missing:
        raise Http404 from missing
    response = FileResponse(opened, as_attachment=True, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def check_document(file: IO[bytes], name: str) -> None:
    """Look into a document of any allowed kind, and leave the file at its beginning.

    Raises UploadRefused for a kind that is not allowed, a file that is too large, and content that is not what the
    name says.
    """
    kind = PurePath(name).suffix.lower().lstrip(".")
    if kind not in _CHECKS:
        kinds = ", ".join(sorted(_CHECKS))
        raise UploadRefused(
            _("Files of the kind «%(kind)s» are not accepted. Accepted are: %(kinds)s.")
            % {"kind": kind or name, "kinds": kinds}
        )
    _check_size(file, kind)
    file.seek(0)
    if not _CHECKS[kind](file):
        raise UploadRefused(
            _("«%(name)s» is no %(kind)s file, or it is damaged. Please open it in its program and save it once more.")
            % {"name": PurePath(name).name, "kind": kind.upper()}
        )
    file.seek(0)


def check_scan(file: IO[bytes], name: str) -> str:
    """Look into a scanned paper, and leave the file at its beginning; its kind: pdf, jpg or png.

    Raises UploadRefused for another kind, a file that is too large, and content that is not what the name says.
    """
    kind = PurePath(name).suffix.lower().lstrip(".").replace("jpeg", "jpg")
    if kind not in SCANS:
        raise UploadRefused(_("Please choose a PDF, JPEG or PNG file."))
    size = file.seek(0, 2)
    if size > settings.UPLOAD_LIMIT_SCAN:
        raise UploadRefused(_too_large(size, settings.UPLOAD_LIMIT_SCAN))
    file.seek(0)
    is_right = _is_pdf(file) if kind == "pdf" else _is_picture(file, SCANS[kind])
    if not is_right:
        raise UploadRefused(
            _("«%(name)s» is no %(kind)s file, or it is damaged. Please open it in its program and save it once more.")
            % {"name": PurePath(name).name, "kind": SCANS[kind]}
        )
    file.seek(0)
    return kind


def check_answer(file: IO[bytes], name: str) -> str:
    """Look into a file that answers a task, and leave it at its beginning; its kind, one of ANSWERS.

    Raises UploadRefused for another kind, a file that is too large, and content that is not what the name says.
    """
    kind = PurePath(name).suffix.lower().lstrip(".").replace("jpeg", "jpg")
    if kind not in ANSWERS:
        raise UploadRefused(_("Please choose a file of one of these kinds: %(kinds)s.") % {"kinds": ", ".join(ANSWERS)})
    size = file.seek(0, 2)
    if size > settings.UPLOAD_LIMIT_ANSWER:
        raise UploadRefused(_too_large(size, settings.UPLOAD_LIMIT_ANSWER))
    if kind in SCANS:
        return check_scan(file, name)
    check_document(file, name)
    return kind


def check_paper(file: IO[bytes], name: str) -> str:
    """Look into a document of a process, and leave it at its beginning; its kind, one of PAPERS.

    Raises UploadRefused for another kind, a file that is too large, and content that is not what the name says.
    """
    kind = PurePath(name).suffix.lower().lstrip(".")
    if kind not in PAPERS:
        raise UploadRefused(_("Please choose a file of one of these kinds: %(kinds)s.") % {"kinds": ", ".join(PAPERS)})
    check_document(file, name)
    return kind


def check_picture(file: IO[bytes], name: str) -> None:
    """Decode every pixel of an image, and leave the file at its beginning. Raises UploadRefused where that fails."""
    file.seek(0)
    try:
        with Image.open(file) as picture:
            picture.load()
    except DAMAGED as problem:
        raise UploadRefused(damaged_picture(name)) from problem
    file.seek(0)


def damaged_picture(name: str) -> str:
    """What is said of an image that cannot be decoded."""
    return _("«%(name)s» cannot be shown: the file is damaged or incomplete. Please export it once more.") % {
        "name": PurePath(name).name
    }


def allowed_kinds() -> list[str]:
    """The endings of the documents that are taken in."""
    return sorted(_CHECKS)


def _check_size(file: IO[bytes], kind: str) -> None:
    limit = settings.UPLOAD_LIMIT_VIDEO if kind in VIDEO_TYPES else settings.UPLOAD_LIMIT
    size = file.seek(0, 2)
    if size > limit:
        raise UploadRefused(_too_large(size, limit))


def _too_large(size: int, limit: int) -> str:
    return _("The file is too large (%(size)s). A file of this kind may have up to %(limit)s.") % {
        "size": filesizeformat(size),
        "limit": filesizeformat(limit),
    }


# --- What each kind begins with, or holds ---------------------------------------------------------------------------
def _is_pdf(file: IO[bytes]) -> bool:
    begins = file.read(5) == b"%PDF-"
    size = file.seek(0, 2)
    file.seek(max(size - 2048, 0))
    return begins and b"%%EOF" in file.read()


def _is_picture(file: IO[bytes], form: str) -> bool:
    """Every pixel can be decoded, and it is of that format."""
    file.seek(0)
    try:
        with Image.open(file, formats=[form]) as picture:
            picture.load()
    except DAMAGED:
        return False
    return True


def _is_mp4(file: IO[bytes]) -> bool:
    head = file.read(12)
    return head[4:8] == b"ftyp" and head[8:12] != b"qt  "  # browsers play no QuickTime


def _is_webm(file: IO[bytes]) -> bool:
    head = file.read(HEAD)
    return head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head


def _is_vtt(file: IO[bytes]) -> bool:
    try:
        text = file.read().decode()
    except UnicodeDecodeError:
        return False
    return bool(re.match(r"\ufeff?WEBVTT[ \t\r\n]", text)) and "-->" in text


def _is_text(file: IO[bytes]) -> bool:
    """Text in any encoding has none of the control characters that every other kind of file is full of."""
    return CONTROL.search(file.read()) is None


def _is_zip(file: IO[bytes]) -> bool:
    return _names(file) is not None


def _is_odt(file: IO[bytes]) -> bool:
    return ODT in file.read(HEAD) and _names(file) is not None


def _is_office(part: str) -> Callable[[IO[bytes]], bool]:
    def check(file: IO[bytes]) -> bool:
        names = _names(file) or set()
        if any(name.endswith("vbaProject.bin") for name in names):
            raise UploadRefused(_("Office files with macros are not accepted. Please save the file without them."))
        return {"[Content_Types].xml", part} <= names

    return check


def _names(file: IO[bytes]) -> set[str] | None:
    """The names in an archive; nothing of it is unpacked. None where it is no archive."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            return set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return None


_CHECKS: dict[str, Callable[[IO[bytes]], bool]] = {
    "csv": _is_text,
    "md": _is_text,
    "mp4": _is_mp4,
    "odt": _is_odt,
    "pdf": _is_pdf,
    "txt": _is_text,
    "vtt": _is_vtt,
    "webm": _is_webm,
    "zip": _is_zip,
    **{kind: _is_office(part) for kind, part in OFFICE.items()},
}
