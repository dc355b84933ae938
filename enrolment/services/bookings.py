"""Seats for an organisation: reserved, waited for as a group, given back by hand or by themselves."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from academy.enums import Role
from academy.models import Membership, Organisation, User
from courses.enums import Audience
from courses.models import CourseRun, Seat
from enrolment import notifications
from enrolment.enums import BookingState, Channel, GroupEntry, PromotionTrigger
from enrolment.models import Booking

from . import holding, promotion, seats

REMIND_BEFORE = timedelta(days=3)
WITHOUT_DATES = timedelta(days=28)  # how long seats of a course without dates are kept


class BookingRefused(Exception):
    """A rule says no. The message is written for the contact person."""


@transaction.atomic
def reserve(
    *,
    contact: User,
    organisation: Organisation,
    run: CourseRun,
    count: int,
    entry: GroupEntry,
    release_at: datetime | None = None,
    at: datetime,
    channel: Channel = Channel.WEB,
) -> Booking:
    """Keep `count` seats for the organisation's people until `release_at` (default: the latest moment possible).

    Where not all of them are free, or somebody waits, the group joins the waiting list: wholly, or with those seats
    that are missing, as `entry` says. Raises BookingRefused if the person is not the organisation's contact, the run
    cannot be booked by it, the numbers or the date do not fit, or the organisation has a booking on the run already.
    """
    unit_id = _unit_of_contact(contact, organisation, at=at)
    latest = check_bookable(run=run, organisation=organisation, at=at)
    until = latest if release_at is None else release_at
    _check_count(run, count)
    _check_date(until, latest=latest, at=at)
    run = seats.lock_run(run)
    if not seats.is_open_now(run):
        raise BookingRefused(_("Enrolment for this course is closed."))
    if Booking.objects.live().filter(run=run, organisation=organisation).exists():
        raise BookingRefused(_("Your organisation has a booking on this run already."))
    free = _free(run, count)
    if len(free) < count and entry == GroupEntry.TOGETHER:
        free = []
    booking = Booking(
        organisation=organisation,
        unit_id=unit_id,
        run=run,
        contact=contact,
        entry=entry,
        release_at=until,
        booked_at=at,
    )
    booking.waiting_for = count - len(free)
    booking.queue_number = seats.draw_number(run) if booking.waiting_for else None
    _store(booking, kept=len(free), at=at, actor=contact, channel=channel)
    holding.keep(booking, free)
    if free:
        notifications.seats_reserved(booking, seats=len(free), at=at)
    else:
        notifications.group_waits(booking, at=at)
    return booking


def _store(booking: Booking, *, kept: int, at: datetime, actor: User, channel: Channel) -> None:
    name, count = ("reserve", kept) if kept else ("wait", booking.waiting_for)
    try:
        with transaction.atomic():
            holding.move(booking, name, seats=count, at=at, actor=actor, channel=channel)
    except IntegrityError as clash:  # only where there is no lock on the run's row
        raise BookingRefused(_("Your organisation has a booking on this run already.")) from clash


def _unit_of_contact(contact: User, organisation: Organisation, *, at: datetime) -> int | None:
    """The unit for which the person is the contact, for the share of a unit. Raises BookingRefused for others."""
    held = Membership.objects.active(on=timezone.localdate(at)).with_role(Role.ORGANISATION_CONTACT)
    own = held.filter(user=contact, organisation=organisation).order_by("pk").first()
    if own is None:
        raise BookingRefused(_("Only the contact person of the organisation can book places for it."))
    return own.unit_id


def check_bookable(*, run: CourseRun, organisation: Organisation, at: datetime) -> datetime:
    """The latest release date of a booking made now. Raises BookingRefused where the organisation cannot book."""
    if not run.is_open_for_enrolment(at=at):
        raise BookingRefused(_("Enrolment for this course is closed."))
    if run.course.is_list_protected:
        raise BookingRefused(_("Places of this course are taken by the people themselves, not by organisations."))
    if not run.has_limit:
        raise BookingRefused(_("There are places for everybody: your people can enrol without a reservation."))
    if run.audience == Audience.INHOUSE and run.organisation_id != organisation.pk:
        raise BookingRefused(_("This course is for the people of another organisation."))
    if run.audience == Audience.ON_REQUEST:
        raise BookingRefused(_("Places on this course are given by the academy office. Please write to us."))
    latest = latest_release(run, at=at)
    if at >= latest:
        raise BookingRefused(_("The course begins too soon to reserve places. Your people can enrol themselves."))
    return latest


def latest_release(run: CourseRun, *, at: datetime) -> datetime:
    """Until when a contact person may keep seats: the moment from which on nobody moves up by itself."""
    return run.list_closes_at() or run.closes_at() or at + WITHOUT_DATES


def _check_count(run: CourseRun, count: int) -> None:
    if count < 1:
        raise BookingRefused(_("Please say how many places you need."))
    if count > run.capacity_max:
        raise BookingRefused(
            ngettext(
                "This run has %(count)d place. Please book no more than that.",
                "This run has %(count)d places. Please book no more than that.",
                run.capacity_max,
            )
            % {"count": run.capacity_max}
        )


def _check_date(until: datetime, *, latest: datetime, at: datetime) -> None:
    if until <= at:
        raise BookingRefused(_("The release date lies in the past."))
    if until > latest:
        raise BookingRefused(_("The release date is too late: others must still be able to use the places."))


def _free(run: CourseRun, count: int) -> list[Seat]:
    """Up to `count` free seats, locked; none where somebody waits, since nobody is overtaken."""
    if seats.somebody_waits(run):
        return []
    return list(Seat.objects.select_for_update().free().filter(run=run).order_by("number")[:count])


@transaction.atomic
def add_seats(*, booking: Booking, count: int, actor: User, at: datetime, channel: Channel = Channel.WEB) -> Booking:
    """Reserve `count` more free seats with a booking that holds some, until its release date.

    Raises BookingRefused if the booking has ended or still waits, the run can no longer be booked, or so many seats are
    not free: nobody on the waiting list is overtaken.
    """
    run, booking = _locked(booking)
    if booking.waiting_for:
        raise BookingRefused(_("Your group still waits for places. More can be added once all are reserved."))
    check_bookable(run=run, organisation=booking.organisation, at=at)
    _check_count(run, count)
    free = _free(run, count)
    if len(free) < count:
        sentence = ngettext(
            "So many places are not free: at the moment it is %(count)d.",
            "So many places are not free: at the moment there are %(count)d.",
            len(free),
        )
        raise BookingRefused(sentence % {"count": len(free)})
    holding.keep(booking, free)
    holding.move(booking, "grow", seats=count, at=at, actor=actor, channel=channel)
    notifications.seats_added(booking, seats=count, at=at)
    return booking


# --- Giving back -------------------------------------------------------------------------------------------------
@transaction.atomic
def give_back_seats(
    *, booking: Booking, count: int, actor: User, at: datetime, channel: Channel = Channel.WEB
) -> Booking:
    """Give back seats that have no name yet; they go to the waiting list at once, or to everybody.

    With the last of them the reservation ends. Raises BookingRefused if there are not so many.
    """
    run, booking = _locked(booking)
    kept = _kept(booking)
    if not 1 <= count <= len(kept):
        raise BookingRefused(
            ngettext(
                "You can give back %(count)d place at most.", "You can give back %(count)d places at most.", len(kept)
            )
            % {"count": len(kept)}
        )
    if count == len(kept) and not booking.waiting_for:
        return _end(booking, "release", run=run, actor=actor, at=at, channel=channel)
    holding.let_go(kept[-count:])
    holding.move(booking, "give_back", seats=count, at=at, actor=actor, channel=channel)
    promotion.promote(run, at=at, trigger=PromotionTrigger.RELEASE)
    return booking


@transaction.atomic
def leave_list(*, booking: Booking, actor: User, at: datetime, channel: Channel = Channel.WEB) -> Booking:
    """The group waits no longer; seats that it holds stay. Raises BookingRefused if it does not wait."""
    run, booking = _locked(booking)
    if not booking.waiting_for:
        raise BookingRefused(_("Your group is not on the waiting list."))
    if booking.state == BookingState.WAITING:
        return _end(booking, "release", run=run, actor=actor, at=at, channel=channel)
    count, booking.waiting_for, booking.queue_number = booking.waiting_for, 0, None
    holding.move(booking, "leave_list", seats=count, at=at, actor=actor, channel=channel)
    promotion.promote(run, at=at, trigger=PromotionTrigger.RELEASE)  # what was kept together for it goes on
    return booking


@transaction.atomic
def release(*, booking: Booking, actor: User | None, at: datetime, channel: Channel = Channel.WEB) -> Booking:
    """End the reservation: seats without a name go to the waiting list or to everybody, named people keep theirs.

    Raises BookingRefused if it has ended already.
    """
    run, booking = _locked(booking)
    return _end(booking, "release", run=run, actor=actor, at=at, channel=channel)


def remind_of_release(*, at: datetime) -> int:
    """Remind contact persons of places without a name whose release date is near; how many bookings. Once for each
    booking and date, and not on the day on which it was booked.
    """
    kept = Seat.objects.kept_for(OuterRef("organisation")).filter(run=OuterRef("run")).order_by().values("run")
    near = (
        Booking.objects.live()
        .filter(release_at__gt=at, release_at__lte=at + REMIND_BEFORE, booked_at__lte=at - timedelta(days=1))
        .annotate(kept=Subquery(kept.annotate(n=Count("pk")).values("n")))
        .filter(kept__gt=0)
        .select_related("run__course", "organisation")
        .prefetch_related("run__course__pages", "run__sessions")
    )
    bookings = list(near.order_by("pk"))
    for booking in bookings:
        notifications.release_is_near(booking, seats=booking.kept, at=at)
    return len(bookings)


def release_due(*, at: datetime) -> int:
    """End the reservations whose release date has come, each in a transaction of its own; how many."""
    due = Booking.objects.live().filter(release_at__lte=at).order_by("release_at", "pk")
    return sum(_release_one(booking, at=at) for booking in due)


@transaction.atomic
def _release_one(booking: Booking, *, at: datetime) -> bool:
    run = seats.lock_run(booking.run)
    booking = holding.lock_booking(booking)
    if not booking.is_live or booking.release_at > at:
        return False  # released by another worker, or the date was changed, in between
    _end(booking, "release", run=run, actor=None, at=at, channel=Channel.SYSTEM)
    return True


@transaction.atomic
def set_release_date(
    *, booking: Booking, release_at: datetime, actor: User, at: datetime, channel: Channel = Channel.WEB
) -> Booking:
    """Change until when seats without a name are kept; the office may go on until the course begins.

    Raises BookingRefused if the booking has ended, or the date lies in the past or is too late.
    """
    run, booking = _locked(booking)
    latest = latest_release(run, at=at)
    if channel == Channel.OFFICE:
        latest = run.span()[0] or latest
    _check_date(release_at, latest=latest, at=at)
    _date(booking, release_at)
    return booking


def fit_release_dates(run: CourseRun, *, actor: User | None, at: datetime) -> None:
    """The run has moved: no seat is kept longer than the new dates allow. Under the run's lock."""
    latest = latest_release(run, at=at)
    for booking in Booking.objects.select_for_update().live().filter(run=run, release_at__gt=latest).order_by("pk"):
        _date(booking, latest)


