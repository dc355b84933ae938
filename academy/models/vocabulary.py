"""The lists of words that the programme lead keeps, such as target groups and dimensions of discrimination."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from academy.enums import Vocabulary


class Term(models.Model):
    """One entry of one list. The key never changes; the label is kept in German and English."""

    vocabulary = models.CharField(_("list"), max_length=30, choices=Vocabulary)
    key = models.SlugField(_("key"), max_length=60)
    label = models.CharField(_("label"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("list entry")
        verbose_name_plural = _("lists")
        ordering = ["vocabulary", "position", "key"]
        constraints = [models.UniqueConstraint(fields=["vocabulary", "key"], name="one_term_per_key")]

    def __str__(self) -> str:
        return self.label
