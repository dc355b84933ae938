"""Changing roles: for everybody in a demonstration, for nobody elsewhere."""

import importlib

import pytest
from django.test import Client
from django.urls import clear_url_caches
from django.utils import timezone

import academy.urls
from consulting.demo.loading import Loading
from consulting.demo.organisations import load_organisations
from consulting.demo.people import load_roles
from tests.factories.academy import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo_roles(site):
    loading = Loading.now(timezone.now())
    load_organisations(loading)
    load_roles(loading)


def test_roles_shows_every_login_with_what_it_can_do(demo_roles, client):
    html = client.get("/de/demo/").content.decode()

    assert html.count('action="/de/demo/roles/') == 30
    assert "Sachbearbeitung Schalter" in html
    assert "r-spree-schalter@demo.example" in html
    assert "offene-wege-demo" in html


def test_roles_says_what_to_do_before_the_content_is_loaded(site, client):
    html = client.get("/de/demo/").content.decode()

    assert "manage.py load_demo" in html
    assert '<form method="post" action="/de/demo/roles/' not in html


def test_roles_is_linked_from_every_page_of_a_demonstration(site, client):
    assert 'href="/de/demo/"' in client.get("/de/").content.decode()


def test_roles_is_not_linked_outside_a_demonstration(site, client, settings):
    settings.DEMO = False

    assert "/demo/" not in client.get("/de/").content.decode()


def test_switch_role_signs_in_as_the_role(demo_roles, client):
    response = client.post("/de/demo/roles/r-pb-a/")

    assert response.status_code == 302
    assert response["Location"] == "/de/my/"
    assert client.get("/de/my/").wsgi_request.user.email == "r-pb-a@demo.example"


def test_switch_role_changes_from_one_role_to_another(demo_roles, client):
    client.post("/de/demo/roles/r-pb-a/")
    client.post("/de/demo/roles/r-spree-team/")

    response = client.get("/de/demo/")

    assert response.wsgi_request.user.email == "r-spree-team@demo.example"
    assert response.content.decode().count('action="/de/demo/roles/') == 29


def test_switch_role_wants_a_token(demo_roles):
    assert Client(enforce_csrf_checks=True).post("/de/demo/roles/r-pb-a/").status_code == 403


def test_switch_role_is_not_done_by_a_link(demo_roles, client):
    assert client.get("/de/demo/roles/r-pb-a/").status_code == 405


@pytest.mark.parametrize("slug", ["r-nobody", "person", "teilnehmende-001"])
def test_switch_role_knows_only_the_accounts_of_the_demonstration(demo_roles, client, slug):
    UserFactory(email="person@demo.example")

    assert client.post(f"/de/demo/roles/{slug}/").status_code == 404


@pytest.mark.parametrize("path", ["/de/demo/", "/de/demo/roles/r-pb-a/"])
def test_demo_pages_do_not_exist_outside_a_demonstration(demo_roles, client, settings, path):
    settings.DEMO = False

    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_demo_addresses_are_left_out_where_demo_is_not_set(settings):
    settings.DEMO = False
    try:
        importlib.reload(academy.urls)
        assert not any(getattr(entry, "app_name", "") == "demo" for entry in academy.urls.localized)
    finally:
        settings.DEMO = True
        importlib.reload(academy.urls)
        clear_url_caches()
