"""What we tell contact persons of organisations, and the people whom they name; rules as for all mails."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from academy.common.links import absolute, absolute_url
from academy.common.moments import clock, day
from academy.enums import Role
from academy.models import Membership, User
from academy.services import Message, write_mail
from courses.models import Seat, Session
from enrolment.models import Booking, NamedPerson
from enrolment.selectors import about_run

from .writing import dates_and_place, facts, write


# --- To the contact person ---------------------------------------------------------------------------------------
def seats_reserved(booking: Booking, *, seats: int, at: datetime) -> None:
    """Seats are kept at once; the others, if any, are waited for."""
    _tell_contacts(
        booking,
        "reserved",
        at,
        lambda title: Message(
            subject=_("Places are reserved for your organisation: %(course)s") % {"course": title},
            paragraphs=[
                ngettext(
                    "%(count)d place is reserved for your organisation.",
                    "%(count)d places are reserved for your organisation.",
                    seats,
                )
                % {"count": seats},
                *_still_waiting(booking),
                _("Please say who takes part. Places without a name come back to everybody on the release date."),
            ],
            facts=_booking_facts(booking, title),
            action=(_("Open the booking"), _address(booking)),
        ),
    )


def group_waits(booking: Booking, *, at: datetime) -> None:
    _tell_contacts(
        booking,
        "waits",
        at,
        lambda title: Message(
            subject=_("Your group is on the waiting list: %(course)s") % {"course": title},
            paragraphs=[
                *_still_waiting(booking),
                _("Free places are given in the order of the list. We write to you as soon as it is your turn."),
            ],
            facts=_booking_facts(booking, title),
            action=(_("Open the booking"), _address(booking)),
        ),
    )


def seats_given(booking: Booking, *, seats: int, at: datetime) -> None:
    """The group has moved up: wholly, or with some of its seats."""
    _tell_contacts(
        booking,
        f"given.{booking.moves.count()}",
        at,
        lambda title: Message(
            subject=_("Places have become free for your organisation: %(course)s") % {"course": title},
            paragraphs=[
                ngettext(
                    "It is the turn of your group: %(count)d place is reserved for you.",
                    "It is the turn of your group: %(count)d places are reserved for you.",
                    seats,
                )
                % {"count": seats},
                *_still_waiting(booking),
                _("Please say who takes part. Places without a name come back to everybody on the release date."),
            ],
            facts=_booking_facts(booking, title),
            action=(_("Open the booking"), _address(booking)),
        ),
    )


def seats_added(booking: Booking, *, seats: int, at: datetime) -> None:
    _tell_contacts(
        booking,
        f"added.{booking.moves.count()}",
        at,
        lambda title: Message(
            subject=_("More places are reserved for your organisation: %(course)s") % {"course": title},
            paragraphs=[
                ngettext(
                    "%(count)d more place is reserved for your organisation.",
                    "%(count)d more places are reserved for your organisation.",
                    seats,
                )
                % {"count": seats},
                _("Please say who takes part. Places without a name come back to everybody on the release date."),
            ],
            facts=_booking_facts(booking, title),
            action=(_("Open the booking"), _address(booking)),
        ),
    )


def release_is_near(booking: Booking, *, seats: int, at: datetime) -> None:
    """Some days before the release date: how many places have no name yet. Once for each date."""
    _tell_contacts(
        booking,
        f"near.{booking.release_at:%Y%m%d}",
        at,
        lambda title: Message(
            subject=_("Please say who takes part: %(course)s") % {"course": title},
            paragraphs=[
                ngettext(
                    "%(count)d of your places has no name yet. On the release date it goes to everybody.",
                    "%(count)d of your places have no name yet. On the release date they go to everybody.",
                    seats,
                )
                % {"count": seats},
                _("If you need fewer places, please give them back now: somebody may be waiting for them."),
            ],
            facts=_booking_facts(booking, title),
            action=(_("Open the booking"), _address(booking)),
        ),
    )


def seat_returned(booking: Booking, *, seat: Seat, at: datetime) -> None:
    _tell_contacts(
        booking,
        f"returned.{seat.number}.{at:%Y%m%dT%H%M%S}",
        at,
        lambda title: Message(
            subject=_("One of your places is free again: %(course)s") % {"course": title},
            paragraphs=[
                _("Somebody from your organisation has given a place back. It is still reserved for you."),
                _("You can name somebody else until the release date."),
            ],
            facts=_booking_facts(booking, title),
            action=(_("Open the booking"), _address(booking)),
        ),
    )


def seats_released(booking: Booking, *, seats: int, at: datetime) -> None:
    """The release date has come, or somebody has ended the reservation."""
    _tell_contacts(
        booking,
        "released",
        at,
        lambda title: Message(
            subject=_("The reservation has ended: %(course)s") % {"course": title},
            paragraphs=[
                ngettext(
                    "%(count)d place without a name has gone back to everybody.",
                    "%(count)d places without a name have gone back to everybody.",
                    seats,
                )
                % {"count": seats},
                _("The people whom you have named keep their places. You can still replace one by another."),
            ],
            facts=_booking_facts(booking, title),
            action=(_("Open the booking"), _address(booking)),
        ),
    )


def booking_cancelled(booking: Booking, *, reason: str, at: datetime) -> None:
    _tell_contacts(
        booking,
        "cancelled",
        at,
        lambda title: Message(
            subject=_("Cancelled, your booking has ended: %(course)s") % {"course": title},
            paragraphs=[
                _("We are sorry: this course does not take place on the dates below."),
                _("The reason: %(reason)s") % {"reason": reason},
                _("The people whom you have named are told as well."),
            ],
            facts=_what_and_when(booking, title),
        ),
    )


# --- To the people who are named ---------------------------------------------------------------------------------
def place_named(person: NamedPerson, *, has_password: bool, at: datetime) -> None:
    """To somebody who did not enrol: who has named them, and what they can do. No secret stands in it: who has no
    account yet asks for a password with the own address.
    """
    place, organisation = person.enrolment, person.booking.organisation
    write(
        place,
        "named",
        at,
        lambda title: Message(
            subject=_("Your organisation has named you for a place: %(course)s") % {"course": title},
            paragraphs=[
                _("%(organisation)s has booked a place for you. It is confirmed.") % {"organisation": organisation},
                *(
                    []
                    if has_password
                    else [_("You do not have a password yet. Please choose one: the link leads you there.")]
                ),
                _("You can give the place back yourself at any time. Your organisation sees your name and your place,")
                + " "
                + _("but not what you learn and whether you were there."),
            ],
            facts=facts(place, title),
            action=(
                (_("Open my places"), absolute_url("enrolment:my_places"))
                if has_password
                else (_("Choose a password"), absolute_url("account_reset_password"))
            ),
            closing=[_("If you cannot come, please give the place back: somebody may be waiting for it.")],
        ),
        brings_dates=True,
    )


def place_unnamed(person: NamedPerson, *, removed: Iterable[Session] = (), at: datetime) -> None:
    write(
        person.enrolment,
        "unnamed",
        at,
        lambda title: Message(
            subject=_("Your place has ended: %(course)s") % {"course": title},
            paragraphs=[
                _("%(organisation)s had booked this place for you and has taken it back.")
                % {"organisation": person.booking.organisation},
                _("If you think that this is a mistake, please ask in your organisation."),
            ],
            facts=facts(person.enrolment, title),
        ),
        brings_dates=True,
        removed=removed,
    )


def place_replaced(person: NamedPerson, *, removed: Iterable[Session] = (), at: datetime) -> None:
    write(
        person.enrolment,
        "replaced",
        at,
        lambda title: Message(
            subject=_("Somebody else takes your place: %(course)s") % {"course": title},
            paragraphs=[
                _("%(organisation)s had booked this place for you and has given it to somebody else.")
                % {"organisation": person.booking.organisation},
                _("If you think that this is a mistake, please ask in your organisation."),
            ],
            facts=facts(person.enrolment, title),
        ),
        brings_dates=True,
        removed=removed,
    )


def _tell_contacts(booking: Booking, cause: str, at: datetime, message: Callable[[str], Message]) -> None:
    """To whoever booked, as long as that is still the contact person; else to those who are it now."""
    for contact in _contacts(booking, at=at):
        write_mail(
            key=f"booking.{booking.pk}.{cause}.{contact.pk}",
            to=contact,
            build=lambda: message(booking.run.course.outward_title(get_language())),
            at=at,
            about=about_run(booking.run_id),
        )


def _contacts(booking: Booking, *, at: datetime) -> list[User]:
    held = Membership.objects.active(on=timezone.localdate(at)).with_role(Role.ORGANISATION_CONTACT)
    people = User.objects.filter(
        memberships__in=held.filter(organisation=booking.organisation_id), is_active=True, erased_at__isnull=True
    )
    contacts = list(people.distinct().order_by("pk"))
    return [person for person in contacts if person.pk == booking.contact_id] or contacts


def _still_waiting(booking: Booking) -> list[str]:
    if not booking.waiting_for:
        return []
    sentence = ngettext(
        "You still wait for %(count)d place.", "You still wait for %(count)d places.", booking.waiting_for
    )
    return [sentence % {"count": booking.waiting_for}]


def _booking_facts(booking: Booking, title: str) -> list[tuple[str, str]]:
    until = {"day": day(booking.release_at), "time": clock(booking.release_at)}
    return [*_what_and_when(booking, title), (_("Release date"), _("%(day)s, %(time)s") % until)]


def _what_and_when(booking: Booking, title: str) -> list[tuple[str, str]]:
    return [(_("Course"), title), *dates_and_place(booking.run), (_("Organisation"), str(booking.organisation))]


def _address(booking: Booking) -> str:
    return absolute(reverse("enrolment:booking", args=[booking.pk]))
