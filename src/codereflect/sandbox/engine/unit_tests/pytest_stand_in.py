"""What generated tests use of pytest, in a few lines: raises, approx, fixtures, parametrize, skip, fail.

pytest itself is not importable in the sandbox, and costs more to start than a test takes. Marks other than
`parametrize` change nothing, but for those that skip and `xfail(raises=...)`. Fixtures: plain ones and generators,
with `params`, `autouse` and `name`; not those that touch the machine (tmp_path, capsys, monkeypatch).
"""

from __future__ import annotations

import contextlib
import inspect
import itertools
import math
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any


class Skipped(BaseException):
    """A test asked to be left out."""


class Failed(AssertionError):
    """`pytest.fail`, or a `raises` whose block raised nothing."""


def skip(reason: str = "", **_: Any) -> None:
    """Leave this test out."""
    raise Skipped(reason)


def xfail(reason: str = "", **_: Any) -> None:
    """Counted as left out."""
    raise Skipped(reason)


def fail(reason: str = "", pytrace: bool = True, **_: Any) -> None:
    """Fail this test."""
    raise Failed(reason)


def importorskip(name: str, *_: Any, **__: Any) -> Any:
    """The module, or a test left out."""
    try:
        return __import__(name)
    except ImportError:
        raise Skipped(name) from None


def main(*_: Any, **__: Any) -> int:
    """Nothing: the tests of the file are run anyway."""
    return 0


class ExceptionInfo:
    """What `raises` saw."""

    value: BaseException
    type: type[BaseException]

    def match(self, pattern: str) -> bool:
        """Whether the message contains the pattern; fails where it does not."""
        if not re.search(pattern, str(self.value)):
            raise Failed(f"{pattern!r} is not in {str(self.value)!r}")
        return True

    def __str__(self) -> str:
        return str(self.value)


class _Raises:
    def __init__(self, expected: Any, match: str | None) -> None:
        self.expected, self.match, self.info = expected, match, ExceptionInfo()

    def __enter__(self) -> ExceptionInfo:
        return self.info

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> bool:
        if error is None:
            raise Failed(f"DID NOT RAISE {self.expected}")
        if not isinstance(error, self.expected):
            return False
        self.info.value, self.info.type = error, type(error)
        if self.match is not None:
            self.info.match(self.match)
        return True


def raises(expected: Any, *call: Any, match: str | None = None, **named: Any) -> Any:
    """A block, or a call, that must raise."""
    block = _Raises(expected, match)
    if not call:
        return block
    with block as info:
        call[0](*call[1:], **named)
    return info


@contextlib.contextmanager
def warns(*_: Any, **__: Any) -> Iterator[None]:
    """Warnings are not looked at."""
    yield


deprecated_call = warns


class approx:
    """Equal to a number, a sequence or a mapping of numbers, up to a tolerance."""

    __array_ufunc__ = None
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, expected: Any, rel: float | None = None, abs: float | None = None, nan_ok: bool = False) -> None:
        self.expected, self.rel, self.abs, self.nan_ok = expected, rel, abs, nan_ok

    def __repr__(self) -> str:
        return f"approx({self.expected!r})"

    def __eq__(self, actual: object) -> bool:
        return self._near(self.expected, actual)

    def _near(self, expected: Any, actual: Any) -> bool:
        expected, actual = _plain(expected), _plain(actual)
        if isinstance(expected, dict):
            same = isinstance(actual, dict) and expected.keys() == actual.keys()
            return same and all(self._near(value, actual[key]) for key, value in expected.items())
        if isinstance(expected, list | tuple):
            same = isinstance(actual, list | tuple) and len(expected) == len(actual)
            return same and all(map(self._near, expected, actual))
        if isinstance(expected, bool) or not isinstance(expected, int | float | complex):
            return bool(expected == actual)
        if isinstance(actual, bool) or not isinstance(actual, int | float | complex):
            return False
        if expected == actual:
            return True
        if isinstance(expected, float) and math.isnan(expected):
            return self.nan_ok and isinstance(actual, float) and math.isnan(actual)
        if isinstance(expected, float) and math.isinf(expected):
            return False
        relative = self.rel if self.rel is not None else (1e-6 if self.abs is None else 0.0)
        tolerance = max(relative * abs(expected), self.abs if self.abs is not None else 1e-12)
        return bool(abs(expected - actual) <= tolerance)


def _plain(value: Any) -> Any:
    """Arrays and numbers of numpy as lists and numbers."""
    return value.tolist() if type(value).__module__ == "numpy" and hasattr(value, "tolist") else value


