"""The records that cross stage boundaries, and how they are written and read.

A record is one JSON line with sorted keys. Each line carries `schema` ("Example/1"), so that a file says what it is.
Files are written whole and atomically; a malformed line is refused with `file:line: reason`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from codereflect.errors import UserError
from codereflect.json_files import dump_json, write_text_atomically
from codereflect.material import Material, ProgramUnderTest

Language = Literal["python", "java"]
Outcome = Literal["pass", "fail", "timeout", "invalid"]
Grader = Literal["tests", "unit_test", "text", "checks"]


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


class Task(Record):
    """What is asked, and what decides about an answer.

    `task` is what is asked (python_function, java_method, repair, unit_test, steps, docstring, explain, bugfix,
    complete); `prompt` is the whole text shown to the model and `reference` the whole text expected after it;
    `material` is what a program reads beside the prompt. `public_tests` are what the prompt shows; `hidden_tests`
    decide: statements in Python, or a class in Java. `group` keeps near-identical tasks on one side of a split; None
    is nothing but itself.

    `grader` is how an answer is graded: by running it with the hidden `tests`; as a `unit_test`, by mutants of the
    program under test; as a `text` that is compared with the reference (Java methods); or only by `checks` of its
    text, without a verdict. Left out, it is `tests` where there are some, else `checks`.
    """

    version: ClassVar[int] = 2

    task_id: str
    language: Language
    task: str = ""
    category: str
    prompt: str
    material: Material | None = None
    entry_point: str | None = None
    public_tests: list[str] = []
    hidden_tests: list[str] | None = None
    reference: str | None = None
    grader: Grader = "checks"
    group: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _graded(cls, values: Any) -> Any:
        if isinstance(values, dict) and "grader" not in values and values.get("hidden_tests") is not None:
            return values | {"grader": "tests"}
        return values

    @model_validator(mode="after")
    def _can_be_graded(self) -> Self:
        if self.hidden_tests == []:
            raise ValueError("there is no hidden test: every answer would pass")
        if (self.grader == "tests") != (self.hidden_tests is not None):
            raise ValueError(f"the grader is {self.grader}, hidden tests are {self.hidden_tests and 'given'}")
        if self.grader == "unit_test" and not isinstance(self.material, ProgramUnderTest):
            raise ValueError("the grader is unit_test, but there is no program under test")
        if self.grader == "text" and (self.language != "java" or self.reference is None):
            raise ValueError("the grader is text, but there is no Java reference to compare with")
        return self


class Example(Task):
    """A task to train on, with its reference, as the corpora give it."""

    corpus: str
    reference: str
    group: str
    source: Source


class Problem(Task):
    """A task of an evaluation suite."""

    suite: str


class SampleId(Record):
    """Which answer: the suite and the task, under which strategy, which of several, and in which round of feedback."""

    suite: str
    strategy: str
    task_id: str
    sample_index: int = 0
    round: int = 0

    def __str__(self) -> str:
        more = f", round {self.round}" if self.round else ""
        return f"task {self.task_id} of suite {self.suite} (strategy {self.strategy}, sample {self.sample_index}{more})"


def given(task_id: str, sample_index: int = 0, suite: str = "") -> SampleId:
    """The identity of a program that no model wrote."""
    return SampleId(suite=suite, strategy="given", task_id=task_id, sample_index=sample_index)


class Sample(Record):
    """One answer of a model. `completion` is kept as produced, `code` as extracted from it (EvalPlus-compatible).

    `finish_reason`: the model ended it, a stop string did, or it had the most tokens that it may have.
    """

    version: ClassVar[int] = 2

    task_id: str
    suite: str
    sample_index: int
    strategy: str
    round: int = 0
    completion: str
    code: str
    tokens_in: int
    tokens_out: int
    finish_reason: Literal["end", "stop", "length"]
    seed: int

    @property
    def of(self) -> SampleId:
        """Its identity."""
        return SampleId(
            suite=self.suite,
            strategy=self.strategy,
            task_id=self.task_id,
            sample_index=self.sample_index,
            round=self.round,
        )


class CallFailure(Record):
    """The call that failed, as text, as far as it is known: what was wanted, what came instead, what was raised."""

    kind: Literal["call"] = "call"
    call: str | None = None
    expected: str | None = None
    actual: str | None = None
    raised: str | None = None


class Refusal(Record):
    """Why a text is not taken as a method: what is wrong, in words, and the code or the name that it is about.

    `by`: the grammar, or javac in the class rebuilt from the task.
    """

    kind: Literal["refusal"] = "refusal"
    by: Literal["grammar", "javac"]
    reason: str
    name: str = ""

    @property
    def words(self) -> str:
        """The reason, with the name that it is about."""
        return f"{self.reason} `{self.name}`" if self.name else self.reason


class Difference(Record):
    """A text that parses and is not the reference: the number of tokens that are equal, whether javac takes it."""

    kind: Literal["difference"] = "difference"
    same_tokens: int
    compiles: bool


class TestQuality(Record):
    """What a file of tests is worth (`grading.unit_tests.reward`), and what its runs showed."""

    __test__ = False  # for pytest

    kind: Literal["test_quality"] = "test_quality"
    reward: float | None = None
    tests_run: int = 0
    calls: int = 0
    mutants: int = 0
    mutants_killed: int = 0
    equivalent: int = 0
    inputs: int = 0
    survivors: tuple[tuple[int, str], ...] = ()


class Verdict(Record):
    """What was found out about an answer. Seconds are no part of it: they differ from run to run.

    `category` is `pass`, or the class of the error: assertion, an exception's type name, syntax, timeout, memory,
    output, forbidden, missing_entry_point, no_call, unsupported, worker ... Those of `grading.text_verdict`
    (text_equal, text_syntax, text_compile, text_differs) are of texts that were compared and not run.
    `feedback` is fit to be shown to a model: the first failing call with its arguments, expected and actual value.
    It is written from `detail`, never read back. `sealed`: candidate and tests ran in different processes, only data
    crossed.
    """

    version: ClassVar[int] = 2

    of: SampleId
    outcome: Outcome
    category: str
    feedback: str
    sealed: bool
    detail: Annotated[CallFailure | Refusal | Difference | TestQuality, Field(discriminator="kind")] | None = None

    @property
    def failure(self) -> CallFailure:
        """The call that failed; without one all its parts are None."""
        return self.detail if isinstance(self.detail, CallFailure) else CallFailure()

    @property
    def quality(self) -> TestQuality:
        """What is known of a file of tests; of another answer nothing."""
        return self.detail if isinstance(self.detail, TestQuality) else TestQuality()


class Annotation(Record):
    """A teacher's explanation of one wrong attempt."""

    version: ClassVar[int] = 2

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
    """One training document: the concatenation of its segments' texts.

    `label` says what it teaches: sft (the answer to a prompt), reflection (an explained mistake), sequence (an answer
    reached over programs that were run) ... Losses are kept apart by it, and it names the rows' file.
    """

    version: ClassVar[int] = 2

    id: str
    label: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    segments: list[Segment]


def sft_row(example: Example) -> TrainRow:
    """Prompt without loss, reference with loss: the form in which models are also evaluated."""
    return TrainRow(
        id=example.task_id,
        label="sft",
        segments=[
            Segment(kind="prompt", text=example.prompt, supervised=False),
            Segment(kind="reference", text=example.reference, supervised=True),
        ],
    )


def as_problem(example: Example, suite: str) -> Problem:
    """An example as a problem whose answer can be graded."""
    return Problem(suite=suite, **_of_task(example))


def as_example(problem: Problem, corpus: str) -> Example:
    """A problem with a reference as a training example; all that is made of one problem is one group, of its name."""
    own = {"task_id": f"{problem.suite}/{problem.task_id}", "group": problem.task_id}
    return Example(corpus=corpus, source=Source(file=problem.task_id), **_of_task(problem) | own)


def _of_task(task: Task) -> dict[str, Any]:
    return {name: getattr(task, name) for name in Task.model_fields}


R = TypeVar("R", bound=Record)
# of a figure in a file: the last bits of exp and log differ between C libraries
DECIMALS = 6


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
