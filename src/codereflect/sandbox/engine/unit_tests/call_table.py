"""What is known of one test: how its runs ended, and what it does after which answers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from .. import values, wire
from . import function, runner
from .children import Functions

# bytes of the table of one test
_TABLE_BYTES = 64 << 20
_CLAIMS = ("green", "assert", "error", "exit", "skip", "syntax", "late")
_MESSAGE_LIMIT = 300
# answers that are not passed on: the run ends there
ENDS = {function.LATE: "late", function.FOREIGN: "foreign", function.WRONG: "error"}


class Unsteady(Exception):
    """A test did not do the same after the same answers."""


@dataclass(frozen=True)
class Claim:
    """How a run ended: `state` is green, or why it is red; `raised`: which of its calls raised, counted from 1."""

    state: str
    message: str = ""
    run: int = 0
    calls: int = 0
    raised: frozenset[int] = frozenset()

    def same(self, other: Claim) -> bool:
        """Whether two runs ended the same way (texts may differ: addresses, times)."""
        return (self.state, self.run) == (other.state, other.run)


class Table:
    """What a test does after which answers: the next call, or the end."""

    def __init__(self) -> None:
        """Nothing is known."""
        self.known: dict[bytes, bytes | Claim] = {}
        self.room = _TABLE_BYTES
        # the calls of the first run with the names of their answers
        self.path: list[tuple[str, str]] = []
        self.places: list[bytes] = []

    @staticmethod
    def after(place: bytes, reply: bytes) -> bytes:
        """The place that an answer leads to."""
        return hashlib.blake2b(place + hashlib.blake2b(reply, digest_size=16).digest(), digest_size=16).digest()

    def note(self, place: bytes, step: bytes | Claim) -> None:
        """Enter a step. Raises Unsteady when another one is known there."""
        known = self.known.get(place)
        if known is None:
            self.room -= len(step) if isinstance(step, bytes) else 100
            if self.room > 0:
                self.known[place] = step
        elif isinstance(known, Claim) and isinstance(step, Claim):
            if not known.same(step):
                raise Unsteady
        elif known != step:
            raise Unsteady

    def find(self, functions: Functions) -> Claim | None:
        """The end that the loaded implementation leads to, as far as the table knows."""
        agreed, reply = functions.walk(self.path)
        place = self.places[agreed]
        while reply is not None or agreed == len(self.path):
            if reply is not None:
                if reply[:1] in ENDS:
                    return Claim(ENDS[reply[:1]])
                place = self.after(place, reply)
            step = self.known.get(place)
            if step is None or isinstance(step, Claim):
                return step
            agreed, reply = -1, functions.call(step)
        return None


def read_claim(frame: bytes, calls: int | None) -> Claim:
    """What a runner says of its run; nonsense is red."""
    try:
        told = wire.from_json(frame[1:]) if frame[:1] == runner.END else {}
    except values.Unsupported:
        told = {}
    told = told if isinstance(told, dict) else {}
    listed = told.get("raised")
    raised = frozenset(one for one in listed if type(one) is int) if isinstance(listed, list) else frozenset()
    state, run, said = told.get("state"), told.get("run"), told.get("calls")
    if state not in _CLAIMS or type(run) is not int:
        return Claim("late" if state == "late" else "error", "an end that is not well-formed")
    counted = calls if calls is not None else said if type(said) is int else 0
    message = str(told.get("message", ""))[:_MESSAGE_LIMIT].encode("utf-8", "replace").decode()
    return Claim(state, message, min(max(run, 0), 100_000), counted, raised)
