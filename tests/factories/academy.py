"""People and organisations."""

from datetime import date

import factory
from django.utils import timezone

from academy.enums import OrganisationKind, Role, ServiceField
from academy.models import Membership, Organisation, Unit, User
from academy.services import sync_rights


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    first_name = "Sachbearbeitung"
    last_name = factory.Sequence(lambda n: f"Schalter {n}")


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    slug = factory.Sequence(lambda n: f"organisation-{n}")
    name = factory.Sequence(lambda n: f"Bezirksamt {n}")
    kind = OrganisationKind.DISTRICT_OFFICE


class UnitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Unit

    slug = factory.Sequence(lambda n: f"einheit-{n}")
    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"Amt für Bürgerdienste {n}")
    field = ServiceField.CITIZEN_SERVICES


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    role = Role.UNIT_STAFF
    organisation = factory.SubFactory(OrganisationFactory)
    starts_on = date(2020, 1, 1)


def signed_in_as(client, role: Role) -> User:
    """A person with that role and its rights, signed in with `client`."""
    user = UserFactory()
    MembershipFactory(user=user, role=role)
    sync_rights(user=user, on=timezone.localdate())
    client.force_login(user)
    return user
