"""Taking a place, giving it back, and the list of own places."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.enums import ApprovalPolicy, RunStatus
from courses.models import CourseRun
from enrolment import clashes, selectors, services
from enrolment.enums import EnrolmentState
from enrolment.forms import EnrolForm, HandOverForm, WithdrawForm
from enrolment.models import Enrolment
from enrolment.permissions import can_withdraw_place

PAST_PER_PAGE = 20


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest, run_id: int) -> HttpResponse:
    """The form of the course page sends here. A refusal shows it again with what was typed; a place leads to the list.

    GET shows the form alone: whoever had to sign in first goes on from there.
    """
    runs = CourseRun.objects.published().with_titles().with_free_seats()
    run = get_object_or_404(runs.prefetch_related("sessions"), pk=run_id)
    form = EnrolForm(request.POST, run=run) if request.method == "POST" else None
    if form and form.is_valid():
        try:
            place = services.enrol(learner=request.user, run=run, at=timezone.now(), **form.cleaned_data)
        except services.EnrolmentRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _told(place))
            return _to_place(place)
    held = selectors.places_visible_to(request.user).live().filter(run=run).first()
    if held is not None:  # sent twice, or a link from before
        messages.info(request, _("You already have a place on this course."))
        return _to_place(held)
    return _enrol_page(request, run, form or EnrolForm(run=run, initial=_suggestion(request, run)))


def _suggestion(request: HttpRequest, run: CourseRun) -> dict[str, str]:
    if run.approval != ApprovalPolicy.APPROVE:
        return {}
    return {"approver_email": selectors.suggested_approver(request.user, on=timezone.localdate())}


def _enrol_page(request: HttpRequest, run: CourseRun, form: EnrolForm) -> HttpResponse:
    page = run.course.page(get_language())
    state = run.status(at=timezone.now(), free_seats=run.free_seats)
    context = {
        "run": run,
        "form": form,
        "title": page.title if page else run.course.slug,
        "title_lang": page.words_lang if page else "",
        "course_url": page.reader_url if page else "",
        "status": state,
        "is_open": state in (RunStatus.OPEN, RunStatus.FULL),
        "is_full": state == RunStatus.FULL,
        "missing": services.missing_courses(request.user, run.course),
        "clashes": clashes.beside(run, clashes.own_dates(request.user, since=timezone.now())),
    }
    return render(request, "enrolment/enrol.html", context)


def _told(place: Enrolment) -> str:
    """What has just happened, in a sentence; the list below says the rest."""
    return {
        EnrolmentState.CONFIRMED: _("Your place is confirmed. We have sent you a mail with all details."),
        EnrolmentState.WAITLISTED: _("You are on the waiting list. We write to you as soon as a place is yours."),
        EnrolmentState.REQUESTED: _("Your supervisor has been asked. We write to you as soon as there is an answer."),
    }[EnrolmentState(place.state)]


def _to_place(place: Enrolment) -> HttpResponse:
    return redirect(f"{reverse('enrolment:my_places')}#place-{place.pk}")


def _own_place(request: HttpRequest, enrolment_id: int) -> Enrolment:
    places = selectors.places_visible_to(request.user).prefetch_related("run__sessions", "run__course__pages")
    return get_object_or_404(places, pk=enrolment_id)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    """Asks once, after the run's deadline for a reason as well, then gives the place back."""
    place = _own_place(request, enrolment_id)
    if not can_withdraw_place(request.user, place):
        messages.info(request, _("This place has been given back already."))
        return _to_place(place)
    form = WithdrawForm(request.POST or None) if services.is_late(place, at=timezone.now()) else None
    if request.method != "POST" or (form and not form.is_valid()):
        return render(request, "enrolment/withdraw.html", {**_withdraw_context(place), "form": form})
    given = form.cleaned_data if form else {}
    try:
        services.withdraw(enrolment=place, actor=request.user, at=timezone.now(), **given)
    except services.EnrolmentRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("You have given the place back. As long as enrolment is open, you can enrol again.")
        )
    return _to_place(place)


def _withdraw_context(place: Enrolment) -> dict:
    title, label = {
        EnrolmentState.REQUESTED: (_("Withdraw the request?"), _("Withdraw the request")),
        EnrolmentState.WAITLISTED: (_("Leave the waiting list?"), _("Leave the waiting list")),
    }.get(EnrolmentState(place.state), (_("Give the place back?"), _("Give the place back")))
    text = _("You can enrol again as long as enrolment is open, but then you stand behind all who wait.")
    return {**_question(place, title, label, "enrolment:withdraw"), "text": text, "tone": "danger"}


def _question(place: Enrolment, title: str, label: str, url_name: str) -> dict:
    """What a page shows that asks before something happens to a place."""
    return {
        "title": title,
        "facts": [
            {"term": _("Course"), "value": place.run.course.title(get_language())},
            {"term": _("State"), "value": place.get_state_display()},
        ],
        "action_url": reverse(url_name, args=[place.pk]),
        "confirm_label": label,
        "cancel_url": f"{reverse('enrolment:my_places')}#place-{place.pk}",
    }


@login_required
@require_POST
def accept_offer(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    """Takes the place that is kept for the person."""
    place = _own_place(request, enrolment_id)
    try:
        place = services.accept_offer(enrolment=place, actor=request.user, at=timezone.now())
    except services.EnrolmentRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _told(place))
    return _to_place(place)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decline_offer(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    """Asks once, then leaves the place to the next person."""
    place = _own_place(request, enrolment_id)
    if request.method != "POST" and place.state == EnrolmentState.OFFERED:
        question = _question(
            place, _("Leave the place to somebody else?"), _("Leave the place"), "enrolment:decline_offer"
        )
        text = _("The place goes to the next person of the waiting list. You do not stand on the list any more.")
        return render(request, "components/confirm.html", {**question, "text": text, "tone": "danger"})
    try:
        services.decline_offer(enrolment=place, actor=request.user, at=timezone.now())
    except services.EnrolmentRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Thank you for telling us. The place goes to the next person."))
    return _to_place(place)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    """Asks for the colleague's address, then hands the place over."""
    place = _own_place(request, enrolment_id)
    form = HandOverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.substitute(enrolment=place, actor=request.user, at=timezone.now(), **form.cleaned_data)
        except services.EnrolmentRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The place is handed over. Your colleague has been told by mail."))
            return _to_place(place)
    if not place.holds_place:
        messages.info(request, _("Only a confirmed place can be handed over."))
        return _to_place(place)
    question = _question(
        place, _("Hand the place over to a colleague"), _("Hand the place over"), "enrolment:hand_over"
    )
    text = _("Somebody of your organisation takes part instead of you. The waiting list is not touched.")
    return render(request, "components/confirm.html", {**question, "text": text, "form": form})


@login_required
@never_cache
@require_safe
def my_places(request: HttpRequest) -> HttpResponse:
    """Places that are not over, the next date first; below them the others, a page at a time."""
    now = timezone.now()
    current, over = selectors.keys_of_places(request.user, at=now)
    past = Paginator(over, PAST_PER_PAGE).get_page(request.GET.get("page"))
    places = selectors.places_in_detail(request.user, [*current, *past.object_list])
    context = {
        "current": [places[key] for key in current],
        "past": [places[key] for key in past.object_list],
        "past_page": past,
        "now": now,
    }
    return render(request, "enrolment/my_places.html", context)
