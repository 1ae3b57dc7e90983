"""Whether the tests of a row can fail an answer at all: a suite whose tests ask nothing would give everybody 100%.

Texts are parsed, never run. What cannot be told from the text (a helper that is imported, say) is taken as good.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
_DEFINITION = _FUNCTION | ast.ClassDef
_KEEPS = ast.Assign | ast.AnnAssign | ast.NamedExpr | ast.Return | ast.Yield | ast.For | ast.With


def why_check_tests_nothing(test: str, entry_point: str) -> str | None:
    """What is wrong with a test of HumanEval's form, `def check(candidate)`; None where nothing is.

    Args:
        test: parses.
        entry_point: the function that is asked for, which a test may call by its name too.
    """
    tree = ast.parse(test)
    defined = [node for node in _open(tree.body) if isinstance(node, _DEFINITION) and node.name == "check"]
    if not defined and not _is_bound(tree, "check"):
        return "its test defines no function check"
    check = defined[-1] if defined else None
    if isinstance(check, ast.AsyncFunctionDef):
        return "its test's check is async, so that calling it runs nothing"
    if isinstance(check, ast.FunctionDef):
        arguments = check.args
        taken = [*arguments.posonlyargs, *arguments.args, *([arguments.vararg] if arguments.vararg else [])]
        if not taken:
            return "its test's check takes no argument"
        if not _calls([check], {taken[0].arg}) and not _calls([tree], {entry_point}):
            return f"its test's check never calls {taken[0].arg}"
    return None if _asserts([tree]) else "its test asserts nothing"


def why_tests_test_nothing(tests: Iterable[str], names: set[str]) -> str | None:
    """What is wrong with tests of MBPP's form, a list of assertions; None where nothing is.

    Args:
        tests: that parse, with their set-up.
        names: what the reference defines; one of them must be called.
    """
    trees = [ast.parse(test) for test in tests]
    if not _asserts(trees):
        return "its tests assert nothing"
    return None if _calls(trees, names) else "its tests call nothing that its code defines"


def _open(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module, those inside `if`, `try` and `with` included."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try | ast.With):
            yield from _open(inner for inner in ast.iter_child_nodes(node) if isinstance(inner, ast.stmt))


def _is_bound(tree: ast.Module, name: str) -> bool:
    stored = (node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    return any(node.id == name for node in stored) or _is_imported(tree, name)


def _is_imported(tree: ast.Module, name: str) -> bool:
    found = (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))
    return any((one.asname or one.name) in (name, "*") for node in found for one in node.names)


def _calls(trees: Iterable[ast.AST], names: set[str]) -> bool:
    """Whether one of the names is called, handed to a call, or kept under another name."""
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call | _KEEPS) and _reads(node, names):
                return True
    return False


def _reads(tree: ast.AST, names: set[str]) -> bool:
    found = (node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
    return any(node.id in names for node in found)


def _asserts(trees: Iterable[ast.AST]) -> bool:
    """Whether something can fail: an assertion that is no constant, `raise`, or a name that speaks of either."""
    return any(_can_fail(node) for tree in trees for node in ast.walk(tree))


def _can_fail(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return not (isinstance(node.test, ast.Constant) and node.test.value)
    if isinstance(node, ast.Call):
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
        return any(word in name.lower() for word in ("assert", "fail", "raises", "exit"))
    if isinstance(node, ast.ImportFrom):
        return "test" in (node.module or "") or any("assert" in one.name for one in node.names)
    return isinstance(node, ast.Raise)
