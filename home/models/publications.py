"""Publications: what can be read, downloaded and ordered, and in which formats."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from home.blocks import BodyBlock
from home.enums import FileLanguage, PublicationKind

from .base import BasePage
from .editing import EASY_PANEL, PublishingForm


class PublicationIndexPage(BasePage):
    """All publications of one language."""

    lead = models.TextField(_("lead"), blank=True)

    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.PublicationPage"]
    max_count_per_parent = 1
    content_panels = [*Page.content_panels, "lead"]
    settings_panels = [*Page.settings_panels, "show_in_footer", EASY_PANEL]
    search_fields = [*Page.search_fields, index.SearchField("lead")]

    class Meta:
        verbose_name = _("publication index")
        verbose_name_plural = _("publication indexes")


class PublicationPageQuerySet(PageQuerySet):
    def newest_first(self):
        """Published ones by their day; on one day by title."""
        return self.filter(live=True).order_by("-published_on", "title", "pk")


class PublicationPage(BasePage):
    """One publication with its files."""

    kind = models.CharField(_("kind"), max_length=20, choices=PublicationKind, default=PublicationKind.GUIDE)
    published_on = models.DateField(
        _("day of publication"),
        default=timezone.localdate,
        help_text=_("Readers see the year; the funder report counts by the day."),
    )
    lead = models.TextField(
        _("lead"),
        max_length=400,
        help_text=_("What it is about and for whom, in one or two sentences."),
        error_messages={"blank": _("Please write a lead before you publish: it stands in the list of publications.")},
    )
    body = StreamField(BodyBlock(), verbose_name=_("content"), blank=True)
    ordering_note = RichTextField(_("how to order or print it"), features=["bold", "ul", "ol", "link"], blank=True)

    parent_page_types = ["home.PublicationIndexPage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("kind"), FieldPanel("published_on")]),
        "lead",
        InlinePanel("authors", heading=_("Published by"), label=_("Organisation")),
        InlinePanel("files", heading=_("Files"), label=_("File")),
        "body",
        "ordering_note",
    ]
    settings_panels = [*Page.settings_panels, EASY_PANEL]
    search_fields = [
        *Page.search_fields,
        index.SearchField("lead"),
        index.SearchField("body"),
        index.FilterField("kind"),
        index.FilterField("published_on"),
    ]
    base_form_class = PublishingForm

    objects = PageManager.from_queryset(PublicationPageQuerySet)()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")


class PublicationAuthor(Orderable):
    """An organisation that has published it; people are not named."""

    page = ParentalKey(PublicationPage, related_name="authors")
    organisation = models.ForeignKey(
        "academy.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "organisation"], name="author_named_once")]


class PublicationFile(Orderable):
    """One file of a publication. What is not accessible says why, and what there is instead (BITV 2.0)."""

    page = ParentalKey(PublicationPage, related_name="files")
    document = models.ForeignKey("wagtaildocs.Document", models.PROTECT, related_name="+", verbose_name=_("file"))
    language = models.CharField(_("language"), max_length=10, choices=FileLanguage, default=FileLanguage.DE)
    is_accessible = models.BooleanField(_("accessible"), default=True)
    reason = models.CharField(_("if it is not accessible: why, and what there is instead"), max_length=250, blank=True)

    panels = [
        FieldPanel("document"),
        FieldRowPanel([FieldPanel("language"), FieldPanel("is_accessible")]),
        FieldPanel("reason"),
    ]

    def clean(self) -> None:
        super().clean()
        if not self.is_accessible and not self.reason.strip():
            raise ValidationError({"reason": _("Please say why the file is not accessible and what there is instead.")})

    @property
    def format(self) -> str:
        """The kind of file as people call it: PDF, DOCX."""
        return self.document.file_extension.upper()
