"""What a test runner finds in a generated test file, and how it runs it: pytest's functions and classes with their
set-up, unittest's cases; and the tally of how they went."""

from __future__ import annotations

import inspect
import types
import unittest
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from . import pytest_stand_in

_MESSAGE_LIMIT, _MOST_RAISED = 300, 1000


class Tally:
    """How the tests of one file went."""

    def __init__(self) -> None:
        """Nothing has run."""
        self.run = self.calls = self.asserted = self.errors = self.skipped = 0
        self.message = self.state = ""
        # which of the counted calls raised, from 1
        self.raised: list[int] = []
        # how many counted calls are open: what the code calls of itself does not count
        self.depth = 0

    def fail(self, error: BaseException) -> None:
        """Count an exception that left a test."""
        if isinstance(error, pytest_stand_in.Skipped | unittest.SkipTest):
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

    def guard(self, work: Callable[[], Any]) -> bool:
        """Do some work; whether it went well."""
        try:
            work()
        except BaseException as error:
            self.fail(error)
            return False
        return True

    def report(self) -> dict[str, Any]:
        """The claim of this process."""
        state = self.state or ("assert" if self.asserted else "error" if self.errors else "green")
        if state == "green" and self.skipped:
            state = "skip"
        clean = self.message.encode("utf-8", "replace").decode()
        return {
            "state": state,
            "message": clean,
            "run": self.run,
            "calls": self.calls,
            "raised": self.raised[:_MOST_RAISED],
        }


@dataclass(frozen=True)
class _Place:
    """Where a test stands: the names of its module and of the classes around it, and the marks of all of them."""

    spaces: tuple[dict[str, Any], ...]
    marks: tuple[Any, ...]

    def inside(self, kind: type) -> _Place:
        """The place of a class that stands here."""
        marks = (*pytest_stand_in.listed(getattr(kind, "pytestmark", ())), *getattr(kind, "unit_marks", ()))
        return _Place((*self.spaces, {name: getattr(kind, name) for name in dir(kind)}), (*self.marks, *marks))


def run_collected(module: types.ModuleType, foreign: str, tally: Tally) -> None:
    """Run what stands in a module, but for what comes from the module called `foreign` (the code under test)."""
    namespace = vars(module)
    # unittest would call its own once more for every case
    known = {name: namespace.pop(name, None) for name in ("setUpModule", "tearDownModule")}
    before, after = (known[one] or namespace.get(two) for one, two in _MODULE_HOOKS)
    if not tally.guard(lambda: _call_hook(before, module)):
        return
    place = _Place((namespace,), tuple(pytest_stand_in.listed(namespace.get("pytestmark", ()))))
    own_suite = isinstance(namespace.get("load_tests"), types.FunctionType)
    if own_suite:
        tally.guard(lambda: _run_suite(_loaded(module), tally))
    for name, value in list(namespace.items()):
        # the code under test may have such a name itself
        is_case = isinstance(value, type) and issubclass(value, unittest.TestCase)
        if getattr(value, "__module__", "") != foreign and not (own_suite and is_case):
            _run_one(name, value, place, tally)
    tally.guard(lambda: _call_hook(after, module))


_MODULE_HOOKS = (("setUpModule", "setup_module"), ("tearDownModule", "teardown_module"))


def _run_one(name: str, value: Any, place: _Place, tally: Tally) -> None:
    """Run what a name of the module stands for, if it is a test."""
    if getattr(value, "__test__", True) is False:
        return
    if isinstance(value, type) and issubclass(value, unittest.TestCase):
        if value.__module__ == place.spaces[0]["__name__"]:
            _run_case(value, tally)
    elif isinstance(value, type) and name.startswith("Test") and _is_plain(value):
        _run_class(value, place.inside(value), tally)
    elif isinstance(value, types.FunctionType) and name.startswith("test"):
        _run_function(value, place, tally)


def _is_plain(kind: type) -> bool:
    """Whether pytest collects a class: it makes its objects without a word."""
    return all(getattr(kind, name) is getattr(object, name) for name in ("__init__", "__new__"))


