"""What search engines may know of: every public page in every language, and what stands in its place in the others."""

from collections import defaultdict
from urllib.parse import urlsplit

from wagtail.contrib.sitemaps import Sitemap
from wagtail.models import Page

from academy.common.links import absolute

from . import routing


class PublicPages(Sitemap):
    """The live pages without access rules below the start page of each language: a query, and one for each type.

    The entries of a page are its own (`get_sitemap_urls`): a list of statements names each of them, a step none.
    """

    def items(self) -> list[Page]:
        roots = routing.site_map()["roots"].get(self.get_wagtail_site().pk, {})
        pages = Page.objects.none()
        for path in roots.values():
            pages |= Page.objects.filter(url_path__startswith=path)
        return list(pages.live().public().order_by("path").defer_streamfields().specific())

    def get_urls(self, page=1, site=None, protocol=None) -> list[dict]:
        pages = self.paginator.page(page).object_list
        entries = {one: self._entries(one) for one in pages}
        variants: dict[object, list[dict]] = defaultdict(list)
        for one, found in entries.items():
            if found:
                code = routing.locale_code(one.locale_id)
                variants[one.translation_key].append({"lang_code": code, "location": found[0]["location"]})
        for one, found in entries.items():
            if found and len(variants[one.translation_key]) > 1:
                found[0]["alternates"] = variants[one.translation_key]
        return [entry for found in entries.values() for entry in found]

    def _entries(self, page: Page) -> list[dict]:
        page._state.fields_cache["locale"] = routing.site_map()["locales"].get(page.locale_id) or page.locale
        found = page.get_sitemap_urls(self.request)
        return [{**entry, "location": absolute(urlsplit(entry["location"]).path)} for entry in found]
