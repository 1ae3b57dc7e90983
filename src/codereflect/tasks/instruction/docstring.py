"""`docstring`: the function without its docstring -> that docstring, brought to Google style.

Types come from the annotations, exceptions from the body; what the author did not document is told only as far as the
signature tells it. Form: Google Python Style Guide, section 3.8.3.
"""

from __future__ import annotations

import ast
import re

from codereflect.programs.mined_function import Function, Parameter
from codereflect.tasks.instruction.documented import Documented, documented, expected
from codereflect.tasks.instruction.phrases import Rejected, fenced, kind_of, place_of
from codereflect.tasks.instruction.source_text import (
    FunctionNode,
    body_of,
    definition,
    gives,
    is_stub,
    own_nodes,
    without_docstring,
)
from codereflect.tasks.prompt_texts import worded

_INDENT = "    "
# a summary that says what is returned (the style guide then asks for no section)
_TELLS_RESULT = re.compile(r"(returns?|yields?|gets?|computes?|calculates?|checks? (?:if|whether))\b", re.IGNORECASE)


def prompt_and_answer(function: Function) -> tuple[str, str]:
    """Prompt and gold answer.

    Raises:
        Rejected: the docstring is missing, too thin, or does not fit the function.
    """
    told = documented(function)
    bare = without_docstring(function.source)
    if bare is None:
        raise Rejected("nothing_but_docstring")
    answer = google_style(function, told)
    prompt = worded("docstring", kind=kind_of(function), place=place_of(function), code=fenced(bare))
    return prompt, answer


def google_style(function: Function, told: Documented) -> str:
    """The docstring with its quotes.

    Raises:
        Rejected: most parameters are not documented, or a result is documented that there is not.
    """
    node = definition(function.source)
    parts = [told.summary if told.summary[-1] in ".!?:" else told.summary + "."]
    if told.details:
        parts.append(told.details)
    parts.append(_section("Args", _arguments(function, told)))
    parts.append(_section(*_result(function, node, told)))
    parts.append(_section("Raises", _raises(function, node, told)))
    parts += [_section(title, text.split("\n")) for title, text in told.notes]
    text = "\n\n".join(part for part in parts if part)
    quotes = "'''" if '"""' in text else '"""'
    if quotes in text:
        raise Rejected("quotes")
    return f"{'r' if chr(92) in text else ''}{quotes}{text}\n{quotes}"


def _section(title: str, lines: list[str]) -> str:
    return "\n".join([f"{title}:", *(f"{_INDENT}{line}".rstrip() for line in lines)]) if lines else ""


def _entry(head: str, description: str) -> list[str]:
    """`head: description`, further lines indented."""
    first, *more = description.split("\n") if description else [""]
    return [f"{head}: {first}".rstrip() if first else f"{head}:", *(f"{_INDENT}{line}" for line in more)]


def _arguments(function: Function, told: Documented) -> list[str]:
    wanted = expected(function)
    if not wanted:
        raise Rejected("no_parameters")
    named = [one for one in wanted if not one.kind.startswith("var_")]
    missing = [one for one in named if not told.parameters.get(one.name, (None, ""))[1]]
    if 2 * len(missing) > len(named) or any(not one.annotation and one.default is None for one in missing):
        raise Rejected("parameters_missing")
    lines = []
    for one in wanted:
        kind, description = told.parameters.get(one.name, (None, ""))
        if description or not one.kind.startswith("var_"):
            lines += _entry(_head(one, kind), description or _by_signature(one))
    return lines


def _head(one: Parameter, documented_type: str | None) -> str:
    stars = {"var_positional": "*", "var_keyword": "**"}.get(one.kind, "")
    kind = _annotation(one.annotation) or documented_type
    details = [part for part in (kind, "optional" if one.default is not None else None) if part]
    if kind and "optional" in kind.lower().split(", ")[-1:]:
        details = [kind]
    told = f" ({', '.join(details)})" if details else ""
    return f"{stars}{one.name}{told}"


def _annotation(text: str | None) -> str | None:
    """An annotation as prose: without the quotes of a forward reference."""
    return None if text is None else text.strip("\"'")


def _by_signature(one: Parameter) -> str:
    """What the signature alone says of a parameter."""
    return f"Defaults to `{one.default}`." if one.default is not None else f"A value of type `{one.annotation}`."


def _result(function: Function, node: FunctionNode, told: Documented) -> tuple[str, list[str]]:
    given = gives(node)
    if given == "nothing":
        if told.returns is not None and not is_stub(node) and told.returns[1].strip(". ").lower() not in ("none", ""):
            raise Rejected("returns_nothing")
        if not (is_stub(node) and told.returns):
            return "Returns", []
    title = "Yields" if given == "yields" else "Returns"
    kind, description = told.returns or (None, "")
    kind = _annotation(function.returns) or kind
    if kind == "None":
        return title, []
    if not (kind or description):
        if not _TELLS_RESULT.match(told.summary):
            raise Rejected("returns_missing")
        return title, []
    if not description:
        return title, [kind or ""]
    return title, _entry(kind, description) if kind else description.split("\n")


def _raises(function: Function, node: FunctionNode, told: Documented) -> list[str]:
    lines: list[str] = []
    known = set()
    for name, description in told.raises:
        name = name.strip("`")
        known.add(name.rpartition(".")[2])
        lines += _entry(name, description) if name else description.split("\n")
    reasons = _conditions(node)
    for name in function.raises:
        if name.rpartition(".")[2] not in known and name in reasons:
            lines += _entry(name, reasons[name])
    return lines


def _conditions(node: FunctionNode) -> dict[str, str]:
    """When the function raises what, by the condition that its `raise` stands under."""
    above: dict[int, ast.AST] = {}
    for parent in [node, *own_nodes(node)]:
        for child in ast.iter_child_nodes(parent):
            above[id(child)] = parent
    found: dict[str, str] = {}
    for part in own_nodes(node):
        if isinstance(part, ast.Raise) and part.exc is not None:
            name = ast.unparse(part.exc.func if isinstance(part.exc, ast.Call) else part.exc)
            reason = _reason(part, above, part in body_of(node))
            if reason and name not in found:
                found[name] = reason
    return found


def _reason(part: ast.Raise, above: dict[int, ast.AST], always: bool) -> str:
    parent = above.get(id(part))
    if isinstance(parent, ast.If) and part in parent.body:
        return f"If `{ast.unparse(parent.test)}`."
    if isinstance(parent, ast.If):
        return f"If `{ast.unparse(parent.test)}` does not hold."
    if isinstance(parent, ast.ExceptHandler) and parent.type is not None:
        return f"If `{ast.unparse(parent.type)}` is caught."
    return "If no return comes first." if always else ""
