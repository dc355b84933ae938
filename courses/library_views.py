"""Reports in Wagtail's admin: the installed H5P libraries; the technical administration installs and deletes them."""

from typing import IO, Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.log_actions import log

from academy.common.rows import csv_file, xlsx_file

from . import permissions
from .forms import LibrariesForm
from .h5p import services as h5p
from .h5p.models import Library
from .h5p.reports import LibraryLine, library_lines

HELD_FOR = 60 * 60  # seconds in which a checked package can be installed
FILES = {"csv": csv_file, "xlsx": xlsx_file}


@require_safe
def library_report(request: HttpRequest) -> HttpResponse:
    """Every library in every version, with the exercises that play with it; the file has what is shown."""
    if not permissions.can_read_libraries(request.user):
        raise PermissionDenied
    lines = library_lines()
    only = request.GET.get("only", "")
    kept = {"outdated": lambda line: line.is_outdated, "unused": lambda line: not line.is_used}
    shown = [line for line in lines if kept[only](line)] if only in kept else lines
    export = request.GET.get("export", "")
    if export in FILES:
        return FILES[export](f"h5p-libraries.{export}", _head(), [_cells(line) for line in shown])
    context = {
        "lines": shown,
        "count": len(lines),
        "only": only if only in kept else "",
        "outdated": sum(line.is_outdated for line in lines),
        "unused": sum(not line.is_used for line in lines),
        "may_install": permissions.can_install_libraries(request.user),
    }
    return render(request, "courses/admin/library_report.html", context)


def _head() -> list[str]:
    return [
        *(_("Title"), _("Library"), _("Version"), _("Content type"), _("Installed"), _("State"), _("Used by")),
        *(_("Needed by"), "SHA-256"),
    ]


def _cells(line: LibraryLine) -> list[str]:
    row = line.row
    state = _("out of date") if line.is_outdated else "" if line.is_used else _("not used")
    return [
        *(row.title, row.machine_name, row.version, _("yes") if row.is_runnable else _("no")),
        *(f"{localtime(row.installed_at):%Y-%m-%d %H:%M}", state),
        *("; ".join(title for _pk, title in line.contents), "; ".join(line.dependents), row.sha256),
    ]


# --- Installing ----------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def library_upload(request: HttpRequest) -> HttpResponse:
    """Check a package and say what it would install; nothing is installed before that is confirmed."""
    if not permissions.can_install_libraries(request.user):
        raise PermissionDenied
    form = LibrariesForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["package"]
        try:
            context["planned"] = planned = h5p.planned_libraries(file=file)
        except h5p.PackageRefused as refusal:
            form.refuse([str(error) for error in refusal.errors])
        else:
            if any(part.is_to_install for part in planned):
                context["held"] = _hold(file, request.user)
    return render(request, "courses/admin/library_upload.html", context)


@require_http_methods(["POST"])
def library_install(request: HttpRequest) -> HttpResponse:
    """Install what was checked and confirmed."""
    if not permissions.can_install_libraries(request.user):
        raise PermissionDenied
    name = _held(request.POST.get("held", ""), request.user)
    try:
        installed = h5p.install_held_libraries(name=name, at=timezone.now()) if name else None
    except h5p.PackageRefused as refusal:
        for error in refusal.errors:
            messages.error(request, str(error))
        return redirect("library_upload")
    if installed is None:
        messages.error(request, _("The checked package is no longer there. Please upload it again."))
        return redirect("library_upload")
    for row in installed:
        log(instance=row, action="wagtail.create", user=request.user, title=f"{row.title} {row.version}")
    sentence = ngettext("%(count)d library was installed.", "%(count)d libraries were installed.", len(installed))
    messages.success(request, sentence % {"count": len(installed)})
    return redirect("library_report")


def _hold(file: IO[bytes], user) -> str:
    return signing.dumps([h5p.hold_package(file=file), user.pk], salt="library-upload")


def _held(signed: str, user) -> str | None:
    try:
        name, owner = signing.loads(signed, salt="library-upload", max_age=HELD_FOR)
    except signing.BadSignature:
        return None
    return name if owner == user.pk else None


@require_http_methods(["GET", "HEAD", "POST"])
def library_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask before a library goes that nothing uses."""
    if not permissions.can_install_libraries(request.user):
        raise PermissionDenied
    row = get_object_or_404(Library.objects.defer("semantics"), pk=pk)
    if request.method == "POST":
        title = f"{row.title} {row.version}"
        try:
            with transaction.atomic():
                log(instance=row, action="wagtail.delete", user=request.user, title=title, deleted=True)
                h5p.delete_library(row=row)
        except h5p.LibraryRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("«%(title)s» was deleted.") % {"title": title})
        return redirect("library_report")
    return render(request, "courses/admin/library_delete.html", {"row": row})
