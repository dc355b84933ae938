"""What is known about the files of the demo: licences, languages, and who has checked which of them."""

from typing import Any

from django.db.models import Model
from wagtail.documents.models import Document

from courses import services
from courses.enums import AccessState

from .content import read
from .files import DOCUMENTS
from .loading import Loading

CHECKED_BY = "Redaktion"


def load_materials(loading: Loading) -> str:
    entries = read("materials")
    checked = 0
    for entry in entries:
        title, _file = DOCUMENTS[entry["file"]]
        document = Document.objects.filter(title=title).order_by("pk").get()
        checked += _describe(loading, document, entry)
    return f"{len(entries)} files described, {checked} of them checked for accessibility"


def _describe(loading: Loading, material: Model, entry: dict[str, Any]) -> bool:
    """Only what nobody has described: editors' own words stay when the demo is loaded again."""
    access = AccessState(entry.get("access", AccessState.UNCHECKED))
    is_checked = access != AccessState.UNCHECKED
    if not hasattr(material, "material_facts"):
        services.describe_material(
            material=material,
            actor=None,
            licence=entry["licence"],
            source=entry["source"],
            language=entry["language"],
            access=access,
            checked_by=CHECKED_BY if is_checked else "",
            checked_on=loading.week.day(entry["checked_on"]) if is_checked else None,
            at=loading.at,
        )
    return is_checked
