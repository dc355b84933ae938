"""Putting runs, places and attendance into the state that a file describes: for loaders, with the system as the actor.

No mail is written. Placing twice updates and never doubles: who has a place on the run keeps it as it stands, and a run
that people have changed since then keeps its dates and its state.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from academy.models import AuditEntry, Organisation, User
from academy.services import audit
from courses import services as courses
from courses.enums import RunState
from courses.models import Course, CourseRun, CourseVersion, Room, Seat, Session
from enrolment.enums import AttendanceState, Channel, EnrolmentState, NamedBy
from enrolment.models import Approval, Attendance, Booking, Certificate, Enrolment, EnrolmentMove, NamedPerson
from enrolment.workflow import NEW, PLACE_MOVES

from . import bookings, completion, holding, runs, seats

ENTRANCES = {
    EnrolmentState.CONFIRMED: "confirm",
    EnrolmentState.REQUESTED: "request",
    EnrolmentState.WAITLISTED: "wait",
}


@dataclass(frozen=True)
class PlacedRun:
    """The run itself; capacity and approval are those of the course. Without `version` the course's newest counts."""

    course: Course
    state: RunState
    place: str = ""
    enrolment_opens_at: datetime | None = None
    version: CourseVersion | None = None


@dataclass(frozen=True)
class PlacedSession:
    starts_at: datetime
    ends_at: datetime
    ue: float
    room: Room | None = None


@dataclass(frozen=True)
class PlacedPlace:
    """One place in the state that it has. `has_council`: the staff council is involved in its approval. `was_present`
    says how it was at every session; None: not ticked yet.
    """

    learner: User
    state: EnrolmentState
    enrolled_at: datetime
    approver_email: str = ""
    has_council: bool = False
    was_present: bool | None = None


@transaction.atomic
def place_run(
    *,
    slug: str,
    placed: PlacedRun,
    sessions: Sequence[PlacedSession] = (),
    trainers: Sequence[User] = (),
    places: Sequence[PlacedPlace] = (),
    at: datetime,
) -> CourseRun:
    """Create or refresh the run with that slug, with its sessions, seats and places.

    Raises RunRefused if more places are described than the run has seats, RoomRefused where a room is taken.
    """
    run = CourseRun.objects.filter(slug=slug).first() or CourseRun(slug=slug)
    if run.pk is None or not _was_changed_by_people(run):
        _place_header(run, placed, trainers, at=at)
        _place_sessions(run, sessions, at=at)
    added = _place_places(run, [place for place in places if place.state in ENTRANCES], at=at)
    _place_attendance(run, {place.learner.pk: place.was_present for place in places}, added)
    if run.state == RunState.COMPLETED:
        completion.update_completions(enrolments=added, at=at)
    return run


def _was_changed_by_people(run: CourseRun) -> bool:
    """Also where certificates have been issued: they print the dates as they were."""
    acts = AuditEntry.objects.filter(object_type=run._meta.label_lower, object_id=str(run.pk))
    return acts.filter(actor__isnull=False).exists() or Certificate.objects.filter(enrolment__run=run).exists()


def _place_header(run: CourseRun, placed: PlacedRun, trainers: Sequence[User], *, at: datetime) -> None:
    course, is_new = placed.course, run.pk is None
    run.course, run.place, run.state = course, placed.place, placed.state
    run.language, run.approval, run.capacity_min = course.language, course.approval, course.capacity_min
    run.enrolment_opens_at = placed.enrolment_opens_at
    run.version = placed.version or run.version or courses.freeze_version(course=course, at=at)
    if is_new:
        run.capacity_max = course.capacity_max
    run.save()
    run.trainers = trainers
    run.save()
    if is_new:
        numbers = range(1, (run.capacity_max or 0) + 1)
        Seat.objects.bulk_create([Seat(run=run, number=number) for number in numbers])
        audit(action="run.placed", obj=run, actor=None, at=at, data={"state": str(run.state)})
    elif run.capacity_max != course.capacity_max:
        changed = runs.change_capacity(run=run, capacity_max=course.capacity_max, actor=None, at=at)
        run.capacity_max = changed.capacity_max


def _place_sessions(run: CourseRun, placed: Sequence[PlacedSession], *, at: datetime) -> None:
    """The sessions in their order; a session that has moved counts its change, so that calendars follow."""
    stored = list(Session.objects.filter(run=run).order_by("starts_at", "pk"))
    courses.claim_rooms(
        run=run,
        sessions=[Session(starts_at=new.starts_at, ends_at=new.ends_at, room=new.room) for new in placed],
        stored={},
    )
    for session, wanted in zip(stored, placed, strict=False):
        before = (session.starts_at, session.ends_at, session.room)
        session.starts_at, session.ends_at, session.ue = wanted.starts_at, wanted.ends_at, wanted.ue
        session.room = wanted.room
        if before != (session.starts_at, session.ends_at, session.room):
            session.sequence += 1
            session.changed_at = at
        session.save()
    Session.objects.bulk_create(
        Session(run=run, starts_at=new.starts_at, ends_at=new.ends_at, ue=new.ue, room=new.room, changed_at=at)
        for new in placed[len(stored) :]
    )
    for surplus in stored[len(placed) :]:
        if not surplus.attendances.exists():
            surplus.delete()


