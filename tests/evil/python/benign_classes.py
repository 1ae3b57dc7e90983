# Dataclasses, enumerations, named tuples, an abstract class, and a class with its own notion of equality.
import abc
import dataclasses
import enum
import typing


class Step(enum.IntEnum):
    ONE = 1


class Pair(typing.NamedTuple):
    left: int
    right: int


@dataclasses.dataclass(order=True)
class Box:
    value: int
    extra: list = dataclasses.field(default_factory=list)


class Adder(abc.ABC):
    def __eq__(self, other):
        return True

    @abc.abstractmethod
    def add(self, x): ...


class One(Adder):
    def add(self, x):
        return Box(x).value + Pair(Step.ONE, 0).left


def answer(x):
    return One().add(x)
