"""What programs answer on made-up inputs, recorded in the sandbox, and which mutants answer otherwise.

Everything is run twice, in processes with different hash seeds, with another state of `random` and the calls in another
order. A program that answers one call in two ways is unsteady, and nothing of it is kept: what agreed may have agreed
by chance. Programs that read the clock, the machine or the environment are refused by their text.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from codereflect.programs.inputs.generated import made_inputs
from codereflect.programs.literals import NoLiteral, literal
from codereflect.progress import Advance, progress
from codereflect.records import given
from codereflect.sandbox import OtherSeedSandbox, Result, UnitJob, UnitSandbox
from codereflect.sandbox.unit_job import CallAnswer, call_text, read_answer
from codereflect.sandbox_params import SandboxLimits

INPUTS = 60
_OTHER_RANDOM = "\n__import__('random').seed(20011)\n"
# attributes that give what differs between machines and moments
_OUTER = {
    *(
        "now",
        "today",
        "utcnow",
        "localtime",
        "gmtime",
        "strftime",
        "ctime",
        "fromtimestamp",
        "perf_counter",
        "monotonic",
    ),
    *(
        "environ",
        "getenv",
        "getcwd",
        "getpid",
        "getppid",
        "cpu_count",
        "getlogin",
        "listdir",
        "scandir",
        "walk",
        "stat",
    ),
    *("uname", "gethostname", "expanduser", "expandvars", "home", "cwd", "getuser", "urandom", "uuid1", "uuid4"),
    *("platform", "version_info", "argv", "executable", "getrecursionlimit", "abspath", "realpath", "exists", "isfile"),
    *("isdir", "resolve", "is_file", "is_dir", "iterdir", "glob"),
}


@dataclass(frozen=True)
class Subject:
    """A program whose answers are wanted, wrong versions of it, and texts with calls of its function.

    `spans`: first and last line of the program that the first of the mutants change.
    """

    code: str
    entry_point: str
    mutants: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Call:
    """A call and what came of it; all of it can be written as literals."""

    number: int
    args: tuple[Any, ...]
    answer: CallAnswer


@dataclass(frozen=True)
class Recording:
    """What is known of a program.

    Attributes:
        trouble: why nothing was recorded, in one word: outside, no_inputs, depth, unsteady, worker; else empty.
        inputs: on how many inputs the program said something.
        calls: recorded ones, in the order of the inputs.
        differing: for each mutant the number of the first input on which it differs; None: equal on all inputs; -1: it
            cannot even be defined.
        reached: for each span of the subject, how many inputs reach it.
    """

    trouble: str
    inputs: int = 0
    calls: tuple[Call, ...] = ()
    differing: tuple[int | None, ...] = ()
    reached: tuple[int, ...] = ()


def record(subjects: Sequence[Subject], limits: SandboxLimits, workers: int | None, seed: int = 0) -> list[Recording]:
    """Recordings in the order of the subjects; the same for any number of workers.

    Raises:
        UserError: this machine cannot confine programs, or the sandbox fails too often.
    """
    asked = [_Asked(subject, seed) for subject in subjects]
    running = [one for one in asked if one.inputs]
    with progress("recorded programs", 2 * len(running), "programs") as advance:
        with UnitSandbox(limits, workers) as sandbox:
            firsts = _counted(sandbox.run(one.job() for one in running), advance)
        with OtherSeedSandbox(limits, workers) as sandbox:
            seconds = _counted(sandbox.run(one.other_job() for one in running), advance)
    found = {
        id(one): one.recording(*pair) for one, pair in zip(running, zip(firsts, seconds, strict=True), strict=True)
    }
    return [found.get(id(one)) or Recording(one.trouble) for one in asked]


def _counted(results: Iterator[Result], advance: Advance) -> list[Result]:
    kept = []
    for result in results:
        kept.append(result)
        advance()
    return kept


class _Asked:
    """A subject with its inputs."""

    def __init__(self, subject: Subject, seed: int) -> None:
        self.subject = subject
        self.inputs: list[tuple[list[Any], str]] = []
        try:
            self.trouble = "outside" if reads_outside(subject.code) else "no_inputs"
            if self.trouble != "outside":
                self._make_inputs(seed)
        except (RecursionError, MemoryError):
            self.trouble, self.inputs = "depth", []

    def _make_inputs(self, seed: int) -> None:
        subject = self.subject
        for args in made_inputs(subject.code, subject.entry_point, subject.examples, INPUTS, seed):
            text = call_text(subject.entry_point, args)
            if text is not None and _writable(args):
                self.inputs.append((args, text))

    def job(self) -> UnitJob:
        """The first run: with the mutants."""
        calls = [text for _, text in self.inputs]
        return self._job(self.subject.code, self.subject.mutants, calls, self.subject.spans)

    def other_job(self) -> UnitJob:
        """The second run: the calls from the middle on, then the first half."""
        calls = [text for _, text in self.inputs]
        middle = len(calls) // 2 + 1
        return self._job(self.subject.code + _OTHER_RANDOM, (), [*calls[middle:], *calls[:middle]])

    def _job(
        self, code: str, mutants: Sequence[str], calls: list[str], spans: Sequence[tuple[int, int]] = ()
    ) -> UnitJob:
        name = self.subject.entry_point
        return UnitJob(given(name), code, name, [], mutants=mutants, inputs=calls, spans=spans, record=True)

    def recording(self, first: Result, second: Result) -> Recording:
        """What both runs agree on."""
        if first.facts is None or second.facts is None:
            return Recording("worker")
        told = first.facts["inputs"]
        if not told:
            return Recording("no_inputs")
        middle = len(self.inputs) // 2 + 1
        count = len(self.inputs)
        again = {
            (place + middle) % count: text
            for place, text in zip(second.facts["inputs"], second.facts["answers"], strict=True)
        }
        calls = []
        for number, text in zip(told, first.facts["answers"], strict=True):
            args = self.inputs[number][0]
            answer = read_answer(text, args)
            if answer is None or number not in again:
                continue
            if not _same(answer, read_answer(again[number], args)):
                return Recording("unsteady")
            if _writable([answer.value, answer.after]):
                calls.append(Call(number, tuple(args), answer))
        differing, reached = tuple(first.facts["differing"]), tuple(first.facts["reached"])
        return Recording("", len(told), tuple(calls), differing, reached)


def _same(one: CallAnswer, other: CallAnswer | None) -> bool:
    if other is None or one.error != other.error:
        return False
    values, others = [one.value, one.after], [other.value, other.after]
    # a value that is not equal to itself (NaN) differs from nothing; one that no literal tells is left out later
    return one.listed == other.listed and (values == others or repr(values) == repr(others))


def _writable(value: Any) -> bool:
    try:
        literal(value)
    except (NoLiteral, RecursionError):
        return False
    return True


def reads_outside(code: str) -> bool:
    """Whether the text of a program shows that it looks at the clock, the machine or the environment."""
    return any(isinstance(node, ast.Attribute) and node.attr in _OUTER for node in ast.walk(ast.parse(code)))
