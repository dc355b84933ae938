"""Planning, opening, cancelling and completing a run. Capacity changes here, because the waiting list must move
with it.
"""

from datetime import datetime
from itertools import pairwise

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from academy.models import User
from academy.services import audit
from courses import services as courses
from courses.enums import ApprovalPolicy, CourseFormat, CourseType, RunState
from courses.models import EMPOWERMENT_NEEDS_NO_APPROVAL, CourseRun, Seat, Session
from enrolment import notifications
from enrolment.enums import Channel, EnrolmentState, PromotionTrigger
from enrolment.models import Enrolment
from enrolment.notifications import Known

from . import approvals, attendance_lists, bookings, change_notices, completion, interest, promotion, reoffers, seats
from .calendars import forget_feeds


class RunRefused(Exception):
    """A rule says no. The message is written for the person who plans."""


@transaction.atomic
def save_run(*, run: CourseRun, actor: User, at: datetime) -> CourseRun:
    """Save a new or changed run with the sessions and trainers it holds in memory, and make its seats equal its
    capacity.

    Raises RunRefused if a new session lies in the past, sessions overlap, a room is taken by another date, fewer places
    are wanted than are taken, or a run of an empowerment space asks for approval.
    """
    planned = sorted(run.sessions.get_object_list(), key=lambda session: session.starts_at)
    is_new = run.pk is None
    if not is_new:
        locked = seats.lock_run(run)
        run.last_queue_number, run.state, run.version_id = locked.last_queue_number, locked.state, locked.version_id
    stored = {} if is_new else {session.pk: session for session in locked.sessions.all()}
    _check_sessions(planned, stored, at=at)
    _check_approval(run)
    try:
        courses.claim_rooms(run=run, sessions=planned, stored=stored)
    except courses.RoomRefused as refusal:
        raise RunRefused(str(refusal)) from refusal
    teaching = _teachers(run)
    known = [Known.of(session, locked) for session in stored.values()] if not is_new else []
    has_moved = not is_new and _raise_sequences(run, planned, stored, at=at)
    run.save()
    _fit_seats(run, at=at)
    forget_feeds(person__in=teaching | _teachers(run))
    audit(action="run.planned" if is_new else "run.changed", obj=run, actor=actor, at=at)
    if has_moved:
        forget_feeds(person__enrolments__run=run)
        bookings.fit_release_dates(run, actor=actor, at=at)
        change_notices.gather(run, known, at=at)
    return run


def _check_approval(run: CourseRun) -> None:
    if run.course.type == CourseType.EMPOWERMENT and run.approval != ApprovalPolicy.NONE:
        raise RunRefused(str(EMPOWERMENT_NEEDS_NO_APPROVAL))


def _teachers(run: CourseRun) -> set[int]:
    """The keys of all who teach the stored run, or a date of it, or stand in."""
    links = (
        CourseRun.trainers.through.objects.filter(courserun=run.pk),
        Session.trainers.through.objects.filter(session__run=run.pk),
        Session.replacements.through.objects.filter(session__run=run.pk),
    )
    return {key for link in links for key in link.values_list("user", flat=True)}


def _raise_sequences(run: CourseRun, planned: list[Session], stored: dict[int, Session], *, at: datetime) -> bool:
    """Count up the revision of each session whose time or place differs, for calendars; whether any date changed."""
    changed = [
        session
        for session in planned
        if session.pk in stored and _when_and_where(session, run) != _when_and_where(stored[session.pk], run=None)
    ]
    for session in changed:
        session.sequence, session.changed_at = stored[session.pk].sequence + 1, at
    return bool(changed) or {session.pk for session in planned} != set(stored)


def _when_and_where(session: Session, run: CourseRun | None) -> tuple:
    run = run or session.run
    return session.starts_at, session.ends_at, session.own_place or run.place, session.online_link or run.online_link


