"""Pairs the statements of two lists by edit distance (dynamic programming over a distance of pairs)."""

from __future__ import annotations

from collections.abc import Callable

# what a statement without a partner costs
GAP = 1.0
# the distance of a pair that is never made: more than two gaps
FORBIDDEN = 2.5

Distance = Callable[[int, int], float]


def align(rows: int, columns: int, distance: Distance) -> list[tuple[int | None, int | None]]:
    """The cheapest pairing of two lists of these lengths, each index once; None stands for no partner."""
    price = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for one in range(rows, -1, -1):
        for other in range(columns, -1, -1):
            choices = _choices(price, distance, one, other)
            price[one][other] = min((cost for cost, _, _ in choices), default=0.0)
    pairs: list[tuple[int | None, int | None]] = []
    one = other = 0
    while one < rows or other < columns:
        _, down, across = min(_choices(price, distance, one, other), key=lambda choice: choice[0])
        pairs.append((one if down else None, other if across else None))
        one, other = one + down, other + across
    return pairs


def _choices(price: list[list[float]], distance: Distance, one: int, other: int) -> list[tuple[float, int, int]]:
    """Cost and step of each way on from a cell: pair both, drop the first list's, or miss the second's statement."""
    found = []
    if one < len(price) - 1 and other < len(price[0]) - 1:
        found.append((distance(one, other) + price[one + 1][other + 1], 1, 1))
    if one < len(price) - 1:
        found.append((GAP + price[one + 1][other], 1, 0))
    if other < len(price[0]) - 1:
        found.append((GAP + price[one][other + 1], 0, 1))
    return found
