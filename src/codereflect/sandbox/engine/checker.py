"""The trusted side: holds the tests, runs them against a stand-in, and says what happened.

One checker serves many jobs; each runs in a fresh namespace, each test text is compiled once. Tests are trusted text
(of a corpus): a test that sets out to deceive its own checker can.
"""

from __future__ import annotations

import re
import socket
import sys
import types
from typing import Any

from . import wire
from .assertions import Failure, Test, compile_test, explain, message_of
from .compiler import Compiler
from .packages import reseed
from .session import Ended, Session

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{5,}")
_TEXT_LIMIT = 600
_CACHED_TESTS, _CACHED_CHARACTERS = 1000, 20_000_000
_TEST_SHOWN = 200


def serve(control: socket.socket, reply_limit: int, filtered: bool) -> None:
    """Judge jobs until the controller closes its end.

    A job is one byte with the candidate's socket as ancillary data, then a frame of JSON [code, entry_point,
    tests, sealed].
    The answer is one frame of JSON: outcome, category, feedback, call, expected, actual, raised, ended, worn
    (the next job is to have another checker).
    """
    channel = wire.Channel(control.fileno())
    compiler, compiled = Compiler(filtered), _Compiled()
    channel.send(wire.to_json({"ready": True}))
    while True:
        mark, handles, _, _ = socket.recv_fds(control, 1, 1)
        if not mark:
            return
        code, entry_point, tests, sealed = wire.from_json(channel.receive())
        link = wire.Channel(handles[0])
        compiled.shrink()
        try:
            session = Session(link, entry_point, reply_limit, sealed)
            verdict = _judge(session, code, compiler.compile(code), tests, compiled)
        finally:
            link.close()
        channel.send(wire.to_json({**verdict, "worn": compiler.is_gone}))


class _Compiled:
    """Tests that were compiled for earlier jobs."""

    def __init__(self) -> None:
        self._tests: dict[tuple[str, str], Test] = {}
        self._characters = 0

    def shrink(self) -> None:
        """Forget all once they take much memory."""
        if len(self._tests) > _CACHED_TESTS or self._characters > _CACHED_CHARACTERS:
            self._tests.clear()
            self._characters = 0

    def test(self, text: str, entry_point: str) -> Test:
        """A test, compiled once. Raises SyntaxError and its like where it is no Python."""
        key = (text, entry_point)
        test = self._tests.get(key)
        if test is None:
            test = self._tests[key] = compile_test(text, len(self._tests), entry_point)
            self._characters += len(text)
        return test


def _judge(session: Session, code: str, program: bytes | None, tests: list[str], compiled: _Compiled) -> dict[str, Any]:
    try:
        prepared = [compiled.test(text, session.entry_point) for text in tests]
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return _verdict("invalid", "tests", f"A test is not valid Python: {error}.")
    files = {test.code.co_filename: test for test in prepared}
    reseed()
    try:
        report = session.start(program or code)
        if report["stage"] != "ready":
            return _not_defined(report, code, session.entry_point)
        if not session.sealed:
            return _tested_inside(session.run_inside([test.code for test in prepared]), code, tests, files)
        _run(prepared, session)
    except Ended:
        pass
    except wire.Closed:
        session.ended = session.ended or "died"
    except BaseException as error:
        if session.ended is None:
            return _told(error, session, code, files)
    if session.ended is not None:
        return _ended(session)
    if session.calls == 0:
        return _verdict("fail", "no_call", f"The tests never called {session.entry_point}.")
    return _verdict("pass", "pass", "All tests passed.")


def _run(tests: list[Test], session: Session) -> None:
    """The tests, one after the other, in one namespace where the entry point is the stand-in.

    A text that defines the entry point itself (a trusted prompt with its helpers) is overruled before the next text.
    """
    stand_in = session.stand_in()
    # a module, for what looks its own up by name (dataclasses, pickle)
    module = sys.modules["tests"] = types.ModuleType("tests")
    namespace = module.__dict__
    for test in tests:
        namespace[session.entry_point] = stand_in
        exec(test.code, namespace)


def _verdict(outcome: str, category: str, feedback: str, **facts: str | None) -> dict[str, Any]:
    clean = {name: _clean(text) for name, text in facts.items() if text is not None}
    return {"outcome": outcome, "category": category, "feedback": _clean(feedback), **clean}


def _clean(text: str) -> str:
    """No addresses (they differ from run to run), no unpaired surrogates, not too long."""
    text = _ADDRESS.sub("0x...", text).encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= _TEXT_LIMIT else text[: _TEXT_LIMIT - 4] + " ..."


def _where(line: Any, code: str) -> str:
    """` (line 3: x = 1)`, or nothing when the line is not known."""
    lines = code.splitlines()
    if type(line) is not int or not 1 <= line <= len(lines):
        return ""
    return f" (line {line}: {lines[line - 1].strip()[:120]})"


def _category(name: str) -> str:
    return {"MemoryError": "memory", "PermissionError": "forbidden"}.get(name, name)


def _known(name: Any) -> str:
    """A candidate's exception name, if it is the name of a built-in exception."""
    import builtins

    kind = getattr(builtins, name, None) if isinstance(name, str) else None
    return kind.__name__ if isinstance(kind, type) and issubclass(kind, BaseException) else "Exception"


