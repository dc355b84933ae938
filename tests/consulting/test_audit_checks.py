"""What `manage.py audit` says about processes."""

import pytest

from consulting.audit_checks import broken_promises
from tests.factories.consulting import MilestoneFactory, ProcessFactory

pytestmark = pytest.mark.django_db


def test_broken_promises_is_silent_when_all_is_well():
    process = ProcessFactory(focus="analyse", ready=True)
    MilestoneFactory(process=process, phase=process.phases.first())

    assert list(broken_promises()) == []


def test_broken_promises_names_the_process_and_what_is_missing():
    process = ProcessFactory(focus="analyse")

    found = list(broken_promises())

    assert len(found) == 6
    assert all(line.startswith(f"process {process.pk} ({process.slug}): ") for line in found)


def test_broken_promises_names_a_milestone_of_a_strange_phase():
    milestone = MilestoneFactory(phase=ProcessFactory().phases.first())

    assert list(broken_promises()) == [f"milestone {milestone.pk}: its phase belongs to another process"]


def test_broken_promises_takes_the_same_queries_for_more_processes(django_assert_num_queries):
    ProcessFactory.create_batch(3, focus="analyse")

    with django_assert_num_queries(4):
        list(broken_promises())
