"""Mined functions for tests, made of source texts."""

from __future__ import annotations

import ast
import hashlib
from textwrap import dedent

from codereflect.programs.mined_function import Function, Parameter


def function(text: str, owner: str | None = None, module: str = "pack.tools") -> Function:
    """The function that a text defines, as mining describes it."""
    source = dedent(text).strip("\n") + "\n"
    node = ast.parse(source).body[0]
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    inner = [part for part in ast.walk(node) if isinstance(part, ast.Raise) and part.exc is not None]
    raises = [ast.unparse(one.exc.func if isinstance(one.exc, ast.Call) else one.exc) for one in inner]
    calls = [ast.unparse(part.func) for part in ast.walk(node) if isinstance(part, ast.Call)]
    return Function(
        package="pack",
        version="1.0",
        module=module,
        qualname=f"{owner}.{node.name}" if owner else node.name,
        file=module.replace(".", "/") + ".py",
        line=node.lineno,
        source=source,
        signature=source.split("\n")[0],
        parameters=tuple(_parameters(node.args)),
        returns=ast.unparse(node.returns) if node.returns else None,
        docstring=ast.get_docstring(node),
        raises=tuple(dict.fromkeys(raises)),
        calls=tuple(dict.fromkeys(calls)),
        branches=0,
        lines=len(source.split("\n")),
        is_async=isinstance(node, ast.AsyncFunctionDef),
        owner=owner,
        form=hashlib.sha256(source.encode()).hexdigest()[:32],
    )


def _parameters(args: ast.arguments) -> list[Parameter]:
    def one(arg: ast.arg, kind: str, default: ast.expr | None) -> Parameter:
        annotation = ast.unparse(arg.annotation) if arg.annotation else None
        return Parameter(arg.arg, kind, annotation, ast.unparse(default) if default else None)

    plain = [*args.posonlyargs, *args.args]
    defaults = [None] * (len(plain) - len(args.defaults)) + list(args.defaults)
    found = [one(arg, "positional_or_keyword", default) for arg, default in zip(plain, defaults, strict=True)]
    found += [one(args.vararg, "var_positional", None)] if args.vararg else []
    found += [one(arg, "keyword_only", value) for arg, value in zip(args.kwonlyargs, args.kw_defaults, strict=True)]
    return found + ([one(args.kwarg, "var_keyword", None)] if args.kwarg else [])
