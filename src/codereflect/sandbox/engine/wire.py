"""How processes talk: length-prefixed frames on a stream socket.

Towards the candidate they hold marshal (trusted to untrusted). Back from it only JSON is read; see values.py.
"""

from __future__ import annotations

import json
import os
import struct
from typing import Any

from .values import Unsupported

_LENGTH = struct.Struct("<I")
_CHUNK = 1 << 16
_ENCODER = json.JSONEncoder(separators=(",", ":"))


class Closed(Exception):
    """The other end is gone."""


class TooLarge(Exception):
    """A frame longer than the reader accepts."""


class Channel:
    """Length-prefixed frames over the descriptor of a stream socket.

    A plain descriptor, because a socket object costs a new candidate seventy page faults.
    """

    def __init__(self, handle: int) -> None:
        """Takes the descriptor over."""
        self.handle = handle
        self._pending = b""

    def send(self, payload: bytes) -> None:
        """Raises Closed."""
        rest = frame(payload)
        try:
            sent = os.write(self.handle, rest)
            while sent < len(rest):
                rest = rest[sent:]
                sent = os.write(self.handle, rest)
        except OSError:
            raise Closed from None

    def receive(self, limit: int = (1 << 32) - 1) -> bytes:
        """The next frame. Raises Closed, or TooLarge above `limit` bytes."""
        (length,) = _LENGTH.unpack(self._take(_LENGTH.size))
        if length > limit:
            raise TooLarge(length)
        return self._take(length)

    def buffered(self) -> bool:
        """Whether bytes of a next frame were already read from the socket."""
        return bool(self._pending)

    def _take(self, count: int) -> bytes:
        if len(self._pending) < count:
            parts, have = [self._pending], len(self._pending)
            while have < count:
                part = self._read()
                parts.append(part)
                have += len(part)
            self._pending = b"".join(parts)
        taken, self._pending = self._pending[:count], self._pending[count:]
        return taken

    def _read(self) -> bytes:
        try:
            part = os.read(self.handle, _CHUNK)
        except OSError:
            raise Closed from None
        if not part:
            raise Closed
        return part

    def close(self) -> None:
        """Close the descriptor."""
        if self.handle >= 0:
            os.close(self.handle)
        self.handle = -1


def frame(payload: bytes) -> bytes:
    """The bytes of one frame."""
    return _LENGTH.pack(len(payload)) + payload


def to_json(value: Any) -> bytes:
    """JSON bytes; NaN and infinities as Python's json writes them."""
    return _ENCODER.encode(value).encode("ascii")


def from_json(payload: bytes) -> Any:
    """What foreign JSON says. Raises Unsupported for bytes that are not JSON or nest too deep."""
    try:
        return json.loads(payload.decode())
    except (ValueError, RecursionError):
        raise Unsupported("bytes that are not data") from None
