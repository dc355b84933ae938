"""The page about the funded project (DOMAIN.md 6, F3) and its poster for venues (F7)."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from home import routing
from home.blocks import BodyBlock
from home.poster import printing

from .base import BasePage
from .editing import EASY_PANEL, PublishingForm

LINES = [("line", blocks.CharBlock(max_length=160, label=_("Line")))]


class ProjectPage(RoutablePageMixin, BasePage):
    """What the funder asks to be public: short description, aims, results and the support by the Union.

    All of it must be there before the page can be published (Regulation (EU) 2021/1060, Art. 50(1)(a)). The aims and
    results are plain lines, so that the poster can print them.
    """

    summary = models.TextField(
        _("short description"),
        max_length=700,
        help_text=_("What the project does and for whom, in three or four sentences."),
        error_messages={"blank": _("Please describe the project before you publish: the funder asks for it.")},
    )
    aims = StreamField(
        LINES,
        verbose_name=_("aims"),
        max_num=5,
        help_text=_("Up to five; they are printed on the poster."),
    )
    results = StreamField(
        LINES,
        verbose_name=_("results"),
        max_num=5,
        help_text=_("What has been reached, or what is expected. Up to five; they are printed on the poster."),
    )
    eu_support = models.TextField(
        _("support by the European Union"),
        max_length=500,
        help_text=_("What the Union pays for, in one or two sentences."),
        error_messages={
            "blank": _("Please say what the European Union supports before you publish: the funder asks for it.")
        },
    )
    programme = models.CharField(
        _("programme"),
        max_length=200,
        help_text=_("For example: Asylum, Migration and Integration Fund (AMIF) 2021–2027."),
        error_messages={"blank": _("Please name the programme before you publish.")},
    )
    co_funder = models.CharField(
        _("co-funder"),
        max_length=200,
        help_text=_("Named exactly as in the grant decision."),
        error_messages={"blank": _("Please name the co-funder before you publish.")},
    )
    starts_on = models.DateField(
        _("first day"), null=True, error_messages={"blank": _("Please give the first day before you publish.")}
    )
    ends_on = models.DateField(
        _("last day"), null=True, error_messages={"blank": _("Please give the last day before you publish.")}
    )
    eu_amount = models.DecimalField(
        _("amount from the European Union (euros)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    body = StreamField(BodyBlock(), verbose_name=_("more content"), blank=True)

    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        "summary",
        "aims",
        "results",
        MultiFieldPanel(
            [
                FieldPanel("eu_support"),
                FieldPanel("programme"),
                FieldPanel("co_funder"),
                FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on"), FieldPanel("eu_amount")]),
            ],
            heading=_("Support"),
        ),
        "body",
    ]
    settings_panels = [*Page.settings_panels, "show_in_footer", EASY_PANEL]
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("aims"),
        index.SearchField("results"),
        index.SearchField("eu_support"),
        index.SearchField("body"),
    ]
    base_form_class = PublishingForm

    class Meta:
        verbose_name = _("project page")
        verbose_name_plural = _("project pages")

    def clean(self) -> None:
        super().clean()
        if isinstance(self.starts_on, date) and isinstance(self.ends_on, date) and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day lies before the first day.")})

    @property
    def poster_url(self) -> str:
        return f"{routing.public_path(self, self.language)}poster/"

    @property
    def poster_pdf_url(self) -> str:
        return f"{self.poster_url}pdf/"

    @path("poster/")
    def poster(self, request: HttpRequest) -> HttpResponse:
        """The poster to look at and to print from the browser."""
        return render(request, "home/project_poster.html", {**self.get_context(request), **printing.picture(self)})

    @path("poster/pdf/")
    def poster_pdf(self, request: HttpRequest) -> HttpResponse:
        """The poster as an accessible PDF, for venues that have it printed."""
        with translation.override(self.language):
            pdf = printing.poster_pdf(self)
        response = HttpResponse(pdf, content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="poster-{self.slug}-a3.pdf"'
        return response
