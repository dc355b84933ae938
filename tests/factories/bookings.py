"""Contact persons of organisations and their bookings, made by the services."""

from academy.enums import Role
from academy.models import User
from enrolment import services
from enrolment.enums import GroupEntry
from enrolment.models import Booking

from .academy import MembershipFactory, OrganisationFactory
from .enrolment import DURING_ENROLMENT


def make_contact(organisation=None, **given) -> User:
    """The contact person of an organisation."""
    organisation = organisation or OrganisationFactory()
    return MembershipFactory(role=Role.ORGANISATION_CONTACT, organisation=organisation, **given).user


def book(run, count=2, *, contact=None, at=DURING_ENROLMENT, entry=GroupEntry.TOGETHER, release_at=None) -> Booking:
    """A booking of the contact person's organisation on the run."""
    contact = contact or make_contact()
    organisation = contact.memberships.get(role=Role.ORGANISATION_CONTACT).organisation
    return services.reserve(
        contact=contact, organisation=organisation, run=run, count=count, entry=entry, release_at=release_at, at=at
    )


def wanted(*addresses: str) -> list[services.Wanted]:
    return [services.Wanted("Sachbearbeitung", f"Schalter {number}", one) for number, one in enumerate(addresses, 1)]


def name(booking: Booking, *addresses: str, at=DURING_ENROLMENT):
    return services.name_people(booking=booking, people=wanted(*addresses), actor=booking.contact, at=at)
