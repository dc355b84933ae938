"""When a step opens, said in words: for editors who compare versions, and in the preview."""

from collections.abc import Callable
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .enums import Release
from .models import ReleaseRule, title_of_step


def release_in_words(rule: ReleaseRule, *, title_of: Callable[[UUID], str] = title_of_step) -> str:
    """«sofort», «ab 3. Mai 2027», «2 Tage vor dem 1. Termin», «nach ‹Erstens›»."""
    if rule.release == Release.FROM_DAY:
        return _("from %(day)s on") % {"day": date_format(rule.release_on, _("j F Y"))}
    if rule.release == Release.BEFORE_SESSION:
        return _before(rule.release_days, rule.release_session)
    if rule.release == Release.AFTER_SESSION:
        return _after(rule.release_days, _date(rule.release_session))
    if rule.release == Release.AFTER_STEP:
        return _("after «%(title)s»") % {"title": title_of(rule.release_after)}
    return str(Release.AT_ONCE.label)


def _date(number: int | None) -> str:
    return _("the last date") if number is None else _("date %(number)d") % {"number": number}


def _before(days: int, number: int | None) -> str:
    if days == 0 and number is None:
        return _("on the day of the last date")
    if days == 0:
        return _("on the day of date %(number)d") % {"number": number}
    words = ngettext("%(count)d day before %(date)s", "%(count)d days before %(date)s", days)
    return words % {"count": days, "date": _date(number)}


def _after(days: int, which: str) -> str:
    if days == 0:
        return _("as soon as %(date)s is over") % {"date": which}
    words = ngettext("%(count)d day after %(date)s", "%(count)d days after %(date)s", days)
    return words % {"count": days, "date": which}
