"""Public pages: words and pictures that editors change."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index

from . import routing
from .blocks import ACTIONS, BodyBlock, HomeBodyBlock
from .enums import EasyStatus, PagePurpose

EASY_LANGUAGE = "de-simple"


class BasePage(Page):
    """What all our pages share. The language of the words is that of `page.locale`, whatever the address says."""

    easy_status = models.CharField(
        _("status of the text in Leichte Sprache"),
        max_length=20,
        choices=EasyStatus,
        default=EasyStatus.DRAFT_UNCHECKED,
        help_text=_("Counts for pages in Leichte Sprache only. An unchecked text is labelled as a draft."),
    )

    show_in_footer = models.BooleanField(
        _("show in the footer"),
        default=False,
        help_text=_("Counts for pages directly below the start page."),
    )

    route_related: tuple[str, ...] = ()  # what is fetched with the page, in the same query, when it is served

    class Meta:
        abstract = True

    def get_view_restrictions(self):
        """Wagtail asks this for each page that it serves; routing already knows that there are none (no query)."""
        if self.alias_of_id is None and self.__dict__.get("is_restricted") is False:
            return PageViewRestriction.objects.none()
        return super().get_view_restrictions()

    def get_context(self, request, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), "site_languages": self.language_links()}

    def live_variants(self):
        """The published pages with the same content in all languages, with `url_path` and `locale_id`."""
        variants = type(self)._default_manager.filter(translation_key=self.translation_key, live=True)
        return variants.only("url_path", "locale_id")

    def language_links(self) -> list[dict]:
        """The variants of this page for the language switch; where one is missing, that language's start page."""
        by_language = {routing.locale_code(page.locale_id): page for page in self.live_variants()}
        links = []
        for code, name in settings.LANGUAGES:
            page = by_language.get(code)
            if page is not None or code != "hu":
                url = routing.public_path(page, code) if page else f"/{code}/"
                links.append(
                    {"code": code, "name": name, "url": url, "current": code == self.language, "missing": page is None}
                )
        return links

    @property
    def language(self) -> str:
        return routing.locale_code(self.locale_id)

    @property
    def is_easy(self) -> bool:
        return self.language == EASY_LANGUAGE

    @property
    def needs_draft_notice(self) -> bool:
        """Leichte Sprache is only called so when people of the target group have checked it (A6)."""
        return self.is_easy and self.easy_status != EasyStatus.CHECKED


class HomePage(BasePage):
    """The start page of one language."""

    lead = models.TextField(_("lead"), blank=True)
    actions = StreamField(
        ACTIONS, verbose_name=_("calls to action"), blank=True, max_num=3, help_text=_("Below the lead; up to three.")
    )
    body = StreamField(HomeBodyBlock(), verbose_name=_("content"), blank=True)

    parent_page_types = ["wagtailcore.Page"]
    content_panels = [*Page.content_panels, "lead", "actions", "body"]
    settings_panels = [*Page.settings_panels, "show_in_footer", "easy_status"]
    search_fields = [*Page.search_fields, index.SearchField("lead"), index.SearchField("body")]

    class Meta:
        verbose_name = _("start page")
        verbose_name_plural = _("start pages")

    @property
    def action_links(self) -> list[dict[str, str]]:
        """The calls to action that lead somewhere."""
        return [{"title": a.value["label"], "url": a.value.url} for a in self.actions if a.value.url]


class StandardPage(BasePage):
    """A content page."""

    lead = models.TextField(_("lead"), blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("content"), blank=True)
    purpose = models.CharField(
        _("purpose"),
        max_length=20,
        choices=PagePurpose,
        default=PagePurpose.NONE,
        blank=True,
        help_text=_("Header and footer of every page link to pages with a purpose that stand in the footer."),
    )

    parent_page_types = ["home.HomePage", "home.StandardPage"]
    content_panels = [*Page.content_panels, "lead", "body"]
    settings_panels = [*Page.settings_panels, "show_in_footer", "purpose", "easy_status"]
    search_fields = [*Page.search_fields, index.SearchField("lead"), index.SearchField("body")]

    class Meta:
        verbose_name = _("content page")
        verbose_name_plural = _("content pages")
