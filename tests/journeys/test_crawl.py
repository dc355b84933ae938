"""Whoever follows the links of the site meets no dead end and no other host (DP8 of DOMAIN.md 6)."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from consulting.demo import logins

from .crawling import Crawl
from .demo_life import person
from .looking import OWN_COOKIES

VISITORS_BOUND = 400
ROLE_BOUND = 120
STARTS = ["/de/my/", "/en/my/"]
MUST_BE_FOUND = {  # by whoever is signed in: nobody guesses addresses
    "/de/my/",
    "/de/my/places/",
    "/de/my/calendar/",
    "/de/my/certificates/",
    "/de/account/email/",
    "/de/account/password/change/",
}


@pytest.fixture(scope="module")
def public_pages() -> dict[str, Crawl]:
    """The crawl of a visitor, once for all tests of this module: the roles need not see public pages again."""
    return {}


@pytest.fixture
def visitor(demo, public_pages) -> Crawl:
    if not public_pages:
        public_pages["crawl"] = Crawl(Client()).walk("/de/", "/", bound=VISITORS_BOUND)
    return public_pages["crawl"]


def test_visitor_finds_every_link_answered(visitor):
    assert visitor.wrong == []
    assert len(visitor.seen) < VISITORS_BOUND, "the bound cut the way off"
    assert set(visitor.client.cookies) <= OWN_COOKIES


@pytest.mark.parametrize(
    "path",
    [
        "/de/fortbildungen/",
        "/en/training/",
        "/de-simple/",
        "/de/report-barrier/?page=/de/",
        "/de/account/signup/",
        "/hu/parbeszed/",
    ],
)
def test_visitor_finds_what_must_be_in_reach(visitor, path):
    assert visitor.seen.get(path) == 200


ROLES = sorted({tuple(sorted({entry["role"], *entry.get("also", [])})) for entry in logins.read("roles")})


@pytest.mark.parametrize("roles", ROLES, ids="+".join)
def test_role_finds_every_link_answered(roles, visitor):
    slug = next(one.slug for one in logins.all_logins() if tuple(sorted(set(one.roles))) == roles)
    client = Client()
    client.force_login(person(slug), backend="django.contrib.auth.backends.ModelBackend")

    crawl = Crawl(client, skip=visitor.seen.keys() - {"/de/"}).walk("/de/", *STARTS, bound=ROLE_BOUND)

    assert crawl.wrong == []
    assert MUST_BE_FOUND - crawl.seen.keys() == set()
    assert set(client.cookies) <= OWN_COOKIES


def test_stylesheets_ask_no_other_host(visitor):
    sheets = [path for path in visitor.seen if path.endswith(".css")]

    assert len(sheets) >= 2
    for path in sheets:
        with open(finders.find(path.removeprefix("/static/")), encoding="utf-8") as sheet:
            assert re.findall(r"url\(\s*[\"']?(?:https?:)?//[^)]*", sheet.read()) == [], path
