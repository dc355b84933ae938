"""What becomes of somebody's functions when the account is erased."""

from datetime import date, timedelta

import pytest

from academy.common.registry import registry
from consulting import selectors
from consulting.enums import ProcessRole
from consulting.models import ProcessMember
from consulting.personal_data import end_functions
from tests.factories.consulting import ProcessFactory, ProcessMemberFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 18)


def test_entries_are_registered():
    assert {"consulting.ProcessMember", "consulting.ProcessMove"} <= set(registry.personal_data)


def test_end_functions_takes_the_person_out_and_keeps_the_function(now):
    process = ProcessFactory(ready=True)
    person = process.members.get(role=ProcessRole.SPONSOR).person
    ahead = ProcessMemberFactory(process=process, person=person, starts_on=TODAY + timedelta(days=5))
    past = ProcessMemberFactory(person=person, ends_on=TODAY - timedelta(days=9))

    end_functions(person, now)

    assert not selectors.functions_held_by(person, on=TODAY + timedelta(days=30)).exists()
    assert ProcessMember.objects.filter(person=person).count() == 3
    ahead.refresh_from_db()
    past.refresh_from_db()
    assert (ahead.ends_on, past.ends_on) == (ahead.starts_on, TODAY - timedelta(days=9))
