"""The process that runs a generated test file: untrusted, one file and one run each.

The functions of the code under test are stand-ins: a call goes to the broker (`unit_lane`) as data and its answer comes
back as data. This process cannot see which implementation answers. What it reports of the run is a claim; the broker
weighs it (see there). For code whose arguments cannot cross, the code is defined in this very process (`code`).
"""

from __future__ import annotations

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
from collections.abc import Callable, Iterator
from typing import Any

from . import unit_calls, unit_pytest, values, wire

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
    sys.modules["pytest"] = unit_pytest
    # a test that waits holds a lane, and has nothing to wait for
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
        solution = _defined_here(code, entry_point, tally) if code is not None else _stand_ins(names, channel)
        if code is not None:
            signal.signal(signal.SIGPROF, lambda *_: _late(channel))
            signal.setitimer(signal.ITIMER_PROF, seconds)
        _run_file(text, solution, entry_point, tally)
    except BaseException as error:
        tally.fail(error)
    channel.send(END + wire.to_json(tally.report()))


def _late(channel: wire.Channel) -> None:
    channel.send(END + wire.to_json({"state": "late", "message": "out of time"}))
    os._exit(0)


class Tally:
    """How the tests of one file went."""

    def __init__(self) -> None:
        """Nothing has run."""
        self.run = self.calls = self.asserted = self.errors = self.skipped = 0
        self.message = self.state = ""

    def fail(self, error: BaseException) -> None:
        """Count an exception that left a test."""
        if isinstance(error, unit_pytest.Skipped | unittest.SkipTest):
            self.skipped += 1
            return
        if isinstance(error, SystemExit | KeyboardInterrupt):
            self.state = "exit"
        self.note(isinstance(error, AssertionError), f"{type(error).__name__}: {error}")

    def note(self, asserted: bool, message: str) -> None:
        """Count a failure by assertion, or by another exception."""
        self.asserted += asserted
        self.errors += not asserted
        self.message = self.message or message[:_MESSAGE_LIMIT]

    def report(self) -> dict[str, Any]:
        """The claim of this process."""
        state = self.state or ("assert" if self.asserted else "error" if self.errors else "green")
        if state == "green" and self.skipped:
            state = "skip"
        clean = self.message.encode("utf-8", "replace").decode()
        return {"state": state, "message": clean, "run": self.run, "calls": self.calls}


class Solution(types.ModuleType):
    """The module that tests import the code from, under any name."""

    def __setattr__(self, name: str, value: Any) -> None:
        # An import of package.add would put the module in the place of the function add.
        if value is not self:
            super().__setattr__(name, value)


def _stand_ins(names: dict[str, Any], channel: wire.Channel) -> types.ModuleType:
    """The module that tests import the code from: stand-ins for functions, copies of data."""
    module = Solution(SOLUTION)
    for name, known in names.items():
        if known is None:
            value: Any = _stand_in(name, channel)
        elif known is False:
            value = _Foreign(name)
        elif isinstance(known, str):
            value = importlib.import_module(known)
        else:
            value = values.Unpacker().unpack(known[0])
        setattr(module, name, value)
    return module


class _Foreign:
    """Where a class of the code stands: it cannot cross."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise Unmet(f"an object of class {self._name}")


def _stand_in(name: str, channel: wire.Channel) -> Callable[..., Any]:
    def function(*args: Any, **kwargs: Any) -> Any:
        try:
            payload, arrived = unit_calls.write(args, kwargs)
        except values.Unsupported as error:
            raise Unmet(f"an argument of another process: {error}") from None
        channel.send(CALL + name.encode() + b"\n" + payload)
        reply = json.loads(channel.receive())
        unpacker = values.Unpacker(arrived)
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
        start = target.__init__  # type: ignore[misc]

        @functools.wraps(start)
        def counted_start(self: Any, *args: Any, **kwargs: Any) -> None:
            tally.calls += 1
            start(self, *args, **kwargs)

        target.__init__ = counted_start  # type: ignore[misc]
    elif callable(target):

        @functools.wraps(target)
        def counted(*args: Any, **kwargs: Any) -> Any:
            tally.calls += 1
            return target(*args, **kwargs)

        setattr(module, entry_point, counted)
    return module


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
    _run_collected(vars(module), tally)
    if not tally.run and callable(vars(module).get("check")):
        tally.run += 1
        _guarded(tally, lambda: module.check(getattr(solution, entry_point)))


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


def _guarded(tally: Tally, work: Callable[[], Any]) -> None:
    try:
        work()
    except BaseException as error:
        tally.fail(error)


def _run_collected(namespace: dict[str, Any], tally: Tally) -> None:
    for name, value in list(namespace.items()):
        # the code under test may have such a name itself
        if getattr(value, "__module__", "") == SOLUTION:
            continue
        if isinstance(value, type) and issubclass(value, unittest.TestCase):
            if value.__module__ == namespace["__name__"]:
                _run_case(value, tally)
        elif isinstance(value, type) and name.startswith("Test"):
            _run_class(value, namespace, tally)
        elif isinstance(value, types.FunctionType) and name.startswith("test"):
            _run_function(value, unit_pytest.Fixtures([namespace]), [], tally)


def _run_case(case: type[unittest.TestCase], tally: Tally) -> None:
    result = unittest.TestResult()
    unittest.TestSuite([unittest.defaultTestLoader.loadTestsFromTestCase(case)]).run(result)
    tally.run += result.testsRun
    tally.skipped += len(result.skipped) + len(result.expectedFailures) + len(result.unexpectedSuccesses)
    for asserted, found in ((True, result.failures), (False, result.errors)):
        for _, trace in found:
            tally.note(asserted, trace.strip().splitlines()[-1])


def _run_class(kind: type, namespace: dict[str, Any], tally: Tally) -> None:
    """A class of plain test methods: a new object for each of them."""
    marks = list(getattr(kind, "unit_marks", []))
    _guarded(tally, lambda: getattr(kind, "setup_class", lambda: None)())
    for name in [name for name in dir(kind) if name.startswith("test")]:
        if callable(getattr(kind, name)):
            owner = kind()
            space = {key: getattr(kind, key) for key in dir(kind)}
            fixtures = unit_pytest.Fixtures([namespace, space], owner)
            _run_function(getattr(owner, name), fixtures, marks, tally, owner)


def _run_function(
    function: Callable[..., Any], fixtures: unit_pytest.Fixtures, marks: list[Any], tally: Tally, owner: Any = None
) -> None:
    for given, skipped in unit_pytest.cases(function, marks):
        if skipped:
            tally.skipped += 1
            continue
        for chosen in fixtures.variants(function, given):
            tally.run += 1
            _guarded(tally, lambda g=given, c=chosen: _with_setup(function, fixtures, g, c, owner))  # type: ignore[misc]


def _with_setup(function: Callable[..., Any], fixtures: Any, given: Any, chosen: Any, owner: Any) -> None:
    for name in ("setup_method", "setup"):
        for hook in _hook(owner, name):
            hook(*[function] * (hook.__code__.co_argcount - 1))
    try:
        fixtures.call(function, given, chosen)
    finally:
        for hook in _hook(owner, "teardown_method"):
            hook(*[function] * (hook.__code__.co_argcount - 1))


def _hook(owner: Any, name: str) -> Iterator[Any]:
    if owner is not None and isinstance(getattr(owner, name, None), types.MethodType):
        yield getattr(owner, name)
