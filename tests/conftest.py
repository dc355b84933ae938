"""Guards and helpers of all tests."""

import os
import socket
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.cache import cache

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs an event loop beside our synchronous tests

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


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
