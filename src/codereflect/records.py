"""The records that cross stage boundaries, and how they are written and read.

A record is one JSON line with sorted keys. Each line carries `schema` ("Example/1"), so that a file says what it is.
Files are written whole and atomically; a malformed line is refused with `file:line: reason`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from codereflect.errors import UserError

Language = Literal["python", "java"]
Outcome = Literal["pass", "fail", "timeout", "invalid"]


class Record(BaseModel):
    """Base of all records: immutable, no unknown fields."""

    # no command uses all of them: what checks a record is built with the first one of its kind
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    version: ClassVar[int] = 1

    @classmethod
    def schema_name(cls) -> str:
        """The tag in the file, e.g. `Example/1`."""
        return f"{cls.__name__}/{cls.version}"


class Source(Record):
    """Where an example came from. `function`: the qualified name of the one that it was made of."""

    file: str
    function: str | None = None
    line: int | None = None
    revision: str | None = None


class Example(Record):
    """One task with its reference answer, as the corpora give it.

    `task` is what is asked (python_function, java_method, repair, unit_test, steps, docstring, explain, bugfix,
    complete); `prompt` is the whole text shown
    to the model and `reference` the whole text expected after it; `context` is the machine-readable part of what the
    prompt shows (fields and methods of a Java class, say). `group` keeps near-identical examples on one side of a
    split. `tests` are Python assertion statements, or None where the task is not executed.
    """

    id: str
    corpus: str
    language: Language
    task: str
    category: str
    prompt: str
    context: str | None = None
    reference: str
    entry_point: str | None = None
    public_tests: list[str] = []
    tests: list[str] | None = None
    source: Source
    group: str


class Problem(Record):
    """One evaluation task. `hidden_tests` decide; `public_tests` are what the prompt shows. None: not executed.

    `task` and `context` are as in `Example`; for `unit_test` the context is the program that is to be tested, where it
    is known. `group`: what it was made of together with others; None is nothing but itself.
    """

    task_id: str
    suite: str
    language: Language
    task: str = ""
    category: str
    prompt: str
    context: str | None = None
    entry_point: str | None = None
    public_tests: list[str] = []
    hidden_tests: list[str] | None = None
    reference: str | None = None
    group: str | None = None


class Sample(Record):
    """One answer of a model. `completion` is kept as produced, `code` as extracted from it (EvalPlus-compatible)."""

    task_id: str
    suite: str
    sample_index: int
    strategy: str
    round: int = 0
    completion: str
    code: str
    tokens_in: int
    tokens_out: int
    finish_reason: Literal["stop", "length"]
    seed: int


class Verdict(Record):
    """What running a sample showed. Seconds are no part of it: they differ from run to run.

    `category` is `pass`, or the class of the error: assertion, an exception's type name, syntax, timeout, memory,
    output, forbidden, missing_entry_point, no_call, unsupported, worker ... Those of `grading.text_verdict`
    (text_equal, text_syntax, text_compile, text_differs) are of texts that were compared and not run.
    `feedback` is fit to be shown to a model: the first failing call with its arguments, expected and actual value.
    `sealed`: candidate and tests ran in different processes, only data crossed.
    """

    task_id: str
    sample_index: int = 0
    outcome: Outcome
    category: str
    feedback: str
    sealed: bool
    failing_call: str | None = None
    expected: str | None = None
    actual: str | None = None


class Annotation(Record):
    """A teacher's explanation of one wrong attempt."""

    example_id: str
    attempt: str
    verdict: Verdict
    error_analysis: str
    learning_insights: str
    teacher: str
    prompt_hash: str
    tokens_in: int = 0
    tokens_out: int = 0


class Segment(Record):
    """A stretch of a training row. `kind`: prompt, reference, scenario, attempt, feedback, analysis, insight ..."""

    kind: str
    text: str
    supervised: bool


class TrainRow(Record):
    """One training document: the concatenation of its segments' texts."""

    id: str
    label: Literal["sft", "meta", "sequence"]
    segments: list[Segment]


R = TypeVar("R", bound=Record)
_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def dump_json(value: Any) -> str:
    """Canonical JSON: sorted keys, no NaN, UTF-8, no spaces that carry no meaning."""
    return _CANONICAL.encode(value)


def write_text_atomically(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(scratch, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)


def write_records(path: Path, records: Iterable[Record]) -> int:
    """Write records as JSON lines, atomically. Returns the number of lines."""
    lines = [dump_json({"schema": record.schema_name(), **record.model_dump()}) for record in records]
    write_text_atomically(path, "".join(line + "\n" for line in lines))
    return len(lines)


def read_records(path: Path, kind: type[R]) -> Iterator[R]:
    """Yield the records of a JSON-lines file.

    Raises:
        UserError: the file is missing, or a line is not a record of this kind (`file:line: reason`).
    """
    if not path.exists():
        raise UserError(f"{path} does not exist.", "dvc repro")
    with open(path, encoding="utf-8") as stream:
        for number, line in enumerate(stream, start=1):
            yield _parse(path, number, line, kind)


def _parse(path: Path, number: int, line: str, kind: type[R]) -> R:
    try:
        row = json.loads(line)
        tag = row.pop("schema", None)
        if tag != kind.schema_name():
            raise ValueError(f"expected a {kind.schema_name()}, found {tag}")
        return kind.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        reason = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    except (ValueError, AttributeError) as error:
        reason = str(error)
    raise UserError(f"{path}:{number}: {reason}.", "dvc repro --force the stage that writes this file")
