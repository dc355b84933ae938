"""When a step opens for learners: the same fields on the page that editors change and on the row that runs pin."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.enums import Release

RELEASE_FIELDS = ("release", "release_on", "release_days", "release_session", "release_after")
NEEDED = {  # what each rule must say; whatever else stands in the fields is emptied
    Release.AT_ONCE: (),
    Release.FROM_DAY: ("release_on",),
    Release.BEFORE_SESSION: ("release_days",),
    Release.AFTER_SESSION: ("release_days",),
    Release.AFTER_STEP: ("release_after",),
}
OPTIONAL = {Release.BEFORE_SESSION: ("release_session",), Release.AFTER_SESSION: ("release_session",)}
MISSING = {
    "release_on": _("Please say from which day on this step is open."),
    "release_days": _("Please say how many days. 0 stands for the day itself."),
    "release_after": _("Please choose the step that comes before."),
}


class ReleaseRule(models.Model):
    """A rule in five fields, of which `release` says which of the others count."""

    release = models.CharField(_("opens"), max_length=20, choices=Release, default=Release.AT_ONCE)
    release_on = models.DateField(_("day from which it is open"), null=True, blank=True)
    release_days = models.PositiveSmallIntegerField(
        _("number of days"), null=True, blank=True, help_text=_("0 stands for the day of the date itself.")
    )
    release_session = models.PositiveSmallIntegerField(
        _("number of the date"),
        null=True,
        blank=True,
        help_text=_("1 is the first date of the run. Left empty: the last date."),
    )
    release_after = models.UUIDField(
        _("step that must be done before"),
        null=True,
        blank=True,
        help_text=_("A step that is not published, or no longer there, keeps nothing closed."),
    )

    class Meta:
        abstract = True

    @property
    def release_rule(self) -> tuple:
        """The whole rule as one fact."""
        return tuple(getattr(self, name) for name in RELEASE_FIELDS)

    def tidy_release(self) -> None:
        """Empty what the chosen rule does not use, so that equal rules have equal fields."""
        used = {"release", *NEEDED.get(self.release, ()), *OPTIONAL.get(self.release, ())}
        for name in RELEASE_FIELDS:
            if name not in used:
                setattr(self, name, None)

    def check_release(self) -> None:
        """Raises ValidationError with a sentence at each field that is missing or wrong."""
        wrong: dict[str, Any] = {
            name: MISSING[name] for name in NEEDED.get(self.release, ()) if getattr(self, name) is None
        }
        if self.release_session == 0:
            wrong["release_session"] = _("The first date has the number 1.")
        if wrong:
            raise ValidationError(wrong)


def release_is_whole() -> Q:
    """The condition of the database: every rule has what it needs, and nothing else."""
    condition = Q()
    for rule, needed in NEEDED.items():
        free = {*needed, *OPTIONAL.get(rule, ())}
        empty = {f"{name}__isnull": True for name in RELEASE_FIELDS[1:] if name not in free}
        condition |= Q(release=rule, **empty, **{f"{name}__isnull": False for name in needed})
    return condition


def leads_back(start: UUID, *, after: UUID | None, steps: Iterable[Any]) -> bool:
    """Whether waiting for the step `after` would make the step `start` wait for itself, be it through others."""
    waits_for = {step.translation_key: step.release_after for step in steps}
    seen = set()
    while after is not None and after not in seen:
        if after == start:
            return True
        seen.add(after)
        after = waits_for.get(after)
    return False
