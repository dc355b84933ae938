"""The files of the learning steps: films with captions, the printable template, and the H5P exercises."""

from hashlib import sha1, sha256
from pathlib import Path

from django.core.files.base import ContentFile
from wagtail.documents.models import Document

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


def ensure_documents() -> dict[str, Document]:
    """The files in the document library; stored again only where the file has changed or is gone."""
    found = {}
    for key, (title, name) in DOCUMENTS.items():
        data = (MEDIA / name).read_bytes()
        digest = sha1(data, usedforsecurity=False).hexdigest()
        document = Document.objects.filter(title=title).order_by("pk").first() or Document(title=title)
        if document.file_hash != digest or not document.file.storage.exists(document.file.name):
            document.file.save(name, ContentFile(data), save=False)
            document.file_size, document.file_hash = len(data), digest
            document.save()
        found[key] = document
    return found


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
