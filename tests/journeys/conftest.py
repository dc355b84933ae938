"""What browser tests share: the demo site, and one browser context for each person who looks at it."""

import pytest
from django.db import transaction
from playwright.sync_api import Browser

from tests import databases
from tests.courses.h5p.packages import remember_attempt, reported

from . import demo_site
from .demo_life import person
from .looking import Looking


@pytest.fixture(scope="session")
def _demo_snapshot(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        name = databases.make_copy("demo", of=django_db_setup)
        with databases.swapped_in(name):
            demo_site.load()
        yield name
        databases.remove_copy(name)


@pytest.fixture(scope="session")
def _shared_site(_demo_snapshot):
    site = demo_site.DemoSite(_demo_snapshot)
    yield site
    site.stop()


@pytest.fixture
def demo(_shared_site, django_db_blocker):
    """The demo site for tests that only look."""
    with django_db_blocker.unblock(), databases.swapped_in(_shared_site.name):
        yield _shared_site


@pytest.fixture
def demo_rows(_demo_snapshot, django_db_blocker):
    """The demo content for one test with the client; what it writes is taken back."""
    with django_db_blocker.unblock(), databases.swapped_in(_demo_snapshot), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def own_demo(_demo_snapshot, django_db_blocker):
    """The demo site for one test that writes: nobody else sees what it does."""
    with django_db_blocker.unblock():
        name = databases.make_copy("own", of=_demo_snapshot)
        with databases.swapped_in(name):
            site = demo_site.DemoSite(name)
            yield site
            site.stop()
        databases.remove_copy(name)


@pytest.fixture
def own_storage(settings, tmp_path):
    """Exercises in a folder of this test; their results go to `reported`."""
    options = {"location": str(tmp_path / "h5p"), "base_url": None}
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {**settings.STORAGES, "h5p": {"BACKEND": backend, "OPTIONS": options}}
    settings.H5P_ATTEMPT_HANDLER = f"{remember_attempt.__module__}.remember_attempt"
    reported.clear()


class People:
    """One page of a browser for each person, opened when it is first asked for and kept: signing in and starting cold
    would cost more than most pages.
    """

    def __init__(self, browser: Browser):
        self.browser = browser
        self.pages: dict[str, Looking] = {}

    def page_of(self, slug: str, site: demo_site.DemoSite) -> Looking:
        if slug not in self.pages:
            context = self.browser.new_context(locale="de-DE", timezone_id="Europe/Berlin", reduced_motion="reduce")
            if slug:
                context.add_cookies([site.session_of(person(slug))])
            self.pages[slug] = Looking(context, site.url)
        return self.pages[slug]

    def close(self) -> None:
        for looking in self.pages.values():
            looking.page.context.close()


@pytest.fixture(scope="session")
def people(browser):
    everybody = People(browser)
    yield everybody
    everybody.close()
