"""Public pages, the search over them, the files that editors upload, and reports on the accessibility."""

import mimetypes
from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from wagtail import views as wagtail_views
from wagtail.documents import get_document_model
from wagtail.documents.views.serve import serve as serve_whole_document
from wagtail.models import Page

from academy.common import films
from academy.common.limits import is_within_limit
from academy.common.links import number_in
from academy.common.registry import registry
from academy.common.search import Found, Query
from academy.common.search import search as search_all

from . import permissions, selectors, services
from .enums import ReportState
from .forms import AnswerReportForm, BarrierReportForm, CloseReportForm, SearchForm
from .models import AccessibilityReport, BasePage
from .routing import SOURCE, find_route, find_stand_in, locale_code, public_path

PUBLIC_MEDIA = ("images/", "original_images/")
REPORTS_AN_HOUR = 20  # from one network address, which a whole office may share
REPORT_ROWS = 20


def serve_page(request: HttpRequest, path: str) -> HttpResponse:
    """Any address that no other part answers: a Wagtail page in the language of the address.

    Where that language has no page there, but German has one, the reader gets its variant (by a redirect to the address
    of its own) or else the German page with a notice. Wagtail would answer a language without a start page with the
    German one and say nothing; that is a 404 here.
    """
    route = find_route(request, path)
    if route is None and (stand_in := find_stand_in(request, path)) is not None:
        variant = stand_in.page.variant_in(get_language()) if isinstance(stand_in.page, BasePage) else None
        if variant is not None:
            entry = stand_in.kwargs.get("entry")
            return _moved_to(request, public_path(variant, get_language()) + (f"{entry}/" if entry else ""))
        request.is_stand_in = True
        route = stand_in
    if route is not None:
        request._wagtail_route_for_request = route
        return _with_language_of(route.page, wagtail_views.serve(request, path))
    other = Page.route_for_request(request, path)
    if other is None or locale_code(other[0].locale_id) != get_language():
        raise Http404
    return wagtail_views.serve(request, path)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything public that has the words of `q`, all of it or one `kind`, page by page."""
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    query = Query.of(text, get_language(), at=timezone.now())
    sources = registry.search_sources
    kind = request.GET.get("kind", "")
    found = search_all(
        query,
        sources=sources.values(),
        kind=kind if kind in sources else "",
        number=number_in(request.GET.get("page", "")) or 1,
    )
    context = {
        "form": form,
        "text": text,
        "query": query,
        "found": found,
        "tabs": _tabs(found, text, kind),
        "in_german": _number_in_german(query) if text and not found.total else 0,
        "breadcrumbs": [{"title": _("Start page"), "url": f"/{get_language()}/"}, {"title": _("Search")}],
    }
    return render(request, "home/search.html", context, status=200 if form.is_valid() else 400)


def _tabs(found: Found, text: str, kind: str) -> list[dict]:
    """All hits and each kind that has some, with their number; none where there is nothing to choose."""
    rows = [("", _("Everything"), sum(number for _source, number in found.kinds))]
    rows += [(source.key, source.label, number) for source, number in found.kinds]
    known = kind if kind in {key for key, _label, _number in rows} else ""
    return [
        {
            "title": label,
            "count": number,
            "url": "?" + urlencode({"q": text, "kind": key} if key else {"q": text}),
            "current": key == known,
        }
        for key, label, number in (rows if len(rows) > 2 else [])
    ]


def _number_in_german(query: Query) -> int:
    """How much a reader of English would find among the German pages."""
    if query.language != "en":
        return 0
    german = replace(query, language=SOURCE)  # with the same memory: what is the same in each language is read once
    return sum(len(list(source.find(german))) for source in registry.search_sources.values())


def _moved_to(request: HttpRequest, path: str) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{path}?{query}" if query else path)


def _with_language_of(page: Page, response: HttpResponse) -> HttpResponse:
    """The header names the language of the words, also where they stand in under another address."""
    response.headers.setdefault("Content-Language", locale_code(page.locale_id))
    return response


@require_safe
def serve_document(request: HttpRequest, document_id: str, filename: str) -> HttpResponseBase:
    """A document, after Wagtail has asked who may read it. Films are sent in the parts that a player asks for."""
    response = serve_whole_document(request, document_id, filename)
    if response.status_code != 200:
        return response
    film = films.film_response(request, get_document_model().objects.get(pk=document_id))
    if film is None:
        return response
    response.close()
    return film


@require_safe
def serve_media(request: HttpRequest, path: str) -> FileResponse:
    """Images of public pages. Documents have a view of their own that asks who may read them."""
    if not path.startswith(PUBLIC_MEDIA) or ".." in path or not default_storage.exists(path):
        raise Http404
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    response = FileResponse(default_storage.open(path), content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "public, max-age=86400"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


# --- Reporting a barrier ------------------------------------------------------------------------------------------
@csrf_exempt  # nothing is done in the name of whoever is signed in; a token would need a cookie (STACK.md 10)
@require_http_methods(["GET", "HEAD", "POST"])
def report_barrier(request: HttpRequest) -> HttpResponse:
    """The form that every page links to. Works without login, cookie and script; what was typed is never lost."""
    if request.method != "POST":
        page = request.GET.get("page", "")[:300]
        return _report_page(request, BarrierReportForm(initial={"page": page if page.startswith("/") else ""}))
    form = BarrierReportForm(request.POST)
    if not form.is_valid():
        return _report_page(request, form)
    if not is_within_limit(request, "report_barrier", limit=REPORTS_AN_HOUR, seconds=3600):
        form.add_error(
            None, _("Many reports have come from your network in a short time. Please try again in an hour.")
        )
        return _report_page(request, form, status=429)
    report = services.report_barrier(**form.cleaned_data, language=get_language(), at=timezone.now())
    return redirect("home:report_thanks", report.reference)


def _report_page(request: HttpRequest, form: BarrierReportForm, *, status: int = 200) -> HttpResponse:
    return render(request, "home/report_barrier.html", {"form": form}, status=status)


@never_cache
@require_safe
def report_thanks(request: HttpRequest, reference: str) -> HttpResponse:
    """The number of the report and until when it is answered; nothing of what was written."""
    report = get_object_or_404(AccessibilityReport, reference=reference)
    return render(request, "home/report_thanks.html", {"report": report})


# --- Answering reports --------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """What is to be done, what is late, and what is over. It does not exist for people who do not answer reports."""
    visible, today = selectors.reports_visible_to(request.user), timezone.localdate()
    if not permissions.can_read_reports(request.user):
        raise Http404
    lists = {"": visible.to_do(), "overdue": visible.overdue(on=today), "closed": visible.closed()}
    titles = {"": _("To do"), "overdue": _("Overdue"), "closed": pgettext("report", "Closed")}
    shown = request.GET.get("show", "")
    shown = shown if shown in lists else ""
    page_obj = Paginator(lists[shown], REPORT_ROWS).get_page(request.GET.get("page"))
    tabs = [
        {
            "title": title,
            "url": f"?show={name}" if name else "?",
            "current": name == shown,
            "count": lists[name].count() if name != "closed" else None,
        }
        for name, title in titles.items()
    ]
    rows = [(report, report.is_overdue(on=today)) for report in page_obj]
    context = {"rows": rows, "page_obj": page_obj, "tabs": tabs, "shown": shown, "breadcrumbs": _crumbs()}
    return render(request, "home/report_list.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_detail(request: HttpRequest, report_id: int) -> HttpResponse:
    """One report: what does not work, what was done, and the forms to answer and to close it."""
    report = get_object_or_404(selectors.reports_visible_to(request.user), pk=report_id)
    action = request.POST.get("action", "")
    forms: dict[str, Form] = {
        "answer": AnswerReportForm(request.POST if action == "answer" else None, prefix="answer"),
        "close": CloseReportForm(request.POST if action == "close" else None, prefix="close"),
    }
    if action in forms and forms[action].is_valid() and _acted(request, report, action, forms[action]):
        return redirect("home:report_list")
    can_answer = permissions.can_answer_reports(request.user)
    context = {
        "report": report,
        "events": selectors.report_events(report),
        "is_overdue": report.is_overdue(on=timezone.localdate()),
        "answer_form": forms["answer"] if can_answer and report.state == ReportState.OPEN and report.email else None,
        "close_form": forms["close"] if can_answer and report.state != ReportState.CLOSED else None,
        "wrong_form": forms.get(action),
        "breadcrumbs": _crumbs(report.reference),
    }
    return render(request, "home/report_detail.html", context)


def _acted(request: HttpRequest, report: AccessibilityReport, action: str, form: Form) -> bool:
    """Call the service; a refusal stands above the form, which keeps what was typed."""
    acts: dict[str, tuple[Callable, str]] = {
        "answer": (services.answer_report, _("The answer is on its way.")),
        "close": (services.close_report, _("The report is closed.")),
    }
    act, success = acts[action]
    try:
        act(report=report, **form.cleaned_data, actor=request.user, at=timezone.now())
    except services.ReportRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, success)
    return True


def _crumbs(last: str = "") -> list[dict[str, str]]:
    trail = [{"title": _("My area"), "url": reverse("academy:my_start")}]
    title = _("Reports on accessibility")
    if not last:
        return [*trail, {"title": title}]
    return [*trail, {"title": title, "url": reverse("home:report_list")}, {"title": last}]
