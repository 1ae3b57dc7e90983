"""First-order mutants: every operator on a function where its effect is known."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codereflect.corpora.micro.mutation import mutants


def sources(body: str, arguments: str = "xs, k") -> dict[str, list[str]]:
    """The mutated bodies by kind."""
    indented = "".join(f"    {line}\n" for line in body.splitlines())
    found: dict[str, list[str]] = {}
    for mutant in mutants(f"def f({arguments}):\n{indented}"):
        lines = mutant.source.splitlines()[1:]
        found.setdefault(mutant.kind, []).append("\n".join(line[4:] for line in lines))
    return found


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        ("return 5", "constant", ["return 6", "return 4"]),
        ("return xs == k", "comparison", ["return xs != k"]),
        ("return xs != k", "comparison", ["return xs == k"]),
        ("return xs < k", "comparison", ["return xs <= k"]),
        ("return xs <= k", "comparison", ["return xs < k"]),
        ("return xs > k", "comparison", ["return xs >= k"]),
        ("return xs >= k", "comparison", ["return xs > k"]),
        ("return xs is k", "comparison", ["return xs is not k"]),
        ("return xs is not k", "comparison", ["return xs is k"]),
        ("return xs in k", "comparison", ["return xs not in k"]),
        ("return xs not in k", "comparison", ["return xs in k"]),
        ("return xs and k", "boolean", ["return xs or k"]),
        ("return xs or k", "boolean", ["return xs and k"]),
        ("return not xs", "not", ["return xs"]),
        ("return True", "truth", ["return False"]),
        ("return xs + k", "arithmetic", ["return xs - k"]),
        ("return xs - k", "arithmetic", ["return xs + k"]),
        ("return xs * k", "arithmetic", ["return xs // k"]),
        ("return xs // k", "arithmetic", ["return xs * k"]),
        ("return xs % k", "arithmetic", ["return xs // k"]),
        ("xs += k\nreturn xs", "arithmetic", ["xs -= k\nreturn xs"]),
        ("return xs + k", "return", ["return"]),
        ("xs = xs + k\nreturn xs", "statement", ["return xs"]),
        ("if k:\n    xs = k\nreturn xs", "statement", ["return xs", "if k:\n    pass\nreturn xs"]),
        ("return xs[:k]", "slice", ["return xs[:]", "return xs[:k + 1]", "return xs[:k - 1]"]),
        ("return xs[1:]", "slice", ["return xs[:]"]),
        ("return xs.count('a')", "text", ["return xs.count('')"]),
        ("return xs", "variable", ["return k"]),
        ("xs = 1\nk = xs\nreturn k", "order", ["k = xs\nxs = 1\nreturn k"]),
        ("return max(k, 3)", "parameter", ["return max(k, xs)", "return max(k, k)"]),
        ("return xs[2:]", "parameter", ["return xs[xs:]", "return xs[k:]"]),
        ("return xs > 4", "parameter", ["return xs > xs", "return xs > k"]),
        (
            "return [a + b for a, b in xs]",
            "variable",
            ["return [b + b for a, b in xs]", "return [a + a for a, b in xs]", "return [a + b for a, b in k]"],
        ),
    ],
)
def test_operator(body: str, kind: str, expected: list[str]) -> None:
    assert sorted(sources(body)[kind]) == sorted(expected)


def test_a_variable_of_a_comprehension_is_not_mistaken_for_one_of_the_function() -> None:
    assert "variable" not in sources("return [x for x in xs]", "xs")


def test_line_and_description_name_the_place() -> None:
    found = mutants("def f(a):\n    a = a + 1\n    return a\n")
    statement = next(mutant for mutant in found if mutant.kind == "statement")
    assert (statement.line, statement.description) == (2, "without a = a + 1")
    constant = next(mutant for mutant in found if mutant.kind == "constant")
    assert (constant.line, constant.description) == (2, "2 instead of 1")


def test_a_docstring_is_no_step() -> None:
    kinds = {mutant.kind for mutant in mutants('def f(a):\n    """Text."""\n    return a\n')}
    assert "statement" not in kinds


def test_mutants_compile_differ_and_occur_once() -> None:
    source = "def f(a, b):\n    if a > 1 and b:\n        a = a + b\n    return [x for x in a[1:b] if not x]\n"
    found = mutants(source)
    texts = {ast.unparse(ast.parse(mutant.source)) for mutant in found}
    assert len(texts) == len(found) > 10
    assert ast.unparse(ast.parse(source)) not in texts


def test_functions_inside_functions_are_mutated_once() -> None:
    found = mutants("def f(a):\n    def g(b):\n        return b + 1\n    return g(a)\n")
    assert len([mutant for mutant in found if mutant.kind == "arithmetic"]) == 1


def test_the_same_source_gives_the_same_mutants_in_the_same_order() -> None:
    source = "def f(a, b):\n    c = a * b\n    return c - 1\n"
    assert mutants(source) == mutants(source)


def test_what_does_not_parse_is_refused() -> None:
    with pytest.raises(SyntaxError):
        mutants("def f(:\n")


LINES = st.sampled_from(
    [
        "a = a + 1",
        "b = a if a < b else 2",
        "a = [x for x in b[1:a] if not x]",
        "a -= b",
        "del a",
        "assert a, 'no'",
        "a = not b",
        "for x in b: a = x",
        "while a: break",
        "a = f'{b + 1}'",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=4))
def test_any_function_has_only_mutants_that_compile(lines: list[str]) -> None:
    source = "def f(a, b):\n" + "".join(f"    {line}\n" for line in lines) + "    return a\n"
    found = mutants(source)
    assert found
    for mutant in found:
        compile(mutant.source, "mutant", "exec")
        assert 2 <= mutant.line <= len(lines) + 2
