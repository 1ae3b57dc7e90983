"""`explain`: a function -> what it takes, does, calls, raises and returns, put together from its source.

The purpose is the first sentence of its own docstring; without one it is told by name, parameters and result alone.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codereflect.programs.mined_function import Function, Parameter
from codereflect.tasks.instruction import narration
from codereflect.tasks.instruction.documented import expected, first_sentence
from codereflect.tasks.instruction.phrases import Rejected, fenced, kind_of, place_of, quoted
from codereflect.tasks.instruction.source_text import body_of, definition, gives, is_stub, own_nodes
from codereflect.tasks.prompt_texts import worded

MOST_LINES = 40
_MOST_NAMED = 12
_FEW = 5


def prompt_and_answer(function: Function) -> tuple[str, str]:
    """Prompt and gold answer.

    Raises:
        Rejected: there is nothing to explain, or too much for one answer.
    """
    node = definition(function.source)
    if is_stub(node):
        raise Rejected("stub")
    steps = narration.numbered(body_of(node))
    if len(steps) > MOST_LINES:
        raise Rejected("too_many_steps")
    parts = own_nodes(node)
    returned = narration.returned(node, parts)
    given = gives(node)
    sections = [
        f"**Purpose.** {_purpose(function, given)}",
        _parameters(expected(function)),
        "**Steps.**\n" + "\n".join(steps),
        _listed("Calls", [quoted(name) for name in function.calls if name not in function.raises]),
        _listed("Raises", [quoted(name) for name in function.raises]),
        _result(function, given, returned),
    ]
    prompt = worded("explain", kind=kind_of(function), place=place_of(function), code=fenced(function.source))
    return prompt, "\n\n".join(part for part in sections if part)


def _purpose(function: Function, given: str) -> str:
    told = first_sentence(function.docstring or "")
    if told:
        return told if told[-1] in ".!?" else f"{told}."
    names = [quoted(one.name) for one in expected(function)]
    taken = f"takes {_joined(names)}" if names else "takes no arguments"
    result = {"returns": "returns a value", "yields": "yields values", "nothing": "returns nothing"}[given]
    branches = sum(isinstance(part, ast.If) for part in own_nodes(definition(function.source)))
    way = f", with {branches} branch{'es' if branches > 1 else ''} on the way" if branches else ""
    kind = "asynchronous " if function.is_async else ""
    return f"The {kind}{kind_of(function)} {quoted(function.name)} {taken} and {result}{way}."


def _parameters(wanted: Sequence[Parameter]) -> str:
    lines = []
    for one in wanted:
        stars = {"var_positional": "*", "var_keyword": "**"}.get(one.kind, "")
        facts = [quoted(one.annotation)] if one.annotation else []
        if one.kind == "keyword_only":
            facts.append("by keyword only")
        if one.default is not None:
            facts.append(f"default {quoted(one.default)}")
        lines.append(f"- {quoted(stars + one.name)}" + (f": {', '.join(facts)}" if facts else ""))
    return "**Parameters.**\n" + "\n".join(lines) if lines else ""


def _listed(title: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"**{title}.** {', '.join(names[:_MOST_NAMED])}{more}."


def _joined(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _result(function: Function, given: str, returned: Sequence[str]) -> str:
    kind = f" It is annotated as {quoted(function.returns)}." if function.returns else ""
    if given == "yields":
        return f"**Yields.** The values one after the other.{kind}"
    if given == "nothing":
        return "**Returns.** Nothing."
    if len(returned) == 1:
        return f"**Returns.** {returned[0]}.{kind}"
    listed = f"{', '.join(returned[:-1])} or {returned[-1]}" if len(returned) < _FEW else f"{len(returned)} values"
    return f"**Returns.** One of {listed}.{kind}"
