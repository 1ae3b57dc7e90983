"""The corpus as a whole: counts, splits by behaviour, the same bytes everywhere."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter

import pytest
from whole_corpus import MicroCorpusData, generate

from codereflect.corpora.micro import dealing
from codereflect.corpora.micro.hidden_tests import load
from codereflect.corpora.micro.typed_values import BEHAVIOUR_INPUTS, behaviour_hash, sampled_inputs
from codereflect.corpora.normal_forms import python_forms
from codereflect.corpus_params import MicroCorpus
from codereflect.errors import UserError

ARGUMENT_TYPES = {"xs": "numbers", "s": "text", "ws": "words", "d": "table", "n": "number"}


def behaviour_of(source: str) -> str:
    """A behaviour computed from the text of a function alone."""
    names = source[source.index("(") + 1 : source.index(")")].split(", ")
    kind, with_parameter = ARGUMENT_TYPES[names[0]], "k" in names
    function = load(source)
    inputs = sampled_inputs(kind, with_parameter)[:BEHAVIOUR_INPUTS]
    return behaviour_hash(kind, with_parameter, [function(*arguments) for arguments in inputs])


def test_counts_follow_size(small: MicroCorpusData) -> None:
    counts = Counter(example.task for example in small.train)
    expected = {"python_function": 1000, "java_method": 200, "repair": 100, "unit_test": 60, "steps": 60}
    assert counts == expected == small.card["train"]
    assert {suite: len(problems) for suite, problems in small.problems.items()} == {
        "micro_python": 80,
        "micro_java": 20,
        "micro_repair": 40,
        "micro_java_repair": 10,
    }
    tasks = {suite: card["tasks"] for suite, card in small.card["test"].items()}
    assert tasks == {suite: len(problems) for suite, problems in small.problems.items()}


def test_ids_and_documents_are_unique(small: MicroCorpusData) -> None:
    ids = [example.task_id for example in small.train] + [p.task_id for ps in small.problems.values() for p in ps]
    assert len(set(ids)) == len(ids)
    assert len({(example.prompt, example.reference) for example in small.train}) > 0.99 * len(small.train)


def test_groups_are_the_behaviours_of_the_references(small: MicroCorpusData) -> None:
    functions = [example for example in small.train if example.task == "python_function"]
    assert all(behaviour_of(example.reference) == example.group for example in functions)


def test_no_tested_behaviour_is_trained_on(small: MicroCorpusData) -> None:
    tested = {behaviour_of(problem.reference or "") for problem in small.problems["micro_python"]}
    assert len(tested) == len(small.problems["micro_python"])
    assert not tested & {example.group for example in small.train}


def test_no_tested_java_method_is_trained_on(small: MicroCorpusData) -> None:
    tested = {problem.reference for problem in small.problems["micro_java"]}
    assert len(tested) == len(small.problems["micro_java"])
    assert not tested & {example.reference for example in small.train if example.language == "java"}


def test_java_behaviours_are_dealt_with_those_of_python() -> None:
    """The groups of the Java tests, which their records do not carry, stay out of training in either language."""
    dealt = dealing.deal(
        MicroCorpus(
            size=0.02,
            train_python=25000,
            train_java=5000,
            test_python=2000,
            test_java=500,
            test_repair=1000,
            test_java_repair=250,
        ),
        3,
    )
    tested = {chain.behaviour for chain in (*dealt.test_python, *dealt.test_java)}
    trained = {chain.behaviour for chain, _ in (*dealt.train_python, *dealt.train_java)}
    assert len(tested) == 50 and len(trained) > 400 and not tested & trained


def test_distinct_behaviours_are_the_norm(small: MicroCorpusData) -> None:
    functions = [example for example in small.train if example.task == "python_function"]
    assert len({example.group for example in functions}) > 0.7 * len(functions)


def test_training_and_tests_have_the_same_mix_of_lengths(small: MicroCorpusData) -> None:
    def long_share(categories: dict[str, int]) -> float:
        return sum(n for category, n in categories.items() if category.endswith("-3")) / sum(categories.values())

    card = small.card
    assert long_share(card["test"]["micro_python"]["categories"]) == pytest.approx(
        long_share(card["train_categories"]), abs=0.1
    )


def test_every_order_of_documents_starts_with_a_mixture(small: MicroCorpusData) -> None:
    head = small.train[:200]
    assert {example.language for example in head} == {"python", "java"}
    assert len({example.category for example in head}) > 8


def test_the_card_counts_programs_that_are_trained_on_for_another_type(small: MicroCorpusData) -> None:
    trained = {
        form.code for one in small.train if one.task == "python_function" for form in python_forms(one.reference)
    }
    twins = [
        problem
        for problem in small.problems["micro_python"]
        if any(form.code in trained for form in python_forms(problem.reference or ""))
    ]
    assert small.card["test"]["micro_python"]["twins_in_training"] == len(twins)


PROGRAM = """
import hashlib
from whole_corpus import generate
from codereflect.corpus_params import MicroCorpus
from codereflect.json_files import dump_json
tested = {"test_python": 10, "test_java": 5, "test_repair": 5, "test_java_repair": 2}
data = generate(MicroCorpus(size=1.0, train_python=90, train_java=20, **tested), 7)
rows = [*data.train, *(problem for suite in data.problems.values() for problem in suite)]
text = "\\n".join(dump_json(row.model_dump()) for row in rows) + dump_json(data.card)
print(hashlib.sha256(text.encode()).hexdigest())
"""


@pytest.mark.slow
def test_same_bytes_in_any_process() -> None:
    prints = set()
    for seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
        )
        prints.add(run.stdout)
    assert len(prints) == 1 and len(prints.pop()) == 65


@pytest.mark.slow
def test_another_seed_gives_other_tasks() -> None:
    tiny = MicroCorpus(
        size=1.0, train_python=20, train_java=5, test_python=5, test_java=3, test_repair=2, test_java_repair=1
    )
    first, second = ({example.prompt for example in generate(tiny, seed).train} for seed in (1, 2))
    assert len(first & second) < 0.3 * len(first)


def test_more_tests_than_behaviours_are_refused_with_the_key() -> None:
    pool = dealing.Pool(random.Random(1))
    pool.enumerate_short()
    with pytest.raises(UserError, match=r"corpus\.micro asks for 9000 test tasks"):
        dealing.take(pool, 9000, dealing.JAVA_STARTS, True, set())


def test_scarce_behaviours_are_asked_for_again_in_other_words() -> None:
    pool = dealing.Pool(random.Random(1))
    pool.enumerate_short()
    pool.draw_long("words", 40, java=False)
    dealt = dealing.repeat(pool, 1000, {"words": 1.0}, False, set())
    assert len(set(dealt)) == len(dealt) == 1000
    used = {chain.behaviour for chain, _ in dealt}
    assert used == {chain.behaviour for steps in (1, 2, 3) for chain in pool.chains["words", steps]}


def test_card_adds_up(small: MicroCorpusData) -> None:
    mutants = small.card["test"]["micro_python"]["mutants"]
    assert mutants["made"] == mutants["killed"] + mutants["equivalent"]
    assert mutants["killed"] > 5 * len(small.problems["micro_python"])
    assert mutants["equivalent"] < 0.05 * mutants["made"]
    assert small.card["test"]["micro_python"]["tests"] == sum(
        len(p.hidden_tests or []) for p in small.problems["micro_python"]
    )
