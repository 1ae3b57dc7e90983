"""The whole class that an answer to a problem of MultiPL-E stands for."""

from __future__ import annotations

import re

from codereflect.formats.multipl_e import HEAD
from codereflect.grading.extraction import extract
from codereflect.material import StopTokens
from codereflect.records import Problem

OWNER = "Problem"
# closes the method and the class that the prompt opened
_CLOSING = "\n    }\n}\n"
_CLASS = re.compile(r"\bclass\s+Problem\b")


def java_program(problem: Problem, text: str, prepend: str) -> str:
    """The class Problem that an answer stands for: it is one, holds the whole method, or continues the prompt.

    A whole method gets the prompt's imports, since it has no place for its own; a whole class does not.
    """
    stops = problem.material.tokens if isinstance(problem.material, StopTokens) else ()
    code = extract(text, "java", problem.entry_point)
    start = _cut(code, stops)
    if prepend == "no" or (prepend == "auto" and _CLASS.search(start)):
        return code
    imports = problem.prompt[: head.start()] if (head := HEAD.search(problem.prompt)) else ""
    if prepend == "auto" and _declares(code, problem.entry_point or "", len(start)):
        return f"{imports}class {OWNER} {{\n{code}\n}}\n"
    return problem.prompt + start + _CLOSING


def _cut(text: str, stops: tuple[str, ...]) -> str:
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
