"""What a piece of Java is to a problem of MultiPL-E, and the file that it becomes.

A text is read as a file with a class that has the method, as members (the method without a class), or as the rest of a
method that was opened before. A file that is whole stays as it is. From the others goes what the method does not need:
a `main`, tests, and whatever a model wrote on with. Only the closing braces of method and class are added, which the
stop token takes away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from codereflect.programs.java_file import (
    TYPES,
    JavaFile,
    Piece,
    gives,
    is_method,
    is_stub,
    members,
    needed,
    parameters,
    read,
    walk,
)
from codereflect.programs.java_syntax import braces

OWNER = "Problem"
# closes the method that a prompt opened
_END_OF_METHOD = "\n    }\n"
# the braces of a method and its class
_CLOSINGS = 2
_LANG = frozenset(
    "String Integer Long Double Boolean Character Byte Short Float Number Object Math StringBuilder StringBuffer "
    "System Override Iterable Comparable Runnable Exception RuntimeException IllegalArgumentException "
    "NumberFormatException ArithmeticException MAX_VALUE MIN_VALUE T".split()
)
# classes in one another
_DEPTH = 4
# places where a text may end, tried from the last one on
_ENDS = 8


@dataclass(frozen=True)
class Asked:
    """What a problem asks for: its prompt, the prompt's imports, and the method that it opens."""

    prompt: str
    imports: str
    method: str
    arity: int


@dataclass(frozen=True)
class Reading:
    """A whole file. `stub`: its method has no body to speak of; `whole`: all of the text is in it."""

    program: str
    stub: bool
    whole: bool


@lru_cache(maxsize=4)
def asked(prompt: str, method: str) -> Asked:
    """What a prompt asks for that opens a class and a method."""
    file = read(prompt + "\n}\n}\n")
    found = [one for one in _all_methods(file) if method in one.names]
    head = next((one.start for one in file.pieces if one.kind == "type"), 0)
    imports = file.code[:head].decode("utf-8", "replace")
    return Asked(prompt, imports, method, parameters(found[-1].node) if found else 0)


def reading(text: str, what: Asked) -> Reading | None:
    """The file that a text stands for; None where the text is nothing of the kind."""
    return as_file(text, what) or _as_members(text, what) or _as_cut(text, what) or continued(text, what)


def owner_path(code: str, method: str, arity: int) -> list[Any]:
    """The types around the method of a file, outermost first; none where it has no such method.

    A method with a body comes before a stub, an outer class before an inner one, `Problem` before other names.
    """
    found: list[tuple[tuple[bool, int, bool], list[Any]]] = []
    waiting = [[piece.node] for piece in read(code).pieces if piece.kind == "type"]
    while waiting:
        path = waiting.pop(0)
        inner = members(path[-1])
        for piece in inner:
            if is_method(piece, method, arity):
                found.append(((is_stub(piece.node), len(path), _name(path[-1]) != OWNER), path))
        waiting += [[*path, piece.node] for piece in inner if piece.kind == "type" and len(path) < _DEPTH]
    return min(found, key=lambda one: one[0])[1] if found else []


def owner(code: str, what: Asked) -> str:
    """The name of the class that tests call."""
    path = owner_path(code, what.method, what.arity)
    return _name(path[0]) if path else OWNER


def with_helpers(program: str, others: Iterable[JavaFile], what: Asked) -> str:
    """A file with those declarations of other texts that it needs and lacks, and with their imports."""
    path = owner_path(program, what.method, what.arity)
    if not path:
        return program
    file = read(program)
    has = frozenset().union(*(piece.signatures for piece in [*file.pieces, *members(path[0])]))
    pieces: list[tuple[JavaFile, Piece]] = []
    for other in others:
        for piece in other.pieces:
            same = piece.kind == "type" and piece.names & {_name(path[0])}
            pieces += [(other, one) for one in (members(piece.node) if same else [piece])]
    usable = [one for _, one in pieces if not one.node.has_error and one.kind not in ("import", "statement", "package")]
    kept = needed([one for one in usable if not one.signatures & has], _mentioned(file))
    imports = "".join(other.text([one]) for other, one in pieces if one.kind == "import") if kept else ""
    inside = [other.text([one]) for other, one in pieces if one in kept and one.inside]
    outside = [other.text([one]) for other, one in pieces if one in kept and not one.inside]
    if not kept:
        return program
    end = path[0].end_byte - 1
    ahead, behind = file.code[:end].decode("utf-8", "replace"), file.code[end:].decode("utf-8", "replace")
    return "".join([imports, ahead, "\n" * bool(inside), *inside, behind, "\n", *outside])


