"""Lists of courses for pages of other parts, such as the start page."""

from django import template
from django.utils import timezone

from courses import selectors
from home.routing import active_locale

from .catalogue import card_of

register = template.Library()


@register.inclusion_tag("courses/_next_runs.html")
def next_runs(count: int) -> dict:
    """The next `count` courses of the current language that still have a free seat, with their next bookable run."""
    locale = active_locale()
    if locale is None:
        return {"cards": []}
    found = selectors.catalogue(locale=locale, filters=selectors.Filters(only_free=True), at=timezone.now())
    return {"cards": [card_of(offer) for offer in found.offers[:count]]}
