"""Minutes of a meeting as tagged PDF: functions instead of names, decisions and tasks as tables, addenda below."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from academy.common import printing
from consulting.enums import EntryKind
from consulting.models import Meeting
from consulting.wording import day_text

TEMPLATE = Path(__file__).with_name("minutes.typ")


def render_pdf(meeting: Meeting, *, title: str, attendees: Sequence[str], language: str, at: datetime) -> bytes:
    """The minutes as tagged PDF/UA-1 and PDF/A-2a, as made at that moment. Raises PrintingFailed on any warning of the
    typesetter.
    """
    language = "en" if language == "en" else "de"
    with translation.override(language):
        data = _data(meeting, title=title, attendees=attendees, at=at)
    return printing.render_pdf(TEMPLATE, {"language": language, **data}, at=at)


def _data(meeting: Meeting, *, title: str, attendees: Sequence[str], at: datetime) -> dict:
    begins, ends = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
    entries = list(meeting.entries.order_by("kind", "pk"))
    today = timezone.localdate(at)
    facts = [
        (_("Process facilitation"), meeting.process.title),
        (_("Date"), f"{day_text(begins.date())}, {begins:%H:%M}–{ends:%H:%M}"),
        (_("Place"), meeting.room or (_("online") if meeting.online_link else "")),
        (_("Who takes part"), ", ".join(attendees)),
        (_("State"), str(meeting.get_state_display())),
        (_("Confirmed on"), day_text(meeting.confirmed_on) if meeting.confirmed_on else ""),
    ]
    return {
        "heading": _("Minutes"),
        "title": title,
        "date": {"year": today.year, "month": today.month, "day": today.day},
        "note": "" if meeting.is_confirmed else _("Not confirmed yet."),
        "facts": [{"label": label, "value": value} for label, value in facts if value],
        "agenda_label": _("Agenda"),
        "agenda": meeting.agenda_items,
        "minutes_label": _("What was talked about"),
        "paragraphs": paragraphs(meeting.minutes),
        "tables": [
            {
                "label": label,
                "head": [_("What"), _("Who"), _("Until")],
                "rows": [
                    [one.text, one.owner or "–", day_text(one.due_on) if one.due_on else "–"]
                    for one in entries
                    if one.kind == kind
                ],
            }
            for kind, label in ((EntryKind.DECISION, _("Decisions")), (EntryKind.TASK, _("Tasks")))
        ],
        "addenda_label": _("Addenda"),
        "addenda": [
            {"day": day_text(timezone.localdate(one.at)), "paragraphs": paragraphs(one.text)}
            for one in meeting.addenda.order_by("at", "pk")
        ],
        "page_label": _("Page"),
        "confidential": _("For the process group, the commissioning lead and the facilitators."),
    }


def paragraphs(text: str) -> list[list[str]]:
    """Blocks between empty lines, each with its lines."""
    blocks = text.replace("\r\n", "\n").split("\n\n")
    return [[line.strip() for line in block.splitlines() if line.strip()] for block in blocks if block.strip()]
