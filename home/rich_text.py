"""Links in rich text, and words of it that are in another language."""

from django.utils.html import escape
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy
from wagtail.admin.rich_text.converters.html_to_contentstate import InlineStyleElementHandler
from wagtail.admin.rich_text.editors.draftail.features import InlineStyleFeature
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


# --- Parts in another language (WCAG 3.1.2) ------------------------------------------------------------------------
MARKED_LANGUAGES = {"de": "Deutsch", "en": "English", "hu": "Magyar", "tr": "Türkçe"}


def register_language_marks(features) -> None:
    """A button for each language: the chosen words get its `lang`, so that they are read out in it."""
    for code, name in MARKED_LANGUAGES.items():
        feature, style = f"lang-{code}", f"LANG-{code.upper()}"
        button = {
            "type": style,
            "label": code.upper(),
            "description": format_lazy("{} {}", gettext_lazy("Language of this part:"), name),
            "element": "span",
        }
        features.register_editor_plugin("draftail", feature, InlineStyleFeature(button))
        features.register_converter_rule(
            "contentstate",
            feature,
            {
                "from_database_format": {f"span[lang='{code}']": InlineStyleElementHandler(style)},
                "to_database_format": {"style_map": {style: {"element": "span", "props": {"lang": code}}}},
            },
        )
