"""A step among the steps of its course, as a learner would see it: for the editor's preview. Nothing is written."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from wagtail.models import Page

from courses.enums import Release, StepKind

from .courses import Step


@dataclass(frozen=True)
class PreviewEntry:
    """What stands for the progress of a learner who has not begun: the fields that the list of steps asks for."""

    step: Step
    rule: Any
    record: None = None
    session: None = None
    answer: None = None
    percent: None = None
    state: str = "open"
    is_done: bool = False
    is_with_the_trainer: bool = False
    is_to_revise: bool = False

    @property
    def is_date(self) -> bool:
        return self.step.kind == StepKind.SESSION


def preview_lines(course_page: Page, *, shown: Page | None = None) -> list[dict]:
    """All steps in their order, drafts as well; `shown` stands there as it is being edited."""
    pages = [page for page in course_page.get_children().order_by("path").specific() if hasattr(page, "lowest_score")]
    if shown is not None:
        pages = [shown if page.pk == shown.pk else page for page in pages]
        if shown not in pages:
            pages.append(shown)  # a new page, not saved yet
    return [_line(page, position) for position, page in enumerate(pages, start=1)]


def _line(page: Any, position: int) -> dict:
    step = Step(
        position=position,
        kind=page.kind,
        is_required=page.is_required,
        minutes=page.minutes,
        min_score=page.lowest_score,
    )
    return {
        "entry": PreviewEntry(step=step, rule=page),
        "page": page,
        "language": "",
        "url": reverse("wagtailadmin_pages:view_draft", args=[page.pk]) if page.pk else "",
        "has_rule": page.release != Release.AT_ONCE,
        "closed": "",
    }


def frame_of(page: Any) -> dict:
    """What `courses/step_frame.html` asks for."""
    parent = page.get_parent()
    lines = preview_lines(parent, shown=page)
    index = next(number for number, line in enumerate(lines) if line["page"] is page)
    dates = [line for line in lines[: index + 1] if line["entry"].is_date]
    return {
        "step_page": page,
        "number": index + 1,
        "course_title": parent.title,
        "step_language": "",
        "lines": lines,
        "line": lines[index],
        "entry": lines[index]["entry"],
        "previous": lines[index - 1] if index else None,
        "next": lines[index + 1] if index + 1 < len(lines) else None,
        "overview_url": reverse("wagtailadmin_pages:view_draft", args=[parent.pk]) + "?mode=steps",
        "date_number": len(dates),
    }
