"""System calls that Python 3.11 does not wrap, through ctypes. Each raises OSError with the call's name."""

from __future__ import annotations

import ctypes
import os
import resource
import struct
from collections.abc import Callable

from .syscalls import number

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 0x40000
MNT_DETACH = 2
AT_FDCWD = -100
AT_RECURSIVE = 0x8000
MOUNT_ATTR_RDONLY = 0x1
MOUNT_ATTR_NOSUID = 0x2
MOUNT_ATTR_NODEV = 0x4
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
# for small numbers and pointers: it knows no types of arguments, since to convert by those costs more than the call
_bare = ctypes.PyDLL(None)


def syscall(name: str, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | None) -> int:
    """One raw system call; integers are passed as 64 bits."""
    wanted = number(name)
    if wanted is None:
        raise OSError(38, f"{name}: not on this architecture")
    values = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = int(_libc.syscall(ctypes.c_long(wanted), *values))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")
    return result


def prepare_filter(descriptor: bytes) -> Callable[[], None]:
    """A function that puts a filter of system calls on its process and touches little memory. It raises OSError.

    `descriptor`: a struct sock_fprog; what it points to must stay. The interpreter's lock is kept and errno is not
    asked for, because both take pages of their own, and a new process pays a fault for each.
    """
    call, program = _bare.prctl, ctypes.byref(ctypes.create_string_buffer(descriptor, len(descriptor)))

    def put_on() -> None:
        if call(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program) != 0:
            raise OSError("prctl PR_SET_SECCOMP: no filter could be put on")

    return put_on


def prctl(option: int, value: int) -> None:
    """prctl(2) with one argument."""
    if _libc.prctl(option, value, 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"prctl {option}: {os.strerror(code)}")


def close_all_but(kept: int) -> None:
    """Close all descriptors but the standard streams and one more."""
    os.closerange(3, kept)
    os.closerange(kept + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def die_with_parent() -> None:
    """SIGKILL for this process when its parent ends. To be repeated after a change of uid, which clears it."""
    prctl(PR_SET_PDEATHSIG, 9)


def adopt_orphans() -> None:
    """Processes further below whose parents end become children of this one, which can wait for them."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    """mount(2)."""
    encode = [None if text is None else text.encode() for text in (source, target, kind, options)]
    syscall("mount", encode[0], encode[1], encode[2], flags, encode[3])


def make_read_only(target: str) -> None:
    """Read-only, no setuid, no devices, for a mount and all mounts below it (mount_setattr(2), Linux 5.12)."""
    attributes = struct.pack("QQQQ", MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, 0, 0, 0)
    syscall("mount_setattr", AT_FDCWD, target.encode(), AT_RECURSIVE, attributes, len(attributes))


def drop_capabilities() -> None:
    """No capability left in any set of this thread."""
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    syscall("capset", header, bytes(24))
