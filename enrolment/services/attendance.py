"""Who was at which date. Ticked from the start of the date on, corrected until the run is completed."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from academy.common.moments import clock, day
from academy.models import User
from academy.services import audit
from courses.enums import RunState
from courses.models import CourseRun, Session
from enrolment.enums import AttendanceState
from enrolment.models import Attendance, Enrolment

from . import certificates, completion, seats
from .progress import session_minutes


class AttendanceRefused(Exception):
    """A rule says no. The message is written for the trainer."""


def check_list_open(*, session: Session, run: CourseRun) -> None:
    """Fetch `attendance_list` along with the session.

    Raises AttendanceRefused if its list is closed, or its run is not open (any more).
    """
    if run.state == RunState.COMPLETED:
        raise AttendanceRefused(_("This run has been completed. Its attendance can no longer be changed."))
    if run.state != RunState.OPEN:
        raise AttendanceRefused(_("This run does not take place."))
    if hasattr(session, "attendance_list"):
        raise AttendanceRefused(_("This list is closed. It is corrected by an addendum."))


def check_tickable(*, session: Session, run: CourseRun, at: datetime) -> None:
    """Raises AttendanceRefused if the date has not begun, its list is closed, or its run is not open (any more)."""
    check_list_open(session=session, run=run)
    if at < session.starts_at:
        raise AttendanceRefused(
            _("Attendance can be recorded from the start of the date on: %(day)s, %(time)s.")
            % {"day": day(session.starts_at), "time": clock(session.starts_at)}
        )


@transaction.atomic
def record_attendance(
    *,
    session: Session,
    states: Mapping[int, AttendanceState],
    actor: User,
    at: datetime,
    minutes: Mapping[int, int] | None = None,
) -> list[Attendance]:
    """Tick people of one date, by place; the rows that were new or different. Completions and certificates follow.
    Saving what people said themselves by checking in confirms it.

    `minutes` say for each place that was there partly how long. A correction that takes away what a completion stood
    on revokes or lowers it, with that as its reason. Raises AttendanceRefused before the date begins, after the run
    was completed, for a place that is not confirmed, and for minutes that are missing or fill the whole date.
    """
    run = seats.lock_run(session.run)
    session = Session.objects.select_related("attendance_list").get(pk=session.pk)  # closed in the meantime?
    check_tickable(session=session, run=run, at=at)
    places = {place.pk: place for place in Enrolment.objects.confirmed().filter(run=run).select_related("run__course")}
    if not states.keys() <= places.keys():
        raise AttendanceRefused(
            _("Somebody on this list has given the place back in the meantime. Please check the list and save again.")
        )
    ticks = {key: (state, checked_minutes(session, state, (minutes or {}).get(key))) for key, state in states.items()}
    known = {row.enrolment_id: row for row in Attendance.objects.filter(session=session, enrolment__in=states)}
    new = [Attendance(enrolment_id=key, session=session) for key in ticks if key not in known]
    corrected = [row for key, row in known.items() if (row.state, row.minutes) != ticks[key]]
    confirmed = [row for key, row in known.items() if row.is_own_word and row not in corrected]
    for row in [*new, *corrected, *confirmed]:
        row.state, row.minutes = ticks[row.enrolment_id]
        row.ticked_by, row.ticked_at = actor.pseudonym, at
    Attendance.objects.bulk_create(new)
    Attendance.objects.bulk_update([*corrected, *confirmed], ["state", "minutes", "ticked_by", "ticked_at"])
    if new or corrected or confirmed:
        data = {"new": len(new), "corrected": len(corrected), "confirmed": len(confirmed)}
        audit(action="attendance.recorded", obj=session, actor=actor, at=at, data=data)
        follow(places.values(), {row.enrolment_id for row in corrected}, actor=actor, at=at)
    return [*new, *corrected, *confirmed]


def checked_minutes(session: Session, state: AttendanceState, minutes: int | None) -> int | None:
    """The minutes to keep: only of somebody who was there partly, and fewer than the date takes."""
    if state != AttendanceState.PARTLY:
        return None
    most = session_minutes(session) - 1
    if minutes is None or not 1 <= minutes <= most:
        raise AttendanceRefused(
            _("Please say for how many minutes: at least 1, at most %(most)d for this date.") % {"most": most}
        )
    return minutes


def follow(places: Iterable[Enrolment], corrected: set[int], *, actor: User, at: datetime) -> None:
    """Let completions follow for everybody on the run, and certificates for those whose tick was corrected."""
    changed = [place for place in places if place.pk in corrected]
    others = [place for place in places if place.pk not in corrected]
    completion.update_completions(enrolments=others, at=at, actor=actor)
    reason = _("The attendance was corrected.")
    completion.update_completions(enrolments=changed, at=at, actor=actor, reason=reason)
    for place in changed:
        certificates.refresh_certificate(enrolment=place, actor=actor, at=at)
