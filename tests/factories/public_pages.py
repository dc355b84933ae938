"""News, publications and the page about the project. They need the start pages that the fixture `site` makes."""

from datetime import date

from django.core.files.base import ContentFile
from wagtail.documents.models import Document

from home.models import (
    NewsIndexPage,
    NewsPage,
    ProjectPage,
    PublicationAuthor,
    PublicationFile,
    PublicationIndexPage,
    PublicationPage,
)

from .home import home_page

PROJECT = {
    "summary": "Wir bringen Migrant*innen-Selbstorganisationen und Ämter zusammen.",
    "aims": [("line", "Alle kommen an ihre Leistung.")],
    "results": [("line", "Drei Ämter haben Abläufe geändert.")],
    "eu_support": "Die Union trägt den größten Teil der Kosten.",
    "programme": "AMIF 2021–2027",
    "co_funder": "Senatsverwaltung für Beispielangelegenheiten (Demo)",
    "starts_on": date(2025, 3, 1),
    "ends_on": date(2028, 2, 29),
}


def add_page(parent, page, *, live=True):
    """Put the page below `parent`, in its language, and publish it unless it stays a draft."""
    page.locale, page.live = parent.locale, False
    parent.add_child(instance=page)
    if live:
        page.save_revision().publish()
        page.refresh_from_db()
    return page


def news_index(language="de", **fields) -> NewsIndexPage:
    return add_page(home_page(language), NewsIndexPage(**{"title": "Aktuelles", "slug": "aktuelles", **fields}))


def news_entry(index, *, title="Neue Termine", on=date(2026, 11, 3), live=True, **fields) -> NewsPage:
    page = NewsPage(title=title, published_on=on, **{"lead": "Die Anmeldung ist offen.", **fields})
    return add_page(index, page, live=live)


def publication_index(language="de", **fields) -> PublicationIndexPage:
    words = {"title": "Veröffentlichungen", "slug": "veroeffentlichungen", **fields}
    return add_page(home_page(language), PublicationIndexPage(**words))


def pdf_document(title="Arbeitshilfe", content=b"%PDF-1.7 " + b"x" * 2048) -> Document:
    document = Document(title=title)
    document.file.save("arbeitshilfe.pdf", ContentFile(content), save=False)
    document.file_size = len(content)
    document.save()
    return document


def publication(index, *, title="Wegekarten lesen", on=date(2026, 8, 10), files=(), authors=(), **fields):
    """A published publication; `files` are keyword arguments of PublicationFile, `authors` are organisations."""
    page = PublicationPage(title=title, published_on=on, **{"lead": "Eine Arbeitshilfe.", **fields})
    page.files = [PublicationFile(**file) for file in files]
    page.authors = [PublicationAuthor(organisation=author) for author in authors]
    return add_page(index, page)


def project_page(language="de", *, live=True, **fields) -> ProjectPage:
    words = {**PROJECT, "title": "Das Projekt", "slug": "projekt", "show_in_footer": True, **fields}
    return add_page(home_page(language), ProjectPage(**words), live=live)
