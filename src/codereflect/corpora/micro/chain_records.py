"""Chains as records: the tasks, and the documents that teach repair, test-writing and working in steps.

Which document is made for which chain is decided by the chain's own random stream (seed and behaviour), never by its
place among the others.
"""

from __future__ import annotations

import random
from collections.abc import Container

from codereflect.corpora.micro import java, mistakes, prompts
from codereflect.corpora.micro.chains import ENTRY_POINT, Chain
from codereflect.corpora.micro.hidden_tests import Strength
from codereflect.corpora.micro.typed_values import Arguments, Value, literal, sized_input
from codereflect.programs.java_frame import frame
from codereflect.records import Example, Problem, Source

CORPUS = "micro"
SOURCE = Source(file="codereflect/corpora/micro/primitives.py")
# sizes of the inputs that the tests of a function are written on: the edge case first, then small ones
TESTED_SIZES = (0, 1, 2)
REPAIR_DRAWS = 8


def chain_rng(seed: int, chain: Chain, purpose: str) -> random.Random:
    """The random stream of one document of a chain; `purpose` tells its documents apart."""
    return random.Random(f"{seed} {purpose} {chain.python}")


def python_example(chain: Chain, seed: int, number: int, copy: int = 0) -> Example:
    """A training task (`copy`: the same in other words); its hidden tests are chosen only when it is attempted."""
    text, examples = python_texts(chain, seed, copy)
    return _example(
        chain,
        f"python/{number:06d}",
        "python_function",
        prompts.python_prompt(text, chain, examples),
        chain.python,
        [prompts.assertion(*example) for example in examples],
    )


def python_texts(chain: Chain, seed: int, copy: int = 0) -> tuple[str, list[tuple[Arguments, Value]]]:
    """Description and shown examples of a Python task."""
    rng = chain_rng(seed, chain, f"python {copy}")
    text = prompts.description(chain, rng)
    return text, prompts.public_examples(chain, rng)


def java_example(chain: Chain, seed: int, number: int, copy: int = 0) -> Example:
    """A Java training task (`copy`: the same in other words)."""
    prompt, answer = java_task(chain, seed, copy)
    return Example(
        task_id=f"{CORPUS}/java/{number:06d}",
        corpus=CORPUS,
        language="java",
        task="java_method",
        category=chain.category,
        prompt=prompt,
        reference=answer,
        entry_point="function",
        grader="text",
        source=SOURCE,
        group=chain.behaviour,
    )


def java_task(chain: Chain, seed: int, copy: int = 0) -> tuple[str, str]:
    """Prompt and answer of a Java task."""
    text, context, is_field = java_texts(chain, chain_rng(seed, chain, f"java {copy}"))
    return prompts.java_prompt(text, context), java.method(chain, is_field)


def java_texts(chain: Chain, rng: random.Random) -> tuple[str, str, bool]:
    """Description and class context of a Java task, and whether its `k` is a field."""
    text = prompts.description(chain, rng)
    is_field = rng.random() < java.PARAMETER_IS_FIELD_SHARE
    return text, java.context(chain, is_field, rng), is_field


def repair_example(chain: Chain, tested: Container[str | None], seed: int, number: int) -> Example | None:
    """A wrong function and its first failing call -> the right function; None if no plausible mistake shows.

    `tested`: behaviours that are not shown, not even as a mistake.
    """
    rng = chain_rng(seed, chain, "repair")
    text = prompts.description(chain, rng)
    wrong = mistakes.in_python(chain)
    rng.shuffle(wrong)
    for mistake in wrong[:REPAIR_DRAWS]:
        failure = mistakes.shown_failure(chain, mistake, rng)
        if failure is not None and mistakes.behaviour(chain, mistake) not in tested:
            prompt = prompts.repair_prompt(
                text,
                chain.call,
                mistake.code,
                prompts.call_text(failure.arguments),
                literal(failure.expected),
                failure.actual,
            )
            return _example(chain, f"repair/{number:06d}", "repair", prompt, chain.python)
    return None


def unit_test_example(chain: Chain, seed: int, number: int) -> Example:
    """A function -> a few assertions, the empty input first."""
    rng = chain_rng(seed, chain, "unit_test")
    text = prompts.description(chain, rng)
    inputs = [sized_input(chain.takes, size, chain.has_parameter, rng) for size in TESTED_SIZES]
    return _example(
        chain,
        f"unit_test/{number:06d}",
        "unit_test",
        prompts.unit_test_prompt(text, chain, chain.python),
        "".join(f"{prompts.assertion(arguments, chain.trace(arguments)[-1])}\n" for arguments in inputs),
    )


def steps_example(chain: Chain, seed: int, number: int) -> Example:
    """A description -> one line a step, then the function."""
    text = prompts.description(chain, chain_rng(seed, chain, "steps"))
    prompt, answer = prompts.steps_prompt(text, chain), prompts.steps_answer(chain)
    return _example(chain, f"steps/{number:06d}", "steps", prompt, answer)


def python_problem(chain: Chain, seed: int, number: int, strength: Strength) -> Problem:
    """A test task with its hidden tests."""
    example = python_example(chain, seed, number)
    return Problem(
        task_id=f"micro_python/{number:05d}",
        suite="micro_python",
        language="python",
        task="python_function",
        category=example.category,
        prompt=example.prompt,
        entry_point=ENTRY_POINT,
        public_tests=example.public_tests,
        hidden_tests=assertions(strength),
        reference=example.reference,
    )


def java_problem(chain: Chain, seed: int, number: int, strength: Strength) -> Problem:
    """A Java test task, with the hidden tests of its Python twin."""
    prompt, answer = java_task(chain, seed)
    around = frame(prompt, answer)
    return Problem(
        task_id=f"micro_java/{number:05d}",
        suite="micro_java",
        language="java",
        task="java_method",
        category=chain.category,
        prompt=prompt,
        entry_point="function",
        hidden_tests=[java.assertion(around, chain.takes, *test) for test in strength.tests],
        reference=answer,
    )


def assertions(strength: Strength) -> list[str]:
    """Chosen tests as Python statements."""
    return [prompts.assertion(arguments, expected) for arguments, expected in strength.tests]


def _example(
    chain: Chain, name: str, task: str, prompt: str, reference: str, public: list[str] | None = None
) -> Example:
    return Example(
        task_id=f"{CORPUS}/{name}",
        corpus=CORPUS,
        language="python",
        task=task,
        category=chain.category,
        prompt=prompt,
        reference=reference,
        entry_point=ENTRY_POINT,
        public_tests=public or [],
        source=SOURCE,
        group=chain.behaviour,
    )
