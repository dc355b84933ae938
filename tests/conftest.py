"""Guards and helpers of all tests."""

import os
import socket
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import translation

from academy.common.registry import registry
from tests import databases

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs an event loop beside our synchronous tests

BROWSER_FIXTURES = {
    "page",
    "context",
    "browser",
}  # a parameter of that name would start a browser, too early for others
NO_PARAMETERS = SimpleNamespace(params={})
SERIALIZED: list[str] = []  # what the migrations left, for tests that flush
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker, django_db_modify_db_settings):
    """A migrated database for this process, copied from a template whose name it gives (tests/databases.py)."""
    with django_db_blocker.unblock():
        template = databases.make_test_database()
        if any(mark.kwargs.get("serialized_rollback") for item in request.session.items for mark in _database(item)):
            SERIALIZED.append(connection.creation.serialize_db_to_string())
        yield template
        databases.remove_test_database()


def _database(item):
    return item.iter_markers("django_db")


@pytest.fixture(scope="session", autouse=True)
def addresses():
    """Read the addresses before any test: one that changes `DEMO` must not decide for all after it which there are."""
    import_module(settings.ROOT_URLCONF)


@pytest.fixture(autouse=True)
def empty_cache():
    """Limits, menus and the site map live in the cache: no test inherits them."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def german():
    """A request in another language leaves it active in this thread: no test inherits it."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def no_foreign_network(monkeypatch):
    """A test that asks any other host fails at once."""
    connect = socket.socket.connect

    def guarded(self, address):
        host = address[0] if isinstance(address, tuple) else "localhost"
        if host not in LOOPBACK:
            raise AssertionError(f"This test tried to reach {host}.")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def now() -> datetime:
    """A fixed moment: Wednesday, 18 November 2026, 10:00 UTC (11:00 in Berlin)."""
    return datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def _site_snapshot(django_db_setup, django_db_blocker):
    """A copy with the rows of `setup_site`, made once: the steps take longer than most tests."""
    with django_db_blocker.unblock():
        name = databases.make_copy("site", of=django_db_setup)
        with databases.swapped_in(name), transaction.atomic():
            registry.set_up_site()
            connection.run_on_commit.clear()  # what follows a commit is no row of the site, and never ran in a test
        yield name
        databases.remove_copy(name)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef, request):
    """Swap the site in before pytest-django begins the transaction of a test that asks for it.

    Once Playwright's event loop runs, this thread has other connections: they are told what a flush has to put back.
    """
    if fixturedef.argname == "_django_db_helper" and _has_site_copy(request):
        name = request.getfixturevalue("_site_snapshot")
        with request.getfixturevalue("django_db_blocker").unblock():
            swap = databases.swapped_in(name)
            swap.__enter__()
        request.addfinalizer(partial(_swap_out, swap, request.getfixturevalue("django_db_blocker")))
    if fixturedef.argname == "_django_db_helper":
        request.getfixturevalue("django_db_setup")
        for contents in SERIALIZED:
            connection._test_serialized_contents = contents
    return (yield)


def _swap_out(swap, blocker) -> None:
    with blocker.unblock():
        swap.__exit__(None, None, None)


def _has_site_copy(request) -> bool:
    """Tests that flush set their site up themselves: they would flush the copy."""
    flushes = any(mark.kwargs.get("transaction") for mark in _database(request.node))
    return "site" in request.fixturenames and not flushes and "live_server" not in request.fixturenames


@pytest.fixture
def site(request, db):
    """A site as `setup_site` leaves it: locales, start pages, catalogues, groups with their rights, workflow."""
    if not _has_site_copy(request):
        registry.set_up_site()
    elif connection.settings_dict["NAME"] != request.getfixturevalue("_site_snapshot"):
        raise AssertionError("The copy of the site was not swapped in before the transaction of this test began.")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Chromium as this project starts it: from CHROMIUM_PATH, quiet, and without a sandbox only as root."""
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    quiet += ["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
    args = {**browser_type_launch_args, "args": quiet + (["--no-sandbox"] if os.geteuid() == 0 else [])}
    path = os.environ.get("CHROMIUM_PATH") or ("/usr/bin/chromium" if os.path.exists("/usr/bin/chromium") else None)
    return {**args, "executable_path": path} if path else args


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "de-DE", "timezone_id": "Europe/Berlin"}


@pytest.hookimpl(tryfirst=True)  # pytest-django puts tests that flush last: it must see our marks
def pytest_collection_modifyitems(items):
    """Browser tests flush the database after themselves and put the migrations' rows back (STACK.md 10)."""
    for item in items:
        if BROWSER_FIXTURES & set(getattr(item, "callspec", NO_PARAMETERS).params):
            raise pytest.UsageError(f"{item.nodeid}: a parameter has the name of a fixture of the browser.")
        if "page" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True))
            item.add_marker(pytest.mark.browser)
        if item.get_closest_marker("postgresql") and not settings.TEST_DATABASE_URL:
            item.add_marker(pytest.mark.skip(reason="needs TEST_DATABASE_URL"))
        if item.get_closest_marker("broker") and not settings.TEST_BROKER_URL:
            item.add_marker(pytest.mark.skip(reason="needs TEST_BROKER_URL"))
