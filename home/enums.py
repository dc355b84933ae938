"""Choices of public pages."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EasyStatus(TextChoices):
    """Whether people of the target group have checked a text in Leichte Sprache (DOMAIN.md 6, A6)."""

    DRAFT_UNCHECKED = "draft_unchecked", _("draft, not yet checked")
    CHECKED = "checked", _("checked by the target group")
