"""The supervisor's answer: by the link in the mail, or in the own workspace. Both show the same five facts."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from academy.common.moments import span
from academy.common.rows import csv_file
from academy.enums import Role
from academy.models import User
from academy.permissions import has_role
from enrolment import selectors, services
from enrolment.enums import EnrolmentState
from enrolment.forms import AnswerForm, DeputyForm
from enrolment.models import Approval

from .teaching import trail

COUNCIL, PASS_ON = "council", "pass_on"
PER_PAGE = 20


@csrf_exempt  # the token in the address alone gives the right to answer, no cookie does; so nobody can borrow one
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, token: str) -> HttpResponse:
    """Shows the five facts of DOMAIN.md 0.4 and takes the answer, once. Works without an account and a cookie."""
    try:
        approval = services.approval_for_token(token=token)
    except services.ApprovalRefused as refusal:
        return _page(request, "enrolment/approval_over.html", {"reason": str(refusal)}, status=404)
    try:
        services.check_answerable(approval, at=timezone.now())
        turn = _take_turn(request, approval, actor=None)
    except services.ApprovalRefused as refusal:
        return _page(request, "enrolment/approval_over.html", {"reason": str(refusal)}, status=410)
    if turn.answered:
        return _page(request, "enrolment/approval_done.html", {"approval": turn.answered, "agrees": turn.form.agrees})
    if turn.has_changed:
        return _page(request, "", {})
    return _page(request, "enrolment/approve.html", {**facts_of(approval), **turn.forms()})


@dataclass
class Turn:
    """What came of one request to the page of a question: an answer, a change, or the forms to show (again)."""

    form: AnswerForm
    deputy_form: DeputyForm
    answered: Approval | None = None
    has_changed: bool = False

    def forms(self) -> dict:
        return {"form": self.form, "deputy_form": self.deputy_form}


def _take_turn(request: HttpRequest, approval: Approval, *, actor: User | None) -> Turn:
    """Do what the pressed button asks for. Raises ApprovalRefused where the question is over."""
    wanted, at = request.POST.get("answer", ""), timezone.now()
    is_answer = request.method == "POST" and wanted not in (COUNCIL, PASS_ON)
    turn = Turn(
        AnswerForm(request.POST if is_answer else None), DeputyForm(request.POST if wanted == PASS_ON else None)
    )
    if wanted == COUNCIL:
        services.involve_council(approval=approval, actor=actor, at=at)
        turn.has_changed = True
    elif wanted == PASS_ON and turn.deputy_form.is_valid():
        turn.has_changed = _pass_on(turn.deputy_form, approval, actor=actor)
    elif is_answer and turn.form.is_valid():
        reason = turn.form.cleaned_data["reason"]
        turn.answered = services.decide_approval(
            approval=approval, agrees=turn.form.agrees, reason=reason, actor=actor, at=at
        )
    return turn


def _pass_on(form: DeputyForm, approval: Approval, *, actor: User | None) -> bool:
    """Whether the deputy is asked now; what is refused about the address is said beside its field."""
    address = form.cleaned_data["deputy_email"]
    try:
        services.name_deputy(approval=approval, email=address, actor=actor, at=timezone.now())
    except services.DeputyRefused as refusal:
        form.add_error("deputy_email", str(refusal))
        return False
    return True


def facts_of(approval: Approval) -> dict:
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
    """The address is a secret: no search engine, and no other site by a referrer, gets to know it. Without a template
    the browser is sent to the same page once more.

    Whoever is signed in counts for nothing here, so the page does not show it; a browser that sends no referrer could
    not sign out from here either.
    """
    request.user = AnonymousUser()
    response = render(request, template, context, status=status) if template else redirect(request.path)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


# --- The workspace -----------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """Open questions to the own address, and what became of the others. 404 for who is no approver and never asked."""
    if not has_role(request.user, Role.APPROVER) and not selectors.requests_visible_to(request.user).exists():
        raise Http404
    at = timezone.now()
    waiting = selectors.requests_to_answer(request.user, at=at)
    open_page = _paged(request, waiting, "open")
    done_page = _paged(request, selectors.requests_answered(request.user), "page")
    context = {
        "open_page": open_page,
        "open_items": [_item(approval) for approval in open_page],
        "done_page": done_page,
        "done": [facts_of(approval) for approval in done_page],
        "kept_days": settings.APPROVER_DAYS,
        "has_council": waiting.filter(council_since__isnull=False).exists(),
        "breadcrumbs": trail((_("Requests for your approval"), "")),
    }
    return render(request, "enrolment/approvals.html", context)


def _paged(request: HttpRequest, rows, param: str):
    return Paginator(selectors.with_approval_facts(rows), PER_PAGE).get_page(request.GET.get(param))


def _item(approval: Approval) -> dict:
    facts = facts_of(approval)
    item = {
        "title": _("%(name)s: %(course)s") % {"name": facts["name"], "course": facts["title"]},
        "url": reverse("enrolment:approval_request", args=[approval.pk]),
        "meta": facts["scope"],
        "due": approval.expires_at,
        "icon": "mail",
    }
    if approval.council_since:
        item |= {"state": "council", "label": _("staff council involvement in progress")}
    return item


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def approval_request(request: HttpRequest, approval_id: int) -> HttpResponse:
    """One question, answered with the own account. 404 for everybody who was not asked."""
    asked = selectors.with_approval_facts(selectors.requests_visible_to(request.user))
    approval = get_object_or_404(asked, pk=approval_id)
    try:
        services.check_answerable(approval, at=timezone.now())
        turn = _take_turn(request, approval, actor=request.user)
    except services.ApprovalRefused as refusal:
        messages.info(request, str(refusal))
        return redirect("enrolment:approvals")
    if turn.answered:
        messages.success(request, _("Your answer has been saved. The person is told at once."))
        return redirect("enrolment:approvals")
    if turn.has_changed:
        messages.success(request, _("Your entry has been saved. The person is told at once."))
        return redirect("enrolment:approval_request", approval.pk)
    way = trail((_("Requests for your approval"), reverse("enrolment:approvals")), (_("Request"), ""))
    context = {**facts_of(approval), **turn.forms(), "breadcrumbs": way, "with_account": True}
    return render(request, "enrolment/approve.html", context)


@login_required
@never_cache
@require_safe
def council_list(request: HttpRequest) -> HttpResponse:
    """What the staff council needs of the open questions it is involved in: the five facts, and nothing else."""
    waiting = selectors.requests_to_answer(request.user, at=timezone.now()).filter(council_since__isnull=False)
    if not waiting.exists():
        raise Http404
    head = [_("Name"), _("Course"), _("Dates"), _("Scope"), _("Costs")]
    lines = (_council_line(facts_of(approval)) for approval in selectors.with_approval_facts(waiting))
    return csv_file("personalrat.csv", head, lines)


def _council_line(facts: dict) -> tuple[str, ...]:
    dates = "; ".join(span(session.starts_at, session.ends_at) for session in facts["sessions"])
    return facts["name"], facts["title"], dates or _("Whenever it suits"), facts["scope"], _("free of charge")


# --- The applicant -----------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def name_deputy(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    """The applicant names who can answer while the supervisor is away."""
    places = selectors.places_visible_to(request.user).filter(state=EnrolmentState.REQUESTED)
    place = get_object_or_404(places.prefetch_related("run__course__pages"), pk=enrolment_id)
    approval = place.approvals.filter(decision="").first()
    back = f"{reverse('enrolment:my_places')}#place-{place.pk}"
    form = DeputyForm(request.POST or None)
    try:
        if request.method == "POST" and form.is_valid() and _pass_on(form, approval, actor=request.user):
            messages.success(request, _("The deputy has been asked by mail. The first answer counts."))
            return redirect(back)
    except services.ApprovalRefused as refusal:
        messages.info(request, str(refusal))
        return redirect(back)
    context = {
        "title": _("Name a deputy"),
        "text": _("Is your supervisor away? A deputy can answer instead, by a link of their own."),
        "facts": [{"term": _("Course"), "value": place.run.course.title(get_language())}],
        "form": form,
        "action_url": reverse("enrolment:name_deputy", args=[place.pk]),
        "confirm_label": _("Ask the deputy"),
        "cancel_url": back,
    }
    return render(request, "components/confirm.html", context)
