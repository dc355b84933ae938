"""Small counts of people are neither shown nor possible to calculate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.common.small_cells import gathered, part


@pytest.mark.parametrize(
    ("count", "total", "shown"),
    [
        (0, 0, 0),
        (0, 3, None),
        (0, 5, 0),
        (3, 3, None),
        (5, 5, 5),
        (4, 20, None),
        (17, 20, None),
        (5, 10, 5),
        (20, 20, 20),
    ],
)
def test_part_hides_a_few_and_all_but_a_few(count, total, shown):
    assert part(count, total) == shown


@pytest.mark.parametrize(
    ("groups", "shown", "others"),
    [
        ({}, {}, 0),
        ({"a": 4}, {}, 4),
        ({"a": 5}, {"a": 5}, 0),
        ({"a": 11, "b": 2}, {}, 13),
        ({"a": 11, "b": 5, "c": 2}, {"a": 11}, 7),
        ({"a": 11, "b": 3, "c": 2}, {"a": 11}, 5),
    ],
)
def test_gathered_puts_small_groups_together_until_they_are_large(groups, shown, others):
    assert gathered(groups) == (shown, others)


@given(groups=st.dictionaries(st.integers(0, 9), st.integers(1, 30)), least=st.integers(1, 12))
def test_gathered_loses_nobody_and_shows_nothing_small(groups, least):
    shown, others = gathered(groups, least=least)

    assert sum(shown.values()) + others == sum(groups.values())
    assert all(count >= least and groups[key] == count for key, count in shown.items())
    assert others == 0 or others >= least or not shown
