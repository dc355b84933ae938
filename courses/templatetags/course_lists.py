"""Lists of courses for pages of other parts, such as the start page."""

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import selectors
from home.routing import active_locale

from .catalogue import card_of

register = template.Library()


@register.inclusion_tag("courses/_course_list.html")
def next_runs(count: int) -> dict:
    """The next `count` courses of the current language that still have a free seat, with their next bookable run."""
    locale = active_locale()
    offers = selectors.next_bookable(locale=locale, at=timezone.now(), count=count) if locale else []
    empty = _("At the moment there is no date with free places.")
    return {"cards": [card_of(offer) for offer in offers], "empty": empty}


@register.inclusion_tag("courses/_course_list.html")
def course_list(chosen, topic: str, count: int) -> dict:
    """The `chosen` course pages in their order; where none is chosen the next `count` courses, of `topic` if given.

    Courses stand in the language of the page that shows them, with their next run and its free seats.
    """
    locale, at = active_locale(), timezone.now()
    page_ids = [page.pk for page in chosen or [] if page]
    if page_ids:
        offers = selectors.chosen_courses(page_ids=page_ids, at=at)
    elif locale is not None:
        offers = selectors.catalogue(locale=locale, filters=selectors.Filters(topic=topic or ""), at=at).offers[:count]
    else:
        offers = []
    empty = _("No matching course is published at the moment.")
    return {"cards": [card_of(offer) for offer in offers], "empty": empty}
