"""What lists and course pages show of the visitor's own places. The lower app names this by its tag (DESIGN.md 4)."""

from datetime import datetime

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from academy.enums import Role
from academy.selectors import roles_of
from courses.enums import ApprovalPolicy, RunStatus
from courses.models import Course, CourseRun, Seat
from courses.models.pages import published_catalogues
from enrolment import clashes, selectors, services
from enrolment.enums import CompletionResult, EnrolmentState, PromotionOutcome
from enrolment.forms import EnrolForm
from enrolment.models import Enrolment

register = template.Library()


class OwnPlaces:
    """The visitor's live places and the supervisor to suggest: each read once for a page, and only when needed."""

    def __init__(self, user):
        self.user = user
        self._places: dict[int, Enrolment] | None = None
        self._approver: str | None = None
        self._dates: list[clashes.OwnDate] | None = None
        self._missing: dict[int, list[Course]] = {}

    def on(self, run: CourseRun) -> Enrolment | None:
        if self._places is None:
            self._places = selectors.live_places(self.user)
        return self._places.get(run.pk)

    def dates_beside(self, run: CourseRun) -> list[clashes.OwnDate]:
        """The person's own dates at the same time as one of the run's."""
        if not self._places:
            return []
        if self._dates is None:
            self._dates = clashes.own_dates(self.user, since=timezone.now())
        return clashes.beside(run, self._dates)

    def missing_for(self, run: CourseRun) -> list[Course]:
        """The courses that the person has to complete before; nothing is read where the page knows of none."""
        if not getattr(run, "builds_on_others", True):
            return []
        if run.course_id not in self._missing:
            self._missing[run.course_id] = services.missing_courses(self.user, run.course)
        return self._missing[run.course_id]

    def form_for(self, run: CourseRun) -> EnrolForm:
        given = {}
        if run.approval == ApprovalPolicy.APPROVE:
            if self._approver is None:
                self._approver = selectors.suggested_approver(self.user, on=timezone.localdate())
            given["approver_email"] = self._approver
        return EnrolForm(run=run, initial=given, auto_id=f"run-{run.pk}-%s")


def own_places(request) -> OwnPlaces:
    if not hasattr(request, "_own_places"):
        request._own_places = OwnPlaces(request.user)
    return request._own_places


@register.inclusion_tag("enrolment/_your_place.html", takes_context=True)
def your_place(context, run: CourseRun) -> dict:
    """The visitor's place on the run, or the way to one: a form, a link to sign in, or why there is none."""
    request = context["request"]
    status = _status(run)
    shown = {"run": run, "request": request, "status": status, "is_open": status in (RunStatus.OPEN, RunStatus.FULL)}
    if not request.user.is_authenticated:
        return {**shown, "back": f"{request.path}#run-{run.pk}"}
    own = own_places(request)
    place = own.on(run)
    if place is None and shown["is_open"]:
        missing = own.missing_for(run)
        if missing:
            return {**shown, "user": request.user, "missing": missing}
        way_in = {"form": own.form_for(run), "is_full": status == RunStatus.FULL, "clashes": own.dates_beside(run)}
        return {**shown, "user": request.user, **way_in}
    return {**shown, "user": request.user, "place": place}


@register.inclusion_tag("enrolment/_interest.html", takes_context=True)
def interest_in(context, course_id: int, runs: list[dict]) -> dict:
    """The list of interested people, where one can enrol on none of the runs that the page shows."""
    if any(_status(entry["run"]) in (RunStatus.OPEN, RunStatus.FULL) for entry in runs):
        return {"shown": False}
    request = context["request"]
    entry = selectors.open_interests(request.user).filter(course=course_id).first()
    back = f"{request.path}#dates"
    return {
        "shown": True,
        "course_id": course_id,
        "entry": entry,
        "user": request.user,
        "back": back,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/tabs.html", takes_context=True)
def own_tabs(context) -> dict:
    """The pages of the own area, above each of them."""
    path, start = context["request"].path, reverse("academy:my_start")
    pages = [
        (start, _("Overview")),
        (reverse("enrolment:my_places"), _("Places")),
        (reverse("enrolment:my_calendar"), _("Calendar")),
        (reverse("enrolment:my_certificates"), _("Certificates")),
        (reverse("enrolment:my_record"), _("Learning record")),
        (reverse("account_email"), _("Account")),
    ]
    if Role.ORGANISATION_CONTACT in roles_of(context["request"].user):
        pages.insert(-1, (reverse("enrolment:organisation"), _("My organisation")))
    tabs = [
        {"title": title, "url": url, "current": path == url or (url != start and path.startswith(url))}
        for url, title in pages
    ]
    return {"tabs": tabs, "label": _("My area")}


@register.simple_tag
def catalogue_url() -> str:
    """The list of courses in the language of the page, else in German; empty where there is none."""
    pages = {page.language: page for page in published_catalogues()}
    page = pages.get(get_language()) or pages.get("de")
    return page.reader_url if page else ""


@register.simple_tag
def course_link(course: Course) -> dict[str, str]:
    """Title and address of a course, and the language of the title where it is not that of the page."""
    page = course.page(get_language())
    if page is None:
        return {"title": course.slug, "url": "", "lang": ""}
    return {"title": page.title, "url": page.reader_url, "lang": page.words_lang}


@register.simple_tag
def place_standing(place: Enrolment, is_over: bool = False) -> dict:
    """State and label of a place from `places_in_detail`; of a confirmed one what came of it, or that it is over."""
    completion = getattr(place, "completion", None)
    if place.state == EnrolmentState.CONFIRMED and completion and completion.revoked_at is None:
        result = CompletionResult(completion.result)
        return {"state": result, "label": result.label}
    if place.state == EnrolmentState.CONFIRMED and is_over:
        return {"state": "ended", "label": pgettext("place", "over")}
    return {"state": place.state, "label": place.get_state_display()}


@register.simple_tag
def outcome_words(outcome: str) -> str:
    """What the latest look at the waiting list meant for the reader."""
    return _("The last look at the list: %(outcome)s.") % {"outcome": PromotionOutcome(outcome).label}


@register.filter
def can_be_given_back(place: Enrolment, now: datetime) -> bool:
    """What the service will say, as far as the page can know; the service has the last word."""
    return place.is_live and all(session.starts_at > now for session in list(place.run.sessions.all())[-1:])


@register.filter
def has_date_to_come(place: Enrolment, now: datetime) -> bool:
    return any(session.ends_at > now for session in place.run.sessions.all())


@register.filter
def can_be_taken_again(place: Enrolment, now: datetime) -> bool:
    return not place.is_live and place.run.is_open_for_enrolment(at=now)


def _status(run: CourseRun) -> RunStatus:
    """As the list that shows the run has worked it out; else from the run itself."""
    known = getattr(run, "status_now", None)
    if known is not None:
        return RunStatus(known)
    free = run.free_seats if hasattr(run, "free_seats") else Seat.objects.free().filter(run=run).count()
    return run.status(at=timezone.now(), free_seats=free)
