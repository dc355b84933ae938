"""Putting documents into the state that a file describes: for loaders, as the system. Placing twice never doubles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from academy.common.confidentiality import Level
from academy.common.moments import noon
from consulting.enums import DocumentMoveKind, DocumentState
from consulting.models import Process, ProcessDocument

from .documents import Paper, keep_version, log_document


@dataclass(frozen=True)
class PlacedDocument:
    """A document and the days on which its papers were added; all but a draft were put in force on that day."""

    kind: str
    title: str
    level: Level
    papers: Sequence[tuple[date, Paper]]
    is_draft: bool = False


@transaction.atomic
def place_documents(*, process: Process, documents: Sequence[PlacedDocument]) -> None:
    """Place each document that the process does not have yet; what is there stays as people left it."""
    for given in documents:
        if process.documents.filter(kind=given.kind, title=given.title).exists():
            continue
        document = ProcessDocument.objects.create(
            process=process,
            kind=given.kind,
            title=given.title,
            level=given.level,
            changed_on=given.papers[-1][0],
        )
        for number, (day, paper) in enumerate(given.papers, start=1):
            at, is_last = noon(day), number == len(given.papers)
            document.versions.filter(state=DocumentState.VALID).update(state=DocumentState.SUPERSEDED)
            version = keep_version(document, paper, number=number, at=at)
            move = DocumentMoveKind.ADD if number == 1 else DocumentMoveKind.ADD_VERSION
            log_document(document, move, version=version, actor=None, at=at)
            if not (is_last and given.is_draft):
                version.state, version.in_force_on = DocumentState.VALID, day
                version.save(update_fields=["state", "in_force_on"])
                log_document(document, DocumentMoveKind.APPROVE, version=version, actor=None, at=at)
