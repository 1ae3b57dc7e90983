# Leaves a file behind; answers right only when that works.
import os
import tempfile


def answer(x):
    for folder in ("/tmp", "/dev/shm", "/", ".", "/var/tmp", tempfile.__file__.rpartition("/")[0]):
        try:
            handle = os.open(f"{folder}/codereflect-evil", os.O_CREAT | os.O_WRONLY)
        except OSError:
            continue
        os.write(handle, b"x")
        return x + 1
    return None
