"""Who takes the seats of an organisation: named one by one or in a list, through a link, replaced or taken off again.

The organisation's booking stands for the approval of a supervisor. Whoever is named is told by mail and can give the
place back; what the account of a person says is never shown to whoever names them.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.common.languages import german_or_english
from academy.common.links import secret_hash
from academy.models import Membership, User
from academy.services import create_invited_account
from courses.enums import RunState
from courses.models import CourseRun, Seat
from enrolment import notifications
from enrolment.enums import BookingState, Channel, EnrolmentState, NamedBy, PromotionTrigger
from enrolment.models import Booking, Completion, Enrolment, NamedPerson

from . import change_notices, eligibility, holding, promotion, seats
from .places import unit_of


@dataclass(frozen=True)
class Wanted:
    """A person as the contact person names them."""

    first_name: str
    last_name: str
    email: str


class NamingRefused(Exception):
    """A rule says no. The message is written for the contact person, or for whoever opens the link.

    `problems` says for each person of a list, by position, what is in the way.
    """

    def __init__(self, message: str, problems: dict[int, str] | None = None):
        super().__init__(message)
        self.problems = problems or {}


# --- Naming ------------------------------------------------------------------------------------------------------
@transaction.atomic
def name_people(
    *, booking: Booking, people: Sequence[Wanted], actor: User, at: datetime, named_by: NamedBy = NamedBy.CONTACT
) -> list[NamedPerson]:
    """Give each of the people one of the reserved seats: all of them or, with a NamingRefused, nobody.

    An account is found by its address, else one is made that opens with a password of the person's own choice. Who
    waits for a seat of the run and belongs to the organisation leaves the list for it.
    """
    run, booking = _held(booking, at=at)
    problems = check_people(booking=booking, people=people, at=at)
    if problems:
        raise NamingRefused(next(iter(problems.values())), problems)
    kept = Seat.objects.select_for_update().filter(run=run).kept_for(booking.organisation_id).order_by("number")
    accounts = _accounts([wanted.email for wanted in people])
    return [
        _name(booking, wanted, accounts.get(_plain(wanted.email)), seat, actor=actor, named_by=named_by, at=at)
        for wanted, seat in zip(people, list(kept), strict=False)
    ]


def check_people(*, booking: Booking, people: Sequence[Wanted], at: datetime) -> dict[int, str]:
    """What is in the way of naming each of them, by position; nothing is changed. One sentence for everything that
    depends on somebody's account, so that it tells no more than that the person cannot be named.
    """
    left = Seat.objects.filter(run=booking.run_id).kept_for(booking.organisation_id).count()
    known = set(booking.people.live().values_list("email", flat=True))
    blocked = _cannot_be_named(booking, [wanted.email for wanted in people], at=at)
    asked = NamedPerson.objects.filter(
        booking__organisation=booking.organisation_id, named_at__gt=at - timedelta(days=1)
    ).count()
    problems: dict[int, str] = {}
    seen: set[str] = set()
    fine = 0
    for position, wanted in enumerate(people):
        address = _plain(wanted.email)
        if address in seen:
            problems[position] = _("This address stands in the list twice.")
        elif address in known:
            problems[position] = _("This person has one of your places already.")
        elif address in blocked:
            problems[position] = _("This person cannot be given a place, for example because they have one already.")
        elif fine >= left:
            problems[position] = _("There is no reserved place left for this person.")
        elif asked + fine >= settings.NAMINGS_A_DAY:
            problems[position] = _("You have named very many people today. Please go on tomorrow.")
        fine += position not in problems
        seen.add(address)
    return problems


def _plain(address: str) -> str:
    return address.strip().lower()


def _accounts(addresses: Sequence[str]) -> dict[str, User]:
    """The accounts by address: the one that has verified it, else the one that stands under it."""
    wanted = [_plain(address) for address in addresses]
    found = {user.email: user for user in User.objects.filter(email__in=wanted)}
    verified = EmailAddress.objects.filter(email__in=wanted, verified=True).select_related("user")
    return found | {_plain(row.email): row.user for row in verified}


def _cannot_be_named(booking: Booking, addresses: Sequence[str], *, at: datetime) -> set[str]:
    """Addresses of accounts that are closed or have a place on the run; those of colleagues who wait are not among
    them, since naming helps them, while a stranger's place is never touched.
    """
    accounts = _accounts(addresses)
    held = Membership.objects.active(on=timezone.localdate(at)).filter(organisation=booking.organisation_id)
    colleagues = set(held.filter(user__in=accounts.values()).values_list("user", flat=True))
    live = Enrolment.objects.live().filter(run=booking.run_id, learner__in=accounts.values())
    states = dict(live.values_list("learner", "state"))

    def is_blocked(user: User) -> bool:
        state = states.get(user.pk)
        waits = state == EnrolmentState.WAITLISTED and user.pk in colleagues
        return not user.is_active or (state is not None and not waits)

    return {address for address, user in accounts.items() if is_blocked(user)}


def _name(
    booking: Booking,
    wanted: Wanted,
    account: User | None,
    seat: Seat,
    *,
    actor: User,
    named_by: NamedBy,
    at: datetime,
) -> NamedPerson:
    learner = account or create_invited_account(
        email=wanted.email,
        first_name=wanted.first_name,
        last_name=wanted.last_name,
        language=german_or_english(actor.preferred_language),
    )
    place = _seat(booking, learner, seat, actor=actor, at=at)
    person = _remember(booking, place, wanted, named_by=named_by, at=at)
    notifications.place_named(person, has_password=learner.has_usable_password(), at=at)
    return person


def _seat(booking: Booking, learner: User, seat: Seat, *, actor: User, at: datetime) -> Enrolment:
    """Put the person on the seat: with a new place, or with the one that waits."""
    waiting = Enrolment.objects.filter(run=booking.run_id, learner=learner).waiting().first()
    place = seats.lock_place(waiting) if waiting else None
    place = place or Enrolment(learner=learner, run=booking.run, unit_id=unit_of(learner, at=at), enrolled_at=at)
    seat.taken_at = at
    seat.save(update_fields=["taken_at"])
    place.seat, place.queue_number = seat, None
    try:
        with transaction.atomic():
            return seats.move(place, "name", at=at, actor=actor, channel=Channel.WEB)
    except IntegrityError as clash:  # enrolled by themselves in this moment
        raise NamingRefused(
            _("This person cannot be given a place, for example because they have one already.")
        ) from clash


def _remember(booking: Booking, place: Enrolment, wanted: Wanted, *, named_by: NamedBy, at: datetime) -> NamedPerson:
    """Note in whose words the person was named; who comes back to a place of old is named anew."""
    return NamedPerson.objects.create(
        booking=booking,
        enrolment=place,
        first_name=" ".join(wanted.first_name.split()),
        last_name=" ".join(wanted.last_name.split()),
        email=_plain(wanted.email),
        named_by=named_by,
        named_at=at,
    )


# --- The link ----------------------------------------------------------------------------------------------------
@transaction.atomic
def renew_link(*, booking: Booking, at: datetime) -> str:
    """The secret of a new link; the one before opens nothing any more. Raises NamingRefused without reserved seats."""
    _run, booking = _held(booking, at=at)
    token = secrets.token_urlsafe(24)
    booking.link_hash = secret_hash(token)
    booking.save(update_fields=["link_hash"])
    return token


@transaction.atomic
def revoke_link(*, booking: Booking) -> None:
    """The link opens nothing any more; who took a seat through it keeps it."""
    seats.lock_run(booking.run)
    Booking.objects.filter(pk=booking.pk).update(link_hash=None)


@transaction.atomic
def take_by_link(*, booking: Booking, token: str, learner: User, at: datetime) -> NamedPerson:
    """Give whoever opens the link one of the reserved seats.

    Raises NamingRefused if the link has ended, all seats have names, or the person has a place already or has not
    completed what the course builds on.
    """
    run, booking = _held(booking, at=at)
    if booking.link_hash != secret_hash(token):
        raise NamingRefused(_("This link is not valid any more. Please ask in your organisation for a new one."))
    held = Enrolment.objects.live().filter(run=run, learner=learner)
    if held.exclude(state=EnrolmentState.WAITLISTED).exists():
        raise NamingRefused(_("You already have a place on this course."))
    missing = eligibility.missing_courses(learner, run.course)
    if missing:
        raise NamingRefused(eligibility.what_is_missing(missing))
    kept = Seat.objects.select_for_update().filter(run=run).kept_for(booking.organisation_id)
    seat = kept.order_by("number").first()
    if seat is None:
        raise NamingRefused(_("All places of your organisation are taken by now."))
    place = _seat(booking, learner, seat, actor=learner, at=at)
    wanted = Wanted(learner.first_name, learner.last_name, learner.email)
    person = _remember(booking, place, wanted, named_by=NamedBy.LINK, at=at)
    notifications.place_confirmed(place, at=at)
    return person


# --- Changes -----------------------------------------------------------------------------------------------------
@transaction.atomic
def take_off(*, person: NamedPerson, actor: User, at: datetime) -> NamedPerson:
    """End the place of a named person, who is told; the seat can be given to somebody else until the release date.

    Raises NamingRefused if the place is over, the last session has begun, or the person has completed the course.
    """
    run, place = _confirmed(person, at=at)
    seat = seats.free_seat(place)
    seats.move(place, "take_off", at=at, actor=actor, channel=Channel.WEB)
    person.enrolment = place
    notifications.place_unnamed(person, removed=change_notices.removed_meanwhile(run), at=at)
    if holding.is_kept(seat, at=at):
        holding.take_back(seat)  # whoever did it needs no mail about it
    else:
        promotion.give_back(seat, run=run, at=at, trigger=PromotionTrigger.SEAT_FREED)
    return person


@transaction.atomic
def replace(*, person: NamedPerson, by: Wanted, actor: User, at: datetime) -> NamedPerson:
    """Give the place of a named person to another one, seat and all, until the last session begins; both are told.

    Raises NamingRefused as `take_off` does, and where the other one cannot be named.
    """
    run, place = _confirmed(person, at=at)
    booking = person.booking
    address = _plain(by.email)
    if address == person.email or address in set(booking.people.live().values_list("email", flat=True)):
        raise NamingRefused(_("This person has one of your places already."))
    if address in _cannot_be_named(booking, [address], at=at):
        raise NamingRefused(_("This person cannot be given a place, for example because they have one already."))
    seat = seats.free_seat(place)
    seats.move(place, "hand_over", at=at, actor=actor, channel=Channel.WEB)
    person.enrolment = place
    notifications.place_replaced(person, removed=change_notices.removed_meanwhile(run), at=at)
    booking.run = run
    return _name(booking, by, _accounts([address]).get(address), seat, actor=actor, named_by=NamedBy.CONTACT, at=at)


def _held(booking: Booking, *, at: datetime) -> tuple[CourseRun, Booking]:
    """Run and booking, locked in this order. Raises NamingRefused unless seats are reserved at that moment."""
    run = seats.lock_run(booking.run)
    booking = holding.lock_booking(booking)
    if booking.state != BookingState.HELD or at >= booking.release_at or run.state != RunState.OPEN:
        raise NamingRefused(_("No places are reserved any more: the reservation has ended."))
    return run, booking


def _confirmed(person: NamedPerson, *, at: datetime) -> tuple[CourseRun, Enrolment]:
    run = seats.lock_run(person.booking.run)
    place = seats.lock_place(person.enrolment)
    if not place.holds_place or run.state != RunState.OPEN:
        raise NamingRefused(_("This person has no place any more."))
    if seats.last_session_has_begun(run, at=at):
        raise NamingRefused(_("The last session has begun. Nothing can be changed any more."))
    if Completion.objects.filter(enrolment=place, revoked_at__isnull=True).exists():
        raise NamingRefused(_("This person's place cannot be changed any more."))
    return run, place
