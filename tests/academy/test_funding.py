"""Who pays, in words and pictures: the law's statement, the co-funder, and the geometry of the emblem (F1, F2, F5)."""

import re
from math import cos, hypot, radians, sin
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from PIL import Image

from academy.common import funding
from academy.common.funding import Facts, Funding, Logo

ACADEMY = Path(funding.__file__).resolve().parents[1]
DRAWINGS = ["static/academy/img/eu-emblem.svg", "templates/components/eu_emblem.html"]
WIDTH, HEIGHT = 810, 540  # 2:3, as published
CENTRE = (WIDTH / 2, HEIGHT / 2)
REFLEX_BLUE, YELLOW = "#003399", "#ffcc00"


@pytest.fixture
def facts(monkeypatch):
    """Lets a test say what holds."""
    return lambda **values: monkeypatch.setattr(funding, "_facts", lambda: Facts(**values))


# --- Words ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("language", "line"), [
    ("de", "Kofinanziert von der Europäischen Union"),
    ("de-simple", "Kofinanziert von der Europäischen Union"),
    ("en", "Co-funded by the European Union"),
    ("hu", "Az Európai Unió társfinanszírozásával"),
])  # fmt: skip
def test_funding_is_written_out_as_the_law_says_in_each_language(facts, language, line):
    facts(co_funder={"de": "Land", "en": "State"})

    assert funding.funding(language).line == line


def test_funding_says_funded_when_the_union_pays_everything(facts):
    facts(statement="funded")

    assert funding.funding("de") == Funding("Finanziert von der Europäischen Union", "")
    assert funding.funding("en").line == "Funded by the European Union"


@pytest.mark.parametrize(("language", "name", "name_language"), [
    ("de", "Land", ""), ("de-simple", "Land", ""), ("en", "State", ""), ("hu", "Land", "de"),
])  # fmt: skip
def test_funding_names_the_co_funder_and_marks_the_language_of_the_name(facts, language, name, name_language):
    facts(co_funder={"de": "Land", "en": "State"})

    shown = funding.funding(language)

    assert (shown.land_funder, shown.land_language) == (name, name_language)


def test_funding_shows_the_german_name_marked_as_german_when_there_is_no_english_one(facts):
    facts(co_funder={"de": "Land", "en": ""})

    assert (funding.funding("en").land_funder, funding.funding("en").land_language) == ("Land", "de")


def test_component_leaves_out_the_co_funder_when_there_is_none():
    html = render_to_string("components/funding.html", {"funding": Funding("Funded by the European Union", "")})

    assert "eu-emblem" in html
    assert "funding__land" not in html


def test_component_shows_statement_co_funder_and_logo():
    shown = Funding("Co-funded by the European Union", "Land", "de", Logo("/media/images/logo.png", 30, 20, ""))

    with translation.override("en"):
        html = render_to_string("components/funding.html", {"funding": shown})

    assert 'aria-label="Emblem of the European Union"' in html
    assert '<p class="funding__line">Co-funded by the European Union</p>' in html
    assert 'Co-financed by: <span lang="de">Land</span>' in html
    assert '<img class="funding__logo" src="/media/images/logo.png" width="30" height="20" alt="">' in html


def test_page_that_says_that_something_is_broken_asks_no_database(settings):
    """This test has no database: a question would fail it."""
    settings.LAND_FUNDER = {"de": "Land", "en": "State"}

    html = render_to_string("500.html")

    assert "Kofinanziert von der Europäischen Union" in html
    assert "Land" in html
    assert 'href="/de/report-barrier/"' in html


# --- The emblem ----------------------------------------------------------------------------------------------------
def stars_of(name: str) -> list[list[tuple[float, float]]]:
    """The corners of each star of a drawing, with the centre of the flag as origin and y upwards."""
    text = (ACADEMY / name).read_text(encoding="utf-8")
    found = [[tuple(map(float, corner.split(","))) for corner in points.split()]
             for points in re.findall(r'points="([^"]+)"', text)]  # fmt: skip
    return [[(x - CENTRE[0], CENTRE[1] - y) for x, y in star] for star in found]


def middle_of(star: list[tuple[float, float]]) -> tuple[float, float]:
    return sum(x for x, _y in star) / len(star), sum(y for _x, y in star) / len(star)


@pytest.mark.parametrize("name", DRAWINGS)
def test_emblem_has_the_published_shape_and_colours(name):
    text = (ACADEMY / name).read_text(encoding="utf-8")

    assert f'viewBox="0 0 {WIDTH} {HEIGHT}"' in text
    assert f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{REFLEX_BLUE}"' in text
    assert set(re.findall(r'fill="(#\w+)"', text)) == {REFLEX_BLUE, YELLOW}
    assert "transform" not in text


@pytest.mark.parametrize("name", DRAWINGS)
def test_emblem_has_twelve_stars_on_the_hours_of_a_circle_of_a_third_of_the_height(name):
    middles = [middle_of(star) for star in stars_of(name)]

    hours = [(HEIGHT / 3 * sin(radians(30 * hour)), HEIGHT / 3 * cos(radians(30 * hour))) for hour in range(12)]
    assert len(middles) == 12
    for hour, middle in zip(hours, middles, strict=True):
        assert middle == pytest.approx(hour, abs=0.1)


@pytest.mark.parametrize("name", DRAWINGS)
def test_emblem_has_upright_stars_of_five_points_in_a_circle_of_an_eighteenth_of_the_height(name):
    radius, inner = HEIGHT / 18, HEIGHT / 18 * 0.381966  # where the lines between the points of a pentagram cross
    for star in stars_of(name):
        x, y = middle_of(star)
        corners = [(corner[0] - x, corner[1] - y) for corner in star]
        assert len(corners) == 10
        assert corners[0] == pytest.approx((0, radius), abs=0.1)  # one point upwards
        assert [hypot(*corner) for corner in corners] == pytest.approx([radius, inner] * 5, abs=0.1)


def test_emblem_in_mails_has_the_same_proportions_and_colours():
    with Image.open(ACADEMY / "static/academy/img/eu-emblem.png") as picture:
        width, height = picture.size
        colours = picture.convert("RGB")
        assert width * 2 == height * 3
        assert colours.getpixel((2, 2)) == (0x00, 0x33, 0x99)
        assert colours.getpixel((width // 2, round(height * (1 / 2 - 1 / 3)))) == (0xFF, 0xCC, 0x00)
