"""Which files a computation is made of, and their digest: the part of a key that stands for code.

A module is made of itself and of all that it imports, directly or not, inside functions too. What is read is syntax:
nothing is imported, and comments, docstrings and layout do not count. Three rules say what else belongs to it:

- A module that names a folder beside it in a string (`"prompts"`) reads the texts in that folder.
- `sandbox/` is one unit: its processes are started by `exec`, so who imports one of its files runs all of them.
- The frame (`FRAME`) belongs to nothing. Every stage shares it, and it moves values without making any: with it in the
  keys a new parameter would retrain the base model. What it hands over (values of parameters, files) is in the keys.
"""

from __future__ import annotations

import ast
import gc
import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from codereflect.json_files import write_text_atomically
from codereflect.store import digest

PACKAGE = Path(__file__).parent
FRAME = frozenset(
    "__init__ configuration context corpus_params errors fanout hub imports json_files needs params paths progress "
    "provenance runtime sandbox_params stage store terminal training_params".split()
)
UNITS = ("sandbox",)
# whose version decides what programs come to and how texts are read, and what a model computes
PROGRAM_LIBRARIES = ("docstring-parser", "mpmath", "numpy", "sympy", "tree-sitter", "tree-sitter-java")
MODEL_LIBRARIES = ("accelerate", "peft", "tokenizers", "torch", "transformers")
_DOCUMENTED = frozenset({ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef})
TEXTS = frozenset({".txt", ".html", ".java"})


@dataclass(frozen=True)
class _Syntax:
    """A file as far as it matters here: names of modules that it imports, its one-word strings, and its digest."""

    imports: frozenset[str]
    strings: frozenset[str]
    digest: str


class _Known:
    """What was found in each file, kept beside Python's own caches: parsing takes most of the time."""

    def __init__(self, package: Path) -> None:
        self._package = package
        self._file = package / "__pycache__" / f"{__name__}.{sys.implementation.cache_tag}.json"
        self._rows: dict[str, list[Any]] | None = None
        self._new = False

    def read(self, file: Path) -> _Syntax:
        """`_read`, unless these very bytes were read at that place before."""
        if self._rows is None:
            self._rows = self._load()
        source = file.read_bytes()
        inside = self._package in file.parents
        place = file.relative_to(self._package.parent).as_posix() if inside else file.name
        now = hashlib.sha256(_THIS + source).hexdigest()
        row = self._rows.get(place)
        if row is None or row[0] != now:
            found = _read(source, tuple(place.split("/")[:-1]))
            row = self._rows[place] = [now, found.digest, sorted(found.imports), sorted(found.strings)]
            self._new = True
        return _Syntax(frozenset(row[2]), frozenset(row[3]), row[1])

    def save(self) -> None:
        """Keep what is new, where that can be written."""
        if self._new and self._rows:
            with suppress(OSError):
                write_text_atomically(self._file, json.dumps(self._rows))
            self._new = False

    def _load(self) -> dict[str, list[Any]]:
        try:
            rows = json.loads(self._file.read_bytes())
            return {place: row for place, row in rows.items() if _is_row(row)}
        except (OSError, ValueError, AttributeError):
            return {}


def _is_row(row: Any) -> bool:
    whole = isinstance(row, list) and len(row) == 4 and all(isinstance(names, list) for names in row[2:])
    return whole and all(isinstance(text, str) for text in [*row[:2], *row[2], *row[3]])


