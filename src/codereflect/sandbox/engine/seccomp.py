"""Filters of system calls (seccomp BPF, seccomp(2)): a list of allowed calls, and a short layer for candidates.

The first layer confines zygote and checker: what is not listed fails with EPERM, files open for reading only.
The second, added in each candidate after its fork, takes away what only a zygote needs: new processes, signals to
others, passing of descriptors. Threads stay possible. clone3 answers ENOSYS, so that libc falls back to clone, whose
flags a filter can read.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import socket
import struct
import termios
from collections.abc import Sequence

from . import kernel, syscalls

_LD, _JEQ, _JSET, _RET = 0x20, 0x15, 0x45, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16
_AND = 0x54
# a thread with a table of descriptors of its own would have as many open files again, which no limit counts
_THREAD = 0x00010000 | 0x00000400
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_ALLOWED = """
    read write close close_range fstat lseek mmap mprotect munmap brk mremap madvise rt_sigaction rt_sigprocmask
    rt_sigreturn rt_sigtimedwait rt_sigpending rt_sigsuspend sigaltstack pread64 readv writev sched_yield dup
    dup2 dup3 nanosleep clock_nanosleep clock_gettime clock_getres getitimer setitimer alarm pause getpid gettid
    getppid sendto recvfrom recvmsg shutdown getsockname getpeername setsockopt getsockopt clone exit
    exit_group wait4 waitid kill tgkill uname getdents64 getcwd gettimeofday time getrlimit setrlimit prlimit64
    getrusage sysinfo times getuid getgid geteuid getegid getpgrp getpgid getsid getgroups getresuid getresgid
    arch_prctl futex sched_getaffinity set_tid_address set_robust_list epoll_create1 epoll_ctl epoll_wait epoll_pwait
    stat lstat newfstatat statx statfs fstatfs readlink readlinkat access faccessat faccessat2 pselect6 select ppoll
    poll eventfd2 pipe pipe2 getrandom rseq membarrier getcpu restart_syscall pidfd_open prctl seccomp
    getpriority
