"""What crosses arrives as the same plain data, and nothing else crosses."""

from __future__ import annotations

import collections
import enum
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codereflect.sandbox.engine import wire

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=4)
        | st.sets(st.integers())
        | st.frozensets(st.text())
    ),
    max_leaves=12,
)


def there_and_back(value: Any) -> Any:
    return wire.unpack(wire.from_json(wire.to_json(wire.pack(value))))


def same(left: Any, right: Any) -> bool:
    return type(left) is type(right) and repr(left) == repr(right)


@given(VALUES)
def test_plain_data_arrive_unchanged(value: Any) -> None:
    back = there_and_back(value)
    assert type(back) is type(value)
    assert back == value


@pytest.mark.parametrize(
    "value", [2**64, -(10**400), 1 + 2j, bytearray(b"x"), range(3, 9, 2), ..., float("inf"), collections.deque([1, 2])]
)
def test_further_types(value: Any) -> None:
    assert same(there_and_back(value), value)


def test_subclasses_are_reduced_to_their_data() -> None:
    class Liar(list[int]):
        def __eq__(self, other: object) -> bool:
            return True

    class One(enum.IntEnum):
        ONE = 1

    assert same(there_and_back(Liar([1])), [1])
    assert same(there_and_back(One.ONE), 1)
    assert same(there_and_back(collections.OrderedDict(a=1)), {"a": 1})
    assert list(there_and_back(x for x in (1, 2))) == [1, 2]


@pytest.mark.parametrize("value", [object(), len, int, lambda: 1, [object()]])
def test_other_objects_do_not_cross(value: Any) -> None:
    with pytest.raises(wire.Unsupported):
        wire.pack(value)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.fixed_dictionaries({"t": st.sampled_from(sorted(wire._UNPACKERS)) | inner, "v": inner})
            | st.dictionaries(st.text(max_size=2), inner, max_size=2)
        ),
        max_leaves=8,
    )
)
def test_forged_descriptions_are_refused_or_plain(data: Any) -> None:
    try:
        wire.unpack(data)
    except wire.Unsupported:
        pass


@pytest.mark.parametrize("payload", [b"", b"{", b"\xff", b"[" * 100_000, b"1" * 5000])
def test_foreign_bytes_are_refused(payload: bytes) -> None:
    with pytest.raises(wire.Unsupported):
        wire.from_json(payload)


def test_frames() -> None:
    left, right = socket.socketpair()
    with left, right:
        sender, receiver = wire.Channel(left.fileno()), wire.Channel(right.fileno())
        sender.send(b"one")
        sender.send(b"")
        sender.send(b"x" * 100)
        assert receiver.receive() == b"one"
        assert receiver.receive() == b""
        with pytest.raises(wire.TooLarge):
            receiver.receive(99)
        left.close()
        with pytest.raises(wire.Closed):
            wire.Channel(right.fileno()).receive()
