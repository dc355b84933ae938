"""The rules for documents of a process: every file is kept, and what is in force has been approved."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import IO

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.common.confidentiality import Level
from academy.common.uploads import check_paper
from academy.models import User
from consulting import permissions
from consulting.enums import PARTNER_KINDS, UNIT_KINDS, DocumentKind, DocumentMoveKind, DocumentState
from consulting.models import DocumentMove, DocumentVersion, Process, ProcessDocument

from .common import ConsultingRefused, locked, require_running, write_move


class DocumentRefused(ConsultingRefused):
    """Something cannot be done with a document of a process."""


@dataclass(frozen=True)
class Paper:
    """One file as it is handed in, and what its readers need to know of it."""

    file: IO[bytes]
    file_name: str
    is_accessible: bool
    access_note: str = ""
    valid_until: date | None = None


@transaction.atomic
def add_document(
    *, process: Process, kind: str, title: str, language: str, level: Level, paper: Paper, actor: User, at: datetime
) -> ProcessDocument:
    """Keep a new document with its first version, a draft, for the process group (V3) or facilitation alone (V4).

    Raises DocumentRefused for everybody but facilitation, for another level, and where a file that is not accessible
    comes without a reason; UploadRefused for a file that is not taken.
    """
    process = locked(process)
    _require_writer(process, actor, at=at)
    if level not in (Level.GROUP, Level.FACILITATION):
        raise DocumentRefused(_("A new document is for the process group or for facilitation; release it afterwards."))
    document = ProcessDocument.objects.create(
        process=process, kind=kind, title=title, language=language, level=level, changed_on=timezone.localdate(at)
    )
    version = keep_version(document, paper, number=1, at=at)
    log_document(document, DocumentMoveKind.ADD, version=version, to_level=level, actor=actor, at=at)
    return document


@transaction.atomic
def add_version(*, document: ProcessDocument, paper: Paper, actor: User, at: datetime) -> DocumentVersion:
    """Keep a newer file as a draft beside what is in force; a draft that it replaces stays in the history.

    Raises DocumentRefused and UploadRefused as `add_document`.
    """
    document = _writable(document, actor, at=at)
    last = document.versions.order_by("-number").first()
    document.versions.filter(state=DocumentState.DRAFT).update(state=DocumentState.SUPERSEDED)
    version = keep_version(document, paper, number=last.number + 1 if last else 1, at=at)
    log_document(document, DocumentMoveKind.ADD_VERSION, version=version, actor=actor, at=at)
    _touch(document, at=at)
    return version


@transaction.atomic
def change_document(*, document: ProcessDocument, title: str, language: str, actor: User, at: datetime) -> None:
    """Give a document another title or language. Raises DocumentRefused for everybody but facilitation."""
    document = _writable(document, actor, at=at)
    document.title, document.language = title, language
    document.save(update_fields=["title", "language"])
    log_document(document, DocumentMoveKind.CHANGE, actor=actor, at=at)
    _touch(document, at=at)


@transaction.atomic
def approve_version(*, version: DocumentVersion, actor: User, at: datetime) -> DocumentVersion:
    """Put a draft in force; what was in force is replaced by it and stays readable.

    The commissioning lead approves agreement and plan, the process group minutes, facilitation everything else. Raises
    DocumentRefused for others, for what is no draft any more, and for a draft whose validity is over.
    """
    document, today = _locked(version.document), timezone.localdate(at)
    if not permissions.can_approve_document(actor, document, on=today):
        raise DocumentRefused(_("Somebody else decides about this document: it is not put in force by you."))
    require_running(document.process)
    version = document.versions.get(pk=version.pk)
    if version.state != DocumentState.DRAFT:
        raise DocumentRefused(_("This version is no draft any more."))
    if version.valid_until and version.valid_until < today:
        raise DocumentRefused(_("The validity of this version is over already. Please add a newer one."))
    document.versions.filter(state=DocumentState.VALID).update(state=DocumentState.SUPERSEDED)
    version.state, version.in_force_on = DocumentState.VALID, today
    version.save(update_fields=["state", "in_force_on"])
    log_document(document, DocumentMoveKind.APPROVE, version=version, actor=actor, at=at)
    _touch(document, at=at)
    return version


@transaction.atomic
def set_document_level(*, document: ProcessDocument, level: Level, actor: User, at: datetime) -> ProcessDocument:
    """Let more or fewer people open a document (DOMAIN.md 2.4), as with barriers.

    Facilitation decides between itself and the group, the commissioning lead about unit and network. Raises
    DocumentRefused for others, for a release beyond the group while no version is in force, and for a kind that is
    not for those people.
    """
    document = _locked(document)
    before = Level(document.level)
    if level == before:
        return document
    if not permissions.can_set_level(actor, document.process, before, level, on=timezone.localdate(at)):
        raise DocumentRefused(
            _("Facilitation decides what the group sees; the commissioning lead decides what anybody else sees.")
        )
    require_running(document.process)
    if level not in levels_for(document):
        raise DocumentRefused(_("Documents of this kind are not released so far."))
    if level < Level.GROUP and not document.versions.filter(state=DocumentState.VALID).exists():
        raise DocumentRefused(_("Only a document that is in force is released to the unit or further."))
    document.level = level
    document.save(update_fields=["level"])
    move = DocumentMoveKind.RELEASE if level < before else DocumentMoveKind.WITHDRAW
    log_document(document, move, from_level=before, to_level=level, actor=actor, at=at)
    _touch(document, at=at)
    return document


def levels_for(document: ProcessDocument) -> list[Level]:
    """How far a document of that kind can be released: agreement and plan stay with the group."""
    further = [Level.UNIT] if document.kind in UNIT_KINDS else []
    network = [Level.NETWORK] if document.kind in PARTNER_KINDS else []
    return [*network, *further, Level.GROUP, Level.FACILITATION]


def keep_version(document: ProcessDocument, paper: Paper, *, number: int, at: datetime) -> DocumentVersion:
    """Store the file of a document as a draft. Raises UploadRefused for a file that is not taken, and DocumentRefused
    where it is neither accessible nor said why not.
    """
    if not paper.is_accessible and not paper.access_note.strip():
        raise DocumentRefused(_("Please say why the file is not accessible, and where people get help."))
    kind = check_paper(paper.file, paper.file_name)
    stem = " ".join(PurePath(paper.file_name).stem.split())[:100] or str(DocumentKind(document.kind).label)
    size = paper.file.seek(0, 2)
    paper.file.seek(0)
    return DocumentVersion.objects.create(
        document=document,
        number=number,
        file=File(paper.file, name=f"document.{kind}"),
        file_kind=kind,
        file_name=f"{stem}.{kind}",
        file_size=size,
        is_accessible=paper.is_accessible,
        access_note="" if paper.is_accessible else paper.access_note.strip(),
        valid_until=paper.valid_until,
        added_at=at,
    )


def log_document(document: ProcessDocument, move: str, *, actor: User | None, at: datetime, **facts) -> DocumentMove:
    """Write one row into the log of the document. `facts`: version, from_level, to_level."""
    return write_move(DocumentMove, document=document, move=move, actor=actor, at=at, **facts)


def _touch(document: ProcessDocument, *, at: datetime) -> None:
    ProcessDocument.objects.filter(pk=document.pk).update(changed_on=timezone.localdate(at))


def _locked(document: ProcessDocument) -> ProcessDocument:
    """The document as it is now, its row locked."""
    rows = ProcessDocument.objects.select_for_update(of=("self",)).select_related("process__unit")
    return rows.get(pk=document.pk)


def _writable(document: ProcessDocument, actor: User, *, at: datetime) -> ProcessDocument:
    document = _locked(document)
    _require_writer(document.process, actor, at=at)
    return document


def _require_writer(process: Process, actor: User, *, at: datetime) -> None:
    if not permissions.can_write_documents(actor, process, on=timezone.localdate(at)):
        raise DocumentRefused(_("Only facilitation adds and changes documents."))
    require_running(process)
