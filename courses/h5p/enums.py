"""Choices of the H5P app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DependencyKind(models.TextChoices):
    """When a library needs another one: to play at once, to play perhaps, or to be edited."""

    PRELOADED = "preloaded", _("needed to play")
    DYNAMIC = "dynamic", _("may be loaded while playing")
    EDITOR = "editor", _("needed to edit")

    @property
    def manifest_key(self) -> str:
        return f"{self.value}Dependencies"
