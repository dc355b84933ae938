"""Self-assessments of a unit: the rounds with their results, one's own sheet field by field, and handing it in."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from consulting import selectors, services
from consulting.enums import HIGHEST_RATING, AssessmentState, AssessmentTime
from consulting.forms import AssessmentFieldForm, AssessmentForm, CloseAssessmentForm
from consulting.models import AssessmentTicket, Instrument, Process, SelfAssessment
from consulting.permissions import Rights

from .common import answer, crumbs, form_page, posted, visible_process, workspace_page

CHART_WIDTH = 400


def list_url(process: Process) -> str:
    return reverse("consulting:assessment_list", args=[process.pk])


def assessing_process(request: HttpRequest, process_id: int) -> tuple[Process, Rights]:
    """The process for somebody who answers in it or reads its results; 404 for all others."""
    process, rights = visible_process(request, process_id)
    if not rights.can_see_assessments:
        raise Http404
    return process, rights


def run_assessment(request: HttpRequest, assessment_id: int) -> SelfAssessment:
    """The round for the facilitation of its process; who only reads or answers is told so."""
    assessment = get_object_or_404(SelfAssessment.objects.select_related("process", "instrument"), pk=assessment_id)
    _process, rights = assessing_process(request, assessment.process_id)
    if not rights.can_run_assessments:
        raise PermissionDenied
    return assessment


def own_sheet(request: HttpRequest, assessment_id: int) -> tuple[SelfAssessment, AssessmentTicket | None]:
    """An open round that the person is invited to, with their own part in it; 404 for all others."""
    rounds = SelfAssessment.objects.filter(state=AssessmentState.OPEN).select_related("process__unit", "instrument")
    assessment = get_object_or_404(rounds, pk=assessment_id)
    if not selectors.may_answer(request.user, assessment, on=timezone.localdate()):
        raise Http404
    return assessment, selectors.ticket_of(request.user, assessment)


# --- Rounds and results ------------------------------------------------------------------------------------------
@workspace_page
@require_GET
def assessment_list(request: HttpRequest, process_id: int) -> HttpResponse:
    """The open round with the way to one's own sheet, and results where the person reads the process."""
    process, rights = assessing_process(request, process_id)
    current = selectors.open_assessment_of(process)
    context = {
        "process": process,
        "rights": rights,
        "current": current_facts(request, current, rights) if current else None,
        "comparisons": [],
        "can_open": rights.can_run_assessments and current is None and not process.is_over,
        "breadcrumbs": crumbs(process, _("Self-assessment")),
    }
    if rights.can_read:
        found = selectors.comparisons_of(process)
        context["comparisons"] = [comparison_context(one, rights, process, current) for one in found]
        times = {one.assessment.time for comparison in found for one in comparison.rounds}
        context["is_incomparable"] = len(found) > 1 and {AssessmentTime.START, AssessmentTime.END} <= times
    return render(request, "consulting/assessment_list.html", context)


def current_facts(request: HttpRequest, current: SelfAssessment, rights: Rights) -> dict:
    invited = selectors.may_answer(request.user, current, on=timezone.localdate())
    ticket = selectors.ticket_of(request.user, current) if invited else None
    return {
        "assessment": current,
        "is_invited": invited,
        "is_handed_in": ticket is not None and ticket.is_handed_in,
        "has_draft": ticket is not None and bool(ticket.draft),
        "answer_url": next_url(current, ticket) if invited else "",
        "sheets": current.sheets.count() if rights.can_read else None,
        "close_url": reverse("consulting:close_assessment", args=[current.pk]) if rights.can_run_assessments else "",
    }


def comparison_context(
    comparison: selectors.Comparison, rights: Rights, process: Process, current: SelfAssessment | None
) -> dict:
    """Rounds beside each other: the same facts for the table and for the drawing."""
    changes = comparison.changes()
    shown = [one for one in comparison.rounds if not one.is_hidden]
    may_reopen = rights.can_run_assessments and current is None and not process.is_over
    return {
        "version": comparison.instrument.version,
        "rounds": comparison.rounds,
        "hidden": [
            {
                "round": one,
                "reopen_url": reverse("consulting:reopen_assessment", args=[one.assessment.pk]) if may_reopen else "",
            }
            for one in comparison.rounds
            if one.is_hidden
        ],
        "shown": shown,
        "has_changes": bool(changes),
        "rows": [field_row(content, shown, changes) for content in comparison.instrument.content],
    }


def field_row(content: dict, shown: list[selectors.RoundResult], changes: dict[str, Decimal]) -> dict:
    slug = content["slug"]
    change = changes.get(slug)
    return {
        "title": Instrument.worded(content["title"]),
        "cells": [round_cell(one, one.fields[slug]) for one in shown],
        "change": signed(change) if change is not None else "–",
    }


def round_cell(result: selectors.RoundResult, found: selectors.FieldResult) -> dict:
    mean = found.mean
    return {
        "time": result.assessment.get_time_display(),
        "key": result.assessment.time,
        "mean": number_format(mean, 2) if mean is not None else "",
        "unknown": found.unknown,
        "width": round(mean * CHART_WIDTH / HIGHEST_RATING) if mean is not None else 0,
    }


def signed(change: Decimal) -> str:
    """With its sign, the minus as it is printed."""
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    return f"{sign}{number_format(abs(change), 2)}"


