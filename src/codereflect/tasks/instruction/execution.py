"""What execution adds: programs of functions that run on their own, their recordings, and judged gold answers."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from codereflect.grading.case import given_case
from codereflect.grading.check import check
from codereflect.programs.inputs.guesses import guessed_calls
from codereflect.programs.joining import joined
from codereflect.programs.mined_function import Function
from codereflect.programs.mutation.mutants import some_mutants
from codereflect.programs.recorded_tests import chosen, hidden_tests
from codereflect.programs.recording import Recording, Subject, record
from codereflect.records import Example, Verdict, as_problem
from codereflect.sandbox.engine.unit_tests.broker import LEAST_REACHED
from codereflect.sandbox_params import SandboxLimits
from codereflect.tasks.instruction.bugfix import Bug, bugs
from codereflect.tasks.instruction.source_text import FunctionNode

# mistakes of a function that are compared with it
MOST_BUGS = 12
# other mutants, by which the recorded calls of a test are chosen
MOST_MUTANTS = 30
MOST_HIDDEN = 12
# of the inputs, those that are guessed from what the function does with its arguments
MOST_GUESSES = 30
# what gold answers are checked under
GOLD = "gold"


@dataclass(frozen=True)
class Executed:
    """A function that runs on its own.

    Attributes:
        program: the whole.
        context: the program without the function; it stands before an answer.
        bugs: the function with a mistake each, compared with it in `recording` (first of its mutants).
    """

    function: Function
    program: str
    context: str
    bugs: tuple[Bug, ...]
    recording: Recording

    @property
    def runs(self) -> bool:
        """Whether there are inputs on which it says something."""
        return bool(self.recording.inputs)

    def telling_bugs(self) -> list[tuple[Bug, int]]:
        """Mistakes that show on an input whose answer is recorded, with the number of that input."""
        recorded = {call.number for call in self.recording.calls}
        pairs = zip(self.bugs, self.recording.differing, strict=False)
        return [(bug, number) for bug, number in pairs if number in recorded and number is not None]

    def equivalent_bugs(self) -> int:
        """How many mistakes change no answer although enough inputs reach their line."""
        enough = min(self.recording.inputs, LEAST_REACHED)
        pairs = zip(self.recording.differing, self.recording.reached, strict=False)
        return sum(number is None and reached >= enough for number, reached in pairs)

    def tests(self, wanted: Sequence[int] = ()) -> list[str]:
        """Hidden tests; those with the wanted inputs are among them."""
        return hidden_tests(self.function.name, chosen(self.recording, MOST_HIDDEN, wanted))


def executed(
    programs: Sequence[tuple[Function, str]], seed: int, limits: SandboxLimits, workers: int | None
) -> dict[str, Executed]:
    """Record the answers of functions that run on their own, by identity; those that nest too deep are left out.

    Args:
        programs: each with the program that it makes with what it needs.
        seed: of the mistakes and the inputs.
        limits: of one program.
        workers: workers of the sandbox.
    """
    prepared = []
    for function, program in programs:
        try:
            prepared.append(_prepared(function, program, seed))
        except (RecursionError, MemoryError):
            # what walks over syntax trees here and in the standard library calls itself; the parser says MemoryError
            continue
    recordings = record([row[-1] for row in prepared], limits, workers, seed)
    return {
        function.identity: Executed(function, program, context, made, recording)
        for (function, program, context, made, _), recording in zip(prepared, recordings, strict=True)
    }


def _prepared(function: Function, program: str, seed: int) -> tuple[Function, str, str, tuple[Bug, ...], Subject]:
    """What is recorded of a function. Raises RecursionError or MemoryError where it nests too deep."""
    context = without_function(program, function.name)
    made = tuple(islice(bugs(function, seed), MOST_BUGS)) if context is not None else ()
    wrong = [joined(context or "", bug.source) for bug in made]
    mutants = some_mutants(function.source, function.name, MOST_MUTANTS) if context is not None else []
    wrong += [joined(context or "", mutant.source) for mutant in mutants]
    examples = guessed_calls(program, function.name, MOST_GUESSES, seed)
    subject = Subject(program, function.name, tuple(wrong), tuple(examples), _spans(program, function, made))
    return function, program, context or "", made, subject


def _spans(program: str, function: Function, made: Sequence[Bug]) -> tuple[tuple[int, int], ...]:
    """First and last line of the program that each mistake changes."""
    node = _definition(program, function.name)
    if node is None:
        return ()
    shift = _first_line(node) - 1
    return tuple((shift + bug.line, shift + bug.last_line) for bug in made)


def _definition(program: str, name: str) -> FunctionNode | None:
    found = (one for one in reversed(ast.parse(program).body) if isinstance(one, FunctionNode) and one.name == name)
    return next(found, None)


def _first_line(node: FunctionNode) -> int:
    return min([node.lineno, *(one.lineno for one in node.decorator_list)])


def without_function(program: str, name: str) -> str | None:
    """The program without the definition of that name; None where it has none."""
    node = _definition(program, name)
    if node is None:
        return None
    lines = program.split("\n")
    return "\n".join([*lines[: _first_line(node) - 1], *lines[node.end_lineno or node.lineno :]]).strip("\n")


def graded_tests(tests: Sequence[Example], limits: SandboxLimits, workers: int | None) -> list[Verdict]:
    """Verdicts on the references of unit-test examples, in their order."""
    cases = [given_case(as_problem(one, GOLD), one.reference) for one in tests]
    found = check(cases, limits, workers).verdicts
    return [found[case.of] for case in cases]


def confirmed(
    examples: Sequence[Example],
    right: Sequence[str],
    wrong: Sequence[str | None],
    limits: SandboxLimits,
    workers: int | None,
) -> list[str]:
    """Why each example's tests are no good, in one word, or an empty text: the right code passes, the wrong one fails.

    Args:
        examples: with tests.
        right: the function of each gold answer.
        wrong: the function with the mistake, or None where the task has none.
        limits: of one program.
        workers: programs at once.
    """
    cases = []
    for example, good, bad in zip(examples, right, wrong, strict=True):
        problem = as_problem(example, GOLD)
        cases.append(given_case(problem, good))
        cases += [given_case(problem, bad, 1)] if bad is not None else []
    found = check(cases, limits, workers).verdicts
    outcomes = {(of.task_id, of.sample_index): verdict.outcome for of, verdict in found.items()}
    words = []
    for example in examples:
        told = outcomes[example.task_id, 0]
        word = "" if told == "pass" else f"gold_{told}"
        words.append("tests_miss_the_bug" if not word and outcomes.get((example.task_id, 1)) == "pass" else word)
    return words
