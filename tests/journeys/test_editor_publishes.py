"""Journey J4 of DOMAIN.md 2.9: an editor publishes a page and its version in Leichte Sprache."""

import re

import pytest
from playwright.sync_api import Page, expect

from home.models import HomePage

from .demo_life import person

GERMAN, EASY = "Offene Türen im Amt", "Das Amt hat offene Türen"


@pytest.fixture
def editor(browser, browser_context_args, own_demo):
    context = browser.new_context(**{**browser_context_args, "base_url": own_demo.url, "reduced_motion": "reduce"})
    context.add_cookies([own_demo.session_of(person("r-redaktion"))])
    yield context.new_page()
    context.close()


def publish(page: Page, *, below: HomePage, title: str, slug: str) -> str:
    """Write a content page in Wagtail's editor and publish it; gives its address."""
    page.goto(f"/cms/pages/add/home/standardpage/{below.pk}/")
    page.locator("#id_title").fill(title)
    page.locator("#id_lead").fill("Worum es geht.")
    page.get_by_role("tab").nth(1).click()  # its name is in the language of the account
    expect(page.locator("#id_slug")).not_to_have_value("")  # the editor has derived one from the title
    page.locator("#id_slug").fill(slug)
    page.locator("#id_slug").blur()
    expect(page.locator("#id_slug")).to_have_value(slug)
    page.locator("footer.footer .w-dropdown__toggle").click()
    page.locator("button[name=action-publish]").click()
    page.wait_for_url(re.compile(r"/cms/pages/\d+/?$"))
    return f"/{below.locale.language_code}/{slug}/"


def carries_what_every_page_must(page: Page) -> None:
    """The emblem with its statement, the way to report a barrier, and the statement on accessibility."""
    footer = page.locator(".site-footer")
    expect(footer.get_by_role("img", name="Europäischen Union")).to_be_visible()
    expect(footer.get_by_text("Kofinanziert von der Europäischen Union")).to_be_visible()
    expect(footer.locator(".site-footer__help a")).to_be_visible()
    statement = footer.locator(".site-footer__list a[href*='barrierefreiheit']")
    expect(statement).to_be_visible()


@pytest.mark.browser
def test_editor_publishes_a_page_and_its_easy_version_which_is_labelled_as_a_draft(editor, own_demo):
    homes = {home.locale.language_code: home for home in HomePage.objects.select_related("locale")}

    german = publish(editor, below=homes["de"], title=GERMAN, slug="offene-tueren")
    easy = publish(editor, below=homes["de-simple"], title=EASY, slug="offene-tueren")

    editor.goto(german)
    expect(editor.get_by_role("heading", level=1)).to_have_text(GERMAN)
    expect(editor.locator(".draft-notice")).to_have_count(0)
    carries_what_every_page_must(editor)
    editor.goto(easy)
    expect(editor.locator("html")).to_have_attribute("lang", "de-simple")
    expect(editor.locator(".draft-notice")).to_contain_text("Entwurf")
    carries_what_every_page_must(editor)
