"""Counts of people that tell nothing about one of them: small ones are not shown, and cannot be calculated either."""

from collections.abc import Hashable, Mapping

LEAST_FOR_STAFF = 5
LEAST_IN_PUBLIC = 10


def part(count: int, total: int, *, least: int = LEAST_FOR_STAFF) -> int | None:
    """`count` of `total` people; None where those counted, or the others, are some but fewer than `least`."""
    return count if all(one == 0 or one >= least for one in (count, total - count)) else None


def gathered(groups: Mapping[Hashable, int], *, least: int = LEAST_FOR_STAFF) -> tuple[dict[Hashable, int], int]:
    """The groups that are large enough, and how many people are in all others together.

    The others are at least `least` people as well: the smallest large groups join them until they are. Everybody is
    among the others where there are fewer than `least` people at all.
    """
    shown = {key: count for key, count in groups.items() if count >= least}
    rest = sum(groups.values()) - sum(shown.values())
    while 0 < rest < least and shown:
        smallest = min(shown, key=lambda key: shown[key])
        rest += shown.pop(smallest)
    return shown, rest
