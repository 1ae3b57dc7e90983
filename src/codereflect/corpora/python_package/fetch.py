"""Exact versions of packages from the package index, without their dependencies, as trees of Python files.

pip looks for the files, so that its configuration (index, mirrors, certificates, links) is the user's. It is only ever
asked for wheels: for a source archive it would run the package's own code to learn its name. Where there is no wheel,
the address of the archive is taken from pip's report and the file is fetched and unpacked here.

A folder keeps what was fetched, by hash: `<sha256>/` with the file, its Python files and card.json, which holds their
digest; `pins/` says which hash a version had. A version that is there is not fetched again. Files that are no longer
those that were unpacked are unpacked again.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from codereflect import paths
from codereflect.corpora import sources
from codereflect.corpora.python_package import archive, pip_index
from codereflect.corpora.python_package.tree import Tree, source_files, tree_digest
from codereflect.corpus_params import PackageSource
from codereflect.errors import UserError
from codereflect.json_files import dump_json, write_text_atomically
from codereflect.provenance import file_digest

_LONGEST_LICENCE = 100
_KEY = "corpus.python_package"
_NOT_MINED = "tests and copies of other packages do not count"


@dataclass(frozen=True, slots=True)
class Package:
    """A tree, and the file it came out of (None where it is a folder of the user's).

    Attributes:
        tree: what is mined.
        file: name of the wheel or archive.
        sha256: of its bytes; of a folder, over names and bytes of its Python files (`tree_digest`).
        bytes: its size.
        licence: as its metadata name it; empty where they name none.
    """

    tree: Tree
    file: str | None = None
    sha256: str | None = None
    bytes: int | None = None
    licence: str = ""

    def card(self) -> dict[str, Any]:
        """What is written down about it: no path of this machine."""
        kept = {key: value for key, value in asdict(self).items() if key != "tree"}
        return {"package": self.tree.package, "version": self.tree.version, **kept}


def fetch(source: PackageSource, folder: Path) -> list[Package]:
    """The trees that a source names, in its order.

    Args:
        source: packages with their versions, or a path.
        folder: where fetched files are kept; made if it is missing.

    Raises:
        UserError: no such package or version, no connection, another hash than the pinned one, a damaged or hostile
            archive, a package or a path without Python files, a path outside data/files that no hash pins. Nothing of
            a failed package is kept.
    """
    if source.source == "path":
        return [own_tree(source)]
    hashes: list[str | None] = list(source.sha256) if source.sha256 else [None] * len(source.packages)
    packages = [_package(pin, sha256, folder) for pin, sha256 in zip(source.packages, hashes, strict=True)]
    for package, pin in zip(packages, source.packages, strict=True):
        if not source_files(package.tree):
            raise UserError(
                f"corpus.python_package.packages: {pin} holds no Python files to mine ({_NOT_MINED}).",
                "correct corpus.python_package.packages",
            )
    return packages


def own_tree(source: PackageSource) -> Package:
    """The tree at a path. Like a file's, its changes must be seen: by DVC in data/files, elsewhere by its digest.

    Raises:
        UserError: there is no such folder, it holds no Python files, it is not the one that sha256 names, or it lies
            outside data/files and nothing pins it.
    """
    given = source.path or ""
    root = _folder(given)
    tree = Tree(root.resolve().name, "", root)
    if not source_files(tree):
        raise UserError(
            f"{_KEY}.path: {given} holds no Python files to mine ({_NOT_MINED}).",
            "name the root of a tree of Python files",
        )
    actual = tree_digest(root)
    normal = Path(os.path.normpath(given))
    wanted = source.sha256[0] if source.sha256 else None
    accept = f"dvc exp run -S '{_KEY}.sha256=[{actual}]'"
    if wanted is None and not sources.is_tracked(normal, normal):
        raise UserError(
            f"{_KEY}.path: {given} is outside {paths.FILES}, where DVC sees no changes, and {_KEY}.sha256 is null; "
            f"the tree's sha256 is {actual}.",
            f"{accept}, or put the tree into {paths.FILES}",
        )
    if wanted not in (None, actual):
        raise UserError(
            f"{_KEY}.sha256: {given} is not the tree that was pinned: its sha256 is {actual}, not {wanted}.",
            f"restore the pinned tree, or accept this one: {accept}",
        )
    return Package(tree, sha256=actual)


def _folder(given: str) -> Path:
    """A folder that exists."""
    try:
        root = Path(given).expanduser()
        if not root.exists():
            raise sources.missing(f"{_KEY}.path", given, root)
    except (OSError, RuntimeError, ValueError) as error:
        raise UserError(f"{_KEY}.path: {given!r} cannot be read ({error}).", f"edit {_KEY}.path") from None
    if not root.is_dir():
        raise UserError(f"{_KEY}.path: {given} is no folder.", "name the root of a tree of Python files")
    return root


def _package(pin: str, sha256: str | None, folder: Path) -> Package:
    name, _, version = pin.partition("==")
    remembered = folder / "pins" / f"{pin_name(name, version)}.json"
    known = sha256 or _remembered(remembered)
    place = folder / known if known else None
    if place and (found := _kept(place, name, version)):
        return found
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=folder) as scratch:
        # the file is kept for this: what was unpacked may have been changed since, by hand or by a full disk
        file = place and _kept_file(place, Path(scratch))
        file = file or pip_index.download(name, version, Path(scratch))
        actual = file_digest(file)
        if sha256 is not None and actual != sha256:
            raise UserError(
                f"{pin}: the package index gave {file.name} with sha256 {actual}, but params.yaml pins {sha256}.",
                "correct corpus.python_package.sha256 if you trust that file",
            )
        package = _unpacked(file, actual, name, version, Path(scratch) / "new", folder / actual)
    write_text_atomically(remembered, dump_json({"sha256": actual}) + "\n")
    return package


def pin_name(name: str, version: str) -> str:
    """One spelling for all that mean the same version of the same package."""
    from packaging.utils import canonicalize_name, canonicalize_version

    return f"{canonicalize_name(name)}=={canonicalize_version(version)}"


def _remembered(path: Path) -> str | None:
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["sha256"])
    except (OSError, ValueError, KeyError):
        return None


def _kept(place: Path, name: str, version: str) -> Package | None:
    """What an earlier run fetched, if its file and what was unpacked are still what they were and are this version."""
    try:
        card = json.loads((place / "card.json").read_text(encoding="utf-8"))
        whole = file_digest(place / card["file"]) == place.name and tree_digest(place / "tree") == card["tree"]
        said = card["package"], card["version"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return _described(card, place) if whole and pin_name(*said) == pin_name(name, version) else None


def _kept_file(place: Path, scratch: Path) -> Path | None:
    """A copy of the file that an earlier run fetched, if it is still what it was."""
    try:
        for file in sorted(place.glob("*.*")):
            if file.name != "card.json" and file.is_file() and file_digest(file) == place.name:
                return Path(shutil.copyfile(file, scratch / file.name))
    except OSError:
        # another run is replacing it
        return None
    return None


def _unpacked(file: Path, sha256: str, name: str, version: str, fresh: Path, place: Path) -> Package:
    """Unpack a file and move the result to its place, whole or not at all."""
    metadata = HeaderParser().parsestr(archive.unpack(file, fresh / "tree"))
    said = metadata.get("Name", ""), metadata.get("Version", "")
    if pin_name(*said) != pin_name(name, version):
        raise UserError(
            f"{file.name} says that it is {said[0]}=={said[1]}, not {name}=={version}.", "check your package index"
        )
    card = {"package": name, "version": version, "file": file.name, "sha256": sha256, "bytes": file.stat().st_size}
    card |= {"licence": _licence(metadata), "tree": tree_digest(fresh / "tree")}
    os.replace(file, fresh / file.name)
    write_text_atomically(fresh / "card.json", dump_json(card) + "\n")
    # a damaged copy makes room; of two runs that fetch the same file at once, the second one's result is the same
    shutil.rmtree(place, ignore_errors=True)
    os.replace(fresh, place)
    return _described(json.loads((place / "card.json").read_text(encoding="utf-8")), place)


def _described(card: dict[str, Any], place: Path) -> Package:
    tree = Tree(card["package"], card["version"], place / "tree")
    return Package(tree, card["file"], card["sha256"], card["bytes"], card["licence"])


def _licence(metadata: Message) -> str:
    """The licence: an expression, a short text, or the classifiers."""
    for key in ("License-Expression", "License"):
        text = str(metadata.get(key, "")).strip()
        if text and text != "UNKNOWN" and "\n" not in text and len(text) <= _LONGEST_LICENCE:
            return text
    classifiers = [str(one) for one in metadata.get_all("Classifier", [])]
    return "; ".join(one.rpartition(" :: ")[2] for one in classifiers if one.startswith("License :: "))
