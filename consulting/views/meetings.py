"""Meetings of a process: the list, one meeting with agenda and minutes, and everything that is done with it."""

from collections import Counter

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from consulting import permissions, selectors, services, workflow
from consulting.enums import EntryKind, MeetingMoveKind, ProcessRole, ProcessState
from consulting.forms import AddendumForm, EntryForm, MeasureForm, MeetingForm, MinutesForm, ReasonForm
from consulting.minutes import printing
from consulting.models import Meeting, MinutesEntry, Process
from consulting.permissions import Rights
from consulting.wording import day_text

from .common import answer, crumbs, form_page, posted, visible_process, workspace_page
from .measures import measure_url

ROWS = 20

# label of the button, what is said afterwards
MEETING_MOVES = {
    MeetingMoveKind.CIRCULATE: (gettext_lazy("Circulate the minutes"), gettext_lazy("The minutes are circulated.")),
    MeetingMoveKind.CONFIRM: (gettext_lazy("Confirm the minutes"), gettext_lazy("The minutes are confirmed.")),
    MeetingMoveKind.RETURN: (gettext_lazy("Back to the draft"), gettext_lazy("The minutes are a draft again.")),
    MeetingMoveKind.CANCEL: (gettext_lazy("Call the meeting off"), gettext_lazy("The meeting is called off.")),
}
LEADS = {
    MeetingMoveKind.CIRCULATE: gettext_lazy("From now on the process group and the commissioning lead read them."),
    MeetingMoveKind.CONFIRM: gettext_lazy("Confirmed minutes cannot be changed any more, only added to."),
}


def list_url(process: Process) -> str:
    return reverse("consulting:meeting_list", args=[process.pk])


def minutes_url(meeting: Meeting) -> str:
    return reverse("consulting:write_minutes", args=[meeting.pk])


def title_of(meeting: Meeting) -> str:
    day = day_text(timezone.localdate(meeting.starts_at))
    return _("%(kind)s on %(day)s") % {"kind": meeting.get_kind_display(), "day": day}


def visible_meeting(request: HttpRequest, meeting_id: int) -> tuple[Meeting, Rights]:
    today = timezone.localdate()
    found = selectors.meetings_visible_to(request.user, on=today).select_related("process__unit")
    meeting = get_object_or_404(found, pk=meeting_id)
    return meeting, permissions.rights_in(request.user, meeting.process, on=today)


def writable_meeting(request: HttpRequest, meeting_id: int) -> Meeting:
    """The meeting for facilitation; who may only read is told so."""
    meeting, _rights = visible_meeting(request, meeting_id)
    require_minutes_writer(request, meeting.process)
    return meeting


def require_minutes_writer(request: HttpRequest, process: Process) -> None:
    if not permissions.can_write_minutes(request.user, process, on=timezone.localdate()):
        raise PermissionDenied


def meeting_crumbs(meeting: Meeting, last: str = "") -> list[dict[str, str]]:
    trail = [*crumbs(meeting.process), {"title": _("Meetings"), "url": list_url(meeting.process)}]
    here = {"title": title_of(meeting)}
    return [*trail, here | {"url": meeting.get_absolute_url()}, {"title": last}] if last else [*trail, here]


@workspace_page
@require_GET
def meeting_list(request: HttpRequest, process_id: int) -> HttpResponse:
    """What comes next, and below it what was: with links for readers, kind, date and state for who knows dates only."""
    process, rights = visible_process(request, process_id)
    if not rights.sees_meetings:
        raise Http404
    now, today = timezone.now(), timezone.localdate()
    only_dates = not rights.can_read_meetings
    listed = selectors.meetings_listed_in(process, user=request.user, only_dates=only_dates, on=today)
    page_obj = Paginator(listed.over(at=now), ROWS).get_page(request.GET.get("page"))
    can_write = permissions.can_write_minutes(request.user, process, on=today) and not process.is_over
    context = {
        "process": process,
        "rights": rights,
        "coming": list(listed.coming(at=now)),
        "page_obj": page_obj,
        "only_dates": only_dates,
        "can_write": can_write,
        "breadcrumbs": crumbs(process, _("Meetings")),
    }
    return render(request, "consulting/meeting_list.html", context)


