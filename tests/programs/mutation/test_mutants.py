"""Mutants for judging tests: each operator on a function where its effect is known, and what holds of all of them."""

from __future__ import annotations

import ast
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codereflect.programs.mutation.mutants import Mutant, all_mutants, some_mutants
from codereflect.programs.variable_types import same_type, types


def bodies(body: str, arguments: str = "xs, k") -> dict[str, list[str]]:
    """The mutated bodies by kind."""
    indented = "".join(f"    {line}\n" for line in body.splitlines())
    found: dict[str, list[str]] = {}
    for mutant in all_mutants(f"def f({arguments}):\n{indented}"):
        lines = mutant.source.splitlines()[1:]
        found.setdefault(mutant.kind, []).append("\n".join(line[4:] for line in lines))
    return found


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        ("return 5", "constant", ["return 6", "return 4"]),
        ("return 2.5", "constant", ["return 3.5"]),
        ("return xs == k", "comparison", ["return xs != k"]),
        ("return xs != k", "comparison", ["return xs == k"]),
        ("return xs < k", "comparison", ["return xs <= k", "return xs > k"]),
        ("return xs <= k", "comparison", ["return xs < k", "return xs >= k"]),
        ("return xs > k", "comparison", ["return xs >= k", "return xs < k"]),
        ("return xs >= k", "comparison", ["return xs > k", "return xs <= k"]),
        ("return xs is k", "comparison", ["return xs is not k"]),
        ("return xs is not k", "comparison", ["return xs is k"]),
        ("return xs in k", "comparison", ["return xs not in k"]),
        ("return xs not in k", "comparison", ["return xs in k"]),
        ("return xs and k", "boolean", ["return xs or k"]),
        ("return xs or k", "boolean", ["return xs and k"]),
        ("return xs and k", "condition", ["return k", "return xs"]),
        ("return not xs", "not", ["return xs"]),
        ("return True", "truth", ["return False"]),
        ("return xs + k", "arithmetic", ["return xs - k"]),
        ("return xs * k", "arithmetic", ["return xs + k", "return xs // k"]),
        ("return xs % k", "arithmetic", ["return xs // k"]),
        ("return -xs", "arithmetic", ["return xs"]),
        ("return '%s' % xs", "arithmetic", []),
        ("xs += k\nreturn xs", "arithmetic", ["xs -= k\nreturn xs", "xs = k\nreturn xs"]),
        ("return xs - k", "swapped", ["return k - xs"]),
        ("return g(xs, k, 1)", "swapped", ["return g(k, xs, 1)", "return g(xs, 1, k)"]),
        ("return xs + k", "return", ["return"]),
        ("return None", "return", []),
        ("xs = xs + k\nreturn xs", "statement", ["return xs"]),
        ("if k:\n    xs = k\nreturn xs", "condition", ["xs = k\nreturn xs"]),
        ("return xs[:k]", "slice", ["return xs[:k + 1]", "return xs[:k - 1]", "return xs[:]"]),
        ("return xs[k]", "boundary", ["return xs[k + 1]", "return xs[k - 1]"]),
        ("return range(k)", "boundary", ["return range(k + 1)", "return range(k - 1)"]),
        ("return min(xs)", "function", ["return max(xs)"]),
        ("return xs.upper()", "function", ["return xs.lower()"]),
        ("return sorted(xs, reverse=k)", "argument", ["return sorted(xs)"]),
        ("return xs.count('a')", "text", ["return xs.count('')"]),
        ("return xs", "variable", ["return k"]),
        ("for x in xs:\n    break\nreturn k", "jump", ["for x in xs:\n    continue\nreturn k"]),
        ("return xs if k else 1", "condition", ["return 1 if k else xs"]),
        ("if k:\n    xs = k\nreturn xs", "turned", ["if not k:\n    xs = k\nreturn xs"]),
        ("if k > 1:\n    xs = k\nreturn xs", "turned", []),
        ("return [x for x in xs if x]", "turned", ["return [x for x in xs if not x]"]),
        ("return [x for x in xs if x > k]", "condition", ["return [x for x in xs]"]),
        ("return [x for x in xs if x > k]", "comparison", [f"return [x for x in xs if x {s} k]" for s in (">=", "<")]),
        (
            "return {x for x in xs if x if k}",
            "condition",
            ["return {x for x in xs if k}", "return {x for x in xs if x}"],
        ),
        ("raise ValueError('no')", "exception", ["raise TypeError('no')"]),
        ("raise KeyError", "exception", ["raise IndexError"]),
        ("raise k", "exception", []),
        (
            "try:\n    xs = k\nexcept ValueError as error:\n    raise",
            "exception",
            ["try:\n    xs = k\nexcept TypeError as error:\n    raise"],
        ),
        (
            "try:\n    xs = k\nexcept (KeyError, k):\n    raise\nexcept k:\n    raise",
            "exception",
            [
                "try:\n    xs = k\nexcept (IndexError, k):\n    raise\nexcept k:\n    raise",
                "try:\n    xs = k\nexcept k:\n    raise",
                "try:\n    xs = k\nexcept (KeyError, k):\n    raise",
            ],
        ),
        (
            "match xs:\n    case 1 | 2:\n        pass\n    case _:\n        raise",
            "case",
            [
                "match xs:\n    case _:\n        raise",
                "match xs:\n    case 1 | 2:\n        pass",
            ],
        ),
        (
            "match xs:\n    case 1 | 2 | 3:\n        pass",
            "case",
            [f"match xs:\n    case {two}:\n        pass" for two in ("2 | 3", "1 | 3", "1 | 2")],
        ),
        (
            "match xs:\n    case [y] if y:\n        pass",
            "condition",
            ["match xs:\n    case [y]:\n        pass"],
        ),
        (
            "match xs:\n    case [y] if y:\n        pass",
            "turned",
            ["match xs:\n    case [y] if not y:\n        pass"],
        ),
        ("match xs:\n    case 'a':\n        pass", "text", ["match xs:\n    case '':\n        pass"]),
        ("match xs:\n    case True:\n        pass", "truth", ["match xs:\n    case False:\n        pass"]),
    ],
)
def test_operator(body: str, kind: str, expected: list[str]) -> None:
    assert sorted(bodies(body).get(kind, [])) == sorted(expected)


