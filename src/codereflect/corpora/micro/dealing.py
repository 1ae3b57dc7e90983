"""The chains of a corpus, dealt out to the test suites and to training so that no tested behaviour is trained on.

Chains of one and two steps are enumerated, those of three are drawn; of each behaviour the shortest chain is kept. All
counts are kept by category (type of the input and number of steps), in the same proportions for training and testing.
A category that has fewer behaviours than training tasks asks for them again, in other words.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from codereflect.corpora.micro.chains import Chain, Step, draw_chain
from codereflect.corpora.micro.primitives import PARAMETER, VARIABLES, Primitive, by_input
from codereflect.corpus_params import MicroCorpus, MicroCount
from codereflect.errors import UserError

PYTHON_STARTS = {"numbers": 0.36, "text": 0.2, "words": 0.16, "table": 0.12, "number": 0.16}
JAVA_STARTS = {"numbers": 0.55, "text": 0.2, "number": 0.25}
LENGTHS = {1: 0.03, 2: 0.33, 3: 0.64}
# Of the behaviours of a category, at most this share is tested; the rest is there to learn from.
TESTED_SHARE = 0.2
# Draws in vain, per chain that is wanted, after which a category counts as exhausted.
PATIENCE = 12
# Three-step chains that are drawn for each one wanted: some are dealt to the other language's suite.
SPARE = 1.15

Category = tuple[str, int]


def scaled(corpus: MicroCorpus, key: MicroCount) -> int:
    """The number of tasks of a kind after scaling, rounded up."""
    return math.ceil(getattr(corpus, key) * corpus.size)


@dataclass(frozen=True)
class Deal:
    """Chains by use. Training chains may repeat; `copy` of a pair counts the repetitions."""

    test_python: list[Chain]
    test_java: list[Chain]
    train_python: list[tuple[Chain, int]]
    train_java: list[tuple[Chain, int]]
    refused: Counter[str]


@dataclass
class Pool:
    """Chains of distinct behaviour by category."""

    rng: random.Random
    chains: dict[Category, list[Chain]] = field(default_factory=lambda: defaultdict(list))
    refused: Counter[str] = field(default_factory=Counter)
    _sources: set[str] = field(default_factory=set)
    _behaviours: set[str] = field(default_factory=set)

    def add(self, chain: Chain) -> bool:
        """Take a chain in, unless its text or behaviour is there or it is not worth asking for."""
        source = chain.python
        if source in self._sources:
            return False
        self._sources.add(source)
        if chain.behaviour in self._behaviours:
            self.refused["a chain as short behaves the same"] += 1
            return False
        if not chain.is_worth_asking():
            self.refused["a step does not matter, or answers hardly vary"] += 1
            return False
        self._behaviours.add(chain.behaviour)
        self.chains[chain.takes, len(chain.steps)].append(chain)
        return True

    def enumerate_short(self) -> None:
        """Take in every chain of one step, then every chain of two."""
        single = [Chain((step,)) for kind in VARIABLES for step in _all_steps(kind)]
        double = [Chain((*chain.steps, step)) for chain in single for step in _continuations(chain.steps[0])]
        for chain in (*single, *double):
            self.add(chain)

    def draw_long(self, kind: str, wanted: int, java: bool) -> None:
        """Draw chains of three steps of one input type until there are `wanted` more, or no new ones are found."""
        failures = found = 0
        while found < wanted and failures < PATIENCE * wanted + 200:
            if self.add(draw_chain(self.rng, kind, 3, java)):
                found += 1
            else:
                failures += 1


def _all_steps(kind: str) -> Iterator[Step]:
    for primitive in by_input()[kind]:
        for constant in _constants(primitive):
            yield Step(primitive.name, constant)


def _constants(primitive: Primitive) -> Iterator[str]:
    for constant in primitive.constants or ("",):
        yield f'"{constant}"' if constant and isinstance(constant, str) else str(constant)
    if primitive.accepts_parameter:
        yield PARAMETER


def _continuations(first: Step) -> Iterator[Step]:
    if first.primitive.last_only:
        return
    for step in _all_steps(first.primitive.gives):
        twice_the_parameter = step.constant == first.constant == PARAMETER
        if step.primitive.family_name != first.primitive.family_name and not twice_the_parameter:
            yield step


def deal(corpus: MicroCorpus, seed: int) -> Deal:
    """Find the chains and deal them out.

    Raises:
        UserError: more distinct behaviours are asked for than the primitives give.
    """
    pool = _pool(corpus, seed)
    order = random.Random(f"order {seed}")
    for members in pool.chains.values():
        order.shuffle(members)
    taken: set[str] = set()
    test_python = take(pool, scaled(corpus, "test_python"), PYTHON_STARTS, False, taken)
    test_java = take(pool, scaled(corpus, "test_java"), JAVA_STARTS, True, taken)
    train_python = repeat(pool, scaled(corpus, "train_python"), PYTHON_STARTS, False, taken)
    train_java = repeat(pool, scaled(corpus, "train_java"), JAVA_STARTS, True, taken)
    uses: tuple[list[Any], ...] = (test_python, test_java, train_python, train_java)
    for chosen in uses:
        order.shuffle(chosen)
    return Deal(test_python, test_java, train_python, train_java, pool.refused)


def _pool(corpus: MicroCorpus, seed: int) -> Pool:
    pool = Pool(random.Random(f"chains {seed}"))
    pool.enumerate_short()
    for language, starts in (("java", JAVA_STARTS), ("python", PYTHON_STARTS)):
        tested = corpus.test_java if language == "java" else corpus.test_python
        total = (corpus.train_java if language == "java" else corpus.train_python) + tested
        for kind, share in starts.items():
            wanted = max(total * corpus.size, tested * corpus.size / TESTED_SHARE) * LENGTHS[3] * share * SPARE
            pool.draw_long(kind, round(wanted) + 10, language == "java")
    return pool


def quotas(total: int, starts: dict[str, float]) -> dict[Category, int]:
    """How many of `total` tasks each category gets (largest remainders)."""
    exact = {(kind, steps): total * share * LENGTHS[steps] for kind, share in starts.items() for steps in LENGTHS}
    counts = {category: int(value) for category, value in exact.items()}
    by_remainder = sorted(exact, key=lambda category: counts[category] - exact[category])
    for category in by_remainder[: total - sum(counts.values())]:
        counts[category] += 1
    return counts


def take(pool: Pool, total: int, starts: dict[str, float], java: bool, taken: set[str]) -> list[Chain]:
    """Chains to be tested, at most a share of each category; what is missing comes from the long ones."""
    chosen: list[Chain] = []
    left: dict[Category, list[Chain]] = {}
    for category, quota in quotas(total, starts).items():
        free = _free(pool, category, java, taken)
        allowed = min(quota, int(len(free) * TESTED_SHARE))
        chosen += free[:allowed]
        left[category] = free[allowed:]
    spare = sorted((chain for kind in starts for chain in left[kind, 3]), key=lambda chain: chain.behaviour)
    chosen += spare[: total - len(chosen)]
    if len(chosen) < total:
        raise UserError(
            f"corpus.micro asks for {total} test tasks, but only {len(chosen)} behaviours were found.",
            "lower corpus.micro.size or its test counts in params.yaml",
        )
    taken.update(chain.behaviour for chain in chosen)
    return chosen


def _free(pool: Pool, category: Category, java: bool, taken: set[str]) -> list[Chain]:
    return [c for c in pool.chains[category] if c.behaviour not in taken and (c.java_capable or not java)]


def repeat(pool: Pool, total: int, starts: dict[str, float], java: bool, taken: set[str]) -> list[tuple[Chain, int]]:
    """Chains to be trained on: each behaviour of a category in turn, from the start again when there are too few."""
    chosen: list[tuple[Chain, int]] = []
    for category, quota in quotas(total, starts).items():
        free: Sequence[Chain] = _free(pool, category, java, taken)
        if quota and not free:
            raise UserError(
                f"corpus.micro leaves no behaviour of {category[0]} in {category[1]} steps to train on.",
                "lower corpus.micro.size or its test counts in params.yaml",
            )
        chosen += [(free[number % len(free)], number // len(free)) for number in range(quota)]
    return chosen
