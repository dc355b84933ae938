"""Lessons (UE) of 45 minutes in words."""

from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _

MINUTES_PER_UE = 45


def minutes_of(ue: Decimal) -> int:
    return round(ue * MINUTES_PER_UE)


def ue_text(ue: Decimal) -> str:
    """«5 UE (3 Std. 45 Min.)»: the lessons and the time they take; neither «0 Std.» nor «00 Min.»."""
    hours, minutes = divmod(minutes_of(ue), 60)
    if not hours:
        sentence = _("%(ue)s UE (%(minutes)d min)")
    elif not minutes:
        sentence = _("%(ue)s UE (%(hours)d h)")
    else:
        sentence = _("%(ue)s UE (%(hours)d h %(minutes)02d min)")
    return sentence % {"ue": ue_number(ue), "hours": hours, "minutes": minutes}


def ue_number(ue: Decimal) -> str:
    return formats.number_format(int(ue) if ue == ue.to_integral() else ue.normalize())


def time_text(minutes: int) -> str:
    """«1 Std. 20 Min.»: how long something takes."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        sentence = _("%(minutes)d min")
    elif not rest:
        sentence = _("%(hours)d h")
    else:
        sentence = _("%(hours)d h %(minutes)02d min")
    return sentence % {"hours": hours, "minutes": rest}
