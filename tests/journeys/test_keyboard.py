"""Everything that a learner does works with the keyboard alone, and without scripts as well (A1 of DOMAIN.md 6)."""

import pytest
from playwright.sync_api import expect

from consulting.demo.people import PASSWORD
from enrolment.enums import EnrolmentState
from enrolment.models import Enrolment

from . import pages
from .demo_life import open_run, person
from .keys import Keys
from .looking import NARROW, WIDE, Looking

pytestmark = pytest.mark.browser
COURSE = "ladg-am-schalter"  # its run asks for a tick: the supervisor has agreed
NEWCOMER = "r-spree-team"


@pytest.fixture
def keys(browser, request):
    """A browser of their own for each test: width and scripts by the markers of the test."""
    given = getattr(request, "param", {})
    context = browser.new_context(
        locale="de-DE",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
        viewport={"width": given.get("width", WIDE), "height": 800},
        java_script_enabled=given.get("scripts", True),
    )
    context.set_default_timeout(15_000)
    yield lambda site: Keys(context, site.url)
    context.close()


@pytest.mark.parametrize(
    "keys",
    [{"width": WIDE}, {"width": NARROW}, {"width": WIDE, "scripts": False}],
    ids=["wide", "narrow", "without scripts"],
    indirect=True,
)
def test_keyboard_leads_from_the_home_page_to_a_place_and_back_out_of_it(keys, own_demo, request):
    keyboard = keys(own_demo)
    learner = person(NEWCOMER)
    keyboard.open("/de/")
    keyboard.into_content()
    keyboard.follow(f"main a[href='/de/fortbildungen/{COURSE}/']")
    keyboard.into_content()
    keyboard.follow(f"#run-{open_run(COURSE).pk} a[href*='/account/login/']")

    keyboard.tab_to("input[name='login']")
    keyboard.type(learner.email)
    keyboard.tab_to("input[name='password']")
    keyboard.type(PASSWORD)
    with keyboard.page.expect_navigation():
        keyboard.press("Enter")

    keyboard.tab_to("input[name='has_approval']")
    keyboard.press("Space")
    keyboard.follow("form[action$='/enrol/'] button[type='submit']")

    place = Enrolment.objects.get(learner=learner)
    assert place.state == EnrolmentState.CONFIRMED
    expect(keyboard.page.get_by_role("status")).to_be_visible()
    _give_back(keyboard, place, scripts=request.node.callspec.params["keys"].get("scripts", True))

    place.refresh_from_db()
    assert place.state == EnrolmentState.WITHDRAWN
    expect(keyboard.page.get_by_role("status")).to_be_visible()


def _give_back(keyboard: Keys, place: Enrolment, *, scripts: bool) -> None:
    """Asked first: in a dialog that Escape closes, or on a page of its own where there are no scripts."""
    link = f"main a[href='/de/places/{place.pk}/withdraw/']"
    if not scripts:
        keyboard.follow(link)
        keyboard.follow("main form button[type='submit']")
        return
    dialog = keyboard.page.get_by_role("dialog", name="Platz zurückgeben?")
    keyboard.page.locator(link).evaluate("(link) => { link.click(); link.click(); }")
    expect(dialog).to_have_count(1)
    keyboard.page.wait_for_load_state("networkidle")
    expect(dialog).to_have_count(1)
    keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    for last_key in ("Escape", ""):
        keyboard.tab_to(link) if not keyboard.is_at(link) else None
        keyboard.press("Enter")
        expect(dialog).to_be_visible()
        if last_key:
            keyboard.press(last_key)
            expect(dialog).to_have_count(0)
            assert keyboard.is_at(link), "the focus does not come back to where it was"
    keyboard.follow("dialog form button.button--danger")


def test_skip_link_is_seen_when_it_has_the_focus_and_leads_into_the_content(keys, demo):
    keyboard = keys(demo)
    keyboard.open("/de/")
    keyboard.into_content()

    assert keyboard.page.url.endswith("#main")
    keyboard.tab()
    assert keyboard.is_at("main *")


