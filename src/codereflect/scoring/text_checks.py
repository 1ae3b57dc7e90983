"""What can be told of an answer without running it: syntax and structure, style, invented names.

The published system of verl tasks (docstring, explain, bugfix, complete, unit_test) counts an answer as passing when
its syntax and structure are right; nothing is executed. These are that system's kinds of figures by rules of our own,
under names that say what they are: they stand beside executed figures, never in their place.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from codereflect.generation.extraction import extract
from codereflect.scoring.pass_at_k import pass_at_k

TASKS = ("docstring", "explain", "bugfix", "complete", "unit_test")
LONGEST_LINE = 100
SHORTEST_EXPLANATION = 12  # words
DECIMALS = 6
PLACEHOLDER = re.compile(r"your code here|todo: implement|as an ai|lorem ipsum|<insert|rest of the code", re.IGNORECASE)
QUOTED_NAME = re.compile(r"`([A-Za-z_][\w.]*)(?:\([^`]*\))?`")
SNAKE = re.compile(r"_{0,2}[a-z0-9_]*_{0,2}\Z")
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class TextCheck:
    """What one answer shows.

    Attributes:
        structure: whether syntax and structure fit the task.
        style: share of the style rules that hold, 0 to 1; None where there is no code to look at.
        invented: names that the answer uses and nothing defines, and stock phrases; sorted.
    """

    structure: bool
    style: float | None
    invented: tuple[str, ...]


def check(task: str, answer: str, source: str) -> TextCheck:
    """Look at an answer to a task about a function.

    Args:
        task: one of `TASKS`.
        answer: as produced.
        source: the function that the task is about, as Python source.

    Raises:
        ValueError: an unknown task.
    """
    if task not in TASKS:
        raise ValueError(f"unknown task {task}")
    function = _first_function(source)
    name = function.name if function else None
    code = (
        answer if task in ("docstring", "explain") else extract(answer, "python", None if task == "unit_test" else name)
    )
    tree = _parse(code) if task not in ("docstring", "explain") else None
    fits: dict[str, Callable[[], bool]] = {
        "docstring": lambda: _is_docstring(answer, function),
        "explain": lambda: len(answer.split()) >= SHORTEST_EXPLANATION and _mentions(answer, function),
        "bugfix": lambda: _redefines(tree, function),
        "complete": lambda: _redefines(tree, function) or _is_body(code),
        "unit_test": lambda: _tests(tree, name),
    }
    invented = _invented_in_code(tree, source) if tree is not None else _invented_in_text(answer, source)
    phrases = {match.lower() for match in PLACEHOLDER.findall(answer)}
    return TextCheck(fits[task](), style(code) if tree is not None else None, tuple(sorted(invented | phrases)))


def style(code: str) -> float | None:
    """Share of style rules that Python code keeps; None when it does not parse.

    The rules: lines of at most 100 characters, no tabs, no trailing blanks, functions in snake case with a docstring
    and annotated, no bare except, no wildcard import, no mutable default.
    """
    tree = _parse(code)
    if tree is None:
        return None
    functions = [node for node in ast.walk(tree) if isinstance(node, FUNCTION)]
    public = [node for node in functions if not node.name.startswith("_")]
    nodes = list(ast.walk(tree))
    lines = code.splitlines()
    kept = [
        all(len(line) <= LONGEST_LINE for line in lines),
        not any("\t" in line or line != line.rstrip() for line in lines),
        not any(isinstance(node, ast.ExceptHandler) and node.type is None for node in nodes),
        not any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in nodes),
    ]
    if functions:
        kept += [
            all(SNAKE.match(node.name) for node in functions),
            all(ast.get_docstring(node) for node in public),
            all(argument.annotation for node in public for argument in node.args.args if argument.arg != "self"),
            not any(
                isinstance(value, ast.List | ast.Dict | ast.Set) for node in functions for value in node.args.defaults
            ),
        ]
    return sum(kept) / len(kept)


def by_category(checks: Iterable[tuple[str, str, TextCheck]], k: Sequence[int] = (1, 3)) -> dict[str, dict[str, float]]:
    """Figures per category: `structure_pass@k` (unbiased, where every item has k answers), mean style, share invented.

    Args:
        checks: (category, item, check) of every answer.
        k: the k of pass@k.
    """
    groups: dict[str, dict[str, list[TextCheck]]] = {}
    for category, item, found in checks:
        groups.setdefault(category, {}).setdefault(item, []).append(found)
    return {category: _figures(items, k) for category, items in sorted(groups.items())}


def _figures(items: dict[str, list[TextCheck]], k: Sequence[int]) -> dict[str, float]:
    found = [one for group in items.values() for one in group]
    fewest = min(len(group) for group in items.values())
    counts = [(len(group), sum(one.structure for one in group)) for group in items.values()]
    values: dict[str, float] = {"items": len(items), "answers": len(found)}
    values |= {f"structure_pass@{draws}": round(pass_at_k(counts, draws), DECIMALS) for draws in k if draws <= fewest}
    styles = [one.style for one in found if one.style is not None]
    if styles:
        values["style"] = round(sum(styles) / len(styles), DECIMALS)
    values["invented"] = round(sum(bool(one.invented) for one in found) / len(found), DECIMALS)
    return values


# Structure


def _is_docstring(answer: str, function: FUNCTION | None) -> bool:
    """Text, or a string literal, or the function with it: at least a sentence, about the arguments if there are any."""
    text = answer.strip()
    tree = _parse(text)
    inner = [node for node in ast.walk(tree) if isinstance(node, FUNCTION)] if tree else []
    text = (ast.get_docstring(inner[0]) or "") if inner else text.strip("\"'` \n")
    return len(text.split()) >= 3 and "def " not in text and (not _arguments(function) or _mentions(text, function))


def _mentions(text: str, function: FUNCTION | None) -> bool:
    """Whether a text names the function or one of its arguments."""
    words = set(re.findall(r"\w+", text))
    return function is None or bool(words & {function.name, *_arguments(function)})


def _arguments(function: FUNCTION | None) -> list[str]:
    if function is None:
        return []
    of = function.args
    return [one.arg for one in [*of.posonlyargs, *of.args, *of.kwonlyargs] if one.arg not in ("self", "cls")]


def _redefines(tree: ast.Module | None, function: FUNCTION | None) -> bool:
    """Whether a program defines the function with the same arguments and a body."""
    if tree is None or function is None:
        return False
    found = [node for node in ast.walk(tree) if isinstance(node, FUNCTION) and node.name == function.name]
    return any(_arguments(node) == _arguments(function) and _does_something(node) for node in found)


def _does_something(node: FUNCTION) -> bool:
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    empty = (ast.Pass, ast.Expr)
    return any(not isinstance(one, empty) or isinstance(getattr(one, "value", None), ast.Call) for one in body)


def _is_body(code: str) -> bool:
    return bool(code.strip()) and code[:1].isspace() and _parse("def head():\n" + code) is not None


def _tests(tree: ast.Module | None, name: str | None) -> bool:
    """Whether a program asserts something and calls the function."""
    if tree is None:
        return False
    nodes = list(ast.walk(tree))
    asserts = any(isinstance(node, ast.Assert) for node in nodes)
    asserts = asserts or any(
        isinstance(node, ast.Attribute) and node.attr.startswith(("assert", "raises")) for node in nodes
    )
    called = {_called(node) for node in nodes if isinstance(node, ast.Call)}
    return asserts and (name is None or name in called)


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


# Invented names


def _invented_in_code(tree: ast.Module, source: str) -> set[str]:
    """Names that a program reads and neither it, the source nor Python defines, and modules that do not exist."""
    bound = set(dir(builtins)) | {"self", "cls", "__file__"} | set(re.findall(r"\w+", source))
    read: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, FUNCTION | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
    return (read - bound) | _invented_members(tree)


def _invented_members(tree: ast.Module) -> set[str]:
    """`math.sqroot`: attributes that a module of the standard library does not have. Only pure ones are looked into."""
    import importlib

    modules = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            name = modules[node.value.id]
            if name in _LOOKED_INTO and not hasattr(importlib.import_module(name), node.attr):
                found.add(f"{name}.{node.attr}")
    return found


# Modules that are safe to import here, and that answers use most.
_LOOKED_INTO = frozenset(
    {"math", "re", "itertools", "functools", "collections", "json", "random", "string"}
) & frozenset(sys.stdlib_module_names)


def _invented_in_text(text: str, source: str) -> set[str]:
    """Names in backquotes that occur neither in the source nor in Python."""
    known = set(re.findall(r"\w+", source)) | set(dir(builtins)) | {"None", "True", "False", "self"}
    return {name for name in QUOTED_NAME.findall(text) if not set(name.split(".")) & known}


def _first_function(source: str) -> FUNCTION | None:
    tree = _parse(source)
    return next((node for node in ast.walk(tree) if isinstance(node, FUNCTION)), None) if tree else None


def _parse(code: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(code)
        except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
            return None
