"""Public pages: words and pictures that editors change."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from home.blocks import ACTIONS, BodyBlock, HomeBodyBlock
from home.enums import PagePurpose

from .base import BasePage
from .editing import EASY_PANEL


class HomePage(BasePage):
    """The start page of one language."""

    lead = models.TextField(_("lead"), blank=True)
    actions = StreamField(
        ACTIONS, verbose_name=_("calls to action"), blank=True, max_num=3, help_text=_("Below the lead; up to three.")
    )
    body = StreamField(HomeBodyBlock(), verbose_name=_("content"), blank=True)

    parent_page_types = ["wagtailcore.Page"]
    content_panels = [*Page.content_panels, "lead", "actions", "body"]
    settings_panels = [*Page.settings_panels, "show_in_footer", EASY_PANEL]
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
    settings_panels = [*Page.settings_panels, "show_in_footer", "purpose", EASY_PANEL]
    search_fields = [*Page.search_fields, index.SearchField("lead"), index.SearchField("body")]

    class Meta:
        verbose_name = _("content page")
        verbose_name_plural = _("content pages")