class _Param:
    def __init__(self, values: tuple[Any, ...], marks: list[Any]) -> None:
        self.values, self.marks = values, marks


def param(*values: Any, id: Any = None, marks: Any = ()) -> _Param:
    """A row of `parametrize`."""
    return _Param(values, listed(marks))


class _Mark:
    """`pytest.mark.NAME`, with or without arguments."""

    def __init__(self, name: str, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> None:
        self.name, self.args, self.kwargs = name, args, kwargs or {}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs and (inspect.isfunction(args[0]) or inspect.isclass(args[0])):
            target: Any = args[0]
            target.unit_marks = [*getattr(target, "unit_marks", []), self]
            return target
        return _Mark(self.name, args, kwargs)

    def skips(self) -> bool:
        """Whether it leaves a test out."""
        if self.name == "skipif":
            return self._holds(False)
        return self.name == "skip" or (self.name == "xfail" and self._holds(True) and not self.expects())

    def expects(self) -> bool:
        """Whether it names the exception that a test must raise."""
        told = self.name == "xfail" and self.kwargs.get("raises") is not None and self.kwargs.get("run", True)
        return bool(told) and self._holds(True)

    def _holds(self, default: bool) -> bool:
        """Whether one of its conditions is true; texts are expressions."""
        conditions = [*self.args, *([self.kwargs["condition"]] if "condition" in self.kwargs else [])]
        known = {"sys": sys, "os": os}
        told = (eval(one, known) if isinstance(one, str) else one for one in conditions)
        return any(map(bool, told)) if conditions else default

    def around(self, test: Callable[[], Any]) -> None:
        """Run a test that must raise; one that does not is red where the mark is strict."""
        try:
            test()
        except self.kwargs["raises"]:
            return
        if self.kwargs.get("strict"):
            raise Failed("[XPASS(strict)]")


class _Marks:
    def __getattr__(self, name: str) -> _Mark:
        return _Mark(name)


mark = _Marks()


class _Fixture:
    def __init__(self, function: Callable[..., Any], options: dict[str, Any]) -> None:
        self.function = function
        self.name = options.get("name") or function.__name__
        self.params = list(options.get("params") or [None])
        self.autouse = bool(options.get("autouse"))


def fixture(function: Any = None, **options: Any) -> Any:
    """A value that tests ask for by the name of an argument."""
    if callable(function):
        return _Fixture(function, options)
    return lambda given: _Fixture(given, options)


def listed(marks: Any) -> list[Any]:
    """What `pytestmark` holds: a mark, or several."""
    return list(marks) if isinstance(marks, list | tuple) else [marks]


def cases(marks: list[Any]) -> list[tuple[dict[str, Any], list[Any]]]:
    """The arguments of each parametrized run of a function with these marks, and all marks of that run."""
    found: list[tuple[dict[str, Any], list[Any]]] = [({}, marks)]
    for one in marks:
        if one.name == "parametrize":
            rows = list(_rows(*one.args, **one.kwargs))
            found = [({**a, **b}, [*mine, *more]) for (a, mine), (b, more) in itertools.product(found, rows)]
    return found


class _Indirect:
    """A value of `parametrize` that is meant for a fixture."""

    def __init__(self, value: Any) -> None:
        self.value = value


def _rows(argnames: Any, argvalues: Any, indirect: Any = False, **_: Any) -> Iterator[tuple[dict[str, Any], list[Any]]]:
    names = [name.strip() for name in argnames.split(",")] if isinstance(argnames, str) else list(argnames)
    for row in argvalues:
        marks = row.marks if isinstance(row, _Param) else []
        values = row.values if isinstance(row, _Param) else ((row,) if len(names) == 1 else tuple(row))
        given = dict(zip(names, values, strict=True))
        meant = given if indirect is True else indirect or ()
        yield {name: _Indirect(value) if name in meant else value for name, value in given.items()}, marks


class Fixtures:
    """The fixtures of a test, and how it is called with them."""

    def __init__(self, spaces: Sequence[dict[str, Any]], owner: Any, marks: Sequence[Any]) -> None:
        """`spaces`: where fixtures are defined; `owner`: the object of a test method; `marks`: of the test."""
        self.owner = owner
        self.known = {item.name: item for space in spaces for item in space.values() if isinstance(item, _Fixture)}
        # those that are set up although no argument asks for them
        self.silent = [one.name for one in self.known.values() if one.autouse]
        self.silent += [name for one in marks if one.name == "usefixtures" for name in one.args]

    def variants(self, function: Callable[..., Any], given: dict[str, Any]) -> list[dict[str, Any]]:
        """One choice of params for each run that the fixtures ask for."""
        fixed = {name: value.value for name, value in given.items() if isinstance(value, _Indirect)}
        names = (name for name in self._needed(function, given) if name not in fixed)
        needed = [self.known[name] for name in names if name in self.known]
        return [
            fixed | dict(zip([one.name for one in needed], values, strict=True))
            for values in itertools.product(*(one.params for one in needed))
        ]

    def call(self, function: Callable[..., Any], given: dict[str, Any], chosen: dict[str, Any]) -> None:
        """Set up, run, tear down."""
        with contextlib.ExitStack() as stack:
            scene = _Scene(self, chosen, stack)
            for name in self.silent:
                scene.value(name)
            # a decorator may pass what is no fixture
            passed = set() if not hasattr(function, "__wrapped__") else set(_arguments(function)) - self.names(given)
            values = {
                one: scene.value(one) if one not in given or isinstance(given[one], _Indirect) else given[one]
                for one in _arguments(function)
                if one not in passed
            }
            scene.done(function(**values))

    def names(self, given: dict[str, Any]) -> set[str]:
        """All that a test may ask for."""
        return {"request", *self.known, *given}

    def _needed(self, function: Callable[..., Any], given: dict[str, Any]) -> list[str]:
        queue = [one for one in _arguments(function) if one not in given or isinstance(given[one], _Indirect)]
        queue += self.silent
        found: list[str] = []
        while queue:
            name = queue.pop(0)
            if name not in found:
                found.append(name)
                if name in self.known:
                    queue += [other for other in _arguments(self.known[name].function) if other != "self"]
        return found


class _Scene:
    """What is set up for one run of a test."""

    def __init__(self, fixtures: Fixtures, chosen: dict[str, Any], stack: contextlib.ExitStack) -> None:
        self.fixtures, self.chosen, self.stack = fixtures, chosen, stack
        self.ready: dict[str, Any] = {}
        self.runner: Any = None

    def value(self, name: str) -> Any:
        """The value of a fixture, set up when it is first asked for."""
        if name == "request":
            return Request(self, None)
        if name not in self.ready:
            if name not in self.fixtures.known:
                raise LookupError(f"fixture {name!r} not found")
            self.ready[name] = self._set_up(self.fixtures.known[name])
        return self.ready[name]

    def _set_up(self, one: _Fixture) -> Any:
        given = {other: self._argument(one, other) for other in _arguments(one.function)}
        if inspect.isgeneratorfunction(one.function):
            # as pytest does: what a test raises does not come by here
            rest = one.function(**given)
            value = next(rest)
            self.stack.callback(lambda: next(rest, None))
            return value
        if inspect.isasyncgenfunction(one.function):
            steps = one.function(**given)
            value = self.done(_awaited(anext(steps)))
            self.stack.callback(lambda: self.done(_awaited(anext(steps, None))))
            return value
        return self.done(one.function(**given))

    def _argument(self, one: _Fixture, name: str) -> Any:
        if name == "self":
            return self.fixtures.owner
        return Request(self, self.chosen.get(one.name)) if name == "request" else self.value(name)

    def done(self, result: Any) -> Any:
        """A result, waited for where it is a coroutine: all of a run have one event loop."""
        if not inspect.iscoroutine(result):
            return result
        if self.runner is None:
            import asyncio

            self.runner = self.stack.enter_context(asyncio.Runner())
        return self.runner.run(result)


async def _awaited(step: Any) -> Any:
    return await step


class Request:
    """What a fixture sees as `request`."""

    def __init__(self, scene: _Scene, value: Any) -> None:
        self._scene, self.param = scene, value
        self.instance = scene.fixtures.owner
        self.cls = None if self.instance is None else type(self.instance)

    def getfixturevalue(self, name: str) -> Any:
        """Another fixture's value."""
        return self._scene.value(name)

    def addfinalizer(self, work: Callable[[], Any]) -> None:
        """Something to be done after the test."""
        self._scene.stack.callback(work)


FixtureRequest = Request


def _arguments(function: Callable[..., Any]) -> list[str]:
    """Names of the arguments that have no default, without those that `patch` passes."""
    parameters = list(inspect.signature(function).parameters.values())
    missing = getattr(sys.modules.get("unittest.mock"), "DEFAULT", None)
    patches = [one for one in getattr(function, "patchings", ()) if one.new is missing and not one.attribute_name]
    parameters = parameters[len(patches) :] if getattr(function, "__self__", None) is None else parameters
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [one.name for one in parameters if one.default is inspect.Parameter.empty and one.kind not in kinds]
