"""What Python code binds and uses, and how well it defines what is asked for."""

from __future__ import annotations

import ast
import builtins
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache

# longer code is not parsed: a tree takes up to a thousand times the memory of its text
MAX_CODE = 200_000
BUILTINS = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__", "__builtins__", "__spec__", "__annotations__"}
# How well a program defines a name: a function or class with a body, another value, code that continues a head that
# stands elsewhere, or only a stub or an import.
DEFINED, ASSIGNED, CONTINUED, STUB, NOTHING = 4, 3, 2, 1, 0
_PARSE = ast.PyCF_ONLY_AST
_FAILS = (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError)


@lru_cache(maxsize=4)
def tree_of(code: str) -> ast.Module | None:
    """The syntax tree, not to be changed: one answer is looked at several times. None for what is no Python."""
    if len(code) > MAX_CODE:
        return None
    try:
        return parsed(code)
    except _FAILS:
        return None


def parsed(code: str, flags: int = 0) -> ast.Module:
    """The syntax tree of a text of any length; raises what the parser raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in strings are no errors
        tree = compile(code, "answer", "exec", _PARSE | flags, dont_inherit=True)
    assert isinstance(tree, ast.Module)
    return tree


def rank(body: Iterable[ast.stmt], name: str | None) -> int:
    """How well statements define a name (without one: any function or class)."""
    best = NOTHING
    for node in _statements(body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if name in (node.name, None):
                best = max(best, STUB if is_stub(node) and name else DEFINED)
        elif name is not None and name in own_names(node):
            best = max(best, ASSIGNED if _gives(node, name) else STUB)
    return best


def _gives(node: ast.stmt, name: str) -> bool:
    """Whether a statement gives a name a value that does not come from that name (`solve = cache(solve)`)."""
    value = getattr(node, "value", None)
    return isinstance(node, ast.Assign | ast.AnnAssign) and value is not None and name not in used([value])


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run with the module, those in branches included."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try | ast.With | ast.For | ast.While):
            for part in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(node, part, ()))
            for handler in getattr(node, "handlers", ()):
                yield from _statements(handler.body)


def is_stub(node: ast.stmt) -> bool:
    """Whether a function has no body but a docstring, `pass`, `...` or a NotImplementedError."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    return all(_is_empty(part) for part in node.body)


def _is_empty(node: ast.stmt) -> bool:
    if isinstance(node, ast.Raise) and node.exc is not None:
        return "NotImplementedError" in used([node.exc])
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def used(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that are read anywhere."""
    return {
        part.id
        for node in nodes
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)
    }


def bound(nodes: Iterable[ast.AST]) -> set[str]:
    """All names that are bound anywhere: definitions, arguments, assignments, imports."""
    names: set[str] = set()
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                names.add(part.name)
            elif isinstance(part, ast.arg):
                names.add(part.arg)
            elif isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
                names.add(part.id)
            elif isinstance(part, ast.alias):
                names.add((part.asname or part.name).split(".")[0])
            elif isinstance(part, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and part.name:
                names.add(part.name)
            elif isinstance(part, ast.MatchMapping) and part.rest:
                names.add(part.rest)
    return names


def own_names(node: ast.stmt) -> set[str]:
    """The names that a statement binds where it stands."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    if isinstance(node, ast.If | ast.Try | ast.With | ast.For | ast.While):
        inner = [one for one in _statements([node]) if one is not node]
        return set().union(*map(own_names, inner), _stored(node))
    return _stored(node)


def _stored(node: ast.stmt) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}


def is_words(node: ast.stmt, known: set[str]) -> bool:
    """Whether a statement only fails, for a name that nothing before it binds: a sentence that parses (`Done`)."""
    if isinstance(node, ast.AnnAssign):
        return node.value is None and isinstance(node.target, ast.Name) and not used([node.annotation]) <= known
    value = node.value if isinstance(node, ast.Expr) else None
    if isinstance(value, ast.Attribute) and value.attr == "py":
        return True  # the name of a file
    if value is None or used([value]) <= known or "*" in known:
        return False
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Constant):
        return True  # 1. (once)
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and len(value.func.id) == 1:
        return value.func.id not in known  # O(n)
    return not any(isinstance(part, ast.Call | ast.Await | ast.NamedExpr) for part in ast.walk(value))


def without_words(code: str, name: str | None) -> str:
    """A program without sentences that happen to parse; any other stays as it is, byte for byte.

    Args:
        code: Python that defines the name, or the rest of a function.
        name: which must still be defined.
    """
    head = 0 if tree_of(code) else 1
    tree = tree_of("def head():\n" * head + code)
    if tree is None:
        return code
    known, words = set(BUILTINS), []
    for node in tree.body:
        if is_words(node, known):
            words.append(node)
        else:
            known |= bound([node])
    if not words or (not head and not rank([node for node in tree.body if node not in words], name)):
        return code
    from codereflect.grading.fences import lines_of

    gone = {line for node in words for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    shared = {line for node in tree.body if node not in words for line in (node.lineno, node.end_lineno or node.lineno)}
    if gone & shared:
        return code
    kept = [line for number, line in enumerate(lines_of(code), start=1 + head) if number not in gone]
    last = max((node.end_lineno or 0) for node in tree.body)
    text = "".join(kept)
    return text.rstrip() + "\n" if last in gone else text
