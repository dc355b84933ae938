"""Checking in by oneself: a code that is bound to a date, a while and a place.

The trainer's tick wins: who was ticked otherwise is sent to the trainer, and a code never changes a closed list.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from academy.common.moments import clock, day
from academy.models import User
from academy.services import audit
from courses.enums import CourseFormat
from courses.models import Session
from enrolment import selectors
from enrolment.enums import AttendanceState
from enrolment.models import Attendance, CheckInWindow, Enrolment

from . import seats
from .attendance import AttendanceRefused, check_list_open, follow
from .certificates import CODE_SIGNS

CODE_LENGTH = 6
MARGIN = timedelta(minutes=30)  # before the start until after it; a renewed code lives as long at least
REMEMBERED = timedelta(days=1)  # how long a code that is over is told apart from a wrong one


class CheckInRefused(Exception):
    """A rule says no. The message is written for the learner."""


def check_in_code(window: CheckInWindow) -> str:
    """The code of that window: signs that nobody mistakes for another. Whoever reads the database cannot make it."""
    digest = salted_hmac("enrolment.check_in", f"{window.session_id}:{window.nonce}", algorithm="sha256").digest()
    number, signs = int.from_bytes(digest), ""
    for _place in range(CODE_LENGTH):
        number, sign = divmod(number, len(CODE_SIGNS))
        signs += CODE_SIGNS[sign]
    return signs


def place_to_confirm(session: Session) -> str:
    """Where people must say that they are; empty where the course takes place online. Fetch `run__course` along."""
    return "" if session.run.course.format == CourseFormat.ONLINE else session.where


# --- Who keeps the list ---------------------------------------------------------------------------------------------
@transaction.atomic
def open_check_in(*, session: Session, actor: User, at: datetime, opens_at: datetime | None = None) -> CheckInWindow:
    """Let people check in from 30 minutes before the start (or `opens_at`) until 30 minutes after it, or after now.

    A second call gives a new code for the place as it is now, and the old one is void. Raises AttendanceRefused once
    the date is over or its list is closed, and when its run is not open.
    """
    run = seats.lock_run(session.run)
    session = Session.objects.select_related("attendance_list").get(pk=session.pk)
    session.run = run
    check_list_open(session=session, run=run)
    if at >= session.ends_at:
        raise AttendanceRefused(_("The date is over. Please record the attendance on the list."))
    values = {
        "nonce": secrets.token_urlsafe(24),
        "place": place_to_confirm(session),
        "opens_at": opens_at or session.starts_at - MARGIN,
        "closes_at": max(session.starts_at, at) + MARGIN,
        "opened_by": actor.pseudonym,
    }
    window, _is_new = CheckInWindow.objects.update_or_create(session=session, defaults=values)
    audit(action="check_in.opened", obj=session, actor=actor, at=at)
    return window


@transaction.atomic
def close_check_in(*, session: Session, actor: User, at: datetime) -> None:
    """Make the code void at once; nothing happens where none is valid."""
    run = seats.lock_run(session.run)
    window = CheckInWindow.objects.filter(session__run=run, session=session, closes_at__gt=at).first()
    if window is None:
        return
    window.opens_at, window.closes_at = min(window.opens_at, at), at
    window.save(update_fields=["opens_at", "closes_at"])
    audit(action="check_in.closed", obj=session, actor=actor, at=at)


# --- Learners -------------------------------------------------------------------------------------------------------
def find_check_in(*, person: User, code: str, at: datetime) -> CheckInWindow:
    """The window with that code at which `person` may check in now.

    Raises CheckInRefused for a code that is wrong or of a date without a confirmed place of the person (one sentence
    for both: nobody finds out what others attend), before and after its time, and when the date has moved elsewhere.
    """
    windows = selectors.check_in_windows_of(person).filter(closes_at__gt=at - REMEMBERED)
    window = next((one for one in windows if constant_time_compare(check_in_code(one), code)), None)
    if window is None:
        raise CheckInRefused(
            _("This code fits none of your dates. Please compare it with the one in the room, or ask the trainer.")
        )
    if at < window.opens_at:
        raise CheckInRefused(
            _("You can check in from %(day)s, %(time)s on.")
            % {"day": day(window.opens_at), "time": clock(window.opens_at)}
        )
    if window.is_over(at=at) or window.place != place_to_confirm(window.session):
        raise CheckInRefused(_("This code is not valid any more. Please ask the trainer for a new one."))
    return window


@transaction.atomic
def check_in(*, person: User, code: str, is_there: bool, at: datetime) -> Attendance:
    """Record that `person` is at the date with that code, once; a second call changes nothing.

    Raises CheckInRefused as `find_check_in` does, for people who do not say that they are at its place, when the list
    is closed, and when it says something else already.
    """
    session = find_check_in(person=person, code=code, at=at).session
    run = seats.lock_run(session.run)
    window = find_check_in(person=person, code=code, at=at)  # closed, renewed or moved in the meantime?
    if window.place and not is_there:
        raise CheckInRefused(_("Please confirm that you are at this place."))
    session = Session.objects.select_related("attendance_list").get(pk=session.pk)
    try:
        check_list_open(session=session, run=run)
    except AttendanceRefused as refusal:
        raise CheckInRefused(
            _("The attendance list of this date is closed already. Please ask the trainer.")
        ) from refusal
    place = Enrolment.objects.confirmed().select_related("run__course").get(run=run, learner=person)
    tick = Attendance.objects.filter(enrolment=place, session=session).first()
    if tick is None:
        tick = Attendance.objects.create(
            enrolment=place,
            session=session,
            state=AttendanceState.PRESENT,
            ticked_by=person.pseudonym,
            ticked_at=at,
            checked_in_at=at,
        )
        audit(action="attendance.checked_in", obj=session, actor=person, at=at)
        follow([place], set(), actor=person, at=at)
    elif tick.state != AttendanceState.PRESENT:
        raise CheckInRefused(
            _("The trainer has recorded you as «%(state)s». Please ask the trainer if that is wrong.")
            % {"state": tick.get_state_display()}
        )
    return tick
