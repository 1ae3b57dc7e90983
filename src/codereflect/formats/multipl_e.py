"""MultiPL-E's Java problems (Cassano et al. 2023, arXiv 2208.08227): files of prompt, tests and stop tokens.

A prompt opens `class Problem` and a method, and the tests close that method and add a `main`. Here the two are taken
apart: a program is `class Problem` with its method, the tests are a class of their own that calls it.
"""

from __future__ import annotations

import re
from typing import Any

from codereflect.formats.rows import Row, clean, malformed, text_field
from codereflect.material import StopTokens
from codereflect.records import Problem

TESTS_CLASS = "ProblemTests_"
HEAD = re.compile(r"^class Problem\s*\{", re.MULTILINE)
_METHOD = re.compile(r"(\w+)\s*\([^()]*\)\s*\{\s*\Z")


def problems(row: Row) -> list[Problem]:
    """The problem of a row.

    Raises:
        UserError: a key is missing or of the wrong kind, it is not Java, or prompt and tests do not fit together.
    """
    name, prompt, tests = (text_field(row, key) for key in ("name", "prompt", "tests"))
    language = row.value.get("language", "java")
    if language != "java":
        raise malformed(row.where, f"the language is {str(language)[:40]!r}, only java can be run")
    head, method = HEAD.search(prompt), _METHOD.search(prompt)
    if head is None or method is None:
        raise malformed(row.where, "the prompt does not open a method in a class Problem")
    closing = re.match(r"\s*\}", tests)
    if closing is None or "void main(" not in tests:
        raise malformed(row.where, "the tests do not close the prompt's method and add a main")
    imports = prompt[: head.start()]
    suite = f"{'mbpp' if name.lower().startswith('mbpp') else 'humaneval'}-java"
    return [
        Problem(
            task_id=name,
            suite=suite,
            language="java",
            category=suite,
            prompt=prompt,
            entry_point=method[1],
            hidden_tests=[f"{imports}class {TESTS_CLASS} {{{tests[closing.end() :]}"],
            material=StopTokens(tokens=tuple(_stop_tokens(row))),
        )
    ]


def _stop_tokens(row: Row) -> list[str]:
    found: Any = row.value.get("stop_tokens")
    if not isinstance(found, list) or not all(isinstance(token, str) and token for token in found):
        raise malformed(row.where, "stop_tokens is no list of texts")
    return [clean(token, row.where, "stop_tokens") for token in found]
