"""The choice of hidden tests, on references whose traps are known."""

from __future__ import annotations

from codereflect.corpora.micro import hidden_tests
from codereflect.corpora.micro.mutation import mutants
from codereflect.corpora.micro.typed_values import behaviour_hash, sampled_inputs

SOURCE = "def solve(xs):\n    xs = [x for x in xs if x > 3]\n    n = max(xs, default=0)\n    return n\n"


def test_every_mutant_fails_unless_it_agrees_on_all_inputs() -> None:
    strength = hidden_tests.choose(SOURCE, "numbers", False, [])
    reference = hidden_tests.load(SOURCE)
    survivors = []
    for mutant in mutants(SOURCE):
        function = hidden_tests.load(mutant.source)
        if not any(differs(function, arguments, expected) for arguments, expected in strength.tests):
            survivors.append(function)
    for survivor in survivors:
        assert all(survivor(*given) == reference(*given) for given in sampled_inputs("numbers", False))
    assert len(survivors) == strength.equivalent < strength.mutants


def differs(function: hidden_tests.Function, arguments: tuple[object, ...], expected: object) -> bool:
    try:
        return bool(function(*arguments) != expected)
    except Exception:
        return True


def test_an_equivalent_mutant_is_counted_not_chased() -> None:
    source = "def solve(xs):\n    xs = sorted(xs)\n    n = len(xs)\n    return n\n"
    strength = hidden_tests.choose(source, "numbers", False, [])
    assert strength.equivalent == 2  # without the sorting, or sorted too late, the length stays


def test_shown_arguments_are_never_hidden_tests() -> None:
    first = hidden_tests.choose(SOURCE, "numbers", False, [])
    shown = [arguments for arguments, _ in first.tests]
    second = hidden_tests.choose(SOURCE, "numbers", False, shown)
    assert not any(arguments in shown for arguments, _ in second.tests)
    assert (second.mutants, second.equivalent) == (first.mutants, first.equivalent)


def test_sampled_inputs_are_distinct_and_their_hash_is_pinned() -> None:
    """A behaviour's identity must not move between machines or versions of Python."""
    inputs = sampled_inputs("numbers", True)
    assert len({repr(arguments) for arguments in inputs}) == len(inputs) == 500
    outputs = [sum(values) + k for values, k in inputs]
    assert behaviour_hash("numbers", True, outputs) == "4b182cd5b85a3406"


def test_behaviours_tell_types_apart_but_not_the_order_of_entries() -> None:
    assert behaviour_hash("text", False, ["1"]) != behaviour_hash("text", False, [1])
    assert behaviour_hash("table", False, [{"a": 1, "b": 2}]) == behaviour_hash("table", False, [{"b": 2, "a": 1}])
