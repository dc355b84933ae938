"""A process on the line of time: drawn by the server, with the same facts as a table.

Places are shares of the width, sizes are pixels: so the drawing fits a phone and its letters stay as large as others.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from consulting import selectors
from consulting.enums import Pace, PhaseState
from consulting.models import Process
from consulting.selectors import DatedThing, PhaseSpan
from consulting.wording import day_text, words_of

from .common import crumbs, visible_process, workspace_page
from .detail import is_locked

HEAD, ROW, BAR, LANE = 44, 56, 16, 32  # pixels: the axis, a phase, its bar, a line of marks
LABEL_LETTERS = 32  # what a phone has room for
MARK_SHARE = 8.0  # per cent of the width that one mark takes on a phone
TICKS = 5
STEPS = (1, 2, 3, 6, 12, 24, 60)  # months between two marks of the axis
LAST_LABEL = 82.0  # beyond it the label of a mark would be cut off


@dataclass(frozen=True)
class Scale:
    """From the first day of the first month to the end of the last one."""

    first: date
    last: date

    def share(self, day: date) -> float:
        whole = (self.last - self.first).days or 1
        return round(100 * min(max((day - self.first).days / whole, 0), 1), 2)


@workspace_page
@require_GET
def process_timeline(request: HttpRequest, process_id: int) -> HttpResponse:
    """Phases for everybody who sees the process; milestones and measures as far as the person sees them."""
    process, rights = visible_process(request, process_id)
    today = timezone.localdate()
    spans = selectors.phase_spans(process)
    things = selectors.dated_things(process, request.user, reads=rights.can_read, on=today)
    context = {
        "process": process,
        "rights": rights,
        "drawing": drawing(process, spans, things, today=today),
        "phases": [phase_line(process, span) for span in spans],
        "things": [{"number": number, "thing": thing} for number, thing in enumerate(things, start=1)],
        "description": description(process, spans, things),
        "breadcrumbs": crumbs(process, _("Time line")),
    }
    return render(request, "consulting/process_timeline.html", context)


def description(process: Process, spans: list[PhaseSpan], things: list[DatedThing]) -> str:
    """What somebody hears who does not see the drawing; the tables say the rest."""
    focus = process.focus_phase
    overdue = sum(thing.state == Pace.OVERDUE for thing in things)
    parts = [
        ngettext("{number} phase.", "{number} phases.", len(spans)).format(number=len(spans)),
        _("Current phase: {title}.").format(title=focus.title) if focus else _("No phase is active."),
        ngettext("{number} date.", "{number} dates.", len(things)).format(number=len(things)),
    ]
    if overdue:
        parts.append(ngettext("{number} is overdue.", "{number} are overdue.", overdue).format(number=overdue))
    return " ".join([*parts, _("The tables below say the same.")])


def phase_line(process: Process, span: PhaseSpan) -> dict:
    """The facts of one bar, in words."""
    locked = is_locked(process, span.phase)
    reached = span.phase.state == PhaseState.REACHED
    return {
        "title": words_of(span.phase, "title"),
        "state": "locked" if locked else span.phase.state,
        "label": _("locked") if locked else span.phase.get_state_display(),
        "begins": day_text(span.begins_on) if span.begins_on else "–",
        "ends": day_text(span.ends_on) if span.ends_on else "–",
        "ends_note": "" if reached or not span.ends_on else _("planned"),
    }


# --- The drawing ---------------------------------------------------------------------------------------------------
def drawing(process: Process, spans: list[PhaseSpan], things: list[DatedThing], *, today: date) -> dict:
    """Everything as finished numbers: bars, marks, the line of today and the axis."""
    scale = scale_of(process, spans, things, today=today)
    bars = [bar(span, scale, number, today=today) for number, span in enumerate(spans)]
    top = HEAD + ROW * len(bars)
    marks, lanes = marks_of(things, scale, top=top)
    height = top + LANE * lanes + 8
    now = scale.share(today)
    return {
        "height": height,
        "bars": bars,
        "marks": marks,
        "ticks": ticks_of(scale),
        "today": {"x": f"{now}%", "anchor": "end" if now > LAST_LABEL else "start"},
    }


def scale_of(process: Process, spans: list[PhaseSpan], things: list[DatedThing], *, today: date) -> Scale:
    days = [process.starts_on, process.ends_on, today, *(thing.on for thing in things)]
    days += [day for span in spans for day in (span.begins_on, span.ends_on)]
    known = [day for day in days if day is not None]
    last = max(known)
    end_of_month = last.replace(day=monthrange(last.year, last.month)[1])
    return Scale(min(known).replace(day=1), end_of_month + timedelta(days=1))


def bar(span: PhaseSpan, scale: Scale, number: int, *, today: date) -> dict:
    """A phase without an end is drawn until today while it runs; one that has not begun and has no day is no bar."""
    ends_on = span.ends_on or (today if span.phase.is_current else None)
    y = HEAD + ROW * number
    row = {
        "title": Truncator(words_of(span.phase, "title").text).chars(LABEL_LETTERS),
        "lang": words_of(span.phase, "title").lang,
        "state": span.phase.state,
        "label_y": y + 22,
        "y": y + 32,
        "height": BAR,
    }
    if span.begins_on is None or ends_on is None:
        return row
    x = scale.share(span.begins_on)
    return {**row, "x": f"{x}%", "width": f"{max(round(scale.share(ends_on) - x, 2), 1.0)}%"}


def marks_of(things: list[DatedThing], scale: Scale, *, top: int) -> tuple[list[dict], int]:
    """Numbered marks, each in the first line in which it stands clear of the one before it; and how many lines."""
    ends: list[float] = []
    marks = []
    for number, thing in enumerate(things, start=1):
        x = min(max(scale.share(thing.on), MARK_SHARE / 2), 100 - MARK_SHARE / 2)
        lane = next((lane for lane, end in enumerate(ends) if x - end >= MARK_SHARE), len(ends))
        ends[lane : lane + 1] = [x]
        y = top + LANE * lane + LANE // 2
        marks.append({"number": number, "kind": thing.kind, "state": thing.state, "x": f"{x:.2f}%", "y": y})
    return marks, len(ends)


def ticks_of(scale: Scale) -> list[dict]:
    """The beginnings of months, as few as a phone has room for."""
    months = (scale.last.year - scale.first.year) * 12 + scale.last.month - scale.first.month
    step = next((step for step in STEPS if months / step <= TICKS), STEPS[-1])
    ticks = []
    for offset in range(0, months + 1, step):
        year, month = divmod(scale.first.month - 1 + offset, 12)
        x = scale.share(date(scale.first.year + year, month + 1, 1))
        label = f"{month + 1}/{scale.first.year + year}" if x <= LAST_LABEL else ""
        ticks.append({"x": f"{x}%", "label": label})
    return ticks
