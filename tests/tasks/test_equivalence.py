"""Equivalence on made-up inputs: what is alike, what is not, and what cannot be told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from codereflect.sandbox import Sandbox
from codereflect.sandbox_params import SandboxLimits
from codereflect.tasks.equivalence import compare
from codereflect.tasks.mutants import all_mutants
from codereflect.tasks.second_implementation import rewritten
from codereflect.tasks.test_quality import unit_sandbox

LIMITS = SandboxLimits(cpu_seconds=0.5, memory_mb=256, output_kb=64, allow_weak=False, max_invalid=0.0)
CLAMP = "def f(a: int) -> int:\n    if a < 0:\n        return 0\n    return a\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with unit_sandbox(LIMITS, 1) as running:
        yield running


def test_alike_and_different(sandbox: Sandbox) -> None:
    others = [
        CLAMP.replace("<", "<="),
        CLAMP.replace("return a", "return a + 1"),
        "def f(a):\n    while True: pass",
        "x",
    ]
    alike, different, endless, broken = compare(CLAMP, "f", others, sandbox)
    assert alike.verdict == "equivalent?" and alike.inputs >= 20 and alike.first_difference is None
    assert different.verdict == "different" and str(different.first_difference).startswith("f(")
    assert endless.verdict == "different" and broken.verdict == "different"


def test_a_difference_in_an_exception_counts_only_where_the_code_raises_it(sandbox: Sandbox) -> None:
    code = "def f(a):\n    if a == 3:\n        raise ValueError('three')\n    return 1 // a\n"
    other = code.replace("'three'", "'drei'")
    undefined = "def f(a):\n    if a == 3:\n        raise ValueError('three')\n    return 1 // a if a else 7\n"
    found = compare(code, "f", [other, undefined], sandbox, examples=["f(3), f(0), f(1)"])
    assert (found[0].verdict, found[0].first_difference) == ("different", "f(3)")
    assert found[1].verdict == "equivalent?"


def test_changed_arguments_are_compared(sandbox: Sandbox) -> None:
    code = "def f(xs: list[int]) -> None:\n    xs.sort()\n"
    assert compare(code, "f", ["def f(xs):\n    xs.sort(reverse=True)\n"], sandbox)[0].verdict == "different"


def test_no_inputs_no_verdict(sandbox: Sandbox) -> None:
    found = compare("def f(a):\n    return a.no_such_attribute\n", "f", [CLAMP, CLAMP], sandbox)
    assert [one.verdict for one in found] == ["unknown", "unknown"]


def test_second_implementations_are_alike_and_mutants_mostly_not(sandbox: Sandbox) -> None:
    code = (
        "def f(words: list[str]) -> str:\n    best = ''\n    for word in words:\n"
        "        if len(word) > len(best):\n            best = word\n    return best\n"
    )
    sources = [rewritten(code, "f"), *(mutant.source for mutant in all_mutants(code))]
    second, *mutants = compare(code, "f", sources, sandbox)
    assert second.verdict == "equivalent?"
    assert sum(one.verdict == "different" for one in mutants) > 0.7 * len(mutants)


RARE = """def f(a: int) -> int:
    if a == 10 ** 9:
        return a * 2
    return a
"""


def test_what_no_input_reaches_is_unknown(sandbox: Sandbox) -> None:
    """The same answers everywhere else say nothing about a line that was never run."""
    found = {one.sentence: one for one in all_mutants(RARE) if one.line == 3}
    assert len(found) >= 4
    spans = [(one.line, one.last_line) for one in found.values()]
    sources = [one.source for one in found.values()]
    assert {one.verdict for one in compare(RARE, "f", sources, sandbox, spans=spans)} == {"unknown"}
    assert {one.verdict for one in compare(RARE, "f", sources, sandbox)} == {"equivalent?"}
