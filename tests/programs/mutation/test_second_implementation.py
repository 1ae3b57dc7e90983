"""The second implementation: another text, the same behaviour."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from codereflect.programs.mutation.second_implementation import rewritten

PROGRAMS = {
    "plain": ("def f(a, b=2):\n    total = a + b\n    return total * 2\n", [(1,), (1, 5)]),
    "recursion": ("def f(n):\n    if n < 2:\n        return n\n    return f(n - 1) + f(n - 2)\n", [(10,)]),
    "deep": ("def f(n):\n    return 0 if n == 0 else 1 + f(n - 1)\n", [(800,)]),
    "comprehension": ("x = 5\ndef f(xs):\n    ys = [x for x in xs if x]\n    return ys + [x]\n", [([1, 0, 2],)]),
    "closure": (
        "def f(xs):\n    seen = set()\n    def add(x):\n        nonlocal count\n        count += 1\n"
        "        seen.add(x)\n        return len(seen)\n    count = 0\n    return [add(x) for x in xs], count\n",
        [([1, 1, 2],)],
    ),
    "generator": ("def f(n):\n    for i in range(n):\n        yield i * 2\n", [(3,)]),
    "exceptions": (
        "def f(x):\n    try:\n        value = 1 / x\n    except ZeroDivisionError as error:\n"
        "        return str(error)\n    else:\n        return value\n    finally:\n        x = 0\n",
        [(0,), (2,)],
    ),
    "reflection": ("def f(a):\n    b = a\n    return sorted(locals())\n", [(1,)]),
    "global": ("count = 0\ndef f():\n    global count\n    count += 1\n    return count\n", [(), ()]),
    "import": ("def f(x):\n    import math as m\n    root = m.sqrt(x)\n    return root\n", [(4.0,)]),
    "match": (
        "def f(x):\n    match x:\n        case [a, *rest]:\n            return a, rest\n"
        "        case _:\n            return x\n",
        [([1, 2],), (3,)],
    ),
    "lambda": ("def f(xs):\n    key = lambda x: -x\n    return sorted(xs, key=key)\n", [([1, 3, 2],)]),
    "keywords": (
        "def helper(first):\n    return first\ndef f(a, *, b):\n    first = b\n    return helper(first=first) + a\n",
        [(1,)],
    ),
    "decorated": (
        "from functools import lru_cache\n@lru_cache\ndef f(n):\n    return n if n < 2 else f(n - 1) + f(n - 2)\n",
        [(40,)],
    ),
    "walrus": ("def f(xs):\n    if (n := len(xs)) > 1:\n        return n\n    return f'{n=}'\n", [([],), ([1, 2],)]),
}


def results(source: str, calls: list[tuple[Any, ...]]) -> list[Any]:
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    keywords = {"b": 3} if "*, b" in source else {}
    found = [namespace["f"](*call, **keywords) for call in calls]
    return [list(value) if hasattr(value, "__next__") else value for value in found]


@pytest.mark.parametrize("name", PROGRAMS)
def test_behaves_the_same_and_reads_differently(name: str) -> None:
    source, calls = PROGRAMS[name]
    second = rewritten(source, "f")
    assert results(second, calls) == results(source, calls)
    assert second != ast.unparse(ast.parse(source)) + "\n"


def test_wrong_arguments_are_told_alike() -> None:
    namespace: dict[str, Any] = {}
    exec(rewritten("def f(a):\n    return a\n", "f"), namespace)
    with pytest.raises(TypeError, match=r"f\(\) missing 1 required positional argument: 'a'"):
        namespace["f"]()


def test_a_class_stays_usable() -> None:
    namespace: dict[str, Any] = {}
    exec(rewritten("class A:\n    def f(self):\n        x = 1\n        return x\n", "A"), namespace)
    assert namespace["A"]().f() == 1
