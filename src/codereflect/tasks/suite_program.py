"""The reference of a problem of a public suite as a program that stands alone."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codereflect.grading.unit_tests.subject import defines
from codereflect.records import Problem


@dataclass(frozen=True)
class Program:
    """A reference solution.

    Attributes:
        source: the whole program, with `\\n` as line end.
        shown: whether the problem's prompt begins it, so that its signature and docstring are shown (HumanEval).
        helpers: names of the functions that this prompt holds whole.
    """

    source: str
    shown: bool
    helpers: frozenset[str]


def program_of(problem: Problem) -> Program | None:
    """The program of a Python problem: its reference, after its prompt where that begins it; None if there is none.

    HumanEval's references are the bodies of the functions that their prompts begin.
    """
    if problem.language != "python" or problem.reference is None or problem.entry_point is None:
        return None
    prompt, reference = _lines(problem.prompt), _lines(problem.reference)
    for source in (reference, prompt + reference):
        try:
            if defines(ast.parse(source), problem.entry_point):
                shown = source.startswith(prompt)
                helpers = _whole_functions(source, prompt.count("\n")) if shown else frozenset()
                return Program(source.rstrip() + "\n", shown, helpers)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def _whole_functions(source: str, lines: int) -> frozenset[str]:
    """The functions that end within the first lines of a program."""
    functions = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    return frozenset(node.name for node in functions if (node.end_lineno or 0) <= lines)


def description_of(problem: Problem) -> str:
    """What a problem asks for: its prompt, and of a prompt that is a docstring alone (MBPP) its text."""
    prompt = _lines(problem.prompt).strip()
    try:
        body = ast.parse(prompt).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return prompt
    lone = body[0].value if len(body) == 1 and isinstance(body[0], ast.Expr) else None
    return lone.value.strip() if isinstance(lone, ast.Constant) and isinstance(lone.value, str) else prompt


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def without_docstring(source: str, entry_point: str) -> str:
    """A program without the docstring of its entry point, as `ast.unparse` writes it."""
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == entry_point and len(node.body) > 1:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                node.body = node.body[1:]
    return ast.unparse(tree) + "\n"
