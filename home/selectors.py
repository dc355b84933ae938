"""Reads of the public site shell."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.core.paginator import Page as Sheet
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.db.models.functions import ExtractYear
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from wagtail.models import Page

from academy.common import funding
from academy.models import User

from . import permissions, review, routing
from .models import (
    AccessibilityReport,
    AccessibilityStatementPage,
    FundingSettings,
    NewsIndexPage,
    NewsPage,
    PublicationFile,
    PublicationIndexPage,
    PublicationPage,
)
from .workflow import ANSWER, CLOSE

MENU_KEY = "home:menus:5:"
FUNDING_KEY = "home:funding:1"
LOGO_SIZE = "max-324x216"  # three times the emblem's measures on a page, for screens with small dots
SECONDS = 600
ON_ONE_SHEET = 12


def menus() -> dict[str, list[dict[str, str]]]:
    """The entries of the main menu and of the footer in the current language: [{"title", "url", "key", "lang"}, …].

    `key` is the purpose of a page, by which header and footer know the page in sign language and "report a barrier".
    `lang` is empty for titles in the current language. What stands in the footer of the German pages stands in the
    footer of every language: where a page has no variant, as its English (for Hungarian) or German title.
    """
    language = get_language()
    known = cache.get(MENU_KEY + language)
    if known is None:
        pages = _pages_below_home(language)
        footer = _footer_in(language, pages)
        known = {
            "main": [_entry(page, language) for page in pages if page.show_in_menus],
            "footer": [_entry(page, language) for page in footer],
        }
        cache.set(MENU_KEY + language, known, SECONDS)
    return known


def _pages_below_home(language: str) -> list[Page]:
    """The published pages directly below the start page of that language, in the order of the tree."""
    sites = routing.site_map()["sites"]
    root = routing.site_map()["roots"].get(sites[0].pk, {}).get(language) if sites else None
    home = Page.objects.filter(url_path=root).first() if root else None
    return list(home.get_children().live().specific().order_by("path")) if home else []


def _footer_in(language: str, own: list[Page]) -> list[Page]:
    """The German footer with each page replaced by its best variant, and what only this language has."""
    others = [_pages_below_home("en")] if language == "hu" else []
    source = own if language == routing.SOURCE else _pages_below_home(routing.SOURCE)
    known = {page.translation_key: page for pages in (source, *others, own) for page in _for_footer(pages)}
    return list(known.values())


def _for_footer(pages: list[Page]) -> list[Page]:
    return [
        page for page in pages if getattr(page, "show_in_footer", False) or getattr(page, "is_always_in_footer", False)
    ]


def _entry(page: Page, language: str) -> dict[str, str]:
    own = routing.locale_code(page.locale_id)
    return {
        "title": page.title,
        "url": routing.reader_path(page),
        "key": getattr(page, "purpose", ""),
        "lang": own if own != language else "",
    }


def forget_menus(**kwargs) -> None:
    """Receiver: a page was published, moved or taken back."""
    cache.delete_many([MENU_KEY + locale.language_code for locale in routing.site_map()["locales"].values()])


def funding_facts() -> funding.Facts:
    """What the settings say about funding; from the cache where it is known. Before they exist, the environment."""
    known = cache.get(FUNDING_KEY)
    if known is None:
        row = FundingSettings.objects.select_related("co_funder_logo").order_by("pk").first()
        known = _facts_of(row) if row else funding.facts_of_installation()
        cache.set(FUNDING_KEY, known, SECONDS)
    return known


def _facts_of(row: FundingSettings) -> funding.Facts:
    names = {"de": row.co_funder_de, "en": row.co_funder_en}
    logo = None
    if row.co_funder_logo is not None:
        small = row.co_funder_logo.get_rendition(LOGO_SIZE)
        logo = funding.Logo(small.url, small.width, small.height, small.file.name)
    return funding.Facts(row.statement, names, logo)


def forget_funding(**kwargs) -> None:
    """Receiver: the settings or a picture that may be the logo have changed."""
    cache.delete(FUNDING_KEY)


def statement_path() -> str:
    """The address of the accessibility statement in the current language; empty where there is none."""
    return next((entry["url"] for entry in menus()["footer"] if entry["key"] == "statement"), "")


def statements_to_review(*, on: date) -> list[AccessibilityStatementPage]:
    """The published statements whose last review is eleven months old or more; translations follow the German one."""
    pages = AccessibilityStatementPage.objects.live().filter(locale__language_code=routing.SOURCE)
    dated = pages.filter(reviewed_on__isnull=False).order_by("pk")
    return [page for page in dated if review.is_due(page.reviewed_on, on=on)]


def reports_visible_to(user) -> QuerySet[AccessibilityReport]:
    """Reports on accessibility: for who answers them and who is told when one is late; nothing for anybody else."""
    if not permissions.can_read_reports(user):
        return AccessibilityReport.objects.none()
    return AccessibilityReport.objects.all()


def report_events(report: AccessibilityReport) -> list[dict]:
    """What has happened with the report, the newest first, for components/timeline.html."""
    words = {ANSWER: (_("Answered"), report.answer), CLOSE: (pgettext("report", "Closed"), report.closing_note)}
    moves = list(report.moves.order_by("-at", "-pk"))
    actors = User.objects.filter(pseudonym__in={move.actor for move in moves})
    names = {person.pseudonym: str(person) for person in actors}
    events = [
        {
            "at": move.at,
            "title": words[move.move][0],
            "text": words[move.move][1],
            "actor": names.get(move.actor, _("an erased account")),
        }
        for move in moves
    ]
    return [*events, {"at": report.reported_at, "title": _("Reported")}]


# --- News and publications -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Listing:
    """One sheet of a list, and how many entries each year has, the newest year first."""

    sheet: Sheet
    years: list[tuple[int, int]]
    year: int | None

    @property
    def total(self) -> int:
        return sum(count for _year, count in self.years)


def news(index: NewsIndexPage, *, year: int | None, number: int) -> Listing:
    """The entries of an index, of one year or of all; an unknown year counts as all."""
    entries = routing.for_everybody(NewsPage.objects.child_of(index).newest_first())
    shown = entries.select_related("image").prefetch_related("image__renditions")
    return _listing(shown, year, number)


def latest_news(*, count: int) -> list[NewsPage]:
    """The newest entries in the current language."""
    entries = routing.for_everybody(NewsPage.objects.filter(locale=routing.active_locale()).newest_first())
    return list(entries.select_related("image").prefetch_related("image__renditions")[:count])


def publications(index: PublicationIndexPage, *, year: int | None, number: int) -> Listing:
    """The publications of an index, of one year or of all; each with its `shown_files`."""
    entries = routing.for_everybody(PublicationPage.objects.child_of(index).newest_first())
    listing = _listing(entries, year, number)
    files = defaultdict(list)
    wanted = PublicationFile.objects.filter(page__in=list(listing.sheet)).select_related("document")
    for file in wanted.order_by("sort_order", "pk"):
        files[file.page_id].append(file)
    for entry in listing.sheet:
        entry.shown_files = files[entry.pk]
    return listing


def _listing(entries: QuerySet, year: int | None, number: int) -> Listing:
    by_year = entries.order_by().annotate(in_year=ExtractYear("published_on")).values("in_year")
    counts = {row["in_year"]: row["count"] for row in by_year.annotate(count=Count("pk")).order_by("-in_year")}
    chosen = year if year in counts else None
    paginator = Paginator(entries.filter(published_on__year=chosen) if chosen else entries, ON_ONE_SHEET)
    paginator.count = counts[chosen] if chosen else sum(counts.values())  # known already
    return Listing(paginator.get_page(number), list(counts.items()), chosen)