@pytest.mark.parametrize("keys", [{"width": NARROW}], indirect=True)
def test_menu_of_small_screens_opens_and_closes_by_key(keys, demo):
    keyboard = keys(demo)
    keyboard.open("/de/")
    keyboard.tab_to(".site-menu__button")
    keyboard.press("Enter")
    keyboard.tab_to(".site-menu__sheet a[href='/de/fortbildungen/']")
    keyboard.tab_to(".site-menu__sheet button[name='theme'][value='dark']")
    keyboard.press("Escape")

    assert keyboard.is_at(".site-menu__button")
    expect(keyboard.page.locator(".site-menu__sheet")).to_be_hidden()


@pytest.mark.parametrize("keys", [{"width": NARROW}], indirect=True)
def test_filters_of_small_screens_open_by_key_and_show_what_was_asked_for(keys, demo):
    keyboard = keys(demo)
    keyboard.open("/de/fortbildungen/")
    keyboard.into_content()
    keyboard.tab_to(".filter-panel__button")
    keyboard.press("Enter")
    keyboard.tab_to("input[name='q']")
    keyboard.type("LADG")
    with keyboard.page.expect_navigation():
        keyboard.press("Enter")

    expect(keyboard.page.locator(f"main a[href='/de/fortbildungen/{COURSE}/']")).to_be_visible()


def test_colours_and_language_change_by_key_and_stay(keys, demo):
    keyboard = keys(demo)
    keyboard.open("/de/fortbildungen/")
    keyboard.follow(".site-header__bar button[name='theme'][value='dark']")
    expect(keyboard.page.locator("html")).to_have_attribute("data-kern-theme", "dark")
    keyboard.follow(".site-header__bar a[hreflang='en']")

    expect(keyboard.page.locator("html")).to_have_attribute("lang", "en")
    expect(keyboard.page.locator("html")).to_have_attribute("data-kern-theme", "dark")
    assert "/en/training/" in keyboard.page.url


def test_wrong_form_takes_the_focus_to_its_summary_and_from_there_into_the_field(keys, demo):
    keyboard = keys(demo)
    keyboard.open("/de/account/signup/")
    keyboard.tab_to("input[name='first_name']")
    keyboard.type("Mira-Sofie")
    with keyboard.page.expect_navigation():
        keyboard.press("Enter")

    assert keyboard.is_at("[data-error-summary]")
    expect(keyboard.page.locator("input[name='first_name']")).to_have_value("Mira-Sofie")
    keyboard.tab()
    keyboard.press("Enter")
    assert keyboard.is_at("input[name='last_name'][aria-invalid='true']")
    described = keyboard.page.locator("input[name='last_name']").get_attribute("aria-describedby")
    assert any(keyboard.page.locator(f"#{name}").is_visible() for name in described.split())


STOPS = [
    *(
        "courses.CourseIndexPage",
        "courses.CoursePage",
        "enrolment:my_places",
        "enrolment:learn",
        "enrolment:attendance",
    ),
    *("consulting:process_detail", "academy:styleguide_section"),
]


@pytest.mark.parametrize(
    "view", [view for view in pages.VIEWS if view.name in STOPS and not view.brief], ids=lambda view: str(view)
)
def test_every_stop_of_the_page_shows_the_focus(view, demo, people):
    looking: Looking = people.page_of(view.viewer, demo)
    keyboard = Keys(looking.page.context, demo.url)
    keyboard.page.set_viewport_size({"width": WIDE, "height": 800})
    keyboard.open(view.path())
    stops = keyboard.all_stops()
    keyboard.page.close()

    assert len(stops) > 15


def test_keys_notice_a_focus_that_is_not_seen(keys, demo):
    """The checks above would be green as well if they looked at nothing."""
    keyboard = keys(demo)
    keyboard.open("/de/")
    keyboard.page.evaluate(
        """() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync("* , *::before, *::after { outline: 0 !important; box-shadow: none !important; }");
        document.adoptedStyleSheets = [sheet];
        }"""
    )
    keyboard.page.locator("#main").focus()
    with pytest.raises(AssertionError, match="does not show"):
        keyboard.tab()
