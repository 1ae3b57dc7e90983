"""Functions of Python and methods of Java, freed of what can be changed without writing anything new.

Two strengths, both blind to layout, comments, docstrings, annotations and the function's own name:

- `code`: the names that a function binds (parameters, variables, inner functions) are numbered in the order of their
  appearance. Equal: the same function, renamed at most.
- `shape`: besides, every other name is a name, every literal is its type. Equal: the same steps on whatever.

A form is a digest; `size` counts the nodes behind it, as small functions are equal by chance.
"""

from __future__ import annotations

import ast
import hashlib
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from textwrap import dedent
from typing import Any

from codereflect.records import Language

# a block, also within a list or a quotation of other marks; what nobody closed ends with the text
_FENCE = re.compile(
    r"^[ \t]*(?P<mark>`{3,}|~{3,})[^\n]*\n(?P<code>.*?)(?:^[ \t]*(?P=mark)|\Z)", re.DOTALL | re.MULTILINE
)
_TYPED = (">>> ", "... ")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# What says nothing of what a function does: notes about types, and what the parser marks twice.
_SKIPPED = frozenset(["annotation", "returns", "type_comment", "type_params", "ctx", "kind"])
# Names that no function binds, whatever variable has the same one.
_MEMBERS = frozenset(((ast.Attribute, "attr"), (ast.keyword, "arg"), (ast.alias, "name"), (ast.ImportFrom, "module")))
_JAVA_SKIPPED = frozenset(["line_comment", "block_comment", "modifiers"])
_JAVA_BINDERS = frozenset(["formal_parameter", "spread_parameter", "variable_declarator", "enhanced_for_statement"])
_JAVA_BINDERS |= frozenset(["catch_formal_parameter", "resource", "inferred_parameters", "lambda_expression"])
_JAVA_FUNCTIONS = frozenset(("method_declaration", "constructor_declaration"))
_JAVA_NAMES = frozenset(("identifier", "type_identifier"))


@dataclass(frozen=True)
class Form:
    """What is left of a function.

    Attributes:
        code: digest of the steps, the names that are not bound and the literals.
        shape: digest of the steps alone.
        size: nodes of the syntax tree.
    """

    code: bytes
    shape: bytes
    size: int


@dataclass
class _Steps:
    """The two texts of a function while it is walked through."""

    bound: frozenset[str]
    numbers: dict[str, int] = field(default_factory=dict)
    code: list[str] = field(default_factory=list)
    shape: list[str] = field(default_factory=list)
    size: int = 0

    def add(self, step: str) -> None:
        self.code.append(step)
        self.shape.append(step)

    def name(self, name: str, member: bool) -> None:
        """A bound name by its number, any other and a member's as it is; in the shape, all are names."""
        if name in self.bound and not member:
            name = f"#{self.numbers.setdefault(name, len(self.numbers))}"
        self.code.append(name)
        self.shape.append("name")

    def form(self, language: Language) -> Form:
        return Form(_digest(language, self.code), _digest(language, self.shape), self.size)


def forms(language: Language, prompt: str, reference: str) -> list[Form]:
    """The forms of all functions that a task and its answer show: as one text, or in the answer and fenced blocks."""
    find = python_forms if language == "python" else java_forms
    found = find(prompt + reference)
    if not found:
        blocks = [dedent(found["code"]) for found in _FENCE.finditer(prompt + "\n" + reference)]
        found = [form for text in (reference, *blocks) for form in find(text) or find(_typed(text))]
    return list(dict.fromkeys(found))


def _typed(text: str) -> str:
    """Of a text that ends in an interactive session what comes before it, and what is typed in it; else nothing."""
    lines = text.splitlines()
    first = next((number for number, line in enumerate(lines) if line.startswith(_TYPED[0])), None)
    if first is None:
        return ""
    return "\n".join([*lines[:first], *(line[4:] for line in lines[first:] if line.startswith(_TYPED))])


