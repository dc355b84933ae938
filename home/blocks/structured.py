"""Blocks that put words in order: quotations, texts to unfold, tables, lists of courses."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock, TypedTableBlockValidationError

from academy.enums import ServiceField

from .media import LanguageBlock
from .plain import LinkedPageBlock, PageLinkValue

NEEDS_CAPTION = _(
    "A table needs a caption before the page is published: it is read out first and says what it is about."
)
NEEDS_HEADINGS = _("Each column of a table needs a heading before the page is published.")


class QuoteBlock(blocks.StructBlock):
    """A sentence of somebody else, in whatever language it was said (WCAG 3.1.2).

    Quotations once were stored as their bare text, and old revisions still are: that reads as one without a language.
    """

    text = blocks.TextBlock(label=_("Quotation"))
    language = LanguageBlock(
        label=_("Language"), required=False, help_text=_("Where it is another one than that of this page.")
    )

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "home/blocks/quote.html"

    @staticmethod
    def stored(raw):
        """The stored value as a struct, also where it is a bare text."""
        return {"text": raw} if isinstance(raw, str) else raw

    def to_python(self, value):
        return super().to_python(self.stored(value))

    def bulk_to_python(self, values):
        return super().bulk_to_python([self.stored(value) for value in values])

    def normalize(self, value):
        return super().normalize(self.stored(value))


class AccordionItemBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=150)
    text = blocks.RichTextBlock(label=_("Text"), features=["bold", "ul", "ol", "link", "document-link"])

    class Meta:
        icon = "list-ul"
        label = pgettext_lazy("block", "Text to unfold")


class AccordionBlock(blocks.StructBlock):
    """Texts under their titles, each unfolded by those who need it; without script."""

    heading = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)
    items = blocks.ListBlock(AccordionItemBlock(), label=_("Texts"), min_num=1, max_num=30)

    class Meta:
        icon = "list-ul"
        label = _("Texts to unfold")
        template = "home/blocks/accordion.html"


class TableBlock(TypedTableBlock):
    """A table with a caption and headings. The first column heads its row; on a phone each row becomes a card."""

    text = blocks.CharBlock(label=_("Text"), required=False, max_length=250)
    number = blocks.CharBlock(label=_("Number"), required=False, max_length=40)
    rich_text = blocks.RichTextBlock(label=_("Text with links"), required=False, features=["bold", "link"])

    class Meta:
        icon = "table"
        label = _("Table")
        template = "home/blocks/table.html"

    def clean(self, table):
        table = super().clean(table)
        if self.is_deferred_validation:
            return table
        missing = []
        if not (table.caption or "").strip():
            missing.append(ValidationError(NEEDS_CAPTION))
        if not table.columns or not all(column["heading"].strip() for column in table.columns):
            missing.append(ValidationError(NEEDS_HEADINGS))
        if missing:
            raise TypedTableBlockValidationError(non_block_errors=missing)
        return table

    def get_context(self, value, parent_context=None):
        """The table as `components/table.html` takes it."""
        rows = [[_cell(cell) for cell in row] for row in value.rows]
        headers = [column["heading"] for column in value.columns]
        return {**super().get_context(value, parent_context=parent_context), "headers": headers, "rows": rows}


def _cell(cell) -> dict:
    text = cell.render() if cell.block.name == "rich_text" else cell.value
    return {"text": text or "–", "numeric": cell.block.name == "number"}


class CourseListBlock(blocks.StructBlock):
    """Courses as cards with their next date and free seats, always fresh: chosen ones, or those of a topic."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    courses = blocks.ListBlock(
        blocks.PageChooserBlock(page_type="courses.CoursePage", label=_("Course")),
        label=_("Chosen courses"),
        default=[],
        max_num=12,
        help_text=_("In this order. Left empty, the next courses are shown."),
    )
    topic = blocks.ChoiceBlock(
        label=_("Topic"),
        choices=ServiceField.choices,
        required=False,
        help_text=_("Counts where no course is chosen. Left empty: courses of all topics."),
    )
    count = blocks.IntegerBlock(label=_("How many"), default=3, min_value=1, max_value=12)
    page = LinkedPageBlock(label=_("Page with all courses"), required=False)
    link = blocks.CharBlock(label=_("Words of the link to it"), required=False, max_length=80)

    class Meta:
        icon = "openquote"
        label = _("List of courses")
        template = "home/blocks/courses.html"
        value_class = PageLinkValue
