"""Wagtail's admin: what editors are told before they publish or delete, and reports."""

from django.contrib import messages
from django.db.models import QuerySet
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page
from wagtail.permissions import policy_registry

from academy.common.protection import protecting_rows

from . import language_reports, services
from .dead_links import dead_links
from .models import BasePage
from .models.publishing import what_draft_lacks
from .permissions import can_read_language_reports
from .reports import EDITING, DeadLinksReport
from .rich_text import ReaderLinkHandler, register_language_marks


class ReportMenuItem(MenuItem):
    """Shown to whoever may open it."""

    def is_shown(self, request):
        return can_read_language_reports(request.user)


@hooks.register("register_admin_urls")
def report_addresses():
    return [
        path("reports/languages/", language_reports.translation_report, name="translation_report"),
        path("reports/easy/", language_reports.easy_report, name="easy_report"),
        path("reports/easy/<int:page_id>/draft/", language_reports.create_easy_draft, name="create_easy_draft"),
    ]


@hooks.register("register_reports_menu_item")
def translation_report_in_the_menu():
    name = "wagtail-localize-language"
    return ReportMenuItem(gettext_lazy("Translations"), reverse("translation_report"), icon_name=name, order=50)


@hooks.register("register_reports_menu_item")
def easy_report_in_the_menu():
    label = gettext_lazy("Leichte Sprache")
    return ReportMenuItem(label, reverse("easy_report"), icon_name="clipboard-list", order=51)


@hooks.register("register_rich_text_features", order=100)  # after Wagtail's own, which it replaces
def keep_the_reader_in_the_language(features):
    features.register_link_type(ReaderLinkHandler)


hooks.register("register_rich_text_features", register_language_marks)


@hooks.register("before_publish_page")
@hooks.register("after_edit_page")
def say_that_the_check_was_taken_back(request, page):
    """Other words than those that the target group has checked: the page is labelled as a draft again (A6)."""
    if getattr(page, "easy_check_was_taken_back", False):
        messages.warning(
            request,
            _(
                "The words of this page have changed since they were checked. It is labelled as a draft again, "
                "until you enter a new check under «Settings»."
            ),
        )


@hooks.register("before_delete_page")
def say_what_stands_on_the_page(request, page):
    """A page that records point at cannot be deleted; the editor reads which (STACK.md 9)."""
    return _refusal(request, Page.objects.filter(pk__in=page.get_descendants(inclusive=True)), page)


@hooks.register("before_bulk_action")
def say_what_stands_on_the_pages(request, action_type, objects, action):
    if action_type != "delete" or action.models != [Page]:
        return None
    below = Page.objects.none()
    for page in objects:
        below = below | Page.objects.descendant_of(page, inclusive=True)
    return _refusal(request, below, objects[0] if objects else None)


def _refusal(request, pages: QuerySet[Page], origin: Page | None):
    found = protecting_rows(pages)
    if not found:
        return None
    messages.error(
        request,
        _(
            "This page cannot be deleted, because records of the academy stand on it: %(what)s. "
            "You can unpublish it instead."
        )
        % {"what": ", ".join(found)},
    )
    return redirect("wagtailadmin_explore", origin.get_parent().pk) if origin else redirect("wagtailadmin_home")


# --- Publishing ----------------------------------------------------------------------------------------------------
@hooks.register("register_log_actions")
def name_what_happened(actions):
    actions.register_action(
        services.REFUSED,
        gettext_lazy("Refuse to publish an incomplete page"),
        gettext_lazy("Not published on its date, because something was missing"),
    )


@hooks.register("before_bulk_action")
def say_what_is_missing(request, action_type, objects, action):
    """Wagtail publishes many pages one after the other; what is not complete is named before the first of them."""
    if action_type != "publish" or action.models != [Page]:
        return None
    pages = list(objects)
    if request.POST.get("include_descendants"):
        pages += [draft for page in objects for draft in page.get_descendants().not_live()]
    own = [page for page in pages if issubclass(page.specific_class, BasePage)]
    gaps = [(page, sentence) for page in own for sentence in what_draft_lacks(page)]
    if not gaps:
        return None
    for page, sentence in gaps:
        messages.error(request, f"{page.get_admin_display_title()}: {sentence}")
    return redirect("wagtailadmin_explore", objects[0].get_parent().pk)


# --- Links to nothing ----------------------------------------------------------------------------------------------
@hooks.register("before_edit_page")
def say_which_links_lead_to_nothing(request, page):
    """Whoever opens a page reads which of its links lead to nothing; saving and publishing stay possible."""
    if request.method != "GET":
        return
    draft = page.get_latest_revision_as_object()
    for dead in dead_links([draft]).get(draft.pk, []):
        messages.warning(request, dead.sentence)


@hooks.register("register_admin_urls")
def dead_links_addresses():
    return [
        path("reports/dead-links/", DeadLinksReport.as_view(), name="home_dead_links"),
        path(
            "reports/dead-links/results/",
            DeadLinksReport.as_view(results_only=True),
            name="home_dead_links_results",
        ),
    ]


class DeadLinksMenuItem(MenuItem):
    def is_shown(self, request):
        return policy_registry.get_by_type(Page).user_has_any_permission(request.user, EDITING)


@hooks.register("register_reports_menu_item")
def dead_links_menu_item():
    address = reverse("home_dead_links")
    return DeadLinksMenuItem(gettext_lazy("Dead links"), address, name="dead-links", icon_name="link", order=1050)
