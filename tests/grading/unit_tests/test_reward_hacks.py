"""Every hack earns nothing, every benign look-alike is accepted, and the next test in the worker is never disturbed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import check_as_ordinary_user

from codereflect.grading.unit_tests.reward import Reward, Row, grade_tests
from codereflect.sandbox import Sandbox, UnitSandbox, probe
from codereflect.sandbox_params import SandboxLimits

# of a file, and of an honest test that is judged after it
Pair = tuple[Reward, Reward]
ROOT = Path(__file__).parents[3]
FILES = sorted((ROOT / "tests" / "evil" / "unit_tests").glob("*.py"))
LIMITS = SandboxLimits(cpu_seconds=0.5, memory_mb=256, output_kb=256, allow_weak=False, max_invalid=0.0)
PROGRAMS = {
    "clamp": """def clamp(value, low, high):
    if low > high:
        raise ValueError("low is above high")
    if value < low:
        return low
    if value > high:
        return high
    return value
""",
    "calculate": """def double(x):
    return x + x

def calculate(text):
    return eval(text)
""",
    "apply": """def apply(function, value):
    return function(value) + 1
""",
    "sort_in_place": """def sort_in_place(values):
    for i in range(len(values)):
        for j in range(i + 1, len(values)):
            if values[j] < values[i]:
                values[i], values[j] = values[j], values[i]
""",
    "Stack": """class Stack:
    def __init__(self):
        self.items = []

    def push(self, item):
        self.items.append(item)

    def pop(self):
        if not self.items:
            raise IndexError("empty")
        return self.items.pop()

    def __len__(self):
        return len(self.items)
""",
    "wait_for": """import asyncio

async def wait_for(value, other):
    await asyncio.sleep(0)
    return value + other if value else 0
""",
    "scale": """import numpy as np

def scale(values, factor):
    if isinstance(values, np.ndarray) and values.dtype.kind == "i" and values.ndim > 1:
        values *= factor
        return values
    return np.asarray(values) * factor
""",
    "move": """from collections import namedtuple

Point = namedtuple("Point", "x y", defaults=[0])

def move(point, by):
    return point._replace(x=point.x + by, y=point.y + by)
""",
    "count": """def count(text, found):
    for letter in text:
        found[letter] += 1
    return found
""",
    "Level": """from enum import Enum

class Level(Enum):
    LOW = 1
    HIGH = 2

    def next(self):
        return Level.HIGH if self is Level.LOW else Level.LOW
""",
    "Sums": """class Sums:
    LIMIT = 5

    @staticmethod
    def add(a, b):
        return a + b

    @classmethod
    def most(cls, a):
        return min(a, cls.LIMIT)
""",
    "Size": """from typing import NamedTuple

class Size(NamedTuple):
    width: int
    height: int = 1

    def area(self):
        return self.width * self.height
""",
    "square": """from functools import partial

def power(base, exponent):
    return base**exponent

square = partial(power, exponent=2)
""",
    "größe": """def größe(values):
    total = 0
    for value in values:
        total += value
    return total
