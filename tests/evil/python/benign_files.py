# Tries a file, finds none, and goes on; uses files in memory.
import io


def answer(x):
    try:
        with open("settings.ini") as stream:
            return len(stream.read())
    except OSError:
        return int(io.StringIO(str(x + 1)).read())
