"""`manage.py check --deploy`: a release whose pages nobody has looked at for a year is not deployed (A3)."""

from django.core.checks import Error, Warning, register
from django.utils import timezone

from . import review


@register("accessibility", deploy=True)
def templates_are_reviewed(app_configs, **kwargs) -> list:
    """An error when the review of the shipped templates is older than a year, a warning from eleven months on."""
    day, today = review.TEMPLATES_REVIEWED_ON, timezone.localdate()
    words = f"The page templates were last reviewed for accessibility on {day}."
    hint = "Review them as docs/accessibility-review.md says, then change TEMPLATES_REVIEWED_ON in home/review.py."
    if review.is_too_old(day, on=today):
        return [Error(words, hint=hint, id="home.E001")]
    if review.is_due(day, on=today):
        return [Warning(words, hint=hint, id="home.W001")]
    return []
