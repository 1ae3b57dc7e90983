"""The embedded corpus `micro`: small executable Python and Java tasks, generated, no download.

`generate` draws chains of primitives, keeps one chain a behaviour, and deals the behaviours out to the two test suites
first and the training tasks after, so that nothing tested occurs in training in either language.
Its own work, licensed as this repository is (Apache-2.0).
"""

from __future__ import annotations

import ast
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from codereflect.corpora.micro import documents, hidden_tests
from codereflect.corpora.micro.chains import Chain, draw_chain
from codereflect.corpora.micro.primitives import PARAMETER, PRIMITIVES, VARIABLES
from codereflect.errors import UserError
from codereflect.params import MicroCorpus
from codereflect.records import Example, Problem

PYTHON_SUITE = "micro_python"
JAVA_SUITE = "micro_java"
# documents of the base model's mix, a training task
DOCUMENT_SHARES = {"repair": 0.1, "unit_test": 0.06, "steps": 0.06}
DRAWS_PER_CHAIN = 60

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class MicroCorpusData:
    """The corpus: training examples, test problems a suite, and the card that describes them."""

    train: list[Example]
    problems: dict[str, list[Problem]]
    card: dict[str, Any]


def generate(corpus: MicroCorpus, seed: int, progress: Progress | None = None) -> MicroCorpusData:
    """Generate the corpus: the same bytes for the same arguments on every machine.

    Args:
        corpus: the counts (tasks to train and to be tested on).
        seed: seed of the draws, the wordings and the shown examples; what a behaviour is does not depend on it.
        progress: called with (what, done, of how many).

    Raises:
        UserError: more distinct behaviours are asked for than the primitives give.
    """
    report = progress or (lambda what, done, total: None)
    pool = _Pool(seed, report)
    java = pool.draw(corpus.count("train_java") + corpus.count("test_java"), java=True)
    java_test, java_train = java[: corpus.count("test_java")], java[corpus.count("test_java") :]
    problems, strengths = _python_problems(pool, corpus.count("test_python"), seed, report)
    python_train = pool.draw(corpus.count("train_python"), java=False)
    train = _training(python_train, java_train, seed, report)
    suites = {PYTHON_SUITE: problems, JAVA_SUITE: [documents.java_problem(c, seed, i) for i, c in enumerate(java_test)]}
    return MicroCorpusData(train, suites, _card(train, suites, strengths, pool))


def strengthen(example: Example) -> Example:
    """A Python training task with hidden tests that kill the mutants of its reference.

    Raises:
        ValueError: not a Python function of this corpus.
    """
    if example.task != "python_function" or example.language != "python":
        raise ValueError(f"{example.id} is no python_function")
    kind, with_parameter = _signature(example.reference)
    strength = hidden_tests.choose(example.reference, kind, with_parameter, _shown(example.public_tests))
    return example.model_copy(update={"tests": documents.assertions(strength)})


def _signature(reference: str) -> tuple[str, bool]:
    """Type of the first argument and whether `k` follows, from a reference's source."""
    function = ast.parse(reference).body[0]
    assert isinstance(function, ast.FunctionDef)
    names = [argument.arg for argument in function.args.args]
    kind = next(kind for kind, variable in VARIABLES.items() if variable == names[0])
    return kind, PARAMETER in names


def _shown(public_tests: list[str]) -> list[tuple[Any, ...]]:
    """The arguments of public tests (`assert solve(...) == ...`)."""
    calls = (ast.parse(test, mode="exec").body[0].test.left for test in public_tests)  # type: ignore[attr-defined]
    return [tuple(ast.literal_eval(argument) for argument in call.args) for call in calls]


