"""What tests of enrolment share."""

import pytest

from academy.enums import Role
from tests.factories.academy import MembershipFactory
from tests.factories.enrolment import DURING_ENROLMENT


@pytest.fixture
def office():
    return MembershipFactory(role=Role.ACADEMY_OFFICE).user


@pytest.fixture
def trainer():
    return MembershipFactory(role=Role.TRAINER).user


@pytest.fixture
def clock(monkeypatch):
    """The moment that pages and tasks read; a test moves it with `clock.at`."""

    class Clock:
        at = DURING_ENROLMENT

    monkeypatch.setattr("django.utils.timezone.now", lambda: Clock.at)
    return Clock
