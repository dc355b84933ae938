"""A list by year as the address asks for it: `?year=2026&page=2`. What makes no sense in it is ignored."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import get_language

from academy.common.links import number_in

from .selectors import Listing


@dataclass(frozen=True)
class ListView:
    """What a template shows of a list."""

    entries: list
    page_obj: object
    tabs: list[dict]
    home_url: str


def view_of(read: Callable[..., Listing], page, request: HttpRequest, *, all_label: str) -> ListView:
    """The sheet that the address asks for; tabs only where there is more than one year."""
    found = read(page, year=number_in(request.GET.get("year", "")), number=number_in(request.GET.get("page", "")) or 1)
    return ListView(
        entries=list(found.sheet),
        page_obj=found.sheet,
        tabs=_tabs(found, request.path, all_label) if len(found.years) > 1 else [],
        home_url=f"/{get_language()}/",
    )


def _tabs(found: Listing, path: str, all_label: str) -> list[dict]:
    def tab(title: str, year: int | None, count: int) -> dict:
        url = f"{path}?{urlencode({'year': year})}" if year else path
        return {"title": title, "url": url, "count": count, "current": year == found.year}

    return [tab(all_label, None, found.total), *[tab(str(year), year, count) for year, count in found.years]]
