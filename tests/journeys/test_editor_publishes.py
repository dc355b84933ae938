"""Journey J4 of DOMAIN.md 2.9: an editor publishes a page and its version in Leichte Sprache."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from academy.models import OutgoingMail
from enrolment.models import Certificate
from home.models import HomePage, ProjectPage, StandardPage
from tests.enrolment.pdf_text import text_of

from . import pages
from .demo_life import LEARNER, person
from .demo_site import client_of

LINE = "Kofinanziert von der Europäischen Union"
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
    expect(footer.get_by_text(LINE)).to_be_visible()
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


def press_publish(page: Page) -> None:
    page.locator("footer.footer .w-dropdown__toggle").click()
    page.locator("button[name=action-publish]").click()


def publishes_only_with(page: Page, *, edit: str, field: str, words: str, sentence: str) -> None:
    """Without the words the guard refuses and says why; with them the page is published."""
    page.goto(edit)
    page.locator(field).first.fill("")
    press_publish(page)
    expect(page.get_by_text(sentence).first).to_be_visible()
    assert page.url.endswith("/edit/")
    page.locator(field).first.fill(words)
    press_publish(page)
    page.wait_for_url(re.compile(r"/cms/pages/\d+/?$"))


@pytest.mark.browser
def test_guard_refuses_what_the_funder_and_readers_need_and_the_emblem_is_on_everything(editor, own_demo):
    """F1, F3 and F7 of DOMAIN.md 6: what must be there before publishing; what is on page, mail, PDF and list."""
    project = ProjectPage.objects.get(locale__language_code="de")
    with_image = StandardPage.objects.get(slug="so-arbeitet-die-akademie", locale__language_code="de")
    publishes_only_with(
        editor,
        edit=f"/cms/pages/{project.pk}/edit/",
        field="#id_summary",
        words="Ämter und Vereine arbeiten zusammen.",
        sentence="Bitte beschreiben Sie das Projekt",
    )
    publishes_only_with(
        editor,
        edit=f"/cms/pages/{with_image.pk}/edit/",
        field="textarea[name$='-alt_text'], input[name$='-alt_text']",
        words="Drei Menschen am Tisch",
        sentence="Ein Bild braucht",
    )

    editor.goto(project.url)
    expect(editor.get_by_text("Ämter und Vereine arbeiten zusammen.")).to_be_visible()
    carries_what_every_page_must(editor)
    poster = editor.context.request.get(editor.locator("a[href$='/poster/pdf/']").get_attribute("href"))
    assert poster.headers["content-type"] == "application/pdf"
    assert LINE in words_of_pdf(poster.body())
    editor.goto(with_image.url)
    expect(editor.get_by_role("img", name="Drei Menschen am Tisch")).to_be_visible()
    mail = OutgoingMail.objects.latest("pk")
    assert LINE in mail.text
    assert LINE in mail.html
    assert LINE in words_of_pdf(client_of(LEARNER).get(certificate_of(LEARNER)).getvalue())
    assert LINE in client_of(pages.TRAINER).get(list_of_signatures()).text


def certificate_of(slug: str) -> str:
    found = Certificate.objects.current().get(enrolment__learner=person(slug))
    return reverse("enrolment:certificate_pdf", args=[found.number])


def list_of_signatures() -> str:
    return reverse("enrolment:attendance_list", args=pages.taught_session())


def words_of_pdf(content: bytes) -> str:
    """The text of a PDF, whatever its lines."""
    return " ".join(text_of(content).split())
