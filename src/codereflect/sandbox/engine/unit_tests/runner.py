"""The process that runs a generated test file: untrusted, one file and one run each.

The functions of the code under test are stand-ins: a call goes to the broker as data and its answer comes back as
data. This process cannot see which implementation answers. What it reports of the run is a claim; the broker
weighs it (see there). For code whose arguments cannot cross, the code is defined in this very process (`code`).
"""

from __future__ import annotations

import _thread
import ast
import builtins
import functools
import importlib
import importlib.machinery
import importlib.util
import json
import marshal
import os
import random
import signal
import sys
import time
import types
import unittest
from collections.abc import Callable
from typing import Any

from .. import values, wire
from . import call_format, pytest_stand_in, record_types, threads
from .collect import Tally, run_collected

SOLUTION, TESTS = "solution", "test_solution"
CALL, END = b"C", b"E"
_MESSAGE_LIMIT = 300
_EXCEPTIONS = {
    name: kind for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)
}


class Unmet(Exception):
    """Something that tests need and that does not cross between processes."""


def prepare() -> None:
    """Before the first fork: the modules that tests import."""
    sys.modules["pytest"] = pytest_stand_in
    asynchronous = sys.modules["pytest_asyncio"] = types.ModuleType("pytest_asyncio")
    asynchronous.__dict__.update(fixture=pytest_stand_in.fixture)
    # a test that waits holds a worker, and has nothing to wait for
    time.sleep = lambda seconds: None
    unittest.main = unittest.TestProgram = lambda *args, **kwargs: None  # type: ignore[assignment, misc]


def serve(channel: wire.Channel) -> None:
    """One run. In: marshal of (text, names, entry point, code or None, CPU seconds). Out: calls, an end."""
    text, names, entry_point, code, seconds = marshal.loads(channel.receive())
    random.seed(0)
    tally = Tally()
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        tally.state, tally.message = "syntax", str(error)[:_MESSAGE_LIMIT]
        channel.send(END + wire.to_json(tally.report()))
        return
    try:
        solution = _defined_here(code, entry_point, tally) if code is not None else _stand_ins(names, channel, text)
        if code is not None:
            signal.signal(signal.SIGPROF, lambda *_: _late(channel))
            signal.setitimer(signal.ITIMER_PROF, seconds)
        threads.in_turn(text)
        _run_file(text, solution, entry_point, tally)
    except BaseException as error:
        tally.fail(error)
    channel.send(END + wire.to_json(tally.report()))


def _late(channel: wire.Channel) -> None:
    channel.send(END + wire.to_json({"state": "late", "message": "out of time"}))
    os._exit(0)


class Solution(types.ModuleType):
    """The module that tests import the code from, under any name."""

    def __setattr__(self, name: str, value: Any) -> None:
        # An import of package.add would put the module in the place of the function add.
        if value is not self:
            super().__setattr__(name, value)


def _stand_ins(names: dict[str, Any], channel: wire.Channel, text: str) -> types.ModuleType:
    """The module that tests import the code from: stand-ins for functions, copies of data, libraries that are named."""
    module, records, lock = Solution(SOLUTION), record_types.Records(), _thread.allocate_lock()
    for name, known in names.items():
        if known is None:
            value: Any = _stand_in(name, channel, records, lock)
        elif known is False:
            value = _Foreign(name)
        elif isinstance(known, dict):
            if "module" in known and name not in text:
                continue
            value = _known(known, records)
        else:
            value = record_types.Unpacker(records=records).unpack(known[0])
        setattr(module, name, value)
    return module


def _known(known: dict[str, Any], records: record_types.Records) -> Any:
    """A part of a library, or a namedtuple class."""
    if "record" in known:
        name, fields, defaults = known["record"]
        kind = records.find(name, fields, [record_types.Unpacker(records=records).unpack(one) for one in defaults])
        kind.__module__ = SOLUTION
        return kind
    found = importlib.import_module(known["module"])
    return getattr(found, known["name"]) if "name" in known else found


