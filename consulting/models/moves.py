"""What all logs of the consulting side keep of one thing that happened."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from academy.common.append_only import AppendOnly


class StateMove(AppendOnly):
    """One thing that happened: append-only, the actor as a pseudonym (empty: the system).

    Each log adds what it happened to, under the name `moves` there, and `move`: which of its own kinds it was.
    """

    from_state = models.CharField(_("from"), max_length=20, blank=True)
    to_state = models.CharField(_("to"), max_length=20, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    actor = models.UUIDField(_("pseudonym of the actor"), null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        abstract = True
