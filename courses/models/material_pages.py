"""Steps that bring something along: a file to work with, and the place of a date among the steps."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from academy.common import papers
from courses.enums import Release, StepKind

from .pages import StepPage


class DocumentStepPage(StepPage):
    """A file to read or to fill in, with what stands in it in words: nobody is left out who cannot open it."""

    kind = StepKind.DOCUMENT

    introduction = RichTextField(
        _("introduction"),
        features=["bold", "ul", "ol", "link"],
        blank=True,
        help_text=_("What the file is for, and what to do with it."),
    )
    document = models.ForeignKey(
        "wagtaildocs.Document",
        models.PROTECT,
        related_name="+",
        verbose_name=_("file"),
        null=True,
        help_text=_("PDF, Word, Excel, PowerPoint, OpenDocument or plain text."),
        error_messages={"blank": _("Please choose a file before you publish.")},
    )
    summary = RichTextField(
        _("content in words"),
        features=["bold", "ul", "ol", "link"],
        help_text=_("What stands in the file, so that everybody can follow who cannot open or read it."),
        error_messages={
            "blank": _("Please say in words what stands in the file before you publish: not everybody can open it.")
        },
    )

    template = "courses/step_preview.html"
    content_panels = [
        *Page.content_panels,
        "introduction",
        MultiFieldPanel(["document", "summary"], heading=_("File")),
        *StepPage.step_panels,
    ]

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    @property
    def document_kind(self) -> str:
        """The format of the file, as people call it."""
        return (papers.kind_of(self.document) or "") if self.document else ""

    def clean(self) -> None:
        super().clean()
        if self.document and papers.kind_of(self.document) is None:
            raise ValidationError(
                {
                    "document": _("«%(name)s» is not a document. Please choose one of these kinds: %(kinds)s.")
                    % {"name": self.document.title, "kinds": papers.kinds()}
                }
            )


class SessionStepPage(StepPage):
    """Where a date of the run stands among the steps: the first of these pages is the first date, and so on.

    It is done by having been there. Whether enough was attended is said by the rule of the dates (DOMAIN.md 4), so this
    step is never required, opens at once and counts no minutes of one's own study.
    """

    kind = StepKind.SESSION

    is_required = False
    minutes = 0
    release = Release.AT_ONCE
    release_on = release_days = release_session = release_after = None

    introduction = RichTextField(
        _("introduction"),
        features=["bold", "ul", "ol", "link"],
        blank=True,
        help_text=_("What happens on this date, and what to bring along. When and where is taken from the run."),
    )

    template = "courses/step_preview.html"
    content_panels = [*Page.content_panels, "introduction"]

    class Meta:
        verbose_name = _("date of the run")
        verbose_name_plural = _("dates of the run")
