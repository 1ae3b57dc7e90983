"""One file from the package index that pip is configured for."""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from codereflect.errors import UserError

# seconds without a byte before a connection counts as broken, and for a whole file
_PATIENCE, _LONGEST = 10, 1800
_MOST_BYTES = 2 << 30
_PIP = (
    *("-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--ignore-requires-python", "--retries", "0"),
    *("--timeout", str(_PATIENCE), "--no-input", "--disable-pip-version-check", "--progress-bar", "off", "-vv"),
)
_SOURCE_LINK = re.compile(r"No (?:sources|source) permitted for [^\n]*?: (\S+)")
_VERSIONS = re.compile(r"\(from versions: ([^)]*)\)")
_NOT_FETCHED = re.compile(r"Could not fetch URL (\S+): ([^\n]*)")
_BROKEN = re.compile(
    r"connection error|timed? ?out|confirming the ssl|Connection(?:Error| broken| aborted)|ProxyError", re.I
)


def download(name: str, version: str, folder: Path) -> Path:
    """Fetch the wheel of a version, or its source archive where there is no wheel for this Python.

    Args:
        name: of the distribution.
        version: exact.
        folder: an empty one; the file comes to lie there.

    Raises:
        UserError: no such package or version, no connection, no pip.
    """
    command = [sys.executable, *_PIP, "--dest", str(folder), f"{name}=={version}"]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, env=environment, timeout=_LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        raise UserError(f"{name}=={version} did not arrive within {_LONGEST // 60} minutes.", "run again") from None
    report = (done.stdout + done.stderr).decode("utf-8", "replace")
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode == 0 and len(wheels) == 1:
        return wheels[0]
    link = _source_link(report, name, version)
    if link is None:
        raise _why(report, name, version)
    return _fetched(link, folder, f"{name}=={version}")


def _source_link(report: str, name: str, version: str) -> str | None:
    """The address of the version's source archive, among those that pip passed over."""
    from packaging.utils import InvalidSdistFilename, canonicalize_name, parse_sdist_filename
    from packaging.version import InvalidVersion, Version

    for link in _SOURCE_LINK.findall(report):
        file = unquote(urlsplit(link).path).rpartition("/")[2]
        try:
            found = parse_sdist_filename(file)
            if found == (canonicalize_name(name), Version(version)):
                return str(link)
        except (InvalidSdistFilename, InvalidVersion):
            continue
    return None


def _why(report: str, name: str, version: str) -> UserError:
    """The sentence for what pip could not do."""
    if "No module named pip" in report:
        return UserError(f"{sys.executable} has no pip.", f"{sys.executable} -m ensurepip")
    offline = "connect to the network, or set corpus.python_package.source to path and name an unpacked copy"
    versions = _VERSIONS.search(report)
    not_fetched = _NOT_FETCHED.findall(report)
    if any(_BROKEN.search(reason) for _, reason in not_fetched) or (not versions and _BROKEN.search(report)):
        return UserError(f"{name}=={version} cannot be fetched: no connection to the package index.", offline)
    for address, reason in not_fetched:
        if re.match(r"40[137] ", reason):
            return UserError(f"The package index refuses {address} ({reason[:80].strip()}).", "pip config debug")
    if versions:
        known = [one.strip() for one in versions[1].split(",") if one.strip() != "none"]
        from packaging.utils import canonicalize_name

        passed_over = [link for link in _SOURCE_LINK.findall(report) if canonicalize_name(name) in _as_name(link)]
        if not known and not passed_over:
            return UserError(f"The package index has no package {name}.", "correct corpus.python_package.packages")
        told = f" (wheels: {', '.join(known[-5:])})" if known else ""
        return UserError(
            f"The package index has no {name}=={version} for this Python{told}.",
            "correct corpus.python_package.packages",
        )
    errors = re.findall(r"^ERROR: (.*)$", report, re.M)
    said = errors[0][:300] if errors else "pip failed without a message"
    return UserError(f"{name}=={version} cannot be fetched: {said}.", offline)


def _as_name(link: str) -> str:
    return re.sub(r"[-_.]+", "-", urlsplit(link).path.rpartition("/")[2]).lower()


def _fetched(link: str, folder: Path, pin: str) -> Path:
    """Fetch an archive from where pip found it."""
    from urllib.request import url2pathname, urlopen

    parts = urlsplit(link)
    target = folder / unquote(parts.path).rpartition("/")[2]
    if parts.scheme == "file":
        shutil.copyfile(url2pathname(parts.path), target)
        return target
    if "****" in parts.netloc or parts.scheme not in ("http", "https"):
        raise UserError(
            f"{pin} has no wheel, and its source archive at {parts.hostname} needs a password.",
            "unpack it yourself and set corpus.python_package.source to path",
        )
    try:
        with (
            urlopen(link.partition("#")[0], timeout=_PATIENCE, context=_certificates()) as stream,
            open(target, "wb") as file,
        ):
            while block := stream.read(1 << 20):
                file.write(block)
                if file.tell() > _MOST_BYTES:
                    raise UserError(f"{target.name} is larger than {_MOST_BYTES >> 30} GiB.", "pin another version")
    except OSError as error:
        if error.filename:
            raise
        raise UserError(f"{target.name} cannot be fetched: {getattr(error, 'reason', error)}.", "run again") from None
    return target


def _certificates() -> ssl.SSLContext:
    """The certificates that pip would use."""
    for variable in ("PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        if os.environ.get(variable):
            return ssl.create_default_context(cafile=os.environ[variable])
    return ssl.create_default_context()
