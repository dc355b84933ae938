"""Checking in by oneself: for a while people say with a code, at the place, that they are there."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class CheckInWindow(models.Model):
    """When and where people check in to one session by themselves.

    The code is bound to this row and stands nowhere in the database: it is computed from `nonce` with the key of the
    server (`services.check_in_code`), so that the sheet can be shown again. A new nonce is a new code.
    """

    wagtail_reference_index_ignore = True

    session = models.OneToOneField("courses.Session", models.CASCADE, related_name="check_in_window")
    nonce = models.CharField(max_length=40, editable=False)
    place = models.CharField(_("place"), max_length=200, blank=True, help_text=_("Empty: the date is online."))
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    opened_by = models.UUIDField(_("pseudonym of who opened it"))

    class Meta:
        verbose_name = _("window to check in")
        verbose_name_plural = _("windows to check in")
        ordering = ["session_id"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gte=F("opens_at")), name="check_in_ends_after_start")
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.opens_at:%Y-%m-%d %H:%M} – {self.closes_at:%H:%M}"

    def is_open(self, *, at: datetime) -> bool:
        return self.opens_at <= at < self.closes_at

    def is_over(self, *, at: datetime) -> bool:
        return at >= self.closes_at
