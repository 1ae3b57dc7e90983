"""The class context of a CONCODE row (Iyer et al. 2018, arXiv 1808.09588, in the form of CodeXGLUE's text-to-code)."""

from __future__ import annotations

from dataclasses import dataclass

FIELD_SEPARATOR, ELEMENT_SEPARATOR = "concode_field_sep", "concode_elem_sep"
# what stands where a class has no fields, or no methods
PLACE_HOLDER = ("PlaceHolder", "placeHolder")


@dataclass(frozen=True)
class Member:
    """A field, or a method with its return type; parameters are not said."""

    type: str
    name: str


@dataclass(frozen=True)
class Context:
    """What is asked for, and the members of the class it belongs to."""

    description: str
    fields: tuple[Member, ...]
    methods: tuple[Member, ...]


def parse_context(text: str) -> Context:
    """Read `description concode_field_sep fields concode_field_sep methods`; what is missing is empty."""
    description, *parts = text.split(FIELD_SEPARATOR)
    fields, methods = (_members(parts[index]) if index < len(parts) else () for index in (0, 1))
    return Context(description.strip(), fields, methods)


def _members(text: str) -> tuple[Member, ...]:
    found = []
    for element in text.split(ELEMENT_SEPARATOR):
        kind, _, name = element.strip().rpartition(" ")
        if kind and name.isidentifier() and (kind, name) != PLACE_HOLDER:
            found.append(Member(kind.strip(), name))
    return tuple(dict.fromkeys(found))
