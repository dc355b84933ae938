"""The move of a booking and the seats that are kept for it: what bookings and the waiting list stand on."""

from collections.abc import Sequence
from datetime import datetime

from academy.models import User
from courses.models import CourseRun, Seat
from enrolment import notifications
from enrolment.enums import LIVE_BOOKINGS, BookingState, Channel
from enrolment.models import Booking, BookingMove, Enrolment, NamedPerson
from enrolment.workflow import BOOKING_MOVES, NEW

from .seats import MoveRefused


def lock_booking(booking: Booking) -> Booking:
    """The booking as it stands now, locked; the caller holds the run's lock already."""
    found = Booking.objects.select_for_update(of=("self",)).select_related("run", "organisation", "contact")
    return found.get(pk=booking.pk)


def move(booking: Booking, name: str, *, seats: int, at: datetime, actor: User | None, channel: Channel) -> Booking:
    """Make one move of the table, save the booking with all that was changed on it, and write its row."""
    allowed_from, to_state = BOOKING_MOVES[name]
    from_state = booking.state if booking.pk else NEW
    if from_state not in allowed_from:
        raise MoveRefused(f"{name} is not allowed from {from_state or 'nothing'}")
    booking.state = to_state
    if to_state not in LIVE_BOOKINGS:
        booking.waiting_for, booking.queue_number, booking.link_hash = 0, None, None
    booking.save()
    BookingMove.objects.create(
        booking=booking,
        move=name,
        from_state=from_state,
        to_state=to_state,
        seats=seats,
        actor=actor.pseudonym if actor else None,
        channel=channel,
        at=at,
    )
    return booking


def keep(booking: Booking, seats: Sequence[Seat]) -> None:
    """Reserve free seats, locked by the caller, for the booking's organisation."""
    for seat in seats:
        seat.reserved_for_id, seat.reserved_until = booking.organisation_id, booking.release_at
    Seat.objects.bulk_update(seats, ["reserved_for", "reserved_until"])


def give(booking: Booking, seats: Sequence[Seat], *, at: datetime, actor: User | None, channel: Channel) -> None:
    """The group's turn on the waiting list: seats are reserved for it; with all of them it leaves the list."""
    booking.waiting_for -= len(seats)
    if not booking.waiting_for:
        booking.queue_number = None
    keep(booking, seats)
    move(booking, "give", seats=len(seats), at=at, actor=actor, channel=channel)
    notifications.seats_given(booking, seats=len(seats), at=at)


def let_go(seats: Sequence[Seat]) -> None:
    """End the reservation of seats: those that nobody holds are free again, or gone where the run has no limit."""
    for seat in seats:
        seat.reserved_for, seat.reserved_until = None, None
    Seat.objects.bulk_update(seats, ["reserved_for", "reserved_until"])
    if seats and not CourseRun.objects.get(pk=seats[0].run_id).has_limit:
        Seat.objects.filter(pk__in=[seat.pk for seat in seats if seat.taken_at is None]).delete()


def is_kept(seat: Seat, *, at: datetime) -> bool:
    """Whether a seat that is given back stays with its organisation."""
    return seat.reserved_for_id is not None and at < seat.reserved_until


def take_back(seat: Seat) -> None:
    """The seat waits for another name."""
    seat.taken_at = None
    seat.save(update_fields=["taken_at"])


def pass_on(giver: Enrolment, taker: Enrolment, *, at: datetime) -> None:
    """A named person has handed the place over to a colleague: from now on that one counts as named."""
    for naming in NamedPerson.objects.filter(enrolment=giver):
        person = taker.learner
        NamedPerson.objects.create(
            booking_id=naming.booking_id,
            enrolment=taker,
            first_name=person.first_name,
            last_name=person.last_name,
            email=person.email,
            named_by=naming.named_by,
            named_at=at,
        )


def tell_of_return(seat: Seat, *, at: datetime) -> None:
    """Somebody gave back one of the organisation's seats: the contact person may name somebody else."""
    booking = Booking.objects.filter(run=seat.run_id, organisation=seat.reserved_for_id, state=BookingState.HELD)
    for one in booking.select_related("run", "organisation", "contact"):
        notifications.seat_returned(one, seat=seat, at=at)
