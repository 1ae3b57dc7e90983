"""Trees of Python files -> their functions, as a stream in a fixed order.

Files are read in processes of their own where that pays. Whatever is wrong with a file is counted, never raised.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from codereflect.corpora.python_package.functions import Mined, Range, mine_files
from codereflect.corpora.python_package.tree import SourceFile, Tree, source_files
from codereflect.fanout import ordered_map
from codereflect.programs.mined_function import Function

# what one call of a worker reads: long enough that handing it over costs nothing, short enough to be held in memory
_CHUNK_FILES, _CHUNK_BYTES = 32, 256 << 10
# starting processes takes as long as reading so many files
_FEW_FILES = 150


@dataclass
class MiningReport:
    """What a stream of functions was made of; complete when the stream has ended.

    Attributes:
        files: Python files that were found.
        skipped: files that were not mined, by reason: test, vendored, generated, build, shadowed (another file has the
            module's name and is the one that is imported), link, no file, name, unreadable, huge, encoding, null byte,
            syntax (Python 2, say), depth.
        functions: functions in the other files (those inside of functions not counted).
        mined: functions that the stream gave.
        dropped: functions that it did not give, by reason: length, redefined (a name's second definition in a module:
            setters, overloads, alternatives), no text (cannot be written as UTF-8), duplicate.
        sha256: over package, name and hash of every file that was read, in their order.
    """

    files: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    functions: int = 0
    mined: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    sha256: str = ""

    def card(self) -> dict[str, Any]:
        """The report as data, reasons in alphabetical order."""
        return {
            "files": self.files,
            "skipped": dict(sorted(self.skipped.items())),
            "functions": self.functions,
            "mined": self.mined,
            "dropped": dict(sorted(self.dropped.items())),
            "sha256": self.sha256,
        }


def mine(
    trees: Iterable[Tree],
    min_lines: int = 5,
    max_lines: int = 60,
    report: MiningReport | None = None,
    workers: int = 1,
    advance: Callable[[float], None] | None = None,
) -> Iterator[Function]:
    """Functions and methods of some trees: trees in the given order, files by name, functions by line.

    Of exact duplicates (equal syntax but for docstring and the function's own name) the first one is given. What is
    held in memory is a few chunks of files and 16 bytes for each function seen.

    Args:
        trees: any number.
        min_lines: of a function from `def` to its last line.
        max_lines: the same.
        report: counts, filled while the stream is read.
        workers: processes; the functions and their order do not depend on it.
        advance: told how many more files are done (`progress`; `source_files` tells how many there are).

    Raises:
        UserError: the system ended a process.
    """
    report = MiningReport() if report is None else report
    chunks = _chunks(trees, Range(min_lines, max_lines), report)
    head = list(islice(chunks, _FEW_FILES // _CHUNK_FILES + 1))
    few = len(head) <= _FEW_FILES // _CHUNK_FILES
    results = ordered_map(_mined, chain(head, chunks), 1 if few else workers)
    seen: set[bytes] = set()
    total = hashlib.sha256()
    for package, mined in results:
        for one in mined:
            yield from _counted(one, package, report, seen, total)
        if advance is not None:
            advance(len(mined))
    report.sha256 = total.hexdigest()


Chunk = tuple[str, str, list[SourceFile], Range]


def _chunks(trees: Iterable[Tree], lines: Range, report: MiningReport) -> Iterator[Chunk]:
    for tree in trees:
        skipped: Counter[str] = Counter()
        files = source_files(tree, skipped)
        report.files += len(files) + sum(skipped.values())
        report.skipped.update(skipped)
        part: list[SourceFile] = []
        size = 0
        for file in files:
            part.append(file)
            size += _size(file)
            if len(part) >= _CHUNK_FILES or size >= _CHUNK_BYTES:
                yield tree.package, tree.version, part, lines
                part, size = [], 0
        if part:
            yield tree.package, tree.version, part, lines


def _size(file: SourceFile) -> int:
    try:
        return file.path.stat().st_size
    except OSError:
        return 0


def _mined(chunk: Chunk) -> tuple[str, list[Mined]]:
    return chunk[0], mine_files(*chunk)


def _counted(one: Mined, package: str, report: MiningReport, seen: set[bytes], total: Any) -> Iterator[Function]:
    if one.sha256:
        total.update(f"{package}\0{one.file}\0{one.sha256}\n".encode())
    if one.reason is not None:
        report.skipped[one.reason] += 1
        return
    report.functions += len(one.functions) + sum(one.dropped.values())
    report.dropped.update(one.dropped)
    for function in one.functions:
        digest = bytes.fromhex(function.form)
        if digest in seen:
            report.dropped["duplicate"] += 1
            continue
        seen.add(digest)
        report.mined += 1
        yield function
