"""A person with a keyboard and nothing else."""

from playwright.sync_api import BrowserContext, Page

FOCUS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const parts = [[element], [element, '::before'], [element, '::after'], [element.parentElement],
    ...[...(element.labels || [])].map((label) => [label])];
  const look = () => parts.map(([part, pseudo]) => {
    const css = getComputedStyle(part, pseudo);
    return [css.outlineStyle === 'none' ? '' : css.outlineWidth + css.outlineColor, css.boxShadow, css.borderColor,
      css.borderWidth].join(' ');
  }).join('|');
  const held = look();
  element.blur();
  const free = look();
  element.focus({preventScroll: true});
  const box = element.getBoundingClientRect();
  const x = Math.min(Math.max(box.left + Math.min(box.width / 2, 20), 0), innerWidth - 1);
  const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
  const above = document.elementFromPoint(x, y);
  return {
    html: element.outerHTML.slice(0, 120),
    // Inside a player the browser draws its own controls and the focus on them; the player keeps it all the time.
    shows: held !== free || element.matches('video, audio'),
    inView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    covered: !(above && (element.contains(above) || above.contains(element)
      || (element.labels && [...element.labels].some((label) => label.contains(above))))),
  };
}"""
MANY = 150


class Keys:
    """Presses Tab from stop to stop. At each one the focus must be seen and not covered (WCAG 2.4.7 and 2.4.11)."""

    def __init__(self, context: BrowserContext, origin: str):
        self.page: Page = context.new_page()
        self.origin = origin

    def open(self, path: str) -> None:
        self.page.goto(self.origin + path)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def tab(self, key: str = "Tab") -> dict | None:
        """One stop further; gives what is there, None between the end of the page and its beginning."""
        self.press(key)
        stop = self.page.evaluate(FOCUS)
        if stop is not None:
            assert stop["inView"], f"the focus is out of view: {stop['html']}"
            assert stop["shows"], f"the focus does not show: {stop['html']}"
            assert not stop["covered"], f"something covers the focus: {stop['html']}"
        return stop

    def is_at(self, selector: str) -> bool:
        return self.page.evaluate("(selector) => !!document.activeElement?.matches(selector)", selector)

    def tab_to(self, selector: str, key: str = "Tab") -> None:
        """From stop to stop until one fits."""
        for _stop in range(MANY):
            self.tab(key)
            if self.is_at(selector):
                return
        raise AssertionError(f"{MANY} stops on {self.page.url} did not lead to {selector}.")

    def follow(self, selector: str, key: str = "Enter") -> None:
        """Tab there and press; wait for the page that comes."""
        self.tab_to(selector)
        with self.page.expect_navigation():
            self.press(key)

    def into_content(self) -> None:
        """Past header and menu by the skip link, which is the first stop of each page."""
        self.tab()
        assert self.is_at(".skip-link[href='#main']"), "the first stop does not lead past the menu"
        self.press("Enter")

    def all_stops(self) -> list[str]:
        """Every stop of the page, from its beginning to its end."""
        stops: list[str] = []
        for _stop in range(MANY):
            stop = self.tab()
            if stop is None:
                return stops
            stops.append(stop["html"])
        return stops
