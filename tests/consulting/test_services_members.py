"""People of a process: functions that are backed, and access that ends at once."""

from datetime import date, timedelta

import pytest

from academy.enums import Role
from academy.models import Membership
from consulting import permissions, selectors, services
from consulting.enums import Move, ProcessRole, ProcessState
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.consulting import ProcessFactory, ProcessMemberFactory, person_for

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 18)


@pytest.fixture
def process():
    return ProcessFactory(focus="analyse", ready=True)


@pytest.fixture
def facilitator(process):
    return process.members.get(role=ProcessRole.FACILITATOR).person


@pytest.fixture
def lead():
    person = UserFactory()
    MembershipFactory(user=person, role=Role.PROGRAMME_LEAD)
    return person


def add(process, person, role, *, actor, now, starts_on=TODAY, **extra):
    return services.add_member(
        process=process, person=person, role=role, starts_on=starts_on, actor=actor, at=now, **extra
    )


@pytest.mark.parametrize(
    "role",
    [ProcessRole.SPONSOR, ProcessRole.GROUP, ProcessRole.STEERING, ProcessRole.MSO_PARTNER, ProcessRole.GUEST],
)
def test_add_member_gives_a_function_that_the_membership_backs(role, process, facilitator, now):
    member = add(process, person_for(process, role), role, actor=facilitator, now=now)

    assert (member.role, member.starts_on, member.ends_on) == (role, TODAY, None)
    assert process.moves.get().move == Move.ADD_MEMBER


@pytest.mark.parametrize("role", [role for role in ProcessRole if role != ProcessRole.FACILITATOR])
def test_add_member_refuses_people_without_the_membership(role, process, facilitator, now):
    with pytest.raises(services.MemberRefused):
        add(process, UserFactory(), role, actor=facilitator, now=now)


def test_add_member_refuses_people_of_another_organisation(process, facilitator, now):
    stranger = UserFactory()
    MembershipFactory(user=stranger, role=Role.GROUP_MEMBER)

    with pytest.raises(services.MemberRefused):
        add(process, stranger, ProcessRole.GROUP, actor=facilitator, now=now)


def test_add_member_lets_only_the_programme_lead_decide_who_facilitates(process, facilitator, lead, now):
    other = person_for(process, ProcessRole.FACILITATOR)

    with pytest.raises(services.MemberRefused):
        add(process, other, ProcessRole.FACILITATOR, actor=facilitator, now=now)

    assert add(process, other, ProcessRole.FACILITATOR, actor=lead, now=now).person == other


def test_add_member_refuses_a_facilitator_without_the_role(process, lead, now):
    with pytest.raises(services.MemberRefused):
        add(process, person_for(process, ProcessRole.GROUP), ProcessRole.FACILITATOR, actor=lead, now=now)


def test_add_member_refuses_the_same_function_twice(process, facilitator, now):
    person = process.members.filter(role=ProcessRole.GROUP).first().person

    with pytest.raises(services.MemberRefused):
        add(process, person, ProcessRole.GROUP, actor=facilitator, now=now)


def test_add_member_keeps_public_contact_for_the_group_only(process, facilitator, now):
    sponsor = add(
        process,
        person_for(process, ProcessRole.SPONSOR),
        ProcessRole.SPONSOR,
        actor=facilitator,
        now=now,
        has_public_contact=True,
    )
    assert sponsor.has_public_contact is False


def test_add_member_refuses_when_the_process_is_over(now):
    process = ProcessFactory(state=ProcessState.CLOSED)

    with pytest.raises(services.ProcessRefused):
        add(process, person_for(process, ProcessRole.GROUP), ProcessRole.GROUP, actor=None, now=now)


def test_add_member_refuses_the_unit_to_add_people(process, now):
    sponsor = process.members.get(role=ProcessRole.SPONSOR).person

    with pytest.raises(services.MemberRefused):
        add(process, person_for(process, ProcessRole.GROUP), ProcessRole.GROUP, actor=sponsor, now=now)


def test_end_member_takes_access_away_at_once(process, facilitator, now):
    member = process.members.filter(role=ProcessRole.GROUP).first()
    Membership.objects.filter(user=member.person).update(unit=None)  # so that only the function gives access
    assert permissions.rights_in(member.person, process, on=TODAY).can_read

    services.end_member(member=member, actor=facilitator, at=now)

    member.refresh_from_db()
    assert member.ends_on == TODAY
    assert not selectors.processes_visible_to(member.person, on=TODAY).exists()


def test_end_member_on_a_day_to_come_keeps_access_until_then(process, facilitator, now):
    member = process.members.filter(role=ProcessRole.GROUP).first()

    services.end_member(member=member, ends_on=TODAY + timedelta(days=3), actor=facilitator, at=now)

    assert permissions.rights_in(member.person, process, on=TODAY + timedelta(days=2)).can_read
    assert not permissions.rights_in(member.person, process, on=TODAY + timedelta(days=3)).can_read


def test_end_member_refuses_a_second_time(process, facilitator, now):
    member = process.members.filter(role=ProcessRole.GROUP).first()
    services.end_member(member=member, actor=facilitator, at=now)

    with pytest.raises(services.MemberRefused):
        services.end_member(member=member, actor=facilitator, at=now)


def test_end_member_never_begins_a_function_that_lies_ahead(process, facilitator, now):
    member = ProcessMemberFactory(process=process, starts_on=TODAY + timedelta(days=10))

    services.end_member(member=member, actor=facilitator, at=now)

    member.refresh_from_db()
    assert member.ends_on == member.starts_on


def test_end_member_lets_only_the_programme_lead_take_a_facilitator_out(process, facilitator, lead, now):
    member = process.members.get(role=ProcessRole.FACILITATOR)

    with pytest.raises(services.MemberRefused):
        services.end_member(member=member, actor=facilitator, at=now)

    services.end_member(member=member, actor=lead, at=now)
    assert not selectors.processes_visible_to(facilitator, on=TODAY).exists()


def test_end_member_allows_somebody_to_come_back(process, facilitator, now):
    member = process.members.filter(role=ProcessRole.GROUP).first()
    services.end_member(member=member, actor=facilitator, at=now)

    again = add(process, member.person, ProcessRole.GROUP, actor=facilitator, now=now)

    assert again.pk != member.pk
