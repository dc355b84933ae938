"""How far the languages of the public site are: pages that lack a variant, and variants that are older than German."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail_localize.models import Translation

from . import routing
from .enums import EasyStatus, TranslationState
from .models import EASY_LANGUAGE, BasePage

ACTIONS = ("add", "change", "publish")


@dataclass(frozen=True)
class Row:
    """One German page in one other language."""

    page_id: int
    title: str
    type_id: int
    type_label: str
    language: str
    language_name: str
    state: TranslationState
    variant_id: int | None
    published_at: datetime
    variant_published_at: datetime | None
    is_checked: bool

    @property
    def edit_id(self) -> int:
        """The page to work on: the variant, or where there is none the German page, from which it is made."""
        return self.variant_id or self.page_id

    @property
    def is_published(self) -> bool:
        return self.state in (TranslationState.OLDER, TranslationState.CURRENT)


def translation_rows(user) -> list[Row]:
    """A row for each published German page that the person may change and each language that it should exist in.

    Every page should exist in English and in Leichte Sprache. Hungarian has dialogue pages only, so there only what
    exists is listed. The number of queries depends on the number of page types, not on the number of pages.
    """
    labels = {kind.pk: model._meta.verbose_name for model, kind in _types().items()}
    pages = list(_pages(labels))
    mine = set(PagePermissionPolicy().instances_user_has_any_permission_for(user, ACTIONS).values_list("pk", flat=True))
    names = dict(settings.LANGUAGES)
    variants = {(page["translation_key"], _language(page)): page for page in pages}
    synced, checked = _synced_at(), _checked(pages)
    rows = []
    for source in pages:
        if _language(source) != routing.SOURCE or not source["live"] or source["pk"] not in mine:
            continue
        for language in ("en", EASY_LANGUAGE, "hu"):
            variant = variants.get((source["translation_key"], language))
            if not _is_expected(source, language, variant):
                continue
            key = (str(source["translation_key"]), variant["locale_id"]) if variant else None
            rows.append(
                Row(
                    page_id=source["pk"],
                    title=source["title"],
                    type_id=source["content_type_id"],
                    type_label=str(labels[source["content_type_id"]]),
                    language=language,
                    language_name=names[language],
                    state=state_of(source, variant, synced_at=synced.get(key)),
                    variant_id=variant["pk"] if variant else None,
                    published_at=source["last_published_at"],
                    variant_published_at=variant["last_published_at"] if variant else None,
                    is_checked=bool(variant) and variant["pk"] in checked,
                )
            )
    return sorted(rows, key=lambda row: (_URGENCY.index(row.state), row.title.lower(), row.language))


_URGENCY = [TranslationState.OLDER, TranslationState.MISSING, TranslationState.DRAFT, TranslationState.CURRENT]


def state_of(source: dict[str, Any], variant: dict[str, Any] | None, *, synced_at: datetime | None) -> TranslationState:
    """Compares what was published last. Where a translation job exists, the German words that it has count as well."""
    if variant is None:
        return TranslationState.MISSING
    if not variant["live"]:
        return TranslationState.DRAFT
    known = [moment for moment in (variant["last_published_at"], synced_at) if moment]
    is_older = bool(known and source["last_published_at"]) and source["last_published_at"] > min(known)
    return TranslationState.OLDER if is_older else TranslationState.CURRENT


def _types() -> dict[type[BasePage], ContentType]:
    models = [model for model in apps.get_models() if issubclass(model, BasePage)]
    return ContentType.objects.get_for_models(*models)


def _pages(type_ids: Iterable[int]):
    fields = ("pk", "title", "depth", "translation_key", "locale_id", "content_type_id", "live", "last_published_at")
    return Page.objects.filter(content_type_id__in=type_ids).order_by("path").values(*fields)


def _language(page: dict[str, Any]) -> str:
    return routing.locale_code(page["locale_id"])


def _is_expected(source: dict[str, Any], language: str, variant: dict[str, Any] | None) -> bool:
    is_start_page = source["depth"] == 2  # its Hungarian copy carries the dialogue pages and is never published
    return language != "hu" or (variant is not None and not is_start_page)


def _synced_at() -> dict[tuple[str, int], datetime]:
    """When the translation job of a page and a language last took over the German words."""
    jobs = Translation.objects.filter(enabled=True, source__locale__language_code=routing.SOURCE)
    jobs = jobs.values_list("source__object_id", "target_locale_id", "source__last_updated_at")
    return {(str(key), locale_id): moment for key, locale_id, moment in jobs}


def _checked(pages: list[dict[str, Any]]) -> set[int]:
    """The easy pages that people of the target group have checked; one query for each type of page."""
    found: set[int] = set()
    for model, kind in _types().items():
        own = [page["pk"] for page in pages if page["content_type_id"] == kind.pk and _language(page) == EASY_LANGUAGE]
        if own:
            checked = model._default_manager.filter(pk__in=own, easy_status=EasyStatus.CHECKED).exclude(easy_seal="")
            found.update(checked.values_list("pk", flat=True))
    return found


# --- Coverage of Leichte Sprache -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Coverage:
    """How many texts of one kind exist in Leichte Sprache, and how many of them people have checked."""

    label: str
    total: int
    published: int
    older: int
    unchecked: int

    @property
    def missing(self) -> int:
        return self.total - self.published

    @property
    def percent(self) -> int:
        """Published, rounded down, so that 100 is only said where nothing is missing."""
        return self.published * 100 // self.total if self.total else 100

    @property
    def percent_checked(self) -> int:
        return (self.published - self.unchecked) * 100 // self.total if self.total else 100


def coverage_of(label: str, rows: list[Row]) -> Coverage:
    published = [row for row in rows if row.is_published]
    return Coverage(
        label=label,
        total=len(rows),
        published=len(published),
        older=sum(row.state == TranslationState.OLDER for row in published),
        unchecked=sum(not row.is_checked for row in published),
    )


def easy_coverage(rows: list[Row]) -> list[Coverage]:
    """One line for each type of page, in the order of their names."""
    easy = [row for row in rows if row.language == EASY_LANGUAGE]
    labels = sorted({row.type_label for row in easy}, key=str.lower)
    return [coverage_of(label, [row for row in easy if row.type_label == label]) for label in labels]
