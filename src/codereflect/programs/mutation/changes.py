"""Where in a program mistakes can be made, and what they change: the fields of the syntax tree's nodes.

What may stand in the place of a node is in `operators.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from codereflect.programs.mutation.operators import Mistake, mistakes, text_of
from codereflect.programs.variable_types import Function, same_type

# statements that are not left out: they have an operator of their own, or the program does not even start without them
_KEPT = (
    ast.Return,
    ast.Pass,
    ast.Break,
    ast.Continue,
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
)


@dataclass(frozen=True)
class Change:
    """A mistake: a field of a node with another content.

    Attributes:
        last_line: of what is changed; of a statement, the line that it begins on.
        scope: the module's own statement that it is in.
        new: the new content, from the old one.
    """

    kind: str
    line: int
    last_line: int
    column: int
    sentence: str
    scope: ast.stmt
    owner: ast.AST
    field: str
    new: Callable[[Any], Any]

    def content(self) -> Any:
        """The new content of the field, in a tree that has the old one."""
        return self.new(getattr(self.owner, self.field))


def changes(tree: ast.Module, everywhere: bool = False) -> Iterator[Change]:
    """All mistakes in the functions of a module, in the order of the tree.

    With `everywhere` also in f-strings, in default values and in what the module and its classes assign. The places of
    f-strings' parts become those of the whole: Python 3.11 tells them wrong.
    """
    if everywhere:
        _place_parts(tree)
    for scope in tree.body:
        if everywhere:
            for owner in _fixed(scope):
                for field, value in ast.iter_fields(owner):
                    if field != "annotation":
                        for kind, node, sentence, new in _in_field(owner, field, value, {}):
                            yield Change(kind, *_place(node), sentence, scope, owner, field, new)
        for function in _functions(scope):
            twins = same_type(function)
            for owner in _nodes(function, everywhere):
                if _is_docstring(owner):
                    continue
                for field, value in ast.iter_fields(owner):
                    # what stands behind the colon of a variable is not run
                    if field != "annotation" and (owner is not function or field == "body"):
                        for kind, node, sentence, new in _in_field(owner, field, value, twins):
                            yield Change(kind, *_place(node), sentence, scope, owner, field, new)


def _functions(scope: ast.stmt) -> Iterator[Function]:
    """Functions, and lambdas that are in none."""
    waiting: list[tuple[ast.AST, bool]] = [(scope, False)]
    while waiting:
        node, inside = waiting.pop(0)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or (isinstance(node, ast.Lambda) and not inside):
            yield node
            inside = True
        waiting.extend((child, inside) for child in ast.iter_child_nodes(node))


def _place_parts(tree: ast.Module) -> None:
    for text in [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]:
        for part in ast.walk(text):
            ast.copy_location(part, text)


# calls at the level of a module whose texts are names
_NAMING = {"namedtuple", "TypeVar", "ParamSpec", "NewType", "Enum"}


def _fixed(scope: ast.stmt) -> Iterator[ast.AST]:
    """Nodes of default values, and of what a module or a class assigns in its own body."""
    stack: list[ast.AST] = [scope]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _default_nodes(node.args)
            stack.extend(reversed(node.body if isinstance(node.body, list) else []))
        elif isinstance(node, ast.ClassDef):
            stack.extend(reversed(node.body))
            for part in node.body:
                yield from _assigned(part)
        elif not isinstance(node, ast.expr):
            stack.extend(child for child in reversed(_children(node)))
    yield from _assigned(scope)


def _default_nodes(arguments: ast.arguments) -> Iterator[ast.AST]:
    yield arguments
    for value in [*arguments.defaults, *arguments.kw_defaults]:
        if value is not None and not isinstance(value, ast.Lambda):
            yield from ast.walk(value)


def _assigned(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of an assignment's value, but for names of the module itself and what is called to name something."""
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
        return
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    called = statement.value.func if isinstance(statement.value, ast.Call) else None
    named = getattr(called, "attr", getattr(called, "id", "")) in _NAMING
    if named or any(isinstance(one, ast.Name) and one.id.startswith("__") for one in targets):
        return
    if any(isinstance(node, ast.Lambda) for node in ast.walk(statement.value)):
        return
    yield statement
    yield from ast.walk(statement.value)


def _nodes(function: Function, everywhere: bool) -> Iterator[ast.AST]:
    """A function and the nodes of its body, without those of functions and classes inside (they come by themselves)."""
    stack: list[ast.AST] = [function]
    while stack:
        node = stack.pop()
        yield node
        body = function.body if isinstance(function.body, list) else [function.body]
        below = body if node is function else _children(node)
        inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, *(() if everywhere else (ast.JoinedStr,)))
        # the default values of a lambda come by themselves
        inner = (*inner, ast.arguments) if everywhere else inner
        stack.extend(child for child in reversed(below) if not isinstance(child, inner))


