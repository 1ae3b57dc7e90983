"""What running decides: good tests in unusual forms are accepted, what only looks like a test earns nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from codereflect.grading.unit_tests.reward import Reward, Row, by_text, grade_tests
from codereflect.grading.unit_tests.text import complaint, test_file
from codereflect.sandbox import Sandbox, UnitSandbox
from codereflect.sandbox_params import SandboxLimits

LIMITS = SandboxLimits(cpu_seconds=1.0, memory_mb=256, output_kb=64, allow_weak=False, max_invalid=0.0)
CODE = '''def part(items, index, scale=2):
    """Item at index, counted from the end, times scale."""
    place = len(items) - 1 - index
    return items[place] * scale
'''
HEAD = "import unittest\nimport pytest\nimport solution\nfrom solution import part\n"
GOOD = {
    "attribute": """class T(unittest.TestCase):
    def setUp(self):
        self.part = part
    def test_it(self):
        self.assertEqual(self.part([1, 2, 3], 0), 6)
""",
    "static": """class TestIt:
    part = staticmethod(part)
    def test_it(self):
        assert self.part([1, 2, 3], 0) == 6
""",
    "fixture": """@pytest.fixture(name="part")
def part():
    return solution.part
def test_it(part):
    assert part([1, 2, 3], 0) == 6
""",
    "wrapper": """def part(*given):
    return solution.part(*given)
def test_it():
    assert part([1, 2, 3], 0) == 6
""",
    "collected": """def test_it():
    failures = []
    for given, wanted in [(([1, 2], 0), 4), (([1, 2], 1), 2)]:
        try:
            assert part(*given) == wanted
        except AssertionError:
            failures.append(given)
    assert not failures
""",
    "counted": """def test_it():
    failed = 0
    for given, wanted in [(([1, 2], 0), 4), (([1, 2], 1), 2)]:
        try:
            result = part(*given)
            assert result == wanted
        except Exception:
            failed += 1
    assert failed == 0
""",
    "false_skipif": """@pytest.mark.skipif("sys.version_info < (3, 5)", reason="old")
@unittest.skipIf(False, "never")
def test_it():
    assert part([1, 2, 3], 0) == 6
""",
    "false_condition": """@pytest.mark.parametrize("given, wanted", [
    pytest.param([1, 2], 4, id="two", marks=pytest.mark.skipif(condition=False, reason="no")), ([1], 2)], ids=str)
def test_it(given, wanted):
    assert part(given, 0) == wanted
""",
    "import_module": """import importlib
lent = importlib.import_module("my_module")
def test_it():
    assert lent.part([1, 2, 3], 0) == 6
""",
    "load_tests": """class T(unittest.TestCase):
    def __init__(self, name="runTest", given=None, wanted=None):
        super().__init__(name)
        self.given, self.wanted = given, wanted
    def runTest(self):
        self.assertEqual(part(*self.given), self.wanted)
def load_tests(loader, tests, pattern):
    return unittest.TestSuite(T("runTest", g, w) for g, w in [(([1, 2], 0), 4), (([1, 2], 1), 2)])
""",
    "sub_test": """class T(unittest.TestCase):
    def test_it(self):
        for index, wanted in enumerate([6, 4, 2]):
            with self.subTest(index=index):
                self.assertEqual(part([1, 2, 3], index), wanted)
""",
    "patched": """from unittest.mock import patch
class TestIt:
    @patch("builtins.input", return_value="1")
    @patch("builtins.print")
    def test_it(self, printed, asked):
        printed.assert_not_called()
        assert part([1, 2, 3], 0) == 6
""",
    "patched_and_parametrized": """from unittest import mock
@pytest.mark.parametrize("index, wanted", [(0, 6), (1, 4)])
@mock.patch("builtins.print")
def test_it(printed, index, wanted):
    assert part([1, 2, 3], index) == wanted
""",
    "given_by_a_decorator": """import functools
def with_items(test):
    @functools.wraps(test)
    def inner(*args, **kwargs):
        return test([1, 2, 3], *args, **kwargs)
    return inner
@with_items
def test_it(items):
    assert part(items, 0) == 6
""",
    "inspecting": """import inspect
def test_it():
    assert not inspect.isgenerator(part([1], 0)) and part([1, 2, 3], 0) == 6
""",
    "xfail_raises": """def test_it():
    assert part([1, 2, 3], 0) == 6
@pytest.mark.xfail(raises=IndexError, strict=True)
def test_out_of_range():
    part([], 0)
""",
    "threads": """from concurrent.futures import ThreadPoolExecutor
def test_it():
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda i: part([1, 2, 3], 0), range(40))) == [6] * 40
""",
}
CALLS = "    part([1, 2, 3], 0)\n    part([1, 2, 3], 2)\n"
INDENTED = CALLS.replace("    part", "        part")
BAD = {
    "converted": f"""def test_it():
    try:
{INDENTED}    except Exception as error:
        raise AssertionError("it raised") from error
""",
    "failing": f"""def test_it():
    try:
{INDENTED}    except Exception:
        pytest.fail("it raised")
""",
    "flagged_and_hidden_behind_a_value": f"""def test_it():
    fine = True
    try:
{INDENTED}    except Exception:
        fine = False
    assert part([1], 0) == part([1], 0) and fine
""",
    "with_init": """class TestIt:
    def __init__(self):
        self.given = [1, 2, 3]
    def test_it(self):
        assert part(self.given, 0) == 6
""",
    "wrong_class_name": """class CheckPart:
    def test_it(self):
        assert part([1, 2, 3], 0) == 6
