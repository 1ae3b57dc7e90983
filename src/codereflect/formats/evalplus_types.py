"""What types EvalPlus gives the arguments of MBPP's tasks: JSON has no tuples, sets and complex numbers.

The facts of `mbpp_deserialize_inputs` (EvalPlus 0.1 to 0.3.1), by number of the task: what a row's assertion shows is
not what its function is called with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Convert = Callable[[Any], Any]


def typed_inputs(task_id: str, inputs: list[list[Any]]) -> list[list[Any]]:
    """The argument lists of a task of MBPP as EvalPlus calls functions with them.

    Raises:
        TypeError, ValueError, OverflowError, AttributeError: an input is not what the table expects of this task.
    """
    number = task_id.rpartition("/")[2]
    convert = _BY_TASK.get(int(number)) if number.isdecimal() else None
    return [list(convert(given)) for given in inputs] if convert else inputs


def _same(value: Any) -> Any:
    return value


def _items(convert: Convert) -> Convert:
    return lambda values: [convert(value) for value in values]


def _places(*converts: Convert) -> Convert:
    """As many arguments as there are conversions; further ones are left out."""
    return lambda given: [convert(given[place]) for place, convert in enumerate(converts)]


def _tuples(value: Any) -> Any:
    """Lists all the way down as tuples."""
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _list_as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _list_as_set(value: Any) -> Any:
    # an empty list becomes a dictionary: EvalPlus writes {}
    return set(value) if isinstance(value, list) and value else {}


def _values_as_tuples(given: list[Any]) -> list[Any]:
    return [{key: tuple(value) for key, value in given[0].items()}, *given[1:]]


# conversion of an argument list -> the tasks that it is for
_TASKS: list[tuple[Convert, str]] = [
    (_items(tuple), "2 116 132 143 222 261 273 394 399 421 424 429 470 560 579 596 616 630 726 740 744 809"),
    (_items(_items(tuple)), "63 64 70 94 120 237 272 299 400 409 417 438 473 614 780"),
    (_places(_items(tuple), _same), "75 413 444 753"),
    (_places(_same, tuple), "106 750"),
    (_places(_items(_list_as_set)), "115"),
    (_places(float, complex), "124"),
    (_places(tuple, _same), "250 405 446 617 720 763 808"),
    (_items(lambda value: tuple(map(tuple, value))), "259 401 445"),
    (_places(lambda value: tuple(map(_list_as_tuple, value))), "278"),
    (_places(tuple, _same, _same), "307"),
    (_values_as_tuples, "722"),
    (_places(complex), "252"),
    (_tuples, "580 615 791"),
]
_BY_TASK = {int(number): convert for convert, numbers in _TASKS for number in numbers.split()}
