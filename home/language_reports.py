"""Reports for editors: translations older than their source, and how far Leichte Sprache is."""

from urllib.parse import urlencode

import polib
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Page

from academy.common import easy_wording, mail_wording
from academy.common.rows import csv_file

from . import services
from .enums import TranslationState
from .models import EASY_LANGUAGE
from .permissions import can_read_language_reports
from .translations import Coverage, Row, easy_coverage, translation_rows

PER_FILTER = ("language", "state", "type")


@require_safe
def translation_report(request: HttpRequest) -> HttpResponse:
    """Each German page in each language; filters stand in the address, and the file has what is shown."""
    rows = _readable_rows(request)
    chosen = {name: request.GET.get(name, "") for name in PER_FILTER}
    shown = [row for row in rows if _fits(row, chosen)]
    if request.GET.get("export") == "csv":
        return _as_file(shown)
    kept = {name: value for name, value in chosen.items() if value}
    context = {
        "rows": [_line(row) for row in shown],
        "counts": [(state.label, sum(row.state == state for row in rows)) for state in TranslationState],
        "filters": _filters(rows, chosen),
        "is_filtered": bool(kept),
        "export_url": f"{request.path}?{urlencode({**kept, 'export': 'csv'})}",
    }
    return render(request, "home/admin/translation_report.html", context)


@require_safe
def easy_report(request: HttpRequest) -> HttpResponse:
    """Pages, courses and mails in Leichte Sprache: what is missing, older than German, or not checked."""
    rows = [row for row in _readable_rows(request) if row.language == EASY_LANGUAGE]
    mails, missing_mails = _mails()
    lines = [*easy_coverage(rows), mails]
    gaps = [row for row in rows if row.state != TranslationState.CURRENT or not row.is_checked]
    context = {
        "lines": lines,
        "total": _sum(lines),
        "gaps": [_line(row) for row in gaps],
        "missing_mails": missing_mails,
    }
    return render(request, "home/admin/easy_report.html", context)


@require_POST
def create_easy_draft(request: HttpRequest, page_id: int) -> HttpResponse:
    """Copy a German page that the person may change into a draft in Leichte Sprache, and open it for rewriting."""
    if page_id not in {row.page_id for row in _readable_rows(request)}:
        raise Http404
    page = get_object_or_404(Page, pk=page_id).specific
    try:
        draft = services.create_easy_draft(page=page, actor=request.user)
    except services.EasyDraftRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("easy_report")
    messages.success(request, _("The draft holds the German words. Rewrite them before you publish it."))
    return redirect("wagtailadmin_pages:edit", draft.pk)


def _readable_rows(request: HttpRequest) -> list[Row]:
    if not can_read_language_reports(request.user):
        raise PermissionDenied
    return translation_rows(request.user)


def _fits(row: Row, chosen: dict[str, str]) -> bool:
    own = {"language": row.language, "state": row.state.value, "type": str(row.type_id)}
    return all(not value or own[name] == value for name, value in chosen.items())


def _filters(rows: list[Row], chosen: dict[str, str]) -> list[dict]:
    languages = [(code, name) for code, name in settings.LANGUAGES if code in {row.language for row in rows}]
    types = sorted({(str(row.type_id), row.type_label) for row in rows}, key=lambda pair: pair[1].lower())
    options = {"language": languages, "state": TranslationState.choices, "type": types}
    labels = {"language": _("Language"), "state": _("State"), "type": _("Type")}
    return [
        {
            "name": name,
            "label": labels[name],
            "options": [(value, label, value == chosen[name]) for value, label in options[name]],
        }
        for name in PER_FILTER
    ]


def _line(row: Row) -> dict:
    return {
        "row": row,
        "edit_url": reverse("wagtailadmin_pages:edit", args=[row.edit_id]),
        "source_url": reverse("wagtailadmin_pages:edit", args=[row.page_id]),
        "lacks_easy": row.language == EASY_LANGUAGE and row.variant_id is None,
    }


def _as_file(rows: list[Row]) -> HttpResponse:
    head = [_("Page"), _("Type"), _("Language"), _("State"), _("German published"), _("Variant published")]
    lines = (
        (
            *(row.title, row.type_label, row.language_name, row.state.label),
            *(_moment(row.published_at), _moment(row.variant_published_at)),
        )
        for row in rows
    )
    return csv_file("translations.csv", head, lines)


def _moment(moment) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def _mails() -> tuple[Coverage, list[str]]:
    """How many mails have easy words for everything that they say, and the titles of the others."""
    known = {entry.msgid for entry in polib.pofile(str(settings.ROOT / easy_wording.CATALOGUE)) if not entry.obsolete}
    every = mail_wording.mails()
    easy = [mail for mail in every if mail.messages <= known]
    unchecked = 0 if easy_wording.wording_is_checked() else len(easy)
    missing = [mail.title for mail in every if mail not in easy]
    return Coverage(_("mails"), len(every), len(easy), older=0, unchecked=unchecked), missing


def _sum(lines: list[Coverage]) -> Coverage:
    sums = (sum(getattr(line, name) for line in lines) for name in ("total", "published", "older", "unchecked"))
    return Coverage(_("All together"), *sums)