def _check_sessions(planned: list[Session], stored: dict[int, Session], *, at: datetime) -> None:
    for session in planned:
        before = stored.get(session.pk)
        moved = before is None or before.starts_at != session.starts_at
        if session.ends_at <= session.starts_at:
            raise RunRefused(_("A session ends before it starts. Please check date and time."))
        if moved and session.starts_at <= at:
            raise RunRefused(_("A session lies in the past. Please check date and time."))
    for earlier, later in pairwise(planned):
        if later.starts_at < earlier.ends_at:
            raise RunRefused(_("Two sessions of this run overlap. Please check date and time."))


def _fit_seats(run: CourseRun, *, at: datetime) -> None:
    """Make and remove seat rows so that they equal the capacity; more places move the waiting list up.

    The rows are locked, so that nobody takes a seat that is about to go.
    """
    rows = list(Seat.objects.select_for_update().filter(run=run).order_by("number"))
    held = [seat for seat in rows if seat.taken_at is not None]
    free = [seat for seat in rows if seat.taken_at is None and seat.reserved_for_id is None]
    if run.capacity_max is None:
        Seat.objects.filter(pk__in=[seat.pk for seat in free]).delete()
        promotion.promote(run, at=at, trigger=PromotionTrigger.CAPACITY)
        return
    if run.capacity_max < len(held):
        raise RunRefused(
            ngettext(
                "%(held)d place is taken. First decide who gives a place back.",
                "%(held)d places are taken. First decide who gives a place back.",
                len(held),
            )
            % {"held": len(held)}
        )
    if run.capacity_max < len(rows) - len(free):
        raise RunRefused(
            _("%(held)d places are taken or reserved for organisations. First decide who gives a place back.")
            % {"held": len(rows) - len(free)}
        )
    surplus = len(rows) - run.capacity_max
    if surplus > 0:
        Seat.objects.filter(pk__in=[seat.pk for seat in free[-surplus:]]).delete()
    elif surplus < 0:
        last = rows[-1].number if rows else 0
        Seat.objects.bulk_create([Seat(run=run, number=last + step) for step in range(1, 1 - surplus)])
        promotion.promote(run, at=at, trigger=PromotionTrigger.CAPACITY)


@transaction.atomic
def change_capacity(*, run: CourseRun, capacity_max: int | None, actor: User | None, at: datetime) -> CourseRun:
    """Give the run more or fewer places. Raises RunRefused if fewer are wanted than are taken, or than its minimum."""
    run = seats.lock_run(run)
    if capacity_max is not None and capacity_max < run.capacity_min:
        raise RunRefused(_("The number of places lies below the smallest number of participants."))
    run.capacity_max = capacity_max
    run.save(update_fields=["capacity_max"])
    _fit_seats(run, at=at)
    audit(action="run.capacity", obj=run, actor=actor, at=at, data={"capacity_max": capacity_max})
    return run


@transaction.atomic
def open_run(*, run: CourseRun, interested_first: bool = False, actor: User | None, at: datetime) -> CourseRun:
    """Open a planned run for enrolment and pin the version of its course. Who is interested in the course is told: with
    `interested_first` seats are offered in the order of entry, else everybody is invited to enrol.

    Raises RunRefused if it is not a draft, asks for approval although it is an empowerment space, or has no session
    although its course is not a self-study module.
    """
    run = seats.lock_run(run)
    if run.state != RunState.DRAFT:
        raise RunRefused(_("Only a draft can be opened."))
    _check_approval(run)
    if not run.sessions.exists() and run.course.format != CourseFormat.SELF_STUDY:
        raise RunRefused(_("Please add at least one session before opening the run."))
    run.state = RunState.OPEN
    run.version = courses.freeze_version(course=run.course, at=at)
    run.save(update_fields=["state", "version"])
    forget_feeds(person__in=_teachers(run))
    audit(action="run.opened", obj=run, actor=actor, at=at)
    interest.convert_interest(run, with_offers=interested_first, actor=actor, at=at)
    return run


@transaction.atomic
def discard_run(*, run: CourseRun, actor: User, at: datetime) -> None:
    """Delete a run that was never opened. Raises RunRefused for any other: it is called off, so that people know."""
    run = seats.lock_run(run)
    if run.state != RunState.DRAFT:
        raise RunRefused(_("Only a draft can be deleted. A run that was open is called off."))
    audit(action="run.discarded", obj=run, actor=actor, at=at)
    run.delete()


