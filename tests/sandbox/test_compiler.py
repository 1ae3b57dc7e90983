"""The process that compiles programs: what it answers, what it leaves to the candidate, and that it may die."""

from __future__ import annotations

import marshal
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from codereflect.records import given
from codereflect.sandbox import Job, Sandbox
from codereflect.sandbox.engine import candidate, compiler
from codereflect.sandbox_params import SandboxLimits

LIMITS = SandboxLimits(cpu_seconds=2.0, memory_mb=512, output_kb=64, allow_weak=False, max_invalid=0.0)
PROGRAM = 'def f(x):\n    """Doubled."""\n    return [x + i for i in range(2)] if x in (1, 2, 3) else None\n'


def children(pid: int) -> list[int]:
    """Processes whose parent this is."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture
def service() -> Iterator[compiler.Compiler]:
    """A compiler, and at the end none of its processes."""
    before = set(children(os.getpid()))
    yield compiler.Compiler(filtered=False)
    for pid in set(children(os.getpid())) - before:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def test_a_program_comes_back_as_the_code_that_compile_makes(service: compiler.Compiler) -> None:
    code = service.compile(PROGRAM)
    assert code is not None and marshal.loads(code) == candidate.compile_program(PROGRAM)


@pytest.mark.parametrize(
    "code",
    [
        "def f(:\n",
        "x = '\ud800'\n",
        "a = 1\0\n",
        "x" * (compiler.LONGEST_TEXT + 1),
        # more than a megabyte of code
        "x=" + "lambda:" * 800 + "1",
        # marshal does not keep the order of such sets
        "def f():\n    return [v for v in {'green', 'b'}]\n",
        "x = (1, (2, 3)) if 1 in {40, 8, 1} else 2\n",
    ],
    ids=["syntax", "surrogate", "null", "long", "long code", "set in a loop", "set"],
)
def test_what_does_not_compile_is_left_to_the_candidate_and_stops_nothing(
    service: compiler.Compiler, code: str
) -> None:
    assert service.compile(code) is None
    assert service.compile(PROGRAM) is not None


def test_it_holds_no_other_socket_than_its_own(service: compiler.Compiler) -> None:
    # what the checker has beside it: its own socket, over which tests come
    mine, theirs = socket.socketpair()
    with mine, theirs:
        before = set(children(os.getpid()))
        other = compiler.Compiler(filtered=False)
        (pid,) = set(children(os.getpid())) - before
        assert other.compile(PROGRAM) is not None
        kept = [path.name for path in Path(f"/proc/{pid}/fd").iterdir() if int(path.name) > 2]
    assert len(kept) == 1


def test_a_compiler_that_was_killed_is_done_without() -> None:
    before = set(children(os.getpid()))
    service = compiler.Compiler(filtered=False)
    (pid,) = set(children(os.getpid())) - before
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    assert service.compile(PROGRAM) is None and service.is_gone
    assert service.compile(PROGRAM) is None


def test_a_compiler_that_does_not_get_done_ends_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiler, "_CPU_SECONDS", 0.05)

    def spin(code: str) -> None:
        while True:
            pass

    monkeypatch.setattr(candidate, "compile_program", spin)
    before = set(children(os.getpid()))
    service = compiler.Compiler(filtered=False)
    (pid,) = set(children(os.getpid())) - before
    assert service.compile(PROGRAM) is None
    assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGPROF


def test_programs_that_do_not_compile_are_judged_as_ever_and_disturb_no_other() -> None:
    good = "def f(x):\n    return x + 1\n"
    strange = {
        "syntax": "def f(x:\n    return 1\n",
        "crash or memory": "def f(x):\n    return " + "(" * 3000 + "1" + ")" * 3000 + "\n",
        "surrogate": "def f(x):\n    return '\ud800'\n",
        "null": "def f(x):\n    return 1\0\n",
    }
    jobs = [Job(given("t", i), code, "f", ["assert f(1) == 2"]) for i, code in enumerate([*strange.values(), good])]
    with Sandbox(LIMITS, 1) as sandbox:
        verdicts = [result.verdict for result in sandbox.run(jobs)]
    assert [verdict.outcome for verdict in verdicts] == ["fail"] * len(strange) + ["pass"]
    assert verdicts[0].category == "syntax" and "(line 1: def f(x:)" in verdicts[0].feedback


SETS = [
    ("def f():\n    return [v for v in {'green', 'b'}]\n", "assert f() == list({w for w in ('green', 'b')})"),
    ("def f():\n    return [v for v in {40, 8, 1}]\n", "assert f() == [40, 8, 1]"),
]


def doubling(depth: int) -> str:
    """A short text whose code doubles with each level."""
    levels = "".join(f"{' ' * level}try: a.b\n{' ' * level}finally:\n" for level in range(1, depth))
    return f"def f():\n{levels}{' ' * depth}a.b\n"


@pytest.mark.parametrize(("code", "test"), SETS)
def test_sets_have_their_order_whatever_ran_before(code: str, test: str) -> None:
    # the compiler does not get done with the second one
    jobs = [Job(given("t", i), text, "f", [test]) for i, text in enumerate([code, doubling(18), code])]
    with Sandbox(LIMITS, 1) as sandbox:
        inner = [pid for outer in children(sandbox._workers[0].process.pid) for pid in children(outer)]
        results = sandbox.run(jobs)
        outcomes = [next(results).verdict.outcome]
        outcomes += [result.verdict.outcome for result in results]
        other = [pid for outer in children(sandbox._workers[0].process.pid) for pid in children(outer)]
    assert outcomes[0] == outcomes[2] == "pass" and outcomes[1] != "pass"
    # and another checker came, with another compiler
    assert inner[0] == other[0] and inner[1] != other[1]


def test_a_lane_whose_compiler_is_killed_judges_on() -> None:
    jobs = [Job(given("t", i), f"def f(x):\n    return x + {i % 2}\n", "f", ["assert f(1) == 2"]) for i in range(60)]
    with Sandbox(LIMITS, 1) as sandbox:
        # below the controller wait two outside of their namespaces, the parents of zygote and checker
        inner = [pid for outer in children(sandbox._workers[0].process.pid) for pid in children(outer)]
        (pid,) = [pid for one in inner for pid in children(one)]
        results = sandbox.run(jobs)
        verdicts = [next(results).verdict]
        os.kill(pid, signal.SIGKILL)
        verdicts += [result.verdict for result in results]
    assert [verdict.outcome for verdict in verdicts] == ["fail", "pass"] * 30
