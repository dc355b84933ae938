"""Every page holds A1, A2, A7 and DP8 of DOMAIN.md 6: for everybody who opens it, in both themes, at every width."""

import pytest
from django.apps import apps
from wagtail.models import get_page_models

from .looking import COLOURS, NARROW, WIDE
from .pages import NOT_PAGES, VIEWS, View, url_names

OURS = {"academy", "home", "courses", "enrolment", "consulting"}


def test_pages_list_names_every_address():
    listed = {view.name for view in VIEWS} | NOT_PAGES.keys()

    assert url_names() - listed == set()
    assert {name for name in listed if ":" in name} - url_names() == set()


def test_pages_list_names_every_type_of_page():
    ours = {model._meta.label for model in get_page_models() if apps.get_app_config(model._meta.app_label).name in OURS}

    assert ours - ({view.name for view in VIEWS} | NOT_PAGES.keys()) == set()


@pytest.mark.browser
@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_page_is_accessible(view: View, demo, people):
    """Axe runs in full at both widths; the dark theme changes nothing but colours, so there only these are checked."""
    looking = people.page_of(view.viewer, demo)
    status = looking.open(view.path())
    found = looking.axe(width=WIDE, theme="light")
    found += looking.axe(width=WIDE, theme="dark", only=COLOURS)
    if not view.brief:
        found += looking.axe(width=NARROW, theme="dark", only=COLOURS)
        found += looking.axe(width=NARROW, theme="light")
    found += looking.sideways() + looking.structure(view.language) + looking.errors + looking.strangers()

    assert status == view.status
    assert not found, "\n".join(found)


@pytest.mark.browser
def test_looking_finds_what_is_wrong(demo, people):
    """The checks above would be green as well if they looked at nothing."""
    looking = people.page_of("", demo)
    looking.open("/de/")
    looking.page.evaluate(
        """() => {
        document.querySelector("main").insertAdjacentHTML("afterbegin", `<h1>Two</h1><p class="wrong">pale</p>
          <input><p class="wide">x</p><script>1</script>`);
        Object.assign(document.querySelector(".wrong").style, {color: "#bbb", background: "#ccc"});
        document.querySelector(".wide").style.width = "900px";
        document.body.setAttribute("style", "margin: 0");
        fetch("http://127.0.0.2:9/").catch(() => {});
        }"""
    )
    looking.page.wait_for_timeout(100)

    found = "\n".join(looking.axe(width=NARROW, theme="light"))
    assert "color-contrast" in found
    assert "label" in found
    assert "wider than" in "".join(looking.sideways())
    assert looking.structure("de") == ["h1 is 2 and not 1"]
    errors = " ".join(looking.errors)
    assert "127.0.0.2" in errors  # the policy refuses the other host and the style attribute
    assert "inline style" in errors
