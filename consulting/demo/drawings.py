"""Draws the pictures of the demo pages: a round of people before a journey map, and the still picture of the film.

    python -m consulting.demo.drawings

The results are committed (consulting/demo/media), like the film.
"""

import sys
from pathlib import Path

from . import film
from .content import read
from .film import AMBER, CORAL, DEEP, GLOW, LINE, MEDIA, SURFACE, TEAL, Picture

FLOOR = 318
WALL, WOOD, SHADE = "#f3ead9", "#c99a63", "#e6d9c1"


def draw_round() -> Picture:
    """Five people in front of a board with a journey map; at the end of the room a door stands open."""
    picture = Picture(WALL)
    picture.box(0, FLOOR, film.WIDTH, film.HEIGHT, fill=SHADE, radius=0)
    _board(picture)
    _door(picture)
    for x, height, color in ((90, 150, TEAL), (452, 156, CORAL)):
        picture.person(x, FLOOR, height, color)
    for x, height, color in ((182, 112, AMBER), (272, 118, DEEP), (362, 110, TEAL)):
        picture.person(x, FLOOR + 6, height, color)
    picture.box(130, FLOOR - 24, 414, FLOOR - 12, fill=WOOD, radius=5)
    for left in (150, 386):
        picture.box(left, FLOOR - 14, left + 9, FLOOR + 24, fill=WOOD, radius=3)
    return picture


def _board(picture: Picture) -> None:
    """Six stations in two rows, joined by a way; at two of them people turn back."""
    picture.box(120, 34, 424, 178, fill=SURFACE, edge=LINE, radius=10)
    stations = [(164, 72), (254, 72), (344, 72), (380, 128), (290, 128), (200, 128)]
    picture.line(*stations, color=TEAL, width=4)
    for number, (x, y) in enumerate(stations):
        picture.box(x - 24, y - 15, x + 24, y + 15, fill=CORAL if number in (1, 4) else GLOW, edge=DEEP, radius=6)


def _door(picture: Picture) -> None:
    picture.box(508, 120, 592, FLOOR, fill=GLOW, radius=40)
    picture.box(508, 200, 592, FLOOR, fill=GLOW, radius=0)
    corners = [(592, 134), (628, 116), (628, FLOOR + 22), (592, FLOOR)]
    picture.draw.polygon([(x * film.SCALE, y * film.SCALE) for x, y in corners], fill=CORAL)
    picture.circle(600, 230, 3, fill=GLOW)


def draw_poster(language: str) -> Picture:
    """The first scene of the film, as it stands at its end."""
    words = read("film")
    return film.draw_title(words["scenes"][0][language], words["stations"][language], 1)


def main() -> None:
    pictures = {"runde.png": draw_round(), **{f"wegekarte-{code}.png": draw_poster(code) for code in ("de", "en")}}
    for name, picture in pictures.items():
        path: Path = MEDIA / name
        picture.image.quantize(128, dither=0).save(path, optimize=True)
        sys.stdout.write(f"{name}: {path.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    main()