def test_place_and_sentence() -> None:
    found = all_mutants("def f(a, b):\n    c = a\n    return c <= 10\n")
    comparison = next(mutant for mutant in found if mutant.kind == "comparison")
    assert (comparison.line, comparison.column) == (3, 12)
    assert comparison.sentence == "It compares with < where <= is meant."
    constant = next(mutant for mutant in found if mutant.kind == "constant")
    assert (constant.line, constant.column, constant.sentence) == (3, 17, "11 is written, one more than 10.")


def test_a_variable_is_mistaken_for_one_of_its_type_only() -> None:
    source = "def f(word: str, text: str, k: int, rate: float):\n    size = len(word)\n    return word[k:size]\n"
    swaps = {mutant.sentence for mutant in all_mutants(source, kinds=["variable"])}
    assert swaps == {
        "The variable text is used where word is meant.",
        "The variable size is used where k is meant.",
        "The variable k is used where size is meant.",
    }


def test_types_are_read_off_the_text() -> None:
    tree = ast.parse(
        "def f(a: int, b: 'List[str]', c=None):\n"
        "    d, e = [], 'x'\n    g = a\n    h = a / 2\n    for i, x in enumerate(b):\n        pass\n"
        "    for letter in e:\n        pass\n"
    )
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    found = types(function)
    assert found["a"] == found["g"] == found["i"] == "int"
    assert (found["b"], found["c"], found["d"], found["e"], found["h"]) == ("list", "?", "list", "str", "float")
    assert found["letter"] == "str" and found["x"] == "?"
    assert same_type(function)["b"] == ["d"]


def test_docstrings_and_imports_are_left_alone() -> None:
    found = all_mutants('def f(a):\n    """Text."""\n    import math\n    return math.floor(a)\n')
    assert {mutant.kind for mutant in found} == {"return", "function"}


def test_methods_and_inner_functions_are_mutated_once() -> None:
    source = "class A:\n    def f(self, a):\n        def g(b):\n            return b + 1\n        return g(a)\n"
    assert len([mutant for mutant in all_mutants(source) if mutant.kind == "arithmetic"]) == 1


