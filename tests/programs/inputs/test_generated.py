"""Made-up arguments: from examples, from annotations, by guessing; always the same for the same seed."""

from __future__ import annotations

import pytest

from codereflect.programs.inputs.generated import made_inputs

PLAIN = "def f(a, b):\n    return a\n"


def test_examples_of_docstring_and_tests_come_first() -> None:
    code = 'def f(a, b):\n    """Text.\n\n    >>> f(1, "x")\n    2\n    """\n    return a\n'
    found = made_inputs(code, "f", ["assert m.f(5, 'y') == 1\ncandidate(6, 'z')", "no python ("])
    assert found[0] == [1, "x"] and sorted(found[1:3]) == [[5, "y"], [6, "z"]]
    assert all(isinstance(a, int) and isinstance(b, str) for a, b in found) and len(found) > 10


def test_rows_of_a_table_are_examples() -> None:
    found = made_inputs(
        PLAIN, "f", ["CASES = [(1, [2], 3), (4, [5], 6)]\nfor a, b, c in CASES:\n    assert f(a, b) == c"]
    )
    assert [1, [2]] in found and [4, [5]] in found


def test_annotations_are_followed() -> None:
    code = (
        "def f(a: int, b: List[str], c: 'dict[str, float]', d: Optional[bool] = None, e: Tuple[int, str] = (1, '')):\n"
        "    return a\n"
    )
    found = made_inputs(code, "f")
    assert len(found) == 60 and {len(row) for row in found} == {3, 4, 5}
    for a, b, c, *rest in found:
        assert type(a) is int and all(type(word) is str for word in b)
        assert all(type(key) is str and type(value) is float for key, value in c.items())
        assert [type(value) for value in rest] == [bool, tuple][: len(rest)]


def test_without_a_hint_types_are_guessed() -> None:
    kinds = {type(row[0]) for row in made_inputs(PLAIN, "f")}
    assert {int, str, list} <= kinds


def test_no_doubles_and_the_same_for_the_same_seed() -> None:
    texts = ["f(1, [1, 2, 3])", "f(2, [])"]
    found = made_inputs(PLAIN, "f", texts, count=30, seed=3)
    assert len({repr(row) for row in found}) == len(found) <= 30
    assert found == made_inputs(PLAIN, "f", texts, count=30, seed=3)
    assert found != made_inputs(PLAIN, "f", texts, count=30, seed=4)


def test_every_type_is_varied() -> None:
    values = "f({'a': 1}, (1, 'x')); f({1, 2}, 2.5); f(True, None); f('', [])"
    assert len(made_inputs(PLAIN, "f", [values], count=60)) > 20


def test_what_is_no_function_has_no_inputs() -> None:
    assert made_inputs("class f:\n    pass\n", "f") == []


TRIANGLE = """def triangle(a, b, c):
    if a + b <= c or a + c <= b or b + c <= a:
        return "invalid"
    if a == b == c:
        return "equilateral"
    return "isosceles" if a == b or b == c or a == c else "scalene"
"""


@pytest.mark.parametrize("code", [TRIANGLE, TRIANGLE.replace("a, b, c):", "a: int, b: int, c: int):")])
def test_arguments_are_equal_to_one_another_or_sums(code: str) -> None:
    rows = [row for row in made_inputs(code, "triangle") if all(type(value) is int for value in row)]
    assert len(rows) >= 15
    assert any(a == b == c for a, b, c in rows) and any(a == b != c for a, b, c in rows)
    assert any(a + b == c or a + c == b or b + c == a for a, b, c in rows if a and b and c)


def test_bounds_are_met_and_both_sides_of_them() -> None:
    code = (
        "def f(amount: int, name: str, xs: list[int]) -> int:\n"
        "    if amount >= 137 or amount * 2 < 80 or name in ('gold', 'tin') or len(xs) > 7:\n        return 1\n"
        "    match name:\n        case 'lead':\n            return 2\n    return 3\n"
    )
    rows = made_inputs(code, "f", count=200)
    assert {136, 137, 138, 80} <= {row[0] for row in rows}
    assert {"gold", "tin", "lead"} <= {row[1] for row in rows}
    assert {6, 7, 8} <= {len(row[2]) for row in rows}
    assert all([type(value) for value in row] == [int, str, list] for row in rows)


def test_uses_tell_the_types() -> None:
    code = "def f(text, times, found):\n    found.append(text.strip())\n    return found[: times - 1]\n"
    assert {tuple(map(type, row)) for row in made_inputs(code, "f")} == {(str, int, list)}
