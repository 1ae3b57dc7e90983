"""The whole file that an answer to a problem of MultiPL-E stands for."""

from __future__ import annotations

import re

from codereflect.formats.multipl_e import HEAD
from codereflect.grading.java_blocks import TAGS, fenced, unwrapped
from codereflect.grading.java_reading import (
    Asked,
    Reading,
    as_file,
    asked,
    continued,
    reading,
    with_helpers,
    with_imports,
)
from codereflect.material import StopTokens
from codereflect.programs.java_file import read
from codereflect.records import Problem

# longer answers are not read: each reading parses them
MAX_CODE = 50_000
# lines that are tried as the first one of the code
_STARTS = 10
_MAX_BLOCKS = 50
_CLOSING = "\n    }\n}\n"
_CODE = re.compile(r"[;{}]|^\s*(?://|/\*|@\w)")
_DECLARATION = re.compile(
    r"\s*(?:(?:import|package|public|private|protected|static|final|abstract|class|interface|enum|record)\b|@\w|//|/\*)"
)


def java_program(problem: Problem, text: str, prepend: str) -> str:
    """The file that an answer stands for: it is one, holds the method, or continues the prompt.

    What several readings could be is decided by the grammar (`java_reading`). An answer that cannot be read continues
    the prompt, up to the first stop token.
    """
    what = asked(problem.prompt, problem.entry_point or "")
    answer = unwrapped(text)
    if len(answer) > MAX_CODE:
        return _unread(problem, answer, prepend)
    before, blocks = fenced(answer)
    chosen = ([one.text for one in blocks if one.tag in TAGS] or [one.text for one in blocks])[-_MAX_BLOCKS:]
    if prepend == "no":
        files = [found for code in (answer, *chosen) if (found := as_file(code, what))]
        return files[0].program if files else next(iter(chosen), answer)
    if prepend == "yes":
        code = chosen[0] if chosen else answer
        found = continued(code, what)
        return found.program if found else _unread(problem, code, prepend)
    whole = reading(answer, what)
    if whole is not None and (whole.whole or not blocks):
        best: Reading | None = whole
    else:
        best = _best(before if blocks else answer, chosen, what)
    if best is None:
        return _unread(problem, next(iter(chosen), answer), prepend)
    return with_imports(with_helpers(best.program, [read(one) for one in chosen], what), what)


def _best(before: str, blocks: list[str], what: Asked) -> Reading | None:
    """What begins without a fence, else the last block that has the method: a correction follows what it corrects."""
    found = _in_prose(before, what)
    if found is not None and not found.stub:
        return found
    read_blocks = [one for one in (_in_prose(text, what) for text in blocks) if one is not None]
    for good in (
        [one for one in read_blocks if one.whole and not one.stub],
        [one for one in read_blocks if not one.stub],
    ):
        if good:
            return good[-1]
    return read_blocks[-1] if read_blocks else found


def _in_prose(text: str, what: Asked) -> Reading | None:
    """The reading of a text, or of what is left of it without the sentences before the code."""
    found = reading(text, what)
    lines = text.splitlines(keepends=True)
    first = next((number for number, line in enumerate(lines) if _CODE.search(line)), None)
    starts = [number for number, line in enumerate(lines) if _DECLARATION.match(line)]
    for start in sorted({*([first] if first else []), *starts})[:_STARTS]:
        if found is not None:
            return found
        part = "".join(lines[start:])
        found = reading(part, what)
        # what remains of a broken method is not the method
        if found is not None and start != first and found.program.startswith(what.prompt):
            found = None
    return found


def _unread(problem: Problem, text: str, prepend: str) -> str:
    """A text that is nothing known, for javac to say what is wrong with it."""
    if prepend == "auto" and HEAD.search(text):
        return text
    stops = problem.material.tokens if isinstance(problem.material, StopTokens) else ()
    # its last line counts as ended, as models leave out the last line's end
    ended = text + "\n"
    end = min([len(text), *(place for stop in stops if (place := ended.find(stop)) >= 0)])
    return problem.prompt + text[:end] + _CLOSING
