"""Which words of a task ask for which statement of its reference.

A description such as `keep the even numbers, then sum the numbers; add 3` has a clause a step. Where it has as many
clauses as the reference's function has statements before its return, the n-th clause asks for the n-th statement.
"""

from __future__ import annotations

import ast
import re

from codereflect.records import Example
from codereflect.teacher.rules.source import BrokenLine, parse, quote

CONNECTIVE = re.compile(r"(?:;| and then |, then )(?: ?next )? ?")


def description(example: Example) -> str:
    """The words of the prompt: its lines without those that call the function (signature, examples)."""
    call = f"{example.entry_point}("
    lines = [line.strip().lstrip("#").strip() for line in example.prompt.splitlines() if call not in line]
    return "\n".join(line for line in lines if line)


def members(example: Example) -> str:
    """What the prompt of a Java method says of its class, behind the description and ` | `; empty of other tasks."""
    return example.prompt.partition(" | ")[2] if example.language == "java" else ""


def clauses(example: Example) -> dict[str, str]:
    """Statement of the reference -> the clause that asks for it; empty when they cannot be matched."""
    if example.language != "python":
        return {}
    words = description(example)
    tree = parse(example.reference)
    if "\n" in words or isinstance(tree, BrokenLine) or len(tree.body) != 1:
        return {}
    function = tree.body[0]
    if not isinstance(function, ast.FunctionDef):
        return {}
    steps = [quote(example.reference, node) for node in function.body if not isinstance(node, ast.Return)]
    asked = [part.strip() for part in CONNECTIVE.split(words)]
    if len(asked) != len(steps) or len(set(steps)) != len(steps) or not all(asked):
        return {}
    return dict(zip(steps, asked, strict=True))