@workspace_page
@require_GET
def meeting_detail(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """One meeting: when, where, who by function, agenda, minutes with decisions and tasks, addenda, log."""
    meeting, rights = visible_meeting(request, meeting_id)
    today, process = timezone.localdate(), meeting.process
    writes = permissions.can_write_minutes(request.user, process, on=today)
    context = {
        "meeting": meeting,
        "title": title_of(meeting),
        "shows_minutes": meeting.is_shown or (writes and meeting.minutes),
        "entries": entry_rows(request, meeting, writes=writes) if meeting.is_shown or writes else [],
        "attendees": attendee_words(meeting),
        "addenda": meeting.addenda.order_by("at", "pk"),
        "is_over": process.is_over,
        "writes": writes,
        "can_edit": writes and meeting.is_writable and not process.is_over,
        "can_add": writes and meeting.is_confirmed,
        "moves": [] if process.is_over else move_buttons(meeting, writes=writes, rights=rights),
        "log": meeting.moves.order_by("-at", "-pk")[:ROWS],
        "breadcrumbs": meeting_crumbs(meeting),
    }
    return render(request, "consulting/meeting_detail.html", context)


def attendee_words(meeting: Meeting) -> list[str]:
    """Who takes part, by function: «3 × member of the process group». Names are not told."""
    counted = Counter(str(one) for one in meeting.attendees.select_related("member").order_by("pk"))
    return [f"{number} × {word}" if number > 1 else word for word, number in counted.items()]


def entry_rows(request: HttpRequest, meeting: Meeting, *, writes: bool) -> list[dict]:
    """Decisions and tasks, each with the measure that it has become, where the person sees that one."""
    today = timezone.localdate()
    entries = list(meeting.entries.select_related("measure").order_by("kind", "pk"))
    seen = set(
        selectors.measures_visible_to(request.user, on=today)
        .filter(decided_in__meeting=meeting)
        .values_list("pk", flat=True)
    )
    makes = permissions.can_write_barriers(request.user, meeting.process, on=today) and not meeting.process.is_over
    return [
        {
            "entry": entry,
            "measure_url": measure_url(entry.measure) if entry.measure_id in seen else "",
            "make_url": reverse("consulting:make_measure", args=[meeting.pk, entry.pk])
            if makes and not entry.measure_id
            else "",
        }
        for entry in entries
    ]


def move_buttons(meeting: Meeting, *, writes: bool, rights: Rights) -> list[dict]:
    if meeting.is_cancelled:
        return []
    confirms = ProcessRole.GROUP in rights.functions
    return [
        {"label": MEETING_MOVES[move][0], "url": reverse("consulting:move_meeting", args=[meeting.pk, move])}
        for move in workflow.meeting_moves_from(meeting.state)
        if move in MEETING_MOVES and (confirms if move == MeetingMoveKind.CONFIRM else writes)
    ]


@workspace_page
@require_safe
def meeting_pdf(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The minutes as accessible PDF, for who reads them; a draft says that it is one."""
    meeting, _rights = visible_meeting(request, meeting_id)
    writes = permissions.can_write_minutes(request.user, meeting.process, on=timezone.localdate())
    if not meeting.minutes or not (meeting.is_shown or writes):
        raise Http404
    pdf = printing.render_pdf(
        meeting, title=title_of(meeting), attendees=attendee_words(meeting), language=get_language(), at=timezone.now()
    )
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="protokoll-{timezone.localdate(meeting.starts_at)}.pdf"'
    response["X-Robots-Tag"] = "noindex"
    return response


# --- Planning ------------------------------------------------------------------------------------------------------
def people_to_choose(process: Process):
    """Who holds or held a function; erased people are left out."""
    held = process.members.filter(person__erased_at__isnull=True).select_related("person")
    return held.order_by("role", "pk")


@workspace_page
def plan_meeting(request: HttpRequest, process_id: int) -> HttpResponse:
    process, _rights = visible_process(request, process_id)
    require_minutes_writer(request, process)
    kind = "clarification" if process.state in (ProcessState.REQUEST, ProcessState.CLARIFICATION) else "process_group"
    return form_page(
        request,
        form=MeetingForm(posted(request), people=people_to_choose(process), initial={"kind": kind}),
        act=lambda given: services.plan_meeting(
            process=process, **given, actor=request.user, at=timezone.now()
        ).get_absolute_url(),
        success=_("The meeting is planned. Those who take part in the process find it here."),
        back="",
        title=_("Plan a meeting"),
        submit_label=_("Save"),
        process=process,
        cancel_url=list_url(process),
    )


@workspace_page
def change_meeting(request: HttpRequest, meeting_id: int) -> HttpResponse:
    meeting = writable_meeting(request, meeting_id)
    people, initial = people_to_choose(meeting.process), MeetingForm.initial_of(meeting)
    return form_page(
        request,
        form=MeetingForm(posted(request), people=people, initial=initial),
        act=lambda given: services.change_meeting(meeting=meeting, **given, actor=request.user, at=timezone.now()),
        success=_("The meeting is changed."),
        back=meeting.get_absolute_url(),
        title=_("Change the meeting"),
        submit_label=_("Save"),
        breadcrumbs=meeting_crumbs(meeting, _("Change the meeting")),
    )


@workspace_page
def move_meeting(request: HttpRequest, meeting_id: int, move: str) -> HttpResponse:
    meeting, rights = visible_meeting(request, meeting_id)
    if move not in MEETING_MOVES:
        raise Http404
    kind = MeetingMoveKind(move)
    if kind != MeetingMoveKind.CONFIRM or ProcessRole.GROUP not in rights.functions:
        require_minutes_writer(request, meeting.process)
    label, success = MEETING_MOVES[kind]
    return form_page(
        request,
        form=ReasonForm(posted(request), is_required=kind in workflow.MEETING_NEEDS_REASON),
        act=lambda given: services.move_meeting(
            meeting=meeting, move=kind, **given, actor=request.user, at=timezone.now()
        ),
        success=success,
        back=meeting.get_absolute_url(),
        title=f"{label}: {title_of(meeting)}",
        lead=LEADS.get(kind, ""),
        submit_label=label,
        breadcrumbs=meeting_crumbs(meeting, str(label)),
    )


# --- Minutes -------------------------------------------------------------------------------------------------------
@workspace_page
def write_minutes(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Write the minutes. The form saves as any other; a script beside it saves what was typed from time to time and
    asks for JSON. Whoever saves on top of an unknown version gets 409, the own text and the other one.
    """
    meeting = writable_meeting(request, meeting_id)
    people, initial = people_to_choose(meeting.process), MinutesForm.initial_of(meeting)
    form, other = MinutesForm(posted(request), people=people, initial=initial), None
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_minutes(meeting=meeting, **form.cleaned_data, actor=request.user, at=timezone.now())
        except services.MinutesChanged as refusal:
            meeting.refresh_from_db()
            other = meeting
            form.add_error(None, str(refusal))
            form.go_on_from(meeting.version)
        except services.ConsultingRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return saved_answer(request, saved)
    if request.method == "POST" and wants_json(request):
        return JsonResponse({"said": first_error(form)}, status=409 if other else 422)
    context = {
        "meeting": meeting,
        "form": form,
        "other": other,
        "title": _("Write the minutes"),
        "entries": meeting.entries.order_by("kind", "pk"),
        "breadcrumbs": meeting_crumbs(meeting, _("Write the minutes")),
    }
    return render(request, "consulting/minutes_form.html", context, status=409 if other else 200)


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def first_error(form: MinutesForm) -> str:
    return next(str(error) for errors in form.errors.values() for error in errors)


def saved_answer(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """After saving: the new version for the script, the meeting, or the form for a decision or task."""
    if wants_json(request):
        time = timezone.localtime().strftime("%H:%M")
        return JsonResponse({"version": meeting.version, "said": _("Saved at %(time)s.") % {"time": time}})
    messages.success(request, _("The minutes are saved as a draft."))
    if "note" in request.POST:
        return redirect("consulting:note_entry", meeting.pk)
    return redirect(meeting)


@workspace_page
def note_entry(request: HttpRequest, meeting_id: int) -> HttpResponse:
    meeting = writable_meeting(request, meeting_id)
    return form_page(
        request,
        form=EntryForm(posted(request)),
        act=lambda given: services.note_entry(meeting=meeting, **given, actor=request.user, at=timezone.now()),
        success=_("It is noted."),
        back=minutes_url(meeting),
        title=_("Note a decision or task"),
        submit_label=_("Save"),
        breadcrumbs=meeting_crumbs(meeting, _("Note a decision or task")),
    )


def entry_of(meeting: Meeting, entry_id: int) -> MinutesEntry:
    return get_object_or_404(meeting.entries.select_related("meeting__process"), pk=entry_id)


@workspace_page
def change_entry(request: HttpRequest, meeting_id: int, entry_id: int) -> HttpResponse:
    meeting = writable_meeting(request, meeting_id)
    entry = entry_of(meeting, entry_id)
    return form_page(
        request,
        form=EntryForm(posted(request), initial=EntryForm.initial_of(entry)),
        act=lambda given: services.change_entry(entry=entry, **given, actor=request.user, at=timezone.now()),
        success=_("It is changed."),
        back=minutes_url(meeting),
        title=_("Change the decision or task"),
        submit_label=_("Save"),
        breadcrumbs=meeting_crumbs(meeting, _("Change the decision or task")),
    )


@workspace_page
@require_POST
def remove_entry(request: HttpRequest, meeting_id: int, entry_id: int) -> HttpResponse:
    meeting = writable_meeting(request, meeting_id)
    entry = entry_of(meeting, entry_id)
    return answer(
        request,
        lambda: services.remove_entry(entry=entry, actor=request.user, at=timezone.now()),
        success=_("It is taken out of the draft."),
        back=minutes_url(meeting),
    )


@workspace_page
def make_measure(request: HttpRequest, meeting_id: int, entry_id: int) -> HttpResponse:
    """A decision or task becomes a measure: only the barrier that it answers is still to be chosen."""
    meeting, _rights = visible_meeting(request, meeting_id)
    today = timezone.localdate()
    if not permissions.can_write_barriers(request.user, meeting.process, on=today):
        raise PermissionDenied
    if not meeting.is_shown:
        require_minutes_writer(request, meeting.process)
    entry = entry_of(meeting, entry_id)
    seen = selectors.barriers_visible_to(request.user, on=today).filter(process=meeting.process)
    initial = {"title_de": entry.text[:200], "owner_de": entry.owner, "due_on": entry.due_on}
    if entry.kind == EntryKind.DECISION and len(entry.text) > 200:
        initial["steps"] = entry.text
    return form_page(
        request,
        form=MeasureForm(posted(request), barriers=seen, initial=initial),
        act=lambda given: measure_url(
            services.make_measure(entry=entry, **given, actor=request.user, at=timezone.now())
        ),
        success=_("It has become a measure."),
        back="",
        title=_("Make a measure of it"),
        submit_label=_("Save"),
        cancel_url=meeting.get_absolute_url(),
        breadcrumbs=meeting_crumbs(meeting, _("Make a measure of it")),
    )


@workspace_page
def add_addendum(request: HttpRequest, meeting_id: int) -> HttpResponse:
    meeting = writable_meeting(request, meeting_id)
    return form_page(
        request,
        form=AddendumForm(posted(request)),
        act=lambda given: services.add_addendum(meeting=meeting, **given, actor=request.user, at=timezone.now()),
        success=_("The addendum stands below the minutes."),
        back=meeting.get_absolute_url(),
        title=_("Write an addendum"),
        submit_label=_("Save"),
        breadcrumbs=meeting_crumbs(meeting, _("Write an addendum")),
    )
