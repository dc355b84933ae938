"""`./run screenshots`: the main pages as people see them, on a narrow and a wide screen, light and dark."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.urls import reverse
from django.utils import translation

from . import machines, weighing
from .pages import COURSE, OURS, ROLE, collect_static

WIDTHS = {360: 740, 1280: 900}  # width and height of the screen; pictures are as long as the page
THEMES = ("light", "dark")
SUBMIT = (
    "() => { const form = document.querySelector('main form[method=post]'); form.noValidate = true; form.submit(); }"
)


def pages() -> list[tuple[str, str, bool]]:
    """Name and address of each page, and whether its form is sent empty first, so that it says what is wrong."""
    with translation.override("de"):
        return [
            ("home", "/de/", False),
            ("catalogue", "/de/fortbildungen/", False),
            ("course", COURSE, False),
            ("my-start", reverse("academy:my_start"), False),
            ("form-with-errors", reverse("account_signup"), True),
        ]


def take(*, folder: Path, say: Callable[[str], None]) -> Iterator[Path]:
    """Every page at every width in every theme, from demo content of its own; gives the path of each picture."""
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zugang-pictures-")))
        env = machines.environment(OURS, place, machines.Databases(place).url("demo"))
        say("Making a site with the demo content")
        collect_static(env)
        machines.manage(env, "migrate", "--no-input")
        machines.manage(env, "load_demo")
        server = stack.enter_context(machines.serving("demo", "academy.wsgi:application", env))
        browser = stack.enter_context(weighing.chromium())
        cookies = weighing.sign_in(browser, server.origin, ROLE)
        folder.mkdir(parents=True, exist_ok=True)
        for name, address, is_sent in pages():
            known = cookies if name == "my-start" else []
            for width in WIDTHS:
                for theme in THEMES:
                    target = folder / f"{name}-{width}-{theme}.png"
                    with _screen(browser, known, width, theme) as page:
                        page.goto(server.origin + address, wait_until="networkidle")
                        if is_sent:
                            with page.expect_navigation(wait_until="networkidle"):
                                page.evaluate(SUBMIT)
                        page.screenshot(path=str(target), full_page=True)
                    yield target


@contextmanager
def _screen(browser, cookies: list[dict], width: int, theme: str) -> Iterator:
    context = browser.new_context(
        locale="de-DE",
        timezone_id="Europe/Berlin",
        viewport={"width": width, "height": WIDTHS[width]},
        color_scheme=theme,
        reduced_motion="reduce",
    )
    context.add_cookies(cookies)
    yield context.new_page()
    context.close()
