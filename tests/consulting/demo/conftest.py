"""The demo content, loaded once for all tests of a module: loading takes some seconds."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from consulting.demo import loader

AT = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)  # a Wednesday


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The lines that the loader gave. What a test changes is rolled back after it, what was loaded after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield list(loader.load(AT))
        transaction.set_rollback(True)
