"""What a docstring says that calls give: doctests, and lines such as `f(1) => 2`, as assertions.

A text is no proof: some of HumanEval's docstrings say what its own reference does not do. Who runs the assertions
sorts those out (`tasks.public_tests`).
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator

_ARROW = re.compile(r"\s*(?:(?:#\s*)?(?:==?>|->|➞|returns?\b|should return\b)|==?)\s*")
_DOCTEST = re.compile(r"^(?=[ \t]*>>> )", re.MULTILINE)
_NAMES = {"true": "True", "false": "False"}


def assertions(prompt: str, entry_point: str) -> list[str]:
    """The examples in the docstring of the function that a prompt opens, in their order, each once.

    Args:
        prompt: Python up to the function's body.
        entry_point: its name.
    """
    text = docstring(prompt, entry_point)
    found = [*_doctests(text, entry_point), *_stated(text, entry_point)]
    return list(dict.fromkeys(found))


def opened(prompt: str, entry_point: str) -> ast.FunctionDef | None:
    """The function of this name that a prompt opens and does not go on with: docstring and imports are all it has."""
    for ending in ("\n    pass\n", "pass\n"):
        try:
            last = ast.parse(prompt + ending).body[-1]
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        if isinstance(last, ast.FunctionDef) and last.name == entry_point:
            *begun, end = last.body
            if isinstance(end, ast.Pass) and all(map(_is_preface, begun)):
                return last
    return None


def docstring(prompt: str, entry_point: str) -> str:
    """The docstring of the function that a prompt opens; empty where it has none."""
    function = opened(prompt, entry_point)
    for node in function.body if function is not None else []:
        # HumanEval/115 has an import in front of it
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            return inspect.cleandoc(node.value.value)
    return ""


def _is_preface(node: ast.stmt) -> bool:
    constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return constant or isinstance(node, ast.Import | ast.ImportFrom)


def _doctests(text: str, entry_point: str) -> Iterator[str]:
    # imported late: it comes with a debugger and a test framework, and most commands read no docstring
    import doctest

    parser = doctest.DocTestParser()
    # one at a time: an example that doctest refuses takes no other with it
    for part in _DOCTEST.split(text):
        try:
            examples = parser.get_examples(part)
        except ValueError:
            continue
        for example in examples:
            call, wanted = _expression(example.source), _expression(example.want)
            if call is None or entry_point not in {node.id for node in ast.walk(call) if isinstance(node, ast.Name)}:
                continue
            if wanted is not None:
                yield f"assert {example.source.strip()} == {example.want.strip()}"
            elif not example.want.strip() and isinstance(call, ast.Compare):
                yield f"assert {example.source.strip()}"


def _stated(text: str, entry_point: str) -> Iterator[str]:
    """Lines outside doctests: a call with literal arguments, a sign, and a literal up to the end of the line."""
    start = re.compile(rf"(?<![\w.]){re.escape(entry_point)}\s*\(")
    for line in text.splitlines():
        found = None if line.lstrip().startswith((">>>", "...")) else start.search(line)
        end = _call_end(line, found.start(), entry_point) if found else None
        if found is None or end is None:
            continue
        sign = _ARROW.match(line, end)
        value = _literal(line[sign.end() :]) if sign and sign.end() > end else None
        if value is not None:
            yield f"assert {line[found.start() : end]} == {value}"


def _call_end(line: str, start: int, entry_point: str) -> int | None:
    for close in re.finditer(r"\)", line):
        call = _expression(line[start : close.end()]) if close.start() > start else None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == entry_point:
            literal = not call.keywords and all(_is_literal(argument) for argument in call.args)
            return close.end() if literal else None
    return None


def _literal(text: str) -> str | None:
    """The literal that a text is, but for a full stop, a comment or a remark in parentheses after it."""
    for part in (text, text.split(" #")[0], text.split(" (")[0]):
        part = part.strip()
        for candidate in (part.rstrip(".").rstrip(), part.rstrip(",;")):
            candidate = _NAMES.get(candidate, candidate)
            tree = _expression(candidate)
            if tree is not None and _is_literal(tree):
                return candidate
    return None


def _is_literal(tree: ast.expr) -> bool:
    try:
        ast.literal_eval(tree)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _expression(text: str) -> ast.expr | None:
    if not text.strip():
        return None
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
