"""The untrusted side: one process, one program. It answers calls of one function and knows nothing else.

It never holds a test: only the arguments of the calls arrive here, one at a time. Nothing that happens in this
process can be a verdict; the worst it can do is to return wrong data.
"""

from __future__ import annotations

import builtins
import marshal
import random
import signal
import socket
import sys
import types
from collections.abc import Callable
from typing import Any

from . import values, wire

MODULE = "candidate"
FILE = "<program>"
# what the checker's compiled tests are called, and where they keep both sides of a comparison
FILE_PREFIX, LEFT, RIGHT = "<test ", "_sandbox_left", "_sandbox_right"
_MESSAGE_LIMIT = 500
_ROUNDS = 12
_EXERCISE = """
from typing import List
def exercise(x: List[int]) -> object:
    found = [i for i in range(3) if i > 1]
    for place, value in enumerate(found):
        found[place] = value * 2 + len(str(x))
    return sorted(found, key=lambda value: -value), {"a": (1.5, None)}
"""


def serve(channel: wire.Channel) -> None:
    """Define the program, say how that went, then answer calls until the other end closes.

    Frames in: marshal of (code, entry point, sealed), where code is the program's text or its compiled form, then a
    call (values.write_call) each, or the CPU seconds of later calls (values.SECONDS); where the job is not sealed, one
    frame of (compiled tests, word) instead. Frames out: tagged JSON.
    """
    code, entry_point, sealed = marshal.loads(channel.receive())
    function, trouble = _define(code, entry_point)
    channel.send(wire.to_json(trouble))
    if function is not None and not sealed:
        channel.send(_test(sys.modules[MODULE].__dict__, entry_point, *marshal.loads(channel.receive())))
        return
    streams: list[Any] = []
    seconds = 0.0
    while function is not None:
        payload = channel.receive()
        if payload.startswith(values.SECONDS):
            seconds = float(payload.removeprefix(values.SECONDS))
            continue
        # its signal ends the process; one that prevents that is ended by the clock
        signal.setitimer(signal.ITIMER_PROF, seconds)
        answer = _answer(function, payload, streams)
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        channel.send(answer)


def warm_up() -> None:
    """Serve a small program a few times, in the zygote: the interpreter writes less into code that it has adapted.

    Every candidate starts with the same state of `random`, whatever was drawn here.
    """
    for _ in range(_ROUNDS):
        left, right = socket.socketpair()
        with left, right:
            requests = wire.Channel(left.fileno())
            requests.send(marshal.dumps((_EXERCISE, "exercise", True), 2))
            for argument in (3, "text", [2, 1, 3]):
                requests.send(values.write_call((argument,), {}))
            left.shutdown(socket.SHUT_WR)
            try:
                serve(wire.Channel(right.fileno()))
            except wire.Closed:
                pass
    del sys.modules[MODULE]
    random.seed(0)


def compile_program(code: str) -> types.CodeType:
    """The compiled program. Raises what `compile` raises."""
    return compile(code.removeprefix("\ufeff"), FILE, "exec", dont_inherit=True)


def _define(code: str | bytes, entry_point: str) -> tuple[Callable[..., Any] | None, dict[str, Any]]:
    """Run the program; the function of that name, or why there is none."""
    module = types.ModuleType(MODULE)
    module.__dict__.update(__builtins__=builtins, __file__=FILE)
    sys.modules[MODULE] = module
    try:
        program = marshal.loads(code) if isinstance(code, bytes) else compile_program(code)
    except BaseException as error:
        return None, {**_describe(error), "stage": "syntax"}
    try:
        exec(program, module.__dict__)
    except BaseException as error:
        return None, {**_describe(error), "stage": "define"}
    function = module.__dict__.get(entry_point)
    if not callable(function):
        return None, {"stage": "missing"}
    return function, {"stage": "ready"}


