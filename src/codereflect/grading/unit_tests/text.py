"""What the text of a generated test file shows: that it tests nothing, or does what a test must not.

Runs decide (a test whose ends do not depend on what the function returns kills no mutant; see
`sandbox/engine/unit_tests/broker.py`). These rules say why a test was rejected, and fence in those that run beside
their code, whose word is all there is.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from typing import NamedTuple

from codereflect.grading.extraction import extract
from codereflect.grading.unit_tests import assertion_nodes
from codereflect.programs.python_syntax import parses

_LEAVING = {"sys.exit", "os._exit", "os.abort", "os.kill", "exit", "quit", "atexit.register", "signal.raise_signal"}
_SKIPPING = {"skip", "skipIf", "skipUnless", "skipif", "skipTest", "SkipTest"}
_SKIPPING |= {"xfail", "expectedFailure", "importorskip"}
_SKIPPERS = {"unittest", "pytest", "mark", "self", "case"}
_LOOKING = {"inspect", "dis", "linecache", "gc", "ctypes", "tokenize", "importlib", "runpy", "codeop", "bdb", "pdb"}
_INNER = {
    *("__code__", "__globals__", "__closure__", "__wrapped__", "__builtins__", "__subclasses__"),
    *("__loader__", "__spec__", "__mro__", "__bases__"),
    *("f_back", "f_locals", "f_globals", "f_code", "tb_frame", "gi_frame", "cr_frame", "co_code", "co_consts"),
    *("_getframe", "_current_frames", "settrace", "setprofile", "meta_path"),
}
_OUTSIDE = {
    *("subprocess", "socket", "shutil", "pathlib", "tempfile", "glob", "fileinput", "multiprocessing", "mmap", "pty"),
    *("urllib", "requests", "http", "ftplib", "smtplib", "ssl", "sqlite3", "shelve", "dbm", "zipfile", "tarfile"),
}
_LEAVING_BLOCK = (ast.Return, ast.Break, ast.Continue)
_LONGEST, _MOST_PARTS = 100_000, 8
_TEST = re.compile(
    r"^[ \t]*(?:(?:async )?def (test\w*|check)\b|class (Test\w*|\w+(?=\([\w.]*TestCase\))))", re.MULTILINE
)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_HIDING = {"exec", "compile", "__import__"}
_ANY_ERROR = {"AssertionError", "Exception", "BaseException"}
_PATCHING = {"setattr", "delattr", "patch", "object", "setitem", "create_autospec"}


class Complaint(NamedTuple):
    """Why a test file is worth nothing: a word, and a sentence."""

    word: str
    sentence: str


def test_file(answer: str, entry_point: str) -> str:
    """The test file in an answer: all of it where it parses, else its block with tests, cut as programs are.

    Of another block that repeats the function under test, as answers often do, its definition is left out.
    """
    text = answer.removeprefix("\ufeff")
    if len(text) > _LONGEST or parses(text):
        return text
    tests = _TEST.search(text)
    found = extract(text, "python", next(filter(None, tests.groups())) if tests else None)
    if not parses(found):
        return found
    lines = io.StringIO(found, newline="").readlines()
    for node in reversed(ast.parse(found).body):
        if isinstance(node, _DEFINITIONS) and node.name == entry_point:
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            del lines[first - 1 : node.end_lineno]
    return "".join(lines)


test_file.__test__ = False  # type: ignore[attr-defined]  # for pytest


def nothing(text: str) -> Complaint | None:
    """Why a test file need not be run: it is too long or empty; or None.

    Raises:
        SyntaxError, ValueError, RecursionError: the text is no Python.
    """
    if len(text) > _LONGEST:
        return Complaint("too_long", f"The file has more than {_LONGEST} characters.")
    if all(_is_idle(node) for node in ast.parse(text).body):
        return Complaint("empty", "The file holds no test.")
    return None


def complaint(text: str, entry_point: str) -> Complaint | None:
    """The first thing that looks wrong in a test file of a function that `nothing` let pass, or None."""
    tree = ast.parse(text)
    aliases = _aliases(tree, entry_point)
    nodes = [node for node in _relevant(tree) if id(node) not in aliases]
    for rule in (_looks, _leaves, _skips, _redefines):
        for node in nodes:
            found = rule(node, entry_point)
            if found is not None:
                return found
    made = [node for node in nodes if assertion_nodes.is_assertion(node)]
    if not made:
        return Complaint("no_assertion", "The file asserts nothing.")
    for node in nodes:
        if _swallows(node):
            return Complaint("swallowed", f"Line {node.lineno}: a failed assertion is caught and forgotten.")  # type: ignore[attr-defined]
    if not assertion_nodes.any_telling(tree, made):
        line = getattr(made[0], "lineno", 0)
        return Complaint("tautology", f"Line {line}: what is asserted is true whatever {entry_point} returns.")
    return None


def _aliases(tree: ast.Module, entry_point: str) -> set[int]:
    """Targets of `add = module.add`: the name is bound to what it stands for."""
    return {
        id(target)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute) and node.value.attr == entry_point
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _is_idle(node: ast.stmt) -> bool:
    idle = isinstance(node, ast.Import | ast.ImportFrom | ast.Pass) or _is_path_setup(node)
    return idle or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _relevant(tree: ast.Module) -> Iterator[ast.AST]:
    """All nodes but those of `if __name__ == "__main__":` and of lines that set the import path."""
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        yield node
        for child in ast.iter_child_nodes(node):
            if not (_is_main_guard(child) or _is_path_setup(child)):
                stack.append(child)


def _is_main_guard(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "__name__" in ast.dump(node.test) and "__main__" in ast.dump(node.test)


def _is_path_setup(node: ast.AST) -> bool:
    """`sys.path.insert(...)`, as generated files often begin; it has no effect here."""
    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        return False
    return name_of(node.value.func) in ("sys.path.insert", "sys.path.append")


def name_of(node: ast.AST) -> str:
    """`a.b.c` of names and attributes; what is no name is left out, and so is what stands before many of them."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < _MOST_PARTS:
        parts.append(node.attr)
        node = node.value
    return (
        ".".join([node.id if isinstance(node, ast.Name) else "", *reversed(parts)])
        if parts
        else getattr(node, "id", "")
    )


