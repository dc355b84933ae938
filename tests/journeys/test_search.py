"""Searching with the keyboard, and words with a gender star on narrow screens."""

import pytest
from wagtail.models import Page

from academy.common.gender_star import starred_words
from home.search import plain_text

from .keys import Keys
from .looking import NARROW, WIDE

pytestmark = pytest.mark.browser

# For each word with a star, whether «innen» stands on another line than the letter before the star.
BROKEN_STARS = r"""() => {
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  const found = {words: 0, broken: []};
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement.checkVisibility()) continue;
    for (const match of node.data.matchAll(/\p{L}\*(?:innen|in|n|r|e)(?!\p{L})/gu)) {
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      found.words += 1;
      if (lines.size > 1) found.broken.push(node.data.slice(Math.max(match.index - 20, 0), match.index + 12));
    }
  }
  return found;
}"""


def context_of(browser, width, scripts=True):
    return browser.new_context(
        locale="de-DE", viewport={"width": width, "height": 800}, java_script_enabled=scripts, reduced_motion="reduce"
    )


@pytest.mark.parametrize(("width", "scripts"), [(WIDE, True), (WIDE, False), (NARROW, True)])
def test_keyboard_leads_from_the_header_over_a_hit_to_its_page(browser, demo, width, scripts):
    context = context_of(browser, width, scripts)
    keyboard = Keys(context, demo.url)
    keyboard.open("/de/")
    if width == WIDE:
        keyboard.tab_to(".site-search__field")
    else:
        keyboard.follow(".site-search-link")
        keyboard.into_content()
        keyboard.tab_to("main input[name='q']")
    keyboard.type("Bescheide")
    with keyboard.page.expect_navigation():
        keyboard.press("Enter")

    assert keyboard.page.locator("main mark").first.inner_text().startswith("Bescheid")
    keyboard.into_content()
    keyboard.follow(".hit__title a")

    assert keyboard.page.locator("h1").count() == 1
    assert "/search/" not in keyboard.page.url
    context.close()


def test_no_line_ends_before_the_ending_of_a_word_with_a_star(browser, demo):
    context = context_of(browser, 320)
    page, words, broken = context.new_page(), 0, []
    addresses = [
        one.url
        for one in Page.objects.live().public().filter(depth__gt=1, locale__language_code="de").specific()
        if getattr(one, "search_kind", None)
    ]
    for address in addresses:
        page.goto(demo.url + address)
        for width in (320, 360, 440):
            page.set_viewport_size({"width": width, "height": 800})
            seen = page.evaluate(BROKEN_STARS)
            words += seen["words"]
            broken += [f"{address} at {width}: {text}" for text in seen["broken"]]
    context.close()

    assert words > 30
    assert broken == []


def test_easy_pages_of_the_demo_content_have_no_star(demo):
    pages = Page.objects.live().filter(depth__gt=1, locale__language_code="de-simple").specific()
    texts = {page.url: f"{page.title} {plain_text(page)}" for page in pages if page.search_fields}

    assert len(texts) > 5
    assert {url: starred_words(text) for url, text in texts.items() if starred_words(text)} == {}
