"""Scans of signed attendance lists: evidence for the funder, kept as they were attached."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.common.append_only import AppendOnly
from enrolment.enums import ScanKind


def place_of_scan(scan: "SignedList", name: str) -> str:
    """Below `signed_lists/`, which no public address serves, under a name that nobody guesses and that names nobody."""
    return f"signed_lists/{scan.added_at:%Y}/{secrets.token_hex(16)}.{scan.kind}"


class SignedList(AppendOnly):
    """One scan of the signed list of a session. A later one replaces it for the reader; this one stays."""

    session = models.ForeignKey("courses.Session", models.PROTECT, related_name="signed_lists")
    file = models.FileField(_("file"), upload_to=place_of_scan, max_length=120)
    kind = models.CharField(_("kind"), max_length=4, choices=ScanKind)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("hash of the file (SHA-256)"), max_length=64)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    added_by = models.UUIDField(_("pseudonym of who attached it"), null=True)
    added_at = models.DateTimeField(_("attached at"))

    class Meta:
        verbose_name = _("signed attendance list")
        verbose_name_plural = _("signed attendance lists")
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "sha256"], name="one_scan_of_each_file"),
            models.CheckConstraint(condition=Q(size__gt=0), name="scan_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.sha256[:12]}"

    @property
    def short_hash(self) -> str:
        """As much of the hash as people compare by eye."""
        return f"{self.sha256[:4]} {self.sha256[4:8]} {self.sha256[8:12]}"
