"""What templates of public pages need besides the page itself."""

from django import template
from django.conf import settings
from django.utils.translation import get_language
from wagtail.models import Page

from home import routing

register = template.Library()


@register.filter
def absolute(path):
    """The full address of a path on this site, for search engines and other sites."""
    return f"{settings.BASE_URL.rstrip('/')}{path}"


@register.simple_tag
def page_breadcrumbs(page, start):
    """The way from the start page (called `start`) to this page, for components/breadcrumbs.html."""
    way = [{"title": start, "url": f"/{get_language()}/"}]
    if page.depth > 3:  # below a page that stands below a start page; the start pages have depth 2
        above = (
            Page.objects.ancestor_of(page).filter(depth__gte=3).order_by("depth").only("title", "url_path", "locale_id")
        )
        way += [
            {"title": parent.title, "url": routing.reader_path(parent), "lang": page.words_lang} for parent in above
        ]
    return [*way, {"title": page.title, "url": "", "lang": page.words_lang}]
