"""What doctor says of the files, data sets and packages that params.yaml names: which are needed, and can they be had.

Hubs are asked all at once and with a deadline; nothing is downloaded. Package indexes are not asked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from codereflect import hub
from codereflect.cli.finding import Finding
from codereflect.corpora import hub_files, sources
from codereflect.corpus_params import FileSource, PackageSource
from codereflect.corpus_specs import sources_of
from codereflect.errors import UserError
from codereflect.fanout import ordered_map
from codereflect.params import Params

# A hub that is slower than this is said to be slow; a stage waits longer.
SECONDS = 4.0

Source = FileSource | PackageSource


def needed_sources(params: Params) -> dict[str, Source]:
    """What the corpus and the suites of the parameters are made of, by dotted key; nothing for what is generated."""
    keys = [key.split(".") for key in sources_of(params.corpus.name, params.chosen_suites)]
    found = {f"{section}.{name}": getattr(getattr(params, section), name) for section, name in keys}
    return {key: source for key, source in found.items() if isinstance(source, Source)}


def look_at_sources(wanted: Mapping[str, Source], cache: Path | None, seconds: float = SECONDS) -> list[Finding]:
    """A finding for each source, in their order.

    Args:
        wanted: sources by their dotted key in params.yaml.
        cache: folder of the content-keyed store; None where nothing is kept.
        seconds: until a hub must have answered.
    """
    if not wanted:
        return [Finding("sources", True, "none needed: the corpus and its suites are generated here")]
    with tempfile.TemporaryDirectory(prefix="codereflect-") as nothing:
        folder = cache or Path(nothing)
        looked = ordered_map(lambda key: _look(key, wanted[key], folder, seconds), wanted, len(wanted), "thread")
        return list(looked)


def _look(key: str, source: Source, folder: Path, seconds: float) -> Finding:
    try:
        if isinstance(source, PackageSource):
            return _package(key, source)
        return _hub(key, source, folder, seconds) if source.source == "hub" else _path(key, source, folder)
    except UserError as error:
        return Finding(key, False, error.message, error.fix or "")


def _path(key: str, source: FileSource, folder: Path) -> Finding:
    pin = sources.resolve(key, source, folder).pin
    checked = "as pinned" if source.sha256 else "followed by DVC"
    return Finding(key, True, f"{source.path}, {_size(pin['bytes'])}, {checked}")


def _hub(key: str, source: FileSource, folder: Path, seconds: float) -> Finding:
    from huggingface_hub import get_token

    listing = hub_files.listed(key, source, folder, seconds)
    files = f"{len(listing.files)} file{'s' if len(listing.files) > 1 else ''}"
    about = f"{source.hub} at {listing.commit[:7]}, {files}, {_size(listing.bytes)}, licence {listing.licence}"
    if hub_files.here(source, listing, folder):
        return Finding(key, True, f"{about}; fetched")
    if forbidden := hub.offline():
        return Finding(key, False, f"{about}; not fetched, and {forbidden}", f"unset {forbidden.split('=')[0]}")
    if listing.gated and not get_token():
        return Finding(key, False, f"{about}; gated", "ask for access on its page, export HF_TOKEN")
    return Finding(key, True, f"{about}; to be fetched")


def _package(key: str, source: PackageSource) -> Finding:
    if source.source == "package":
        return Finding(key, True, f"{', '.join(source.packages)} from the package index (not checked)")
    from codereflect.corpora.python_package.fetch import own_tree

    own_tree(source)
    return Finding(key, True, f"{source.path}, {'as pinned' if source.sha256 else 'followed by DVC'}")


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count / 1e3:.1f} kB"