def test_what_is_done_with_a_variable_tells_its_type() -> None:
    source = (
        "def f(xs, n, sep, table, other):\n    best = n - 1\n    for x in xs:\n        n = n + len(x)\n"
        "    xs.append(sep.join(sep))\n    return table.get(n, best), other\n"
    )
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    alike = same_type(function)
    assert alike["n"] == ["best"] and alike["best"] == ["n"]
    # what has a length may be a list or a text
    assert alike["xs"] == alike["sep"] == ["x"] and not alike["table"] and not alike["other"]


def test_some_are_of_all_kinds_and_from_all_over() -> None:
    source = "def f(a, b):\n    if a < b and not a:\n        a += 1\n    return [a + 1, b - 2, a * 3, 4, 5, 6]\n"
    found = all_mutants(source)
    chosen = some_mutants(source, "f", 12)
    assert len(chosen) == 12 and {one.kind for one in chosen} == {one.kind for one in found}
    assert chosen == [one for one in found if one in chosen]
    assert some_mutants(source, "f", 1000) == found and some_mutants("x = 1", "f", 5) == []
    lines = "".join(f"    a = {number + 10}\n" for number in range(64))
    constants = [
        one.line for one in some_mutants(f"def f(a):\n{lines}    return a\n", "f", 40) if one.kind == "constant"
    ]
    assert len(constants) > 10 and min(constants) < 10 and max(constants) > 50


def test_what_the_entry_point_does_not_use_comes_last() -> None:
    source = (
        "def other(a):\n    return a + 1\n\ndef helper(a):\n    return a - 1\n\n"
        "alias = helper\n\nclass Kept:\n    def f(self):\n        return alias(1)\n\n"
        "def f(a):\n    return Kept().f() * a\n"
    )
    everything = some_mutants(source, "f", 1000)
    used = [one for one in everything if one.line > 3]
    assert some_mutants(source, "f", len(used)) == used
    assert len(some_mutants(source, "f", len(used) + 2)) == len(used) + 2
    assert {one.line for one in some_mutants(source, "other", 2)} == {2}


def test_lambdas_of_the_module_are_mutated_and_inner_ones_once() -> None:
    assert {one.source for one in all_mutants("f = lambda x: x + 1\n")} == {
        f"f = lambda x: {text}\n" for text in ("x - 1", "x + 2", "x + 0")
    }
    inner = all_mutants("def f(x):\n    return lambda y: y + x\n", kinds=["arithmetic"])
    assert len(inner) == 1


def test_a_long_chain_of_branches_and_a_long_table_are_quick() -> None:
    branches = "".join(f"    elif x == {number}:\n        return 'n{number}'\n" for number in range(200))
    source = f"def f(x):\n    if x < 0:\n        return ''\n{branches}    return None\n"
    table = f"def f(x):\n    return {list(range(2000))}[x]\n"
    started = time.process_time()
    for text in (source, table):
        assert len(some_mutants(text, "f", 50)) == 50
    assert time.process_time() - started < 8


def test_what_does_not_parse_is_refused() -> None:
    with pytest.raises(SyntaxError):
        all_mutants("def f(:\n")


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
        "with open(a) as b: pass",
        "try: a = b[0]\n    except KeyError: raise",
        "match a:\n        case 1: b = 2",
        "a = lambda x, y=1: x + y",
        "global c",
        "a: int = 1",
        "a = b[::2]",
        "print(a, b, sep='')",
        "a, b = b, a",
        "a @= b",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=5))
def test_any_function_has_only_mutants_that_compile_and_differ(lines: list[str]) -> None:
    source = "def f(a, b):\n" + "".join(f"    {line}\n" for line in lines) + "    return a\n"
    found = all_mutants(source)
    texts = {ast.unparse(ast.parse(mutant.source)) for mutant in found}
    assert len(texts) == len(found) > 0 and ast.unparse(ast.parse(source)) not in texts
    for mutant in found:
        assert_well_formed(mutant, source)


def assert_well_formed(mutant: Mutant, source: str) -> None:
    compile(mutant.source, "mutant", "exec")
    assert 1 <= mutant.line <= mutant.last_line <= len(source.splitlines()) and mutant.column >= 1
    assert mutant.sentence[0].isupper() or mutant.sentence[0].isdigit() or mutant.sentence[0] == "-"
    assert mutant.sentence.endswith(".") and "\n" not in mutant.sentence
