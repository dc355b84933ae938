"""Wagtail's admin: reports on languages, and what protects records from editors' deletions."""

from django.contrib import messages
from django.db.models import QuerySet
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from academy.common.protection import protecting_rows

from . import language_reports
from .permissions import can_read_language_reports
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
