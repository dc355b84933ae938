"""The accessibility statement, with every part that the law asks for."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index

from home import review
from home.enums import Conformance, GapReason, ReviewMethod

from .base import BasePage
from .editing import EASY_PANEL


class GapBlock(blocks.StructBlock):
    """Something that is not accessible, why, and what people use instead."""

    what = blocks.TextBlock(label=_("What is not accessible"))
    reason = blocks.ChoiceBlock(label=_("Reason"), choices=[(reason.value, reason.label) for reason in GapReason])
    why = blocks.TextBlock(label=_("Explanation"), help_text=_("Who cannot use it, and by when it is repaired."))
    instead = blocks.TextBlock(label=_("What helps until then"), required=False)

    class Meta:
        icon = "warning"
        label = _("Gap")


class AccessibilityStatementPage(BasePage):
    """The statement of one website in one language (BITV 2.0 § 7, BIKTG Bln § 5, Decision (EU) 2018/1523).

    In Leichte Sprache it is told in its own words; the parts of the law stand on the German page.
    """

    purpose = "statement"  # by this header and footer know it
    is_always_in_footer = True

    lead = models.TextField(_("lead"), blank=True, help_text=_("Which website this is, and who runs it."))
    in_brief = RichTextField(
        _("in plain words"),
        blank=True,
        features=["h2", "bold", "ul", "link"],
        help_text=_("What works well and what does not, in a few short sentences. In Leichte Sprache the whole text."),
    )
    conformance = models.CharField(_("result"), max_length=10, choices=Conformance, default=Conformance.PARTIAL)
    gaps = StreamField([("gap", GapBlock())], verbose_name=_("what is not accessible"), blank=True)
    method = models.CharField(_("method"), max_length=10, choices=ReviewMethod, default=ReviewMethod.SELF)
    method_text = RichTextField(_("how it was assessed"), blank=True, features=["bold", "ul", "link", "document-link"])
    prepared_on = models.DateField(_("prepared on"), null=True, blank=True)
    reviewed_on = models.DateField(
        _("last reviewed on"),
        null=True,
        blank=True,
        help_text=_(
            "The day on which somebody last compared the website with this text. Eleven months later you are reminded."
        ),
    )
    contact = models.TextField(
        _("who answers"), blank=True, help_text=_("Body, address, e-mail and phone, a line each, beside the form.")
    )
    enforcement_name = models.CharField(_("enforcement body"), max_length=200, blank=True)
    enforcement_text = models.TextField(_("what it does"), blank=True)
    enforcement_url = models.URLField(_("address of the enforcement body"), blank=True)

    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    content_panels = [
        *Page.content_panels,
        "lead",
        "in_brief",
        MultiFieldPanel(
            [FieldPanel("conformance"), FieldPanel("gaps")], heading=_("What is accessible and what is not")
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("prepared_on"), FieldPanel("reviewed_on")]),
                FieldPanel("method"),
                FieldPanel("method_text"),
            ],
            heading=_("How the statement was made"),
        ),
        MultiFieldPanel([FieldPanel("contact")], heading=_("Feedback")),
        MultiFieldPanel(
            [FieldPanel("enforcement_name"), FieldPanel("enforcement_text"), FieldPanel("enforcement_url")],
            heading=_("Enforcement"),
        ),
    ]
    settings_panels = [*Page.settings_panels, EASY_PANEL]
    search_fields = [*Page.search_fields, index.SearchField("lead"), index.SearchField("in_brief")]

    class Meta:
        verbose_name = _("accessibility statement")
        verbose_name_plural = _("accessibility statements")

    def clean(self):
        """A statement must say what the law asks for, and its parts must fit together."""
        super().clean()
        if self.locale_id is None or self.is_easy:
            return
        needed = ("prepared_on", "reviewed_on", "contact", "enforcement_name", "enforcement_text", "enforcement_url")
        errors = {name: _("The law asks for this part.") for name in needed if not getattr(self, name)}
        if bool(self.gaps) == (self.conformance == Conformance.FULL):
            errors["gaps"] = _("Name what is not accessible, or say that the website is fully accessible: not both.")
        if self.prepared_on and self.reviewed_on and self.reviewed_on < self.prepared_on:
            errors["reviewed_on"] = _("The review cannot lie before the day on which the statement was prepared.")
        if errors:
            raise ValidationError(errors)

    @property
    def gaps_by_reason(self) -> list[tuple[str, list]]:
        """The gaps below the reasons of the law, in its order; reasons without gaps are left out."""
        groups = [
            (reason.label, [gap.value for gap in self.gaps if gap.value["reason"] == reason]) for reason in GapReason
        ]
        return [(label, gaps) for label, gaps in groups if gaps]

    @property
    def contact_lines(self) -> list[str]:
        return [line.strip() for line in self.contact.splitlines() if line.strip()]

    @property
    def templates_reviewed_on(self) -> date:
        """When the software itself was last reviewed, whatever the statement says about this website."""
        return review.TEMPLATES_REVIEWED_ON

    @property
    def next_review_on(self) -> date | None:
        return review.months_later(self.reviewed_on, review.TOO_OLD_AFTER) if self.reviewed_on else None