def with_imports(program: str, what: Asked) -> str:
    """A file that imports nothing, after the prompt's imports if it names a class that not every program has."""
    file = read(program)
    types = [node for piece in file.pieces for node in walk(piece.node) if node.type in TYPES]
    declared = {_name(node) for node in types} | {name for node in types for one in members(node) for name in one.names}
    short = any(name[:1].isupper() and name not in declared | _LANG for name in _mentioned(file))
    return what.imports + program if short and not file.imports else program


def continued(text: str, what: Asked, before: str | None = None) -> Reading | None:
    """A text as the rest of the method that the prompt (or another text) opened, with the helpers that follow it."""
    if before is None:
        given = read(text)
        ahead = [piece for piece in given.pieces if piece.kind in ("import", "package")]
        imports, text, before = given.text(given.imports), given.without(ahead), what.prompt
    else:
        imports = ""
    end = _end_of_method(text)
    body, rest = (text, "") if end is None else (text[:end], text[end + 1 :])
    for part in [body] if end is not None else _shortened(body):
        start = before + part.rstrip() + _END_OF_METHOD
        path = owner_path(start + "}\n", what.method, what.arity)
        method = (
            next((one for one in members(path[-1]) if is_method(one, what.method, what.arity)), None) if path else None
        )
        if method is None or not read(start + "}\n").clean or not gives(method.node):
            continue
        behind = read(_without_closings(rest))
        fit = [one for one in behind.pieces if one.kind not in ("import", "package", "statement")]
        fit = [one for one in fit if not one.node.has_error and not one.names & {OWNER}]
        fit = [one for one in fit if not is_method(one, what.method, what.arity)]
        kept = needed(fit, _mentioned(read(start + "}\n")))
        inside = behind.text(one for one in kept if one.inside)
        outside = behind.text(one for one in kept if not one.inside)
        imports += behind.text(one for one in behind.pieces if one.kind == "import" and not one.node.has_error)
        return Reading(f"{imports}{start}{inside}}}\n{outside}", is_stub(method.node), not rest.strip())
    return None


def as_file(text: str, what: Asked) -> Reading | None:
    """A text as a file with a class that has the method, its last braces perhaps missing."""
    for part in _closed(text):
        file = read(part)
        path = owner_path(part, what.method, what.arity) if file.clean else []
        if not path:
            continue
        method = next(one for one in members(path[-1]) if is_method(one, what.method, what.arity))
        whole, stub = part.startswith(text), is_stub(method.node)
        if len(path) > 1 or not all(map(_is_known, file.imports)):
            return Reading(_unnested(file, path, what), stub, whole)
        types = [piece.start for piece in file.pieces if piece.kind == "type"]
        late = [one for one in file.pieces if one.kind == "import" and one.start > types[0]]
        loose = [one for one in file.pieces if one.kind not in ("import", "type")]
        if not late and not loose:
            return Reading(part, stub, whole)
        cut = file.text(late) + file.without([*late, *loose])
        rest = JavaFile(file.code, tuple(one for one in loose if one.kind != "package"), clean=True)
        return Reading(with_helpers(cut, [rest], what), stub, whole)
    return None


def _unnested(file: JavaFile, path: list[Any], what: Asked) -> str:
    """The file for a method in an inner class, where tests cannot call it, or beside tests that need a library."""
    around = [one for node in path for one in members(node) if node is path[-1] or one.node not in path]
    around += [one for one in file.pieces if one.kind == "type" and one.node != path[0]]
    return _wrapped(file, around, what)