def end_with_run(run: CourseRun, name: str, *, actor: User | None, at: datetime, reason: str = "") -> None:
    """The run is called off or over: its bookings end, and nobody moves up. Under the run's lock."""
    for booking in Booking.objects.select_for_update().live().filter(run=run).order_by("pk"):
        kept = _kept(booking)
        holding.let_go(list(Seat.objects.filter(run=run, reserved_for=booking.organisation_id)))
        holding.move(booking, name, seats=len(kept), at=at, actor=actor, channel=Channel.SYSTEM)
        if name == "cancel":
            notifications.booking_cancelled(booking, reason=reason, at=at)


def _date(booking: Booking, release_at: datetime) -> None:
    booking.release_at = release_at
    booking.save(update_fields=["release_at"])
    Seat.objects.filter(run=booking.run_id, reserved_for=booking.organisation_id).update(reserved_until=release_at)


def _locked(booking: Booking) -> tuple[CourseRun, Booking]:
    """Run and booking, locked in this order. Raises BookingRefused if the booking has ended."""
    run = seats.lock_run(booking.run)
    booking = holding.lock_booking(booking)
    if not booking.is_live:
        raise BookingRefused(_("This reservation has ended already."))
    return run, booking


def _kept(booking: Booking) -> list[Seat]:
    """The seats without a name, locked."""
    kept = Seat.objects.select_for_update().filter(run=booking.run_id).kept_for(booking.organisation_id)
    return list(kept.order_by("number"))


def _end(booking: Booking, name: str, *, run: CourseRun, actor: User | None, at: datetime, channel: Channel) -> Booking:
    """Seats without a name are free, seats of named people are theirs alone; the list moves up."""
    kept = _kept(booking)
    holding.let_go(list(Seat.objects.filter(run=run, reserved_for=booking.organisation_id)))
    holding.move(booking, name, seats=len(kept), at=at, actor=actor, channel=channel)
    notifications.seats_released(booking, seats=len(kept), at=at)
    promotion.promote(run, at=at, trigger=PromotionTrigger.RELEASE)
    return booking
