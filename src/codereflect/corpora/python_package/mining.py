"""Trees of Python files -> their functions, as a stream in a fixed order.

Files are read in processes of their own where that pays. Whatever is wrong with a file is counted, never raised.
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from codereflect.corpora.python_package.functions import Mined, Range, mine_files
from codereflect.corpora.python_package.tree import SourceFile, Tree, source_files
from codereflect.programs.mined_function import Function

# what one call of a worker reads: long enough that handing it over costs nothing, short enough to be held in memory
_CHUNK_FILES, _CHUNK_BYTES = 32, 256 << 10
# chunks for each worker that are under way or wait for those before them
_AHEAD = 4
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
    head = list(islice(chunks, _FEW_FILES // _CHUNK_FILES))
    few = next(chunks, None)
    if few is not None:
        head.append(few)
    rest = _prepended(head, chunks)
    results = _alone(rest) if workers == 1 or few is None else _in_processes(rest, workers)
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


def _prepended(head: list[Chunk], rest: Iterator[Chunk]) -> Iterator[Chunk]:
    yield from head
    yield from rest


def _alone(chunks: Iterator[Chunk]) -> Iterator[tuple[str, list[Mined]]]:
    for chunk in chunks:
        yield chunk[0], mine_files(*chunk)


def _in_processes(chunks: Iterator[Chunk], workers: int) -> Iterator[tuple[str, list[Mined]]]:
    """The same in processes that are started afresh (a fork of a process with threads may hang)."""
    from concurrent.futures import Future, ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    from codereflect.errors import UserError

    waiting: deque[tuple[str, Future[list[Mined]]]] = deque()
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        try:
            for chunk in chunks:
                waiting.append((chunk[0], pool.submit(mine_files, *chunk)))
                if len(waiting) > _AHEAD * workers:
                    package, future = waiting.popleft()
                    yield package, future.result()
            while waiting:
                package, future = waiting.popleft()
                yield package, future.result()
        except BrokenProcessPool:
            raise UserError(
                "The system ended a process that reads Python files; it may be short of memory.",
                "set CODEREFLECT_WORKERS=1",
            ) from None
        finally:
            # a stream that is not read to its end
            pool.shutdown(cancel_futures=True)


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
