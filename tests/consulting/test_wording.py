"""Days and words of two languages."""

from datetime import date

import pytest
from django.utils import translation

from consulting.models import Milestone
from consulting.wording import day_text, language_of


def test_day_text_writes_german_days_with_a_full_stop():
    with translation.override("de"):
        assert day_text(date(2026, 11, 4)).endswith("November 2026")


@pytest.mark.parametrize(
    ("language", "english", "expected"),
    [("en", None, "de"), ("en", "Review", ""), ("de", None, ""), ("de", "Review", "")],
)
def test_language_of_names_german_only_where_it_is_a_fallback(language, english, expected):
    milestone = Milestone(title_de="Rückblick", title_en=english)
    with translation.override(language):
        assert language_of(milestone, "title") == expected
