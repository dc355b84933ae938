"""Blocks of words and links."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.models import Page

from home import routing
from home.enums import CardIcon
from home.loop import loop_drawing

LANGUAGE_FEATURES = ["lang-de", "lang-en", "lang-hu", "lang-tr"]  # home/rich_text.py draws the buttons
RICH_TEXT = ["h2", "h3", "bold", "ul", "ol", "link", "document-link", "blockquote"]


class TextBlock(blocks.RichTextBlock):
    """Rich text in which words may be marked with the language that they are in.

    Migrations know it as Wagtail's own block: which buttons an editor has is no matter of the database.
    """

    def __init__(self, features=None, **kwargs):
        super().__init__(features=[*(features or []), *LANGUAGE_FEATURES], **kwargs)

    def deconstruct(self):
        args, kwargs = self._constructor_args
        return "wagtail.blocks.RichTextBlock", args, kwargs


class LinkedPageBlock(blocks.PageChooserBlock):
    """A page to lead to. All pages that the blocks of one page lead to are read in one query.

    Migrations know it as Wagtail's own block, as they do with `TextBlock`.
    """

    def bulk_to_python(self, values):
        known = routing.linked_pages(values)
        return [known.get(key) for key in values]

    def deconstruct(self):
        args, kwargs = self._constructor_args
        return "wagtail.blocks.PageChooserBlock", args, kwargs


class ActionValue(blocks.StructValue):
    """A call to action, with its address at hand."""

    @property
    def url(self) -> str:
        """Where it leads: the page as long as it is published, else the address; empty where it leads nowhere."""
        return page_url(self.get("page")) or self.get("address", "")


def page_url(page: Page | None) -> str:
    """The address of a chosen page in the reader's language, without a query; empty while it is not published."""
    return routing.reader_path(page) if page and page.live else ""


class FactsBlock(blocks.StructBlock):
    """Pairs of a label and a value."""

    heading = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)
    facts = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("label", blocks.CharBlock(label=_("Label"), max_length=80)),
                ("value", blocks.CharBlock(label=_("Value"), max_length=250)),
            ]
        ),
        label=_("Facts"),
    )

    class Meta:
        icon = "list-ul"
        label = _("Facts")
        template = "home/blocks/facts.html"

    def get_context(self, value, parent_context=None):
        rows = [(fact["label"], fact["value"]) for fact in value["facts"]]
        return {**super().get_context(value, parent_context=parent_context), "rows": rows}


class CallToActionBlock(blocks.StructBlock):
    """One link that stands out: to a page of ours or to an address."""

    label = blocks.CharBlock(label=_("Label"), max_length=80)
    page = LinkedPageBlock(label=_("Page"), required=False)
    address = blocks.CharBlock(label=_("Address"), required=False, max_length=250)

    class Meta:
        icon = "arrow-right"
        label = _("Call to action")
        template = "home/blocks/call_to_action.html"
        value_class = ActionValue


class PageLinkValue(blocks.StructValue):
    """A block with a page to go to, with its address at hand."""

    @property
    def url(self) -> str:
        return page_url(self.get("page"))


class StrandBlock(blocks.StructBlock):
    """One of the things that the academy does, as a card that leads to its page."""

    icon = blocks.ChoiceBlock(label=_("Symbol"), choices=[(icon.value, icon.label) for icon in CardIcon])
    title = blocks.CharBlock(label=_("Title"), max_length=80)
    text = blocks.TextBlock(label=_("Text"), max_length=300)
    page = LinkedPageBlock(label=_("Page"), required=False)

    class Meta:
        icon = "doc-full"
        label = pgettext_lazy("block", "Card")
        value_class = PageLinkValue


class StrandsBlock(blocks.StructBlock):
    """Cards that lead to the main parts of the site."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    cards = blocks.ListBlock(StrandBlock(), label=pgettext_lazy("block", "Cards"), min_num=1, max_num=6)

    class Meta:
        icon = "grip"
        label = _("Cards of the main parts")
        template = "home/blocks/strands.html"


class NextRunsBlock(blocks.StructBlock):
    """The next training dates with their free seats, always fresh."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    count = blocks.IntegerBlock(label=_("How many"), default=3, min_value=1, max_value=6)
    page = LinkedPageBlock(label=_("Page with all dates"), required=False)
    link = blocks.CharBlock(label=_("Words of the link to it"), required=False, max_length=80)

    class Meta:
        icon = "date"
        label = _("Next training dates")
        template = "home/blocks/next_runs.html"
        value_class = PageLinkValue


class LatestStatementBlock(blocks.StructBlock):
    """The newest published statement with what became of its recommendations, always fresh."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    link = blocks.CharBlock(label=_("Words of the link to all statements"), required=False, max_length=80)

    class Meta:
        icon = "openquote"
        label = _("Latest statement")
        template = "home/blocks/latest_statement.html"


class LatestNewsBlock(blocks.StructBlock):
    """The newest entries of the news, always fresh."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    count = blocks.IntegerBlock(label=_("How many"), default=3, min_value=1, max_value=6)
    page = blocks.PageChooserBlock(label=_("Page with all news"), required=False, page_type="home.NewsIndexPage")
    link = blocks.CharBlock(label=_("Words of the link to it"), required=False, max_length=80)

    class Meta:
        icon = "list-ul"
        label = _("Latest news")
        template = "home/blocks/latest_news.html"
        value_class = PageLinkValue


class LoopStationBlock(blocks.StructBlock):
    strand = blocks.CharBlock(label=_("Where it happens"), max_length=40)
    title = blocks.CharBlock(label=_("Title"), max_length=40)
    text = blocks.TextBlock(label=_("Text"), max_length=250)

    class Meta:
        icon = "redirect"
        label = _("Station")


class LoopBlock(blocks.StructBlock):
    """How things hang together: stations of which the last leads back to the first. Drawn, and told as a list."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    text = blocks.TextBlock(label=_("Text"), required=False, max_length=400)
    stations = blocks.ListBlock(LoopStationBlock(), label=_("Stations"), min_num=3, max_num=8)

    class Meta:
        icon = "rotate"
        label = pgettext_lazy("block", "Loop")
        template = "home/blocks/loop.html"

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        titles = [station["title"] for station in value["stations"]]
        return {**context, "drawing": loop_drawing(titles)}
