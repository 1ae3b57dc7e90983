"""Unpacks a wheel or a source archive: its Python files and its metadata, nothing else, and nothing is run.

Names that lead out of the folder or that no disk can hold, and sizes that no package has, end the unpacking; links and
devices are left out. Memory is bounded: tarfile reads headers as large as they say they are, so its reads are counted.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from codereflect.errors import UserError

# of all members together once they are unpacked, of one Python file, and how many there are
MOST_UNPACKED, MOST_MEMBER, MOST_MEMBERS = 4 << 30, 32 << 20, 300_000
# bytes of a tar archive's headers for one member (long names, extended attributes), and of a zip archive's directory
MOST_HEADERS, MOST_DIRECTORY = 256 << 10, 32 << 20
# bytes of a name's parts, which is what file systems hold, and of the whole
_LONGEST_PART, _LONGEST_NAME = 255, 1024
_LONGEST_SHOWN = 60
_COMPRESSED: dict[bytes, Callable[..., Any]] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\0": lzma.open}


class _Hostile(Exception):
    """Something that no honest archive holds."""


class _Counted(io.RawIOBase):
    """A stream that gives so many bytes and no more until it is allowed others; moving costs nothing."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.left = stream, 0

    def read(self, size: int = -1, /) -> bytes:
        self.left -= size
        if size < 0 or self.left < 0:
            raise _Hostile("a header of it is larger than headers are")
        return self.stream.read(size)

    def seek(self, place: int, whence: int = 0, /) -> int:
        return self.stream.seek(place, whence)

    def tell(self) -> int:
        return self.stream.tell()


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    size: int
    is_file: bool
    open: Callable[[], IO[bytes]]


def unpack(file: Path, folder: Path) -> str:
    """Write the Python files of a wheel or source archive below a folder that does not exist yet.

    A wheel's files stand as they would be installed; a source archive's outermost folder is left away.

    Returns:
        The package's metadata (METADATA or PKG-INFO).

    Raises:
        UserError: the file is damaged, holds names that lead elsewhere or that no disk can hold, is too large, or has
            no metadata. What was unpacked until then stays; the caller removes it.
    """
    is_wheel = file.suffix == ".whl"
    metadata: dict[int, str] = {}
    try:
        folder.mkdir(parents=True)
        with _opened(file) as members:
            for member in _checked(members):
                target = _target(member.name, is_wheel)
                if target is None or not member.is_file:
                    continue
                if _is_metadata(target, is_wheel):
                    metadata.setdefault(len(target.parts), _read(member).decode("utf-8", "replace"))
                elif target.suffix == ".py":
                    _write(folder, target, _read(member))
    except _Hostile as error:
        raise UserError(f"{file.name} is not unpacked: {error}.", "check your package index") from None
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise UserError(
            f"{file.name} is damaged ({error}).", "run again; if it happens again, check your package index"
        ) from None
    except (NotImplementedError, RuntimeError) as error:
        raise UserError(f"{file.name} cannot be unpacked ({error}).", "pin another version") from None
    if not metadata:
        raise UserError(f"{file.name} holds no metadata of a package.", "check your package index")
    return metadata[min(metadata)]


@contextmanager
def _opened(file: Path) -> Iterator[Iterator[_Member]]:
    """The members of an archive."""
    if file.suffix in (".whl", ".zip"):
        _look_at_directory(file)
        with zipfile.ZipFile(file) as zipped:
            yield _zipped(zipped)
    else:
        with open(file, "rb") as plain:
            head = plain.read(6)
        way = next((way for magic, way in _COMPRESSED.items() if head.startswith(magic)), open)
        with way(file, "rb") as stream:
            counted = _Counted(stream)
            counted.left = MOST_HEADERS
            with tarfile.open(fileobj=cast(IO[bytes], counted), mode="r:") as tarred:
                yield _tarred(tarred, counted)


