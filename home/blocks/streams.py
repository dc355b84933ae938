"""What editors may put on a page."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .media import DownloadBlock, PictureBlock, VideoBlock
from .plain import (
    RICH_TEXT,
    CallToActionBlock,
    FactsBlock,
    LatestNewsBlock,
    LatestStatementBlock,
    LoopBlock,
    NextRunsBlock,
    StrandsBlock,
    TextBlock,
)
from .structured import AccordionBlock, CourseListBlock, QuoteBlock, TableBlock


class BodyBlock(blocks.StreamBlock):
    """What an editor may put on a content page."""

    text = TextBlock(label=_("Text"), features=RICH_TEXT, template="home/blocks/text.html")
    image = PictureBlock(label=_("Image"), template="home/blocks/image.html")
    video = VideoBlock()
    download = DownloadBlock()
    quote = QuoteBlock()
    facts = FactsBlock()
    accordion = AccordionBlock()
    table = TableBlock()
    notice = blocks.TextBlock(label=_("Notice"), icon="warning", template="home/blocks/notice.html")
    action = CallToActionBlock()
    courses = CourseListBlock()


class HomeBodyBlock(BodyBlock):
    """What the start page has besides."""

    strands = StrandsBlock()
    next_runs = NextRunsBlock()
    latest_statement = LatestStatementBlock()
    latest_news = LatestNewsBlock()
    loop = LoopBlock()


ACTIONS = [("action", CallToActionBlock())]
