"""What a page weighs in a cold browser (B10 and B11 of PERFORMANCE.md).

    python -m tests.journeys.weights http://127.0.0.1:8000 /de/fortbildungen/ /de/my/@r-spree-schalter

Each address is opened with an empty cache; after an «@» stands the demo role that opens it. The development server
sends everything as it is, so the table says what it would be with gzip and with brotli, as production sends it.
"""

import gzip
import os
import shutil
import sys
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import brotli
from playwright.sync_api import Browser, Response, sync_playwright

PACKED_ALREADY = ("image/png", "image/jpeg", "image/webp", "image/avif", "font/", "video/", "application/zip")
SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => { sum += entry.value; }))
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done(sum), 300);
})"""


@dataclass
class Weight:
    address: str
    requests: int = 0
    raw: int = 0
    gzip: int = 0
    brotli: int = 0
    images: int = 0
    scripts: int = 0
    shift: float = 0
    foreign: set[str] = field(default_factory=set)

    def add(self, response: Response) -> None:
        if response.status in (301, 302, 304):
            self.requests += 1
            return
        body, kind = response.body(), response.headers.get("content-type", "")
        packed = kind.startswith(PACKED_ALREADY)
        small = len(body) if packed else len(brotli.compress(body))
        self.requests += 1
        if kind.startswith("image/"):
            self.images += small
            return
        self.raw += len(body)
        self.gzip += len(body) if packed else len(gzip.compress(body))
        self.brotli += small
        if "javascript" in kind:
            self.scripts += small


def weigh(browser: Browser, origin: str, address: str) -> Weight:
    """Open the address with an empty cache and add up what came."""
    path, _at, role = address.partition("@")
    context = browser.new_context(locale="de-DE", timezone_id="Europe/Berlin")
    page = context.new_page()
    if role:
        page.goto(f"{origin}/de/demo/")
        page.locator(f"form[action$='/roles/{role}/'] button").click()
        page.wait_for_load_state()
        cookies = context.cookies()
        context.close()
        context = browser.new_context(locale="de-DE", timezone_id="Europe/Berlin")
        context.add_cookies(cookies)
        page = context.new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(origin + path, wait_until="networkidle")
    weight = Weight(address, shift=page.evaluate(SHIFT))
    for answer in answers:
        if urlsplit(answer.url).scheme.startswith("http"):
            weight.add(answer)
            weight.foreign |= {urlsplit(answer.url).netloc} - {urlsplit(origin).netloc}
    context.close()
    return weight


def table(weights: list[Weight]) -> str:
    width = max(len(weight.address) for weight in weights)
    lines = [f"{'page':<{width}}  requests  kB raw  kB gzip  kB brotli  kB scripts  kB images  shift  foreign"]
    for weight in weights:
        sizes = [weight.raw, weight.gzip, weight.brotli, weight.scripts, weight.images]
        raw, zipped, small, scripts, images = (f"{size / 1000:.1f}" for size in sizes)
        lines.append(
            f"{weight.address:<{width}}  {weight.requests:>8}  {raw:>6}  {zipped:>7}  {small:>9}  {scripts:>10}  "
            f"{images:>9}  {weight.shift:>5.3f}  {len(weight.foreign)}"
        )
    return "\n".join(lines)


def main(origin: str, *addresses: str) -> None:
    with sync_playwright() as playwright:
        installed = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
        args = ["--disable-gpu"] + (["--no-sandbox"] if os.geteuid() == 0 else [])
        browser = playwright.chromium.launch(executable_path=installed, args=args)
        weights = [weigh(browser, origin.rstrip("/"), address) for address in addresses]
        browser.close()
    sys.stdout.write(table(weights) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
