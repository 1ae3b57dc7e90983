"""Exact and near duplicates among rows of text, within a set and across the sides of a split.

Two rows are near duplicates if the Jaccard similarity of their sets of token n-grams (five tokens; shingles.py) is at
least a threshold. Candidates come from MinHash sketches (`rensa`; Broder 1997) that agree in a band of slots (locality
sensitive hashing; Leskovec et al., Mining of Massive Datasets, ch. 3) and are alike on the whole; their similarity is
then counted exactly, so that no row goes because of an estimate. What sketches can do is to miss a pair;
`Settings.recall` bounds that.

Which row stays: rows are taken in the order of a hash of their tokens, and one stays unless a row that stays is its
near duplicate. So

- the result does not depend on the order of the rows, nor on their keys (identical rows: the smallest key stays);
- every row that goes is similar to one that stays; of two that are similar one goes: chains do not join clusters;
- a new row changes nothing about rows of a smaller hash, and, the order being random, the fate of one old row on
  average at most (Censor-Hillel et al. 2016, arXiv 1507.04330).

Of the rows of two sides, tested ones come first, so that none of them goes because of a training row.

The index is sorted numbers, four bytes for a band and one for a slot, and n-grams lie in a temporary file: less than a
kilobyte of memory a row. (rensa's own index answers row by row, and half as many bands take 1.6 kB a row.)
"""

from __future__ import annotations

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

from codereflect.corpora.shingles import Shingles, batches, mixed, shingles

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, Any]

# with 5 tokens: StarCoder (Li et al. 2023, arXiv 2305.06161)
THRESHOLD = 0.7
# rows read at once; and sketched at once, fewer: a sketch comes as Python numbers, which are to stay in the cache
_BATCH, _SKETCHED = 2048, 128
# n-gram sets of rows that stay, kept in memory for the next comparison
_SETS = 10_000


@dataclass(frozen=True)
class Settings:
    """What a near duplicate is, and how surely it is found.

    Attributes:
        threshold: least Jaccard similarity, above 0 and at most 1.
        tokens: tokens of an n-gram.
        permutations: slots of a sketch.
        recall: least probability to find a pair whose similarity is just the threshold.
    """

    threshold: float = THRESHOLD
    tokens: int = 5
    permutations: int = 192
    recall: float = 0.98

    def __post_init__(self) -> None:
        if not 0 < self.threshold <= 1:
            raise ValueError(f"threshold {self.threshold} is not in (0, 1]")

    def banding(self) -> tuple[int, int]:
        """Bands, and slots of a band: the longest bands that keep the recall, as they give the fewest candidates."""
        for slots in range(self.permutations, 0, -1):
            bands = self.permutations // slots
            if 1 - (1 - self.threshold**slots) ** bands >= self.recall:
                return bands, slots
        return self.permutations, 1

    def least_agreement(self) -> int:
        """Slots in which the sketches of a pair must agree to be compared exactly.

        Five standard deviations below what a pair at the threshold has on average: of a million, one is lost by that.
        """
        slots, share = math.prod(self.banding()), self.threshold
        return max(0, int(slots * share - 5 * math.sqrt(slots * share * (1 - share))))


@dataclass(frozen=True)
class Duplicate:
    """Why a row goes.

    Attributes:
        kept: key of the row that stays.
        similarity: the exact Jaccard similarity of the two.
        exact: same tokens in the same order (white space apart).
    """

    kept: str
    similarity: float
    exact: bool


def split_duplicates(rows: Iterable[tuple[str, str, bool]], settings: Settings | None = None) -> dict[str, Duplicate]:
    """The rows that go of both sides of a split, in one pass: what is left has duplicates neither within nor across.

    Each goes with the one that stays for it. Which tested rows go does not depend on the training rows.

    Args:
        rows: (key, text, whether it is tested); read once.
        settings: threshold, n-grams and recall.

    Returns:
        By the key of each row that goes; sorted. `kept` of a training row may be a tested one.

    Raises:
        ValueError: two rows have the same key.
    """
    with TemporaryFile() as spill:
        return _Table(rows, settings or Settings(), spill).gone()


