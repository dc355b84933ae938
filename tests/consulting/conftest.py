"""Who has which function in the process of a test; `process` is the test's own."""

import pytest

from consulting.enums import ProcessRole
from tests.factories.consulting import holder


@pytest.fixture
def facilitator(process):
    return holder(process, ProcessRole.FACILITATOR)


@pytest.fixture
def sponsor(process):
    return holder(process, ProcessRole.SPONSOR)


@pytest.fixture
def member(process):
    return holder(process, ProcessRole.GROUP)
