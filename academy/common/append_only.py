"""Rows that tell what happened: written once, then neither changed nor deleted."""

from django.db import models


class AppendOnly(models.Model):
    """The base of logs and histories. A later row may say something else; the earlier one stays as it was."""

    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True

    def save(self, *args, **kwargs) -> None:
        if self.pk:
            raise TypeError(f"{type(self).__name__} is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError(f"{type(self).__name__} is append-only.")
