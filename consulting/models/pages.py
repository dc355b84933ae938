"""The public list of statements. Its words are a page; the entries are records (statements.py)."""

from django.core.cache import cache
from django.db import models
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.search import index

from consulting.wording import words_of
from home import routing
from home.models import EASY_LANGUAGE, EASY_PANEL, BasePage

from .statements import Statement

INDEXES_KEY = "consulting:statement-indexes:1"


class StatementIndexPage(BasePage):
    """All published statements, and below it each of them under its short name."""

    lead = models.TextField(_("lead"), blank=True)

    has_entries = True
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    content_panels = [*Page.content_panels, "lead"]
    settings_panels = [*Page.settings_panels, "show_in_footer", EASY_PANEL]
    search_fields = [*Page.search_fields, index.SearchField("lead")]

    class Meta:
        verbose_name = _("list of statements")
        verbose_name_plural = _("lists of statements")

    def live_variants(self):
        return [page for page in published_indexes() if page.translation_key == self.translation_key]

    def serve(self, request, *args, entry: str = "", **kwargs):
        """The list, or the published statement with that short name; everything else does not exist."""
        if not entry:
            return super().serve(request, *args, **kwargs)
        statements = Statement.objects.published().with_recommendations().with_public_signatories()
        statement = get_object_or_404(statements, slug=entry)
        return super().serve(request, *args, statement=statement, **kwargs)

    def get_template(self, request, *args, statement: Statement | None = None, **kwargs):
        return "consulting/statement.html" if statement else super().get_template(request, *args, **kwargs)

    def get_context(self, request, *args, statement: Statement | None = None, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        return {**context, **self._entry_context(statement, context)} if statement else context

    def _entry_context(self, statement: Statement, context: dict) -> dict:
        """The language switch leads to the same statement; where its words are missing, the German ones stand in."""
        title = words_of(statement, "title")
        links = []
        for link in context["site_languages"]:
            is_worded = bool(getattr(statement, f"title_{link['code'].replace('-', '_')}"))
            if is_worded or link["code"] != "hu":
                missing = link["missing"] or not is_worded
                links.append({**link, "url": f"{link['url']}{statement.slug}/", "missing": missing})
        return {
            "statement": statement,
            "site_languages": links,
            "is_stand_in": bool(title.lang) and get_language() in routing.STAND_IN_LANGUAGES,
            "needs_draft_notice": self.language == EASY_LANGUAGE and not title.lang and statement.is_easy_unchecked,
        }

    def get_sitemap_urls(self, request=None):
        """The list and every statement that the public may read."""
        urls, base = super().get_sitemap_urls(request), self.get_full_url(request)
        published = Statement.objects.published().newest_first()
        entries = published.values_list("slug", "published_on")
        return [*urls, *({"location": f"{base}{slug}/", "lastmod": day} for slug, day in entries)]


def published_indexes() -> list[StatementIndexPage]:
    """The live lists of all languages with title, address and language; from the cache where they are known."""
    known = cache.get(INDEXES_KEY)
    if known is None:
        live = StatementIndexPage.objects.live().order_by("path")
        known = list(live.only("title", "url_path", "locale_id", "translation_key"))
        cache.set(INDEXES_KEY, known, 600)
    return known


def forget_indexes(**kwargs) -> None:
    """Receiver: a page was published, taken back, moved or got another address."""
    cache.delete(INDEXES_KEY)


def statement_index(language: str) -> StatementIndexPage | None:
    """The live list in that language, else the German one."""
    by_language = {page.language: page for page in published_indexes()}
    return by_language.get(language) or by_language.get(routing.SOURCE)


def statement_path(statement: Statement) -> str:
    """The address of a statement in the language that is active; empty while there is no list."""
    page = statement_index(get_language() or routing.SOURCE)
    return f"{page.reader_url}{statement.slug}/" if page else ""
