"""Closing the list of a date, and correcting a closed one: by an addendum that nobody can change or take away."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from academy.models import User
from academy.services import audit
from courses.enums import RunState
from courses.models import CourseRun, Session
from enrolment.enums import AttendanceState
from enrolment.models import Attendance, AttendanceAddendum, AttendanceList, Enrolment
from enrolment.permissions import can_correct_closed_list

from . import seats
from .attendance import AttendanceRefused, check_tickable, checked_minutes, follow


@transaction.atomic
def close_attendance(*, session: Session, actor: User, at: datetime) -> AttendanceList:
    """Close the list of one date; a second call changes nothing.

    Raises AttendanceRefused before the date begins, when its run is not open, and while somebody is not recorded.
    """
    run = seats.lock_run(session.run)
    known = AttendanceList.objects.filter(session=session).first()
    if known is not None:
        return known
    session = Session.objects.select_related("attendance_list").get(pk=session.pk)
    check_tickable(session=session, run=run, at=at)
    ticked = Attendance.objects.filter(session=session).values("enrolment")
    left = Enrolment.objects.confirmed().filter(run=run).exclude(pk__in=ticked).count()
    if left:
        sentence = ngettext(
            "%(count)d person is not recorded yet. Please complete the list before you close it.",
            "%(count)d people are not recorded yet. Please complete the list before you close it.",
            left,
        )
        raise AttendanceRefused(sentence % {"count": left})
    own_words = [row for row in Attendance.objects.filter(session=session) if row.is_own_word]
    if own_words:  # closing the list confirms what people said themselves by checking in
        Attendance.objects.filter(pk__in=[row.pk for row in own_words]).update(ticked_by=actor.pseudonym, ticked_at=at)
        follow(Enrolment.objects.confirmed().filter(run=run).select_related("run__course"), set(), actor=actor, at=at)
    audit(action="attendance.closed", obj=session, actor=actor, at=at)
    return AttendanceList.objects.create(session=session, closed_by=actor.pseudonym, closed_at=at)


def close_lists_of(run: CourseRun, *, at: datetime) -> None:
    """Close what is still open with its run. The caller holds the run's lock."""
    left = Session.objects.filter(run=run, attendance_list__isnull=True).order_by("pk")
    AttendanceList.objects.bulk_create(AttendanceList(session=session, closed_at=at) for session in left)


@transaction.atomic
def add_addendum(
    *,
    enrolment: Enrolment,
    session: Session,
    state: AttendanceState,
    minutes: int | None,
    reason: str,
    actor: User,
    at: datetime,
) -> AttendanceAddendum:
    """Correct one line of a closed list, and say why. Completion and certificate follow, as for any correction.

    Raises AttendanceRefused while the list is open, without a reason, when nothing differs, for a place that is not
    confirmed on that run, and for everybody but the office once the run is completed.
    """
    run = seats.lock_run(session.run)
    place = Enrolment.objects.confirmed().filter(run=run, pk=enrolment.pk).select_related("run__course").first()
    if place is None:
        raise AttendanceRefused(_("This person has no confirmed place on this run."))
    if not can_correct_closed_list(actor, run):
        raise AttendanceRefused(_("This run has been completed. Only the academy office can correct its lists."))
    if run.state != RunState.COMPLETED and not AttendanceList.objects.filter(session=session).exists():
        raise AttendanceRefused(_("This list is still open. Please correct it directly."))
    if not reason.strip():
        raise AttendanceRefused(_("Please say why the list is corrected."))
    new = state, checked_minutes(session, state, minutes)
    tick = Attendance.objects.filter(enrolment=place, session=session).first()
    old = (tick.state, tick.minutes) if tick else ("", None)
    if new == old:
        raise AttendanceRefused(_("That is what the list says already."))
    addendum = AttendanceAddendum.objects.create(
        enrolment=place,
        session=session,
        old_state=old[0],
        old_minutes=old[1],
        new_state=new[0],
        new_minutes=new[1],
        reason=reason.strip(),
        added_by=actor.pseudonym,
        added_at=at,
    )
    values = {"state": new[0], "minutes": new[1], "ticked_by": actor.pseudonym, "ticked_at": at}
    Attendance.objects.update_or_create(enrolment=place, session=session, defaults=values)
    audit(action="attendance.addendum", obj=addendum, actor=actor, at=at)
    follow([place], {place.pk}, actor=actor, at=at)
    return addendum