class _Pool:
    """Chains of distinct behaviour, drawn in one sequence."""

    def __init__(self, seed: int, report: Progress) -> None:
        self._rng = random.Random(f"chains {seed}")
        self._seen: set[str] = set()
        self._report = report
        self.refused: Counter[str] = Counter()

    def draw(self, count: int, java: bool) -> list[Chain]:
        """The next chains whose behaviour did not occur before."""
        found: list[Chain] = []
        for _ in range(DRAWS_PER_CHAIN * count + 1000):
            if len(found) == count:
                return found
            chain = draw_chain(self._rng, java)
            if self._accepts(chain):
                found.append(chain)
                if len(found) % 1000 == 0:
                    self._report("Java tasks" if java else "Python tasks", len(found), count)
        if len(found) == count:
            return found
        raise UserError(f"corpus.micro asks for {count} distinct {'Java' if java else 'Python'} tasks, "
                        f"only {len(found)} were found.", "lower corpus.micro.size in params.yaml")

    def _accepts(self, chain: Chain) -> bool:
        if chain.behaviour in self._seen:
            self.refused["behaviour occurred before"] += 1
            return False
        if not chain.is_worth_asking():
            self.refused["answers hardly vary, or a step does not matter"] += 1
            return False
        self._seen.add(chain.behaviour)
        return True


def _python_problems(pool: _Pool, count: int, seed: int,
                     report: Progress) -> tuple[list[Problem], list[hidden_tests.Strength]]:
    """Test problems whose hidden tests kill every mutant that is not equivalent; others are dropped."""
    problems: list[Problem] = []
    strengths: list[hidden_tests.Strength] = []
    while len(problems) < count:
        for chain in pool.draw(count - len(problems), java=False):
            shown = _shown(documents.python_example(chain, seed, 0).public_tests)
            strength = hidden_tests.choose(chain.python, chain.takes, chain.has_parameter, shown)
            if not strength.kills_all:
                pool.refused["tests do not kill every mutant"] += 1
                continue
            problems.append(documents.python_problem(chain, seed, len(problems), strength))
            strengths.append(strength)
            report("hidden tests", len(problems), count)
    return problems, strengths


def _training(python: list[Chain], java: list[Chain], seed: int, report: Progress) -> list[Example]:
    train = [documents.python_example(chain, seed, number) for number, chain in enumerate(python)]
    train += [documents.java_example(chain, seed, number) for number, chain in enumerate(java)]
    report("documents", len(train), len(train))
    makers = {"repair": documents.repair_example, "unit_test": documents.unit_test_example,
              "steps": documents.steps_example}
    for task, maker in makers.items():
        wanted = round(DOCUMENT_SHARES[task] * len(python))
        order = sorted(python, key=lambda chain: documents.chain_rng(seed, chain, f"order {task}").random())
        made: list[Example] = []
        for chain in order:
            if len(made) == wanted:
                break
            example = maker(chain, seed, len(made))
            if example is not None:
                made.append(example)
        train += made
    return train


def _card(train: list[Example], suites: dict[str, list[Problem]], strengths: list[hidden_tests.Strength],
          pool: _Pool) -> dict[str, Any]:
    """What the corpus holds, in numbers."""
    return {
        "name": "micro", "licence": "Apache-2.0", "origin": "generated by codereflect.corpora.micro",
        "primitives": len(PRIMITIVES),
        "train": dict(sorted(Counter(example.task for example in train).items())),
        "train_categories": dict(sorted(Counter(e.category for e in train if e.task == "python_function").items())),
        "test": {suite: len(problems) for suite, problems in suites.items()},
        "test_categories": {suite: dict(sorted(Counter(p.category for p in problems).items()))
                            for suite, problems in suites.items()},
        "test_mutants": {"made": sum(s.mutants for s in strengths), "killed": sum(s.killed for s in strengths),
                         "equivalent": sum(s.equivalent for s in strengths)},
        "test_tests": sum(len(s.tests) for s in strengths),
        "distinct_behaviours": len({example.group for example in train}),
        "dropped": dict(sorted(pool.refused.items())),
        "split": "by behaviour: the outputs on 48 fixed inputs of the signature; no tested behaviour is trained on, "
                 "in either language",
    }