@transaction.atomic
def cancel_run(
    *, run: CourseRun, reason: str, instead: CourseRun | None = None, actor: User, at: datetime
) -> CourseRun:
    """Call a run off: every live place is cancelled and told why. With `instead` seats of that run are offered to the
    people in the same transaction, and one mail says both.

    Raises RunRefused without a reason, when it is over, or where nothing can be offered on the other run.
    """
    run, *other = seats.lock_runs(run, *([instead] if instead else []))
    if run.state not in (RunState.DRAFT, RunState.OPEN):
        raise RunRefused(_("This run is over already."))
    if not reason.strip():
        raise RunRefused(_("Please say why: the participants will read it."))
    problem = reoffers.hindrance(run, other[0], at=at) if other else ""
    if problem:
        raise RunRefused(problem)
    list(Seat.objects.select_for_update().filter(run=run).order_by("number"))  # waits for whoever is taking one
    run.state = RunState.CANCELLED
    run.save(update_fields=["state"])
    run.sessions.update(sequence=F("sequence") + 1, changed_at=at, is_cancelled=True)
    removed = change_notices.removed_meanwhile(run)
    places = list(Enrolment.objects.filter(run=run).live().select_related("run", "learner", "seat").order_by("pk"))
    given = reoffers.offer_instead(places, other[0], actor=actor, at=at) if other else {}
    for enrolment in places:
        _close_place(enrolment, "cancel", actor=actor, channel=Channel.OFFICE, reason=reason, at=at)
        if other:
            got = given[enrolment.learner_id]
            notifications.run_replaced(
                enrolment, other[0], got.outcome, place=got.place, reason=reason, removed=removed, at=at
            )
        else:
            notifications.run_cancelled(enrolment, reason=reason, removed=removed, at=at)
    change_notices.drop(run)
    forget_feeds(person__in=_teachers(run))
    bookings.end_with_run(run, "cancel", actor=actor, reason=reason, at=at)
    audit(action="run.cancelled", obj=run, actor=actor, at=at, data={"instead": instead.pk} if instead else None)
    return run


def _close_place(
    enrolment: Enrolment, move: str, *, actor: User | None, channel: Channel, at: datetime, reason: str = ""
) -> None:
    """End a live place with its run: its seat is free, and nobody moves up."""
    seat = seats.free_seat(enrolment)
    enrolment.queue_number, enrolment.offer_expires_at = None, None
    approvals.close_open(enrolment, at=at)
    seats.move(enrolment, move, at=at, actor=actor, channel=channel, reason=reason)
    if seat is not None:
        seat.taken_at = None
        seat.save(update_fields=["taken_at"])


@transaction.atomic
def complete_run(*, run: CourseRun, actor: User | None, at: datetime) -> CourseRun:
    """Close a run whose last session is over; who still waits is told that no place became free. Dates whose list
    was not kept count as not attended from now on, so completions that waited for them are settled.

    Raises RunRefused if a session is still to come, or the run was never open.
    """
    run = seats.lock_run(run)
    if run.state != RunState.OPEN:
        raise RunRefused(_("Only an open run can be completed."))
    if run.sessions.filter(ends_at__gt=at).exists():
        raise RunRefused(_("A session is still to come."))
    run.state = RunState.COMPLETED
    run.save(update_fields=["state"])
    waiting = Enrolment.objects.filter(run=run).live().exclude(state=EnrolmentState.CONFIRMED)
    for enrolment in waiting.select_related("run", "learner", "seat").order_by("pk"):
        _close_place(enrolment, "run_over", actor=None, channel=Channel.SYSTEM, at=at)
        notifications.list_closed(enrolment, at=at)
    change_notices.drop(run)
    bookings.end_with_run(run, "release", actor=None, at=at)
    attendance_lists.close_lists_of(run, at=at)
    completion.update_completions(enrolments=Enrolment.objects.confirmed().filter(run=run), at=at, actor=actor)
    audit(action="run.completed", obj=run, actor=actor, at=at)
    return run
