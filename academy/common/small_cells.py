"""Counts of people that tell nothing about one of them: small ones are not shown, and cannot be calculated either."""

from collections.abc import Hashable, Mapping, Sequence

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


def suppress(counts: Sequence[int], *, least: int = LEAST_FOR_STAFF) -> list[int | None]:
    """How often each answer was given, to be shown beside their sum; None where it is hidden.

    Where some answers have fewer than `least` people, all below one level are hidden, zeros as well: so many that those
    hidden are `least` people together and more than one way is left to spread them, also for somebody who knows this
    rule. What is hidden does not say why.
    """
    if all(count == 0 or count >= least for count in counts):
        return list(counts)
    levels = sorted({least, *(count + 1 for count in counts if count >= least)})
    level = next((level for level in levels if _is_enough([count for count in counts if count < level], least)), None)
    return [count if level is not None and count >= level else None for count in counts]


def _is_enough(hidden: Sequence[int], least: int) -> bool:
    """Whether their sum tells none of the hidden counts: it does where each is as large as a small one can be."""
    are_largest = all(count == least - 1 for count in hidden)
    return len(hidden) > 1 and sum(hidden) >= least and not are_largest
