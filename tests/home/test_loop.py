"""The drawing of the loop."""

from hypothesis import given
from hypothesis import strategies as st

from home.loop import NODE, SIZE, loop_drawing


@given(st.lists(st.text(max_size=20), min_size=3, max_size=8))
def test_loop_drawing_joins_every_station_and_stays_within_its_square(titles):
    drawing = loop_drawing(titles)

    assert [station.title for station in drawing.stations] == titles
    assert [station.number for station in drawing.stations] == list(range(1, len(titles) + 1))
    assert len(drawing.arrows) == len(titles)
    for station in drawing.stations:
        assert NODE <= float(station.x) <= SIZE - NODE
        assert NODE <= float(station.y) <= SIZE - NODE


def test_loop_drawing_begins_at_the_top():
    first = loop_drawing(["a", "b", "c", "d"]).stations[0]

    assert (first.x, first.y) == ("200.0", "62.0")
