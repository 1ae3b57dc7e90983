"""What the text of a test file shows: complaints, and look-alikes that are none."""

from __future__ import annotations

import pytest

from codereflect.grading.unit_tests.text import complaint, nothing

TELLING = "\nassert f(1) == 2\n"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("f(1)", "no_assertion"),
        ("assert True", "tautology"),
        ("assert 'x'", "tautology"),
        ("assert not False", "tautology"),
        ("assert 1 == 1 and 2 == 2", "tautology"),
        ("assert f(1) == f(1)", "tautology"),
        ("assert f(1) >= f(1)", "tautology"),
        ("a = f(1)\nb = f(1)\nassert a == b", "tautology"),
        ("def test():\n    x = f(2)\n    assert x is x", "tautology"),
        (
            "class T:\n    def test(self):\n        self.assertTrue(True)\n        self.assertEqual(f(1), f(1))",
            "tautology",
        ),
        ("self.assertIsNotNone(1)", "tautology"),
        ("assert f(1) or 1", "tautology"),
        ("def f(x): return 2" + TELLING, "redefined"),
        ("class f: pass" + TELLING, "redefined"),
        ("import m\nm.f = len" + TELLING, "redefined"),
        ("for f in (1, 2): pass" + TELLING, "redefined"),
        ("setattr(m, 'f', len)" + TELLING, "redefined"),
        ("with patch('m.f'): pass" + TELLING, "redefined"),
        ("with patch.object(m, 'f'): pass" + TELLING, "redefined"),
        ("AssertionError = ValueError" + TELLING, "redefined"),
        ("import sys\nsys.modules['m'] = 1" + TELLING, "redefined"),
        ("T.assertEqual = len" + TELLING, "redefined"),
        ("try:\n    assert f(1) == 2\nexcept: pass", "swallowed"),
        ("try:\n    self.assertEqual(f(1), 2)\nexcept (ValueError, Exception): print()", "swallowed"),
        ("try:\n    f(1)\n    self.fail()\nexcept Exception: pass", "swallowed"),
        ("with contextlib.suppress(Exception):\n    assert f(1) == 2", "swallowed"),
        ("exit()" + TELLING, "exit"),
        ("import sys\nsys.exit(0)" + TELLING, "exit"),
        ("raise SystemExit" + TELLING, "exit"),
        ("import pytest\npytest.skip('x')" + TELLING, "skip"),
        ("from unittest import skipIf" + TELLING, "skip"),
        ("import pytest\npytestmark = pytest.mark.xfail" + TELLING, "skip"),
        ("import inspect" + TELLING, "reads_source"),
        ("from dis import dis" + TELLING, "reads_source"),
        ("print(f.__code__)" + TELLING, "reads_source"),
        ("print(__file__)" + TELLING, "reads_source"),
        ("exec('f = 1')" + TELLING, "reads_source"),
        ("open('x')" + TELLING, "outside"),
        ("import subprocess" + TELLING, "outside"),
        ("import os\nos.system('x')" + TELLING, "outside"),
        ("import os\nprint(os.environ)" + TELLING, "outside"),
    ],
)
def test_complaints(text: str, word: str) -> None:
    found = complaint(text, "f")
    assert found is not None and found.word == word
    assert found.sentence.endswith(".") and "\n" not in found.sentence


@pytest.mark.parametrize(
    "text",
    [
        "assert f(1)",
        "assert f(1) == f(2)",
        "assert f(f(1)) == f(1)",
        "a = [3, 1]\nb = list(a)\nf(a)\nassert a == b",
        "x = f(1)\nx = f(x)\nassert x == f(1)",
        "def check(f):\n    assert f(1) == 2\ncheck(m.f)",
        "f = m.f" + TELLING,
        "from m import f as g\nassert g(1) == 2",
        "import os, sys\nsys.path.append(os.path.dirname(__file__))" + TELLING,
        "import sys" + TELLING + "if __name__ == '__main__':\n    sys.exit(main())",
        "try:\n    f(1)\n    assert False\nexcept ValueError: pass",
        "try:\n    f(1)\nexcept ValueError: pass\nelse: raise AssertionError('x')",
        "try:\n    assert f(1) == 2\nexcept AssertionError as e:\n    raise AssertionError('x') from e",
        "try:\n    x = f(1)\nexcept Exception:\n    x = None\nassert x == 2",
        "self.assertRaises(ValueError, f, 1)",
        "with pytest.raises(SystemExit): f(1)",
        "np.testing.assert_allclose(f(1), 2)",
        "numbers.skip()" + TELLING,
        "from code import f" + TELLING,
        "with patch('builtins.input', return_value='1'): assert f(1) == 2",
    ],
)
def test_no_complaint(text: str) -> None:
    assert complaint(text, "f") is None


@pytest.mark.parametrize("text", ["", "'''words'''\nimport math\npass"])
def test_what_holds_nothing(text: str) -> None:
    found = nothing(text)
    assert found is not None and found.word == "empty"


@pytest.mark.parametrize("text", ["assert (", "\0", "x = " + "(" * 5000])
def test_what_is_no_python_is_said(text: str) -> None:
    with pytest.raises((SyntaxError, ValueError, RecursionError, MemoryError)):
        nothing(text)