class _Foreign:
    """Where a class of the code stands: it cannot cross."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise Unmet(f"an object of class {self._name}")


def _stand_in(
    name: str, channel: wire.Channel, records: record_types.Records, lock: _thread.LockType
) -> Callable[..., Any]:
    called = call_format.named(name)

    def function(*args: Any, **kwargs: Any) -> Any:
        try:
            payload, arrived = call_format.write(args, kwargs, records)
        except values.Unsupported as error:
            raise Unmet(f"an argument of another process: {error}") from None
        # a test may call from several threads
        with lock:
            channel.send(CALL + called + payload)
            reply = json.loads(channel.receive())
        unpacker = record_types.Unpacker(arrived, records)
        if "after" in reply:
            unpacker.refill(reply["after"])
        if "error" in reply:
            raise _rebuilt(reply)
        return unpacker.unpack(reply["value"])

    function.__name__ = function.__qualname__ = name
    function.__module__ = SOLUTION
    # a module of a package may have the function's name: import package.add as m; m.add(1, 2)
    setattr(function, name, function)
    return function


def _rebuilt(reply: dict[str, Any]) -> BaseException:
    kind = _EXCEPTIONS.get(reply["error"], Exception)
    try:
        return kind(*values.Unpacker().unpack(reply["arguments"]))
    except Exception:
        return Exception(reply["message"])


def _defined_here(code: str, entry_point: str, tally: Tally) -> types.ModuleType:
    """The code in this process, its entry point counted."""
    module = Solution(SOLUTION)
    sys.modules[SOLUTION] = module
    exec(compile(code, "<solution>", "exec", dont_inherit=True), module.__dict__)
    target = getattr(module, entry_point, None)
    if isinstance(target, type):
        _count_class(target, tally)
    elif callable(target):
        setattr(module, entry_point, _counted(target, tally))
    return module


def _counted(function: Callable[..., Any], tally: Tally) -> Callable[..., Any]:
    """A function whose calls are counted, but for those that the code makes itself."""

    @functools.wraps(function)
    def counting(*args: Any, **kwargs: Any) -> Any:
        tally.calls += not tally.depth
        number = tally.calls
        tally.depth += 1
        try:
            return function(*args, **kwargs)
        except Exception:
            if tally.depth == 1:
                tally.raised.append(number)
            raise
        finally:
            tally.depth -= 1

    return counting


def _count_class(target: Any, tally: Tally) -> None:
    """Count the objects that are made of a class, and the calls of its functions and properties."""
    if target.__init__ is not object.__init__:
        target.__init__ = _counted(target.__init__, tally)
    elif target.__new__ is not object.__new__:
        target.__new__ = _counted(target.__new__, tally)
    else:

        def start(self: Any) -> None:
            """As object's own."""

        start.__qualname__ = target.__name__
        target.__init__ = _counted(start, tally)
    for name, value in list(vars(target).items()):
        if name.startswith("__") and name.endswith("__"):
            continue
        if isinstance(value, types.FunctionType):
            setattr(target, name, _counted(value, tally))
        elif isinstance(value, staticmethod | classmethod):
            setattr(target, name, type(value)(_counted(value.__func__, tally)))
        elif isinstance(value, property) and value.fget is not None:
            setattr(target, name, property(_counted(value.fget, tally), value.fset, value.fdel, value.__doc__))


_IMPORTING = ("import_module", "__import__", "importorskip")


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


class _Finder:
    """Takes modules that the tests import and that are found nowhere else for the code under test."""

    def __init__(self, module: types.ModuleType, tree: ast.Module) -> None:
        self.module = module
        # not those that a library looks for in vain
        self.names = {SOLUTION}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                self.names.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                self.names.add(node.module.split(".")[0])
            elif isinstance(node, ast.Call) and _called(node) in _IMPORTING:
                told = [one.value for one in node.args[:1] if isinstance(one, ast.Constant)]
                self.names.update(one.split(".")[0] for one in told if isinstance(one, str))

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        parent = name.rpartition(".")[0]
        if name.split(".")[0] not in self.names:
            return None
        if parent and sys.modules.get(parent) is not self.module:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return self.module

    def exec_module(self, module: types.ModuleType) -> None:
        """It is there already."""


def _run_file(text: str, solution: types.ModuleType, entry_point: str, tally: Tally) -> None:
    tree = ast.parse(text)
    solution.__path__ = []
    sys.modules[SOLUTION] = solution
    sys.meta_path.append(_Finder(solution, tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            _redirect(node, entry_point)
    module = types.ModuleType(TESTS if _holds_tests(tree) else "__main__")
    module.__dict__.update({name: value for name, value in vars(solution).items() if not name.startswith("__")})
    module.__dict__["__file__"] = f"/{TESTS}.py"
    sys.modules[TESTS] = sys.modules["__main__"] = module
    tally.run += not all(_is_quiet(node) for node in tree.body)
    try:
        exec(compile(tree, "<tests>", "exec", dont_inherit=True), module.__dict__)
    except BaseException as error:
        tally.fail(error)
        return
    run_collected(module, SOLUTION, tally)
    if not tally.run and callable(vars(module).get("check")):
        tally.run += 1
        tally.guard(lambda: module.check(getattr(solution, entry_point)))


def _is_quiet(node: ast.stmt) -> bool:
    """Whether a statement of the file itself tests nothing."""
    defining = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, defining | ast.Assign | ast.AnnAssign | ast.If)


def _redirect(node: ast.ImportFrom, entry_point: str) -> None:
    """Relative imports, and those from a library's module that has no such function, mean the code under test."""
    if node.level:
        node.level, node.module = 0, node.module or SOLUTION
    if entry_point not in {alias.name for alias in node.names}:
        return
    try:
        known = importlib.util.find_spec((node.module or "").split(".")[0])
        if known is not None and not hasattr(importlib.import_module(node.module or ""), entry_point):
            node.module = SOLUTION
    except (ImportError, ValueError):
        return


def _holds_tests(tree: ast.Module) -> bool:
    """Whether anything in a file is found by a test runner; without such, what it runs as a program is meant."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            return True
        if isinstance(node, ast.ClassDef) and (node.bases or node.name.startswith("Test")):
            return True
    return False
