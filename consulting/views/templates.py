"""The template of a process: in what a newer version differs, and taking over what is ticked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from consulting import selectors, services
from consulting.forms import TakeOverForm
from consulting.models import Process, ProcessTemplate

from .common import changeable_process, crumbs, posted, workspace_page


@workspace_page
def process_template(request: HttpRequest, process_id: int) -> HttpResponse:
    """Show the newer version, in words, and take over what facilitation or the programme lead ticks."""
    process, rights = changeable_process(request, process_id)
    newer = None if process.is_over else selectors.newer_template_of(process)
    changes = selectors.template_changes(process, newer, on=timezone.localdate()) if newer else []
    possible = [change for change in changes if not change.blocked]
    form = None
    if newer or request.method == "POST":
        initial = {"version": newer.pk if newer else ""}
        form = TakeOverForm(posted(request), changes=possible, initial=initial)
        if request.method == "POST" and form.is_valid() and _take_over(request, process, form):
            return redirect(reverse("consulting:process_template", args=[process.pk]))
    context = {
        "process": process,
        "rights": rights,
        "newer": newer,
        "form": form if newer else None,
        "refusals": form.non_field_errors() if form and not newer else [],
        "blocked": [change for change in changes if change.blocked],
        "possible": possible,
        "breadcrumbs": crumbs(process, _("Template")),
    }
    return render(request, "consulting/process_template.html", context)


def _take_over(request: HttpRequest, process: Process, form: TakeOverForm) -> bool:
    given = form.cleaned_data
    try:
        services.take_over_changes(
            process=process,
            shown=_shown(given["version"]),
            chosen=given["changes"],
            settle=given["settle"],
            actor=request.user,
            at=timezone.now(),
        )
    except services.ConsultingRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Done. What was taken over stands in the log."))
    return True


def _shown(text: str) -> ProcessTemplate | None:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    return ProcessTemplate.objects.filter(pk=number).first()