def counts(duplicates: Mapping[str, Duplicate]) -> dict[str, int]:
    """For a card: how many rows go as exact, how many as near duplicates."""
    found = Counter("exact" if one.exact else "near" for one in duplicates.values())
    return {"exact": found["exact"], "near": found["near"]}


class _Table:
    """All rows: keys and sketches in memory, n-grams in a file."""

    def __init__(self, rows: Iterable[tuple[str, str, bool]], settings: Settings, spill: IO[bytes]) -> None:
        import numpy as np

        self._settings, self._spill = settings, spill
        self.keys: list[str] = []
        self._tested = array("b")
        self._ends = array("q", [0])
        self._bands: list[Numbers] = []
        all_sketches = bytearray()
        digests = [np.zeros((0, 2), np.uint64)]
        for batch in batches(rows, _BATCH):
            made = shingles([text for _, text, _ in batch], settings.tokens, pad=True)
            self.keys += [key for key, _, _ in batch]
            self._tested.extend(tested for _, _, tested in batch)
            self._ends.extend((made.offsets[1:] + self._ends[-1]).tolist())
            sketches, bands = _sketches(made, settings)
            self._bands.append(bands)
            all_sketches += sketches.tobytes()
            digests.append(made.digests)
            spill.write(made.values.tobytes())
        self._refuse_repeated()
        self._first = self._groups(np.concatenate(digests))
        sketch = np.frombuffer(all_sketches, np.uint8).reshape(-1, math.prod(settings.banding()))
        self._sketches, self._least = sketch[np.frombuffer(self._order, np.int64)], settings.least_agreement()
        self._set = lru_cache(_SETS)(self._read)

    def _refuse_repeated(self) -> None:
        seen: set[str] = set()
        for key in self.keys:
            if key in seen:
                raise ValueError(f"two rows have the key {key}")
            seen.add(key)

    def gone(self) -> dict[str, Duplicate]:
        matches = self._matches()
        found = {}
        for row, first in enumerate(self._first):
            match = matches.get(first)
            if match is not None:
                found[self.keys[row]] = Duplicate(self.keys[match[0]], match[1], False)
            elif row != first:
                found[self.keys[row]] = Duplicate(self.keys[first], 1.0, True)
        return dict(sorted(found.items()))

    def _groups(self, digests: Numbers) -> list[int]:
        """For each row the first of those with the same tokens: a tested one, then the smallest key.

        `self._order` becomes those first rows that have n-grams, in the order of their hash, tested ones first.
        """
        import numpy as np

        order = np.lexsort((digests[:, 1], digests[:, 0]))
        new = np.ones(len(order), bool)
        new[1:] = (digests[order[1:]] != digests[order[:-1]]).any(axis=1)
        group = np.empty(len(order), np.int64)
        group[order] = np.cumsum(new) - 1
        firsts: list[int] = [-1] * int(new.sum())
        for row, (number, key, tested) in enumerate(zip(group.tolist(), self.keys, self._tested, strict=True)):
            old = firsts[number]
            if old < 0 or (-tested, key) < (-self._tested[old], self.keys[old]):
                firsts[number] = row
        by_hash = np.array(firsts, np.int64)
        sides = np.frombuffer(self._tested, np.int8)[by_hash] if firsts else by_hash
        in_order = by_hash[np.argsort(-sides, kind="stable")]
        ends = np.frombuffer(self._ends, np.int64)
        # a text without tokens has no near duplicates
        self._order = array("q", in_order[ends[in_order + 1] > ends[in_order]].tobytes())
        return by_hash[group].tolist() if firsts else []

    def _matches(self) -> dict[int, tuple[int, float]]:
        """For each row that goes, the most similar row that stays, and the similarity."""
        stay: dict[int, list[int]] = defaultdict(list)
        found = {}
        for place, buckets in self._sharing():
            row = self._order[place]
            match = self._most_similar(place, {other for bucket in buckets for other in stay.get(bucket, ())})
            if match is not None:
                found[row] = match
                continue
            for bucket in buckets:
                stay[bucket].append(place)
        return found

    def _sharing(self) -> Iterator[tuple[int, list[int]]]:
        """Places in the order of rows that share a band with another, each with the buckets it is in."""
        import numpy as np

        order = np.frombuffer(self._order, np.int64)
        if len(order) < 2:
            return
        places, buckets, base = [], [], 0
        for band in range(self._settings.banding()[0]):
            values = np.concatenate([batch[:, band] for batch in self._bands])[order]
            by_value = np.argsort(values, kind="stable")
            ordered = values[by_value]
            same = ordered[1:] == ordered[:-1]
            shared = np.concatenate([[False], same]) | np.concatenate([same, [False]])
            number = np.cumsum(np.concatenate([[True], ~same])) + base
            places.append(by_value[shared].astype(np.int32))
            buckets.append(number[shared])
            base = int(number[-1])
        place, bucket = np.concatenate(places), np.concatenate(buckets)
        by_place = np.argsort(place, kind="stable")
        place, bucket = place[by_place], bucket[by_place]
        starts = np.flatnonzero(np.concatenate([[True], place[1:] != place[:-1]])) if len(place) else place
        for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(place)], strict=False):
            yield int(place[start]), bucket[start:end].tolist()

    def _most_similar(self, place: int, candidates: set[int]) -> tuple[int, float] | None:
        """The candidate with the greatest similarity, if that reaches the threshold; of equals, the first in order."""
        best, similar = -1, 0.0
        for other in self._agreeing(place, sorted(candidates)) if candidates else ():
            mine, theirs = self._set(place), self._set(other)
            common = len(mine & theirs)
            share = common / (len(mine) + len(theirs) - common)
            if share > similar:
                best, similar = other, share
        return (self._order[best], similar) if similar >= self._settings.threshold else None

    def _agreeing(self, place: int, candidates: list[int]) -> list[int]:
        """The candidates whose whole sketch is like enough: most share a band by chance."""
        import numpy as np

        agree = (self._sketches[candidates] == self._sketches[place]).sum(axis=1)
        return [candidates[index] for index in np.flatnonzero(agree >= self._least)]

    def _read(self, place: int) -> frozenset[int]:
        """The n-grams of a row."""
        row = self._order[place]
        start, end = self._ends[row], self._ends[row + 1]
        self._spill.seek(8 * start)
        return frozenset(memoryview(self._spill.read(8 * (end - start))).cast("Q"))


def _sketches(made: Shingles, settings: Settings) -> tuple[Numbers, Numbers]:
    """uint8 [rows, slots]: a byte of each slot; uint32 [rows, bands]: equal where two rows agree in all of a band."""
    import numpy as np

    bands, slots = settings.banding()
    flat = np.concatenate([_slots(made, start, bands * slots) for start in range(0, len(made.digests), _SKETCHED)])
    sketch = flat.reshape(-1, bands, slots)
    columns = (sketch[:, :, slot].ravel().astype(np.uint64) for slot in range(slots))
    hashes = mixed(columns, len(sketch) * bands).reshape(-1, bands) >> np.uint64(32)
    return sketch.astype(np.uint8), hashes.astype(np.uint32)


def _slots(made: Shingles, start: int, count: int) -> Numbers:
    """The sketches of some rows, one after the other."""
    import numpy as np
    from rensa import RMinHash

    offsets = made.offsets[start : start + _SKETCHED + 1]
    values = made.values[offsets[0] : offsets[-1]]
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(values, (offsets - offsets[0]).astype(np.uint64), count, 1)
    return np.fromiter(chain.from_iterable(matrix.to_rows()), np.uint32, (len(offsets) - 1) * count)
