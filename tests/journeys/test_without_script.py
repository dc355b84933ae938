"""What visitors, learners and supervisors do works in a browser that runs no script (a promise of DESIGN.md 7).

Finding a course and a page, signing in, taking a place and giving it back, agreeing to it, reporting a barrier.
"""

import re

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from academy.models import OutgoingMail
from consulting.demo.people import PASSWORD
from enrolment.enums import EnrolmentState
from enrolment.models import Enrolment
from home.models import AccessibilityReport

from .demo_life import ASKED, SUPERVISOR, person
from .looking import NARROW, WIDE

pytestmark = pytest.mark.browser
NEWCOMER = "r-spree-team"


@pytest.fixture
def plain(browser):
    """Opens a browser without scripts; each has cookies of its own."""
    contexts = []

    def open_browser(site, *, width: int = WIDE, scheme: str = "light") -> Page:
        context = browser.new_context(
            locale="de-DE",
            timezone_id="Europe/Berlin",
            java_script_enabled=False,
            base_url=site.url,
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield open_browser
    for context in contexts:
        context.close()


def error_of(page: Page, name: str) -> str:
    """What the summary and the field say of one field; both must, and the summary must lead there."""
    field = page.locator(f"main [name='{name}']").first
    expect(field).to_have_attribute("aria-invalid", "true")
    words = page.locator(f"#{field.get_attribute('id')}_error")
    expect(words).to_be_visible()
    link = page.locator("[data-error-summary] a[href='#" + field.get_attribute("id") + "']")
    expect(link).to_contain_text(words.inner_text().strip())
    return words.inner_text().strip()


# --- A visitor ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_visitor_filters_and_searches_the_catalogue(plain, demo, width):
    page = plain(demo, width=width)
    page.goto("/de/fortbildungen/")
    everything = page.locator(".course-card").count()
    if width == NARROW:
        page.locator(".filter-panel__button").click()
    page.locator("main select[name='format']").select_option("online")
    page.locator("main .filter-panel__form button[type='submit']").click()

    expect(page).to_have_url(re.compile("format=online"))
    filtered = page.locator(".course-card").count()
    assert 0 < filtered < everything
    page.locator(".filter__chip").click()
    expect(page.locator(".course-card")).to_have_count(everything)

    if width == NARROW:
        page.locator(".filter-panel__button").click()
    page.locator("main input[name='q']").fill("LADG")
    page.locator("main .filter-panel__form button[type='submit']").click()
    expect(page.locator(".course-card a[href='/de/fortbildungen/ladg-am-schalter/']")).to_be_visible()


def test_visitor_searches_the_whole_site_from_its_header(plain, demo):
    page = plain(demo)
    page.goto("/de/")
    page.locator(".site-search__field").fill("Bescheide")
    page.locator(".site-search__button").click()
    expect(page.locator("main mark").first).to_contain_text("Bescheid")
    page.locator("main .tabs a").nth(1).click()
    expect(page).to_have_url(re.compile("kind="))
    page.locator(".hit__title a").first.click()
    expect(page.locator("h1")).to_be_visible()


def test_visitor_reports_a_barrier(plain, own_demo):
    page = plain(own_demo)
    page.goto("/de/fortbildungen/")
    page.locator("footer a[href*='report-barrier']").click()
    page.locator("main input[name='email']").fill("keine Adresse")
    page.get_by_role("button", name="Meldung senden").click()

    error_of(page, "problem")
    error_of(page, "email")
    expect(page.locator("main input[name='email']")).to_have_value("keine Adresse")
    expect(page.locator("main input[name='page']")).to_have_value("/de/fortbildungen/")
    page.locator("main textarea[name='problem']").fill("Der Filter springt.")
    page.locator("main input[name='email']").fill("besuch@example.org")
    page.get_by_role("button", name="Meldung senden").click()

    report = AccessibilityReport.objects.latest("pk")
    assert (report.problem, report.page) == ("Der Filter springt.", "/de/fortbildungen/")
    expect(page.locator("main")).to_contain_text(report.reference)


# --- Colours and language ----------------------------------------------------------------------------------------
def background(page: Page) -> str:
    """Asked of the browser itself: the page runs nothing, but its styles can be read."""
    client = page.context.new_cdp_session(page)
    client.send("DOM.enable")
    client.send("CSS.enable")
    root = client.send("DOM.getDocument")["root"]["nodeId"]
    body = client.send("DOM.querySelector", {"nodeId": root, "selector": "body"})["nodeId"]
    styles = client.send("CSS.getComputedStyleForNode", {"nodeId": body})["computedStyle"]
    client.detach()
    return next(style["value"] for style in styles if style["name"] == "background-color")


def is_dark(page: Page) -> bool:
    red, green, blue = (int(part) for part in re.findall(r"\d+", background(page))[:3])
    return red + green + blue < 3 * 128


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_colours_follow_the_system_until_somebody_chooses(plain, demo, width):
    page = plain(demo, width=width, scheme="dark")
    page.goto("/de/fortbildungen/?format=online")
    assert is_dark(page)

    choose(page, "light", width)
    expect(page).to_have_url(re.compile(r"/de/fortbildungen/\?format=online$"))
    assert not is_dark(page)
    page.goto("/de/")
    assert not is_dark(page)
    page.emulate_media(color_scheme="light")
    choose(page, "dark", width)
    assert is_dark(page)
    choose(page, "system", width)
    assert not is_dark(page)


def choose(page: Page, theme: str, width: int) -> None:
    place = ".site-header__bar"
    if width == NARROW:
        page.locator(".site-menu__button").click()
        place = ".site-menu__sheet"
    page.locator(f"{place} button[name='theme'][value='{theme}']").click()


def test_language_and_easy_language_change_on_a_small_screen(plain, demo):
    page = plain(demo, width=NARROW)
    page.goto("/de/fortbildungen/")
    for name, language, address in [
        ("Leichte Sprache", "de-simple", "/de-simple/fortbildungen/"),
        ("English", "en", "/en/training/"),
        ("Deutsch", "de", "/de/fortbildungen/"),
    ]:
        page.locator(".site-menu__button").click()
        page.locator(".site-menu__sheet").get_by_role("link", name=name).click()
        expect(page).to_have_url(re.compile(f"{address}$"))
        expect(page.locator("html")).to_have_attribute("lang", language)


# --- A learner and her supervisor ---------------------------------------------------------------------------------
def test_learner_takes_a_place_her_supervisor_agrees_and_she_gives_it_back(plain, own_demo):
    page = plain(own_demo)
    page.goto(f"/de/fortbildungen/{ASKED}/")
    page.locator("main a[href*='/account/login/']").first.click()
    sign_in(page)

    place = ask_for_a_place(page)
    the_supervisor_agrees(plain(own_demo), place)
    page.reload()
    expect(page.locator(f"#place-{place.pk}")).to_contain_text("bestätigt")
    give_it_back(page, place)


def sign_in(page: Page) -> None:
    """A wrong password first: the address stays, the reason is said."""
    cache.clear()  # sign-ins are limited, and all of ours come from one machine
    page.locator("input[name='login']").fill(person(NEWCOMER).email)
    page.locator("input[name='password']").fill("stimmt-nicht")
    page.locator("main form button[type='submit']").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    expect(page.locator("input[name='login']")).to_have_value(person(NEWCOMER).email)
    page.locator("input[name='password']").fill(PASSWORD)
    page.locator("main form button[type='submit']").click()


def ask_for_a_place(page: Page) -> Enrolment:
    page.locator("main input[name='approver_email']").fill("leitung@")
    send = page.locator("main form[action$='/enrol/'] button[type='submit']")
    send.click()
    error_of(page, "approver_email")
    expect(page.locator("main input[name='approver_email']")).to_have_value("leitung@")
    assert not Enrolment.objects.filter(learner=person(NEWCOMER)).exists()
    page.locator("main input[name='approver_email']").fill(person(SUPERVISOR).email)
    send.click()

    place = Enrolment.objects.get(learner=person(NEWCOMER))
    assert place.state == EnrolmentState.REQUESTED
    expect(page).to_have_url(re.compile(f"/de/my/places/#place-{place.pk}$"))
    expect(page.get_by_role("status").first).to_be_visible()
    return place


def the_supervisor_agrees(page: Page, place: Enrolment) -> None:
    mail = OutgoingMail.objects.get(key=f"approval.{place.approvals.get().pk}.asked")
    page.goto(re.search(r"/de/approvals/[^\s]+", mail.text).group())
    page.get_by_role("button", name="Zustimmen", exact=True).click()
    place.refresh_from_db()
    assert place.state == EnrolmentState.CONFIRMED


def give_it_back(page: Page, place: Enrolment) -> None:
    """Asked on a page of its own, which can be left without harm."""
    link = page.locator(f"main a[href='/de/places/{place.pk}/withdraw/']")
    link.click()
    expect(page.locator("h1")).to_have_text("Platz zurückgeben?")
    page.get_by_role("link", name="Abbrechen").click()
    place.refresh_from_db()
    assert place.state == EnrolmentState.CONFIRMED
    link.click()
    page.locator("main form button[type='submit']").click()
    expect(page.get_by_role("status").first).to_be_visible()
    place.refresh_from_db()
    assert place.state == EnrolmentState.WITHDRAWN