def python_forms(text: str) -> list[Form]:
    """The functions and methods of a Python text; none if it is no Python. Inner functions belong to the outer one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return []
    found: list[Form] = []
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _FUNCTIONS):
            found.append(_python_form(node))
        else:
            waiting.extend(child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt))
    return found


def _leave_out_self(function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """A method that has no use for its object is the function that somebody put into a class."""
    first = function.args.args[0].arg if function.args.args else None
    used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    if first in ("self", "cls") and first not in used:
        del function.args.args[0]


def _python_form(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Form:
    _leave_out_self(function)
    steps = _Steps(frozenset(_bound(function)))
    waiting: list[Any] = [function]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            steps.add(node)
        elif isinstance(node, _Name):
            steps.name(node.text, node.member)
        elif isinstance(node, _Literal):
            steps.code.append(node.text)
            steps.shape.append(node.kind)
        else:
            steps.size += 1
            waiting.extend(reversed(_python_parts(node)))
    return steps.form("python")


@dataclass(frozen=True)
class _Name:
    text: str
    member: bool


@dataclass(frozen=True)
class _Literal:
    text: str
    kind: str


def _python_parts(node: Any) -> list[Any]:
    """A node as its kind, then its parts, brackets around lists, so that no two trees give the same steps."""
    if isinstance(node, ast.Constant):
        return [_Literal(repr(node.value), type(node.value).__name__)]
    if isinstance(node, ast.AnnAssign):
        return ["Assign", "[", node.target, "]", node.value] if node.value is not None else []
    parts: list[Any] = [type(node).__name__]
    for name, value in ast.iter_fields(node):
        if name in _SKIPPED:
            continue
        if value is None:
            # what is left out has a place: x[2:] is not x[:2]
            parts.append("None")
            continue
        member = (type(node), name) in _MEMBERS
        if isinstance(value, list):
            if name == "body" and isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
                value = _without_docstring(value)
            parts += ["[", *(_Name(item, member) if isinstance(item, str) else item or "None" for item in value), "]"]
        elif isinstance(value, str):
            parts.append(_Name(value, member))
        else:
            parts.append(str(value) if isinstance(value, int) else value)
    return parts


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return body[1:]
    return body


def _bound(function: ast.AST) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (*_FUNCTIONS, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            yield node.name
        elif isinstance(node, ast.alias) and node.asname:
            yield node.asname


def java_forms(text: str) -> list[Form]:
    """The methods of a Java text, with or without a class around them; none of those that do not parse."""
    found, waiting = [], [_java_parser().parse(text.encode("utf-8", "replace")).root_node]
    while waiting:
        node = waiting.pop()
        if node.type not in _JAVA_FUNCTIONS:
            waiting.extend(reversed(node.named_children))
        elif not node.has_error:
            found.append(_java_form(node))
    return found


@cache
def _java_parser() -> Any:
    import tree_sitter
    import tree_sitter_java

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_java.language()))


def _java_form(method: Any) -> Form:
    steps = _Steps(frozenset(_java_bound(method)))
    own = method.child_by_field_name("name")
    waiting = [method]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            steps.add(node)
            continue
        if node.type in _JAVA_SKIPPED:
            continue
        steps.size += node.is_named
        if node.child_count and not node.type.endswith("_literal"):
            waiting += [")", *reversed(node.children), f"({node.type}"]
        elif node == own:
            steps.add("function")
        else:
            _java_leaf(node, steps, own.text)
    return steps.form("java")


def _java_leaf(node: Any, steps: _Steps, own: bytes) -> None:
    text = node.text.decode("utf-8", "replace")
    if node.type in _JAVA_NAMES:
        parent = node.parent
        if parent.type == "method_invocation" and node == parent.child_by_field_name("name"):
            # a method, even where a variable has its name
            steps.name("function" if node.text == own else text, member=True)
        elif parent.type == "field_access" and node == parent.child_by_field_name("field"):
            steps.name(text, member=True)
        else:
            steps.name(text, member=False)
    elif node.type.endswith("_literal"):
        steps.code.append(text)
        steps.shape.append(node.type)
    else:
        steps.add(text)


def _java_bound(method: Any) -> Iterator[str]:
    waiting = [method]
    while waiting:
        node = waiting.pop()
        if node.type in _JAVA_BINDERS:
            names = node.named_children if node.type == "inferred_parameters" else [node.child_by_field_name("name")]
            if node.type == "lambda_expression":
                names = [node.child_by_field_name("parameters")]
            yield from (name.text.decode() for name in names if name is not None and name.type == "identifier")
        waiting.extend(node.named_children)


def _digest(language: str, steps: list[str]) -> bytes:
    text = "\0".join([language, *steps])
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
