"""The lines of a foreign file, whatever its line ends, packing or coding; and the rows of a Parquet file.

A line ends in LF, CRLF or CR, as in Python's text files; U+2028 and its like end none. What no row can be blamed for
(a cut gzip stream, UTF-16, a file that is no Parquet) is refused as a whole, however many bad rows are allowed.
"""

from __future__ import annotations

import gzip
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from codereflect.errors import UserError

# Longest line that is read, in bytes: beyond this a file is no list of programs.
LINE_LIMIT = 64 << 20
# Longest file that is one JSON list, in bytes, unpacked: it is read as a whole, and takes several times this in memory.
LIST_LIMIT = 512 << 20
CHUNK = 1 << 20
PARQUET_ROWS = 1024
GZIP, PARQUET, UTF8_MARK = b"\x1f\x8b", b"PAR1", b"\xef\xbb\xbf"
# the longer marks first: UTF-32's begins as UTF-16's does
MARKS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


def damaged(where: str, reason: str) -> UserError:
    """The error of a file that is broken as a whole."""
    return UserError(f"{where}: {reason}.", "fetch the file again")


def check_file(path: Path) -> bytes:
    """The first bytes of a file.

    Raises:
        UserError: there is no such file.
    """
    if not path.is_file():
        raise UserError(f"{path} {'is no file' if path.exists() else 'does not exist'}.", "check the path")
    with open(path, "rb") as stream:
        return stream.read(len(PARQUET))


def is_parquet(path: Path) -> bool:
    """Whether a file says that it is Parquet, by its name or its first bytes."""
    return check_file(path) == PARQUET or path.suffix == ".parquet"


def lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """The lines with their numbers from 1 and their ends; None for a line above `LINE_LIMIT`.

    Raises:
        UserError: the file is missing, its gzip data are damaged, or it is not UTF-8 but UTF-16 or UTF-32.
    """
    number = 0
    try:
        with _opened(path) as stream:
            for number, line in enumerate(_split(stream, path), start=1):
                yield number, line
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise damaged(f"{path}:{number + 1}", f"the gzip data are damaged ({error})") from None


def first_byte(path: Path) -> bytes:
    """The first byte that is neither blank nor part of UTF-8's mark; b"" where there is none.

    Raises:
        UserError: as `lines`.
    """
    try:
        with _opened(path) as stream:
            start = stream.read(CHUNK).removeprefix(UTF8_MARK)
            while start and not (found := start.lstrip()[:1]):
                start = stream.read(CHUNK)
            return found if start else b""
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise damaged(f"{path}:1", f"the gzip data are damaged ({error})") from None


def whole(path: Path) -> bytes:
    """The bytes of a file, unpacked.

    Raises:
        UserError: as `lines`, or it is longer than `LIST_LIMIT`.
        MemoryError: there is no room for it; `too_long` is what to say.
    """
    try:
        with _opened(path) as stream:
            payload = stream.read(LIST_LIMIT + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise damaged(str(path), f"the gzip data are damaged ({error})") from None
    if len(payload) > LIST_LIMIT:
        raise too_long(path, f"is longer than {LIST_LIMIT >> 20} MB")
    return payload


def too_long(path: Path, reason: str) -> UserError:
    """The error of a JSON list that cannot be read as a whole."""
    return UserError(f"{path}: the list {reason}.", "write it as JSON lines, which are read row by row")


def _opened(path: Path) -> IO[bytes] | gzip.GzipFile:
    packed = check_file(path)[:2] == GZIP or (path.suffix == ".gz" and path.stat().st_size > 0)
    return gzip.open(path) if packed else open(path, "rb")


def _split(stream: IO[bytes] | gzip.GzipFile, path: Path) -> Iterator[bytes | None]:
    rest, too_long, first = b"", False, True
    while chunk := stream.read(CHUNK):
        if first:
            _check_coding(chunk, path)
            first = False
        # bytes.splitlines ends lines at LF, CR and CRLF alone
        found = (rest + chunk).splitlines(keepends=True)
        # a CR at the end of the chunk may be half of a CRLF
        rest = b"" if found[-1].endswith(b"\n") else found.pop()
        for line in found:
            yield None if too_long or len(line) > LINE_LIMIT else line
            too_long = False
        if len(rest) > LINE_LIMIT:
            # forgotten but for a CR at its end, so that its number is kept and memory is not
            rest, too_long = rest[-1:], True
    if rest:
        yield None if too_long else rest


def _check_coding(start: bytes, path: Path) -> None:
    coding = next((name for mark, name in MARKS.items() if start.startswith(mark)), None)
    head = start[:64]
    if coding is None and len(head) >= 4 and head.count(0) * 3 >= len(head):
        coding = "UTF-16 or UTF-32"
    if coding is not None:
        name = "UTF-16" if coding.startswith("UTF-16") else coding
        plain = path.name.removesuffix(".gz")
        raise UserError(f"{path} is {coding} text, not UTF-8.", f"iconv -f {name} -t UTF-8 {plain} > utf8-{plain}")


def parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a Parquet file in their order; times and decimals as texts, as JSON would have them.

    Raises:
        UserError: the file is no Parquet, is damaged, a column holds bytes or is there twice, or a value is out of
            Python's range.
    """
    import pyarrow
    import pyarrow.parquet

    check_file(path)
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            _check_columns(path, file.schema_arrow)
            for batch in file.iter_batches(PARQUET_ROWS):
                yield from map(_plain, _values(path, batch))
    except (pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
        first = str(error).strip().splitlines()[:1] or [type(error).__name__]
        raise damaged(str(path), f"the file is no Parquet that can be read ({first[0]})") from None


def _values(path: Path, batch: Any) -> list[dict[str, Any]]:
    """The rows of a batch.

    Raises:
        UserError: a column holds a value that Python has not: a date beyond the year 9999, an unknown time zone.
    """
    import pyarrow

    try:
        found: list[dict[str, Any]] = batch.to_pylist()
        return found
    except (pyarrow.ArrowException, UnicodeDecodeError):
        raise
    except (ValueError, OverflowError, LookupError) as error:
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            try:
                column.to_pylist()
            except (ValueError, OverflowError, LookupError):
                raise UserError(
                    f"{path}: column {name} holds a value that cannot be read ({error}).",
                    "leave that column out of the file, or write it as text",
                ) from None
        raise


def _check_columns(path: Path, schema: Any) -> None:
    twice = [name for name, times in Counter(schema.names).items() if times > 1]
    if twice:
        raise UserError(f"{path}: column {twice[0]} is there twice.", "leave one of them out of the file")
    for field in schema:
        _check_column(path, field.name, field.type)


def _check_column(path: Path, name: str, kind: Any) -> None:
    import pyarrow

    waiting = [kind]
    while waiting:
        one = waiting.pop()
        if pyarrow.types.is_dictionary(one) or pyarrow.types.is_run_end_encoded(one):
            one = one.value_type
        is_bytes = pyarrow.types.is_binary(one) or pyarrow.types.is_large_binary(one)
        if is_bytes or pyarrow.types.is_fixed_size_binary(one) or pyarrow.types.is_binary_view(one):
            raise UserError(f"{path}: column {name} holds bytes, not text.", "leave that column out of the file")
        fields = [one.field(place) for place in range(one.num_fields)]
        if pyarrow.types.is_struct(one) and len({field.name for field in fields}) < len(fields):
            raise UserError(f"{path}: column {name} has two fields of one name.", "leave one of them out of the file")
        waiting += [field.type for field in fields]


def _plain(value: Any) -> Any:
    """The value as JSON can write it."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    # a map comes as a list of pairs
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | timedelta) else value