@workspace_page
def open_assessment(request: HttpRequest, process_id: int) -> HttpResponse:
    process, rights = assessing_process(request, process_id)
    if not rights.can_run_assessments:
        raise PermissionDenied
    taken = set(process.assessments.values_list("time", flat=True))
    following = AssessmentTime.END if AssessmentTime.START in taken else AssessmentTime.START
    return form_page(
        request,
        form=AssessmentForm(posted(request), initial={"time": following}),
        act=lambda given: services.open_assessment(process=process, **given, actor=request.user, at=timezone.now()),
        success=_("The self-assessment is open. Please tell those who are invited."),
        back=list_url(process),
        title=_("Open a self-assessment"),
        submit_label=_("Open a self-assessment"),
        process=process,
        lead=_("Six fields, about ten minutes each. Nobody learns who has answered what, and units are never ranked."),
    )


@workspace_page
def close_assessment(request: HttpRequest, assessment_id: int) -> HttpResponse:
    assessment = run_assessment(request, assessment_id)
    count, least = assessment.sheets.count(), assessment.least
    lead = _("Sheets handed in: {count}. After closing, the result stands beside earlier ones and stays as it is.")
    if count < least:
        lead = _("Sheets handed in: {count}. A result needs {least}: closed now, it would stay hidden.")
    return form_page(
        request,
        form=CloseAssessmentForm(posted(request)),
        act=lambda given: services.close_assessment(assessment=assessment, actor=request.user, at=timezone.now()),
        success=_("The self-assessment is closed."),
        back=list_url(assessment.process),
        title=_("Close the self-assessment"),
        submit_label=_("Close the self-assessment"),
        process=assessment.process,
        lead=lead.format(count=count, least=least),
    )


@workspace_page
@require_POST
def reopen_assessment(request: HttpRequest, assessment_id: int) -> HttpResponse:
    assessment = run_assessment(request, assessment_id)
    return answer(
        request,
        lambda: services.reopen_assessment(assessment=assessment, actor=request.user, at=timezone.now()),
        success=_("The self-assessment is open again."),
        back=list_url(assessment.process),
    )


# --- One's own sheet -----------------------------------------------------------------------------------------------
def next_url(assessment: SelfAssessment, ticket: AssessmentTicket | None) -> str:
    """The first field that the person has not answered; with all of them, the page for handing in."""
    draft = ticket.draft if ticket else {}
    for content in assessment.instrument.content:
        if not is_answered(content, draft):
            return reverse("consulting:answer_assessment", args=[assessment.pk, content["slug"]])
    return reverse("consulting:hand_in_assessment", args=[assessment.pk])


def is_answered(content: dict, draft: dict) -> bool:
    return all(item["slug"] in draft for item in content["items"])


def sheet_steps(assessment: SelfAssessment, draft: dict, *, here: str = "") -> list[dict]:
    """The fields as steps; each can be opened at any time."""
    return [
        {
            "title": Instrument.worded(content["title"]),
            "state": "current" if content["slug"] == here else "done" if is_answered(content, draft) else "open",
            "url": reverse("consulting:answer_assessment", args=[assessment.pk, content["slug"]]),
        }
        for content in assessment.instrument.content
    ]


@workspace_page
def answer_assessment(request: HttpRequest, assessment_id: int, field_slug: str) -> HttpResponse:
    """One field of one's own sheet. What is sent is kept as a draft, and the next open field follows."""
    assessment, ticket = own_sheet(request, assessment_id)
    content = assessment.instrument.field(field_slug)
    if content is None:
        raise Http404
    if ticket is not None and ticket.is_handed_in:
        return redirect(list_url(assessment.process))
    draft = ticket.draft if ticket else {}
    form = AssessmentFieldForm(posted(request), content=content, draft=draft)
    if request.method == "POST" and form.is_valid():
        try:
            ticket = services.save_answers(
                assessment=assessment,
                field=field_slug,
                answers=form.answers(),
                actor=request.user,
                at=timezone.now(),
            )
        except services.ConsultingRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(next_url(assessment, ticket))
    title = Instrument.worded(content["title"])
    context = {
        "assessment": assessment,
        "process": assessment.process,
        "form": form,
        "title": title,
        "steps": sheet_steps(assessment, draft, here=field_slug),
        "list_url": list_url(assessment.process),
        "breadcrumbs": sheet_crumbs(assessment, title),
    }
    return render(request, "consulting/assessment_answer.html", context)


@workspace_page
def hand_in_assessment(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """What is answered so far, and the button that turns the draft into a sheet without a name."""
    assessment, ticket = own_sheet(request, assessment_id)
    back = list_url(assessment.process)
    if request.method == "POST":
        return answer(
            request,
            lambda: services.hand_in_assessment(assessment=assessment, actor=request.user, at=timezone.now()),
            success=_("Thank you. Your sheet is handed in, without your name."),
            back=back,
        )
    if ticket is not None and ticket.is_handed_in:
        return redirect(back)
    draft = ticket.draft if ticket else {}
    context = {
        "assessment": assessment,
        "process": assessment.process,
        "steps": sheet_steps(assessment, draft),
        "is_complete": all(is_answered(content, draft) for content in assessment.instrument.content),
        "next_url": next_url(assessment, ticket),
        "list_url": back,
        "breadcrumbs": sheet_crumbs(assessment, _("Hand in")),
    }
    return render(request, "consulting/assessment_hand_in.html", context)


def sheet_crumbs(assessment: SelfAssessment, last: str) -> list[dict[str, str]]:
    process = assessment.process
    trail = [*crumbs(process), {"title": _("Self-assessment"), "url": list_url(process)}]
    return [*trail, {"title": last}]
