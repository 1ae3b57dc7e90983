"""Compiles programs beside the checker, in a process that is warm: in a new one compiling costs as much as all else.

It executes nothing. What it answers is opaque to the checker, which passes it on to the candidate; a program that is
no Python, or that the compiler does not get done with, is left to the candidate, which has to answer for it.
"""

from __future__ import annotations

import gc
import marshal
import os
import signal
import socket

from . import candidate, kernel, wire

# for one program; the signal of this timer ends the process
_CPU_SECONDS = 1.0
_LONGEST_TEXT, _LONGEST_CODE = 100_000, 1_000_000


class Compiler:
    """The checker's end of the process, which it has forked before it read a test. It ends with the checker."""

    def __init__(self) -> None:
        """Fork it."""
        ours, theirs = socket.socketpair()
        parent = os.getpid()
        if os.fork() == 0:
            ours.close()
            _serve(wire.Channel(theirs.detach()), parent)
        theirs.close()
        self._channel: wire.Channel | None = wire.Channel(ours.detach())

    def compile(self, code: str) -> bytes | None:
        """A program as marshalled code, or None: then the candidate is to compile it."""
        if self._channel is None or len(code) > _LONGEST_TEXT:
            return None
        try:
            self._channel.send(code.encode())
            return self._channel.receive(_LONGEST_CODE) or None
        except UnicodeEncodeError:
            return None
        except (wire.Closed, wire.TooLarge):
            # until this checker is replaced by the next one
            self._channel.close()
            self._channel = None
            return None


def _serve(channel: wire.Channel, parent: int) -> None:
    """Compile until the checker ends. Never returns."""
    try:
        kernel.die_with_parent()
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        gc.freeze()
        while os.getppid() == parent:
            channel.send(_compiled(channel.receive().decode()))
    except BaseException:
        pass
    finally:
        os._exit(0)


def _compiled(code: str) -> bytes:
    """Marshalled code, or nothing."""
    signal.setitimer(signal.ITIMER_PROF, _CPU_SECONDS)
    try:
        return marshal.dumps(candidate.compile_program(code))
    except Exception:
        return b""
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
