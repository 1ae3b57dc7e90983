# Holds memory of the kernel, which no limit on the address space counts: larger buffers of sockets.
import socket


def answer(x):
    one, _other = socket.socketpair()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    return x + 1
