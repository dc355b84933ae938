"""StreamField blocks that every page type shares."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

RICH_TEXT = ["h2", "h3", "bold", "ul", "ol", "link", "document-link", "blockquote"]


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


class CallToActionBlock(blocks.StructBlock):
    """One link that stands out: to a page of ours or to an address."""

    label = blocks.CharBlock(label=_("Label"), max_length=80)
    page = blocks.PageChooserBlock(label=_("Page"), required=False)
    address = blocks.CharBlock(label=_("Address"), required=False, max_length=250)

    class Meta:
        icon = "arrow-right"
        label = _("Call to action")
        template = "home/blocks/call_to_action.html"


class BodyBlock(blocks.StreamBlock):
    """What an editor may put on a content page."""

    text = blocks.RichTextBlock(label=_("Text"), features=RICH_TEXT, template="home/blocks/text.html")
    image = ImageBlock(label=_("Image"), template="home/blocks/image.html")
    quote = blocks.BlockQuoteBlock(label=_("Quotation"), template="home/blocks/quote.html")
    facts = FactsBlock()
    notice = blocks.TextBlock(label=_("Notice"), icon="warning", template="home/blocks/notice.html")
    action = CallToActionBlock()