def _as_members(text: str, what: Asked) -> Reading | None:
    for part in _closed(text, most=1):
        file = read(part)
        found = [one for one in file.pieces if is_method(one, what.method, what.arity)]
        if not file.clean or not found:
            continue
        best = next((one for one in found if not is_stub(one.node)), found[-1])
        others = [one for one in file.pieces if one not in found and one.kind not in ("import", "package", "statement")]
        return Reading(_wrapped(file, [best, *others], what), is_stub(best.node), part.startswith(text))
    return None


def _wrapped(file: JavaFile, around: list[Piece], what: Asked) -> str:
    """The method of a text and what it needs there, in the class Problem; types that can stand alone before it."""
    kept = needed(around, [what.method])
    outside = [one for one in kept if not one.inside]
    inside = [one for one in kept if one.inside]
    head = f"{what.imports}{file.text(filter(_is_known, file.imports))}{file.text(outside)}class {OWNER} {{\n"
    gone = [one for one in file.pieces if one not in inside]
    nested = any(one not in file.pieces for one in inside)
    # comments between the members stay where the text holds nothing else
    return f"{head}{file.text(inside) if nested else file.without(gone)}\n}}\n"


def _as_cut(text: str, what: Asked) -> Reading | None:
    """A file or members that end in the middle of something, behind the method."""
    name = re.escape(what.method)
    for head in islice(re.finditer(rf"\b{name}\s*+\([^;{{}}()]*+\)[^;{{}}()]*+\{{", text), _ENDS):
        before = text[: head.end()]
        depth = sum(1 if brace == "{" else -1 for _, brace in braces(before))
        if depth == 1:
            given = read(before + "\n}\n")
            inner = given.without([one for one in given.pieces if one.kind in ("import", "package")])
            inner = inner.rstrip().removesuffix("}").rstrip()
            before = f"{what.imports}{given.text(given.imports)}class {OWNER} {{\n{inner}"
        elif depth != _CLOSINGS:
            continue
        found = continued(text[head.end() :], what, before)
        if found is not None:
            return Reading(found.program, found.stub, False)
    return None


def _is_known(imported: Piece) -> bool:
    """Whether programs have the library that is imported."""
    return (
        re.match(r"import\s+(?:static\s+)?(?:java|javax|org\.javatuples)\.", str(imported.node.text, "utf-8"))
        is not None
    )


def _closed(text: str, most: int = _CLOSINGS) -> Iterator[str]:
    """The text, with the closing braces it lacks or without those that close nothing; then its shorter parts."""
    depth, ends, extra = 0, [], len(text)
    for place, brace in braces(text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            extra = place
            break
        if depth == 0:
            ends.append(place + 1)
    if extra == len(text):
        yield text if depth == 0 else text + "\n}" * min(depth, most) + "\n"
    for end in reversed(ends[-_ENDS:]):
        yield text[:end] + "\n"


def _end_of_method(text: str) -> int | None:
    """The place of the first brace that closes more than the text opened."""
    depth = 0
    for place, brace in braces(text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return place
    return None


def _shortened(body: str) -> Iterator[str]:
    """A body without end, then what is left of it without its last lines: they may be sentences."""
    yield body
    lines = body.splitlines(keepends=True)
    tries = 0
    for end in range(len(lines) - 1, 0, -1):
        if lines[end - 1].rstrip().endswith((";", "}")):
            yield "".join(lines[:end])
            tries += 1
        if tries == _ENDS:
            return


def _without_closings(text: str) -> str:
    """The text without the braces that close nothing."""
    depth, places = 0, []
    for place, brace in braces(text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            places.append(place)
            depth = 0
    kept = list(text)
    for place in places:
        kept[place] = " "
    return "".join(kept)


def _mentioned(file: JavaFile) -> frozenset[str]:
    return frozenset().union(*(one.mentions() for one in file.pieces))


def _all_methods(file: JavaFile) -> list[Piece]:
    types = [piece.node for piece in file.pieces if piece.kind == "type"]
    nodes = [part for node in types for part in walk(node) if part.child_by_field_name("body") is not None]
    return [one for node in nodes for one in members(node) if one.kind == "method"]


def _name(node: Any) -> str:
    return str(node.child_by_field_name("name").text.decode("utf-8", "replace"))
