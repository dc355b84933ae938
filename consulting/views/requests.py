"""Asking for process facilitation without an account, and what the programme lead makes of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from academy.common.limits import is_within_limit
from consulting import permissions, selectors, services
from consulting.enums import ProcessRole, ProcessState
from consulting.forms import AssignRequestForm, DeclineRequestForm, FacilitationRequestForm, ProcessFormBase
from consulting.models import ProcessRequest

from .common import crumbs, workspace_page

REQUESTS_AN_HOUR = 5
ROWS = 20


# --- From outside --------------------------------------------------------------------------------------------------
@csrf_exempt  # nothing is done in the name of whoever is signed in; a token would need a cookie
@require_http_methods(["GET", "HEAD", "POST"])
def request_facilitation(request: HttpRequest) -> HttpResponse:
    """The public form. Works without login, cookie and script; what was typed is never lost."""
    if request.method != "POST":
        return _request_page(request, FacilitationRequestForm())
    form = FacilitationRequestForm(request.POST)
    if not form.is_valid():
        return _request_page(request, form)
    if not is_within_limit(request, "request_facilitation", limit=REQUESTS_AN_HOUR, seconds=3600):
        form.add_error(
            None, _("Many requests have come from your network in a short time. Please try again in an hour.")
        )
        return _request_page(request, form, status=429)
    try:
        asked = services.request_facilitation(**form.request(), language=get_language(), at=timezone.now())
    except services.ConsultingRefused as refusal:
        form.add_error(None, str(refusal))
        return _request_page(request, form)
    return redirect("consulting:request_thanks", asked.reference)


def _request_page(request: HttpRequest, form: FacilitationRequestForm, *, status: int = 200) -> HttpResponse:
    return render(request, "consulting/request_facilitation.html", {"form": form}, status=status)


@never_cache
@require_safe
def request_thanks(request: HttpRequest, reference: str) -> HttpResponse:
    """The number of the request; nothing of what was written."""
    asked = get_object_or_404(ProcessRequest, reference=reference)
    return render(request, "consulting/request_thanks.html", {"reference": asked.reference})


# --- By the programme lead -----------------------------------------------------------------------------------------
@workspace_page
@require_GET
def request_list(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first, and what is settled. The page does not exist for anybody else."""
    visible = selectors.requests_visible_to(request.user, on=timezone.localdate()).select_related("process")
    if not permissions.can_decide_requests(request.user, on=timezone.localdate()):
        raise Http404
    settled = request.GET.get("show") == "settled"
    page_obj = Paginator(visible.settled() if settled else visible.waiting(), ROWS).get_page(request.GET.get("page"))
    context = {
        "page_obj": page_obj,
        "shows_settled": settled,
        "tabs": [
            {"title": pgettext("requests", "Waiting"), "url": "?", "current": not settled},
            {"title": pgettext("requests", "Settled"), "url": "?show=settled", "current": settled},
        ],
        "breadcrumbs": crumbs(last=_("Requests")),
    }
    return render(request, "consulting/request_list.html", context)


@workspace_page
@require_http_methods(["GET", "HEAD", "POST"])
def process_request(request: HttpRequest, request_id: int) -> HttpResponse:
    """One request, and the two forms that settle it."""
    today = timezone.localdate()
    visible = selectors.requests_visible_to(request.user, on=today)
    asked = get_object_or_404(visible.select_related("process__unit__organisation"), pk=request_id)
    action = request.POST.get("action", "")
    people = selectors.people_for_function(asked.process, ProcessRole.FACILITATOR, on=today)
    decides = permissions.can_decide_requests(request.user, on=today)
    forms: dict[str, ProcessFormBase] = {
        "assign": AssignRequestForm(
            request.POST if action == "assign" else None, prefix="assign", facilitators=people, asked=asked
        ),
        "decline": DeclineRequestForm(request.POST if action == "decline" else None, prefix="decline"),
    }
    if decides and action in forms and forms[action].is_valid() and _settled(request, asked, action, forms[action]):
        return redirect("consulting:request_list")
    is_open = decides and asked.process.state == ProcessState.REQUEST
    context = {
        "asked": asked,
        "facts": _facts(asked),
        "assign_form": forms["assign"] if is_open or (decides and action == "assign") else None,
        "decline_form": forms["decline"] if is_open or (decides and action == "decline") else None,
        "wrong_form": forms.get(action) if decides else None,
        "breadcrumbs": [
            *crumbs(),
            *([{"title": _("Requests"), "url": reverse("consulting:request_list")}] if decides else []),
            {"title": asked.reference},
        ],
    }
    return render(request, "consulting/process_request.html", context)


def _facts(asked: ProcessRequest) -> list[dict]:
    return [
        {"term": _("Organisation"), "value": asked.organisation},
        {"term": _("Unit"), "value": asked.unit},
        {"term": _("Service"), "value": asked.service},
        {"term": _("Contact person, by function"), "value": asked.contact},
        {"term": _("E-mail address"), "value": asked.email or _("erased")},
    ]


def _settled(request: HttpRequest, asked: ProcessRequest, action: str, form: ProcessFormBase) -> bool:
    """Call the service; a refusal stands above the form, which keeps what was typed."""
    acts: dict[str, tuple[Callable[..., Any], str]] = {
        "assign": (services.assign_request, _("The request is taken up. Clarification has begun.")),
        "decline": (services.decline_request, _("The request is turned down. The person who asked reads why.")),
    }
    act, success = acts[action]
    try:
        act(request=asked, **form.cleaned_data, actor=request.user, at=timezone.now())
    except services.ConsultingRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, success)
    return True
