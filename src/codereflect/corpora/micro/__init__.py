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
from typing import Any

from codereflect.corpora.micro import chain_records, hidden_tests, repair_suites
from codereflect.corpora.micro.chains import Chain
from codereflect.corpora.micro.dealing import Deal, deal, scaled
from codereflect.corpora.micro.primitives import PARAMETER, PRIMITIVES, VARIABLES
from codereflect.corpora.normal_forms import python_forms
from codereflect.corpus_params import MicroCorpus, MicroCount
from codereflect.records import Example, Problem

NAME = chain_records.CORPUS
PYTHON_SUITE = "micro_python"
JAVA_SUITE = "micro_java"
# keys of corpus.micro that count tested tasks
TEST_COUNTS: tuple[MicroCount, ...] = ("test_python", "test_java", "test_repair", "test_java_repair")
# documents of the base model's mix, a training task
DOCUMENT_SHARES = {"repair": 0.1, "unit_test": 0.06, "steps": 0.06}

Progress = Callable[[str, int, int], None]


def training(corpus: MicroCorpus, seed: int, progress: Progress | None = None) -> tuple[list[Example], dict[str, Any]]:
    """The training half of the corpus and its part of the card: the same for the same arguments on every machine.

    Args:
        corpus: the counts (tasks to train and to be tested on).
        seed: seed of the draws, the wordings and the shown examples; what a behaviour is does not depend on it.
        progress: called with (what, done, of how many).

    Raises:
        UserError: more distinct behaviours are asked for than the primitives give.
    """
    dealt = deal(corpus, seed)
    train = _training(dealt, seed, progress or _silent)
    return train, _training_card(train, dealt.refused)


def suites(
    corpus: MicroCorpus, seed: int, progress: Progress | None = None
) -> tuple[dict[str, list[Problem]], dict[str, Any]]:
    """The test suites of the corpus by name and their part of the card; arguments as of `training`."""
    report = progress or _silent
    dealt = deal(corpus, seed)
    problems, strengths = _python_problems(dealt, seed, report)
    java_problems, java_strengths = [], []
    for number, chain in enumerate(dealt.test_java):
        strength = hidden_tests.choose(chain.python, chain.takes, chain.has_parameter, [])
        java_strengths.append(strength)
        java_problems.append(chain_records.java_problem(chain, seed, number, strength))
        report("Java test tasks", number + 1, len(dealt.test_java))
    made = {
        PYTHON_SUITE: problems,
        JAVA_SUITE: java_problems,
        repair_suites.PYTHON_SUITE: repair_suites.repair_problems(dealt, seed, scaled(corpus, "test_repair"), report),
        repair_suites.JAVA_SUITE: repair_suites.java_repair_problems(
            dealt, seed, scaled(corpus, "test_java_repair"), report
        ),
    }
    card = _test_card(made, {PYTHON_SUITE: strengths, JAVA_SUITE: java_strengths})
    card[PYTHON_SUITE]["twins_in_training"] = _twins(dealt)
    return made, card


def _twins(dealt: Deal) -> int:
    """Tested programs that are trained on for arguments of another type, with other names: `len(s)` and `len(xs)`."""
    trained = {form.code for chain, copy in dealt.train_python if copy == 0 for form in python_forms(chain.python)}
    return sum(form.code in trained for chain in dealt.test_python for form in python_forms(chain.python))


