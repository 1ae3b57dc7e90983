"""One sentence and exit code 2 for what a user can fix; a traceback for everything else."""

from __future__ import annotations

import errno

import pytest

from codereflect.errors import UserError, fixable, one_sentence


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UserError("It is bad.", "make it good"), 2, "error: It is bad. Fix: make it good\n"),
        (UserError("It is bad."), 2, "error: It is bad.\n"),
        (OSError(errno.ENOSPC, "full", "/a/b"), 2, "No space left on the disk of /a/b"),
        (OSError(errno.EROFS, "read-only", "/a/b"), 2, "/a/b is on a read-only file system"),
        (PermissionError(errno.EACCES, "denied", "/a/b"), 2, "chmod -R u+rwX /a/b"),
        (KeyboardInterrupt(), 130, "Interrupted"),
    ],
)
def test_one_line_and_a_code(capsys, error, code, said):
    with pytest.raises(SystemExit) as left, one_sentence():
        raise error
    told = capsys.readouterr()
    assert left.value.code == code and said in told.err
    assert told.err.count("\n") == 1 and not told.out


@pytest.mark.parametrize("error", [ValueError("x"), OSError(errno.EIO, "broken disk", "/a"), FileNotFoundError(2, "x")])
def test_defects_keep_their_traceback(error):
    with pytest.raises(type(error)), one_sentence():
        raise error


def test_a_system_error_without_a_file_is_named_all_the_same():
    told = fixable(OSError(errno.ENOSPC, "full"))
    assert told and "the output folder" in str(told)
    assert fixable(OSError(errno.EIO, "broken")) is None