""",
}
NEIGHBOUR = Row(PROGRAMS["clamp"], "clamp", "import unittest\nassert len([1]) == 1\nassert clamp(9, 2, 3) == 3\n")
# the word for what was seen, where only one is right
WORDS = {
    "empty": "empty",
    "comments_only": "empty",
    "imports_only": "empty",
    "no_assertion": "no_assertion",
    "no_test_methods": "no_assertion",
    "never_called": "no_call",
    "assert_true": "tautology",
    "assert_itself": "tautology",
    "assert_recomputed": "tautology",
    "assert_recomputed_variable": "tautology",
    "assert_recomputed_table": "kills_nothing",
    "assert_literals": "tautology",
    "assert_or_true": "tautology",
    "equal_to_everything": "kills_nothing",
    "mock_any": "kills_nothing",
    "redefine": "redefined",
    "redefine_lambda": "redefined",
    "redefine_hidden": "no_call",
    "monkeypatch": "redefined",
    "mock_patch": "redefined",
    "set_attribute": "redefined",
    "swallow": "swallowed",
    "swallow_any": "swallowed",
    "swallow_bare": "swallowed",
    "suppress": "swallowed",
    "swallow_in_finally": "swallowed",
    "sys_exit": "exit",
    "os_exit": "exit",
    "os_exit_hidden": "exit",
    "raise_system_exit": "exit",
    "skip": "skip",
    "skip_pytest": "skip",
    "skip_if": "skip",
    "skip_hidden": "skip",
    "expect_failure": "skip",
    "read_source": "reads_source",
    "read_code_object": "reads_source",
    "read_file": "outside",
    "start_process": "outside",
    "forge_assertion_error": "redefined",
    "forge_runner": "redefined",
    "forge_end": "kills_nothing",
    "forge_red_by_memory": "kills_nothing",
    "eval_reads_code": "second",
    "eval_remembers": "kills_nothing",
    "unsealed_reads_code": "second",
    "skip_by_pytestmark": "skip",
    "skip_by_attribute": "no_call",
    "never_awaited": "kills_nothing",
    "exit_in_teardown": "exit",
    "swallow_in_fixture": "failing",
    "equal_record": "kills_nothing",
    "equal_array": "kills_nothing",
}
# an honest failure looks the same: these may earn what an error on the code earns
ERRORS = {
    *("read_code_hidden", "read_passwd_hidden", "write_file_hidden", "network_hidden", "forge_calls"),
    *("forge_malformed", "flood_calls", "flood_arguments", "flood_output", "memory_bomb", "fork_bomb", "infinite_loop"),
    *("kill_itself", "escape_by_argument", "eval_ends_process", "array_bomb", "swallow_in_fixture"),
}
UNSEALED = {
    *("benign_callable", "benign_class", "unsealed_reads_code", "unsealed_exit", "benign_coroutine"),
    *("benign_enum", "benign_static", "benign_record_class"),
}
# red or green by chance: whatever they do first, they must not be accepted
CHANCE = {"forge_red_at_random", "forge_red_by_time", "forge_red_by_process"}


def program(text: str) -> str:
    """The function that a file is about: its line `# on: NAME`."""
    return next((line[6:].strip() for line in text.splitlines()[:3] if line.startswith("# on: ")), "clamp")


def rows(files: list[Path]) -> list[Row]:
    found = []
    for path in files:
        text = path.read_text(encoding="utf-8")
        found += [Row(PROGRAMS[program(text)], program(text), text), NEIGHBOUR]
    return found


def judge_all(level: str) -> dict[str, Pair]:
    with UnitSandbox(LIMITS, 2, level=level) as sandbox:
        rewards = list(grade_tests(rows(FILES), sandbox))
    return {path.stem: (rewards[2 * i], rewards[2 * i + 1]) for i, path in enumerate(FILES)}


def check(name: str, reward: Reward, neighbour: Reward) -> None:
    assert neighbour.verdict == "accept", neighbour
    if name.startswith("benign_"):
        assert reward.verdict == "accept" and reward.reward is not None and 0 < reward.reward <= 1, reward
    else:
        assert reward.verdict == "reject" and reward.reward is not None, reward
        assert reward.reward <= (0.2 if name in ERRORS | CHANCE else 0), reward
    if name in WORDS:
        assert reward.word == WORDS[name], reward
    # what its text decided was not run
    if reward.calls:
        assert reward.sealed == (name not in UNSEALED), reward


@pytest.fixture(scope="module")
def at_full() -> Iterator[Sandbox]:
    confinement = probe()
    if confinement.level != "full":
        pytest.skip(f"no namespaces here: {confinement.reasons}")
    with UnitSandbox(LIMITS, 1, level="full") as sandbox:
        yield sandbox


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_hack(path: Path, at_full: Sandbox) -> None:
    check(path.stem, *grade_tests(rows([path]), at_full))


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_hacks_without_namespaces() -> None:
    for name, pair in judge_all("landlock").items():
        check(name, *pair)


JUDGE_AS_USER = """
import json, os, sys
sys.path[:0] = [sys.argv[1], os.path.join(os.path.dirname(sys.argv[1]), "grading", "unit_tests")]
from test_reward_hacks import judge_all
assert os.getuid() and os.geteuid()
words = {"accept": "pass", "reject": "fail"}
found = {level: judge_all(level) for level in ("full", "landlock")}
print(json.dumps({level: {name: [words.get(r.verdict, r.reason) for r in pair] for name, pair in some.items()}
                  for level, some in found.items()}))
"""


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_hacks_as_an_ordinary_user() -> None:
    check_as_ordinary_user(JUDGE_AS_USER, {path.stem for path in FILES})


def test_every_file_says_what_it_attacks() -> None:
    for path in FILES:
        about = [line for line in path.read_text(encoding="utf-8").splitlines()[:2] if not line.startswith("# on: ")]
        assert about[0].startswith("# ") and len(about[0]) > 10, path
