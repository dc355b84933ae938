"""The list of somebody's processes: their portfolio, with filters in the address and as a file."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from academy.common.filters import chosen_filters
from academy.common.rows import csv_file, xlsx_file
from consulting import permissions, selectors
from consulting.enums import OVER_STATES, Pace, ProcessAccess
from consulting.forms import PortfolioFilterForm
from consulting.selectors import Overview

from .common import crumbs, workspace_page

ROWS = 20
FILES = {"csv": csv_file, "xlsx": xlsx_file}


@workspace_page
@require_GET
def process_list(request: HttpRequest) -> HttpResponse:
    """The portfolio of the person: what exists for them, the most urgent first, on request as a file."""
    today = timezone.localdate()
    reads = selectors.processes_read_by(request.user, on=today).exists()
    form = PortfolioFilterForm(request.GET, with_lights=reads)
    listed = selectors.portfolio_of(request.user, chosen=form.accepted, on=today).with_timetable()
    export = request.GET.get("export", "")
    if export in FILES:
        return _file(export, selectors.overview_of(listed, user=request.user, on=today))
    page_obj = Paginator(listed, ROWS).get_page(request.GET.get("page"))
    count = page_obj.paginator.count
    state = form.accepted.get("state", "")
    context = {
        "rows": selectors.overview_of(page_obj.object_list, user=request.user, on=today),
        "page_obj": page_obj,
        "form": form,
        "active": chosen_filters(form, request.path),
        "result_text": ngettext("{count} process facilitation", "{count} process facilitations", count).format(
            count=count
        ),
        "shows_over": state == selectors.OVER,
        "shows_lights": reads,
        "tabs": _tabs(form, shows_over=state == selectors.OVER or state in OVER_STATES),
        "files": [{"kind": kind.upper(), "url": f"?{urlencode({**form.accepted, 'export': kind})}"} for kind in FILES],
        "can_decide": permissions.can_decide_requests(request.user, on=today),
        "can_create": permissions.can_create_process(request.user, on=today),
        "breadcrumbs": [*crumbs()[:-1], {"title": _("Process facilitations")}],
    }
    return render(request, "consulting/process_list.html", context)


def _tabs(form: PortfolioFilterForm, *, shows_over: bool) -> list[dict]:
    rest = {name: value for name, value in form.accepted.items() if name != "state"}
    return [
        {"title": pgettext("process", "Running"), "url": f"?{urlencode(rest)}", "current": not shows_over},
        {
            "title": _("Closed and aborted"),
            "url": f"?{urlencode({**rest, 'state': selectors.OVER})}",
            "current": shows_over,
        },
    ]


def _file(kind: str, rows: list[Overview]) -> HttpResponse:
    head = [
        *(_("Title"), _("Unit"), _("State"), _("Phase"), _("Light"), _("Overdue milestones"), _("Overdue measures")),
        *(_("Next date"), _("What is due"), _("Start"), _("End")),
    ]
    name = _("process-facilitations")
    return FILES[kind](f"{name}.{kind}", head, [_line(row) for row in rows])


def _line(row: Overview) -> list[str]:
    """What the page shows, a cell each; empty where the person sees metadata only."""
    process, coming = row.process, row.schedule.next
    focus = process.focus_phase
    reads = row.access >= ProcessAccess.READ

    def number(value: int | None) -> str:
        return str(value) if reads and value is not None else ""

    return [
        *(process.title, str(process.unit), str(process.get_state_display()), focus.title if focus else ""),
        str(Pace(process.light).label) if process.light else "",
        *(number(process.late_milestones), number(process.late_measures)),
        *(f"{coming.on:%Y-%m-%d}" if coming else "", coming.title if coming else ""),
        *(f"{process.starts_on:%Y-%m-%d}", f"{process.ends_on:%Y-%m-%d}" if process.ends_on else ""),
    ]
