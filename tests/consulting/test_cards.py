"""The block of the start page."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.enums import Role
from academy.selectors import roles_of
from consulting.cards import own_processes_card
from consulting.enums import ProcessRole, ProcessState
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.consulting import MilestoneFactory, ProcessFactory, ProcessMemberFactory

pytestmark = pytest.mark.django_db


def card_of(person):
    return own_processes_card(user=person, roles=roles_of(person), at=timezone.now())


def facilitator_with(processes: int):
    person = UserFactory()
    MembershipFactory(user=person, role=Role.FACILITATOR)
    for number in range(processes):
        process = ProcessFactory(focus="analyse")
        ProcessMemberFactory(process=process, role=ProcessRole.FACILITATOR, person=person)
        MilestoneFactory(
            process=process, title=f"Termin {number}", due_on=timezone.localdate() + timedelta(days=number)
        )
    return person


def test_own_processes_card_shows_a_facilitator_what_is_overdue_and_next(client):
    person = facilitator_with(1)
    process = person.process_functions.get().process
    MilestoneFactory(process=process, title="Zwischenrückblick", due_on=timezone.localdate() - timedelta(days=14))
    client.force_login(person)

    page = client.get(reverse("academy:my_start")).content.decode()

    assert [len(line.schedule.overdue) for line in card_of(person).context["lines"]] == [1]
    assert process.title in page
    assert "Zwischenrückblick" in page
    assert "Termin 0" in page


def test_own_processes_card_tells_a_facilitator_that_there_is_none_yet(client):
    person = facilitator_with(0)
    client.force_login(person)

    assert card_of(person).context["lines"] == []
    assert client.get(reverse("academy:my_start")).status_code == 200


def test_own_processes_card_shows_other_staff_of_the_unit_no_dates_of_milestones(client):
    process = ProcessFactory(focus="analyse")
    MilestoneFactory(process=process, title="Wegekarte", due_on=timezone.localdate() - timedelta(days=1))
    person = UserFactory()
    MembershipFactory(user=person, role=Role.UNIT_STAFF, organisation=process.unit.organisation, unit=process.unit)
    client.force_login(person)

    page = client.get(reverse("academy:my_start")).content.decode()

    assert process.title in page
    assert "Wegekarte" not in page


@pytest.mark.parametrize("role", [Role.TRAINER, Role.PARTICIPANT, Role.EDITOR, Role.UNIT_STAFF])
def test_own_processes_card_is_not_shown_to_people_without_a_process(role):
    person = UserFactory()
    MembershipFactory(user=person, role=role)

    assert card_of(person) is None


@pytest.mark.parametrize("role", [ProcessRole.GUEST, ProcessRole.MSO_PARTNER])
def test_own_processes_card_leads_guests_and_partners_to_their_process(role):
    member = ProcessMemberFactory(role=role)

    assert [line.process for line in card_of(member.person).context["lines"]] == [member.process]


def test_own_processes_card_costs_one_query_for_people_without_a_process(django_assert_num_queries):
    person = UserFactory()
    MembershipFactory(user=person, role=Role.PARTICIPANT)
    roles = roles_of(person)

    with django_assert_num_queries(1):
        assert own_processes_card(user=person, roles=roles, at=timezone.now()) is None


def test_own_processes_card_leaves_out_what_is_over():
    process = ProcessFactory(state=ProcessState.CLOSED)
    sponsor = ProcessMemberFactory(process=process, role=ProcessRole.SPONSOR).person

    assert card_of(sponsor) is None


def test_own_processes_card_takes_the_same_queries_for_1_and_30_rows(django_assert_num_queries):
    for number in (1, 30):
        person = facilitator_with(number)
        roles = roles_of(person)
        with django_assert_num_queries(4):
            card = own_processes_card(user=person, roles=roles, at=timezone.now())
        assert len(card.context["lines"]) == min(number, 5)
        assert card.context["has_more"] == (number > 5)
