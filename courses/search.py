"""Courses as a source of the site search: each hit with its next run."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from academy.common.search import Hit, Query
from home.search import hits_of, page_source

from . import selectors
from .enums import RunStatus
from .models import CoursePage


def load_courses(keys: list[int], query: Query) -> dict[int, Hit]:
    """The course pages with date and free places of their next run: two queries."""
    pages = CoursePage.objects.filter(live=True).select_related("course").in_bulk(keys)
    # All stand under the catalogue, which the name of the kind says already.
    hits = hits_of(list(pages.values()), query, with_place=False)
    for offer in selectors.next_dates(pages, at=query.at):
        if (hit := hits.get(offer.page.pk)) is None:
            continue
        if offer.run is not None:
            hit.starts_at, hit.ends_at = offer.run.first_at, offer.run.last_at
        hit.facts = [capfirst(offer.course.get_format_display()), *_availability(offer)]
    return hits


def _availability(offer: selectors.Offer) -> list[str]:
    """One sentence on the next run, with what can be booked now."""
    if offer.run is None:
        return [_("No date is planned at the moment.")]
    if offer.status == RunStatus.OPEN and offer.run.free_seats is not None:
        free = offer.run.free_seats
        return [ngettext("%(free)d place free", "%(free)d places free", free) % {"free": free}]
    return [capfirst(offer.status.label)]


SOURCE = page_source("courses", gettext_lazy("Training courses"), order=10, load=load_courses)
