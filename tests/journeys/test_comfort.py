"""What axe does not measure: wider spacing, larger targets, no motion, colours of the system (WCAG 2.2 AA).

Every page that axe looks at in full is visited once and measured for everything; `brief` ones share the template of
another. Colours in the dark theme are axe's (test_accessibility.py), what happens to the focus is test_keyboard.py's.
"""

import pytest

from .looking import NARROW, OVER_THE_EDGE, WIDE, ZOOMED
from .pages import VIEWS, View

pytestmark = pytest.mark.browser
WHOLE = [view for view in VIEWS if not view.brief]

SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
CUT_OFF = """() => [...document.querySelectorAll('body *')].filter((element) => {
  const css = getComputedStyle(element);
  return ['hidden', 'clip'].includes(css.overflowY) && element.offsetHeight > 4 && element.offsetWidth > 4
    && element.innerText && element.checkVisibility() && element.scrollHeight > element.clientHeight + 2;
}).map((element) => element.outerHTML.slice(0, 160))"""
MOVING = """() => [...document.querySelectorAll('*')].flatMap((element) => ['', '::before', '::after'].map((part) => {
  const css = getComputedStyle(element, part || null);
  const ms = (one) => parseFloat(one) * (one.includes('ms') ? 1 : 1000);
  const longest = (text) => Math.max(...text.split(',').map(ms));
  const moves = (css.animationName !== 'none' && longest(css.animationDuration) > 10)
    || longest(css.transitionDuration) > 10;
  return moves ? element.outerHTML.slice(0, 120) + part : '';
})).filter(Boolean)"""
SMALL = """() => {
  const pressed = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')];
  return pressed.filter((element) => {
    const box = element.getBoundingClientRect();
    if (!element.checkVisibility({visibilityProperty: true}) || box.width < 2 || box.height < 2) return false;
    if (element.type === 'hidden' || element.matches('.skip-link')) return false;
    const css = getComputedStyle(element);
    if (element.tagName === 'A' && css.display === 'inline') return false;  // a link in a sentence
    return box.width < 23.5 || box.height < 23.5;
  }).map((element) => element.outerHTML.slice(0, 160));
}"""
BORDERLESS = """() => [...document.querySelectorAll('main button, main input, main select, main textarea, .kern-btn')]
  .filter((element) => {
    if (!element.checkVisibility() || ['hidden', 'radio', 'checkbox'].includes(element.type)) return false;
    const edges = [element, element.parentElement].some((one) => {
      const css = getComputedStyle(one);
      return ['Top', 'Right', 'Bottom', 'Left'].some((side) => css['border' + side + 'Style'] !== 'none'
        && parseFloat(css['border' + side + 'Width']) > 0) || css.outlineStyle !== 'none';
    });
    return !edges && getComputedStyle(element).textDecorationLine === 'none';
  }).map((element) => element.outerHTML.slice(0, 160))"""
OVALS = """() => [...document.querySelectorAll('.state-badge')].filter((badge) => {
  const css = getComputedStyle(badge);
  const lines = badge.clientHeight / parseFloat(css.lineHeight);
  return badge.checkVisibility() && lines > 1.9 && parseFloat(css.borderTopLeftRadius) > parseFloat(css.lineHeight);
}).map((badge) => badge.outerHTML.slice(0, 160))"""


@pytest.mark.parametrize("view", WHOLE, ids=str)
def test_page_stays_usable_when_people_change_how_it_looks(view: View, demo, people):
    looking = people.page_of(view.viewer, demo)
    looking.open(view.path())
    page, found = looking.page, []

    page.emulate_media(reduced_motion="reduce")
    found += [f"moves although nothing should: {one}" for one in page.evaluate(MOVING)]
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"smaller than 24 px at {width}: {one}" for one in page.evaluate(SMALL)]
    found += [f"a badge of several lines is an oval: {one}" for one in page.evaluate(OVALS)]
    page.emulate_media(forced_colors="active")
    found += [f"no edge in forced colours: {one}" for one in page.evaluate(BORDERLESS)]
    page.emulate_media(forced_colors="none")
    page.evaluate(SPACED)
    for width in (WIDE, ZOOMED):
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"wider than {width} with wide spacing: {one}" for one in page.evaluate(OVER_THE_EDGE, width)]
        found += [f"cut off at {width} with wide spacing: {one}" for one in page.evaluate(CUT_OFF)]

    assert not found, "\n".join(found)
