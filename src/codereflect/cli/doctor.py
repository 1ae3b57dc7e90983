"""codereflect doctor

Checks the installation and names the command that fixes each problem. Exits with 2 when the pipeline cannot run.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import click

from codereflect import paths
from codereflect.cli.finding import Finding
from codereflect.errors import EXIT_USER_ERROR, UserError
from codereflect.params import load_params
from codereflect.runtime import load_runtime
from codereflect.terminal import cell, say

OLDEST_PYTHON = (3, 11)
DISK_GB, MEMORY_GB = 2.0, 2.0
LOCK = Path("requirements.lock")
# Names only: doctor never reads, let alone prints, what they hold.
KEYS = ("HF_TOKEN", "ANTHROPIC_API_KEY", "OPENAI_API_KEY")


@click.command()
def doctor() -> None:
    """Check the installation; name the command that fixes each problem."""
    findings = [*(_safely(check) for check in CHECKS), *sources()]
    _print(findings)
    broken = [finding for finding in findings if finding.needed and not finding.good]
    if broken:
        say(f"error: the pipeline cannot run yet: {', '.join(finding.what for finding in broken)}.", error=True)
        raise SystemExit(EXIT_USER_ERROR)
    say("The default pipeline can run. Next: make compare, or dvc repro")


def python() -> Finding:
    """The Python that runs this, and whether it is the pinned environment's."""
    good = sys.version_info[:2] >= OLDEST_PYTHON
    oldest = ".".join(map(str, OLDEST_PYTHON))
    return Finding("Python", good, platform.python_version(), f"install Python {oldest} or newer, then make setup")


def packages() -> Finding:
    """Installed packages against requirements.lock."""
    if not LOCK.exists():
        return Finding("packages", False, f"no {LOCK} here", f"git checkout -- {LOCK}")
    pinned = dict(re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE))
    installed = {_canonical(found.name): found.version for found in metadata.distributions()}
    missing = [name for name in pinned if _canonical(name) not in installed]
    # A build's suffix (2.13.0+cpu) is a choice of the machine, not of the pin.
    other = [
        f"{name} {installed[_canonical(name)]} (pinned: {version})"
        for name, version in pinned.items()
        if name not in missing and installed[_canonical(name)].split("+")[0] != version.split("+")[0]
    ]
    if missing or other:
        found = "; ".join(([f"{len(missing)} missing: {', '.join(missing[:3])}"] if missing else []) + other[:3])
        return Finding("packages", False, found, "make setup")
    return Finding("packages", True, f"{len(pinned)} as pinned in {LOCK}")


def repository() -> Finding:
    """The git repository and its commit."""
    from codereflect.provenance import git_commit

    commit = git_commit()
    if commit is None:
        return Finding("git", False, "no repository with a commit here", "git init && git add . && git commit -m start")
    changes = ", source files differ from it" if commit.endswith("+changes") else ""
    return Finding("git", True, f"commit {commit[:7]}{changes}")


def dvc() -> Finding:
    """DVC and its repository."""
    try:
        version = metadata.version("dvc")
    except metadata.PackageNotFoundError:
        return Finding("DVC", False, "not installed", "make setup")
    if not Path(".dvc").is_dir():
        return Finding(
            "DVC", False, f"{version}, but no .dvc folder here", "run in the root of the repository, or dvc init"
        )
    on_path = shutil.which("dvc") is not None
    return Finding("DVC", True, version if on_path else f"{version} (bare `dvc` needs: . .venv/bin/activate)")


def parameters() -> Finding:
    """params.yaml and conf/runtime.yaml."""
    try:
        params = load_params()
        runtime = load_runtime()
    except UserError as error:
        return Finding("parameters", False, error.message, error.fix or "")
    size = f"corpus {params.corpus.name}, model {params.model.name}, method {params.train.method}"
    return Finding("parameters", True, f"{size}; {runtime.worker_count()} workers")


def torch() -> Finding:
    """PyTorch's build and the processors, without importing it."""
    try:
        version = metadata.version("torch")
    except metadata.PackageNotFoundError:
        return Finding("PyTorch", False, "not installed", "make setup")
    cores = len(os.sched_getaffinity(0))
    return Finding("PyTorch", True, f"{version}, {cores} cores, {load_runtime().threads} thread(s) a process")


