"""Putting meetings into the state that a file describes: for loaders, with the system as the actor.

Placing twice never doubles. Confirmed minutes stay as they are, and so does what people have worked with.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from academy.common.moments import noon
from consulting.enums import AGENDAS, EntryKind, MeetingKind, MeetingMoveKind, MinutesState, ProcessRole
from consulting.models import Attendee, Meeting, MinutesEntry, Process
from consulting.workflow import MEETING_MOVES

from .meetings import log_meeting

WAY = {
    MinutesState.PLANNED: [],
    MinutesState.DRAFT: [MeetingMoveKind.BEGIN],
    MinutesState.CIRCULATED: [MeetingMoveKind.BEGIN, MeetingMoveKind.CIRCULATE],
    MinutesState.CONFIRMED: [MeetingMoveKind.BEGIN, MeetingMoveKind.CIRCULATE, MeetingMoveKind.CONFIRM],
}


@dataclass(frozen=True)
class PlacedMeeting:
    key: uuid.UUID
    kind: str
    starts_at: datetime
    ends_at: datetime
    room: str
    state: str
    minutes: str
    decisions: Sequence[str]


@transaction.atomic
def place_meetings(*, process: Process, meetings: Sequence[PlacedMeeting]) -> None:
    """Place the meetings of one process; those that are over were attended by everybody who held a function."""
    for placed in meetings:
        _place(process, placed)


def _place(process: Process, placed: PlacedMeeting) -> None:
    meeting = Meeting.objects.filter(key=placed.key).first()
    if meeting and (meeting.is_confirmed or meeting.moves.filter(actor__isnull=False).exists()):
        return
    is_new, meeting = meeting is None, meeting or Meeting(key=placed.key, process=process)
    moved = (meeting.starts_at, meeting.ends_at) != (placed.starts_at, placed.ends_at)
    meeting.kind, meeting.room, meeting.state = placed.kind, placed.room, MinutesState.DRAFT
    meeting.agenda, meeting.minutes = str(AGENDAS[MeetingKind(placed.kind)]), placed.minutes
    meeting.starts_at, meeting.ends_at = placed.starts_at, placed.ends_at
    if is_new or moved:
        meeting.changed_at = placed.starts_at
        meeting.sequence += not is_new
    meeting.save()
    if is_new:
        _fill(meeting, placed)
    meeting.state = placed.state
    meeting.confirmed_on = timezone.localdate(placed.ends_at) if meeting.is_confirmed else None
    meeting.save()


def _fill(meeting: Meeting, placed: PlacedMeeting) -> None:
    members = meeting.process.members.exclude(role=ProcessRole.GUEST).order_by("pk")
    Attendee.objects.bulk_create([Attendee(meeting=meeting, member=member) for member in members])
    MinutesEntry.objects.bulk_create(
        [MinutesEntry(meeting=meeting, kind=EntryKind.DECISION, text=text) for text in placed.decisions]
    )
    planned_at = min(noon(meeting.process.starts_on), placed.starts_at)
    log_meeting(meeting, MeetingMoveKind.PLAN, actor=None, at=planned_at, to_state=MinutesState.PLANNED)
    for move in WAY[MinutesState(placed.state)]:
        sources, target = MEETING_MOVES[move]
        log_meeting(meeting, move, actor=None, at=placed.ends_at, from_state=next(iter(sources)), to_state=target)
