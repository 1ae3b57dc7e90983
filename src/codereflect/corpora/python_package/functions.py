"""One file -> its functions. Nothing is imported or run: only the syntax tree is read. Used in worker processes."""

from __future__ import annotations

import ast
import gc
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from codereflect.corpora.python_package.function_facts import Facts, facts_of, parameters_of, signature_of, written
from codereflect.corpora.python_package.layout import source_of
from codereflect.corpora.python_package.tree import SourceFile, Unreadable, decode, parse, read_bytes
from codereflect.programs.mined_function import Function

Definition = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Range:
    """Lines that a mined function may have."""

    least: int
    most: int


@dataclass(slots=True)
class Mined:
    """What one file gave.

    Attributes:
        reason: why the file was not read, or None.
        sha256: of its bytes.
        dropped: functions that were left out, by reason.
    """

    file: str
    reason: str | None = None
    sha256: str = ""
    functions: list[Function] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


def mine_files(package: str, version: str, files: list[SourceFile], lines: Range) -> list[Mined]:
    """Functions of some files, in their order (the work of one call of a worker process)."""
    collecting = gc.isenabled()
    # syntax trees have no cycles; looking for some takes a quarter of the time
    gc.disable()
    try:
        return [mine_file(package, version, file, lines) for file in files]
    finally:
        if collecting:
            gc.enable()


def mine_file(package: str, version: str, file: SourceFile, lines: Range) -> Mined:
    """Functions of one file. Never raises for what is in the file."""
    mined = Mined(file.name)
    try:
        data = read_bytes(file.path)
        mined.sha256 = hashlib.sha256(data).hexdigest()
        text = decode(data)
        found = list(definitions(parse(text)))
    except Unreadable as reason:
        mined.reason = str(reason)
        return mined
    except RecursionError:
        mined.reason = "depth"
        return mined
    rows, seen = text.split("\n"), set()
    for qualname, owner, node in found:
        if qualname in seen:
            mined.dropped["redefined"] += 1
            continue
        seen.add(qualname)
        if not lines.least <= _length(node) <= lines.most:
            mined.dropped["length"] += 1
            continue
        try:
            facts = facts_of(node)
            function = _function(package, version, file, qualname, owner, node, rows, facts)
            function.source.encode(), (function.docstring or "").encode()
        except (ValueError, RecursionError, MemoryError, SyntaxError):
            # a number of thousands of digits, half of a surrogate pair, an expression that is too deep to be written
            mined.dropped["no text"] += 1
            continue
        mined.functions.append(function)
    return mined


def definitions(module: ast.Module) -> Iterator[tuple[str, str | None, Definition]]:
    """Functions and methods of a module with qualified name and class; those inside of functions belong to these."""
    yield from _definitions(module.body, "", None)


def _definitions(body: list[ast.stmt], prefix: str, owner: str | None) -> Iterator[tuple[str, str | None, Definition]]:
    for node in body:
        if isinstance(node, Definition):
            yield prefix + node.name, owner, node
        elif isinstance(node, ast.ClassDef):
            yield from _definitions(node.body, f"{prefix}{node.name}.", node.name)
        else:
            for block in blocks(node):
                yield from _definitions(block, prefix, owner)


def blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The blocks of a compound statement that opens no scope: if, try, with, for, while, match."""
    for name in ("body", "orelse", "finalbody"):
        yield getattr(node, name, [])
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield part.body


def _length(node: Definition) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _function(
    package: str,
    version: str,
    file: SourceFile,
    qualname: str,
    owner: str | None,
    node: Definition,
    rows: list[str],
    facts: Facts,
) -> Function:
    parameters = parameters_of(node.args)
    returns = None if node.returns is None else written(node.returns)
    return Function(
        package=package,
        version=version,
        module=file.module,
        qualname=qualname,
        file=file.name,
        line=node.lineno,
        source=source_of(node, rows),
        signature=signature_of(node, parameters, returns),
        parameters=parameters,
        returns=returns,
        docstring=ast.get_docstring(node),
        raises=facts.raises,
        calls=facts.calls,
        branches=facts.branches,
        lines=_length(node),
        is_async=isinstance(node, ast.AsyncFunctionDef),
        owner=owner,
        form=facts.digest.hex(),
    )


def tree_of(path: Path) -> tuple[str, ast.Module]:
    """Text and syntax tree of a module. Raises Unreadable."""
    text = decode(read_bytes(path))
    return text, parse(text)