def _looks(node: ast.AST, entry_point: str) -> Complaint | None:
    """Reads the source, the interpreter's inside, files; runs texts or programs."""
    line = getattr(node, "lineno", 0)
    for module in _imported(node):
        if module in _LOOKING:
            return Complaint("reads_source", f"Line {line}: {module} is for looking at programs, not at results.")
        if module in _OUTSIDE:
            return Complaint("outside", f"Line {line}: {module} reaches out of the test.")
    if isinstance(node, ast.Attribute) and node.attr in _INNER:
        return Complaint("reads_source", f"Line {line}: {node.attr} looks at the program, not at its results.")
    if isinstance(node, ast.Name) and node.id in ("__file__", "__builtins__", "__loader__", "__spec__"):
        return Complaint("reads_source", f"Line {line}: {node.id} leads to the program's text.")
    if isinstance(node, ast.Name) and node.id in _HIDING:
        return Complaint("reads_source", f"Line {line}: {node.id} hides what is run.")
    called = name_of(node.func) if isinstance(node, ast.Call) else ""
    if called in ("open", "io.open", "os.open", "input", "breakpoint"):
        return Complaint("outside", f"Line {line}: {called} reaches out of the test.")
    attribute = name_of(node) if isinstance(node, ast.Attribute) else ""
    if attribute.startswith("os.") and attribute.split(".")[1] not in ("path", "_exit", "abort", "kill"):
        return Complaint("outside", f"Line {line}: {attribute} reaches out of the test.")
    if attribute == "sys.modules":
        return Complaint("redefined", f"Line {line}: sys.modules is changed or read.")
    return None


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names]
    return [(node.module or "").split(".")[0]] if isinstance(node, ast.ImportFrom) and not node.level else []


