"""Trainers and the academy office: own runs, roster, attendance, the printed list, certificates. 404 for others."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from academy.common.lessons import ue_number
from academy.common.rows import csv_file
from academy.enums import Role
from academy.permissions import has_role
from courses import selectors as courses
from courses.enums import RunState, RunStatus
from courses.models import CourseRun, Session
from enrolment import figures, permissions, selectors, services
from enrolment.enums import EnrolmentState
from enrolment.forms import AttendanceForm
from enrolment.models import Attendance, Certificate, Enrolment

RUNS_PER_PAGE = 20


@login_required
@never_cache
@require_GET
def teaching(request: HttpRequest) -> HttpResponse:
    """The runs whose lists the person may open: those to come first, then the past ones."""
    if not has_role(request.user, Role.TRAINER, Role.ACADEMY_OFFICE):
        raise Http404
    runs = selectors.runs_by_nearness(selectors.runs_taught_by(request.user), at=timezone.now())
    page = Paginator(runs.with_titles().with_free_seats(), RUNS_PER_PAGE).get_page(request.GET.get("page"))
    lines = [{"run": run, "title": _title(run), "status": _status(run)} for run in page]
    is_office = has_role(request.user, Role.ACADEMY_OFFICE)
    context = {
        "page_obj": page,
        "lines": lines,
        "is_office": is_office,
        "is_trainer": has_role(request.user, Role.TRAINER),
        "breadcrumbs": trail((_("Runs"), "")),
    }
    return render(request, "enrolment/teaching.html", context)


@login_required
@never_cache
@require_GET
def roster(request: HttpRequest, run_id: int) -> HttpResponse:
    """Who takes part: name, organisation, state of the place, and how much is done, attended and missing. Which steps
    those are, and every answer and score, belongs to the learner (S1).
    """
    run = run_to_teach(request, run_id)
    places, progress = _places_with_progress(run)
    certificates = {c.enrolment_id: c for c in selectors.certificates_of_run(run)}
    lines = [_line(place, progress[place.pk], run, certificates.get(place.pk)) for place in places]
    incomplete = [line for line in lines if line["missing"]]
    only_missing = request.GET.get("missing") == "1"
    sessions = list(selectors.with_lists_kept(Session.objects.filter(run=run)))
    context = {
        **head(run),
        "status": _status(run),
        "lines": incomplete if only_missing else lines,
        "people": len(lines),
        "tabs": _roster_tabs(run, len(lines), len(incomplete), only_missing=only_missing),
        "figures_url": reverse("enrolment:run_figures", args=[run.pk]) + ("?missing=1" if only_missing else ""),
        "has_steps": any(facts.needed_steps for facts in progress.values()),
        "sessions": sessions,
        "tasks": _tasks(request, run),
        "asks_feedback": selectors.asks_feedback(run),
        "instructions": selectors.access_instructions(run),
        "is_office": has_role(request.user, Role.ACADEMY_OFFICE),
        "confirmed": sum(place.state == EnrolmentState.CONFIRMED for place in places),
        "issued": sum(place.pk in certificates for place in places),
        "ready": sum(
            facts.enrolment.holds_place and pk not in certificates and bool(facts.result or facts.is_completed)
            for pk, facts in progress.items()
        ),
        "waiting": sum(place.state == EnrolmentState.WAITLISTED for place in places),
        "now": timezone.now(),
        "is_to_decide": run.waits_for_decision(on=timezone.localdate()),
        "change_notice": services.open_notice(run),
        "breadcrumbs": trail((_("Runs"), reverse("enrolment:teaching")), (_title(run), "")),
    }
    return render(request, "enrolment/roster.html", context)


@login_required
@never_cache
@require_safe
def run_figures(request: HttpRequest, run_id: int) -> HttpResponse:
    """The figures of the roster as a CSV file: the same people, and the same filter."""
    run = run_to_teach(request, run_id)
    places, progress = _places_with_progress(run)
    lines = [_line(place, progress[place.pk], run, None) for place in places]
    if request.GET.get("missing") == "1":
        lines = [line for line in lines if line["missing"]]
    is_named = not run.course.is_list_protected
    head = [_("Last name"), _("First name"), *([_("Organisation")] if is_named else []), _("State of the place")]
    head += [_("Steps done"), _("Steps required"), _("UE attended"), _("UE in all"), _("Result"), _("Still missing")]
    services.note_figures_export(run=run, actor=request.user, at=timezone.now())
    return csv_file("figures.csv", head, (_cells(line, is_named=is_named) for line in lines), separator=";")


@login_required
@require_POST
def tell_of_changes(request: HttpRequest, run_id: int) -> HttpResponse:
    """Sends what was gathered about changed dates without waiting for the end of the quarter of an hour."""
    run = run_to_teach(request, run_id)
    told = services.tell_at_once(run=run, actor=request.user, at=timezone.now())
    sentence = ngettext("%(count)d person is told by mail.", "%(count)d people are told by mail.", told)
    messages.success(request, sentence % {"count": told} if told else _("Nothing has changed that people do not know."))
    return redirect("enrolment:roster", run.pk)


@login_required
@never_cache
def attendance(request: HttpRequest, run_id: int, session_id: int) -> HttpResponse:
    """Tick everybody of one date in one go; works on a phone and without scripts."""
    run = run_to_teach(request, run_id)
    session = get_object_or_404(Session.objects.select_related("attendance_list"), run=run, pk=session_id)
    session.run = run
    places = [p for p in selectors.roster_of(run, on=timezone.localdate()) if p.state == EnrolmentState.CONFIRMED]
    known = {tick.enrolment_id: tick for tick in Attendance.objects.filter(session=session)}
    length = services.session_minutes(session)
    form = AttendanceForm(request.POST or None, places=places, known=known, length=length)
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.record_attendance(
                session=session,
                states=form.states(),
                minutes=form.minutes(),
                actor=request.user,
                at=timezone.now(),
            )
        except services.AttendanceRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _saved(len(changed)))
        return redirect("enrolment:attendance", run.pk, session.pk)
    is_closed = selectors.list_is_closed(session)
    roster_url = reverse("enrolment:roster", args=[run.pk])
    context = {
        **head(run),
        "session": session,
        "form": form,
        "refusal": _refusal(run, session),
        "signed_lists": selectors.signed_lists_of(session),
        "may_attach": timezone.now() >= session.starts_at and run.state in (RunState.OPEN, RunState.COMPLETED),
        "addenda": selectors.addenda_of(session) if is_closed else [],
        "may_correct": is_closed and permissions.can_correct_closed_list(request.user, run),
        "may_check_in": not is_closed and run.state == RunState.OPEN and timezone.now() < session.ends_at,
        "open_count": sum(place.pk not in known for place in places),
        "breadcrumbs": trail(
            (_("Runs"), reverse("enrolment:teaching")), (_title(run), roster_url), (_("Attendance"), "")
        ),
    }
    return render(request, "enrolment/attendance.html", context)


@login_required
@never_cache
@require_GET
def attendance_list(request: HttpRequest, run_id: int, session_id: int) -> HttpResponse:
    """The list to print and sign. It lies open in the room, so it bears the title that outsiders may read."""
    run = run_to_teach(request, run_id)
    session = get_object_or_404(Session, run=run, pk=session_id)
    places = [p for p in selectors.roster_of(run, on=timezone.localdate()) if p.state == EnrolmentState.CONFIRMED]
    context = {
        "run": run,
        "session": session,
        "title": run.course.outward_title(get_language()),
        "places": places,
        "spare": range(3),
        "breadcrumbs": trail(
            (_("Runs"), reverse("enrolment:teaching")),
            (_title(run), reverse("enrolment:roster", args=[run.pk])),
            (_("Attendance list"), ""),
        ),
    }
    return render(request, "enrolment/attendance_list.html", context)


@login_required
@require_POST
def issue_certificates(request: HttpRequest, run_id: int) -> HttpResponse:
    """Give everybody who has completed the run the certificate; who has one keeps it."""
    run = run_to_teach(request, run_id)
    job = services.start_issuing(run=run, actor=request.user, at=timezone.now())
    if job is not None:
        return redirect(job)
    issued = services.issue_certificates(run=run, actor=request.user, at=timezone.now())
    if issued:
        sentence = ngettext(
            "%(count)d certificate has been issued. The person is told by mail.",
            "%(count)d certificates have been issued. The people are told by mail.",
            len(issued),
        )
        messages.success(request, sentence % {"count": len(issued)})
    else:
        messages.info(request, _("There is no certificate to issue at the moment."))
    return redirect("enrolment:roster", run.pk)


# --- What these views share ---------------------------------------------------------------------------------------
def run_to_teach(request: HttpRequest, run_id: int) -> CourseRun:
    """A run whose lists the person may open; for everybody else it does not exist."""
    runs = selectors.runs_taught_by(request.user).with_titles().with_dates().with_free_seats().select_related("version")
    run = get_object_or_404(runs, pk=run_id)
    if not permissions.can_tick_attendance(request.user, run):
        raise Http404
    return run


def _status(run: CourseRun) -> RunStatus:
    return run.status(at=timezone.now(), free_seats=run.free_seats)


def _title(run: CourseRun) -> str:
    return run.course.title(get_language())


def head(run: CourseRun) -> dict:
    return {"run": run, "title": _title(run)}


def _tasks(request: HttpRequest, run: CourseRun) -> list[dict]:
    """How many have handed in each task, and what waits: numbers alone, and for the trainers of the run only."""
    steps = selectors.task_counts(run)
    if not steps or not permissions.can_read_answers(request.user, run):
        return []
    pages = courses.step_pages(steps, language=get_language())
    return [{"step": step, "title": pages[step.key].title} for step in steps]


def _places_with_progress(run: CourseRun) -> tuple[list[Enrolment], dict[int, services.LearningProgress]]:
    places = selectors.roster_of(run, on=timezone.localdate())
    for place in places:
        place.run = run
    return places, services.progress_of_places(places)


def _line(
    place: Enrolment, progress: services.LearningProgress, run: CourseRun, certificate: Certificate | None
) -> dict:
    """One person of the roster; who has no confirmed place yet has no figures."""
    line = {"place": place, "organisations": _organisations(place, run), "certificate": certificate}
    if not place.holds_place:
        return {**line, "progress": None, "missing": []}
    return {
        **line,
        "progress": progress,
        "steps": figures.steps_words(progress),
        "attended": figures.lessons_words(progress),
        "result": figures.result_of(progress),
        "missing": [str(one) for one in progress.missing],
    }


def _cells(line: dict, *, is_named: bool) -> list:
    place, progress = line["place"], line["progress"]
    who = [place.learner.last_name, place.learner.first_name, *([line["organisations"]] if is_named else [])]
    figures_of_place = [""] * 6
    if progress is not None:
        has_dates = bool(progress.sessions)
        figures_of_place = [
            progress.needed_done,
            len(progress.needed_steps),
            ue_number(progress.ue_attended) if has_dates else "",
            ue_number(progress.ue_total) if has_dates else "",
            line["result"][1],
            " ".join(line["missing"]),
        ]
    return [*who, place.get_state_display(), *figures_of_place]


def _roster_tabs(run: CourseRun, people: int, incomplete: int, *, only_missing: bool) -> list[dict]:
    address = reverse("enrolment:roster", args=[run.pk])
    everybody = _("All (%(count)d)") % {"count": people}
    some = _("Something is missing (%(count)d)") % {"count": incomplete}
    return [
        {"title": everybody, "url": f"{address}#people", "current": not only_missing},
        {"title": some, "url": f"{address}?missing=1#people", "current": only_missing},
    ]


def _organisations(place, run: CourseRun) -> str:
    """Where the person works; left out where the course protects its participants."""
    if run.course.is_list_protected:
        return ""
    return ", ".join(dict.fromkeys(str(m.organisation) for m in place.learner.memberships.all()))


def _refusal(run: CourseRun, session: Session) -> str:
    try:
        services.check_tickable(session=session, run=run, at=timezone.now())
    except services.AttendanceRefused as refusal:
        return str(refusal)
    return ""


def _saved(count: int) -> str:
    if not count:
        return _("The attendance is saved. Nothing has changed.")
    sentence = ngettext(
        "The attendance is saved: %(count)d entry is new or changed.",
        "The attendance is saved: %(count)d entries are new or changed.",
        count,
    )
    return sentence % {"count": count}


def trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    own = [(_("My area"), reverse("academy:my_start")), *steps]
    return [{"title": title, "url": url} for title, url in own]
