"""Reports for editors in Wagtail's admin."""

from functools import cached_property

from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, LocaleColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail.permissions import policy_registry

from .dead_links import DeadLink, dead_links

EDITING = ["add", "change", "publish"]


def pages_to_check(user):
    """The published pages that this person may change."""
    mine = policy_registry.get_by_type(Page).instances_user_has_any_permission_for(user, EDITING)
    return mine.filter(live=True)


class DeadLinksReport(ReportView):
    """Published pages with links to a page or document that is gone or not published."""

    page_title = _("Dead links")
    header_icon = "link"
    model = Page
    index_url_name = "home_dead_links"
    index_results_url_name = "home_dead_links_results"
    any_permission_required = EDITING
    is_searchable = False

    @cached_property
    def found(self) -> dict[int, list[DeadLink]]:
        return dead_links(pages_to_check(self.request.user).specific().iterator(chunk_size=200))

    def get_base_queryset(self):
        return Page.objects.filter(pk__in=self.found).order_by("path")

    list_export: list[str] = []

    @cached_property
    def columns(self):
        return [
            TitleColumn(
                "title", label=_("Title"), accessor="get_admin_display_title", url_name="wagtailadmin_pages:edit"
            ),
            LocaleColumn(label=_("Language")),
            Column("dead", label=_("What leads to nothing"), accessor=self._sentences),
        ]

    def _sentences(self, page):
        return format_html_join("", "<p>{}</p>", ((dead.sentence,) for dead in self.found[page.pk]))