def _place_places(run: CourseRun, placed: Sequence[PlacedPlace], *, at: datetime) -> list[Enrolment]:
    """The places of people who had none on this run, each with its first move; in the order of the file."""
    known = set(Enrolment.objects.filter(run=run).values_list("learner_id", flat=True))
    new = [place for place in placed if place.learner.pk not in known]
    if not new:
        return []
    run.last_queue_number = seats.lock_run(run).last_queue_number
    enrolments = [_seated(run, place) for place in new]
    _take_seats(run, enrolments)
    run.save(update_fields=["last_queue_number"])
    Enrolment.objects.bulk_create(enrolments)
    EnrolmentMove.objects.bulk_create(_entrance(enrolment) for enrolment in enrolments)
    Approval.objects.bulk_create(
        _question(enrolment, place)
        for enrolment, place in zip(enrolments, new, strict=True)
        if place.state == EnrolmentState.REQUESTED
    )
    return enrolments


def _seated(run: CourseRun, place: PlacedPlace) -> Enrolment:
    enrolment = Enrolment(learner=place.learner, run=run, state=place.state, enrolled_at=place.enrolled_at)
    if place.state == EnrolmentState.WAITLISTED:
        run.last_queue_number += 1
        enrolment.queue_number = run.last_queue_number
    return enrolment


def _take_seats(run: CourseRun, enrolments: Sequence[Enrolment]) -> None:
    """Seats for all who hold one, the lowest numbers first; who waits for approval takes one while there is one."""
    free = list(Seat.objects.select_for_update().free().filter(run=run).order_by("number"))
    taken = []
    for enrolment in enrolments:
        if enrolment.state == EnrolmentState.WAITLISTED:
            continue
        if not run.has_limit:
            enrolment.seat = seats.new_seat(run, at=enrolment.enrolled_at)
        elif free:
            enrolment.seat = free.pop(0)
            enrolment.seat.taken_at = enrolment.enrolled_at
            taken.append(enrolment.seat)
        elif enrolment.state == EnrolmentState.CONFIRMED:
            raise runs.RunRefused(_("There are fewer seats than places."))
    Seat.objects.bulk_update(taken, ["taken_at"])


def _entrance(enrolment: Enrolment) -> EnrolmentMove:
    move = ENTRANCES[EnrolmentState(enrolment.state)]
    return EnrolmentMove(
        enrolment=enrolment,
        move=move,
        from_state=NEW,
        to_state=PLACE_MOVES[move][1],
        actor=None,
        channel=Channel.SYSTEM,
        at=enrolment.enrolled_at,
    )


def _question(enrolment: Enrolment, place: PlacedPlace) -> Approval:
    asked_at = enrolment.enrolled_at
    days = settings.APPROVAL_COUNCIL_DAYS if place.has_council else settings.APPROVAL_DAYS
    return Approval(
        enrolment=enrolment,
        approver_email=place.approver_email,
        nonce=secrets.token_urlsafe(24),
        asked_at=asked_at,
        expires_at=asked_at + timedelta(days=days),
        council_since=asked_at if place.has_council else None,
    )


def _place_attendance(run: CourseRun, presence: dict[int, bool | None], added: Sequence[Enrolment]) -> None:
    """Ticks for the places that are new, at the end of each session."""
    states = {True: AttendanceState.PRESENT, False: AttendanceState.ABSENT}
    ticked = [enrolment for enrolment in added if presence[enrolment.learner_id] is not None]
    Attendance.objects.bulk_create(
        Attendance(
            enrolment=enrolment,
            session=session,
            state=states[presence[enrolment.learner_id]],
            ticked_by=None,
            ticked_at=session.ends_at,
        )
        for session in Session.objects.filter(run=run).order_by("starts_at", "pk")
        for enrolment in ticked
    )


@transaction.atomic
def place_booking(
    *, run: CourseRun, organisation: Organisation, contact: User, named: int, unnamed: int, at: datetime
) -> Booking | None:
    """An organisation's booking on the run, until the latest moment possible: so many of its confirmed people count as
    named, and so many free seats are kept. None where the organisation has had one, or the run begins too soon.
    """
    run = seats.lock_run(run)
    release_at = bookings.latest_release(run, at=at)
    if release_at <= at or Booking.objects.filter(run=run, organisation=organisation).exists():
        return None
    places = list(
        Enrolment.objects.confirmed().filter(run=run).select_related("seat", "learner").order_by("pk")[:named]
    )
    free = list(Seat.objects.select_for_update().free().filter(run=run).order_by("number")[:unnamed])
    booking = Booking(run=run, organisation=organisation, contact=contact, release_at=release_at, booked_at=at)
    count = len(places) + len(free)
    holding.move(booking, "reserve", seats=count, at=at, actor=None, channel=Channel.SYSTEM)
    holding.keep(booking, [*free, *[place.seat for place in places]])
    NamedPerson.objects.bulk_create(
        NamedPerson(
            booking=booking,
            enrolment=place,
            first_name=place.learner.first_name,
            last_name=place.learner.last_name,
            email=place.learner.email,
            named_by=NamedBy.CONTACT,
            named_at=at,
        )
        for place in places
    )
    return booking