"""
# Commands of fcntl: no locks, leases or owners, which outlive a program or have the kernel send signals for it.
_FCNTL = (fcntl.F_DUPFD, fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL, fcntl.F_SETFL, fcntl.F_DUPFD_CLOEXEC)
# What Python asks of a stream or a socket: is it a terminal, how wide, how much is there, do not block, close on exec.
_IOCTL = (termios.TCGETS, termios.TIOCGWINSZ, termios.FIONREAD, termios.FIONBIO, termios.FIOCLEX, termios.FIONCLEX)
# what a process needs beside these that is to become another program
TO_START = "execve"
# setsockopt: larger buffers, which no limit counts. getrusage: its page faults say which files others have read
_DENIED_TO_CANDIDATES = "kill wait4 waitid prctl seccomp recvmsg setrlimit pidfd_open getppid setsockopt getrusage"


def _step(code: int, value: int, true: int = 0, false: int = 0) -> bytes:
    return struct.pack("HBBI", code, true, false, value & 0xFFFFFFFF)


def _answer(name: str, verdict: int) -> bytes:
    """`verdict` for one system call; nothing where the architecture lacks it."""
    wanted = syscalls.number(name)
    return b"" if wanted is None else _step(_JEQ, wanted, 0, 1) + _step(_RET, verdict)


def _answer_by_argument(name: str, index: int, test: int, value: int, hit: int, miss: int) -> bytes:
    """One of two verdicts for a system call, by a test of the low word of an argument."""
    wanted = syscalls.number(name)
    if wanted is None:
        return b""
    body = _step(_LD, _ARGUMENTS + 8 * index) + _step(test, value, 0, 1) + _step(_RET, hit) + _step(_RET, miss)
    return _step(_JEQ, wanted, 0, 4) + body


def _allow_arguments(name: str, index: int, values: Sequence[int]) -> bytes:
    """A system call that is allowed with some values of an argument, and else refused."""
    wanted = syscalls.number(name)
    if wanted is None:
        return b""
    body = _step(_LD, _ARGUMENTS + 8 * index)
    body += b"".join(_step(_JEQ, value, 0, 1) + _step(_RET, _ALLOW) for value in values)
    body += _step(_RET, _ERRNO | errno.EPERM)
    return _step(_JEQ, wanted, 0, len(body) // 8) + body


def base_filter(more: str = "") -> bytes:
    """The program of the first layer; `more`: names of calls that are allowed beside the list."""
    refused, no_such_call = _ERRNO | errno.EPERM, _ERRNO | errno.ENOSYS
    read_only = _ERRNO | errno.EROFS
    program = _step(_LD, _ARCH) + _step(_JEQ, syscalls.AUDIT[syscalls.machine()], 1, 0) + _step(_RET, _KILL)
    program += _step(_LD, _NUMBER)
    program += b"".join(_answer(name, _ALLOW) for name in f"{_ALLOWED} {more}".split())
    program += _answer("clone3", no_such_call)
    program += _allow_arguments("fcntl", 1, _FCNTL) + _allow_arguments("ioctl", 1, _IOCTL)
    # of other families the kernel would load the protocol before it refuses
    program += _allow_arguments("socketpair", 0, [socket.AF_UNIX])
    program += _answer_by_argument("openat", 2, _JSET, _WRITING, read_only, _ALLOW)
    program += _answer_by_argument("open", 1, _JSET, _WRITING, read_only, _ALLOW)
    return program + _step(_RET, refused)


def candidate_filter(pid: int) -> bytes:
    """The program of the second layer, for the process `pid` (as it sees itself)."""
    refused = _ERRNO | errno.EPERM
    program = _step(_LD, _NUMBER)
    program += b"".join(_answer(name, refused) for name in _DENIED_TO_CANDIDATES.split())
    thread = _step(_LD, _ARGUMENTS) + _step(_AND, _THREAD) + _step(_JEQ, _THREAD, 0, 1)
    program += _step(_JEQ, syscalls.number("clone") or 0, 0, 5) + thread + _step(_RET, _ALLOW) + _step(_RET, refused)
    program += _answer_by_argument("tgkill", 0, _JEQ, pid, _ALLOW, refused)
    program += _answer_by_argument("prlimit64", 0, _JEQ, 0, _ALLOW, refused)
    return program + _step(_RET, _ALLOW)


def start_filter(address: int) -> bytes:
    """A third layer, for a process about to become another program: one start, of the path at one address.

    After the start that address lies in memory that is gone. Where it was is known to nobody.
    """
    refused = _ERRNO | errno.EPERM
    low, high = address & 0xFFFFFFFF, address >> 32
    program = _step(_LD, _NUMBER) + _step(_JEQ, syscalls.number("execve") or 0, 0, 6)
    program += _step(_LD, _ARGUMENTS) + _step(_JEQ, low, 0, 3)
    program += _step(_LD, _ARGUMENTS + 4) + _step(_JEQ, high, 0, 1)
    return program + _step(_RET, _ALLOW) + _step(_RET, refused) + _step(_RET, _ALLOW)


class CandidateFilter:
    """The second layer, made ready once: a new candidate only puts its own process id in."""

    def __init__(self) -> None:
        """Build it, and find where the process id stands."""
        one, other = candidate_filter(0x11111111), candidate_filter(0x22222222)
        place = next(index for index, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1])
        program = ctypes.create_string_buffer(one, len(one))
        # holds the whole program
        self._pid = ctypes.c_uint32.from_buffer(program, place)
        descriptor = struct.pack("HxxxxxxQ", len(one) // 8, ctypes.addressof(program))
        self._install = kernel.prepare_filter(descriptor)

    def install(self, pid: int) -> None:
        """Put it on this process, which is `pid` to itself. Raises OSError."""
        self._pid.value = pid
        self._install()


def install(program: bytes) -> None:
    """Put a filter on this process. Needs no_new_privs. Raises OSError where the kernel has no seccomp filters."""
    code = ctypes.create_string_buffer(program, len(program))
    descriptor = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(code))
    kernel.syscall("seccomp", 1, 0, descriptor)
