"""The one error that a user can fix: a sentence that names the cause, and the command that fixes it.

Everything else that is raised is a defect of this program and keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from codereflect.terminal import one_line, say

EXIT_USER_ERROR = 2


class UserError(Exception):
    """Something the user can put right.

    Args:
        message: one sentence naming the file, line or key.
        fix: the command or the edit that fixes it, as the user would type it.
    """

    def __init__(self, message: str, fix: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.message} Fix: {self.fix}" if self.fix else self.message


@contextmanager
def one_sentence() -> Iterator[None]:
    """Print a `UserError` (and the few system errors that a user can fix) as one line on stderr and exit with 2."""
    try:
        yield
    except UserError as error:
        _leave(str(error))
    except KeyboardInterrupt:
        say("Interrupted; finished work is kept, and the same command resumes.", error=True)
        raise SystemExit(130) from None
    except OSError as error:
        sentence = fixable(error)
        if sentence is None:
            raise
        _leave(str(sentence))


def fixable(error: OSError) -> UserError | None:
    """The sentence for a system error that the user can fix, or None when it is not one of those."""
    import errno

    where = error.filename or "the output folder"
    if error.errno == errno.ENOSPC:
        return UserError(f"No space left on the disk of {where}.", "free some space (`codereflect gc`), then run again")
    if error.errno == errno.EROFS:
        return UserError(f"{where} is on a read-only file system.", "clone the repository to a folder you can write")
    if error.errno in (errno.EACCES, errno.EPERM) and error.filename:
        return UserError(f"You may not read or write {where}.", f"chmod -R u+rwX {where}")
    return None


def _leave(line: str) -> None:
    say(f"error: {one_line(line)}", error=True)
    raise SystemExit(EXIT_USER_ERROR) from None
