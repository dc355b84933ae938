"""Links in rich text."""

from django.utils.html import escape
from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler

from .routing import reader_path


class ReaderLinkHandler(PageLinkHandler):
    """A link to a page of ours keeps the reader in the language of the address; one query for all links of a text.

    A page that is not published is no link, so that nobody is led to nothing.
    """

    @classmethod
    def get_many(cls, attrs_list):
        wanted = [attrs.get("id") for attrs in attrs_list]
        pages = Page.objects.filter(pk__in=wanted, live=True).only("url_path", "locale_id")
        found = {str(page.pk): page for page in pages}
        return [found.get(str(pk)) for pk in wanted]

    @classmethod
    def expand_db_attributes_many(cls, attrs_list):
        pages = cls.get_many(attrs_list)
        return [f'<a href="{escape(reader_path(page))}">' if page else "<a>" for page in pages]
