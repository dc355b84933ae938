"""What a page weighs in a cold browser (B10 to B12 of PERFORMANCE.md).

Each address is opened with an empty cache. Files count as brotli packs them, whatever the server sent: our static files
are stored like that, and a page is what a proxy packs. How far the layout moves is looked at over a slow line, on a
wide and on a narrow screen: over the loopback the fonts are there before anything is drawn.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import brotli

from . import BenchRefused

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PACKED_ALREADY = ("image/png", "image/jpeg", "image/webp", "image/avif", "font/", "video/", "application/zip")
SCREENS = [(1280, 900), (360, 740)]
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000}  # bytes a second
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
VIOLATIONS = "async (rules) => (await axe.run({runOnly: rules, resultTypes: ['violations']})).violations.length"
SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => { sum += entry.value; }))
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done(sum), 300);
})"""


@dataclass
class Weight:
    """What came with one page. Images count apart: they are content."""

    address: str
    requests: int = 0
    bytes: int = 0
    scripts: int = 0
    images: int = 0
    fetched: int = 0  # requests that a script made
    shift: float = 0
    violations: int = 0
    foreign: set[str] = field(default_factory=set)

    def add(self, response) -> None:
        self.requests += 1
        self.fetched += response.request.resource_type in ("xhr", "fetch")
        if response.status in (301, 302, 304):
            return
        body, kind = response.body(), response.headers.get("content-type", "")
        size = len(body) if kind.startswith(PACKED_ALREADY) else len(brotli.compress(body))
        if kind.startswith("image/"):
            self.images += size
            return
        self.bytes += size
        self.scripts += size if "javascript" in kind else 0


@contextmanager
def chromium() -> Iterator:
    """A browser; raises BenchRefused where there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise BenchRefused("Pages are weighed in a browser, which comes with the packages for developers.") from error
    installed = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
    quiet = ["--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage", "--no-first-run"]
    with sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=installed, args=quiet + sandbox)
        yield browser
        browser.close()


def sign_in(browser, origin: str, role: str) -> list[dict]:
    """The cookies of a person who has just taken a role of the demo."""
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    page.goto(f"{origin}/de/demo/")
    page.locator(f"form[action$='/roles/{role}/'] button").click()
    page.wait_for_load_state()
    page.goto(f"{origin}/de/my/")  # the greeting is shown once
    cookies = context.cookies()
    context.close()
    return cookies


def weigh(browser, origin: str, address: str, cookies: list[dict] | None = None) -> Weight:
    """Open the address with an empty cache and add up what came."""
    weight = Weight(address)
    with _opened(browser, cookies, SCREENS[0]) as page:
        answers: list = []
        page.on("response", lambda answer: answers.append(answer))  # Playwright writes on what it is given
        page.goto(origin + address, wait_until="networkidle")
        for answer in answers:
            if urlsplit(answer.url).scheme.startswith("http"):
                weight.add(answer)
                weight.foreign |= {urlsplit(answer.url).netloc} - {urlsplit(origin).netloc}
        if AXE.exists():
            page.evaluate(AXE.read_text(encoding="utf-8"))
            weight.violations = page.evaluate(VIOLATIONS, RULES)
    weight.shift = max(_shift(browser, origin + address, cookies, screen) for screen in SCREENS)
    return weight


def _shift(browser, url: str, cookies: list[dict] | None, screen: tuple[int, int]) -> float:
    with _opened(browser, cookies, screen) as page:
        page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
        page.goto(url, wait_until="networkidle")
        return page.evaluate(SHIFT)


@contextmanager
def _opened(browser, cookies: list[dict] | None, screen: tuple[int, int]) -> Iterator:
    size = {"width": screen[0], "height": screen[1]}
    context = browser.new_context(locale="de-DE", timezone_id="Europe/Berlin", viewport=size)
    context.add_cookies(cookies or [])
    yield context.new_page()
    context.close()
