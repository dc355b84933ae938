"""Scans of signed lists: attaching one and reading it. 404 for whoever does not keep the list."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from academy.common.moments import span
from academy.common.uploads import UploadRefused, kept_file
from courses.models import Session
from enrolment import selectors, services
from enrolment.forms import SignedListForm
from enrolment.models import SignedList

from .teaching import run_to_teach, trail

CONTENT_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def attach_signed_list(request: HttpRequest, run_id: int, session_id: int) -> HttpResponse:
    """The scan, and a reason where it replaces one of a closed list."""
    run = run_to_teach(request, run_id)
    session = get_object_or_404(Session.objects.select_related("run", "attendance_list"), run=run, pk=session_id)
    back = reverse("enrolment:attendance", args=[run.pk, session.pk])
    needs_reason = selectors.list_is_closed(session) and session.signed_lists.exists()
    is_sent = request.method == "POST"
    form = SignedListForm(request.POST if is_sent else None, request.FILES or None, needs_reason=needs_reason)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            services.attach_signed_list(
                session=session,
                file=file.file,
                name=file.name,
                reason=form.cleaned_data.get("reason", ""),
                actor=request.user,
                at=timezone.now(),
            )
        except (UploadRefused, services.AttendanceRefused) as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("The signed list is attached."))
            return redirect(back)
    context = {
        "form": form,
        "when": span(session.starts_at, session.ends_at),
        "cancel_url": back,
        "breadcrumbs": trail(
            (_("Runs"), reverse("enrolment:teaching")), (_("Attendance"), back), (_("Signed list"), "")
        ),
    }
    return render(request, "enrolment/attach_signed_list.html", context)


@login_required
@never_cache
@require_safe
def signed_list(request: HttpRequest, run_id: int, session_id: int, list_id: int) -> HttpResponseBase:
    """The file itself: saved, never opened in the site's own rights."""
    run = run_to_teach(request, run_id)
    scan = get_object_or_404(SignedList, session__run=run, session=session_id, pk=list_id)
    day = timezone.localdate(scan.added_at)
    name = f"teilnahmeliste-{scan.session_id}-{day:%Y-%m-%d}.{scan.kind}"
    return kept_file(scan.file, name=name, content_type=CONTENT_TYPES[scan.kind])
