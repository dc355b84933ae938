"""Levels of confidentiality (DOMAIN.md 2.4), ordered: a higher number is seen by fewer people."""

from django.db.models import IntegerChoices
from django.utils.translation import gettext_lazy as _


class Level(IntegerChoices):
    """Who a record is for. Whoever lowers a level releases the record; that is an event of its own."""

    PUBLIC = 0, _("V0 public")
    NETWORK = 1, _("V1 network: partners who are signed in")
    UNIT = 2, _("V2 unit")
    GROUP = 3, _("V3 process group and commissioning lead")
    FACILITATION = 4, _("V4 process facilitation only")
    OWN = 5, _("V5 only me")

    @property
    def code(self) -> str:
        """The short name as papers and demo files write it: "V3"."""
        return f"V{self.value}"

    @classmethod
    def from_code(cls, code: str) -> "Level":
        """The level of a short name; an unknown one raises ValueError."""
        for level in cls:
            if level.code == code:
                return level
        raise ValueError(f"There is no level of confidentiality «{code}».")
