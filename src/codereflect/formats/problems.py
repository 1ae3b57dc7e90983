"""Problems of the public suites, as their files are distributed: HumanEval, MBPP, EvalPlus's versions, MultiPL-E.

The tests are the suites' own. A sample is judged on every problem with its task id: EvalPlus's files give two, one with
the base inputs and one with base and plus inputs.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path

from codereflect.errors import UserError
from codereflect.formats import evalplus, multipl_e
from codereflect.formats.evalplus import InputTime
from codereflect.formats.rows import Row, clean, malformed, optional_text, read_rows, text_field
from codereflect.formats.suite_checks import why_check_tests_nothing, why_tests_test_nothing
from codereflect.records import Problem

EVALPLUS_TIME = InputTime()
FORMATS = ("humaneval", "mbpp", "evalplus", "multipl-e")


def read_problems(path: Path, form: str = "auto", time: InputTime = EVALPLUS_TIME) -> list[Problem]:
    """The problems of a file, in its order.

    Args:
        path: JSON lines (`.gz` or not), or a JSON list.
        form: one of `FORMATS`, or `auto`: told by the keys of the first row.
        time: of one input of EvalPlus's files.

    Raises:
        UserError: the file is not of this form, or a row is malformed or repeated (`file:line: reason`).
    """
    rows = list(read_rows(path))
    readers: dict[str, Callable[[Row], list[Problem]]] = {
        "humaneval": _humaneval,
        "mbpp": _mbpp,
        "evalplus": partial(evalplus.problems, time=time, old=evalplus.is_old(len(rows))),
        "multipl-e": multipl_e.problems,
    }
    found: list[Problem] = []
    seen: set[tuple[str, str]] = set()
    for row in rows:
        form = _recognise(row) if form == "auto" else form
        for problem in readers[form](row):
            if problem.language == "python" and not all(map(_parses, problem.hidden_tests or [])):
                raise malformed(row.where, f"the tests of {problem.task_id} are not valid Python")
            if why := _tests_nothing(row, form, problem):
                raise malformed(row.where, f"task {problem.task_id}: {why}")
            if (problem.suite, problem.task_id) in seen:
                raise malformed(row.where, f"task {problem.task_id} occurs twice")
            seen.add((problem.suite, problem.task_id))
            found.append(problem)
    return found


def _tests_nothing(row: Row, form: str, problem: Problem) -> str | None:
    """Why the tests of a row that was read cannot fail an answer; None where they can."""
    if form == "humaneval":
        names = _defined(problem.prompt)
        if names and problem.entry_point not in names | _defined(problem.reference or ""):
            return f"its prompt defines {', '.join(sorted(names)[:3])}, not its entry_point {problem.entry_point}"
        return why_check_tests_nothing(row.value["test"], problem.entry_point or "")
    if form == "mbpp":
        return why_tests_test_nothing(problem.hidden_tests or [], _defined(problem.reference or ""))
    if form == "evalplus":
        return None if row.value["base_input"] else "base_input holds no input"
    return None if any("assert" in test for test in problem.hidden_tests or []) else "its tests assert nothing"


def _defined(text: str) -> set[str]:
    """Names of the functions and classes of a program; of a prompt too, whose last body is missing."""
    trees = [ast.parse(one) for one in (text, f"{text}\n    pass\n") if _parses(one)]
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {node.name for node in ast.walk(trees[0]) if isinstance(node, kinds)} if trees else set()


def _recognise(row: Row) -> str:
    keys = set(row.value) if isinstance(row.value, dict) else set()
    if {"base_input", "canonical_solution"} <= keys:
        return "evalplus"
    if {"name", "prompt", "tests", "stop_tokens"} <= keys:
        return "multipl-e"
    if {"test", "entry_point", "prompt"} <= keys:
        return "humaneval"
    if {"test_list", "task_id"} <= keys:
        return "mbpp"
    raise UserError(
        f"{row.where}: these keys belong to no known suite ({', '.join(sorted(map(str, keys))[:6]) or 'no object'}).",
        f"give --problems a file of {', '.join(FORMATS)}",
    )


def _humaneval(row: Row) -> list[Problem]:
    prompt, entry_point = text_field(row, "prompt"), identifier(row)
    test = text_field(row, "test")
    return [
        Problem(
            task_id=named(row, "task_id"),
            suite="humaneval",
            language="python",
            category="humaneval",
            prompt=prompt,
            entry_point=entry_point,
            # The prompt first: some tests use the helpers that it defines.
            hidden_tests=[*_helpers(prompt), f"{test}\n\ncheck({entry_point})\n"],
            reference=optional_text(row, "canonical_solution"),
        )
    ]


def _helpers(prompt: str) -> list[str]:
    """The prompt as a text that stands alone: one without a docstring ends where a body should begin."""
    return next(([text] for text in (prompt, f"{prompt}\n    pass\n") if _parses(text)), [])


@lru_cache(maxsize=4)  # a prompt is looked at by itself, and again as one of the tests
def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def named(row: Row, key: str) -> str:
    """A name, which is not empty."""
    name = text_field(row, key)
    if not name.strip():
        raise malformed(row.where, f"{key} is empty")
    return name


def identifier(row: Row) -> str:
    """The name of the function that is asked for."""
    name = text_field(row, "entry_point")
    if not name.isidentifier():
        raise malformed(row.where, f"entry_point {name!r} is no name of a function")
    return name


def _mbpp(row: Row) -> list[Problem]:
    text, code = text_field(row, "text", "prompt"), text_field(row, "code")
    tests = row.value.get("test_list")
    if not isinstance(tests, list) or not tests or not all(isinstance(test, str) for test in tests):
        raise malformed(row.where, "test_list is no list of texts")
    if not all(map(str.strip, tests)):
        raise malformed(row.where, "test_list holds an empty test")
    setup = [_setup(row)] if _setup(row).strip() else []
    number = row.value.get("task_id")
    if isinstance(number, bool) or not isinstance(number, int | str):
        raise malformed(row.where, "task_id is neither a number nor a text")
    return [
        Problem(
            task_id=clean(mbpp_id(number), row.where, "task_id"),
            suite="mbpp",
            language="python",
            category="mbpp",
            prompt=text,
            entry_point=_tested_function(tests, code, row.where),
            public_tests=tests,
            hidden_tests=setup + tests,
            reference=code,
        )
    ]


def mbpp_id(number: int | str) -> str:
    """`Mbpp/11`, however the row or the sample writes it (11, "11", "Mbpp/11")."""
    return f"Mbpp/{str(number).removeprefix('Mbpp/').removeprefix('mbpp/')}"


def _setup(row: Row) -> str:
    """Statements that the tests need: they run after the program, before the first test."""
    imports = row.value.get("test_imports") or []
    code = row.value.get("test_setup_code") or ""
    if not isinstance(code, str):
        raise malformed(row.where, "test_setup_code is no text")
    if not isinstance(imports, list) or not all(isinstance(line, str) for line in imports):
        raise malformed(row.where, "test_imports is no list of texts")
    return "\n".join([*imports, code])


def _tested_function(tests: list[str], code: str, where: str) -> str:
    """The first function that the tests call and the reference defines."""
    try:
        called = [
            node.func.id
            for test in tests
            for node in ast.walk(ast.parse(test))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        ]
        kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        defined = [node.name for node in ast.parse(code).body if isinstance(node, kinds)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise malformed(where, "code or test_list is no Python") from None
    names = [name for name in called if name in defined] or defined[-1:]
    if not names:
        raise malformed(where, "code defines no function")
    # A class that only helps is not what is asked for.
    functions = {node.name for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)}
    return next((name for name in names if name in functions), names[0])
