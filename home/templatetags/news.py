"""The news as pages show them. Selectors read; the templates only show."""

from django import template
from django.utils.translation import gettext as _

from home import selectors
from home.listing import ListView, view_of

register = template.Library()


@register.simple_tag(takes_context=True)
def news_list(context, page) -> ListView:
    """The sheet of the list that the address asks for, with a tab for each year."""
    return view_of(selectors.news, page, context["request"], all_label=_("All news"))


@register.simple_tag
def latest_news(count: int) -> list:
    """The newest entries in the current language."""
    return selectors.latest_news(count=count)
