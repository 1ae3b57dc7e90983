"""What judging tests of a program takes: its mutants, a second implementation, whether it can be reached by data."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache

from codereflect.programs.mutation.mutants import Mutant, some_mutants
from codereflect.programs.mutation.second_implementation import rewritten

_TAKING_FIRST = {"map", "filter", "reduce", "partial", "takewhile", "dropwhile", "starmap"}
_TAKING_KEYWORD = {"sorted", "sort", "min", "max", "accumulate", "groupby"}
_FOREIGN_TYPES = {"Callable", "Type", "IO", "TextIO", "BinaryIO", "ndarray", "DataFrame", "Tensor", "Array"}
# libraries through which a function changes nothing that lasts, as such functions use them
_FORGETFUL = {
    *("abc", "array", "bisect", "cmath", "collections", "copy", "dataclasses", "datetime", "enum", "fractions"),
    *("functools", "hashlib", "heapq", "itertools", "json", "math", "numbers", "operator", "random", "re"),
    *("statistics", "string", "textwrap", "time", "typing", "unicodedata"),
}
_POWERFUL = {"eval", "exec", "compile", "__import__", "setattr", "delattr", "globals", "vars", "open", "__builtins__"}
_PREPARED = 512


class TooDeep(ValueError):
    """A program that Python runs, but that is too deep to be taken apart here."""


@dataclass(frozen=True)
class CodeUnderTest:
    """A program whose tests are graded.

    `unsealed`: why its arguments may be more than data, or None. `gives_more`: whether its results may be. `fresh`:
    whether it may keep something between runs.
    """

    code: str
    entry_point: str
    second: str
    mutants: tuple[Mutant, ...]
    unsealed: str | None
    gives_more: bool
    fresh: bool


@lru_cache(maxsize=_PREPARED)
def prepare(code: str, entry_point: str, most: int) -> CodeUnderTest:
    """Make the mutants (at most so many) and the second implementation of a program.

    Raises:
        ValueError: the program does not parse, or does not define the entry point; the message is a clause.
    """
    tree = check(code, entry_point)
    try:
        mutants = tuple(some_mutants(code, entry_point, most))
        second, unsealed = rewritten(code, entry_point), why_unsealed(tree, entry_point)
    except (RecursionError, MemoryError):
        raise TooDeep("code nests too deep") from None
    return CodeUnderTest(code, entry_point, second, mutants, unsealed, may_give_more(tree), may_keep(tree))


def check(code: str, entry_point: str) -> ast.Module:
    """The program's tree. Raises ValueError as `prepare` does."""
    try:
        tree = ast.parse(code)
        compile(code, "<code>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"code is not valid Python ({error})") from None
    if not entry_point.isidentifier():
        raise ValueError(f"entry_point {entry_point[:80]!r} is no name")
    if not defines(tree, entry_point):
        raise ValueError(f"code does not define {entry_point}")
    return tree


def defines(tree: ast.Module, name: str) -> bool:
    """Whether a module binds a name at its own level, in whatever block."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name == name:
                return True
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == name:
            return True
        elif not isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            waiting.extend(ast.iter_child_nodes(node))
    return False


def may_keep(tree: ast.Module) -> bool:
    """Whether a program may leave something behind outside of its own module, or have a test do that through it.

    What a test can leave there would be its memory: it could compare a mutant with the code's answers.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and not all(alias.name.split(".")[0] in _FORGETFUL for alias in node.names):
            return True
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] not in _FORGETFUL:
            return True
        if isinstance(node, ast.Name) and node.id in _POWERFUL:
            return True
    return False


def may_give_more(tree: ast.Module) -> bool:
    """Whether a program makes functions, classes or iterators, or has a library that may."""
    kinds = ast.Lambda | ast.ClassDef | ast.GeneratorExp | ast.Yield | ast.YieldFrom | ast.Import | ast.ImportFrom
    inner = (node for item in tree.body for node in ast.iter_child_nodes(item))
    found = any(isinstance(node, kinds) for node in ast.walk(tree))
    return found or any(isinstance(part, ast.FunctionDef) for node in inner for part in ast.walk(node))


def _is_endless(function: ast.FunctionDef) -> bool:
    """Whether a generator has a loop that only its caller ends."""
    for loop in (node for node in ast.walk(function) if isinstance(node, ast.While)):
        always = isinstance(loop.test, ast.Constant) and loop.test.value
        if always and any(isinstance(node, ast.Yield) for node in ast.walk(loop)):
            return True
    return False


def why_unsealed(tree: ast.Module, entry_point: str) -> str | None:
    """Why tests of a program may need it in their own process: the program says so, never the test."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            return f"the code defines the class {node.name}"
        if isinstance(node, ast.AsyncFunctionDef) and node.name == entry_point:
            return f"{entry_point} is a coroutine"
        if isinstance(node, ast.FunctionDef) and node.name == entry_point:
            if _is_endless(node):
                return f"{entry_point} is a generator without end"
            return _takes_more_than_data(node)
    return None


def _takes_more_than_data(function: ast.FunctionDef) -> str | None:
    arguments = function.args
    parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    for one in parameters:
        if one.annotation is not None and _FOREIGN_TYPES & set(_names(one.annotation)):
            return f"{one.arg} is annotated as more than data"
    names = {one.arg for one in parameters}
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in names:
            return f"{node.func.id} is called"
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        given = node.args[:1] if called in _TAKING_FIRST else []
        if called in _TAKING_KEYWORD:
            given = [one.value for one in node.keywords if one.arg in ("key", "func")]
        if called == "isinstance":
            given = node.args[1:]
        for value in given:
            if isinstance(value, ast.Name) and value.id in names:
                return f"{value.id} is taken by {called} for more than data"
    return None


def _names(node: ast.AST) -> list[str]:
    found = []
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            found.append(part.id)
        elif isinstance(part, ast.Attribute):
            found.append(part.attr)
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            found.extend(part.value.replace("[", " ").replace(".", " ").split())
    return found
