"""The news for feed readers."""

from collections.abc import Iterable
from datetime import datetime, time

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed

from academy.common.funding import funding
from academy.common.links import absolute

from . import routing


class NewsFeed(Feed):
    """The entries of one index, in its language. `pages` are given, so that the feed asks nothing itself."""

    feed_type = Atom1Feed

    def __init__(self, index, pages: Iterable):
        self.index, self.pages = index, pages
        self.language = "de" if index.is_easy else index.language

    def title(self) -> str:
        return f"{self.index.title} – {settings.WAGTAIL_SITE_NAME}"

    def subtitle(self) -> str:
        return self.index.lead

    def link(self) -> str:
        return absolute(routing.public_path(self.index, self.index.language))

    def feed_url(self) -> str:
        return absolute(self.index.feed_url)

    def feed_copyright(self) -> str:
        """What is handed out names who pays (F1)."""
        return funding(self.index.language).line

    def items(self) -> Iterable:
        return self.pages

    def item_title(self, page) -> str:
        return page.title

    def item_description(self, page) -> str:
        return page.lead

    def item_link(self, page) -> str:
        return absolute(routing.public_path(page, self.index.language))

    def item_pubdate(self, page):
        return datetime.combine(page.published_on, time(12), timezone.get_default_timezone())

    def item_updateddate(self, page):
        return page.last_published_at


def news_feed(index, pages: Iterable, request: HttpRequest) -> HttpResponse:
    """The feed of these entries of the index as Atom."""
    return NewsFeed(index, pages)(request)
