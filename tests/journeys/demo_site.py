"""The demo content in a database of its own, loaded once for all browser tests.

How it is done, and what else was thought of:
- Loading takes far longer than opening a page, so it happens once a session, into a *copy* of the database as the
  migrations left it (tests/databases.py).
- A test that only looks shares that copy; a test that writes gets a copy of the copy. Nothing is ever flushed and put
  back: `serialized_rollback` would read some thousand rows from JSON again after each test.
- The copy is swapped in for one test at a time, and swapped out after it, so that every other test finds the database
  that it expects, in any order.
- A server in a process of its own would be better separated, but the tests could then not ask the database which
  place or run to open, and each start costs as much as loading.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.test.testcases import LiveServerThread
from django.utils import timezone, translation
from wagtail.models import Page

from academy.models import User
from consulting.demo import loader

from . import demo_life

BACKEND = "django.contrib.auth.backends.ModelBackend"


def load() -> None:
    """Fill a fresh copy."""
    if not Page.objects.filter(depth=1).exists():
        raise AssertionError("The test database was kept without the rows of the migrations: run pytest --create-db.")
    with translation.override("de"):
        for _line in loader.load(timezone.now()):
            pass
        demo_life.live(at=timezone.now())


def session_of(user: User) -> SessionStore:
    """A session as if that person had signed in and confirmed it just now: pages that ask for that once more are shown
    themselves, however long the tests have been running.
    """
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    confirmed = {"method": "password", "at": (timezone.now() + timedelta(days=1)).timestamp(), "reauthenticated": True}
    session["account_authentication_methods"] = [confirmed]
    session["account_authentication_methods_user"] = str(user.pk)
    session.create()
    return session


def client_of(slug: str) -> Client:
    """A client as that person, or as nobody."""
    client = Client()
    if slug:
        client.cookies[settings.SESSION_COOKIE_NAME] = session_of(demo_life.person(slug)).session_key
    return client


class DemoSite:
    """The running site with the demo content, and who is signed in where."""

    def __init__(self, name: str):
        self.name = name
        # Django's thread would answer for static files and uploads itself; ours are answered as in production.
        self.server = LiveServerThread("127.0.0.1", static_handler=lambda media_files: media_files.application)
        self.server.daemon = True
        self.server.start()
        self.server.is_ready.wait()
        if self.server.error:
            raise self.server.error

    @property
    def url(self) -> str:
        return f"http://{self.server.host}:{self.server.port}"

    def session_of(self, user: User) -> dict:
        """A cookie that the browser context of that person takes."""
        session = session_of(user)
        return {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": self.url}

    def stop(self) -> None:
        self.server.terminate()
