"""Files of the demo: films with captions, the printable template, pictures, and the H5P exercises."""

from hashlib import sha1, sha256
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import Model
from PIL import Image as Picture
from wagtail.documents.models import Document
from wagtail.images.models import Image

from courses.h5p import builder
from courses.h5p import services as h5p
from courses.h5p.models import Content

from .loading import Loading, key_of

MEDIA = Path(__file__).resolve().parent / "media"
DOCUMENTS = {  # key in steps.yaml: title for editors, file
    "film-de": ("Film: Aus einer Leistung wird eine Wegekarte (Demo)", "wegekarte-de.webm"),
    "film-en": ("Film: a service becomes a journey map (demo)", "wegekarte-en.webm"),
    "captions-de": ("Untertitel: Aus einer Leistung wird eine Wegekarte (Demo)", "wegekarte-de.vtt"),
    "captions-en": ("Captions: a service becomes a journey map (demo)", "wegekarte-en.vtt"),
    "vorlage-de": ("Vorlage für eine Wegekarte (Demo)", "wegekarte-vorlage-de.pdf"),
    "vorlage-en": ("Template for a journey map (demo)", "wegekarte-vorlage-en.pdf"),
}

IMAGES = {  # key in site_pages.yaml: title for editors, file; consulting/demo/drawings.py draws them
    "runde": ("Zeichnung: eine Runde vor einer Wegekarte (Demo)", "runde.png"),
    "film-de": ("Standbild: Aus einer Leistung wird eine Wegekarte (Demo)", "wegekarte-de.png"),
    "film-en": ("Still picture: a service becomes a journey map (demo)", "wegekarte-en.png"),
}


def ensure_documents() -> dict[str, Document]:
    """The files in the document library; stored again only where the file has changed or is gone."""
    return {key: _ensure_file(Document, title, name) for key, (title, name) in DOCUMENTS.items()}


def ensure_images() -> dict[str, Image]:
    """The pictures in the image library; stored again only where the file has changed or is gone."""
    found = {}
    for key, (title, name) in IMAGES.items():
        with Picture.open(MEDIA / name) as picture:
            found[key] = _ensure_file(Image, title, name, width=picture.width, height=picture.height)
    return found


def _ensure_file(model: type[Model], title: str, name: str, **facts: int) -> Any:
    stored = model.objects.filter(title=title).order_by("pk").first() or model(title=title)
    return keep_file(stored, name, (MEDIA / name).read_bytes(), **facts)


def keep_file(stored: Any, name: str, data: bytes, **facts: int) -> Any:
    """The document or image with that content; written again only where it has changed or its file is gone."""
    digest = sha1(data, usedforsecurity=False).hexdigest()
    if stored.file_hash != digest or not stored.file.storage.exists(stored.file.name):
        stored.file.save(name, ContentFile(data), save=False)
        for fact, value in {"file_size": len(data), "file_hash": digest, **facts}.items():
            setattr(stored, fact, value)  # after the file: storing it forgets what was measured before
        stored.save()
    return stored


def ensure_exercise(loading: Loading, name: str) -> Content:
    """The exercise of that name, built from its sources and imported like any uploaded package."""
    package = builder.build_package(builder.DEMO_CONTENTS / name)
    uuid = key_of("h5p", name)
    known = Content.objects.filter(uuid=uuid, package_sha256=sha256(package).hexdigest()).first()
    return known or h5p.import_package(
        file=ContentFile(package, name=f"{name}.h5p"),
        uploaded_by_key="",
        may_install_libraries=True,
        at=loading.at,
        uuid=uuid,
    )
