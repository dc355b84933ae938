"""Reports on the accessibility of the website, as visitors would send them, and what staff did with them."""

from typing import Any

from academy.models import User
from home import services
from home.enums import AnswerWish, ReportState
from home.models import AccessibilityReport

from .content import read
from .loading import Loading
from .people import address_of

EDITOR = "r-redaktion"


def load_reports(loading: Loading) -> str:
    """A report that is there already stays as it is, whatever people have done with it."""
    entries = read("accessibility")["reports"]
    known = set(AccessibilityReport.objects.values_list("problem", flat=True))
    editor = User.objects.get(email=address_of(EDITOR))
    for entry in entries:
        if entry["problem"] not in known:
            _report(entry, loading, editor)
    waiting = AccessibilityReport.objects.filter(state=ReportState.OPEN).count()
    return f"{len(entries)} reports of visitors, {waiting} of them wait for an answer"


def _report(entry: dict[str, Any], loading: Loading, editor: User) -> None:
    report = services.report_barrier(
        problem=entry["problem"],
        page=entry["page"],
        email=entry.get("email", ""),
        answer_wish=AnswerWish(entry.get("answer_wish", AnswerWish.PLAIN)),
        other_way=entry.get("other_way", ""),
        language=entry["language"],
        at=loading.week.moment(entry["reported"]),
    )
    if "answer" in entry:
        at = loading.week.moment(entry["answered"])
        services.answer_report(report=report, answer=entry["answer"], actor=editor, at=at)
    if "note" in entry:
        services.close_report(report=report, note=entry["note"], actor=editor, at=loading.week.moment(entry["closed"]))
