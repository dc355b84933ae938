"""Wagtail's admin: what protects records from editors' deletions."""

from django.contrib import messages
from django.db.models import QuerySet
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page

from academy.common.protection import protecting_rows

from .rich_text import ReaderLinkHandler


@hooks.register("register_rich_text_features", order=100)  # after Wagtail's own, which it replaces
def keep_the_reader_in_the_language(features):
    features.register_link_type(ReaderLinkHandler)


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
