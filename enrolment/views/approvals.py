"""The supervisor's answer, by the link in the mail."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from enrolment import services
from enrolment.forms import AnswerForm
from enrolment.models import Approval


@csrf_exempt  # the token in the address alone gives the right to answer, no cookie does; so nobody can borrow one
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, token: str) -> HttpResponse:
    """Shows the five facts of DOMAIN.md 0.4 and takes the answer, once. Works without an account and a cookie."""
    try:
        approval = services.approval_for_token(token=token)
    except services.ApprovalRefused as refusal:
        return _page(request, "enrolment/approval_over.html", {"reason": str(refusal)}, status=404)
    form = AnswerForm(request.POST or None)
    try:
        services.check_answerable(approval, at=timezone.now())
        if request.method == "POST" and form.is_valid():
            answered = services.decide_approval(
                approval=approval, agrees=form.agrees, reason=form.cleaned_data["reason"], at=timezone.now()
            )
            return _page(request, "enrolment/approval_done.html", {"approval": answered, "agrees": form.agrees})
    except services.ApprovalRefused as refusal:
        return _page(request, "enrolment/approval_over.html", {"reason": str(refusal)}, status=410)
    return _page(request, "enrolment/approve.html", {**_facts(approval), "form": form})


def _facts(approval: Approval) -> dict:
    """Name, released title, dates, hours, costs: nothing else (DOMAIN.md 0.4, S1)."""
    run = approval.enrolment.run
    return {
        "approval": approval,
        "name": str(approval.enrolment.learner),
        "title": run.course.outward_title(get_language()),
        "sessions": list(run.sessions.all()),
        "scope": run.course.scope_text(),
    }


def _page(request: HttpRequest, template: str, context: dict, *, status: int = 200) -> HttpResponse:
    """The address is a secret: no search engine, and no other site by a referrer, gets to know it.

    Whoever is signed in counts for nothing here, so the page does not show it; a browser that sends no referrer could
    not sign out from here either.
    """
    request.user = AnonymousUser()
    response = render(request, template, context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
