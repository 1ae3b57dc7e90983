"""Confinement of a process, by level. Each level is enforced whole or raises; none is claimed without a check.

full      own user, pid, network, mount, ipc and host-name namespaces, an almost empty read-only file tree,
          no capability, system-call filter.
landlock  no namespaces: Landlock hides files, the filter stops sockets, signals, new processes and writing.
limits    resource limits and, where the machine has it, the filter; files of the user stay readable.

What none of them stops: defects of the kernel, and what can be learned from time (see docs/security.md).
"""

# pathlib is not imported in these processes: each fork would pay for it
# ruff: noqa: PTH103, PTH110, PTH112, PTH114, PTH115, PTH116, PTH118, PTH120, PTH208, PTH211

from __future__ import annotations

import os
import socket
import stat
from typing import NamedTuple

from . import kernel, landlock, seccomp, syscalls

LEVELS = ("full", "landlock", "limits")
NOBODY = 65534
_PROCESSES = 64
# where the private tree is built; the mount is seen by this process and its children alone
_SCAFFOLD = "/tmp"
_PACKAGE_FOLDERS = ("site-packages", "dist-packages")
# where Debian keeps the packages of its own Python, among the shared libraries
_DEBIAN = ("/usr/lib/python3",)
_LOADERS = ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1")
_LIBRARY_FOLDERS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/usr/share/zoneinfo")
_NAMESPACES = kernel.CLONE_NEWNS | kernel.CLONE_NEWPID | kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS


class NotEnforced(Exception):
    """A level was set up but a check shows that it does not hold."""


class View(NamedTuple):
    """What a confined process sees of the file tree.

    `hidden`: folders below the readable ones that are covered. `listable`: folders whose names are seen where there
    is no tree of its own. `needed`: folders without which it cannot work, so that it must stay a user who may enter
    them. `started`: files that it may start; none, but for a process that is to become another program.
    """

    readable: list[str]
    hidden: list[str]
    listable: list[str]
    needed: list[str]
    started: list[str]


def python_view(packages: list[str]) -> View:
    """The standard library, shared libraries, and the folders of a few packages."""
    library = os.path.dirname(os.__file__)
    readable = [path for path in (library, *_LIBRARY_FOLDERS, *packages) if os.path.exists(path)]
    # names of the library's folder too: the import system lists it
    listable = [library, *(os.path.dirname(path) for path in packages)]
    return View(readable, hidden_paths(), listable, [library], [])


def program_view(folders: list[str], files: list[str], started: list[str]) -> View:
    """Shared libraries, and the folders and files of another program that is to be started."""
    readable = [path for path in (*_LIBRARY_FOLDERS, *folders, *files) if os.path.exists(path)]
    loaders = [path for path in _LOADERS if os.path.exists(path)]
    return View(readable, [], [], folders, [*started, *loaders])


def hidden_paths() -> list[str]:
    """Folders below the readable ones that hold other people's packages."""
    library = os.path.dirname(os.__file__)
    folders = [os.path.join(parent, name) for parent in (library, *_DEBIAN) for name in _PACKAGE_FOLDERS]
    return [folder for folder in folders if os.path.isdir(folder)]


def enter(level: str, view: View) -> int:
    """First half, before the fork of the confined process: namespaces, file tree and uid.

    After it the next child of this process is the first of its own pid namespace (level `full`).

    Returns the limit on processes and threads for a program. The kernel counts by user: at `full` nobody else's, at the
    other levels those of all workers and whatever else this user runs.
    """
    by_root = os.getuid() == 0
    if level == "full":
        _own_namespaces()
        socket.sethostname("sandbox")
        _own_tree(view.readable, view.hidden)
    _give_up_root(anyone_reads_library=level == "full" or all(map(_open_to_all, view.needed)))
    alone = level == "full" and (not by_root or _own_user())
    kernel.drop_capabilities()
    return _PROCESSES if alone else _tasks_of_user() + _PROCESSES * (os.cpu_count() or 1)


def seal(level: str, view: View) -> bool:
    """Second half, in the confined process: no new privileges, Landlock, system-call filter; then the checks.

    Returns whether the filter is on (always, but for `limits` on a machine without one).
    """
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    if level == "landlock":
        landlock.restrict(view.readable, view.hidden, view.listable, view.started)
    try:
        _filter_calls(starts_programs=bool(view.started))
    except (OSError, NotEnforced):
        if level != "limits":
            raise
        return False
    if level != "limits":
        _check(level)
    return True