def _children(node: ast.AST) -> list[ast.AST]:
    children = list(ast.iter_child_nodes(node))
    return (
        [child for child in children if child is not node.annotation] if isinstance(node, ast.AnnAssign) else children
    )


def _place(node: ast.AST) -> tuple[int, int, int]:
    """First and last line, and column from 1."""
    node = node.pattern if isinstance(node, ast.match_case) else node
    line = getattr(node, "lineno", 0)
    last = line if isinstance(node, ast.stmt | ast.ExceptHandler) else getattr(node, "end_lineno", line)
    return line, last, getattr(node, "col_offset", -1) + 1


# kind, what is wrong, sentence, the new content of the field
Found = tuple[str, ast.AST, str, Callable[[Any], Any]]


def _in_field(owner: ast.AST, field: str, value: Any, twins: dict[str, list[str]]) -> Iterator[Found]:
    if isinstance(value, list):
        if field in ("body", "orelse", "finalbody") and not isinstance(owner, ast.Module | ast.ClassDef):
            yield from _statements(field, value)
        for index, item in enumerate(value):
            if isinstance(item, ast.AST):
                for kind, new, sentence in mistakes(item, twins):
                    yield kind, item, sentence, _with_item(index, new)
        if (type(owner), field) in _PARTS:
            yield from _parts_left_out(*_PARTS[type(owner), field], value)
    elif isinstance(value, ast.AST):
        for kind, new, sentence in mistakes(value, twins):
            yield kind, value, sentence, _as(new)
    if isinstance(owner, ast.Slice) and isinstance(value, ast.expr):
        text = f"The slice has no {'step' if field == 'step' else field + ' bound'} where {text_of(value)} is meant."
        yield "slice", value, text, _as(None)
    if isinstance(value, ast.expr) and (type(owner), field) in _CONDITIONS:
        yield from _conditions(owner, value)


def _as(new: Any) -> Callable[[Any], Any]:
    return lambda old: new


def _with_item(index: int, *new: Any) -> Callable[[Any], Any]:
    """A list with other items in the place of one."""
    return lambda old: [*old[:index], *new, *old[index + 1 :]]


# of which nodes single parts are left out: the kind, what a part is called, how many must stay
_PARTS: dict[tuple[type, str], tuple[str, str, int]] = {
    (ast.comprehension, "ifs"): ("condition", "condition", 0),
    (ast.Match, "cases"): ("case", "case", 1),
    (ast.MatchOr, "patterns"): ("case", "pattern", 2),
    (ast.Try, "handlers"): ("exception", "handler", 1),
}
_CONDITIONS = {(ast.If, "test"), (ast.While, "test"), (ast.match_case, "guard")}


def _parts_left_out(kind: str, name: str, least: int, parts: list[Any]) -> Iterator[Found]:
    for index, part in enumerate(parts):
        if len(parts) > least:
            yield kind, part, f"The {name} {text_of(part)} is left out.", _with_item(index)
        if name == "condition":
            for turned, new, sentence in _turned(part):
                yield turned, part, sentence, _with_item(index, new)


def _conditions(owner: ast.AST, test: ast.expr) -> Iterator[Found]:
    for kind, new, sentence in _turned(test):
        yield kind, test, sentence, _as(new)
    if isinstance(owner, ast.match_case):
        yield "condition", test, f"The condition {text_of(test)} is left out.", _as(None)


def _turned(test: ast.expr) -> Iterator[Mistake]:
    """A condition turned round, where no other operator does that."""
    if not isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.Constant):
        yield "turned", ast.UnaryOp(ast.Not(), test), f"The condition {text_of(test)} is turned round."


def _statements(field: str, block: list[ast.stmt]) -> Iterator[Found]:
    """Each statement left out, and an `if` whose condition is passed over."""
    for index, statement in enumerate(block):
        if isinstance(statement, _KEPT) or _is_docstring(statement) or _is_declaration(statement):
            continue
        rest = [ast.Pass()] if len(block) == 1 and field == "body" else []
        yield "statement", statement, f"The step {text_of(statement)} is left out.", _with_item(index, *rest)
        if isinstance(statement, ast.If):
            text = f"What follows {text_of(statement)} is done in any case."
            yield "condition", statement, text, _with_item(index, *statement.body)


def _is_declaration(statement: ast.stmt) -> bool:
    """`x: int` alone, which does nothing."""
    return isinstance(statement, ast.AnnAssign) and statement.value is None


def _is_docstring(statement: ast.AST) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
