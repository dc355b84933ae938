"""The delivery log of a run: which mails went to whom, and what became of them. For the academy office alone."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from academy import services as outbox
from academy.enums import MailState
from academy.models import OutgoingMail
from courses.models import CourseRun
from enrolment import notifications, permissions, selectors, services

from .teaching import head, run_to_teach, trail

PER_PAGE = 25


@login_required
@never_cache
@require_safe
def run_mails(request: HttpRequest, run_id: int) -> HttpResponse:
    """Kind, recipient, state, tries and last error of each mail, the latest one first; never what it says."""
    run = _run(request, run_id)
    chosen = request.GET.get("state", "")
    mails = selectors.mails_about(run)
    counts = selectors.mail_counts(mails)
    shown = mails.filter(state=chosen) if chosen in MailState else mails
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    at = timezone.now()
    here = head(run)
    context = {
        **here,
        "page_obj": page,
        "lines": [
            {
                "mail": mail,
                "kind": notifications.kind_of(mail.key),
                "is_again": outbox.AGAIN in mail.key,
                "can_retry": outbox.can_be_retried(mail, at=at),
                "can_resend": outbox.can_be_resent(mail),
            }
            for mail in page
        ],
        "tabs": [
            {
                "title": state.label if state else _("all"),
                "url": f"?state={state}" if state else request.path,
                "current": state == chosen or (not state and chosen not in MailState),
                "count": counts.get(state, 0) if state else sum(counts.values()),
            }
            for state in ("", *MailState)
        ],
        "query": request.GET.urlencode(),
        "breadcrumbs": trail(
            (_("Runs"), reverse("enrolment:teaching")),
            (here["title"], reverse("enrolment:roster", args=[run.pk])),
            (_("Mails"), ""),
        ),
    }
    return render(request, "enrolment/run_mails.html", context)


@login_required
@require_POST
def retry_mail(request: HttpRequest, run_id: int, mail_id: int) -> HttpResponse:
    run, mail = _mail(request, run_id, mail_id)
    if outbox.retry_mail(mail=mail, actor=request.user, at=timezone.now()):
        messages.success(request, _("The mail is being sent once more."))
    else:
        messages.info(request, _("There is nothing to try again: the mail has been sent, or waits for its turn."))
    return _back(request, run)


@login_required
@require_POST
def resend_mail(request: HttpRequest, run_id: int, mail_id: int) -> HttpResponse:
    run, mail = _mail(request, run_id, mail_id)
    try:
        again = services.resend_mail(mail=mail, actor=request.user, at=timezone.now())
    except outbox.MailRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The same mail goes to %(address)s once more.") % {"address": again.address})
    return _back(request, run)


def _run(request: HttpRequest, run_id: int) -> CourseRun:
    run = run_to_teach(request, run_id)
    if not permissions.can_read_delivery_log(request.user):
        raise Http404
    return run


def _mail(request: HttpRequest, run_id: int, mail_id: int) -> tuple[CourseRun, OutgoingMail]:
    run = _run(request, run_id)
    return run, get_object_or_404(selectors.mails_about(run), pk=mail_id)


def _back(request: HttpRequest, run: CourseRun) -> HttpResponse:
    """To the list as it was filtered."""
    address = reverse("enrolment:run_mails", args=[run.pk])
    query = QueryDict(request.POST.get("query", ""))
    kept = "&".join(f"{name}={query[name]}" for name in ("state", "page") if query.get(name, "").isalnum())
    return redirect(f"{address}?{kept}" if kept else address)
