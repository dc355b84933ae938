"""Papers of the demo processes: the signed agreement and the decided plan as PDFs, and one draft as plain text."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils import translation

from academy.common import printing
from academy.common.confidentiality import Level
from academy.common.funding import funding
from academy.common.moments import noon
from consulting import services
from consulting.enums import DocumentKind
from consulting.models import Process
from consulting.wording import day_text

from .content import read
from .loading import Loading
from .papers import TEMPLATE

SCAN = "Scan mit Unterschriften, nicht vorlesbar. Den Text sendet die Prozessbegleitung auf Wunsch barrierefrei zu."


def load_documents(loading: Loading) -> str:
    processes = Process.objects.in_bulk(field_name="slug")
    count = 0
    for entry in read("processes"):
        documents = list(_documents(loading, entry))
        services.place_documents(process=processes[entry["slug"]], documents=documents)
        count += len(documents)
    return f"{count} documents of processes"


def _documents(loading: Loading, entry: dict[str, Any]):
    signed_on = entry["agreement"].get("signed_operator")
    if signed_on:
        yield _agreement(entry, loading.week.day(signed_on))
    plan = _milestone(entry, "Maßnahmenplan beschlossen")
    if plan:
        yield _plan(entry, loading.week.day(plan["done"]))
        yield _note(loading)


def _milestone(entry: dict[str, Any], title: str) -> dict[str, Any] | None:
    return next((one for one in entry["milestones"] if one["title"] == title and one["done"]), None)


def _agreement(entry: dict[str, Any], day: date) -> services.PlacedDocument:
    title, lead = "Kooperationsvereinbarung", entry["goal"]["de"]
    points = [f"Zeitbudget: {entry['budget_days']} Beratungstage", "Namen von Beschäftigten stehen in keinem Dokument"]
    sections = [{"heading": "Was vereinbart ist", "text": [entry["title"]["de"]], "points": points}]
    draft = _paper(title, "Entwurf", lead, sections, day=day - timedelta(days=9), name="vereinbarung-entwurf")
    signed = _paper(title, "Vereinbarung", lead, sections, day=day, name="vereinbarung", access_note=SCAN)
    return services.PlacedDocument(
        kind=DocumentKind.AGREEMENT,
        title=title,
        level=Level.GROUP,
        papers=[(day - timedelta(days=9), draft), (day, signed)],
    )


def _plan(entry: dict[str, Any], day: date) -> services.PlacedDocument:
    points = [measure["title"]["de"] for measure in entry["measures"]]
    sections = [{"heading": "Maßnahmen", "text": ["Was die Einheit aus eigener Kraft tut:"], "points": points}]
    paper = _paper("Maßnahmenplan", "Plan", entry["title"]["de"], sections, day=day, name="massnahmenplan")
    return services.PlacedDocument(
        kind=DocumentKind.PLAN, title="Maßnahmenplan", level=Level.GROUP, papers=[(day, paper)]
    )


def _note(loading: Loading) -> services.PlacedDocument:
    words = "Was haben wir seit dem letzten Treffen gesehen?\nWas gelingt? Wo stockt es?\nWas nehmen wir uns vor?\n"
    paper = services.Paper(file=BytesIO(words.encode()), file_name="leitfragen.txt", is_accessible=True)
    day = loading.week.day("W-1 MON")
    return services.PlacedDocument(
        kind=DocumentKind.MATERIAL,
        title="Leitfragen für den Rückblick",
        level=Level.GROUP,
        papers=[(day, paper)],
        is_draft=True,
    )


def _paper(
    title: str, kind: str, lead: str, sections: list[dict], *, day: date, name: str, access_note: str = ""
) -> services.Paper:
    """A small tagged PDF. With a note it stands for a scan, as units send it."""
    with translation.override("de"):
        data = {
            "language": "de",
            "title": title,
            "author": settings.SITE_OPERATOR["name"],
            "kind": f"{kind}, {day_text(day)}",
            "lead": lead,
            "sections": sections,
            **printing.funding_on_paper(funding("de")),
        }
    pdf = printing.render_pdf(TEMPLATE, data, at=noon(day))
    return services.Paper(
        file=BytesIO(pdf), file_name=f"{name}.pdf", is_accessible=not access_note, access_note=access_note
    )
