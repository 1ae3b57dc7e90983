"""Sets that iterate as another process's set does, although both hold the same elements in the same order of hashes.

Where an element of a CPython set lies follows from its hash, the size of the table, and which elements lay on its way
when it came (Objects/setobject.c). From an order and a size a possible layout is worked out; feeding elements in an
order that leads to it builds the set. What was built is compared with what was asked for, so that another interpreter
can make this fail but never make it wrong.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

# of setobject.c
_SMALLEST, _LINEAR, _SHIFT = 8, 9, 5
# elements of a table of the smallest size
_FEW = 4
_ENTRY = 16
# steps beyond the linear ones that are looked at: small tables send elements far
_JUMPS, _JUMPS_SMALL, _SMALL = 5, 24, 32
# a layout of more elements takes too long to work out; sets of numbers without gaps need none
_MOST = 20_000
# a table that is larger than its elements need is not believed in beyond this: whoever tells its size may lie
_LARGEST_SPARSE = 1 << 12
_EMPTY = set.__sizeof__(set())


class Recipe(NamedTuple):
    """How a set is built: iterables that an empty one is updated with, and elements that leave it again."""

    feeds: list[Iterable[Any]]
    gone: list[Any]

    def fill(self, empty: set[Any]) -> set[Any]:
        """Fill an empty set."""
        empty.update(*self.feeds)
        for element in self.gone:
            empty.remove(element)
        return empty

    def frozen(self) -> frozenset[Any]:
        """A frozenset. One that no element ever left."""
        return frozenset().union(*self.feeds)


def table_size(value: set[Any] | frozenset[Any]) -> int:
    """Slots of a set's table, a power of two from 8."""
    kind = set if isinstance(value, set) else frozenset
    slots = (kind.__sizeof__(value) - _EMPTY) // _ENTRY
    return max(_SMALLEST, 1 << slots.bit_length() >> 1)


def recipe(order: list[Any], size: Any, frozen: bool = False) -> tuple[Recipe, bool]:
    """How to build a set of these elements that iterates in this order and has a table of this size.

    The flag tells whether it does; if not, the recipe is a plain one. Raises TypeError where an element has no hash.
    """
    plain = Recipe([order], [])
    if type(size) is not int or not _SMALLEST <= size <= max(_LARGEST_SPARSE, len(order) << 6) or size & (size - 1):
        return plain, False
    for one in _recipes(order, size):
        if frozen and one.gone:
            continue
        built = one.frozen() if frozen else one.fill(set())
        if len(built) != len(order):
            break
        if table_size(built) == size and list(built) == order:
            return one, True
    return plain, False


def _recipes(order: list[Any], size: int) -> Iterator[Recipe]:
    """Ways to build, the cheapest first. The set grows with a list fourfold; for a dict it makes room once."""
    yield Recipe([order], [])
    yield Recipe([dict.fromkeys(order)], [])
    if len(order) <= _FEW:
        yield from (Recipe([list(one)], []) for one in itertools.permutations(order))
    layout = _layout(order, size) if len(order) <= _MOST else None
    if layout is None:
        return
    first, later, taken, gaps = layout
    found = first + later
    yield Recipe([found], [])
    half = size // 2 - 1
    yield Recipe([dict.fromkeys(found[:half]), found[half:]], [])
    least = max(size // 4, _FEW + 1) if size > _SMALLEST else 0
    missing = least - len(found)
    if 0 < missing <= len(first):
        yield Recipe([dict.fromkeys(first[:missing]), dict.fromkeys(found)], [])
    free = itertools.chain(gaps, (slot for slot in range(size) if slot not in taken and slot not in gaps))
    held = set(found)
    count = min(max(len(gaps), missing, 0), size - len(found))
    fillers = [_stranger(slot, size, held) for slot in itertools.islice(free, count)]
    found = fillers + found
    yield Recipe([dict.fromkeys(found[:half]), found[half:]], fillers)


def _stranger(slot: int, size: int, held: set[Any]) -> int:
    """A number that belongs into a slot and is none of the elements."""
    return next(number for number in itertools.count(slot, size) if number not in held)


class _Layout(NamedTuple):
    """Elements at the first slot of their way, the others in an order in which they can come; slots that are taken, and
    those that no element holds although one had to pass them."""

    first: list[Any]
    later: list[Any]
    taken: set[int]
    gaps: list[int]


def _layout(order: list[Any], size: int) -> _Layout | None:
    """A layout that iterates in this order, or None where none is found."""
    ways = [_way(element, size) for element in order]
    slots = _slots(ways)
    if slots is None:
        return None
    owner = dict(zip(slots, range(len(order)), strict=True))
    passed = [way[: way.index(slot)] for way, slot in zip(ways, slots, strict=True)]
    gaps = dict.fromkeys(slot for way in passed for slot in way if slot not in owner)
    # whom each element waits for, and who waits for it
    waits = [len([slot for slot in way if slot in owner]) for way in passed]
    heirs: list[list[int]] = [[] for _ in order]
    for number, way in enumerate(passed):
        for slot in way:
            if slot in owner:
                heirs[owner[slot]].append(number)
    come = [number for number, way in enumerate(passed) if not way]
    first = len(come)
    come += [number for number, way in enumerate(passed) if way and not waits[number]]
    for number in come:
        for heir in heirs[number]:
            waits[heir] -= 1
            if not waits[heir]:
                come.append(heir)
    if len(come) != len(order):
        return None
    found = [order[number] for number in come]
    return _Layout(found[:first], found[first:], set(slots), list(gaps))


def _slots(ways: list[list[int]]) -> list[int] | None:
    """A slot on each element's way, rising from element to element, all together as near as can be to the first ones.

    Of the ways to place the elements so far, those are kept that no other beats in both its last slot and its cost.
    """
    front: list[tuple[int, int, Any]] = [(-1, 0, None)]
    for way in ways:
        lasts = [last for last, _, _ in front]
        reached = []
        for cost, slot in enumerate(way):
            place = bisect_left(lasts, slot) - 1
            if place >= 0:
                reached.append((slot, front[place][1] + cost, (slot, front[place][2])))
        front, best = [], None
        for one in sorted(reached, key=lambda one: one[:2]):
            if best is None or one[1] < best:
                front.append(one)
                best = one[1]
        if not front:
            return None
    found, chain = [], front[-1][2]
    while chain is not None:
        slot, chain = chain
        found.append(slot)
    return found[::-1]


def _way(element: Any, size: int) -> list[int]:
    """The slots at which an element is looked for, in their order, each once."""
    mask, hashed = size - 1, hash(element) & (1 << 64) - 1
    slot, rest = hashed & mask, hashed
    slots: dict[int, None] = {}
    for _ in range(_JUMPS if size > _SMALL else _JUMPS_SMALL):
        slots.update(dict.fromkeys(range(slot, slot + _LINEAR + 1) if slot + _LINEAR <= mask else (slot,)))
        rest >>= _SHIFT
        slot = (slot * 5 + 1 + rest) & mask
    return list(slots)
