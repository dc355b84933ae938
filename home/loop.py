"""The drawing of a loop: where its stations stand on a ring, and the arrows between them.

Coordinates are texts, since templates would write numbers with the decimal comma of the language.
"""

from dataclasses import dataclass
from math import cos, pi, sin

SIZE = 400  # the side of the square that the drawing fills
RING = 138
NODE = 40


@dataclass(frozen=True)
class Station:
    number: int
    title: str
    x: str
    y: str


@dataclass(frozen=True)
class Arrow:
    """An arc of the ring, and the corners of its head."""

    path: str
    head: str


@dataclass(frozen=True)
class Drawing:
    size: int
    node: int
    stations: list[Station]
    arrows: list[Arrow]


def loop_drawing(titles: list[str]) -> Drawing:
    """Stations clockwise from the top, each joined to the next by an arrow that touches neither of them."""
    step = 2 * pi / len(titles)
    gap = (NODE + 7) / RING  # the angle that a station and some air around it take on the ring
    stations = [
        Station(number, title, *_point(step * (number - 1), RING)) for number, title in enumerate(titles, start=1)
    ]
    arrows = [_arrow(step * number + gap, step * (number + 1) - gap) for number in range(len(titles))]
    return Drawing(SIZE, NODE, stations, arrows)


def _point(angle: float, radius: float) -> tuple[str, str]:
    return f"{SIZE / 2 + radius * sin(angle):.1f}", f"{SIZE / 2 - radius * cos(angle):.1f}"


def _arrow(start: float, end: float) -> Arrow:
    neck = end - 0.1
    begin, stop = _point(start, RING), _point(neck, RING)
    corners = [_point(neck, RING - 9), _point(neck, RING + 9), _point(end, RING)]
    return Arrow(
        path=f"M{begin[0]} {begin[1]}A{RING} {RING} 0 0 1 {stop[0]} {stop[1]}",
        head=" ".join(f"{x},{y}" for x, y in corners),
    )
