"""Papers of a process: agreements, plans, minutes, reports and material, each with all of its versions."""

import secrets

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.common.append_only import AppendOnly
from academy.common.confidentiality import Level
from consulting.enums import DocumentKind, DocumentMoveKind, DocumentState

from .processes import Process

DOCUMENT_LEVELS = [Level.NETWORK, Level.UNIT, Level.GROUP, Level.FACILITATION]


def place_of_version(version: "DocumentVersion", name: str) -> str:
    """Below `process_documents/`, which no public address serves, under a name that nobody guesses."""
    return f"process_documents/{version.added_at:%Y}/{secrets.token_hex(16)}.{version.file_kind}"


class ProcessDocument(models.Model):
    """One paper of a process. What it says stands in its versions; who may open it hangs on kind and level."""

    wagtail_reference_index_ignore = True

    process = models.ForeignKey(Process, models.PROTECT, related_name="documents")
    kind = models.CharField(_("kind"), max_length=10, choices=DocumentKind)
    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(_("language"), max_length=10, default="de")
    level = models.PositiveSmallIntegerField(_("level of confidentiality"), choices=Level, default=Level.GROUP)
    changed_on = models.DateField(_("changed on"))

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["process_id", "kind", "title", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=DOCUMENT_LEVELS), name="document_is_neither_public_nor_own")
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("consulting:document_detail", args=[self.pk])


class DocumentVersion(models.Model):
    """One file. It is never changed: the next one stands beside it with the next number."""

    wagtail_reference_index_ignore = True

    document = models.ForeignKey(ProcessDocument, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=10, choices=DocumentState, default=DocumentState.DRAFT)
    file = models.FileField(_("file"), upload_to=place_of_version, max_length=120)
    file_kind = models.CharField(_("kind of file"), max_length=5)
    file_name = models.CharField(_("name of the file"), max_length=120)
    file_size = models.PositiveIntegerField(_("size in bytes"))
    is_accessible = models.BooleanField(_("accessible"), default=False)
    access_note = models.CharField(_("why it is not accessible, and where help is"), max_length=300, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    in_force_on = models.DateField(_("in force from"), null=True, blank=True)
    added_at = models.DateTimeField(_("added at"))

    class Meta:
        verbose_name = _("version of a document")
        verbose_name_plural = _("versions of documents")
        ordering = ["document_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="one_document_version_per_number"),
            models.UniqueConstraint(
                fields=["document"], condition=Q(state=DocumentState.VALID), name="one_version_in_force"
            ),
            models.UniqueConstraint(
                fields=["document"], condition=Q(state=DocumentState.DRAFT), name="one_draft_per_document"
            ),
            models.CheckConstraint(
                condition=Q(state=DocumentState.DRAFT, in_force_on__isnull=True)
                | Q(state=DocumentState.VALID, in_force_on__isnull=False)
                | Q(state=DocumentState.SUPERSEDED),
                name="version_in_force_has_day",
            ),
            models.CheckConstraint(
                condition=Q(is_accessible=True) | ~Q(access_note=""), name="barrier_in_file_is_named"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.number}: {self.state}"

    @property
    def file_url(self) -> str:
        """Where those who may open it get the file; nobody else does."""
        return reverse("consulting:document_file", args=[self.pk])


class DocumentMove(AppendOnly):
    """One thing that happened to a document: append-only, the actor as a pseudonym (empty: the system)."""

    document = models.ForeignKey(ProcessDocument, models.PROTECT, related_name="moves")
    version = models.ForeignKey(DocumentVersion, models.PROTECT, null=True, related_name="moves")
    move = models.CharField(_("move"), max_length=20, choices=DocumentMoveKind)
    from_level = models.PositiveSmallIntegerField(_("from"), choices=Level, null=True)
    to_level = models.PositiveSmallIntegerField(_("to"), choices=Level, null=True)
    actor = models.UUIDField(_("pseudonym of the actor"), null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("move of a document")
        verbose_name_plural = _("moves of documents")
        ordering = ["document_id", "-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.move}"
