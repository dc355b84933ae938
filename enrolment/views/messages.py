"""Trainers and the academy office write to the participants of a run. 404 for others."""

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.models import CourseRun
from enrolment import notifications, selectors, services
from enrolment.forms import RunMessageForm

from .teaching import head, run_to_teach, trail

PER_PAGE = 10


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write_message(request: HttpRequest, run_id: int) -> HttpResponse:
    """A form, a preview of the mail, and what was sent so far; only the button on the preview sends."""
    run = run_to_teach(request, run_id)
    step = request.POST.get("step", "")
    if step not in ("preview", "send"):
        typed = {name: request.POST[name] for name in ("audience", "subject", "text", "token") if name in request.POST}
        return _answer(request, run, RunMessageForm(initial={"token": uuid4(), **typed}))
    form = RunMessageForm(request.POST)
    if form.is_valid():
        message = services.written_message(author=request.user, **form.cleaned_data)
        try:
            if step == "send":
                sent = services.send_message(message=message, run=run, at=timezone.now())
                sentence = ngettext(
                    "Your message goes to %(count)d person.", "Your message goes to %(count)d people.", sent.recipients
                )
                messages.success(request, sentence % {"count": sent.recipients})
                return redirect("enrolment:write_message", run.pk)
            recipients = services.check_message(message=message, run=run, at=timezone.now())
        except services.MessageRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            mail = notifications.preview_of(message, run=run)
            return _answer(request, run, form, message=message, mail=mail, recipients=recipients)
    return _answer(request, run, form)


def _answer(request: HttpRequest, run: CourseRun, form: RunMessageForm, **preview) -> HttpResponse:
    here = head(run)
    context = {
        **here,
        **preview,
        "form": form,
        "page_obj": Paginator(selectors.messages_to(run), PER_PAGE).get_page(request.GET.get("page")),
        "breadcrumbs": trail(
            (_("Runs"), reverse("enrolment:teaching")),
            (here["title"], reverse("enrolment:roster", args=[run.pk])),
            (_("Message to participants"), ""),
        ),
    }
    return render(request, "enrolment/write_message.html", context)