def _leaves(node: ast.AST, entry_point: str) -> Complaint | None:
    """Ends the program."""
    line = getattr(node, "lineno", 0)
    if isinstance(node, ast.Call) and name_of(node.func) in _LEAVING:
        return Complaint("exit", f"Line {line}: {name_of(node.func)} ends the run before the tests are done.")
    if isinstance(node, ast.Raise) and node.exc is not None:
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        if name_of(raised) in ("SystemExit", "KeyboardInterrupt", "GeneratorExit"):
            return Complaint("exit", f"Line {line}: raising {name_of(raised)} ends the run.")
    return None


def _skips(node: ast.AST, entry_point: str) -> Complaint | None:
    """Leaves tests out."""
    line = getattr(node, "lineno", 0)
    named = isinstance(node, ast.Attribute) and node.attr in _SKIPPING
    if named and name_of(node).split(".")[-2] in _SKIPPERS:
        return Complaint("skip", f"Line {line}: {name_of(node)} leaves a test out.")
    if isinstance(node, ast.ImportFrom) and node.module in ("unittest", "pytest", "unittest.case"):
        for alias in node.names:
            if alias.name in _SKIPPING:
                return Complaint("skip", f"Line {line}: {alias.name} leaves tests out.")
    return None


def _redefines(node: ast.AST, entry_point: str) -> Complaint | None:
    """Puts something else in the place of the function, of the assertions or of the runner."""
    line = getattr(node, "lineno", 0)
    own = Complaint("redefined", f"Line {line}: {entry_point} is replaced by something of the test's own.")
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == entry_point:
        return own
    if isinstance(node, ast.Name | ast.Attribute) and not isinstance(node.ctx, ast.Load):
        name = node.id if isinstance(node, ast.Name) else node.attr
        if name == entry_point:
            return own
        if name == "AssertionError" or (isinstance(node, ast.Attribute) and _is_runner(node)):
            return Complaint("redefined", f"Line {line}: {name} is replaced by something of the test's own.")
    if isinstance(node, ast.Call) and name_of(node.func).split(".")[-1] in _PATCHING:
        for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
            told = argument.value if isinstance(argument, ast.Constant) else None
            if isinstance(told, str) and told.split(".")[-1] == entry_point:
                return own
    return None


def _is_runner(node: ast.Attribute) -> bool:
    """An attribute of the test libraries, or an assertion method."""
    return node.attr.startswith("assert") or name_of(node).split(".")[0] in ("unittest", "pytest", "builtins")


def _swallows(node: ast.AST) -> bool:
    """Whether a failed assertion below this node cannot fail the test."""
    if isinstance(node, ast.Try):
        inside = any(assertion_nodes.is_assertion(inner) for part in node.body for inner in ast.walk(part))
        leaving = any(isinstance(inner, _LEAVING_BLOCK) for part in node.finalbody for inner in ast.walk(part))
        return inside and (leaving or any(_forgives(handler) for handler in node.handlers))
    if isinstance(node, ast.With):
        for item in node.items:
            call = item.context_expr
            if isinstance(call, ast.Call) and name_of(call.func).split(".")[-1] == "suppress":
                return any(name_of(argument) in _ANY_ERROR for argument in call.args)
    return False


def _forgives(handler: ast.ExceptHandler) -> bool:
    """Whether a handler catches assertions and neither raises nor asserts."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    if not any(kind is None or name_of(kind) in _ANY_ERROR for kind in kinds):
        return False
    inner = [node for part in handler.body for node in ast.walk(part)]
    return not any(isinstance(node, ast.Raise) or assertion_nodes.is_assertion(node) for node in inner)
