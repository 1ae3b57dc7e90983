"""Statements in words: what a function does, step by step, with the source's own expressions and nothing else."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from codereflect.tasks.instruction.phrases import quoted
from codereflect.tasks.instruction.source_text import FunctionNode

# deeper blocks are told by the number of their steps
DEEPEST = 3
_LONGEST = 90
_MARGIN = "   "
_ADDING = {"append": "Appends {0} to {1}.", "add": "Adds {0} to {1}.", "extend": "Extends {1} by {0}."}
_UPDATES: dict[type[ast.operator], str] = {
    ast.Add: "Adds {value} to {target}.",
    ast.Sub: "Subtracts {value} from {target}.",
    ast.Mult: "Multiplies {target} by {value}.",
}


def numbered(statements: Sequence[ast.stmt]) -> list[str]:
    """The statements as a numbered list; what is inside of blocks follows as bullets, a line each."""
    lines = []
    told = [statement for statement in statements if not _is_text(statement)]
    for number, statement in enumerate(told, start=1):
        first, *more = _told(statement, 1)
        lines += [f"{number}. {first}", *more]
    return lines


def show(node: ast.AST | None) -> str:
    """An expression as it stands in a sentence, cut where it is long."""
    return _quote(" ".join(ast.unparse(node).split())) if node is not None else ""


def _quote(text: str) -> str:
    return quoted(text if len(text) <= _LONGEST else text[: _LONGEST - 4] + " ...")


def _is_text(statement: ast.stmt) -> bool:
    """A docstring or another text that stands alone, or `...`."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _told(statement: ast.stmt, depth: int) -> list[str]:
    """A statement's sentence, then the lines of its blocks."""
    blocks = _blocks(statement)
    if not blocks:
        return [_sentence(statement)]
    lines: list[str] = []
    for place, (head, block) in enumerate(blocks):
        text, *inner = _with_block(head, block, depth)
        lines += [text if place == 0 else f"{_MARGIN * (depth - 1)}{_MARGIN}{text}", *inner]
    return lines


def _with_block(head: str, block: Sequence[ast.stmt], depth: int) -> list[str]:
    """A head with what belongs to it: in the same line where that is one plain step."""
    told = [statement for statement in block if not _is_text(statement)]
    if not told:
        return [f"{head}, does nothing."]
    if len(told) == 1 and not _blocks(told[0]):
        sentence = _sentence(told[0])
        return [f"{head}, {sentence[0].lower()}{sentence[1:]}"]
    if depth >= DEEPEST:
        return [f"{head}, goes through {len(told)} more step{'s' if len(told) > 1 else ''}."]
    lines = [f"{head}:"]
    for statement in told:
        first, *more = _told(statement, depth + 1)
        lines += [f"{_MARGIN * depth}- {first}", *more]
    return lines


def _blocks(statement: ast.stmt) -> list[tuple[str, Sequence[ast.stmt]]]:
    """The blocks of a compound statement, each with its head."""
    maker = _COMPOUND.get(type(statement))
    return list(maker(statement)) if maker else []


Blocks = Iterator[tuple[str, Sequence[ast.stmt]]]


def _if(node: Any) -> Blocks:
    yield f"If {show(node.test)}", node.body
    while len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        node = node.orelse[0]
        yield f"Otherwise, if {show(node.test)}", node.body
    if node.orelse:
        yield "Otherwise", node.orelse


def _for(node: Any) -> Blocks:
    yield f"For each {show(node.target)} in {show(node.iter)}", node.body
    if node.orelse:
        yield "When the loop was not left early", node.orelse


def _while(node: Any) -> Blocks:
    always = isinstance(node.test, ast.Constant) and node.test.value
    yield "Again and again" if always else f"As long as {show(node.test)}", node.body
    if node.orelse:
        yield "When the loop was not left early", node.orelse


def _with(node: Any) -> Blocks:
    managers = [
        show(item.context_expr) + (f" as {show(item.optional_vars)}" if item.optional_vars else "")
        for item in node.items
    ]
    yield f"Within {' and '.join(managers)}", node.body


def _try(node: Any) -> Blocks:
    yield "In a block whose exceptions are handled" if node.handlers else "In a block with a final step", node.body
    for handler in node.handlers:
        yield (f"On {show(handler.type)}" if handler.type else "On any exception"), handler.body
    if node.orelse:
        yield "When nothing was raised", node.orelse
    if node.finalbody:
        yield "In the end, whatever happened", node.finalbody


def _match(node: Any) -> Blocks:
    for case in node.cases:
        guard = f" and {show(case.guard)}" if case.guard else ""
        yield f"If {show(node.subject)} matches {_quote(ast.unparse(case.pattern))}{guard}", case.body


