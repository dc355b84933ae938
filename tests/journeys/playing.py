"""The player of one H5P content in a real browser, on a page of the site around it."""

import io
import re
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import timezone
from playwright.sync_api import Frame, Page

from courses.h5p import builder, player, services
from courses.h5p.models import Content

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CONTEXT = "place:17:step:3"
LOWEST = 192  # pixels: the frame is never lower, however short its content (player.css)
PAGE_POLICY = "default-src 'self'; frame-src 'self'; object-src 'none'"


def import_(file) -> Content:
    return services.import_package(file=file, uploaded_by_key="", may_install_libraries=True, at=timezone.now())


def import_demo(name: str) -> Content:
    """The demo content of that name, imported like an uploaded package."""
    return import_(as_file(builder.build_package(builder.DEMO_CONTENTS / name)))


def as_file(package: bytes) -> io.BytesIO:
    file = io.BytesIO(package)
    file.name = "exercise.h5p"
    return file


class Player:
    """A page of the site with the player in it, as `_player.html` renders it."""

    def __init__(self, page: Page, live_server, content: Content):
        self.page = page
        self.origin = live_server.url
        self.content = content
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, user_key: str = "learner") -> None:
        src = player.embed_url(content=self.content, user_key=user_key, context=CONTEXT)
        part = render_to_string("h5p/_player.html", {"src": src, "title": self.content.title})
        head = '<meta name="color-scheme" content="light dark"><title>Lernen</title>'
        html = f'<!doctype html><html lang="de">{head}<main><h1>Lernen</h1>{part}</main></html>'
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": PAGE_POLICY}
        address = f"{self.origin}/test-page/"
        self.page.unroute(address)
        self.page.route(address, lambda route: route.fulfill(body=html, headers=headers))
        self.page.goto(address)

    @property
    def inside(self):
        return self.page.frame_locator("[data-h5p-frame]")

    @property
    def frame(self) -> Frame:
        return self.page.frame(url=re.compile("/embed/"))

    def press(self, name: str) -> None:
        """By key: a click goes to a point, and misses where the frame grows in that moment."""
        self.settle()
        self.inside.get_by_role("button", name=name).press("Enter")
        self.settle()

    def settle(self) -> None:
        """Until the page has given the frame the height of its content: clicks would miss before."""
        fits, height = 0, 0
        while fits < 3:
            self.page.wait_for_timeout(30)
            now = self.frame.evaluate("[innerHeight, document.body.scrollHeight]")
            fits = fits + 1 if now[0] == max(now[1], LOWEST) and now[1] == height else 0
            height = now[1]

    def wait_for(self, condition) -> None:
        """Until `condition()` holds in the database, which the server fills while the browser goes on."""
        for _try in range(100):
            if condition():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("this never happened")


def problems(playing: Player) -> list:
    """What axe finds in the frame, and whether it is wider or higher than the frame that the page gives it."""
    playing.page.wait_for_timeout(300)
    frame = playing.frame
    frame.evaluate(AXE.read_text(encoding="utf-8"))
    result = frame.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    found = [(item["id"], [node["html"] for node in item["nodes"]]) for item in result["violations"]]
    found = [item for item in found if item[0] != "page-has-heading-one"]  # the page around the frame has it
    sizes = frame.evaluate(
        "({wide: document.documentElement.scrollWidth - innerWidth, high: document.body.scrollHeight - innerHeight})"
    )
    return found + [(name, by) for name, by in sizes.items() if by > 1]
