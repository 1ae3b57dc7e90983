"""A mined function: what its source says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ParameterKind = Literal["positional_only", "positional_or_keyword", "var_positional", "keyword_only", "var_keyword"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a function; annotation and default are source text."""

    name: str
    kind: ParameterKind
    annotation: str | None
    default: str | None


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a package.

    Attributes:
        package: distribution name, e.g. `verl`.
        version: of the distribution; empty for a tree that names none.
        module: dotted, e.g. `verl.utils.seqlen_balancing`.
        qualname: within the module, e.g. `KarmarkarKarp.merge`.
        file: relative to the root of the package's tree, with `/`.
        line: of `def` in the file, from 1 (decorators stand before it).
        source: the whole definition with decorators, dedented, ending in one line end.
        signature: from `def` to its colon, on one line as `ast.unparse` writes it.
        parameters: in their order, `self` included.
        returns: annotation of the result, as source text.
        docstring: cleaned as `inspect.cleandoc` does, or None.
        raises: names of the exceptions it raises itself, in their order, without repeats.
        calls: dotted names of what it calls, in their order, without repeats.
        branches: number of if/for/while/try/match/conditional expressions/comprehension conditions.
        lines: of the definition, from `def` to its last line.
        is_async: `async def`.
        owner: the class it is a method of, or None.
        form: digest (hex) of its syntax tree without positions, docstring and its own name. It groups everything that
            is made of this function, wherever a package has it.
    """

    package: str
    version: str
    module: str
    qualname: str
    file: str
    line: int
    source: str
    signature: str
    parameters: tuple[Parameter, ...]
    returns: str | None
    docstring: str | None
    raises: tuple[str, ...]
    calls: tuple[str, ...]
    branches: int
    lines: int
    is_async: bool
    owner: str | None
    form: str

    @property
    def name(self) -> str:
        """The name without its class."""
        return self.qualname.rpartition(".")[2]

    @property
    def identity(self) -> str:
        """`package:module:qualname`: what names it, once among all mined functions."""
        return f"{self.package}:{self.module}:{self.qualname}"