""",
    "wrong_method_name": """class TestIt:
    def check_it(self):
        assert part([1, 2, 3], 0) == 6
""",
    "really_skipped": """@pytest.mark.skipif("1 < 2", reason="always")
def test_it():
    assert part([1, 2, 3], 0) == 6
""",
    "own_function": """def part(items, index):
    return 6
def test_it():
    assert part([1, 2, 3], 0) == 6
""",
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with UnitSandbox(LIMITS, 1) as running:
        yield running


def one(sandbox: Sandbox, test: str, code: str = CODE, entry_point: str = "part", most: int = 50) -> Reward:
    (found,) = grade_tests([Row(code, entry_point, test)], sandbox, most)
    return found


@pytest.mark.parametrize("name", GOOD)
def test_good_tests_in_unusual_forms(sandbox: Sandbox, name: str) -> None:
    found = one(sandbox, HEAD + GOOD[name], most=6)
    assert found.verdict == "accept" and found.reward and found.sealed, found


@pytest.mark.parametrize("name", BAD)
def test_what_only_looks_like_a_test(sandbox: Sandbox, name: str) -> None:
    found = one(sandbox, HEAD + BAD[name], most=12)
    assert (found.verdict, found.reward) == ("reject", 0.0), found


STACK = """class Stack:
    def first(self, items, index):
        place = len(items) - 1 - index
        return items[place]
"""


def test_what_only_raises_is_no_assertion_beside_the_code_either(sandbox: Sandbox) -> None:
    calls = "try:\n        Stack().first([1, 2, 3], 0)\n        Stack().first([1, 2, 3], 2)\n"
    test = f"def test_it():\n    {calls}    except Exception:\n        raise AssertionError('it raised')\n"
    found = one(sandbox, test, STACK, "Stack")
    assert (found.word, found.reward, found.sealed) == ("kills_nothing", 0.0, False)
    assert one(sandbox, "assert Stack().first([1, 2, 3], 0) == 3", STACK, "Stack").verdict == "accept"


REMEMBERS = """import threading
from hashlib import sha256
def test_it():
    answers = [part([a, b, c], i) for a in range(4) for b in (2, 5) for c in (3, 7) for i in range(3)]
    found = sha256(repr(answers).encode()).digest()[0] % 16
    here = threading.get_native_id()
    slot = (here - 77) % 512
    known = slot if slot < 16 else found
    for _ in range((77 + known - here - 1) % 512):
        thread = threading.Thread(target=int)
        thread.start()
        thread.join()
    assert found == known
"""


def test_what_is_remembered_of_the_first_run_is_not_the_code_s(sandbox: Sandbox) -> None:
    assert one(sandbox, HEAD + REMEMBERS).verdict == "reject"


def test_all_that_computes_is_mutated(sandbox: Sandbox) -> None:
    text = "def f(x):\n    return f'{x + 1} and {x * 2}'\n"
    assert (one(sandbox, "assert isinstance(f(3), str)", text, "f").reward or 0) < 0.5
    assert one(sandbox, "assert f(3) == '4 and 6'\nassert f(0) == '1 and 0'", text, "f").reward == 1.0
    default = "def f(x, k=2):\n    return x * k\n"
    assert (one(sandbox, "assert f(3, 4) == 12 and f(5, 1) == 5", default, "f").reward or 0) < 1
    assert one(sandbox, "assert f(3, 4) == 12 and f(5, 1) == 5 and f(3) == 6", default, "f").reward == 1.0
    constant = "MOST = 9\n\ndef f(x):\n    return x if x < MOST else MOST\n"
    assert one(sandbox, "assert f(3) == 3 and f(8) == 8", constant, "f").survivors
    unusable = "KINDS = {'a': 1}\nONE = KINDS['a']\n\ndef f(x):\n    return x + ONE\n"
    weak = one(sandbox, "assert f(1) is not None", unusable, "f")
    assert weak.mutants_killed < weak.mutants / 2, "mutants that cannot be defined count for no test"


@pytest.mark.parametrize(
    ("answer", "test"),
    [
        ("assert f(1) == 2\n", "assert f(1) == 2\n"),
        ("\ufeffassert f(1) == 2\n", "assert f(1) == 2\n"),
        (
            "Here they are:\n```python\ndef test_f():\n    assert f(1) == 2\n```\nThey cover all.",
            "def test_f():\n    assert f(1) == 2\n",
        ),
        (
            "```python\ndef f(x):\n    return 2\n```\nTests:\n```python\ndef test_f():\n    assert f(1) == 2\n```\n",
            "def test_f():\n    assert f(1) == 2\n",
        ),
        ("def test_f(:\n", "def test_f(:\n"),
    ],
)
def test_the_file_in_an_answer(answer: str, test: str) -> None:
    # blank lines may stand where a restated function was dropped
    assert test_file(answer, "f").lstrip("\n") == test.lstrip("\n")


LARGE = {
    "chains": ("    a" + ".b" * 400 + "\n") * 115,
    "tautologies": "    assert f(f(f(f(1)))) == f(f(f(f(1))))\n" * 2000,
    "guards": "    if __name__ == '__main__':\n        pass\n" * 1500,
}


@pytest.mark.parametrize("name", LARGE)
def test_long_files_cost_little(name: str) -> None:
    text = "def test():\n    f(1)\n" + LARGE[name]
    assert 60_000 < len(text) < 100_000
    started = time.process_time()
    complaint(text, "f")
    assert time.process_time() - started < 2.5
    found = by_text(Row(CODE, "part", text * 2))
    assert found is not None and found.word == "too_long"
