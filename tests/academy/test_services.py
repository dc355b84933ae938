"""Accounts, memberships, the rights that follow from them, and the audit log."""

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from academy import permissions, selectors, services
from academy.enums import Role
from academy.models import AuditEntry, Membership
from tests.factories.academy import MembershipFactory, OrganisationFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 18)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.fixture
def person():
    return UserFactory()


@pytest.fixture
def lead():
    return UserFactory()


@pytest.fixture
def grant(person, lead, now):
    """Grants a role from today on, unless told otherwise."""

    def grant(role=Role.TRAINER, **given):
        given = {"organisation": OrganisationFactory(), "starts_on": TODAY, **given}
        return services.grant_membership(user=person, role=role, actor=lead, at=now, **given)

    return grant


def rights(person) -> set[str]:
    return set(person.groups.values_list("name", flat=True))


# --- Accounts ----------------------------------------------------------------------------------------------------
def test_create_account_verifies_the_address_that_staff_vouches_for():
    person = services.create_account(email="Neu@Example.ORG ", first_name="Empfang", last_name="Eins", language="en")

    address = EmailAddress.objects.get(user=person)
    assert (person.email, person.preferred_language) == ("neu@example.org", "en")
    assert (address.email, address.verified, address.primary) == ("neu@example.org", True, True)
    assert not person.has_usable_password()


def test_create_account_keeps_one_account_for_each_address(person):
    with pytest.raises(IntegrityError), transaction.atomic():
        services.create_account(email=person.email.upper(), first_name="", last_name="")

    assert get_user_model().objects.count() == 1


def test_account_is_found_whatever_the_case_of_the_address(person):
    assert get_user_model().objects.get_by_natural_key(f" {person.email.upper()} ") == person


# --- Granting ----------------------------------------------------------------------------------------------------
def test_grant_membership_gives_the_rights_of_the_role_at_once(grant, person, lead):
    membership = grant()

    entry = AuditEntry.objects.get()
    assert rights(person) == {Role.TRAINER}
    assert selectors.roles_of(person, on=TODAY) == {Role.TRAINER}
    assert (entry.action, entry.actor, entry.object_id) == ("membership.granted", lead.pseudonym, str(membership.pk))
    assert entry.data == {"role": "trainer"}


def test_grant_membership_changes_nothing_when_the_role_is_held(grant):
    organisation = OrganisationFactory()
    first = grant(organisation=organisation)

    again = grant(organisation=organisation)

    assert again == first
    assert AuditEntry.objects.count() == 1


def test_grant_membership_gives_no_rights_before_its_first_day(grant, person):
    grant(starts_on=TOMORROW)

    assert rights(person) == set()
    services.refresh_rights(on=TOMORROW)
    assert rights(person) == {Role.TRAINER}


def test_grant_membership_refuses_a_unit_of_another_organisation(grant):
    with pytest.raises(services.MembershipRefused):
        grant(unit=UnitFactory())

    assert not Membership.objects.exists()


def test_grant_membership_refuses_an_end_before_the_start(grant):
    with pytest.raises(services.MembershipRefused):
        grant(ends_on=YESTERDAY)


def test_grant_membership_leaves_groups_alone_that_are_no_role(grant, person):
    person.groups.add(Group.objects.create(name="Gäste"))

    grant()

    assert rights(person) == {Role.TRAINER, "Gäste"}


# --- Ending ------------------------------------------------------------------------------------------------------
def test_end_membership_takes_the_rights_at_once_when_the_last_day_is_over(grant, person, lead, now):
    membership = grant(starts_on=YESTERDAY - timedelta(days=9))

    services.end_membership(membership=membership, ends_on=YESTERDAY, actor=lead, at=now)

    assert rights(person) == set()
    assert selectors.roles_of(get_user_model().objects.get(pk=person.pk), on=TODAY) == set()
    assert AuditEntry.objects.latest("pk").action == "membership.ended"


