"""What tests of enrolment share."""

import pytest

from tests.factories.enrolment import DURING_ENROLMENT


@pytest.fixture
def clock(monkeypatch):
    """The moment that pages and tasks read; a test moves it with `clock.at`."""

    class Clock:
        at = DURING_ENROLMENT

    monkeypatch.setattr("django.utils.timezone.now", lambda: Clock.at)
    return Clock