class Code:
    """The modules of one package folder; each file is read once."""

    def __init__(self, package: Path) -> None:
        self.package = package
        self._syntax: dict[Path, _Syntax] = {}
        self._known = _Known(package)

    def files(self, *roots: Path) -> list[Path]:
        """The files that some modules or scripts are made of, sorted; scripts outside the package are left out."""
        waiting, seen = list(roots), set(roots)
        with _no_collections():
            while waiting:
                for found in self._next(waiting.pop()) - seen:
                    seen.add(found)
                    waiting.append(found)
        self._known.save()
        inside = (file for file in seen if self.package in file.parents and not self._in_frame(file))
        return sorted(file for file in inside if file.name != "__init__.py" or self._has_code(file))

    def digest(self, module: str) -> str:
        """SHA-256 (hex) over the files of a module (`codereflect.grading.check`), by their names.

        Raises:
            ValueError: there is no such module.
        """
        root = self._module(module)
        if root is None:
            raise ValueError(f"there is no module {module}")
        return digest([[file.relative_to(self.package).as_posix(), self._digest(file)] for file in self.files(root)])

    def imported(self, file: Path) -> set[Path]:
        """The modules that a file imports itself, with the packages that they are in."""
        return {module for name in self._read(file).imports if (module := self._module(name))}

    def _next(self, file: Path) -> set[Path]:
        """The files that belong to a file: those it imports, texts it names, the others of its unit."""
        if file.suffix != ".py" or self._in_frame(file):
            return set()
        found = self.imported(file)
        for name, texts in _texts_beside(file.parent).items():
            found |= texts if name in self._read(file).strings else set()
        inside = file.relative_to(self.package).parts if self.package in file.parents else ()
        return found | _whole(self.package / inside[0]) if inside and inside[0] in UNITS else found

    def _in_frame(self, file: Path) -> bool:
        return file.parent == self.package and file.stem in FRAME

    def _module(self, name: str) -> Path | None:
        """The file of a dotted module of the package, or None."""
        first, *rest = name.split(".")
        base = self.package.joinpath(*rest)
        files = (base.with_suffix(".py"), base / "__init__.py") if rest else (base / "__init__.py",)
        return next((file for file in files if file.is_file()), None) if first == self.package.name else None

    def _has_code(self, file: Path) -> bool:
        return self._digest(file) != _EMPTY

    def _digest(self, file: Path) -> str:
        if file.suffix == ".py":
            return self._read(file).digest
        return hashlib.sha256(file.read_bytes()).hexdigest()

    def _read(self, file: Path) -> _Syntax:
        if file not in self._syntax:
            self._syntax[file] = self._known.read(file)
        return self._syntax[file]


@cache
def code_of(module: str, *libraries: str) -> str:
    """Digest of the code that a computation runs, for its key.

    Args:
        module: that computes (`__name__` where it computes itself); all that it imports is covered.
        libraries: names of other people's packages whose version decides what comes out.

    Raises:
        ValueError: there is no such module.
    """
    return digest([_ours().digest(module), [[name, _version(name)] for name in libraries], sys.version_info[:2]])


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None


@cache
def _ours() -> Code:
    return Code(PACKAGE)


@cache
def _texts_beside(folder: Path) -> dict[str, set[Path]]:
    """The texts in each folder beside a module that holds no modules itself."""
    beside = (path for path in folder.iterdir() if path.is_dir() and not (path / "__init__.py").exists())
    return {path.name: {file for file in path.rglob("*") if file.suffix in TEXTS} for path in beside}


@cache
def _whole(unit: Path) -> set[Path]:
    """All code and texts of a folder."""
    return {file for file in unit.rglob("*") if file.suffix in TEXTS | {".py"}}


@contextmanager
def _no_collections() -> Iterator[None]:
    """Keep the garbage collector out of trees that hold no garbage: reading them takes half the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _read(source: bytes, package: tuple[str, ...]) -> _Syntax:
    """A file's imports, strings and digest; `package` is the dotted place of its folder in parts."""
    parts: list[str] = []
    imports: set[str] = set()
    strings: set[str] = set()
    stack: list[Any] = [ast.parse(source)]
    # the innermost loop of every key: a call for each node would double its time
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind is list:
            parts.append(f"[{len(node)}")
            stack.extend(node)
        elif issubclass(kind, ast.AST):
            parts.append(kind.__name__)
            if kind is ast.Constant:
                strings |= {node.value} if _is_name(node.value) else set()
            elif kind is ast.Import or kind is ast.ImportFrom:
                imports |= _named(node, package)
            elif kind in _DOCUMENTED and _is_docstring(node.body):
                del node.body[0]
            values = node.__dict__
            # whether a name is read or written follows from its place
            stack.extend([values.get(name) for name in kind._fields if name != "ctx"])
        else:
            parts.append(repr(node))
    return _Syntax(frozenset(imports), frozenset(strings), hashlib.sha256("\n".join(parts).encode()).hexdigest())


def _is_name(value: Any) -> bool:
    """Whether a constant may name a folder."""
    return type(value) is str and value.isidentifier()


def _is_docstring(body: list[Any]) -> bool:
    """Whether a body starts with a string that does nothing."""
    return bool(body) and isinstance(body[0], ast.Expr) and isinstance(getattr(body[0].value, "value", None), str)


def _named(node: ast.Import | ast.ImportFrom, package: tuple[str, ...]) -> set[str]:
    """The dotted names that an import may mean: its modules, their packages, and what is taken out of them."""
    if isinstance(node, ast.Import):
        names = {alias.name for alias in node.names}
    else:
        above = package[: len(package) - node.level + 1] if node.level else ()
        source = ".".join([*above, *([node.module] if node.module else [])])
        names = {source} | {f"{source}.{alias.name}" for alias in node.names}
    return {".".join(name.split(".")[:size]) for name in names for size in range(1, name.count(".") + 2)}


_EMPTY = _read(b"", ()).digest
# other rules of reading find other things
_THIS = hashlib.sha256(Path(__file__).read_bytes()).digest()
