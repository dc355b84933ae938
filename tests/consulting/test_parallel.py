"""Two people at the same moment, on a database that lets both in."""

import threading

import pytest
from django.db import connection

from consulting import services
from consulting.enums import Move, ProcessState
from tests.factories.consulting import MilestoneFactory, ProcessFactory

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def at_once(*acts) -> list[str]:
    """Run the acts in threads that start together; what each refused, or "" where it was done."""
    gate, said = threading.Barrier(len(acts)), [""] * len(acts)

    def run(number: int) -> None:
        gate.wait()
        try:
            acts[number]()
        except services.ConsultingRefused as refusal:
            said[number] = type(refusal).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)


def test_tick_milestone_is_done_once_when_two_people_tick_it(now):
    milestone = MilestoneFactory(process=ProcessFactory(focus="analyse", ready=True))

    said = at_once(*[lambda: services.tick_milestone(milestone=milestone, actor=None, at=now)] * 4)

    assert said == ["", "MilestoneRefused", "MilestoneRefused", "MilestoneRefused"]
    assert milestone.moves.filter(move=Move.TICK_MILESTONE).count() == 1


def test_move_process_starts_one_of_two_processes_of_a_unit(now):
    first = ProcessFactory(ready=True)
    second = ProcessFactory(ready=True, unit=first.unit)

    said = at_once(
        *[lambda p=p: services.move_process(process=p, move=Move.ACTIVATE, actor=None, at=now) for p in (first, second)]
    )

    assert said == ["", "ProcessRefused"]
    assert type(first).objects.filter(state=ProcessState.ACTIVE).count() == 1
