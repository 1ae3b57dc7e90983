"""Facts about a function that its syntax tree holds."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from codereflect.programs.mined_function import Parameter

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_BRANCHES = {ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.TryStar, ast.Match, ast.IfExp}
# fields that say nothing about what a program does
_SILENT = {"ctx", "type_comment", "kind", "type_params"}
_LEAVE = object()
_OWN_NAME = "\0own"


@dataclass(frozen=True, slots=True)
class Facts:
    """What one walk over a function's tree shows (see `Function`).

    Attributes:
        digest: of the tree without positions, docstring and the function's own name: equal for exact duplicates.
    """

    digest: bytes
    raises: tuple[str, ...]
    calls: tuple[str, ...]
    branches: int


def facts_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Facts:
    """Walk over a function once, without recursion: a deep expression must not end the reading of a package."""
    tokens: list[str] = []
    calls: list[tuple[int, int, str]] = []
    raises: list[tuple[int, int, str]] = []
    branches = depth = 0
    docstring = _docstring(node)
    stack: list[Any] = [node]
    while stack:
        item = stack.pop()
        if item is _LEAVE:
            depth -= 1
        elif isinstance(item, ast.AST):
            kind = type(item)
            tokens.append(kind.__name__)
            if kind in _BRANCHES:
                branches += 1
            elif isinstance(item, ast.Call):
                # decorators stand before `def`
                if (name := dotted(item.func)) and item.lineno >= node.lineno:
                    calls.append((item.func.end_lineno or 0, item.func.end_col_offset or 0, name))
            elif isinstance(item, ast.comprehension):
                branches += len(item.ifs)
            elif isinstance(item, ast.Raise) and not depth and (name := _exception(item)):
                raises.append((item.lineno, item.col_offset, name))
            elif kind in _SCOPES and item is not node:
                depth += 1
                stack.append(_LEAVE)
            for name in _telling_fields(kind):  # type: ignore[arg-type]
                stack.append(getattr(item, name, None))
        elif isinstance(item, list):
            told = [part for part in reversed(item) if part is not docstring]
            tokens.append(f"[{len(told)}")
            stack.extend(told)
        elif type(item) is str:
            tokens.append(_OWN_NAME if item == node.name else repr(item))
        else:
            # the decimal digits of a number are limited, the hexadecimal ones are not
            tokens.append(hex(item) if type(item) is int else repr(item))
    digest = hashlib.blake2b("\n".join(tokens).encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return Facts(digest, _in_order(raises), _in_order(calls), branches)


def parameters_of(arguments: ast.arguments) -> tuple[Parameter, ...]:
    """The parameters in their order. Raises ValueError or RecursionError where one cannot be written down."""
    return tuple(_parameters(arguments))


def signature_of(
    node: ast.FunctionDef | ast.AsyncFunctionDef, parameters: tuple[Parameter, ...], returns: str | None
) -> str:
    """The signature as `ast.unparse` writes it, from texts that are already there (which is five times as fast)."""
    parts = []
    positional_only = len(node.args.posonlyargs)
    for number, one in enumerate(parameters):
        if one.kind == "keyword_only" and node.args.vararg is None and "*" not in parts:
            parts.append("*")
        star = {"var_positional": "*", "var_keyword": "**"}.get(one.kind, "")
        annotation = "" if one.annotation is None else f": {one.annotation}"
        default = "" if one.default is None else f"={one.default}"
        parts.append(f"{star}{one.name}{annotation}{default}")
        if number + 1 == positional_only:
            parts.append("/")
    word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    generic = f"[{', '.join(map(ast.unparse, types))}]" if (types := getattr(node, "type_params", None)) else ""
    arrow = "" if returns is None else f" -> {returns}"
    return f"{word} {node.name}{generic}({', '.join(parts)}){arrow}:"


def written(node: ast.expr) -> str:
    """An expression as `ast.unparse` writes it."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Constant) and node.kind is None and isinstance(node.value, str | int | None):
        return repr(node.value)
    return ast.unparse(node)


def dotted(node: ast.expr) -> str | None:
    """`a.b.c` for a chain of names, else None."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)]) if parts else node.id


def _docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.stmt | None:
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return first
    return None


def _parameters(arguments: ast.arguments) -> Iterator[Parameter]:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [*[None] * (len(positional) - len(arguments.defaults)), *arguments.defaults]
    for number, (one, default) in enumerate(zip(positional, defaults, strict=True)):
        early = number < len(arguments.posonlyargs)
        yield _parameter(one, "positional_only" if early else "positional_or_keyword", default)
    if arguments.vararg:
        yield _parameter(arguments.vararg, "var_positional", None)
    for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _parameter(one, "keyword_only", default)
    if arguments.kwarg:
        yield _parameter(arguments.kwarg, "var_keyword", None)


def _parameter(one: ast.arg, kind: Any, default: ast.expr | None) -> Parameter:
    annotation = None if one.annotation is None else written(one.annotation)
    return Parameter(one.arg, kind, annotation, None if default is None else written(default))


def _exception(node: ast.Raise) -> str | None:
    """The name of the class that is raised. What begins in lower case is a variable or makes an exception."""
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    name = None if raised is None else dotted(raised)
    return name if name and name.rpartition(".")[2].lstrip("_")[:1].isupper() else None


@cache
def _telling_fields(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields of a kind of node that are looked at, last first."""
    return tuple(name for name in reversed(kind._fields) if name not in _SILENT)


def _in_order(found: list[tuple[int, int, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for _, _, name in sorted(found)))
