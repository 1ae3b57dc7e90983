"""Landlock (landlock(7)): files readable below given paths only, nothing writable, no TCP, no signals to outside.

The second choice where namespaces are forbidden. Older kernels know fewer rights; what a kernel does not know is left
to the system-call filter (which refuses sockets, signals and writing by itself).
"""

# pathlib is not imported in these processes: each fork would pay for it
# ruff: noqa: PTH112, PTH118, PTH208

from __future__ import annotations

import os
import struct

from . import kernel

_EXECUTE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 2, 1 << 3
# all rights of the file system, TCP and scope that each version of the interface added
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}


def version() -> int:
    """The version of the kernel's interface. Raises OSError where there is none."""
    return kernel.syscall("landlock_create_ruleset", None, 0, 1)


def restrict(readable: list[str], hidden: list[str], listable: list[str], started: list[str]) -> None:
    """From now on this process and its children read below `readable`, but not below `hidden`, and touch no other file.

    Below `listable` they see names (an import needs those of the folder that holds a package); the files `started`,
    and no others, may be executed.
    """
    known = version()
    bits = max(count for first, count in _FILE_RIGHTS.items() if first <= known)
    files, net, scope = (1 << bits) - 1, 3 if known >= 4 else 0, 3 if known >= 6 else 0
    size = 24 if known >= 6 else 16 if known >= 4 else 8
    attributes = struct.pack("QQQ", files, net, scope)[:size]
    rules = kernel.syscall("landlock_create_ruleset", attributes, size, 0)
    # a rule holds for what a link points to: by the name /lib it would open all below /usr/lib
    for path in _parts(sorted({*map(os.path.realpath, readable)}), [*map(os.path.realpath, hidden)]):
        _allow(rules, path, _READ_FILE | _READ_DIR)
    for path in listable:
        _allow(rules, path, _READ_DIR)
    for path in started:
        _allow(rules, path, _EXECUTE | _READ_FILE)
    kernel.syscall("landlock_restrict_self", rules, 0)
    os.close(rules)


def _parts(readable: list[str], hidden: list[str]) -> list[str]:
    """Paths that together hold what is readable and not hidden: a right cannot be taken back below a folder."""
    parts = []
    for path in readable:
        if path in hidden:
            continue
        if any(cover.startswith(path + "/") for cover in hidden):
            parts += _parts([os.path.join(path, name) for name in os.listdir(path)], hidden)
        else:
            parts.append(path)
    return parts


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    rights = rights if os.path.isdir(path) else rights & (_EXECUTE | _READ_FILE)
    kernel.syscall("landlock_add_rule", rules, 1, struct.pack("=Qi", rights, handle), 0)
    os.close(handle)
