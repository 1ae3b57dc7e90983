"""MultiPL-E's Java problems (Cassano et al. 2023, arXiv 2208.08227): files of prompt, tests and stop tokens.

A prompt opens `class Problem` and a method, and the tests close that method and add a `main`. Here the two are taken
apart: a program is `class Problem` with its method, the tests are a class of their own that calls it.
"""

from __future__ import annotations

import json
import re
from typing import Any

from codereflect.formats.rows import Row, clean, malformed, text_field
from codereflect.grading.extraction import extract
from codereflect.records import Problem

OWNER = "Problem"
TESTS_CLASS = "ProblemTests_"
# closes the method and the class that the prompt opened
_CLOSING = "\n    }\n}\n"
_HEAD = re.compile(r"^class Problem\s*\{", re.MULTILINE)
_METHOD = re.compile(r"(\w+)\s*\([^()]*\)\s*\{\s*\Z")
_CLASS = re.compile(r"\bclass\s+Problem\b")


class JavaProblem(Problem):
    """A problem of MultiPL-E: a completion ends where the first of the stop tokens begins."""

    stop_tokens: list[str]


def problems(row: Row) -> list[Problem]:
    """The problem of a row.

    Raises:
        UserError: a key is missing or of the wrong kind, it is not Java, or prompt and tests do not fit together.
    """
    name, prompt, tests = (text_field(row, key) for key in ("name", "prompt", "tests"))
    language = row.value.get("language", "java")
    if language != "java":
        raise malformed(row.where, f"the language is {str(language)[:40]!r}, only java can be run")
    head, method = _HEAD.search(prompt), _METHOD.search(prompt)
    if head is None or method is None:
        raise malformed(row.where, "the prompt does not open a method in a class Problem")
    closing = re.match(r"\s*\}", tests)
    if closing is None or "void main(" not in tests:
        raise malformed(row.where, "the tests do not close the prompt's method and add a main")
    imports = prompt[: head.start()]
    suite = f"{'mbpp' if name.lower().startswith('mbpp') else 'humaneval'}-java"
    return [
        JavaProblem(
            task_id=name,
            suite=suite,
            language="java",
            category=suite,
            prompt=prompt,
            entry_point=method[1],
            hidden_tests=[f"{imports}class {TESTS_CLASS} {{{tests[closing.end() :]}"],
            stop_tokens=_stop_tokens(row),
        )
    ]


def _stop_tokens(row: Row) -> list[str]:
    found: Any = row.value.get("stop_tokens")
    if not isinstance(found, list) or not all(isinstance(token, str) and token for token in found):
        raise malformed(row.where, "stop_tokens is no list of texts")
    return [clean(token, row.where, "stop_tokens") for token in found]


def stop_tokens(problem: Problem) -> list[str] | None:
    """Where a completion ends; None where a problem is not of MultiPL-E. A plain Problem has them in its context."""
    if isinstance(problem, JavaProblem):
        return problem.stop_tokens
    try:
        found = json.loads(problem.context or "")["stop_tokens"]
    except (ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, list) else None


def java_program(problem: Problem, text: str, prepend: str) -> str:
    """The class Problem that an answer stands for: it is one, holds the whole method, or continues the prompt.

    A whole method gets the prompt's imports, since it has no place for its own; a whole class does not.
    """
    stops = stop_tokens(problem) or []
    code = extract(text, "java", problem.entry_point)
    start = _cut(code, stops)
    if prepend == "no" or (prepend == "auto" and _CLASS.search(start)):
        return code
    imports = problem.prompt[: head.start()] if (head := _HEAD.search(problem.prompt)) else ""
    if prepend == "auto" and _declares(code, problem.entry_point or "", len(start)):
        return f"{imports}class {OWNER} {{\n{code}\n}}\n"
    return problem.prompt + start + _CLOSING


def _cut(text: str, stops: list[str]) -> str:
    """The text up to the first stop token. Its last line counts as ended, as models leave out the last line's end."""
    ended = text + "\n"
    return text[: min([len(text), *(place for stop in stops if (place := ended.find(stop)) >= 0)])]


def _declares(code: str, method: str, before: int) -> bool:
    """Whether a text, as the inside of a class, declares a method; it begins before some place."""
    import tree_sitter
    import tree_sitter_java

    opening = b"class X {\n"
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_java.language()))
    root = parser.parse(opening + code.encode("utf-8", "replace")).root_node
    body = root.named_children[0].child_by_field_name("body") if root.named_children else None
    for member in body.named_children if body is not None else []:
        name = member.child_by_field_name("name")
        if member.type == "method_declaration" and name is not None and name.text == method.encode():
            return member.start_byte - len(opening) <= len(code[:before].encode("utf-8", "replace"))
    return False