_COMPOUND: dict[type[ast.stmt], Callable[[Any], Blocks]] = {
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.Match: _match,
}


def _sentence(statement: ast.stmt) -> str:
    """A plain statement in words."""
    maker = _PLAIN.get(type(statement))
    return maker(statement) if maker else f"Runs {show(statement)}."


def _assign(node: Any) -> str:
    names = " and ".join(show(target) for target in node.targets)
    return _set(names, node.value)


def _annotated(node: Any) -> str:
    if node.value is None:
        return f"Declares {show(node.target)} as {show(node.annotation)}."
    return _set(show(node.target), node.value)


def _set(names: str, value: ast.expr) -> str:
    if isinstance(value, ast.IfExp):
        return f"Sets {names} to {show(value.body)} if {show(value.test)}, otherwise to {show(value.orelse)}."
    if isinstance(value, ast.Await):
        return f"Awaits {show(value.value)} and keeps the result as {names}."
    if isinstance(value, ast.Call):
        return f"Calls {show(value)} and keeps the result as {names}."
    if isinstance(value, ast.List | ast.Dict) and not ast.unparse(value)[1:-1]:
        return f"Starts with an empty {'list' if isinstance(value, ast.List) else 'dictionary'} {names}."
    if isinstance(value, ast.ListComp | ast.SetComp | ast.GeneratorExp) and len(value.generators) == 1:
        return f"Collects {show(value.elt)} for {_source(value.generators[0])} as {names}."
    if isinstance(value, ast.DictComp) and len(value.generators) == 1:
        pair = f"{show(value.key)} to {show(value.value)}"
        return f"Maps {pair} for {_source(value.generators[0])} as {names}."
    return f"Sets {names} to {show(value)}."


def _source(generator: ast.comprehension) -> str:
    conditions = "".join(f" where {show(test)}" for test in generator.ifs)
    return f"each {show(generator.target)} in {show(generator.iter)}{conditions}"


def _update(node: Any) -> str:
    form = _UPDATES.get(type(node.op))
    if form is None:
        return f"Updates {show(node.target)} by {show(node)}."
    return form.format(value=show(node.value), target=show(node.target))


def _expression(node: Any) -> str:
    value = node.value
    if isinstance(value, ast.Await):
        return f"Awaits {show(value.value)}."
    if isinstance(value, ast.Yield):
        return f"Yields {show(value.value)}." if value.value else "Yields."
    if isinstance(value, ast.YieldFrom):
        return f"Yields everything from {show(value.value)}."
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and len(value.args) == 1:
        form = _ADDING.get(value.func.attr)
        if form is not None and not value.keywords:
            return form.format(show(value.args[0]), show(value.func.value))
    return f"Calls {show(value)}." if isinstance(value, ast.Call) else f"Evaluates {show(value)}."


def _return(node: Any) -> str:
    if node.value is None:
        return "Returns without a value."
    if isinstance(node.value, ast.IfExp):
        choice = node.value
        return f"Returns {show(choice.body)} if {show(choice.test)}, otherwise {show(choice.orelse)}."
    return f"Returns {show(node.value)}."


def _raise(node: Any) -> str:
    if node.exc is None:
        return "Raises the exception again."
    return f"Raises {show(node.exc)}" + (f" from {show(node.cause)}." if node.cause else ".")


def _definition(node: Any) -> str:
    what = "inner class" if isinstance(node, ast.ClassDef) else "inner function"
    return f"Defines the {what} {quoted(node.name)}."


def _import(node: Any) -> str:
    return f"Imports {' and '.join(quoted(alias.name) for alias in node.names)}" + (
        f" from {quoted('.' * node.level + (node.module or ''))}." if isinstance(node, ast.ImportFrom) else "."
    )


def _assert(node: Any) -> str:
    return f"Asserts {show(node.test)}."


def _delete(node: Any) -> str:
    return f"Deletes {' and '.join(map(show, node.targets))}."


_PLAIN: dict[type[ast.stmt], Callable[[Any], str]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _update,
    ast.Expr: _expression,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Assert: _assert,
    ast.Delete: _delete,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.Pass: lambda node: "Does nothing.",
    ast.Break: lambda node: "Leaves the loop.",
    ast.Continue: lambda node: "Goes on with the next round of the loop.",
    ast.Global: lambda node: f"Uses the global {' and '.join(map(quoted, node.names))}.",
    ast.Nonlocal: lambda node: f"Uses the outer {' and '.join(map(quoted, node.names))}.",
    **dict.fromkeys((ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef), _definition),
}


def returned(node: FunctionNode, parts: Sequence[ast.AST]) -> list[str]:
    """The distinct expressions that it returns, in their order."""
    values = [part.value for part in parts if isinstance(part, ast.Return) and part.value is not None]
    return list(dict.fromkeys(map(show, values)))
