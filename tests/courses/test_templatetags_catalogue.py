"""Parts of the catalogue that look the same to everybody are drawn once, and never too old."""

from django.utils import translation

from courses.templatetags.catalogue import Remembered, course_card
from tests.factories.courses import FIRST_SESSION

CARD = {"title": "Kurs", "url": "/de/kurs/", "next_start": FIRST_SESSION, "free": 3, "capacity": 5}


def test_course_card_shows_a_taken_seat_at_once():
    with translation.override("en"):
        assert "3 of 5 places free" in course_card(CARD)
        assert "2 of 5 places free" in course_card({**CARD, "free": 2})
        assert "3 of 5 places free" in course_card(CARD)


def test_course_card_speaks_the_language_of_the_reader():
    with translation.override("en"):
        english = course_card(CARD)
    with translation.override("de"):
        assert course_card(CARD) != english


def test_course_card_heads_at_the_level_asked_for():
    assert "<h3" in course_card(CARD)
    assert "<h2" in course_card(CARD, level=2)


def test_remembered_renders_once():
    drawn = []
    remembered = Remembered(2)

    for key in ("a", "b", "a"):
        remembered(key, lambda key=key: drawn.append(key) or key)

    assert drawn == ["a", "b"]


def test_remembered_forgets_what_was_not_asked_for_longest():
    drawn = []
    remembered = Remembered(2)

    for key in ("a", "b", "a", "c", "a", "b"):
        remembered(key, lambda key=key: drawn.append(key) or key)

    assert drawn == ["a", "b", "c", "b"]