def _not_defined(report: dict[str, Any], code: str, entry_point: str) -> dict[str, Any]:
    """The verdict on a program that could not be defined."""
    if report["stage"] == "missing":
        return _verdict("fail", "missing_entry_point", f"The program does not define {entry_point}.")
    name, message = _known(report.get("error")), str(report.get("message", ""))
    text = (f"{name}: {message}" if message else name) + _where(report.get("line"), code)
    if report["stage"] == "syntax":
        return _verdict("fail", "syntax", f"The program is not valid Python: {text}.")
    category = "exit" if name in ("SystemExit", "KeyboardInterrupt") else _category(name)
    feedback = f"The program failed before {entry_point} was called: {text}."
    return _verdict("fail", category, feedback, raised=message)


def _ended(session: Session) -> dict[str, Any]:
    """The verdict when the candidate ended early. For `died` the controller adds why the process ended."""
    call = session.last_call()
    subject = call or "The program"
    if session.ended == "tests":
        return _verdict("invalid", "unsupported", f"A test gave {session.entry_point} {session.reason}.")
    if session.ended == "exit":
        return _verdict("fail", "exit", f"{subject} tried to end the program ({session.reason}).", call=call)
    if session.ended == "output":
        return _verdict("fail", "output", f"{subject} returned {session.reason}.", call=call)
    if session.ended == "late":
        return _verdict("timeout", "timeout", f"{subject} waited without end.", call=call)
    if session.ended == "died":
        return {**_verdict("fail", "died", subject, call=call), "ended": True}
    if session.ended == "unsupported":
        return _verdict("fail", "unsupported", f"{subject} gave {session.reason}.", call=call)
    return _verdict("fail", "protocol", f"{subject} gave {session.reason}.", call=call)


def _told(error: BaseException, session: Session, code: str, files: dict[str, Test]) -> dict[str, Any]:
    """`_failed`, or a plain verdict where what the program gave cannot even be told: that it failed is certain."""
    try:
        return _failed(error, session, code, files)
    except Exception:
        return _verdict("fail", _known(type(error).__name__), f"A test of {session.entry_point} failed.")


def _failed(error: BaseException, session: Session, code: str, files: dict[str, Test]) -> dict[str, Any]:
    """The verdict on an exception that left a test."""
    call = session.last_call()
    if call is None:
        # No program has a part in that: nothing of it has run but its definition, and that in another process.
        return _verdict("invalid", "tests", f"A test stopped before it called {session.entry_point}: {_tell(error)}.")
    failure = explain(error, files)
    if error is session.raised:
        text = session.raised_text + _where(session.raised_line, code)
        name = session.raised_text.split(":")[0]
        feedback = f"{call} raised {text}" + (f"; expected {failure.expected}." if failure.expected else ".")
        facts = {"call": call, "expected": failure.expected, "raised": session.raised_text}
        return _verdict("fail", _category(name), feedback, **facts)
    if session.opaque:
        text = f"{call} gave a value of type {session.opaque}, which the test could not use: {_tell(error)}."
        return _verdict("fail", "unsupported", text, call=call, expected=failure.expected)
    actual = failure.actual or session.last_value()
    facts = {"call": call, "expected": failure.expected, "actual": actual}
    if not isinstance(error, AssertionError):
        feedback = f"{call} returned {actual}, which the test could not use: {_tell(error)}."
        return _verdict("fail", type(error).__name__, feedback, **facts)
    message = message_of(error)
    feedback = f"{call} returned {session.last_value()}"
    feedback += _expectation(failure, session, message)
    return _verdict("fail", "assertion", feedback, **facts)


def _tested_inside(reply: dict[str, Any], code: str, tests: list[str], files: dict[str, Test]) -> dict[str, Any]:
    """The verdict on tests that ran in the program's process, from what that process says."""
    if "error" not in reply:
        return _verdict("pass", "pass", "All tests passed.")
    name, message = _known(reply["error"]), str(reply.get("message", ""))
    told = f"{name}: {message}" if message else name
    place = str(reply.get("file"))
    test = files.get(place)
    if test is None:
        feedback = f"The program raised {told}{_where(reply.get('line'), code)}."
        return _verdict("fail", _category(name), feedback, raised=message)
    text = tests[list(files).index(place)].strip()
    known = test.comparison(reply.get("test_line", 0))
    if name != "AssertionError" or reply.get("line") is not None:
        feedback = f"The test {_shorten(text)} raised {told}{_where(reply.get('line'), code)}."
        facts = {"expected": known.literal if known else None, "raised": message}
        return _verdict("fail", _category(name), feedback, **facts)
    sides = [str(side) for side in reply.get("sides", [])]
    if known is None or len(sides) != 2:
        return _verdict("fail", "assertion", f"The test {_shorten(text)} failed{': ' + message if message else ''}.")
    expected, actual = sides if known.actual_right else sides[::-1]
    feedback = f"The test {_shorten(text)} expected {expected} and found {actual}."
    return _verdict("fail", "assertion", feedback, expected=expected, actual=actual)


def _shorten(text: str) -> str:
    return text if len(text) <= _TEST_SHOWN else text[: _TEST_SHOWN - 4] + " ..."


def _expectation(failure: Failure, session: Session, message: str) -> str:
    if failure.expected is None:
        return f", and a test failed{': ' + message if message else ''}."
    if failure.actual != session.last_value():
        return f"; the test expected {failure.expected} and found {failure.actual}."
    return f"; expected {failure.expected}."


def _tell(error: BaseException) -> str:
    message = message_of(error)
    return f"{type(error).__name__}: {message}" if message else type(error).__name__
