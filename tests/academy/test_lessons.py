"""Lessons in words."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from academy.common.lessons import ue_text


@pytest.mark.parametrize(
    ("ue", "language", "words"),
    [
        ("5", "de", "5 UE (3 Std. 45 Min.)"),
        ("8", "de", "8 UE (6 Std.)"),
        ("1", "de", "1 UE (45 Min.)"),
        ("1.5", "de", "1,5 UE (1 Std. 08 Min.)"),
        ("1.5", "en", "1.5 UE (1 h 08 min)"),
        ("1", "de-simple", "Unterrichts-Einheiten: 1. Das sind 45 Minuten"),
        ("8", "de-simple", "8 Unterrichts-Einheiten: Das sind 6 Stunden"),
    ],
)
def test_ue_text_says_lessons_and_the_time_without_empty_parts(ue, language, words):
    with override(language):
        assert ue_text(Decimal(ue)) == words
