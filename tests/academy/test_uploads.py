"""Uploads are what their names say, or refused with a reason."""

import zipfile
from io import BytesIO

import pytest
from django.utils.translation import override

from academy.common import uploads
from tests.factories.files import MP4, PDF, VTT, picture_bytes

WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + bytes(40)
ZIP = b"PK\x03\x04 not really"


def archive(*names: str, first: bytes = b"") -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        if first:
            made.writestr(zipfile.ZipInfo("mimetype"), first)
        for name in names:
            made.writestr(name, "x")
    return stream.getvalue()


GENUINE = {
    "leitfaden.pdf": PDF,
    "film.mp4": MP4,
    "film.webm": WEBM,
    "film.vtt": VTT,
    "bom.vtt": b"\xef\xbb\xbf" + VTT.replace(b"\n", b"\r\n"),
    "liste.csv": "Straße;Größe\r\n".encode("cp1252"),
    "notiz.txt": "Öffnungszeiten".encode(),
    "notiz.md": b"",
    "brief.docx": archive("[Content_Types].xml", "word/document.xml"),
    "tabelle.xlsx": archive("[Content_Types].xml", "xl/workbook.xml"),
    "folien.pptx": archive("[Content_Types].xml", "ppt/presentation.xml"),
    "brief.odt": archive("content.xml", first=b"application/vnd.oasis.opendocument.text"),
    "alles.ZIP": archive("a.txt"),
}
FALSE = {
    "programm.pdf": b"MZ\x90\x00" + bytes(60),
    "halb.pdf": PDF[:20],
    "seite.mp4": b"<!DOCTYPE html><script>alert(1)</script>",
    "quicktime.mp4": b"\x00\x00\x00\x14ftypqt  " + bytes(60),
    "matroska.webm": WEBM.replace(b"webm", b"mkv "),
    "kein-film.webm": MP4,
    "leer.vtt": b"WEBVTT\n\n",
    "ohne-kopf.vtt": VTT.removeprefix(b"WEBVTT"),
    "andere.vtt": VTT.replace(b"Tag", "Tür".encode("cp1252")),
    "bild.csv": picture_bytes("PNG"),
    "tabelle.docx": archive("[Content_Types].xml", "xl/workbook.xml"),
    "archiv.docx": archive("word/document.xml"),
    "bild.docx": picture_bytes(),
    "brief.odt": archive("content.xml"),
    "kein.zip": ZIP,
}


@pytest.mark.parametrize("name", GENUINE)
def test_check_document_accepts_each_kind_and_leaves_the_file_at_its_beginning(name):
    file = BytesIO(GENUINE[name])

    uploads.check_document(file, name)

    assert file.tell() == 0


@pytest.mark.parametrize("name", FALSE)
def test_check_document_refuses_what_is_not_what_its_name_says(name):
    with override("de"), pytest.raises(uploads.UploadRefused) as refusal:
        uploads.check_document(BytesIO(FALSE[name]), f"C:/Unfug/{name}")

    kind = name.rsplit(".", 1)[1].upper()
    assert str(refusal.value).startswith(f"«{name}» ist keine {kind}-Datei oder ist beschädigt.")


@pytest.mark.parametrize("name", ["virus.exe", "seite.html", "bild.svg", "kurs.h5p", "ohne-endung", "doppelt.pdf.js"])
def test_check_document_refuses_kinds_that_are_not_on_the_list(name):
    with (
        override("en"),
        pytest.raises(uploads.UploadRefused, match=r"are not accepted\. Accepted are: csv, docx, md, mp4"),
    ):
        uploads.check_document(BytesIO(PDF), name)


def test_check_document_refuses_macros():
    file = archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")

    with override("en"), pytest.raises(uploads.UploadRefused, match="with macros are not accepted"):
        uploads.check_document(BytesIO(file), "brief.docx")


def test_check_document_has_a_limit_of_size_and_a_higher_one_for_films(settings):
    settings.UPLOAD_LIMIT, settings.UPLOAD_LIMIT_VIDEO = len(PDF), len(MP4)
    uploads.check_document(BytesIO(PDF), "a.pdf")
    uploads.check_document(BytesIO(MP4), "a.mp4")

    with override("de"), pytest.raises(uploads.UploadRefused) as refusal:
        uploads.check_document(BytesIO(PDF + b"\n"), "a.pdf")

    expected = "Die Datei ist zu groß (51\xa0Bytes). Eine Datei dieser Art darf höchstens 50\xa0Bytes haben."
    assert str(refusal.value) == expected


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_check_picture_accepts_what_can_be_decoded(kind):
    uploads.check_picture(BytesIO(picture_bytes(kind, (40, 30))), "bild")


@pytest.mark.parametrize("content", [b"", PDF, picture_bytes("JPEG", (300, 300))[:700], picture_bytes("PNG")[:60]])
def test_check_picture_refuses_what_cannot(content):
    with override("en"), pytest.raises(uploads.UploadRefused, match=r"«b\.jpg» cannot be shown"):
        uploads.check_picture(BytesIO(content), "a/b.jpg")
