"""Small counts of people are neither shown nor possible to calculate."""

from collections import defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.common.small_cells import LEAST_FOR_STAFF, gathered, part, suppress


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


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([0, 0, 7], [0, 0, 7]),
        ([5, 0, 5], [5, 0, 5]),
        ([1, 5], [None, None]),
        ([1, 2, 9], [None, None, None]),
        ([2, 3, 9], [None, None, 9]),
        ([0, 6, 4, 9], [None, None, None, 9]),
        ([4, 4, 9, 12], [None, None, None, 12]),
    ],
)
def test_suppress_hides_small_counts_and_what_would_give_them_away(counts, shown):
    assert suppress(counts) == shown


@pytest.mark.parametrize(("answers", "most"), [(2, 26), (3, 26), (4, 20), (5, 16)])
def test_suppress_leaves_two_values_at_least_for_each_small_count(answers, most):
    """Against somebody who knows the sum and the rule: all ways to the same table, tried out."""
    for total in range(LEAST_FOR_STAFF, most + 1):
        ways = defaultdict(list)
        for counts in spread(total, answers):
            ways[tuple(suppress(counts))].append(counts)
        for same in ways.values():
            for values in zip(*same, strict=True):
                assert len(set(values)) > 1 or values[0] == 0 or values[0] >= LEAST_FOR_STAFF, same


def spread(total: int, parts: int) -> Iterator[list[int]]:
    """All ways to spread `total` answers over `parts`."""
    if parts == 1:
        yield [total]
        return
    for first in range(total + 1):
        for rest in spread(total - first, parts - 1):
            yield [first, *rest]
