"""The emblem and its statement on everything that a browser shows, as Annex IX asks for (DOMAIN.md 6, F1, F2, F7)."""

from io import BytesIO

import pikepdf
import pytest
from PIL import Image
from playwright.sync_api import Page

from .looking import WIDE, ZOOMED
from .pages import VIEWS, View

ALLOWED_FACES = {"arial", "auto", "calibri", "garamond", "trebuchet ms", "tahoma", "verdana", "ubuntu"}
STATEMENTS = {
    "de": "Kofinanziert von der Europäischen Union",
    "de-simple": "Kofinanziert von der Europäischen Union",
    "en": "Co-funded by the European Union",
    "hu": "Az Európai Unió társfinanszírozásával",
}
REFLEX_BLUE, YELLOW = (0x00, 0x33, 0x99), (0xFF, 0xCC, 0x00)
INK = {"light": "rgb(0, 51, 153)", "dark": "rgb(255, 255, 255)"}  # Reflex Blue on light, white on dark

# Every statement that is shown, with its emblem and everything that may count as another logo.
SEEN = """() => [...document.querySelectorAll('.funding')].filter((one) => one.checkVisibility()).map((one) => {
  const line = one.querySelector('.funding__line');
  const style = getComputedStyle(line);
  const box = (element) => { const r = element.getBoundingClientRect(); return [r.width, r.height]; };
  const inner = (element) => [element.clientWidth, element.clientHeight];
  const emblem = one.querySelector('.eu-emblem');
  const decorated = (element) => element && (getComputedStyle(element).textDecorationLine !== 'none'
    || decorated(element.parentElement));
  const edge = emblem.getBoundingClientRect();
  return {
    text: line.textContent.trim(),
    families: style.fontFamily.split(',').map((name) => name.trim().replace(/"/g, '').toLowerCase()),
    italic: style.fontStyle !== 'normal',
    underlined: Boolean(decorated(line)),
    color: style.color,
    emblem: inner(emblem),
    fills: [...new Set([...emblem.querySelectorAll('[fill]')].map((part) => getComputedStyle(part).fill))].sort(),
    changed: getComputedStyle(emblem).filter !== 'none' || getComputedStyle(emblem).opacity !== '1',
    inside: edge.left >= 0 && edge.right <= innerWidth && line.getBoundingClientRect().right <= innerWidth,
    logos: [...document.querySelectorAll('.logo, .funding__logo')].filter((l) => l.checkVisibility()).map(box),
  };
})"""


def look(page: Page, *, width: int, theme: str) -> list[dict]:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    return page.evaluate(SEEN)


def wrong(seen: dict, *, theme: str, language: str) -> list[str]:
    """What Annex IX 1.3–1.7 forbids of one emblem with its statement."""
    largest = [max([side, *(logo[at] for logo in seen["logos"])]) for at, side in enumerate(seen["emblem"])]
    checks = {
        f"says {seen['text']!r}": seen["text"] == STATEMENTS[language],
        f"is in {seen['families']}": set(seen["families"]) <= ALLOWED_FACES,
        "is italic": not seen["italic"],
        "is underlined": not seen["underlined"],
        f"is {seen['color']}": seen["color"] == INK[theme],
        f"emblem is smaller than a logo: {seen['emblem']}, {seen['logos']}": seen["emblem"] == largest,
        f"emblem is not 3:2: {seen['emblem']}": abs(seen["emblem"][0] * 2 - seen["emblem"][1] * 3) <= 3,
        f"emblem is in {seen['fills']}": seen["fills"] == ["rgb(0, 51, 153)", "rgb(255, 204, 0)"],
        "emblem is changed by a filter": not seen["changed"],
        "reaches over the edge": seen["inside"],
    }
    return [name for name, is_right in checks.items() if not is_right]


@pytest.mark.browser
@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_every_page_carries_emblem_and_statement_as_the_rules_say(view: View, demo, people):
    page = people.page_of(view.viewer, demo).page
    page.goto(demo.url + view.path(), wait_until="load")
    found = []
    for width in (ZOOMED, WIDE):
        for theme in ("light", "dark"):
            shown = look(page, width=width, theme=theme)
            found += [] if shown else [f"{width} px, {theme}: there is none"]
            for seen in shown:
                found += [f"{width} px, {theme}: {words}" for words in wrong(seen, theme=theme, language=view.language)]

    assert not found, "\n".join(found)


@pytest.mark.browser
def test_statement_is_really_set_in_the_face_that_we_ship(demo, people):
    """A list of families says what is wished; this asks the browser what it has taken."""
    page = people.page_of("", demo).page
    page.goto(f"{demo.url}/de/", wait_until="load")
    page.evaluate("document.fonts.ready")
    client = page.context.new_cdp_session(page)
    client.send("DOM.enable")
    client.send("CSS.enable")
    root = client.send("DOM.getDocument")["root"]["nodeId"]
    node = client.send("DOM.querySelector", {"nodeId": root, "selector": ".site-footer .funding__line"})["nodeId"]

    fonts = client.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]

    assert {font["familyName"] for font in fonts} == {"Ubuntu"}


@pytest.mark.browser
def test_emblem_is_painted_in_its_two_colours(demo, people):
    """The drawing as pixels: nothing above it, nothing that dims it, in the dark theme neither."""
    page = people.page_of("", demo).page
    page.goto(f"{demo.url}/de/", wait_until="load")
    page.set_viewport_size({"width": WIDE, "height": 900})
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        shot = Image.open(BytesIO(page.locator(".site-footer .eu-emblem").screenshot())).convert("RGB")
        colours = {colour for _count, colour in shot.getcolors(shot.width * shot.height)}
        assert shot.getpixel((shot.width // 2, shot.height // 2)) == REFLEX_BLUE
        assert YELLOW in colours


@pytest.mark.browser
def test_poster_prints_on_one_a3_sheet_with_the_emblem_in_front(demo, people):
    page = people.page_of("", demo).page
    path = next(view for view in VIEWS if view.query == "poster/").path()
    page.goto(demo.url + path, wait_until="load")

    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    page.emulate_media(media="print")
    [seen] = page.evaluate(SEEN)
    page.emulate_media(media="screen")

    with pikepdf.open(BytesIO(pdf)) as paper:
        sizes = [tuple(round(float(side)) for side in sheet.MediaBox[2:]) for sheet in paper.pages]
    assert sizes == [(842, 1191)]
    assert wrong(seen, theme="light", language="de") == []
    assert seen["emblem"][0] == pytest.approx(63 / 25.4 * 96, abs=2)


@pytest.mark.browser
def test_looking_finds_what_the_rules_forbid(demo, people):
    """The checks above would be green as well if they looked at nothing."""
    page = people.page_of("", demo).page
    page.goto(f"{demo.url}/de/", wait_until="load")
    page.evaluate(
        """() => {
        const line = document.querySelector(".site-footer .funding__line");
        Object.assign(line.style, {fontFamily: "Georgia", fontStyle: "italic", color: "red"});
        line.style.textDecoration = "underline";
        document.querySelector(".site-header .logo").style.height = "400px";
        document.querySelector(".eu-emblem").style.filter = "grayscale(1)";
        }"""
    )

    [seen] = look(page, width=WIDE, theme="light")

    told = "\n".join(wrong(seen, theme="light", language="de"))
    for part in [
        "is in ['georgia']",
        "is italic",
        "is underlined",
        "is rgb(255, 0, 0)",
        "smaller than a logo",
        "filter",
    ]:
        assert part in told
