"""Guards and helpers of all tests."""

import os
import socket
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from tests.journeys import demo_site

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs an event loop beside our synchronous tests

REAL_DATABASE = connection.settings_dict["NAME"]  # before any test database takes its place
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@pytest.fixture(scope="session", autouse=True)
def fresh_copy(request):
    """The name of a copy of the database as the migrations left it, taken before any test can flush their rows away.

    Only made where a test asks for the demo site, which is loaded into a copy of its own (tests/journeys/demo_site.py).
    """
    if not any({"demo", "own_demo"} & set(getattr(item, "fixturenames", ())) for item in request.session.items):
        yield ""
        return
    request.getfixturevalue("django_db_setup")
    with request.getfixturevalue("django_db_blocker").unblock(), _test_database(request):
        name = demo_site.make_copy("fresh")
        yield name
        demo_site.remove_copy(name)


@contextmanager
def _test_database(request):
    """pytest-django makes no test database when no test that was chosen is marked; here one is needed all the same."""
    if connection.settings_dict["NAME"] != REAL_DATABASE:
        yield
        return
    keep = request.getfixturevalue("django_db_keepdb") and not request.getfixturevalue("django_db_createdb")
    made = setup_databases(verbosity=0, interactive=False, keepdb=keep, aliases=["default"], serialized_aliases=[])
    yield
    teardown_databases(made, verbosity=0, keepdb=request.getfixturevalue("django_db_keepdb"))


@pytest.fixture(autouse=True)
def empty_cache():
    """Limits, menus and the site map live in the cache: no test inherits them."""
    cache.clear()
    yield
    cache.clear()


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


@pytest.fixture
def site(db):
    """A site as `setup_site` leaves it: locales, start pages, catalogues, groups with their rights, workflow."""
    from academy.common.registry import registry

    for _order, step in sorted(registry.setup_steps, key=lambda entry: entry[0]):
        step()


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
        if "page" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True))
            item.add_marker(pytest.mark.browser)
        if item.get_closest_marker("postgresql") and not settings.TEST_DATABASE_URL:
            item.add_marker(pytest.mark.skip(reason="needs TEST_DATABASE_URL"))
        if item.get_closest_marker("broker") and not settings.TEST_BROKER_URL:
            item.add_marker(pytest.mark.skip(reason="needs TEST_BROKER_URL"))