def gpu() -> Finding:
    """Graphics processors that the driver's own tool lists."""
    tool = shutil.which("nvidia-smi")
    listed = _output([tool, "--query-gpu=name", "--format=csv,noheader"]) if tool else ""
    if not listed:
        return Finding("GPU", False, "none seen; micro needs none", needed=False)
    build = metadata.version("torch")
    fix = "TORCH=cuda make setup" if build.endswith("+cpu") else ""
    return Finding(
        "GPU", True, ", ".join(listed.splitlines()) + (", but PyTorch is a CPU build" if fix else ""), fix, False
    )


def sandbox() -> Finding:
    """How well this machine can confine foreign programs, tried out."""
    from codereflect.sandbox import probe

    confinement = probe()
    reasons = "; ".join(confinement.reasons)
    found = confinement.level + (f" ({reasons})" if confinement.level != "full" and reasons else "")
    sealed = confinement.level in ("full", "landlock")
    allowed = load_params().sandbox.allow_weak and confinement.level == "limits"
    fix = "" if sealed else "see docs/security.md; -S sandbox.allow_weak=true accepts the isolation level limits"
    return Finding("sandbox", sealed or allowed, found, fix)


def java() -> Finding:
    """A Java development kit, with which Java answers are run; without one they are compared as text."""
    from codereflect.sandbox import probe_java

    found = probe_java()
    return Finding("Java", found.version is not None, found.version or found.reason, found.fix, needed=False)


def disk() -> Finding:
    """Free space where data, models and DVC's cache go."""
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    return Finding("disk", free >= DISK_GB, f"{free:.0f} GB free", f"free {DISK_GB:.0f} GB: codereflect gc, dvc gc")


def memory() -> Finding:
    """Memory that is free now."""
    match = re.search(r"MemAvailable:\s+(\d+)", Path("/proc/meminfo").read_text())
    free = int(match[1]) / 1e6 if match else 0.0
    return Finding("memory", free >= MEMORY_GB, f"{free:.0f} GB free", f"close programs: {MEMORY_GB:.0f} GB are needed")


def store() -> Finding:
    """The folder of the content-keyed store."""
    folder = paths.cache()
    if folder is None:
        return Finding("store", True, "off: interrupted work starts again from the beginning")
    nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest):
            return Finding("store", True, str(folder))
    except OSError as error:
        return Finding(
            "store", False, f"{folder}: {error.strerror}", "CODEREFLECT_CACHE=/a/folder/you/can/write, or off"
        )


def keys() -> Finding:
    """Which keys for gated models and paid servers are set; never their values."""
    there = [name for name in KEYS if os.environ.get(name)]
    return Finding("keys", bool(there), ", ".join(there) or "none set; micro needs none", needed=False)


def mlflow() -> Finding:
    """Where runs are logged to, without connecting."""
    from codereflect.tracking.mlflow_log import shown_uri, tracking_uri

    if not load_runtime().mlflow:
        return Finding("MLflow", False, "off in conf/runtime.yaml", needed=False)
    uri = tracking_uri()
    database = Path(uri.removeprefix("sqlite:///"))
    absent = uri.startswith("sqlite:///") and not database.exists()
    found = shown_uri(uri) + (" (made by the first run)" if absent else "")
    return Finding("MLflow", True, found, needed=False)


def sources() -> list[Finding]:
    """The files, data sets and packages that params.yaml names."""
    from codereflect.cli.doctor_sources import look_at_sources, needed_sources

    try:
        return look_at_sources(needed_sources(load_params()), paths.cache())
    except UserError:
        # What is wrong with params.yaml another line says.
        return []


CHECKS: tuple[Callable[[], Finding], ...] = (
    python,
    packages,
    repository,
    dvc,
    parameters,
    torch,
    gpu,
    sandbox,
    java,
    disk,
    memory,
    store,
    keys,
    mlflow,
)


def _safely(check: Callable[[], Finding]) -> Finding:
    """A check that cannot be made is a finding too: the table must come out on a machine where much is missing."""
    try:
        return check()
    except UserError as error:
        return Finding(check.__name__, False, error.message, error.fix or "")
    except (ImportError, OSError) as error:
        return Finding(check.__name__, False, f"could not be checked: {error}", "make setup")


def _output(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=2, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _print(findings: list[Finding]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings:
        needs_fixing = finding.fix and (not finding.good or not finding.needed)
        found = finding.found + (f"\n-> {finding.fix}" if needs_fixing else "")
        colour = {"ok": "green", "missing": "bold red", "-": "dim"}[finding.mark()]
        table.add_row(cell(finding.mark(), colour), cell(finding.what), cell(found))
    Console(highlight=False).print(table)