def _silent(what: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


def strengthen(example: Example) -> Example:
    """A Python training task with hidden tests that kill the mutants of its reference.

    Raises:
        ValueError: not a Python function of this corpus.
    """
    if example.task != "python_function" or example.language != "python":
        raise ValueError(f"{example.task_id} is no python_function")
    kind, with_parameter = _signature(example.reference)
    strength = hidden_tests.choose(example.reference, kind, with_parameter, _shown(example.public_tests))
    return example.model_copy(update={"hidden_tests": chain_records.assertions(strength), "grader": "tests"})


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


def _python_problems(dealt: Deal, seed: int, report: Progress) -> tuple[list[Problem], list[hidden_tests.Strength]]:
    """Test problems with hidden tests, and how strong these are."""
    problems: list[Problem] = []
    strengths: list[hidden_tests.Strength] = []
    for number, chain in enumerate(dealt.test_python):
        shown = _shown(chain_records.python_example(chain, seed, number).public_tests)
        strengths.append(hidden_tests.choose(chain.python, chain.takes, chain.has_parameter, shown))
        problems.append(chain_records.python_problem(chain, seed, number, strengths[-1]))
        report("Python test tasks", number + 1, len(dealt.test_python))
    return problems, strengths


def _training(dealt: Deal, seed: int, report: Progress) -> list[Example]:
    """Tasks of both languages, then the documents for the base model's mix."""
    train = []
    for number, (chain, copy) in enumerate(dealt.train_python):
        train.append(chain_records.python_example(chain, seed, number, copy))
        report("Python tasks", number + 1, len(dealt.train_python))
    train += [chain_records.java_example(chain, seed, i, copy) for i, (chain, copy) in enumerate(dealt.train_java)]
    report("Java tasks", len(dealt.train_java), len(dealt.train_java))
    tested = {chain.behaviour for chain in (*dealt.test_python, *dealt.test_java)}
    makers = {
        "repair": lambda chain, *rest: chain_records.repair_example(chain, tested, *rest),
        "unit_test": chain_records.unit_test_example,
        "steps": chain_records.steps_example,
    }
    chains = [chain for chain, copy in dealt.train_python if copy == 0]
    for task, maker in makers.items():
        wanted = round(DOCUMENT_SHARES[task] * len(dealt.train_python))
        random.Random(f"{task} {seed}").shuffle(chains)
        train += _documents(maker, chains, seed, wanted)
    random.Random(f"train {seed}").shuffle(train)
    return train


def _documents(
    maker: Callable[[Chain, int, int], Example | None], chains: list[Chain], seed: int, wanted: int
) -> list[Example]:
    """The first `wanted` documents that can be made (a chain may have no plausible mistake to repair)."""
    made: list[Example] = []
    for chain in chains:
        example = maker(chain, seed, len(made)) if len(made) < wanted else None
        if example is not None:
            made.append(example)
    return made


def _training_card(train: list[Example], refused: Counter[str]) -> dict[str, Any]:
    """What there is to train on, in numbers."""
    return {
        "name": "micro",
        "licence": "Apache-2.0",
        "origin": "generated by codereflect.corpora.micro",
        "primitives": len(PRIMITIVES),
        "train": dict(sorted(Counter(example.task for example in train).items())),
        "train_categories": dict(sorted(Counter(e.category for e in train if e.task == "python_function").items())),
        "distinct_behaviours": len({example.group for example in train}),
        "dropped": dict(sorted(refused.items())),
        "split": "by behaviour: the outputs on 48 fixed inputs of the signature; no tested behaviour is trained on, "
        "in either language",
    }


def _test_card(problems: dict[str, list[Problem]], strengths: dict[str, list[hidden_tests.Strength]]) -> dict[str, Any]:
    """What there is to be tested on, in numbers, by suite."""
    return {
        suite: {
            "tasks": len(asked),
            "categories": dict(sorted(Counter(p.category for p in asked).items())),
            "tests": sum(len(p.hidden_tests or []) for p in asked),
            **_mutants(strengths.get(suite, [])),
        }
        for suite, asked in problems.items()
    }


def _mutants(strengths: list[hidden_tests.Strength]) -> dict[str, Any]:
    """How strong the tests are, where it was counted."""
    if not strengths:
        return {}
    made, equivalent = sum(one.mutants for one in strengths), sum(one.equivalent for one in strengths)
    return {"mutants": {"made": made, "killed": made - equivalent, "equivalent": equivalent}}
