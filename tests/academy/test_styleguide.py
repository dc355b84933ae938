"""The component page: nothing of the design system is missing on it, and only those read it whom it is for."""

import re
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from academy import services, styleguide
from academy.common.state_looks import UNKNOWN, look_of
from academy.enums import Role
from academy.styleguide_samples import COLOURS, state_enums
from academy.templatetags import kern
from tests.factories.academy import MembershipFactory, UserFactory

TEMPLATES = Path(styleguide.__file__).parent / "templates"
PARTS_OF_OTHERS = {  # rendered by a tag or inside another component, so that the page shows them all the same
    *(
        "account_links",
        "doors",
        "eu_emblem",
        "menu_items",
        "service_links",
        "sign_out",
        "site_footer",
        "site_header",
        "site_search",
    ),
    *("table_cell", "theme_switch", "error_summary", "hero"),
}
TAGS_OF_FORMS = {"kern_widget", "kern_choice", "button_class", "described_by"}


def sources() -> str:
    """All snippets and whole pages of the component page."""
    return "\n".join(path.read_text(encoding="utf-8") for path in (TEMPLATES / "styleguide").rglob("*.html"))


def test_styleguide_shows_every_component():
    shown = set(re.findall(r'components/([a-z_]+)\.html"', sources()))
    shown |= {specimen.template.removeprefix("components/").removesuffix(".html") for specimen in styleguide.SPECIMENS}
    shown |= {name for name in kern.register.tags if re.search(rf"{{% {name}\b", sources())}

    assert {path.stem for path in (TEMPLATES / "components").glob("*.html")} - shown - PARTS_OF_OTHERS == set()


def test_styleguide_shows_every_tag():
    shown = {name for name in kern.register.tags if re.search(rf"{{% {name}\b", sources())}

    assert set(kern.register.tags) - shown - TAGS_OF_FORMS == set()


def test_styleguide_lists_every_snippet_once():
    listed = [example.name for section in styleguide.SECTIONS for example in section.examples]

    assert sorted(listed) == sorted(path.stem for path in (TEMPLATES / "styleguide/samples").glob("*.html"))


def test_styleguide_shows_every_colour():
    css = (TEMPLATES.parent / "static/academy/css/tokens.css").read_text(encoding="utf-8")

    assert set(re.findall(r"--color-([a-z-]+):", css)) - {"shadow"} == set(COLOURS)


@pytest.mark.parametrize("choices", state_enums(), ids=lambda choices: choices.__name__)
def test_look_of_knows_every_state(choices):
    assert [state for state in choices if look_of(state) == UNKNOWN] == []


def test_look_of_takes_the_meaning_of_the_set_before_that_of_the_word():
    by_name = {choices.__name__: choices for choices in state_enums()}

    assert look_of(by_name["CompletionResult"]("full"))[0] == "success"
    assert look_of(by_name["RunStatus"]("full"))[0] == "warning"


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("section", styleguide.SECTIONS, ids=lambda section: section.slug)
def test_styleguide_section_shows_snippets_and_results(client, db, section, language):
    html = client.get(section.url.replace("/en/", f"/{language}/")).content.decode()

    assert html.count('class="example__source"') == len(section.examples)


@pytest.mark.parametrize("address", ["", "basics/", "pages/hero/"])
def test_styleguide_is_not_there_for_visitors_outside_a_demonstration(client, db, settings, address):
    settings.DEMO = False

    assert client.get(f"/de/styleguide/{address}").status_code == 404
    client.force_login(UserFactory())
    assert client.get(f"/de/styleguide/{address}").status_code == 404


def test_styleguide_opens_for_staff_outside_a_demonstration(client, site, settings):
    settings.DEMO = False
    editor = MembershipFactory(role=Role.EDITOR).user
    services.sync_rights(user=editor, on=timezone.localdate())
    client.force_login(editor)

    assert client.get("/de/styleguide/").status_code == 200


@pytest.mark.parametrize("name", ["styleguide_section", "styleguide_page"])
def test_styleguide_answers_an_unknown_name_with_404(client, db, name):
    assert client.get(reverse(f"academy:{name}", args=["nothing"])).status_code == 404
