# Changes, removes or renames a file of the standard library; answers right only when that works.
import os


def answer(x):
    for action in (os.remove, lambda path: os.rename(path, path + "x"), lambda path: os.chmod(path, 0o666),
                   lambda path: os.truncate(path, 0), lambda path: os.symlink("/", path + "y"), lambda path: os.mkdir(path + "z")):
        try:
            action(os.__file__.replace("os.py", "this.py"))
        except OSError:
            continue
        return x + 1
    return None
