"""Real files in the libraries of images and documents."""

from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image as Picture
from wagtail.documents.models import Document
from wagtail.images.models import Image

VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nGuten Tag.\n"
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + bytes(600)
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"


def picture_bytes(kind="JPEG", size=(1800, 1200)) -> bytes:
    """A picture of one colour in that format."""
    stream = BytesIO()
    Picture.new("RGB", size, "#14565d").save(stream, kind)
    return stream.getvalue()


def image(*, title="Schalter", name="schalter.jpg", kind="JPEG", size=(1800, 1200)) -> Image:
    content = ContentFile(picture_bytes(kind, size), name=name)
    return Image.objects.create(title=title, file=content, width=size[0], height=size[1])


def document(*, title="Leitfaden", name="leitfaden.pdf", content=PDF) -> Document:
    return Document.objects.create(title=title, file=ContentFile(content, name=name), file_size=len(content))


def video_value(**parts) -> dict:
    """A complete video block as it is stored; `parts` replaces some of it."""
    film = document(title="Film", name="film.mp4", content=MP4)
    captions = document(title="Untertitel", name="film.vtt", content=VTT)
    words = {"title": "Ein Film", "transcript": "<p>Was gesagt wird.</p>", "language": "de", "poster": None}
    return {"video": film.pk, "captions": captions.pk, **words, **parts}


def image_value(**parts) -> dict:
    """A complete image block as it is stored."""
    return {"image": image().pk, "alt_text": "Ein Schalter mit zwei Stühlen", "decorative": False, **parts}
