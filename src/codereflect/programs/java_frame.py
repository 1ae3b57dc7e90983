"""The class around a Java method, as a prompt and its reference describe it.

The first line of a prompt names the class's fields and methods: `description | int [ ] xs | int k | int size ( )`; what
follows it (a method to be repaired, say) is no part of the class. Tests call an entrance, a static method that takes a
value for every field and then the method's own parameters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ENTRANCE = "solve"
SEPARATOR = " | "
_HEAD = re.compile(r"^\s*(?P<type>.+?)\s+(?P<name>\w+)\s*\((?P<parameters>[^)]*)\)")


@dataclass(frozen=True)
class Frame:
    """The class of a method: (type, name) of its fields and parameters, its result, and its other methods' heads."""

    fields: tuple[tuple[str, str], ...]
    methods: tuple[str, ...]
    result: str
    parameters: tuple[tuple[str, str], ...]
    name: str

    @property
    def arguments(self) -> tuple[tuple[str, str], ...]:
        """What the entrance takes, in its order."""
        return self.fields + self.parameters


def frame(prompt: str, reference: str) -> Frame:
    """The class that a prompt describes, for methods with the reference's head.

    Raises:
        ValueError: the reference is no method.
    """
    members = prompt.strip().partition("\n")[0].split(SEPARATOR)[1:]
    head = _HEAD.match(reference)
    if head is None:
        raise ValueError(f"{reference[:60]!r} is no method")
    given = [part.strip() for part in head["parameters"].split(",") if part.strip()]
    return Frame(
        fields=tuple(_variable(member) for member in members if "(" not in member),
        methods=tuple(member for member in members if "(" in member),
        result=head["type"],
        parameters=tuple(_variable(part) for part in given),
        name=head["name"],
    )


def _variable(text: str) -> tuple[str, str]:
    kind, _, name = text.rpartition(" ")
    return kind, name
