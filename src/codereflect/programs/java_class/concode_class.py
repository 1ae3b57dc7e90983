"""The class context of a CONCODE row (Iyer et al. 2018, arXiv 1808.09588, in the form of CodeXGLUE's text-to-code)."""

from __future__ import annotations

from dataclasses import dataclass

from codereflect.material import ConcodeClass, Member

FIELD_SEPARATOR, ELEMENT_SEPARATOR = "concode_field_sep", "concode_elem_sep"
# what stands where a class has no fields, or no methods
PLACE_HOLDER = ("PlaceHolder", "placeHolder")


@dataclass(frozen=True)
class Context:
    """What is asked for, and the members of the class it belongs to."""

    description: str
    fields: tuple[Member, ...]
    methods: tuple[Member, ...]


def text_of(known: ConcodeClass) -> str:
    """The `nl` of the row, with single blanks."""
    given = [members for members in (known.fields, known.methods) if members is not None]
    return f" {FIELD_SEPARATOR} ".join([known.description, *map(_joined, given)])


def read_class(text: str) -> ConcodeClass:
    """Read `description concode_field_sep fields concode_field_sep methods`, losing nothing but repeated blanks.

    Raises:
        ValueError: there are more than three parts.
    """
    description, *parts = " ".join(text.split()).split(FIELD_SEPARATOR)
    if len(parts) > 2:
        raise ValueError(f"{len(parts) + 1} parts, expected at most 3 (description, fields, methods)")
    fields, methods = (_all_members(parts[index]) if index < len(parts) else None for index in (0, 1))
    return ConcodeClass(description=description.strip(), fields=fields, methods=methods)


def cleaned(text: str) -> str:
    """The text as the published fine-tuning on CONCODE shows it to a model, on one line.

    Source: naholav/sft-vs-reflection-llama3-codexglue, training_scripts (field separators become ` | `, separators of
    elements `, `, white space is folded).
    """
    return " ".join(text.replace(FIELD_SEPARATOR, " | ").replace(ELEMENT_SEPARATOR, ", ").split())


def _all_members(text: str) -> tuple[Member, ...]:
    found = []
    for element in text.split(ELEMENT_SEPARATOR):
        kind, _, name = element.strip().rpartition(" ")
        found.append(Member(kind, name))
    return () if found == [PLACE_HOLDER] else tuple(found)


def _joined(members: tuple[Member, ...]) -> str:
    shown = members or (Member(*PLACE_HOLDER),)
    return f" {ELEMENT_SEPARATOR} ".join(f"{one.type} {one.name}".strip() for one in shown)


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
