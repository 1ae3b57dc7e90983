"""The house: who may import whom, no circles, no long files or functions, and one name for one thing."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from codereflect.imports import PACKAGE, Code

# A room imports from those before it, and from none beside it.
ORDER = (
    ("foundation",),
    ("runs", "sandbox", "llm"),
    ("programs",),
    ("formats",),
    ("grading",),
    ("tasks",),
    ("corpora",),
    ("models",),
    ("generation",),
    ("scoring",),
    ("teacher",),
    ("training",),
    ("comparison", "tracking"),
    ("report",),
    ("cli",),
)
HEIGHT = {room: height for height, rooms in enumerate(ORDER) for room in rooms}
SAME_NAME = {
    "reward": "the command; what it computes",
}
MOST_LINES, MOST_OF_A_FUNCTION = 400, 60


def room(file: Path) -> str:
    place = file.relative_to(PACKAGE)
    return place.parts[0] if len(place.parts) > 1 else "foundation"


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@cache
def imports() -> dict[Path, set[Path]]:
    """What each module imports; left out are packages without code, and its own, which Python runs for it."""
    code = Code(PACKAGE)
    return {file: {one for one in code.imported(file) - {file} if not implied(one, file)} for file in modules()}


def implied(imported: Path, by: Path) -> bool:
    if imported.name != "__init__.py":
        return False
    return imported.parent in by.parents or all(
        isinstance(node, ast.Expr) for node in ast.parse(imported.read_text()).body
    )


def test_every_room_has_its_place() -> None:
    assert {room(file) for file in modules()} <= set(HEIGHT)


def test_no_import_points_upward() -> None:
    upward = {
        (file.relative_to(PACKAGE).as_posix(), other.relative_to(PACKAGE).as_posix())
        for file, others in imports().items()
        for other in others
        if room(other) != room(file) and HEIGHT[room(other)] >= HEIGHT[room(file)]
    }
    assert upward == set()


def test_no_circle_of_imports() -> None:
    assert [[file.relative_to(PACKAGE).as_posix() for file in circle] for circle in circles(imports())] == []


def circles(graph: dict[Path, set[Path]]) -> Iterator[list[Path]]:
    """Groups of files that reach each other."""
    left = dict(graph)
    while True:
        # what imports nothing that is left, and what nothing left imports, is in no circle
        named = set().union(*left.values()) if left else set()
        free = {file for file in left if not left[file] & left.keys() or file not in named}
        if not free:
            break
        left = {file: others - free for file, others in left.items() if file not in free}
    if left:
        yield sorted(left)


def test_circles_are_found() -> None:
    a, b, c, d = (Path(name) for name in "abcd")
    assert list(circles({a: {b}, b: {a, c}, c: set(), d: {a}})) == [[a, b]]
    assert list(circles({a: {b}, b: {c}, c: set(), d: {a, c}})) == []


def test_no_file_is_long() -> None:
    long = {file.relative_to(PACKAGE).as_posix(): len(file.read_text().splitlines()) for file in modules()}
    assert {name: lines for name, lines in long.items() if lines > MOST_LINES} == {}


def test_no_function_is_long() -> None:
    found = {}
    for file in modules():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MOST_OF_A_FUNCTION:
                    found[f"{file.relative_to(PACKAGE)}: {node.name}"] = lines
    assert found == {}


def test_no_two_modules_share_a_name() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for file in modules():
        if file.stem != "__init__":
            places[file.stem].append(file.relative_to(PACKAGE).as_posix())
    shared = {name: files for name, files in places.items() if len(files) > 1}
    assert set(shared) == set(SAME_NAME), shared
