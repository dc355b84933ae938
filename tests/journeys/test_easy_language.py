"""Leichte Sprache is switched on once: it keeps the place, and stays on from link to link and through signing in."""

import pytest
from playwright.sync_api import expect

from consulting.demo.people import PASSWORD

from .demo_life import LEARNER, person

pytestmark = pytest.mark.browser


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def reader(browser, request, demo):
    context = browser.new_context(
        locale="de-DE",
        reduced_motion="reduce",
        viewport={"width": 1280, "height": 800},
        java_script_enabled=request.param,
        base_url=demo.url,
    )
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def at(page) -> str:
    return "/" + page.url.split("/", 3)[3]


def switch_to(page, name: str) -> None:
    page.locator(".site-header__bar").get_by_role("link", name=name).click()


def test_easy_language_keeps_the_place_and_stays_on(reader):
    reader.goto("/de/prozessbegleitung/")
    switch_to(reader, "Leichte Sprache")
    assert at(reader) == "/de-simple/beratung/"
    expect(reader.locator("html")).to_have_attribute("lang", "de-simple")

    reader.locator(".site-nav--wide a", has_text="Kurse").first.click()
    assert at(reader) == "/de-simple/fortbildungen/"
    expect(reader.locator(".draft-mark").first).to_contain_text("Entwurf, noch nicht geprüft")

    reader.locator(".course-card .card__link").first.click()
    assert at(reader).startswith("/de-simple/fortbildungen/")
    assert at(reader) != "/de-simple/fortbildungen/"

    reader.locator(".service-links").first.get_by_role("link", name="Gebärden-Sprache").click()
    assert at(reader) == "/de-simple/gebaerdensprache/"
    expect(reader.locator("main .language-notice")).to_contain_text("noch nicht in Leichter Sprache")
    expect(reader.locator("h1")).to_have_attribute("lang", "de")

    switch_to(reader, "Deutsch")
    assert at(reader) == "/de/gebaerdensprache/"
    expect(reader.locator("main .language-notice")).to_have_count(0)


def test_easy_language_stays_on_through_signing_in_and_out(reader):
    reader.goto("/de-simple/")
    reader.locator(".site-header__account").get_by_role("link", name="Anmelden").click()
    assert at(reader) == "/de-simple/account/login/"

    reader.fill("input[name='login']", person(LEARNER).email)
    reader.fill("input[name='password']", PASSWORD)
    reader.press("input[name='password']", "Enter")
    reader.wait_for_url("**/de-simple/my/")
    expect(reader.locator("main")).to_contain_text("Hier sehen Sie: Das kommt als Nächstes.")

    reader.get_by_role("link", name="Meine Plätze").or_(reader.get_by_role("link", name="Plätze")).first.click()
    assert at(reader).startswith("/de-simple/my/places/")
    switch_to(reader, "English")
    assert at(reader).startswith("/en/my/places/")
    switch_to(reader, "Leichte Sprache")
    reader.locator(".site-header__bar").get_by_role("button", name="Abmelden").click()
    reader.wait_for_url("**/de-simple/")