def _answer(function: Callable[..., Any], payload: bytes, streams: list[Any]) -> bytes:
    """One call: the value and the arguments as it left them, or the exception. Or more of an earlier value."""
    args, kwargs = values.read_call(payload)
    if args == values.MORE:
        return _told(_packed(lambda packer: packer.chunk(kwargs), values.Packer(streams=streams)))
    arrived = values.containers(*args, *kwargs.values())
    before = _snapshot(arrived) if arrived else None
    try:
        value = function(*args, **kwargs)
    except BaseException as error:
        reply = _describe(error)
    else:
        reply = _packed(lambda packer: packer.pack(value), values.Packer(arrived, streams))
    # two unknown states are not known to be equal
    if arrived and (before is None or _snapshot(arrived) != before):
        _add_changes(reply, arrived)
    return _told(reply)


def _told(reply: dict[str, Any]) -> bytes:
    try:
        return wire.to_json(reply)
    except (ValueError, RecursionError, TypeError):
        return wire.to_json({"unsupported": "a value that cannot be written down"})


def _packed(take: Callable[[values.Packer], Any], packer: values.Packer) -> dict[str, Any]:
    """A returned value as data, or why it is none. An iterator runs the program's code here, which may raise."""
    try:
        return {"value": take(packer)}
    except values.Unsupported as error:
        return {"unsupported": str(error)}
    except RecursionError as error:
        return _describe(error) if _line(error) else {"unsupported": "data that nest too deep"}
    except BaseException as error:
        return _describe(error)


def _test(namespace: dict[str, Any], entry_point: str, tests: list[types.CodeType], word: str) -> bytes:
    """Run tests in the program's namespace; how they ended, with the word that says that this is the answer.

    A text that defines one of the program's functions itself (a prompt) is overruled: the program is what is tested.
    """
    functions = {name: value for name, value in namespace.items() if callable(value)}
    try:
        for place, test in enumerate(tests):
            # the first text may be a prompt with helpers that the program has too; later ones have their own
            namespace.update(functions if place < 2 else {entry_point: functions[entry_point]})
            exec(test, namespace)
        reply: dict[str, Any] = {"word": word}
    except BaseException as error:
        reply = {"word": word, **_describe(error), **_place(error)}
    return wire.to_json(reply)


def _place(error: BaseException) -> dict[str, Any]:
    """The test and its line that an exception passed through, and both sides of a comparison that failed there."""
    place: dict[str, Any] = {}
    trace = error.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_code.co_filename.startswith(FILE_PREFIX):
            place = {"file": frame.f_code.co_filename, "test_line": trace.tb_lineno}
            if LEFT in frame.f_locals and RIGHT in frame.f_locals:
                place["sides"] = [_shown(frame.f_locals[LEFT]), _shown(frame.f_locals[RIGHT])]
        trace = trace.tb_next
    return place


def _shown(value: Any) -> str:
    try:
        return repr(value)[:_MESSAGE_LIMIT]
    except BaseException:
        return f"<{type(value).__name__}>"


def _snapshot(arrived: list[Any]) -> bytes | None:
    """What the containers hold, or None when that cannot be told."""
    try:
        # marshal sorts sets, whose order may have changed
        return marshal.dumps([list(one) if type(one) is set else one for one in arrived], 2)
    except ValueError:
        return None


def _add_changes(reply: dict[str, Any], arrived: list[Any]) -> None:
    """What the containers among the arguments hold after the call."""
    packer = values.Packer(arrived)
    try:
        reply["after"] = [packer.contents(container) for container in arrived]
    except (ValueError, TypeError, RecursionError, values.Unsupported):
        reply["after"] = None


def _describe(error: BaseException) -> dict[str, Any]:
    """An exception by the name of its nearest built-in class, with plain arguments and the program's line."""
    name = next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")
    try:
        message = (error.msg if type(error) is SyntaxError else str(error))[:_MESSAGE_LIMIT]
    except BaseException:
        message = ""
    try:
        arguments = values.Packer().items(error.args)
    except BaseException:
        arguments = [message]
    return {"error": name, "message": message, "arguments": arguments, "line": _line(error)}


def _line(error: BaseException) -> int | None:
    """The last line of the program that the exception passed through, or that does not compile."""
    if isinstance(error, SyntaxError) and error.filename == FILE:
        return error.lineno
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
