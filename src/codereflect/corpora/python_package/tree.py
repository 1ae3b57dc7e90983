"""Trees of Python files: which files of a package are mined, what their modules are called, how they are read.

Left out, and counted by reason: tests (folders `test`, `tests`, files `test_*.py`, `*_test.py`, `conftest.py`), because
they ask nothing that a task could ask; copies of other packages (`_vendor`, `third_party` ...), because they are mined
where they come from; generated files, because nobody wrote them; files that another one with the same module's name
shadows; links, because what they point at is mined in its own place or lies outside the tree. Hidden folders, caches
and virtual environments inside a tree are not looked into.
"""

from __future__ import annotations

import ast
import hashlib
import io
import os
import re
import stat
import tokenize
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from codereflect.provenance import file_digest

# a larger file is a table or generated, and takes its reader hundreds of megabytes
MOST_BYTES = 1 << 20
_TESTS = {"test", "tests", "_tests"}
_VENDORED = {"_vendor", "vendor", "vendored", "_vendored", "_vendored_packages", "third_party", "thirdparty", "extern"}
_VENDORED |= {"externals", "_external"}
_CLOSED = {"__pycache__", "node_modules"}
_GENERATED_NAME = re.compile(r".*_pb2(_grpc)?\.py")
# said in a comment, or of the file itself
_GENERATED_TEXT = re.compile(
    rb"(?im)^[ \t]*#.*(@generated|auto-?generated|generated (automatically )?(by|from|with) |do not edit)"
    rb"|this (file|code|module) (is |was )?(auto-?|automatically )?generated "
)
_HEAD_LINES = 12


class Unreadable(Exception):
    """A file that is not mined; the message is the reason in a word or two, for counts."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A package's files.

    Attributes:
        package: name of the distribution, or of the folder.
        version: of the distribution; empty where nobody names one.
        root: the folder that modules are imported from, or a package's own folder (it holds `__init__.py`).
    """

    package: str
    version: str
    root: Path


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A Python file: its place, its path relative to the tree's root (with `/`), its dotted module name."""

    path: Path
    name: str
    module: str


def source_files(tree: Tree, skipped: Counter[str] | None = None) -> list[SourceFile]:
    """The files of a tree that are mined, in the order of their names; counts the others in `skipped` by reason."""
    found = []
    walked = _walk(tree.root)
    modules = _modules(tree.root, walked)
    for path, name, reason in walked:
        reason = reason or _excluded(name)
        # two functions of one name could not be told apart, and what the one needs would be sought beside the other
        if reason is None and modules[module_name(tree.root, name)] != path:
            reason = "shadowed"
        if reason is None:
            found.append(SourceFile(path, name, module_name(tree.root, name)))
        elif skipped is not None:
            skipped[reason] += 1
    return sorted(found, key=lambda file: file.name)


def module_files(tree: Tree) -> dict[str, Path]:
    """All modules of a tree by their dotted name, tests and copies included.

    Of files with one name it is the package, else the first in the order of their paths.
    """
    return _modules(tree.root, _walk(tree.root))


def _modules(root: Path, walked: list[tuple[Path, str, str | None]]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    # packages first
    for path, name, reason in sorted(walked, key=lambda one: (one[0].name != "__init__.py", one[1])):
        if reason is None:
            found.setdefault(module_name(root, name), path)
    return found


def tree_digest(root: Path) -> str:
    """SHA-256 (hex) over names and bytes of all Python files below a root.

    Those that are not mined count too: what a mined function needs may stand there. Of a file that cannot be read, the
    reason counts.
    """
    total = hashlib.sha256()
    for path, name, reason in sorted(_walk(root), key=lambda one: one[1]):
        try:
            said = reason or file_digest(path)
        except OSError:
            said = "unreadable"
        total.update(f"{name}\0{said}\n".encode("utf-8", "surrogatepass"))
    return total.hexdigest()


def module_name(root: Path, name: str) -> str:
    """The dotted name of a file's module. `src/` and `lib/` in front of it are no packages unless they say so."""
    parts = name.removesuffix(".py").split("/")
    if (root / "__init__.py").is_file():
        parts.insert(0, root.resolve().name)
    elif parts[0] in ("src", "lib") and len(parts) > 1 and not (root / parts[0] / "__init__.py").exists():
        del parts[0]
    if parts[-1] == "__init__" and len(parts) > 1:
        del parts[-1]
    return ".".join(parts)


def read_bytes(path: Path) -> bytes:
    """The bytes of a file of ordinary size. Raises Unreadable."""
    try:
        with open(path, "rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError:
        raise Unreadable("unreadable") from None
    if len(data) > MOST_BYTES:
        raise Unreadable("huge")
    return data


def decode(data: bytes) -> str:
    """The text of a Python file, its lines ending in `\\n`: byte order mark and PEP 263 cookie honoured.

    Raises:
        Unreadable: it is no text in its encoding, it holds a null byte, or it says that it is generated.
    """
    if _GENERATED_TEXT.search(b"\n".join(data[:4096].split(b"\n")[:_HEAD_LINES])):
        raise Unreadable("generated")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, LookupError, UnicodeError, ValueError):
        raise Unreadable("encoding") from None
    if "\0" in text:
        raise Unreadable("null byte")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse(text: str) -> ast.Module:
    """The syntax tree of a module. Raises Unreadable."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (RecursionError, MemoryError):
        raise Unreadable("depth") from None
    except (SyntaxError, ValueError) as error:
        # the parser says so when its own stack is full
        raise Unreadable("depth" if "too many nested" in str(error) else "syntax") from None


def _walk(root: Path) -> list[tuple[Path, str, str | None]]:
    """Python files below a root: path, name relative to the root, why it cannot be read. Links are not followed."""
    found: list[tuple[Path, str, str | None]] = []
    waiting = [(root, "")]
    while waiting:
        folder, prefix = waiting.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            found.append((folder, prefix or ".", "unreadable"))
            continue
        if prefix and any(entry.name == "pyvenv.cfg" for entry in entries):
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _CLOSED and not entry.name.startswith("."):
                    waiting.append((Path(entry.path), f"{prefix}{entry.name}/"))
            elif entry.name.endswith(".py"):
                found.append((Path(entry.path), prefix + entry.name, _unusual(entry)))
    return found


def _unusual(entry: os.DirEntry[str]) -> str | None:
    """Why an entry cannot be opened like a file: opening a pipe would wait for ever."""
    try:
        mode = entry.stat(follow_symlinks=False).st_mode
        entry.name.encode()
    except OSError:
        return "unreadable"
    except UnicodeError:
        return "name"
    if stat.S_ISLNK(mode):
        return "link"
    return None if stat.S_ISREG(mode) else "no file"


def _excluded(name: str) -> str | None:
    *folders, file = name.split("/")
    if _TESTS.intersection(folders) or file.startswith("test_") or file.endswith("_test.py") or file == "conftest.py":
        return "test"
    if _VENDORED.intersection(folders):
        return "vendored"
    if folders[:1] == ["build"] or name == "setup.py":
        return "build"
    return "generated" if _GENERATED_NAME.fullmatch(file) else None
