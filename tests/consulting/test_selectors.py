"""The light of a process, and what the audit would find."""

from datetime import date, timedelta

import pytest

from consulting import selectors
from consulting.enums import Pace, PhaseState, ProcessRole, ProcessState
from consulting.models import ProcessMember
from tests.factories.consulting import START, MilestoneFactory, ProcessFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 18)


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("due", "pace"),
    [
        ([], Pace.ON_TRACK),
        ([15], Pace.ON_TRACK),
        ([14], Pace.DUE),
        ([0], Pace.DUE),
        ([-1], Pace.OVERDUE),
        ([-1, 40], Pace.OVERDUE),
    ],
)
def test_schedule_of_reads_the_light_from_open_milestones(due, pace):
    process = ProcessFactory(focus="analyse")
    for number in due:
        MilestoneFactory(process=process, due_on=days(number))

    schedule = selectors.schedule_of(process, on=TODAY)

    assert schedule.pace == pace
    assert len(schedule.overdue) == sum(number < 0 for number in due)


def test_schedule_of_leaves_out_what_is_done_or_dropped():
    process = ProcessFactory(focus="analyse")
    MilestoneFactory(process=process, due_on=days(-3), done_on=days(-1))
    MilestoneFactory(process=process, due_on=days(-3), dropped_on=days(-1))
    coming = MilestoneFactory(process=process, due_on=days(30))

    schedule = selectors.schedule_of(process, on=TODAY)

    assert (schedule.pace, schedule.next.title, schedule.next.on) == (Pace.ON_TRACK, coming.title, days(30))


def test_schedule_of_counts_the_planned_end_of_the_current_phase_only():
    process = ProcessFactory(focus="analyse")
    process.phases.filter(key="analyse").update(planned_on=days(5))
    process.phases.filter(key="goals").update(planned_on=days(-5))

    schedule = selectors.schedule_of(process, on=TODAY)

    assert (schedule.pace, schedule.next.title) == (Pace.DUE, "Bestandsaufnahme")


@pytest.mark.parametrize(
    "state", [ProcessState.REQUEST, ProcessState.PAUSED, ProcessState.CLOSED, ProcessState.ABORTED]
)
def test_schedule_of_shows_no_light_where_no_dates_count(state):
    process = ProcessFactory(focus="analyse", state=state)
    MilestoneFactory(process=process, due_on=days(-3))

    assert selectors.schedule_of(process, on=TODAY).pace is None


def test_by_next_date_puts_the_most_urgent_first():
    later, none, overdue = (ProcessFactory(focus="analyse") for _ in range(3))
    MilestoneFactory(process=later, due_on=days(10))
    MilestoneFactory(process=none, due_on=days(-20), done_on=days(-20))
    MilestoneFactory(process=overdue, due_on=days(-2))

    assert list(type(none).objects.by_next_date()) == [overdue, later, none]


def problems(process) -> list[str]:
    return list(selectors.broken_promises_of(type(process).objects.get(pk=process.pk), on=TODAY))


@pytest.mark.parametrize("focus", ["clarify", "analyse", "sustain"])
def test_broken_promises_of_finds_nothing_when_all_is_well(focus):
    assert problems(ProcessFactory(focus=focus, ready=True)) == []


def test_broken_promises_of_forgives_people_who_left_after_clarification():
    process = ProcessFactory(focus="analyse", ready=True)
    ProcessMember.objects.filter(process=process).update(ends_on=START)

    assert problems(process) == []


def test_broken_promises_of_names_an_active_process_without_agreement():
    assert len(problems(ProcessFactory(focus="analyse"))) == 6


def test_broken_promises_of_names_a_group_that_came_after_clarification():
    process = ProcessFactory(focus="analyse", ready=True)
    process.members.filter(role=ProcessRole.GROUP).update(starts_on=START + timedelta(days=1))

    assert len(problems(process)) == 2  # no group, and so nobody in contact with the public


def test_broken_promises_of_names_phases_out_of_order():
    process = ProcessFactory(focus="analyse", ready=True)
    process.phases.filter(key="plan").update(state=PhaseState.REACHED, done_on=TODAY)

    assert len(problems(process)) == 1


def test_broken_promises_of_names_phases_that_do_not_begin_with_clarification():
    process = ProcessFactory()
    process.phases.filter(key="clarify").delete()

    assert len(problems(process)) == 1


def test_broken_promises_of_names_work_before_the_start():
    process = ProcessFactory(focus="analyse", ready=True, state=ProcessState.CLARIFICATION)

    assert len(problems(process)) == 1
