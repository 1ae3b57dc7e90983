"""Tests that need the program in their own process are recognised, and judged there."""

from __future__ import annotations

import sys

import pytest

from codereflect.records import Verdict, given
from codereflect.sandbox import Job, Sandbox, SandboxError, why_unsealed
from codereflect.sandbox_params import SandboxLimits

LIMITS = SandboxLimits(cpu_seconds=0.5, memory_mb=256, output_kb=64, allow_weak=False, max_invalid=0.0)

PLAIN = [
    "assert f([1, 2], k=3) == {'a': (1,)}",
    "def check(candidate):\n    import math\n    assert math.fabs(candidate(2.0)) < 1e-6\ncheck(f)",
    "assert f(1) is None and f(2) is True",
    "def poly(xs, x):\n    return sum(xs) * x\nassert abs(poly([1], f([1]))) < 1",
    "assert f(''.join(chr(n) for n in [97])) == sorted('a', key=lambda c: c)",
    "for value in (1, 2):\n    try:\n        f(value)\n    except ValueError as error:\n        assert str(error)",
    "this is no Python",
    "from math import *\nassert f(1) == floor(1.5)",
    "from decimal import *\nfrom collections import *\nassert f(1) == Decimal(1) + Counter()[1]",
    "match f(1):\n    case [first, *rest]:\n        assert first == rest",
    "-" * 20_000 + "1",
]
OTHER = {
    "assert f(Node(1)) == 1": "Node, which the program defines",
    "from antigravity import *\nassert f(1) == Fly()": "Fly, which the program defines",
    "from typing import *\nassert f(1) == collections.Counter()": "collections, which the program defines",
    "assert f((1, 2)) == sys.getsizeof((1, 2))": "sys, which the program defines",
    "assert f((1, 'a'), int) == (1,)": "function or a class",
    "assert f([1], lambda x: x) == [1]": "function or a class",
    "def double(x):\n    return 2 * x\nassert f([double], 1) == 2": "function or a class",
    "class Point:\n    pass\nassert f(Point()) == 1": "function or a class",
    "def check(candidate):\n    xs = []\n    assert candidate(xs) is xs\ncheck(f)": "identity",
}


@pytest.mark.parametrize("text", PLAIN)
def test_plain_data_cross(text: str) -> None:
    assert why_unsealed([text], "f") is None


@pytest.mark.parametrize("text", OTHER)
def test_what_does_not_cross_is_named(text: str) -> None:
    reason = why_unsealed(["import math", text], "f")
    assert reason and OTHER[text] in reason


def test_what_a_test_names_is_not_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading a suite runs nothing: some modules of the library act when they are imported."""
    for name in ("antigravity", "this", "idlelib", "idlelib.idle"):
        monkeypatch.delitem(sys.modules, name, raising=False)
        why_unsealed([f"from {name} import *\nassert f(1) == 1"], "f")
        assert name not in sys.modules


def judge(code: str, *tests: str, sealed: bool = False) -> Verdict:
    with Sandbox(LIMITS, 1) as sandbox:
        (result,) = sandbox.run([Job(given("t", 0), code, "f", list(tests), sealed)])
    return result.verdict


TREE = "class Node:\n    def __init__(self, v):\n        self.v = v\ndef f(node):\n    return node.v + 1\n"
BAD = TREE.replace("+ 1", "+ 2")


def test_tests_may_use_what_the_program_defines() -> None:
    verdict = judge(TREE, "assert f(Node(1)) == 2")
    assert (verdict.outcome, verdict.sealed) == ("pass", False)
    # sealed, the test breaks before the program has a part in it
    with pytest.raises(SandboxError, match="before it called f: NameError"):
        judge(TREE, "assert f(Node(1)) == 2", sealed=True)


def test_a_failed_comparison_is_told() -> None:
    verdict = judge(BAD, "assert f(Node(0)) == 2", "assert f(Node(1)) == 2")
    assert (verdict.outcome, verdict.category) == ("fail", "assertion")
    assert (verdict.failure.expected, verdict.failure.actual) == ("2", "3")
    assert verdict.feedback == "The test assert f(Node(1)) == 2 expected 2 and found 3."


@pytest.mark.parametrize(
    ("code", "outcome", "category", "told"),
    [
        ("def f(x):\n    return 1 / x.v\nclass Node:\n    v = 0\n", "fail", "ZeroDivisionError", "line 2: return 1"),
        ("def f(x):\n    raise AssertionError('mine')\nclass Node: pass\n", "fail", "AssertionError", "mine"),
        ("import os\ndef f(x):\n    os._exit(0)\nclass Node: pass\n", "fail", "exit", "ended the whole program"),
        ("import sys\ndef f(x):\n    sys.exit(0)\nclass Node: pass\n", "fail", "SystemExit", "SystemExit"),
        ("def f(x):\n    while True: pass\nclass Node: pass\n", "timeout", "timeout", "CPU seconds"),
        ("def g(x): pass\n", "fail", "missing_entry_point", "does not define f"),
        ("def f(x: pass\n", "fail", "syntax", "not valid Python"),
        ("def f(x):\n    return x\n", "fail", "NameError", "Node"),
    ],
)
def test_programs_that_fail_beside_their_tests(code: str, outcome: str, category: str, told: str) -> None:
    verdict = judge(code, "assert f(Node()) == 1")
    assert (verdict.outcome, verdict.category) == (outcome, category), verdict
    assert told in verdict.feedback


def test_an_answer_without_the_word_is_no_verdict() -> None:
    """The program writes an answer to its socket before it has seen a test."""
    forged = """
import os, struct
def frame(text):
    return struct.pack("<I", len(text)) + text
for fd in range(3, 64):
    try:
        os.write(fd, frame(b'{"stage":"ready"}') + frame(b'{"word":1}'))
    except OSError:
        pass
def f(x): return 0
class Node: pass
"""
    assert judge(forged, "assert f(Node()) == 1").outcome == "fail"


def test_a_prompt_among_the_tests_mends_no_function_of_the_program() -> None:
    program = "def half(x):\n    return x\ndef f(x):\n    return half(x)\n"
    prompt = "def half(x):\n    return x // 2\ndef f(x):\n    pass\n"
    assert judge(program, prompt, "assert f(4) == 2").category == "assertion"
    assert judge(program.replace("return x\n", "return x // 2\n"), prompt, "assert f(4) == 2").outcome == "pass"


@pytest.mark.parametrize("module", ["lib2to3.tests.data.bom", "json." + "a" * 300, "json.\u00e9"])
def test_a_module_that_cannot_be_read_binds_nothing(module):
    assert why_unsealed([f"from {module} import *\nassert f(1) == 2"], "f") is None
