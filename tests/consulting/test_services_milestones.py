"""Milestones: planned, ticked, taken back, dropped."""

from datetime import date

import pytest

from consulting import services
from consulting.enums import Move, ProcessRole, ProcessState
from tests.factories.consulting import MilestoneFactory, ProcessFactory, ProcessMemberFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 18)


@pytest.fixture
def process():
    return ProcessFactory(focus="analyse", ready=True)


@pytest.fixture
def facilitator(process):
    return process.members.get(role=ProcessRole.FACILITATOR).person


def test_tick_milestone_dates_it_today_and_writes_the_log(process, facilitator, now):
    milestone = MilestoneFactory(process=process)

    services.tick_milestone(milestone=milestone, actor=facilitator, at=now)

    milestone.refresh_from_db()
    assert milestone.done_on == TODAY
    move = process.moves.get()
    assert (move.move, move.milestone, move.actor) == (Move.TICK_MILESTONE, milestone, facilitator.pseudonym)


def test_tick_milestone_refuses_a_second_tick(process, facilitator, now):
    milestone = MilestoneFactory(process=process, done_on=date(2026, 11, 3))

    with pytest.raises(services.MilestoneRefused, match="November 2026"):
        services.tick_milestone(milestone=milestone, actor=facilitator, at=now)

    milestone.refresh_from_db()
    assert milestone.done_on == date(2026, 11, 3)
    assert process.moves.count() == 0


def test_tick_milestone_refuses_a_dropped_one(process, facilitator, now):
    with pytest.raises(services.MilestoneRefused):
        services.tick_milestone(
            milestone=MilestoneFactory(process=process, dropped_on=TODAY), actor=facilitator, at=now
        )


def test_untick_milestone_opens_it_again(process, facilitator, now):
    milestone = MilestoneFactory(process=process)
    services.tick_milestone(milestone=milestone, actor=facilitator, at=now)

    services.untick_milestone(milestone=milestone, actor=facilitator, at=now)

    milestone.refresh_from_db()
    assert milestone.done_on is None
    assert list(process.moves.order_by("pk").values_list("move", flat=True)) == [
        Move.TICK_MILESTONE,
        Move.UNTICK_MILESTONE,
    ]


def test_untick_milestone_refuses_an_open_one(process, facilitator, now):
    with pytest.raises(services.MilestoneRefused):
        services.untick_milestone(milestone=MilestoneFactory(process=process), actor=facilitator, at=now)


def test_drop_milestone_takes_it_out_and_restore_milestone_puts_it_back(process, facilitator, now):
    milestone = MilestoneFactory(process=process)

    services.drop_milestone(milestone=milestone, actor=facilitator, at=now)
    milestone.refresh_from_db()
    assert milestone.dropped_on == TODAY

    services.restore_milestone(milestone=milestone, actor=facilitator, at=now)
    milestone.refresh_from_db()
    assert milestone.is_waiting


def test_drop_milestone_refuses_a_done_one(process, facilitator, now):
    with pytest.raises(services.MilestoneRefused):
        services.drop_milestone(milestone=MilestoneFactory(process=process, done_on=TODAY), actor=facilitator, at=now)


def test_restore_milestone_refuses_one_that_stands_in_the_plan(process, facilitator, now):
    with pytest.raises(services.MilestoneRefused):
        services.restore_milestone(milestone=MilestoneFactory(process=process), actor=facilitator, at=now)


def test_add_milestone_plans_it_for_a_phase(process, facilitator, now):
    phase = process.phases.get(key="plan")

    milestone = services.add_milestone(
        process=process,
        title_de=" Plan beschlossen ",
        title_en="Plan decided",
        due_on=date(2027, 2, 1),
        phase=phase,
        actor=facilitator,
        at=now,
    )

    assert (milestone.title_de, milestone.title_en, milestone.phase) == ("Plan beschlossen", "Plan decided", phase)


def test_add_milestone_refuses_a_phase_of_another_process(process, facilitator, now):
    with pytest.raises(services.MilestoneRefused):
        services.add_milestone(
            process=process,
            title_de="Plan",
            due_on=TODAY,
            phase=ProcessFactory().phases.first(),
            actor=facilitator,
            at=now,
        )


def test_add_milestone_refuses_a_date_before_the_start(process, facilitator, now):
    with pytest.raises(services.MilestoneRefused):
        services.add_milestone(process=process, title_de="Plan", due_on=date(2026, 8, 31), actor=facilitator, at=now)


def test_change_milestone_moves_the_date(process, facilitator, now):
    milestone = MilestoneFactory(process=process)

    services.change_milestone(
        milestone=milestone, title_de="Wegekarte", due_on=date(2027, 1, 8), actor=facilitator, at=now
    )

    milestone.refresh_from_db()
    assert (milestone.title_de, milestone.due_on, milestone.phase) == ("Wegekarte", date(2027, 1, 8), None)


def act(name, milestone, actor, now):
    extra = {"title_de": "Titel", "due_on": TODAY} if name == "change_milestone" else {}
    return getattr(services, name)(milestone=milestone, actor=actor, at=now, **extra)


EVERY = ["tick_milestone", "untick_milestone", "drop_milestone", "restore_milestone", "change_milestone"]


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("role", [ProcessRole.SPONSOR, ProcessRole.GROUP, ProcessRole.MSO_PARTNER])
def test_milestone_services_refuse_people_who_only_look(name, role, process, now):
    person = ProcessMemberFactory(process=process, role=role).person

    with pytest.raises(services.ProcessRefused):
        act(name, MilestoneFactory(process=process), person, now)


@pytest.mark.parametrize("name", EVERY)
def test_milestone_services_refuse_when_the_process_is_over(name, now):
    milestone = MilestoneFactory(process=ProcessFactory(state=ProcessState.CLOSED))

    with pytest.raises(services.ProcessRefused):
        act(name, milestone, None, now)
