"""The rules for meetings of a process and their minutes (DOMAIN.md 2.2, 2.5)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.models import User
from consulting import permissions, workflow
from consulting.enums import AGENDAS, WRITABLE_MINUTES, EntryKind, MeetingKind, MeetingMoveKind, MinutesState
from consulting.models import (
    Addendum,
    Attendee,
    Measure,
    Meeting,
    MeetingMove,
    MinutesEntry,
    Process,
    ProcessMember,
)
from enrolment.services import forget_feeds

from .common import ConsultingRefused, require_running, write_move
from .measures import note_measure


class MeetingRefused(ConsultingRefused):
    """Something cannot be done with a meeting or its minutes."""


class MinutesChanged(MeetingRefused):
    """Somebody else has saved the minutes in the meantime: nothing was overwritten."""


# --- Planning ------------------------------------------------------------------------------------------------------
@transaction.atomic
def plan_meeting(
    *,
    process: Process,
    kind: MeetingKind,
    starts_at: datetime,
    ends_at: datetime,
    room: str = "",
    online_link: str = "",
    agenda: str = "",
    members: Iterable[ProcessMember] = (),
    functions: Iterable[str] = (),
    actor: User,
    at: datetime,
) -> Meeting:
    """Plan a meeting; without an agenda it gets that of its kind. Raises MeetingRefused for whoever only reads, and
    for an end before the start.
    """
    process = Process.objects.select_for_update(of=("self",)).get(pk=process.pk)
    _require_writer(process, actor, at=at)
    require_running(process)
    _require_span(starts_at, ends_at)
    meeting = Meeting.objects.create(
        process=process,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        room=room,
        online_link=online_link,
        agenda=agenda.strip() or str(AGENDAS[MeetingKind(kind)]),
        changed_at=at,
    )
    _set_attendees(meeting, members, functions)
    log_meeting(meeting, MeetingMoveKind.PLAN, actor=actor, at=at, to_state=meeting.state)
    _tell_calendars(meeting)
    return meeting


@transaction.atomic
def change_meeting(
    *,
    meeting: Meeting,
    kind: MeetingKind,
    starts_at: datetime,
    ends_at: datetime,
    room: str = "",
    online_link: str = "",
    agenda: str = "",
    members: Iterable[ProcessMember] = (),
    functions: Iterable[str] = (),
    actor: User,
    at: datetime,
) -> Meeting:
    """Change date, place, agenda and who is to come. Raises MeetingRefused once the minutes are circulated."""
    meeting = _locked_writable(meeting, actor, at=at)
    _require_span(starts_at, ends_at)
    meeting.kind, meeting.starts_at, meeting.ends_at = kind, starts_at, ends_at
    meeting.room, meeting.online_link = room, online_link
    meeting.agenda = agenda.strip() or str(AGENDAS[MeetingKind(kind)])
    meeting.sequence, meeting.changed_at = meeting.sequence + 1, at
    meeting.save()
    _set_attendees(meeting, members, functions)
    log_meeting(meeting, MeetingMoveKind.CHANGE, actor=actor, at=at)
    _tell_calendars(meeting)
    return meeting


def _require_span(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise MeetingRefused(_("The meeting must end after it begins."))


def _set_attendees(meeting: Meeting, members: Iterable[ProcessMember], functions: Iterable[str]) -> None:
    """Replace who is there. Members of another process are refused."""
    members = list(members)
    if any(one.process_id != meeting.process_id for one in members):
        raise MeetingRefused(_("Please choose people of this process facilitation only."))
    meeting.attendees.all().delete()
    words = (word.strip()[:120] for word in functions)
    Attendee.objects.bulk_create(
        [
            *(Attendee(meeting=meeting, member=one) for one in members),
            *(Attendee(meeting=meeting, function=word) for word in words if word),
        ]
    )


# --- Minutes -------------------------------------------------------------------------------------------------------
@transaction.atomic
def save_minutes(
    *,
    meeting: Meeting,
    text: str,
    version: int,
    members: Iterable[ProcessMember] = (),
    functions: Iterable[str] = (),
    actor: User,
    at: datetime,
) -> Meeting:
    """Save the minutes as a draft; the first time begins them. `version` is the one that the writer has read.

    Raises MinutesChanged where somebody else has saved since then, and MeetingRefused once they are circulated.
    """
    meeting = _locked_writable(meeting, actor, at=at)
    if meeting.version != version:
        raise MinutesChanged(
            _("Somebody else has saved these minutes in the meantime. Nothing was overwritten; your text is kept here.")
        )
    meeting.minutes, meeting.version = text.strip(), version + 1
    if meeting.state == MinutesState.PLANNED:
        _move(meeting, MeetingMoveKind.BEGIN, actor=actor, at=at)
    meeting.save()
    _set_attendees(meeting, members, functions)
    return meeting


@transaction.atomic
def note_entry(
    *,
    meeting: Meeting,
    kind: EntryKind,
    text: str,
    owner: str = "",
    due_on: date | None = None,
    actor: User,
    at: datetime,
) -> MinutesEntry:
    """Write down a decision or a task; the first one begins the minutes. Raises MeetingRefused once circulated."""
    meeting = _locked_writable(meeting, actor, at=at)
    if meeting.state == MinutesState.PLANNED:
        _move(meeting, MeetingMoveKind.BEGIN, actor=actor, at=at)
        meeting.save()
    return MinutesEntry.objects.create(meeting=meeting, kind=kind, text=text, owner=owner, due_on=due_on)


@transaction.atomic
def change_entry(
    *,
    entry: MinutesEntry,
    kind: EntryKind,
    text: str,
    owner: str = "",
    due_on: date | None = None,
    actor: User,
    at: datetime,
) -> MinutesEntry:
    """Reword a decision or a task. Raises MeetingRefused once the minutes are circulated."""
    _locked_writable(entry.meeting, actor, at=at)
    entry.kind, entry.text, entry.owner, entry.due_on = kind, text, owner, due_on
    entry.save()
    return entry


@transaction.atomic
def remove_entry(*, entry: MinutesEntry, actor: User, at: datetime) -> None:
    """Take a decision or a task out of the draft. Raises MeetingRefused once circulated, or when it is a measure."""
    _locked_writable(entry.meeting, actor, at=at)
    if entry.measure_id:
        raise MeetingRefused(_("It has become a measure and stays in the minutes."))
    entry.delete()


@transaction.atomic
def make_measure(
    *, entry: MinutesEntry, words: dict, barriers: Iterable, courses: Iterable = (), actor: User, at: datetime
) -> Measure:
    """Make a measure of a decision or a task. Raises MeetingRefused if it is one, MeasureRefused without a barrier."""
    entry = MinutesEntry.objects.select_for_update(of=("self",)).select_related("meeting__process").get(pk=entry.pk)
    if entry.measure_id:
        raise MeetingRefused(_("This has become a measure already."))
    measure = note_measure(
        process=entry.meeting.process, words=words, barriers=list(barriers), courses=list(courses), actor=actor, at=at
    )
    entry.measure = measure
    entry.save(update_fields=["measure"])
    return measure


@transaction.atomic
def move_meeting(*, meeting: Meeting, move: MeetingMoveKind, reason: str = "", actor: User, at: datetime) -> Meeting:
    """Call off a planned meeting, circulate its minutes, take them back into the draft, or confirm them.

    The process group confirms; everything else is done by facilitation. Raises MeetingRefused for others, without a
    reason where one is needed, for empty minutes, and before the meeting has begun.
    """
    meeting = _locked(meeting)
    reason = reason.strip()
    if move == MeetingMoveKind.CONFIRM:
        if not permissions.can_confirm_minutes(actor, meeting.process, on=timezone.localdate(at)):
            raise MeetingRefused(_("Minutes are confirmed by the process group."))
    else:
        _require_writer(meeting.process, actor, at=at)
    require_running(meeting.process)
    if move in workflow.MEETING_NEEDS_REASON and not reason:
        raise MeetingRefused(_("Please give a reason: it stays in the log."))
    if move == MeetingMoveKind.CIRCULATE:
        _require_complete(meeting, at=at)
    if move == MeetingMoveKind.CONFIRM:
        meeting.confirmed_on = timezone.localdate(at)
    _move(meeting, move, actor=actor, at=at, reason=reason)
    if move == MeetingMoveKind.CANCEL:
        meeting.is_cancelled, meeting.sequence, meeting.changed_at = True, meeting.sequence + 1, at
        _tell_calendars(meeting)
    meeting.save()
    return meeting


def _require_complete(meeting: Meeting, *, at: datetime) -> None:
    if meeting.starts_at > at:
        raise MeetingRefused(_("Minutes are circulated after the meeting has begun."))
    if not meeting.minutes:
        raise MeetingRefused(_("The minutes are still empty."))
    if not meeting.attendees.exists():
        raise MeetingRefused(_("Please say first which functions were present."))


@transaction.atomic
def add_addendum(*, meeting: Meeting, text: str, actor: User, at: datetime) -> Addendum:
    """Add something to confirmed minutes, which stay as they are. Raises MeetingRefused before the confirmation."""
    meeting = _locked(meeting)
    _require_writer(meeting.process, actor, at=at)
    if not meeting.is_confirmed:
        raise MeetingRefused(_("An addendum follows confirmed minutes. Until then the minutes themselves are changed."))
    addendum = Addendum.objects.create(meeting=meeting, text=text.strip(), actor=actor.pseudonym, at=at)
    log_meeting(meeting, MeetingMoveKind.ADD, actor=actor, at=at)
    return addendum


# --- What all of them share ----------------------------------------------------------------------------------------
def _require_writer(process: Process, actor: User, *, at: datetime) -> None:
    if not permissions.can_write_minutes(actor, process, on=timezone.localdate(at)):
        raise MeetingRefused(_("Meetings and minutes are written by process facilitators."))


def _locked(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_for_update(of=("self",)).select_related("process__unit").get(pk=meeting.pk)


def _locked_writable(meeting: Meeting, actor: User, *, at: datetime) -> Meeting:
    meeting = _locked(meeting)
    _require_writer(meeting.process, actor, at=at)
    require_running(meeting.process)
    if meeting.is_cancelled:
        raise MeetingRefused(_("This meeting was called off."))
    if meeting.state not in WRITABLE_MINUTES:
        raise MeetingRefused(_("These minutes are circulated. Take them back into the draft to change them."))
    return meeting


def _move(meeting: Meeting, move: MeetingMoveKind, *, actor: User, at: datetime, reason: str = "") -> None:
    """Change the state on the row, which the caller saves, and tell the log."""
    if move not in workflow.MEETING_MOVES or meeting.is_cancelled:
        raise MeetingRefused(_("This is not possible with this meeting."))
    sources, target = workflow.MEETING_MOVES[move]
    if meeting.state not in sources:
        state = meeting.get_state_display()
        raise MeetingRefused(_("This is not possible now: the minutes are “{state}”.").format(state=state))
    before, meeting.state = meeting.state, target
    log_meeting(meeting, move, actor=actor, at=at, from_state=before, to_state=target, reason=reason)


def _tell_calendars(meeting: Meeting) -> None:
    """Feeds of everybody in the process are read anew."""
    forget_feeds(person__process_functions__process=meeting.process_id)


def log_meeting(meeting: Meeting, move: MeetingMoveKind, *, actor: User | None, at: datetime, **facts) -> MeetingMove:
    """Write one row into the log of the meeting. `facts`: from_state, to_state, reason."""
    return write_move(MeetingMove, meeting=meeting, move=move, actor=actor, at=at, **facts)
