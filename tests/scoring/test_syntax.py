"""What counts as Python that parses."""

from __future__ import annotations

import warnings

import pytest

from codereflect.programs import python_syntax


@pytest.mark.parametrize("code", ["def solve(x):\n    return x\n", "x = 1", "'\\d'\n"])
def test_python_parses(code: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert python_syntax.parses(code)


BAD_PYTHON = ["", "# nothing\n", "def solve(x):\n", "def solve(x)\n  return", "\0", "\ud800"]
BAD_PYTHON += ["(" * 10_000, "a" + ".b" * 99_999]


@pytest.mark.parametrize("code", BAD_PYTHON, ids=range(len(BAD_PYTHON)))
def test_what_is_no_python_does_not_parse(code: str) -> None:
    assert not python_syntax.parses(code)
