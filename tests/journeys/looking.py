"""What a browser sees of a page: findings of axe, sideways scrolling, foreign hosts, errors, cookies."""

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page

AXE = (Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS = ["color-contrast", "link-in-text-block"]
OWN_COOKIES = {"sessionid", "csrftoken", "theme", "django_language", "messages"}
WIDE, NARROW, ZOOMED = 1280, 360, 320  # 320 px is 1280 px at 400 %
RUN_AXE = """async (options) => {
  const result = await axe.run({exclude: [['iframe']]}, {resultTypes: ['violations'], ...options});
  return result.violations.map((rule) => [rule.id, rule.help, rule.nodes.map((node) => node.html.slice(0, 300)
    + ' | ' + node.any.concat(node.all, node.none).map((check) => check.message).join(' '))]);
}"""

OVER_THE_EDGE = """(width) => {
  const shown = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
    || element.matches('img, video, iframe, input, select, textarea, button, progress, table');
  const onlyRead = (element) => element && element !== document.body
    && ((element.offsetWidth <= 1 && getComputedStyle(element).overflow === 'hidden')
      || onlyRead(element.parentElement));
  const scrolls = (element) => element && element !== document.body
    && (['auto', 'scroll'].includes(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
  const found = [...document.querySelectorAll('body *')].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && (box.right > width + 1 || box.left < -1)
      && shown(element) && element.checkVisibility({opacityProperty: true, visibilityProperty: true})
      && !element.closest('[aria-hidden=true], .skip-link') && !scrolls(element) && !onlyRead(element);
  });
  if (document.documentElement.scrollWidth > width) found.push(document.documentElement);
  return found.slice(0, 5).map((element) => element.outerHTML.slice(0, 160));
}"""


class Looking:
    """The page of one person in the browser, with everything that it does beside being shown."""

    def __init__(self, context: BrowserContext, origin: str):
        self.page: Page = context.new_page()
        self.origin = origin
        self.errors: list[str] = []
        self.hosts: set[str] = set()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._hear)
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))

    def _hear(self, message) -> None:
        # A page that is meant to be a 404 is reported by the browser as a failed resource.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(message.text)

    def open(self, path: str) -> int:
        """Go there at the wide size and in the light theme; gives the status."""
        self.errors.clear()
        self.hosts.clear()
        self.page.set_viewport_size({"width": WIDE, "height": 900})
        status = self.page.goto(self.origin + path, wait_until="load").status
        self.page.evaluate(AXE)  # not a script tag: the policy of our pages would refuse it
        return status

    def axe(self, *, width: int, theme: str, only: list[str] | None = None) -> list[str]:
        """What axe finds at that width and in that theme of the system; `only` names the rules that can differ."""
        self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        self.page.set_viewport_size({"width": width, "height": 900})
        if only:
            options: dict = {"runOnly": {"type": "rule", "values": only}}
        else:
            options = {"runOnly": RULES, "rules": {"target-size": {"enabled": True}}}
        found = self.page.evaluate(RUN_AXE, options)
        return [f"{width} px, {theme}: {rule}: {text}\n    " + "\n    ".join(nodes) for rule, text, nodes in found]

    def sideways(self, width: int = ZOOMED) -> list[str]:
        """What reaches over the edge of that screen, be it by scrolling or cut off by a frame around it."""
        self.page.set_viewport_size({"width": width, "height": 900})
        return [f"wider than {width} px: {found}" for found in self.page.evaluate(OVER_THE_EDGE, width)]

    def structure(self, language: str) -> list[str]:
        """One heading of the first level, one main part, and the language of the page said as it is."""
        facts = self.page.evaluate(
            """() => ({lang: document.documentElement.lang, title: document.title,
            h1: document.querySelectorAll('h1').length, main: document.querySelectorAll('main').length})"""
        )
        expected = {"lang": language, "h1": 1, "main": 1}
        wrong = [
            f"{name} is {facts[name]!r} and not {value!r}" for name, value in expected.items() if facts[name] != value
        ]
        return wrong + ([] if facts["title"].strip(" –") else ["the title is empty"])

    def strangers(self) -> list[str]:
        """Hosts that were asked, and cookies that are kept, although they are not ours."""
        own = urlsplit(self.origin)
        foreign = sorted(self.hosts - {own.netloc, ""})
        cookies = [
            cookie for cookie in self.page.context.cookies()
            if cookie["name"] not in OWN_COOKIES or cookie["domain"].lstrip(".") != own.hostname
        ]  # fmt: skip
        return [f"asked {host}" for host in foreign] + [f"keeps the cookie {cookie['name']}" for cookie in cookies]