def _run_case(case: type[unittest.TestCase], tally: Tally) -> None:
    _run_suite(unittest.TestSuite([unittest.defaultTestLoader.loadTestsFromTestCase(case)]), tally)


def _loaded(module: types.ModuleType) -> unittest.TestSuite:
    """What a module's `load_tests` makes of its cases."""
    loader = unittest.defaultTestLoader
    kinds = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, unittest.TestCase)]
    own = [loader.loadTestsFromTestCase(kind) for kind in kinds if kind.__module__ == module.__name__]
    suite = module.load_tests(loader, unittest.TestSuite(own), None)
    return suite if isinstance(suite, unittest.TestSuite) else unittest.TestSuite(suite or ())


def _run_suite(suite: unittest.TestSuite, tally: Tally) -> None:
    result = unittest.TestResult()
    suite.run(result)
    tally.run += result.testsRun
    tally.skipped += len(result.skipped) + len(result.expectedFailures) + len(result.unexpectedSuccesses)
    for asserted, found in ((True, result.failures), (False, result.errors)):
        for _, trace in found:
            tally.note(asserted, trace.strip().splitlines()[-1])


def _run_class(kind: type, place: _Place, tally: Tally) -> None:
    """A class of plain test methods, a new object for each of them; and the classes inside of it."""
    if not tally.guard(lambda: _call_hook(getattr(kind, "setup_class", None), kind)):
        return
    for name in dict.fromkeys(name for base in reversed(kind.__mro__) for name in vars(base)):
        value = getattr(kind, name, None)
        if isinstance(value, type) and name.startswith("Test") and _is_inner(value):
            _run_class(value, place.inside(value), tally)
        elif callable(value) and name.startswith("test"):
            owner = kind()
            _run_function(getattr(owner, name), place, tally, owner)
    tally.guard(lambda: _call_hook(getattr(kind, "teardown_class", None), kind))


def _is_inner(kind: type) -> bool:
    return not issubclass(kind, unittest.TestCase) and _is_plain(kind)


def _run_function(function: Callable[..., Any], place: _Place, tally: Tally, owner: Any = None) -> None:
    marks = [*place.marks, *getattr(function, "unit_marks", [])]
    fixtures = pytest_stand_in.Fixtures(place.spaces, owner, marks)
    for given, own in pytest_stand_in.cases(marks):
        if any(one.skips() for one in own):
            tally.skipped += 1
            continue
        expecting = next((one for one in own if one.expects()), None)
        for chosen in fixtures.variants(function, given):
            tally.run += 1
            work = partial(_with_setup, function, fixtures, place, given, chosen)
            tally.guard(work if expecting is None else partial(expecting.around, work))


def _with_setup(function: Callable[..., Any], fixtures: Any, place: _Place, given: Any, chosen: Any) -> None:
    """One run between the hooks of its module, or of its class."""
    hooks = ("setup_method", "setup", "teardown_method", "teardown")
    if fixtures.owner is not None:
        before, before_too, after, after_too = (_method(fixtures.owner, name) for name in hooks)
    else:
        before, after = (place.spaces[0].get(f"{word}_function") for word in ("setup", "teardown"))
        before_too = after_too = None
    _call_hook(before, function)
    _call_hook(before_too, function)
    try:
        fixtures.call(function, given, chosen)
    finally:
        _call_hook(after, function)
        _call_hook(after_too, function)


def _method(owner: Any, name: str) -> Any:
    found = getattr(owner, name, None)
    return found if inspect.isroutine(found) else None


def _call_hook(hook: Any, given: Any) -> None:
    """Call a hook, if it is one, with what it is about where it takes that."""
    if not inspect.isroutine(hook):
        return
    plain = getattr(hook, "__func__", hook)
    takes = plain.__code__.co_argcount - (plain is not hook) if isinstance(plain, types.FunctionType) else 0
    hook(*[given][:takes])
