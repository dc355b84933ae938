"""The files of the demo publications: small accessible PDFs, typeset from the words of the content files."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.text import capfirst
from wagtail.documents.models import Document

from academy.common import printing
from academy.common.funding import funding
from academy.common.moments import noon
from home.enums import PublicationKind

from .files import keep_file
from .loading import Loading

TEMPLATE = Path(__file__).resolve().parent / "media" / "paper.typ"


def ensure_paper(loading: Loading, entry: dict[str, Any], language: str) -> Document:
    """The PDF of a publication in one language; stored again only where its words or its day have changed."""
    words = entry[language]
    name = f"{entry['slug']}-{language}.pdf"
    document = Document.objects.filter(title=words["title"], file__contains=entry["slug"]).order_by("pk").first()
    return keep_file(document or Document(title=words["title"]), name, _typeset(loading, entry, language))


def _typeset(loading: Loading, entry: dict[str, Any], language: str) -> bytes:
    words = entry[language]
    with translation.override(language):
        data = {
            "language": language,
            "title": words["title"],
            "author": settings.SITE_OPERATOR["name"],
            "kind": str(capfirst(PublicationKind(entry["kind"]).label)),
            "lead": words["lead"],
            "sections": [{"points": [], **section} for section in words["sections"]],
            **printing.funding_on_paper(funding(language)),
        }
    return printing.render_pdf(TEMPLATE, data, at=noon(loading.week.day(entry["date"])))
