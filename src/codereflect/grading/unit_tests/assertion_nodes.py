"""The assertions of a test file: which nodes are some, and which of them can fail at all."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

_SAME = {"assertEqual", "assertEquals", "assertIs", "assertAlmostEqual", "assertListEqual", "assertDictEqual"}
_SAME |= {"assertSetEqual", "assertTupleEqual", "assertCountEqual", "assertSequenceEqual", "assert_equal"}
# nodes of an expression that is looked into
_LARGE = 60
# assertions of a file that are looked into
_MOST = 300
# longer values of variables are not put in their place: a file could make them grow without end
_LONGEST_TEXT = 2000
_FAILING = {"fail", "raises", "assertRaises", "assertRaisesRegex", "warns"}


def is_assertion(node: ast.AST) -> bool:
    """An `assert`, a call of an assertion method or of `fail`, a block that must raise, a raised AssertionError."""
    if isinstance(node, ast.Assert):
        return True
    if isinstance(node, ast.Call):
        name = _last(node.func)
        return name.startswith(("assert", "failUnless")) or name in _FAILING
    if isinstance(node, ast.Raise) and node.exc is not None:
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return _last(raised) == "AssertionError"
    return False


def any_telling(tree: ast.Module, assertions: Sequence[ast.AST]) -> bool:
    """Whether at least one assertion can fail: it is not constant and does not compare a thing with itself.

    Of very many, the first are looked at.
    """
    wanted = {id(node) for node in assertions[:_MOST]}
    for scope in _scopes(tree):
        known = _bound_once(scope)
        if any(id(node) in wanted and _is_telling(node, known) for node in _own_nodes(scope)):
            return True
    return False


def _is_telling(node: ast.AST, known: Bound) -> bool:
    if isinstance(node, ast.Assert):
        # `assert False` is what stands after a call that must raise
        return _may_fail(node.test, known) or (isinstance(node.test, ast.Constant) and not node.test.value)
    if not isinstance(node, ast.Call):
        return True
    name, args = _last(node.func), node.args
    if name in _FAILING or not args:
        return True
    if name in _SAME and len(args) >= 2:
        return _resolved(args[0], known) != _resolved(args[1], known) and any(map(_depends, args[:2]))
    if name in ("assertIsInstance", "assertIn", "assertIsNotNone", "assertIsNone"):
        return any(map(_depends, args))
    if name in ("assertTrue", "assertFalse", "assert_", "assertIs", "assertNotEqual"):
        return _may_fail(args[0], known)
    return any(map(_depends, args))


def _may_fail(test: ast.expr, known: Bound) -> bool:
    """Whether a condition depends on anything, and is not true by its form."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return all(_may_fail(value, known) for value in test.values)
    if isinstance(test, ast.BoolOp):
        return any(_may_fail(value, known) for value in test.values)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        reflexive = isinstance(test.ops[0], ast.Eq | ast.Is | ast.LtE | ast.GtE)
        if reflexive and _resolved(test.left, known) == _resolved(test.comparators[0], known):
            return False
    return _depends(test)


def _depends(node: ast.expr) -> bool:
    """Whether an expression holds a name that is not a constant's."""
    return any(isinstance(part, ast.Name | ast.Call) for part in ast.walk(node))


def _resolved(node: ast.expr, known: Bound, depth: int = 3) -> str:
    """An expression as text, with variables that are bound once replaced by what they are bound to."""
    if not depth or _is_large(node):
        return ast.dump(node)

    class Replace(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.AST:
            value = known.get(name.id)
            if value is None:
                return name
            text = known.texts.get((name.id, depth))
            if text is None:
                text = known.texts[name.id, depth] = _resolved(value, known, depth - 1)
            return ast.Name(text if len(text) <= _LONGEST_TEXT else name.id, ast.Load())

    if isinstance(node, ast.Name) and node.id in known:
        return _resolved(known[node.id], known, depth - 1)
    return ast.dump(Replace().visit(ast.parse(ast.unparse(node), mode="eval").body))


class Bound(dict[str, ast.expr]):
    """Variables of a scope with their values; `texts`: what `_resolved` found for them, by name and depth."""

    def __init__(self, items: Iterable[tuple[str, ast.expr]] = ()) -> None:
        super().__init__(items)
        self.texts: dict[tuple[str, int], str] = {}


def _scopes(tree: ast.Module) -> Iterator[ast.AST]:
    yield tree
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """Nodes of a scope without those of functions inside."""
    stack = list(ast.iter_child_nodes(scope))
    while stack:
        node = stack.pop()
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
            stack.extend(ast.iter_child_nodes(node))


def _bound_once(scope: ast.AST) -> Bound:
    """Variables of a scope that are assigned once, with the call or expression they are assigned."""
    stores: dict[str, int] = {}
    values: dict[str, ast.expr] = {}
    for node in _own_nodes(scope):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            stores[node.id] = stores.get(node.id, 0) + 1
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            values[node.targets[0].id] = node.value
    once = ((name, value) for name, value in values.items() if stores[name] == 1)
    return Bound((name, value) for name, value in once if any_call(value) and not _is_large(value))


def _is_large(node: ast.expr) -> bool:
    """Too large to be put into another expression: a text could make that grow without end."""
    return sum(1 for _ in islice(ast.walk(node), _LARGE)) == _LARGE


def any_call(node: ast.expr) -> bool:
    """Whether an expression calls something."""
    return any(isinstance(part, ast.Call) for part in ast.walk(node))


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
