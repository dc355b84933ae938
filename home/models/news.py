"""News: an index by year, and its entries."""

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from home import routing
from home.blocks import BodyBlock
from home.feeds import news_feed

from .base import BasePage
from .editing import EASY_PANEL, PublishingForm

MOST_IN_FEED = 20


class NewsIndexPage(RoutablePageMixin, BasePage):
    """All news of one language, the newest first, and their feed."""

    lead = models.TextField(_("lead"), blank=True)

    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.NewsPage"]
    max_count_per_parent = 1
    content_panels = [*Page.content_panels, "lead"]
    settings_panels = [*Page.settings_panels, "show_in_footer", EASY_PANEL]
    search_fields = [*Page.search_fields, index.SearchField("lead")]

    class Meta:
        verbose_name = _("news index")
        verbose_name_plural = _("news indexes")

    @property
    def feed_url(self) -> str:
        return f"{routing.public_path(self, self.language)}feed/"

    @path("feed/")
    def feed(self, request: HttpRequest) -> HttpResponse:
        """The newest entries for feed readers (Atom)."""
        newest = routing.for_everybody(NewsPage.objects.child_of(self).newest_first())[:MOST_IN_FEED]
        return news_feed(self, newest, request)


class NewsPageQuerySet(PageQuerySet):
    def newest_first(self):
        """Published entries by their day; on one day, the one that was made later comes first."""
        return self.filter(live=True).order_by("-published_on", "-pk")


class NewsPage(BasePage):
    """One entry of the news."""

    published_on = models.DateField(_("day"), default=timezone.localdate)
    lead = models.TextField(
        _("lead"),
        max_length=400,
        help_text=_("One or two sentences for the list of news."),
        error_messages={"blank": _("Please write a lead before you publish: it stands in the list of news.")},
    )
    image = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("image"),
    )
    image_alt = models.CharField(
        _("what the image shows"),
        max_length=250,
        blank=True,
        help_text=_("Is read out to people who cannot see the image."),
    )
    image_is_decorative = models.BooleanField(
        _("the image is decoration only"), default=False, help_text=_("Then it is not read out.")
    )
    body = StreamField(BodyBlock(), verbose_name=_("content"), blank=True)

    parent_page_types = ["home.NewsIndexPage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        "published_on",
        "lead",
        MultiFieldPanel(
            [FieldPanel("image"), FieldPanel("image_alt"), FieldPanel("image_is_decorative")], heading=_("Image")
        ),
        "body",
    ]
    settings_panels = [*Page.settings_panels, EASY_PANEL]
    search_fields = [
        *Page.search_fields,
        index.SearchField("lead"),
        index.SearchField("body"),
        index.FilterField("published_on"),
    ]
    base_form_class = PublishingForm
    route_related = ("image",)

    objects = PageManager.from_queryset(NewsPageQuerySet)()

    class Meta:
        verbose_name = _("news entry")
        verbose_name_plural = _("news entries")

    def clean(self) -> None:
        super().clean()
        if self.image_id and not self.image_alt and not self.image_is_decorative:
            raise ValidationError({"image_alt": _("Please say what the image shows, or mark it as decoration.")})

    @property
    def alt(self) -> str:
        return "" if self.image_is_decorative else self.image_alt
