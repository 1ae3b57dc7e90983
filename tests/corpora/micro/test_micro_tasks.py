"""The tasks: what a model is shown and what it must answer."""

from __future__ import annotations

import ast
from typing import Any

import pytest
import tree_sitter
import tree_sitter_java
from whole_corpus import MicroCorpusData

from codereflect.corpora.micro import strengthen
from codereflect.corpora.micro.hidden_tests import load
from codereflect.corpora.micro.primitives import PRIMITIVES, VARIABLES
from codereflect.records import Example

ALLOWED_NAMES = {*VARIABLES.values(), "k"}
BUILTINS = {"abs", "dict", "int", "len", "list", "max", "min", "sorted", "str", "sum"}
COMPREHENSION_NAMES = {"x", "w", "c"}


def of(data: MicroCorpusData, task: str) -> list[Example]:
    return [example for example in data.train if example.task == task]


def call_of(test: str) -> tuple[tuple[Any, ...], Any]:
    """Arguments and expected value of `assert solve(...) == ...`."""
    statement = ast.parse(test).body[0]
    assert isinstance(statement, ast.Assert) and isinstance(statement.test, ast.Compare)
    call, expected = statement.test.left, statement.test.comparators[0]
    assert isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "solve"
    return tuple(ast.literal_eval(argument) for argument in call.args), ast.literal_eval(expected)


def exact_types(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(exact_types, value))
    if isinstance(value, dict):
        return all(type(key) is str and type(item) is int for key, item in value.items())
    return type(value) in (int, str)


def test_references_use_the_closed_set_of_names_only(small: MicroCorpusData) -> None:
    for example in of(small, "python_function"):
        names = {node.id for node in ast.walk(ast.parse(example.reference)) if isinstance(node, ast.Name)}
        assert names <= ALLOWED_NAMES | BUILTINS | COMPREHENSION_NAMES, example.reference


def test_references_are_a_statement_a_step_and_a_return(small: MicroCorpusData) -> None:
    for example in of(small, "python_function"):
        lines = example.reference.splitlines()
        assert lines[0].startswith("def solve(") and lines[-1].startswith("    return ")
        assert len(lines) == int(example.category[-1]) + 2
        assert example.reference.endswith("\n")


def test_prompts_are_short_and_show_true_examples(small: MicroCorpusData) -> None:
    for example in of(small, "python_function"):
        assert example.prompt.endswith("\n") and len(example.prompt) < 260
        compile(example.prompt + example.reference, "task", "exec")
        assert 1 <= len(example.public_tests) <= 2
        for test in example.public_tests:
            assert f"# {test.removeprefix('assert ')}\n" in example.prompt
            arguments, expected = call_of(test)
            assert load(example.reference)(*arguments) == expected


def test_shown_examples_are_rarely_dull(small: MicroCorpusData) -> None:
    functions = of(small, "python_function")
    changes = [call_of(example.public_tests[0]) for example in functions]
    assert sum(arguments[0] != expected for arguments, expected in changes) > 0.95 * len(functions)


def test_hidden_tests_pass_and_are_exact_in_type(small: MicroCorpusData) -> None:
    for problem in small.problems["micro_python"]:
        function = load(problem.reference or "")
        assert problem.hidden_tests is not None and 8 <= len(problem.hidden_tests) <= 12
        shown = [call_of(test)[0] for test in problem.public_tests]
        for test in problem.hidden_tests:
            arguments, expected = call_of(test)
            actual = function(*arguments)
            assert actual == expected and type(actual) is type(expected)
            assert exact_types(expected) and all(map(exact_types, arguments))
            assert arguments not in shown


def test_leaving_out_any_step_fails_a_hidden_test(small: MicroCorpusData) -> None:
    tried = 0
    for problem in small.problems["micro_python"]:
        lines = (problem.reference or "").splitlines(keepends=True)
        for index in range(1, len(lines) - 1):
            function = load("".join(lines[:index] + lines[index + 1 :]))
            assert fails_one(function, problem.hidden_tests or []), (lines, index)
            tried += 1
    assert tried > len(small.problems["micro_python"])


def fails_one(function: Any, tests: list[str]) -> bool:
    for test in tests:
        arguments, expected = call_of(test)
        try:
            if function(*arguments) != expected:
                return True
        except Exception:
            return True
    return False


def test_strengthen_gives_a_training_task_hidden_tests(small: MicroCorpusData) -> None:
    for example in of(small, "python_function")[:20]:
        strong = strengthen(example)
        assert strong.hidden_tests is not None and len(strong.hidden_tests) >= 8
        assert not set(strong.hidden_tests) & set(example.public_tests)
        assert strong.model_copy(update={"hidden_tests": None, "grader": "checks"}) == example
        assert strengthen(example) == strong


def test_strengthen_refuses_what_it_cannot_run(small: MicroCorpusData) -> None:
    with pytest.raises(ValueError, match="java"):
        strengthen(of(small, "java_method")[0])


def test_repair_documents_show_a_call_that_the_wrong_function_fails(small: MicroCorpusData) -> None:
    for example in of(small, "repair"):
        *head, shown, _ = example.prompt.split("\n")
        wrong = load("\n".join(head) + "\n")
        call, _, outcome = shown.removeprefix("# ").partition(" gives ")
        actual, _, expected = outcome.rpartition(", not ")
        arguments, value = call_of(f"assert {call} == {expected}")
        assert load(example.reference)(*arguments) == value
        try:
            assert wrong(*arguments) == ast.literal_eval(actual) != value
        except (NameError, TypeError, AttributeError, ValueError, ZeroDivisionError) as error:
            assert type(error).__name__ == actual


def test_unit_test_documents_hold_true_assertions(small: MicroCorpusData) -> None:
    for example in of(small, "unit_test"):
        function = load(example.prompt)
        lines = example.reference.splitlines()
        assert len(set(lines)) == len(lines) == 3
        for line in lines:
            arguments, expected = call_of(line)
            assert function(*arguments) == expected


def test_steps_documents_have_a_line_a_step(small: MicroCorpusData) -> None:
    for example in of(small, "steps"):
        thoughts = [line for line in example.reference.splitlines() if line.startswith("# ")]
        assert len(thoughts) == int(example.category[-1])
        load(example.reference)


def test_java_methods_parse_and_use_only_what_the_class_has(small: MicroCorpusData) -> None:
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_java.language()))
    for example in of(small, "java_method"):
        tree = parser.parse(f"class A {{ {example.reference} }}".encode())
        assert not tree.root_node.has_error, example.reference
        assert " function (" in example.reference and "\n" not in example.reference
        tokens, fields = example.reference.split(), example.prompt.rstrip("\n").split(" | ")[1:]
        if "k" in tokens:
            assert ("int k" in fields) != ("( int k )" in example.reference)
        assert any(field.endswith((" xs", " s", " n")) for field in fields)


def test_every_primitive_is_asked_for_in_several_wordings() -> None:
    assert len({primitive.name for primitive in PRIMITIVES}) == len(PRIMITIVES)
    for primitive in PRIMITIVES:
        assert 2 <= len(set(primitive.wordings)) <= 4
        assert bool(primitive.constants) == ("{c}" in primitive.python)
        assert all(("{c}" in wording) == bool(primitive.constants) for wording in primitive.wordings), primitive.name


def test_no_two_primitives_share_a_wording() -> None:
    wordings = [(primitive.takes, text) for primitive in PRIMITIVES for text in primitive.wordings]
    assert len(set(wordings)) == len(wordings)
