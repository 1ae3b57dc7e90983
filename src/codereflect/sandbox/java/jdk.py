"""The Java installation, and our own Java classes, compiled once for it and kept in a cache folder.

Beside the classes lie two archives of class data (AppCDS), from which a Java machine starts about a quarter faster.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

from codereflect.errors import UserError

OLDEST = 17
INSTALL = "apt-get install openjdk-17-jdk-headless"
HOST = Path(__file__).parent / "host"
COMPILER, RUNNER = "codereflect.sandbox.Compiler", "codereflect.sandbox.Runner"
_COLLECTOR = "-XX:+UseSerialGC"
# options that both machines share: quick to start, one collector thread, nothing written to disk
COMMON = (
    _COLLECTOR,
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "-XX:-UseContainerSupport",
    "-XX:+DisableAttachMechanism",
    "-Xshare:auto",
    "-Dfile.encoding=UTF-8",
    "-Duser.timezone=UTC",
)
_SOURCE_SUFFIXES = (".java", ".txt")
_BUILD_SECONDS = 120
_KEPT_SECONDS = 30 * 86400
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Java:
    """A Java installation that can be used."""

    home: Path
    version: str

    @property
    def launcher(self) -> Path:
        """The program `java`."""
        return self.home / "bin" / "java"

    def outside(self) -> list[str]:
        """Files elsewhere that the installation links to; Debian keeps its settings below /etc."""
        found = set()
        for folder in ("conf", "lib"):
            for path in sorted((self.home / folder).rglob("*")):
                target = path.resolve()
                if path.is_symlink() and target.is_file() and not target.is_relative_to(self.home):
                    found.add(str(target))
        return sorted(found)


def find_java() -> Java | str:
    """The Java installation of JAVA_HOME, or of the path; a reason where there is none that can be used."""
    named = os.environ.get("JAVA_HOME")
    javac = shutil.which("javac", path=str(Path(named, "bin")) if named else None)
    if javac is None:
        java = shutil.which("java")
        where = f"JAVA_HOME ({named})" if named else "the path"
        return f"no javac in {where}" + (" (java alone, a runtime, is not enough)" if java and not named else "")
    home = Path(javac).resolve().parents[1]
    version = _version(home)
    major = re.match(r"\d+", version)
    if major is None:
        return f"{home} does not say its version"
    if int(major[0]) < OLDEST:
        return f"Java {version} is too old, {OLDEST} is needed"
    return Java(home, version)


def _version(home: Path) -> str:
    try:
        told = (home / "release").read_text(encoding="utf-8")
    except OSError:
        return ""
    found = re.search(r'^JAVA_VERSION="([^"]+)"', told, re.MULTILINE)
    return found[1] if found else ""


def host_folder(java: Java) -> Path:
    """The folder with host.jar and the archives for this installation; made if it is not there.

    Raises:
        UserError: our classes do not compile with this installation.
    """
    cache = _cache()
    folder = cache / f"java-{_key(java)}"
    if (folder / "host.jar").is_file():
        return folder
    scratch = Path(tempfile.mkdtemp(prefix=".java-", dir=cache))
    try:
        # An archive of class data notes the path of its jar: it is made where it will lie.
        _compile(java, scratch)
        scratch.chmod(0o755)
        try:
            scratch.rename(folder)
        except OSError:
            if not (folder / "host.jar").is_file():
                raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    _prune(cache, folder)
    return folder


def _prune(cache: Path, kept: Path) -> None:
    """Remove what was made for other versions long ago."""
    for folder in cache.glob("java-*"):
        if folder != kept and time.time() - folder.stat().st_mtime > _KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def archive(java: Java, folder: Path, name: str, main: str) -> list[str]:
    """The option that uses the archive of a machine; none where it cannot be made."""
    target = folder / f"{name}.jsa"
    if not target.is_file() and not (folder / f"{name}.none").is_file():
        _archive(java, folder, name, main)
    return [f"-XX:SharedArchiveFile={target}"] if target.is_file() else []


def _cache() -> Path:
    """A folder of this user's own that lasts; else one below the temporary folder."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "codereflect"
    try:
        base.mkdir(parents=True, exist_ok=True)
        if os.access(base, os.W_OK):
            return base
    except OSError:
        pass
    base = Path(tempfile.gettempdir(), f"codereflect-{os.getuid()}")
    base.mkdir(mode=0o755, exist_ok=True)
    # what lies in a folder that others may write to would run as us
    owner = base.lstat()
    if base.is_symlink() or owner.st_uid != os.getuid() or owner.st_mode & 0o022:
        raise UserError(f"{base} belongs to somebody else.", "set XDG_CACHE_HOME to a folder of yours")
    return base


def _sources() -> list[Path]:
    return sorted(path for path in HOST.rglob("*") if path.suffix in _SOURCE_SUFFIXES)


def _key(java: Java) -> str:
    """Digest of what the compiled classes and their archives depend on."""
    found = hashlib.sha256()
    modules = (java.home / "lib" / "modules").stat()
    found.update(repr((str(java.home), java.version, modules.st_size, modules.st_mtime_ns, COMMON)).encode())
    for path in _sources():
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


def _compile(java: Java, folder: Path) -> None:
    classes = folder / "classes"
    command = [str(java.home / "bin" / "javac"), "-proc:none", "-nowarn", "-encoding", "UTF-8", "-d", str(classes)]
    sources = [str(path) for path in _sources() if path.suffix == ".java"]
    done = _call([*command, *sources])
    if done is None or done.returncode != 0:
        why = done.stderr.strip().splitlines()[0] if done and done.stderr.strip() else "no answer"
        raise UserError(f"{java.home} cannot compile the Java part of the sandbox ({why}).", INSTALL)
    for path in _sources():
        if path.suffix != ".java":
            shutil.copy(path, classes / "codereflect" / "sandbox" / path.name)
    # not compressed: it is read at every start
    with zipfile.ZipFile(folder / "host.jar", "w", zipfile.ZIP_STORED) as jar:
        for path in sorted(classes.rglob("*")):
            if path.is_file():
                jar.writestr(zipfile.ZipInfo(str(path.relative_to(classes)), _EPOCH), path.read_bytes())
    shutil.rmtree(classes)


def _archive(java: Java, folder: Path, name: str, main: str) -> None:
    """Run a machine through a short life, note the classes it loads, and write their archive."""
    scratch = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=folder))
    jar, listed, made = folder / "host.jar", scratch / "classes.txt", scratch / "made.jsa"
    try:
        start = [str(java.launcher), *COMMON, f"-XX:DumpLoadedClassList={listed}", "-cp", str(jar), main, "rehearse"]
        # objects are put into an archive by the default collector alone, and read by any
        options = [option for option in COMMON if option != _COLLECTOR]
        dump = [str(java.launcher), "-Xshare:dump", *options, f"-XX:SharedClassListFile={listed}"]
        if _good(start) and _good([*dump, f"-XX:SharedArchiveFile={made}", "-cp", str(jar)]) and made.is_file():
            made.chmod(0o644)
            os.replace(made, folder / f"{name}.jsa")
        else:
            (folder / f"{name}.none").touch()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _good(command: list[str]) -> bool:
    done = _call(command)
    return done is not None and done.returncode == 0


def _call(command: list[str]) -> subprocess.CompletedProcess[str] | None:
    """Run a program of the installation, without the settings that would change what it does."""
    clean = {name: text for name, text in os.environ.items() if name not in ("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS")}
    clean = {name: text for name, text in clean.items() if name not in ("JDK_JAVA_OPTIONS", "CLASSPATH")}
    try:
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_BUILD_SECONDS, env=clean
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