def _look_at_directory(file: Path) -> None:
    """Refuse a zip archive whose list of members, which is read at once, is larger than so many members need."""
    with open(file, "rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        # the record at the end, its comment, and the record for large archives before it
        stream.seek(max(0, size - 22 - 65_535 - 76))
        tail = stream.read()
    # looked for as zipfile does: without a comment behind it, else the last one
    plain = tail[-22:].startswith(b"PK\5\6") and tail.endswith(b"\0\0")
    place = len(tail) - 22 if plain else tail.rfind(b"PK\5\6")
    said = tail[place + 12 : place + 16] if place >= 0 else b""
    if place >= 76 and (tail[place - 76 :][:4], tail[place - 20 :][:4]) == (b"PK\6\6", b"PK\6\7"):
        said = tail[place - 36 : place - 28]
    if int.from_bytes(said, "little") > MOST_DIRECTORY:
        raise _Hostile(f"its list of members is larger than {MOST_DIRECTORY >> 20} MiB")


def _zipped(source: zipfile.ZipFile) -> Iterator[_Member]:
    for one in source.infolist():
        kind = stat.S_IFMT(one.external_attr >> 16)
        is_file = not one.is_dir() and kind in (0, stat.S_IFREG)
        yield _Member(one.filename, one.file_size, is_file, partial(source.open, one))


def _tarred(source: tarfile.TarFile, counted: _Counted) -> Iterator[_Member]:
    while (one := source.next()) is not None:
        # each member keeps what the headers before it say of all
        source.members.clear()  # type: ignore[attr-defined]
        yield _Member(one.name, one.size, one.isreg(), partial(_extracted, source, one, counted))
        counted.left = MOST_HEADERS


def _extracted(source: tarfile.TarFile, member: tarfile.TarInfo, counted: _Counted) -> IO[bytes]:
    # what is read beyond MOST_MEMBER fits into the buffer between
    counted.left = MOST_MEMBER + (1 << 20)
    stream = source.extractfile(member)
    if stream is None:
        raise tarfile.TarError(f"{member.name} is no file")
    return stream


def _checked(members: Iterator[_Member]) -> Iterator[_Member]:
    total = 0
    for number, member in enumerate(members):
        if member.size < 0:
            raise _Hostile(f"{_shown(member.name)} has a size below zero")
        total += member.size
        if number >= MOST_MEMBERS or total > MOST_UNPACKED:
            raise _Hostile(f"it holds more than {MOST_MEMBERS} files or {MOST_UNPACKED >> 30} GiB")
        parts = PurePosixPath(member.name).parts
        if member.name.startswith("/") or ".." in parts or any(one in member.name for one in ("\\", "\0")):
            raise _Hostile(f"{_shown(member.name)} leads out of its folder")
        yield member


def _target(name: str, is_wheel: bool) -> PurePosixPath | None:
    """Where a member comes to lie; None where it does not belong to the tree."""
    parts = PurePosixPath(name).parts
    if not is_wheel:
        parts = parts[1:]
    elif parts and parts[0].endswith(".data"):
        if parts[1:2] not in (("purelib",), ("platlib",)):
            return None
        parts = parts[2:]
    return PurePosixPath(*parts) if parts else None


def _is_metadata(target: PurePosixPath, is_wheel: bool) -> bool:
    if is_wheel:
        return len(target.parts) == 2 and target.parts[0].endswith(".dist-info") and target.name == "METADATA"
    return target.name == "PKG-INFO"


def _read(member: _Member) -> bytes:
    """A member's bytes; what it says of its size is not believed."""
    with member.open() as stream:
        data = stream.read(MOST_MEMBER + 1)
    if len(data) > MOST_MEMBER:
        raise _Hostile(f"{_shown(member.name)} is larger than {MOST_MEMBER >> 20} MiB")
    return data


def _write(folder: Path, target: PurePosixPath, data: bytes) -> None:
    lengths = [len(os.fsencode(part)) for part in target.parts]
    if max(lengths) > _LONGEST_PART or sum(lengths) + len(lengths) > _LONGEST_NAME:
        raise _Hostile(f"the name {_shown(str(target))} is longer than names of files are")
    path = folder.joinpath(target)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        raise _Hostile(f"{_shown(str(target))} or a folder of it is a file and a folder") from None


def _shown(name: str) -> str:
    return repr(name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}...")
