"""Work for other processes, which find it by the name of this module."""

from __future__ import annotations

import os
import time


def slow_first(number: int) -> int:
    time.sleep(0.3 if number == 0 else 0)
    return number * 2


def process(number: int) -> int:
    return os.getpid()


def told_and_slept(number: int) -> int:
    if number > 0:
        time.sleep(60)
    return os.getpid()


def ended(number: int) -> int:
    os._exit(1)


class Unsendable(Exception):
    """Cannot be made anew from its message."""

    def __init__(self, one: int, other: int) -> None:
        super().__init__(f"{one} and {other}")


def failed(number: int) -> int:
    raise Unsendable(number, number)


class Loaded:
    """Work that loads something with its first item."""

    def __init__(self) -> None:
        self.loads = 0

    def __call__(self, number: int) -> int:
        self.loads += self.loads == 0
        return self.loads