def _filter_calls(starts_programs: bool) -> None:
    if not syscalls.supported():
        raise NotEnforced(f"no table of system calls for {syscalls.machine()}")
    seccomp.install(seccomp.base_filter(seccomp.TO_START if starts_programs else ""))


def _own_namespaces() -> None:
    uid, gid = os.getuid(), os.getgid()
    if uid == 0:
        kernel.syscall("unshare", _NAMESPACES)
        return
    kernel.syscall("unshare", _NAMESPACES | kernel.CLONE_NEWUSER)
    # a non-root id inside: the limit on processes is not enforced for a root
    for name, text in (("setgroups", "deny"), ("gid_map", f"{NOBODY} {gid} 1"), ("uid_map", f"{NOBODY} {uid} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as stream:
            stream.write(text)


def _own_tree(readable: list[str], hidden: list[str]) -> None:
    """A tmpfs as root that holds read-only views of `readable` and nothing else: no /proc, no /dev, no /etc."""
    sources = {path: os.open(path, os.O_PATH | os.O_CLOEXEC) for path in readable}
    # looked up now: the scaffold hides whatever lies in its place, a virtual environment below /tmp, say
    links = {path: os.readlink(path) for path in readable if os.path.islink(path)}
    inside = {path for path in hidden for kept in readable if kept.startswith(path + "/")}
    kernel.mount(None, "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("tmpfs", _SCAFFOLD, "tmpfs", 0, "mode=0755,size=1m")
    # short paths first: what lies below a folder is mounted on top of it
    for path in sorted(readable, key=len):
        target = _SCAFFOLD + path
        if path in links:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.symlink(links[path], target)
        elif not os.path.exists(target) or path in inside or _below_hidden(path, hidden):
            _bind(sources[path], target)
            _cover(path, hidden)
    os.chdir(_SCAFFOLD)
    kernel.syscall("pivot_root", b".", b".")
    kernel.syscall("umount2", b".", kernel.MNT_DETACH)
    os.chdir("/")
    kernel.make_read_only("/")
    for handle in sources.values():
        os.close(handle)


def _below_hidden(path: str, hidden: list[str]) -> bool:
    return any(path.startswith(cover + "/") for cover in hidden)


def _bind(source: int, target: str) -> None:
    """Mount a view of `source` (an open path) on `target`."""
    if stat.S_ISDIR(os.fstat(source).st_mode):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb"):
            pass
    kernel.mount(f"/proc/self/fd/{source}", target, None, kernel.MS_BIND | kernel.MS_REC)


def _cover(path: str, hidden: list[str]) -> None:
    """An empty tmpfs over each hidden folder directly or indirectly below a view."""
    for folder in hidden:
        if folder.startswith(path + "/"):
            kernel.mount("tmpfs", _SCAFFOLD + folder, "tmpfs", 0, "mode=0755,size=1m")


def _open_to_all(folder: str) -> bool:
    """Whether any user may enter a folder: a Python below /root, say, is closed to others."""
    while folder != "/":
        if not os.stat(folder).st_mode & 0o001:
            return False
        folder = os.path.dirname(folder)
    return True


def _give_up_root(anyone_reads_library: bool) -> None:
    """Another user where that user can still import."""
    if os.getuid() == 0 and anyone_reads_library:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)


def _own_user() -> bool:
    """A user namespace for one of root's workers, which are all the same user; False where only root may have one."""
    try:
        kernel.syscall("unshare", kernel.CLONE_NEWUSER)
    except OSError:
        return False
    return True


def _tasks_of_user() -> int:
    """Processes and threads of this user, as far as they can be seen."""
    found, user = 0, os.getuid()
    if not os.path.isdir("/proc"):
        return 0
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.stat(f"/proc/{name}").st_uid == user:
                found += len(os.listdir(f"/proc/{name}/task"))
        except OSError:
            continue  # it has ended
    return found


def _check(level: str) -> None:
    """Try what must fail."""
    if _reaches_network():
        raise NotEnforced("a network socket could be opened")
    for path in ("/etc/passwd", "/proc/self/environ"):
        if _opens(path):
            raise NotEnforced(f"{path} could be read")
    if level == "full" and (os.getpid() != 1 or os.path.exists("/proc")):
        raise NotEnforced("the namespaces are not private")


def _reaches_network() -> bool:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
    except OSError:
        return False
    return True


def _opens(path: str) -> bool:
    try:
        os.close(os.open(path, os.O_RDONLY))
    except OSError:
        return False
    return True
