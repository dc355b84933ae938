"""The start page, the theme, the gate to the admin, and what monitoring asks."""

import pytest
from celery import current_app
from django.core.cache import caches
from django.db import OperationalError
from django.test import Client

from academy import services
from academy.common.registry import Card, Registry
from academy.enums import Role
from tests.factories.academy import OrganisationFactory, UserFactory

UNUSED_PORT = 9  # nothing listens there


@pytest.fixture
def person(db):
    return UserFactory(email="schalter@example.org")


@pytest.fixture
def visitor(person):
    client = Client()
    client.force_login(person)
    return client


# --- The start page ----------------------------------------------------------------------------------------------
def test_my_start_sends_visitors_to_sign_in(client):
    answer = client.get("/de/my/")

    assert (answer.status_code, answer.url) == (302, "/de/account/login/?next=/de/my/")


def test_my_start_greets_the_person_and_is_never_stored(visitor, person):
    answer = visitor.get("/de/my/")

    assert answer.status_code == 200
    assert str(person) in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("role", [None, *Role])
def test_my_start_opens_for_every_role(visitor, person, role, now):
    if role:
        services.grant_membership(
            user=person, role=role, organisation=OrganisationFactory(), starts_on=now.date(), actor=None, at=now
        )

    assert visitor.get("/de/my/").status_code == 200


def test_my_start_shows_each_card_below_a_heading_that_names_it(visitor):
    shown = visitor.get("/de/my/").content.decode()

    assert 'aria-labelledby="dates-title"' in shown
    assert 'id="dates-title"' in shown


def test_registry_orders_cards_and_leaves_out_what_does_not_concern_the_person(now):
    registry = Registry()
    registry.add_card(lambda **who: None)
    registry.add_card(lambda **who: Card("b", 20, "b.html", {}))
    registry.add_card(lambda **who: [Card("c", 30, "c.html", {}), Card("a", 10, "a.html", {})])

    cards = registry.cards_for(user=None, roles=set(), at=now)

    assert [card.key for card in cards] == ["a", "b", "c"]


# --- The theme ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_set_theme_remembers_the_choice_and_goes_back(client, theme):
    answer = Client(enforce_csrf_checks=True).post("/de/theme/", {"theme": theme, "next": "/de/my/?a=1"})

    assert (answer.status_code, answer.url) == (302, "/de/my/?a=1")
    assert answer.cookies["theme"].value == theme
    assert answer.cookies["theme"]["httponly"]


def test_set_theme_goes_back_to_the_system_for_anything_else(client):
    client.cookies["theme"] = "dark"

    answer = client.post("/de/theme/", {"theme": "<script>"})

    assert answer.cookies["theme"].value == ""


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_set_theme_sends_nobody_elsewhere(client, address):
    assert client.post("/de/theme/", {"theme": "dark", "next": address}).url == "/"


def test_set_theme_takes_a_post_only(client):
    assert client.get("/de/theme/").status_code == 405


# --- The gate to the admin ---------------------------------------------------------------------------------------
def test_admin_gate_leads_visitors_to_our_sign_in(client):
    answer = client.get("/cms/login/?next=/cms/pages/")

    assert (answer.status_code, answer.url) == (302, "/de/account/login/?next=%2Fcms%2Fpages%2F")


def test_admin_gate_leads_nobody_elsewhere(client):
    assert client.get("/cms/login/?next=https://elsewhere.example/").url == "/de/account/login/?next=%2Fcms%2F"


def test_admin_gate_tells_people_without_rights_and_sends_nobody_in_circles(visitor):
    first = visitor.get("/cms/")
    assert (first.status_code, first.url) == (302, "/cms/login/?next=/cms/")

    assert visitor.get(first.url).status_code == 403


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    ("asked", "led_to"), [("/cms/pages/", "/cms/pages/"), ("/cms/login/?next=/cms/", "/cms/"), ("", "/cms/")]
)
def test_admin_gate_lets_staff_through(visitor, person, asked, led_to, now):
    services.grant_membership(
        user=person,
        role=Role.ACADEMY_OFFICE,
        organisation=OrganisationFactory(),
        starts_on=now.date(),
        actor=None,
        at=now,
    )

    assert visitor.get("/cms/login/", {"next": asked}).url == led_to
    assert visitor.get("/cms/").status_code == 200


# --- Health ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("method", ["get", "head"])
def test_health_live_asks_no_database(client, method):
    assert getattr(client, method)("/health/live").status_code == 200  # a query would fail: no database was asked for


def test_health_ready_says_that_everything_answers(client, db):
    assert client.get("/health/ready").json() == {"status": "ready", "failed": []}


def failing(client) -> list[str]:
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    return answer.json()["failed"]


def test_health_ready_names_a_database_that_does_not_answer(client, db, monkeypatch):
    def no_cursor(*args):
        raise OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr("academy.views.connection.cursor", no_cursor)
        assert failing(client) == ["database"]


def test_health_ready_names_a_cache_that_does_not_answer(client, db, settings, monkeypatch):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"redis://127.0.0.1:{UNUSED_PORT}/0",
        }
    }
    monkeypatch.setattr("academy.views.cache", caches.create_connection("default"))
    try:
        assert failing(client) == ["cache"]
    finally:
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


def test_health_ready_names_a_broker_that_does_not_answer(client, db, settings, monkeypatch):
    settings.CELERY_TASK_ALWAYS_EAGER = False
    monkeypatch.setitem(current_app.conf, "broker_write_url", f"redis://127.0.0.1:{UNUSED_PORT}/0")

    assert failing(client) == ["broker"]


@pytest.mark.django_db
@pytest.mark.parametrize("cookie", ["theme", "django_language", "sessionid", "csrftoken"])
@pytest.mark.parametrize("nonsense", ['"><script>', "../../etc", "x" * 3000])
def test_nonsense_in_a_cookie_is_ignored(site, client, cookie, nonsense):
    client.cookies[cookie] = nonsense

    html = client.get("/de/").content.decode()

    assert '<html lang="de"' in html
    assert "data-kern-theme" not in html.split("<head>")[0]
