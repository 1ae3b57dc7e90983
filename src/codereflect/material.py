"""What a task says beside its prompt, for programs to read: one kind for each meaning.

| kind | of tasks | what it is |
|---|---|---|
| code_before | bugfix, complete | the part of the program that an answer is joined to |
| program_under_test | unit_test | the program whose tests are asked for |
| wrong_program | repair | the program that is to be repaired |
| concode_class | java_method of CONCODE | the class that the method belongs to |
| stop_tokens | java_method of MultiPL-E | where an answer ends |
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field


class _Kind(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CodeBefore(_Kind):
    """The part of a program that stands in front of the answer."""

    kind: Literal["code_before"] = "code_before"
    code: str


class ProgramUnderTest(_Kind):
    """A program; the answer is a file of tests for it."""

    kind: Literal["program_under_test"] = "program_under_test"
    code: str


class WrongProgram(_Kind):
    """A program with a mistake; the answer is the program without it."""

    kind: Literal["wrong_program"] = "wrong_program"
    code: str


class Member(NamedTuple):
    """A field, or a method with its return type; parameters are not said. One word has an empty type."""

    type: str
    name: str


class ConcodeClass(_Kind):
    """All that a row of CONCODE says, in its order and with its repeats (overloads).

    `fields` and `methods` are None where the row does not have that part, and `()` for a class without any.
    """

    kind: Literal["concode_class"] = "concode_class"
    description: str
    fields: tuple[Member, ...] | None = None
    methods: tuple[Member, ...] | None = None


class StopTokens(_Kind):
    """An answer ends where the first of these begins."""

    kind: Literal["stop_tokens"] = "stop_tokens"
    tokens: tuple[str, ...]


Material = Annotated[
    CodeBefore | ProgramUnderTest | WrongProgram | ConcodeClass | StopTokens, Field(discriminator="kind")
]
