"""What the pages of a process share: finding it, the form page, and answering after a service was called."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from academy.common.uploads import UploadRefused
from consulting import permissions, selectors, services
from consulting.forms import ProcessFormBase
from consulting.models import Process
from consulting.permissions import Rights


def workspace_page(view):
    """A page for signed-in people that no cache keeps."""
    return wraps(view)(login_required(never_cache(view)))


def visible_process(request: HttpRequest, process_id: int) -> tuple[Process, Rights]:
    """The process with the person's rights in it; 404 where it does not exist for them."""
    today = timezone.localdate()
    found = selectors.processes_visible_to(request.user, on=today).with_timetable()
    process = get_object_or_404(found, pk=process_id)
    return process, permissions.rights_in(request.user, process, on=today)


def changeable_process(request: HttpRequest, process_id: int) -> tuple[Process, Rights]:
    """The process for somebody who may change it; who may only look is told so."""
    process, rights = visible_process(request, process_id)
    if not rights.can_change:
        raise PermissionDenied
    return process, rights


def require_writer(request: HttpRequest, process: Process) -> None:
    """Only facilitation and the process group write barriers and measures."""
    if not permissions.can_write_barriers(request.user, process, on=timezone.localdate()):
        raise PermissionDenied


def posted(request: HttpRequest):
    """What a form is bound to: what was sent, be it nothing at all, or None while it is only shown."""
    return request.POST if request.method == "POST" else None


def crumbs(process: Process | None = None, last: str = "") -> list[dict[str, str]]:
    trail = [
        {"title": _("My area"), "url": reverse("academy:my_start")},
        {"title": _("Process facilitations"), "url": reverse("consulting:process_list")},
    ]
    if process is not None:
        trail.append({"title": process.title, "url": process.get_absolute_url()})
    return [*trail, {"title": last}] if last else trail


def crumbs_to(
    request: HttpRequest, process: Process, part: dict[str, str], thing: dict[str, str], last: str = ""
) -> list[dict[str, str]]:
    """The way to a thing that lies in a part of the process, such as its register. Who sees the thing alone, by
    evidence of their own, is not told of the process.
    """
    seen = selectors.processes_visible_to(request.user, on=timezone.localdate()).filter(pk=process.pk).exists()
    trail = [*crumbs(process), part] if seen else crumbs()[:-1]
    return [*trail, thing, {"title": last}] if last else [*trail, {"title": thing["title"]}]


def answer(request: HttpRequest, act: Callable[[], Any], *, success: str, back: str) -> HttpResponse:
    """Call a service and go back with what became of it."""
    try:
        act()
    except services.ConsultingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, success)
    return redirect(back)


def form_page(
    request: HttpRequest,
    *,
    form: ProcessFormBase,
    act: Callable[[dict[str, Any]], Any],
    success: str,
    back: str,
    title: str,
    submit_label: str,
    process: Process | None = None,
    **context: Any,
) -> HttpResponse:
    """Show a form; when it is sent and valid call the service with its values. A refusal stands above the form."""
    if request.method == "POST" and form.is_valid():
        try:
            result = act(form.cleaned_data)
        except services.ConsultingRefused as refusal:
            form.add_error(None, str(refusal))
        except UploadRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, success)
            return redirect(back or result)
    page = {
        "form": form,
        "title": title,
        "submit_label": submit_label,
        "process": process,
        "cancel_url": back or reverse("consulting:process_list"),
        "breadcrumbs": crumbs(process, title),
        **context,
    }
    return render(request, "consulting/process_form.html", page)
