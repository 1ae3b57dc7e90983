"""Compiles programs beside the checker, in a process that is warm: in a new one compiling costs as much as all else.

It executes nothing. What it answers is opaque to the checker, which passes it on to the candidate. What is no Python,
long, or would come out otherwise than from `compile` is left to the candidate, which has to answer for it.
"""

from __future__ import annotations

import gc
import marshal
import os
import signal
import socket
from types import CodeType
from typing import Any

from . import candidate, kernel, seccomp, wire

# for one program; the signal of this timer ends the process
_CPU_SECONDS = 0.5
# characters and bytes; what compiling takes is not counted as the program's CPU time, so the text has to be short
LONGEST_TEXT, _LONGEST_CODE = 10_000, 1_000_000


class Compiler:
    """The checker's end of the process, which it has forked before it read a test. It ends with the checker."""

    def __init__(self, filtered: bool) -> None:
        """Fork it. `filtered`: whether system calls are filtered here."""
        ours, theirs = socket.socketpair()
        parent = os.getpid()
        if os.fork() == 0:
            ours.close()
            _serve(wire.Channel(theirs.detach()), parent, filtered)
        theirs.close()
        self._channel: wire.Channel | None = wire.Channel(ours.detach())

    @property
    def is_gone(self) -> bool:
        """Whether it ended. There is no other in this checker, which has read tests by now."""
        return self._channel is None

    def compile(self, code: str) -> bytes | None:
        """A program as marshalled code, or None: then the candidate is to compile it."""
        if self._channel is None or len(code) > LONGEST_TEXT:
            return None
        try:
            self._channel.send(code.encode())
            return self._channel.receive(_LONGEST_CODE) or None
        except UnicodeEncodeError:
            return None
        except (wire.Closed, wire.TooLarge):
            self._channel.close()
            self._channel = None
            return None


def _serve(channel: wire.Channel, parent: int, filtered: bool) -> None:
    """Compile until the checker ends. Never returns."""
    try:
        # above all not the checker's own socket, over which tests come and verdicts go
        kernel.close_all_but(channel.handle)
        kernel.die_with_parent()
        if os.getppid() != parent:
            return
        if filtered:
            seccomp.CandidateFilter().install(os.getpid())
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        gc.freeze()
        while True:
            channel.send(_compiled(channel.receive().decode()))
    except BaseException:
        pass
    finally:
        os._exit(0)


def _compiled(text: str) -> bytes:
    """Marshalled code, or nothing."""
    signal.setitimer(signal.ITIMER_PROF, _CPU_SECONDS)
    try:
        code = candidate.compile_program(text)
        marshalled = marshal.dumps(code) if _keeps(code) else b""
        return marshalled if len(marshalled) <= _LONGEST_CODE else b""
    except Exception:
        return b""
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)


def _keeps(constant: Any) -> bool:
    """Whether a constant comes out of marshal as it went in: a set (of a loop over `{"a", "b"}`) changes its order."""
    if isinstance(constant, frozenset):
        return len(constant) < 2
    inner = constant.co_consts if isinstance(constant, CodeType) else constant if isinstance(constant, tuple) else ()
    return all(map(_keeps, inner))
