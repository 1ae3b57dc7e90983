"""Every hostile program fails, every benign look-alike passes, and a neighbour beside them is never disturbed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import Pair, check_as_ordinary_user, judge

from codereflect.records import given
from codereflect.sandbox import Job, Sandbox, probe
from codereflect.sandbox_params import SandboxLimits

PROGRAMS = sorted((Path(__file__).parent.parent / "evil" / "python").glob("*.py"))
TESTS = ["assert answer(2) == 3", "def check(candidate):\n    assert candidate(10) == 11\n\ncheck(answer)"]
OWN_TESTS = "# TESTS: "
LIMITS = SandboxLimits(cpu_seconds=0.4, memory_mb=256, output_kb=64, allow_weak=False, max_invalid=0.0)
NEIGHBOUR = "def answer(x):\n    return x + 1\n"
# what must be said about the attack, where only one answer is right
EXPECTED = {
    "crash": ("fail", "crash"),
    "forge_assertion": ("fail", "AssertionError"),
    "forge_exit_at_import": ("fail", "exit"),
    "forge_exit_zero": ("fail", "exit"),
    "forge_equal_object": ("fail", "assertion"),
    "fork_raw": ("fail", "assertion"),
    "infinite_loop": ("timeout", "timeout"),
    "infinite_sleep": ("timeout", "timeout"),
    "kill_itself": ("fail", "crash"),
    "memory_bomb": ("fail", "memory"),
    "output_flood": ("fail", "output"),
    "stop_itself": ("timeout", "timeout"),
}
# these wait for the wall limit: a short one, once
WAITING = ("infinite_sleep", "stop_itself")
# loading the package alone takes more than the limit of the others
LARGE = ("benign_sympy",)
COMPUTING = [path for path in PROGRAMS if path.stem not in WAITING + LARGE]
GENEROUS = LIMITS.model_copy(update={"cpu_seconds": 20.0, "memory_mb": 512})
SHORT = LIMITS.model_copy(update={"cpu_seconds": 0.05})


def asked_of(text: str) -> list[str]:
    """The tests of a program: its own, where its second line names some."""
    second = text.splitlines()[1]
    return json.loads(second.removeprefix(OWN_TESTS)) if second.startswith(OWN_TESTS) else TESTS


def run(sandbox: Sandbox, programs: list[Path]) -> dict[str, Pair]:
    """Each program, followed by a neighbour that must pass."""
    jobs = []
    for path in programs:
        text = path.read_text(encoding="utf-8")
        jobs.append(Job(given(path.stem, 0), text, "answer", asked_of(text)))
        jobs.append(Job(given(path.stem, 1), NEIGHBOUR, "answer", TESTS))
    results = list(sandbox.run(jobs))
    return {path.stem: (results[2 * i], results[2 * i + 1]) for i, path in enumerate(programs)}


def judge_all(level: str) -> dict[str, Pair]:
    with Sandbox(LIMITS, 2, level=level) as sandbox:
        return run(sandbox, COMPUTING)


@pytest.fixture(scope="module")
def at_full() -> Iterator[Sandbox]:
    confinement = probe()
    if confinement.level != "full":
        pytest.skip(f"no namespaces here: {confinement.reasons}")
    with Sandbox(LIMITS, 1, level="full") as sandbox:
        assert sandbox.level == "full"
        yield sandbox


@pytest.fixture(scope="module")
def at_landlock() -> Iterator[Sandbox]:
    with Sandbox(LIMITS, 1, level="landlock") as sandbox:
        assert sandbox.level == "landlock"
        yield sandbox


@pytest.mark.parametrize("path", COMPUTING, ids=lambda path: path.stem)
def test_full(at_full: Sandbox, path: Path) -> None:
    judge(path.stem, run(at_full, [path])[path.stem], EXPECTED)


def test_the_host_has_no_name(at_full: Sandbox) -> None:
    code = "import os\ndef answer():\n    return os.uname().nodename\n"
    (result,) = at_full.run([Job(given("name", 0), code, "answer", ["assert answer() == 'sandbox'"])])
    assert result.verdict.outcome == "pass", result


@pytest.mark.parametrize("path", COMPUTING, ids=lambda path: path.stem)
def test_landlock(at_landlock: Sandbox, path: Path) -> None:
    judge(path.stem, run(at_landlock, [path])[path.stem], EXPECTED)


@pytest.mark.parametrize("path", [path for path in PROGRAMS if path not in COMPUTING], ids=lambda path: path.stem)
def test_limits_of_their_own(path: Path) -> None:
    with Sandbox(SHORT if path.stem in WAITING else GENEROUS, 1, level=probe().level) as sandbox:
        judge(path.stem, run(sandbox, [path])[path.stem], EXPECTED)


def test_each_program_says_what_it_attacks() -> None:
    assert len(PROGRAMS) > 40
    for path in PROGRAMS:
        assert path.read_text(encoding="utf-8").startswith("# "), path


@pytest.mark.parametrize("name", ["read_tests", "read_heap"])
def test_what_searches_for_tests_would_find_one(name: str) -> None:
    """The control of these programs: with the text within reach they do answer right.

    It is there many times: one copy may lie across two pages, or far from where the program looks.
    """
    path = next(path for path in PROGRAMS if path.stem == name)
    code = path.read_text(encoding="utf-8") + "\nHELD = ['assert ' + 'answer(%d) == 2' % n for n in range(2000)]\n"
    with Sandbox(LIMITS, 1) as sandbox:
        result = next(iter(list(sandbox.run([Job(given(name, 0), code, "answer", TESTS)]))))
    assert result.verdict.outcome == "pass", result


JUDGE_AS_USER = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
from test_evil import judge_all
assert os.getuid() and os.geteuid()
found = {level: judge_all(level) for level in ("full", "landlock")}
print(json.dumps({level: {name: [r.verdict.outcome for r in pair] for name, pair in some.items()}
                  for level, some in found.items()}))
"""


@pytest.mark.slow
def test_an_ordinary_user_is_as_safe() -> None:
    check_as_ordinary_user(JUDGE_AS_USER, {path.stem for path in COMPUTING})
