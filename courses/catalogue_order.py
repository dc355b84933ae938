"""Which courses the catalogue lists, and in which order: read once, kept until something of it changes.

To sort all courses by their next date takes a look at every run and every session, however few are shown. Neither
words nor free seats play a part in it, so the order is kept in the cache until a run, a date or a page changes, until
the clock passes the next moment that counts, and never longer than a minute. Everything that a card shows, seats above
all, is read afresh for the few courses of a page.
"""

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.cache import cache
from django.db import transaction
from django.db.models import Max, Min, Q
from wagtail.models import Locale

from .enums import RunState
from .models import CoursePage, CourseRun, Seat, Session

KEY = "courses:order:1"
SECONDS = 60
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Order:
    """Keys of pages, each with the key of its run (0: none): once for every page, and for all runs one may book now."""

    pages: array
    runs: array
    bookable_pages: array
    bookable_runs: array

    def all(self) -> list[tuple[int, int]]:
        """Every page with its next run, by the next date."""
        return list(zip(self.pages, self.runs, strict=True))

    def with_free_seats(self, most: int | None = None) -> list[tuple[int, int]]:
        """The pages with a run that one may book and that has a free seat, by its next date; at `most` so many."""
        found: dict[int, int] = {}
        step = len(self.bookable_pages) if most is None else 4 * most
        for start in range(0, len(self.bookable_pages), max(step, 1)):
            pages, runs = (keys[start : start + step] for keys in (self.bookable_pages, self.bookable_runs))
            free = _with_free_seats(runs)
            for page, run in zip(pages, runs, strict=True):
                if run in free:
                    found.setdefault(page, run)
            if most is not None and len(found) >= most:
                break
        return list(found.items())[:most]


@dataclass(frozen=True)
class Orders:
    """The order of every language, and from when until when it holds."""

    since: datetime
    until: datetime
    orders: dict[int, Order]


def _with_free_seats(runs: Collection[int]) -> set[int]:
    chosen = CourseRun.objects.filter(pk__in=list(runs))
    without_limit = chosen.filter(capacity_max__isnull=True).order_by().values_list("pk")
    free = Seat.objects.free().filter(run__in=list(runs)).order_by().values_list("run_id")
    return {key for (key,) in without_limit.union(free)}


@dataclass
class _Run:
    """What the order asks of one run."""

    pk: int
    opens_at: datetime | None
    closes_at: datetime | None
    first_at: datetime | None
    next_at: datetime | None
    next_end: datetime | None

    @property
    def closing_at(self) -> datetime:
        return self.closes_at or self.first_at or NEVER

    def is_bookable(self, at: datetime) -> bool:
        return (self.opens_at is None or self.opens_at <= at) and self.closing_at > at

    def moments(self) -> Iterable[datetime]:
        return (moment for moment in (self.opens_at, self.closing_at, self.next_at, self.next_end) if moment)


def order_of(locale: Locale, *, at: datetime) -> Order:
    """The order in one language at that moment: from the cache where it still holds, else in three queries."""
    return _orders(at).get(locale.pk) or _order([], {}, at)


def next_runs(pages: Collection[int], *, at: datetime) -> dict[int, int]:
    """The key of the next run (0: none) of those of these pages that are published, whatever their language."""
    wanted = set(pages)
    return {page: run for order in _orders(at).values() for page, run in order.all() if page in wanted}


def _orders(at: datetime) -> dict[int, Order]:
    known = cache.get(KEY)
    if known is None or not known.since <= at < known.until:
        known = _read(at)
        cache.set(KEY, known, SECONDS)
    return known.orders


def forget_order(**kwargs) -> None:
    """Receiver: a page, a course, a run or a session has changed. Once for us, once more for everybody on commit."""
    cache.delete(KEY)
    transaction.on_commit(_forget, robust=True)


def _forget() -> None:
    cache.delete(KEY)


def _read(at: datetime) -> Orders:
    runs = _runs_to_come(at)
    pages: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = CoursePage.objects.filter(live=True).order_by("title", "pk").values_list("locale_id", "pk", "course_id")
    for locale, page, course in rows:
        pages[locale].append((page, course))
    moments = [moment for own in runs.values() for run in own for moment in run.moments() if moment > at]
    orders = {locale: _order(own, runs, at) for locale, own in pages.items()}
    return Orders(since=at, until=min(moments, default=NEVER), orders=orders)


def _order(pages: list[tuple[int, int]], runs: dict[int, list[_Run]], at: datetime) -> Order:
    listed, bookable = [], []
    for place, (page, course) in enumerate(pages):
        own = runs.get(course, [])
        best = min(own, key=lambda run: (run.closing_at <= at, run.first_at or NEVER, run.pk), default=None)
        listed.append(_sortable(best, place, page))
        bookable += [_sortable(run, place, page) for run in own if run.is_bookable(at)]
    return Order(*_columns(sorted(listed)), *_columns(sorted(bookable)))


def _sortable(run: _Run | None, place: int, page: int) -> tuple[datetime, float, int, int, int]:
    """By the next date; without a date last; without a run after those. Ties by the place in the alphabet."""
    if run is None:
        return NEVER, float("inf"), place, page, 0
    return run.next_at or NEVER, run.pk, place, page, run.pk


def _columns(rows: list[tuple]) -> tuple[array, array]:
    return array("q", [row[3] for row in rows]), array("q", [row[4] for row in rows])


def _runs_to_come(at: datetime) -> dict[int, list[_Run]]:
    """The open runs that are not over, by course: with a session to come, or without dates."""
    to_come = Q(ends_at__gte=at)
    dates = {
        row["run"]: row
        for row in Session.objects.filter(run__state=RunState.OPEN)
        .order_by()
        .values("run")
        .annotate(
            first_at=Min("starts_at"),
            last_at=Max("ends_at"),
            next_at=Min("starts_at", filter=to_come),
            next_end=Min("ends_at", filter=to_come),
        )
    }
    found: dict[int, list[_Run]] = defaultdict(list)
    rows = CourseRun.objects.filter(state=RunState.OPEN).order_by("pk")
    for pk, course, opens_at, closes_at in rows.values_list(
        "pk", "course_id", "enrolment_opens_at", "enrolment_closes_at"
    ):
        own = dates.get(pk)
        if own is None or own["last_at"] >= at:
            first_at, next_at, next_end = (own and own[name] for name in ("first_at", "next_at", "next_end"))
            found[course].append(_Run(pk, opens_at, closes_at, first_at, next_at, next_end))
    return found
