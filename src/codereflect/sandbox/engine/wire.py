"""How processes talk: length-prefixed frames on a stream socket.

Towards the candidate they hold marshal (trusted to untrusted). Back from it only JSON is read; see values.py.
"""

from __future__ import annotations

import os
import select
import struct
from json import JSONDecoder
from json.encoder import c_make_encoder, encode_basestring_ascii  # type: ignore[attr-defined]
from typing import Any

from .values import Unsupported

_LENGTH = struct.Struct("<I")
_CHUNK = 1 << 16
# of a first read: most frames are short, and a process that was just forked pays for each page it fills
_SHORT = 1 << 12


def _unknown(value: Any) -> Any:
    raise TypeError(f"a value of type {type(value).__name__}")


# What JSONEncoder.encode makes anew for each call, made once: the arguments are markers of what is being written (none:
# what holds itself nests too deep), other types, texts, indent, separators, sorted keys, skipped keys, NaN.
_ENCODE = c_make_encoder(None, _unknown, encode_basestring_ascii, None, ":", ",", False, False, True)
# one value, without blanks around it
_SCAN = JSONDecoder().scan_once  # type: ignore[attr-defined]


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
        have = self._pending or self._read(_SHORT)
        while len(have) < _LENGTH.size:
            have += self._read(_SHORT)
        (length,) = _LENGTH.unpack_from(have)
        if length > limit:
            raise TooLarge(length)
        end = _LENGTH.size + length
        if len(have) < end:
            have = self._rest(have, end)
        self._pending = have[end:]
        return have[_LENGTH.size : end]

    def comes(self, seconds: float) -> bool:
        """Whether some of a frame, or the end, comes within a time."""
        poll = select.poll()
        poll.register(self.handle, select.POLLIN)
        return bool(self._pending or poll.poll(seconds * 1000))

    def buffered(self) -> bool:
        """Whether bytes of a next frame were already read from the socket."""
        return bool(self._pending)

    def _rest(self, have: bytes, count: int) -> bytes:
        """At least `count` bytes that begin with those at hand."""
        parts, size = [have], len(have)
        while size < count:
            part = self._read(_CHUNK)
            parts.append(part)
            size += len(part)
        return b"".join(parts)

    def _read(self, most: int) -> bytes:
        try:
            part = os.read(self.handle, most)
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
    """JSON bytes; NaN and infinities as Python's json writes them. Raises ValueError, TypeError, RecursionError."""
    return "".join(_ENCODE(value, 0)).encode("ascii")


def from_json(payload: bytes) -> Any:
    """What foreign JSON says, no blanks around it. Raises Unsupported for other bytes, and what nests too deep."""
    try:
        text = payload.decode()
        value, end = _SCAN(text, 0)
    except (ValueError, RecursionError, StopIteration):
        raise Unsupported("bytes that are not data") from None
    if end != len(text):
        raise Unsupported("bytes that are not data")
    return value