def test_end_membership_keeps_the_rights_until_the_last_day_is_over(grant, person, lead, now):
    services.end_membership(membership=grant(), ends_on=TODAY, actor=lead, at=now)

    assert rights(person) == {Role.TRAINER}
    services.refresh_rights(on=TOMORROW)
    assert rights(person) == set()


def test_end_membership_keeps_rights_that_another_membership_gives(grant, person, lead, now):
    grant(starts_on=YESTERDAY)
    membership = grant(starts_on=YESTERDAY - timedelta(days=9))

    services.end_membership(membership=membership, ends_on=YESTERDAY, actor=lead, at=now)

    assert rights(person) == {Role.TRAINER}


def test_end_membership_refuses_an_end_before_the_start(grant, lead, now):
    membership = grant()

    with pytest.raises(services.MembershipRefused):
        services.end_membership(membership=membership, ends_on=YESTERDAY, actor=lead, at=now)

    membership.refresh_from_db()
    assert membership.ends_on is None


def test_membership_can_be_granted_again_after_its_end(grant, person, lead, now):
    organisation = OrganisationFactory()
    first = grant(organisation=organisation, starts_on=YESTERDAY)
    services.end_membership(membership=first, ends_on=YESTERDAY, actor=lead, at=now)

    second = grant(organisation=organisation)

    assert second != first
    assert rights(person) == {Role.TRAINER}


# --- Roles -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("starts_on", "ends_on", "holds"),
    [
        (TODAY, None, True),
        (TODAY, TODAY, True),
        (YESTERDAY, TODAY, True),
        (YESTERDAY, YESTERDAY, False),
        (TOMORROW, None, False),
    ],
)
def test_roles_of_counts_the_first_and_the_last_day(person, starts_on, ends_on, holds):
    MembershipFactory(user=person, role=Role.FACILITATOR, starts_on=starts_on, ends_on=ends_on)

    assert (Role.FACILITATOR in selectors.roles_of(person, on=TODAY)) is holds


def test_roles_of_is_empty_for_closed_accounts(person):
    MembershipFactory(user=person, role=Role.FACILITATOR)
    person.is_active = False

    assert selectors.roles_of(person, on=TODAY) == set()


def test_roles_of_asks_once_for_each_account_object(person, django_assert_num_queries):
    MembershipFactory(user=person, role=Role.FACILITATOR)

    with django_assert_num_queries(1):
        for _ in range(3):
            permissions.has_role(person, Role.FACILITATOR)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("permission", "holders"),
    [
        (permissions.can_change_memberships, {Role.TECHNICAL_ADMIN, Role.PROGRAMME_LEAD}),
        (permissions.can_read_outgoing_mail, {Role.ACADEMY_OFFICE}),
    ],
)
def test_permissions_belong_to_their_roles_only(person, role, permission, holders):
    MembershipFactory(user=person, role=role)

    assert permission(person) is (role in holders)


def test_organisations_visible_to_the_public_are_the_listed_ones(person):
    listed, hidden = OrganisationFactory(is_listed=True), OrganisationFactory(is_listed=False)

    assert set(selectors.organisations_visible_to(person)) == {listed}
    MembershipFactory(user=person, organisation=listed)
    fresh = get_user_model().objects.get(pk=person.pk)
    assert set(selectors.organisations_visible_to(fresh)) == {listed, hidden}


# --- Audit log ---------------------------------------------------------------------------------------------------
def test_audit_keeps_the_pseudonym_and_no_name(person, lead, now):
    entry = services.audit(action="thing.done", obj=person, actor=lead, at=now, data={"state": "x"})

    assert (entry.actor, entry.object_type, entry.object_id) == (lead.pseudonym, "academy.user", str(person.pk))


def test_audit_is_append_only(person, now):
    entry = services.audit(action="thing.done", obj=person, actor=None, at=now)

    for change in (entry.save, entry.delete):
        with pytest.raises(TypeError):
            change()
