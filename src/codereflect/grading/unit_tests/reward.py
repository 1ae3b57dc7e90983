"""How good a generated unit test is: `grade_tests`, for the command `reward`, for reward functions and for filters.

A test is accepted when it is green on the code, really calls the function, is red on at least one mutant (by an
assertion), is green on a second implementation that is correct but written differently, and stays inside the sandbox.

    reward = -1    the test is no Python
              0    it tests nothing or does what no test may (see `text`), never calls the function, kills no
                   mutant, is red on the second implementation, or does not do the same twice
              0.1  it ends in an error on the code
              0.2  an assertion fails on the code
              1.0 x killed / (judged mutants - equivalent ones)   where it is accepted

-1, 0.1, 0.2 and 1.0 are the published grades of unit-test reinforcement learning; there, a file without any test earns
1.0. A mutant is equivalent where it survives and gives the code's answers on all generated inputs (`inputs` of them),
and enough of these reach the line that it changes.
How a verdict is kept from being forged: `sandbox/engine/unit_tests/broker.py` and docs/security.md.
"""

from __future__ import annotations

import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from codereflect.grading.unit_tests.subject import CodeUnderTest, prepare
from codereflect.grading.unit_tests.text import complaint, nothing, test_file
from codereflect.material import ProgramUnderTest
from codereflect.programs.inputs.generated import made_inputs
from codereflect.records import SampleId, Task, given
from codereflect.sandbox import Result, Sandbox, UnitFacts, UnitJob
from codereflect.sandbox.unit_job import call_text

SYNTAX, NOTHING, ERROR, FAILING, PASSING = -1.0, 0.0, 0.1, 0.2, 1.0
MOST_MUTANTS = 50
# rows that are looked at before the first of them is run: what is held in memory does not grow with the rows
_BLOCK = 512
NOBODY = given("")
# what a text that runs beside its code is rejected for, although it is green and red where it should be
_FORGING = {"reads_source", "outside", "exit", "redefined"}
_RED = ("assert", "error", "exit", "skip", "late")


@dataclass(frozen=True)
class Row:
    """A generated test (`of`) of a program's function.

    `entry_point` becomes what Python reads in its place (NFKC), an answer with sentences or fences the file in it.
    """

    code: str
    entry_point: str
    generated_test: str
    of: SampleId = NOBODY

    def __post_init__(self) -> None:
        """Normalise the name: the same letters may be written in several ways; and the texts."""
        object.__setattr__(self, "entry_point", unicodedata.normalize("NFKC", self.entry_point))
        object.__setattr__(self, "code", self.code.removeprefix("\ufeff"))
        object.__setattr__(self, "generated_test", test_file(self.generated_test, self.entry_point))


@dataclass(frozen=True)
class Reward:
    """What a generated test is worth.

    Attributes:
        verdict: `invalid` means that the code itself could not be run or the sandbox failed: no data, `reward` is None.
        reward: see the module's docstring.
        word: the reason in one word, for tables.
        reason: the reason as a sentence.
        tests_run: tests that were run on the code.
        calls: of the function, on the code.
        mutants: those that were judged and are not equivalent.
        mutants_killed: those on which the test was red.
        equivalent: survivors that gave the code's answers on `inputs` generated inputs.
        inputs: see `equivalent`.
        survivors: line and kind of the mutants on which an accepted test was green, without the equivalent ones.
        sealed: test and code were in different processes. What is not sealed can be forged by a test that sets out to.
    """

    verdict: Literal["accept", "reject", "invalid"]
    reward: float | None
    word: str
    reason: str
    tests_run: int = 0
    calls: int = 0
    mutants: int = 0
    mutants_killed: int = 0
    equivalent: int = 0
    inputs: int = 0
    sealed: bool = True
    survivors: tuple[tuple[int, str], ...] = ()
    of: SampleId = NOBODY


def row_of(task: Task, test: str, of: SampleId | None = None) -> Row:
    """A test file as an answer to a task that asks for one."""
    assert isinstance(task.material, ProgramUnderTest), f"{task.task_id} asks for no tests"
    return Row(task.material.code, task.entry_point or "", test, of or given(task.task_id))


def grade_tests(rows: Iterable[Row], sandbox: Sandbox, most: int = MOST_MUTANTS) -> Iterator[Reward]:
    """Rewards in the order of the rows, each as soon as it and those before it are known.

    Args:
        rows: any number; they are taken in blocks.
        sandbox: a running `UnitSandbox`.
        most: mutants of a program that are run.

    A row whose code does not parse, nests too deep or does not define its entry point is `invalid`.
    """
    source = iter(rows)
    while block := list(islice(source, _BLOCK)):
        waiting: deque[Reward | tuple[Row, CodeUnderTest]] = deque()
        for result in sandbox.run(_jobs(block, waiting, most)):
            while isinstance(known := waiting.popleft(), Reward):
                yield known
            yield replace(decide(result, *known), of=result.verdict.of)
        # what the texts of the last rows decided
        yield from (known for known in waiting if isinstance(known, Reward))


def _jobs(block: list[Row], waiting: deque[Reward | tuple[Row, CodeUnderTest]], most: int) -> Iterator[UnitJob]:
    """The jobs of those rows that must be run; enters every row into `waiting`."""
    for row in block:
        try:
            code = prepare(row.code, row.entry_point, most)
        except ValueError as error:
            waiting.append(Reward("invalid", None, "code", f"The code cannot be graded: {error}.", of=row.of))
            continue
        known = by_text(row)
        if known is not None:
            waiting.append(replace(known, of=row.of))
            continue
        waiting.append((row, code))
        yield job(row, code)


def by_text(row: Row) -> Reward | None:
    """The reward of a test whose text alone decides it, or None."""
    try:
        found = nothing(row.generated_test)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Reward("reject", SYNTAX, "syntax", f"The test is not valid Python: {error}.")
    return None if found is None else Reward("reject", NOTHING, found.word, found.sentence)


def job(row: Row, code: CodeUnderTest) -> UnitJob:
    """What is run for a test whose text alone does not decide."""
    own, others = (
        [text for args in made_inputs(row.code, row.entry_point, texts) if (text := call_text(row.entry_point, args))]
        for texts in ((), (row.generated_test,))
    )
    return UnitJob(
        of=row.of,
        code=row.code,
        entry_point=row.entry_point,
        tests=[row.generated_test],
        second=code.second,
        mutants=[mutant.source for mutant in code.mutants],
        spans=[(mutant.line, mutant.last_line) for mutant in code.mutants],
        inputs=list(dict.fromkeys([*own, *others])),
        own_inputs=len(own),
        unsealed=code.unsealed,
        gives_more=code.gives_more,
        fresh=code.fresh,
    )


def decide(result: Result, row: Row, code: CodeUnderTest) -> Reward:
    """The reward that the facts of the runs give; what the text shows explains a rejection.

    What runs sealed is accepted whatever its text looks like. A test beside its code must look at results only.
    """
    found = _by_runs(result, code)
    if found.verdict == "invalid" or (found.verdict == "accept" and found.sealed):
        return found
    seen = complaint(row.generated_test, row.entry_point)
    if seen is None or (found.verdict == "accept" and seen.word not in _FORGING):
        return found
    return replace(found, verdict="reject", reward=NOTHING, word=seen.word, reason=seen.sentence, mutants_killed=0)


def _by_runs(result: Result, code: CodeUnderTest) -> Reward:
    if result.facts is None:
        return Reward("invalid", None, "invalid", result.verdict.feedback)
    facts = UnitFacts.read(result.facts)
    if facts.stage == "code":
        return Reward("invalid", None, "code", f"The code itself cannot be run: {facts.message}")
    if facts.stage != "judged":
        return _rejected(facts, *_on_the_code(facts, code))
    if facts.second != "green":
        text = "It is red on a second correct implementation: it looks at more than results."
        return _rejected(facts, "second", NOTHING, text)
    killed = sum(state in _RED for state in facts.mutants)
    judged = sum(state == "green" or state in _RED for state in facts.mutants) - len(facts.equivalent)
    if not code.mutants:
        return Reward("invalid", None, "no_mutants", "The code has no mutants to tell a test by.")
    if not killed:
        return _rejected(facts, "kills_nothing", NOTHING, f"It is green on all {judged} mutants.", judged)
    if "assert" not in facts.mutants:
        text = "It is red on mutants only because they raise: no assertion of it ever fails."
        return _rejected(facts, "kills_nothing", NOTHING, text, judged)
    text = f"Red on {killed} of {judged} mutants."
    survivors = tuple(
        (mutant.line, mutant.kind)
        for number, (mutant, state) in enumerate(zip(code.mutants, facts.mutants, strict=False))
        if state == "green" and number not in facts.equivalent
    )
    accepted = _reward(facts, "accept", "accepted", round(PASSING * killed / judged, 6), text, judged, killed)
    return replace(accepted, survivors=survivors)


def _on_the_code(facts: UnitFacts, code: CodeUnderTest) -> tuple[str, float, str]:
    """Word, reward and reason of a test that is not green on the code, or says nothing about it."""
    told = facts.message.splitlines()[0][:200] if facts.message else "no reason given"
    if facts.stage == "unsteady":
        return "unsteady", NOTHING, "It does not do the same twice although the function returned the same."
    return {
        "green": ("no_call", NOTHING, f"It never calls {code.entry_point}."),
        "assert": ("failing", FAILING, f"It fails on the code: {told}"),
        "exit": ("exit", NOTHING, f"It ends the run early: {told}"),
        "skip": ("skip", NOTHING, "It leaves tests out."),
        "syntax": ("syntax", SYNTAX, f"The test is not valid Python: {told}"),
        "late": ("timeout", ERROR, f"It does not end in time on the code: {told}"),
    }.get(facts.reference, ("error", ERROR, f"It ends in an error on the code: {told}"))


def _rejected(facts: UnitFacts, word: str, reward: float, reason: str, judged: int = 0) -> Reward:
    return _reward(facts, "reject", word, reward, reason, judged, 0)


def _reward(
    facts: UnitFacts,
    verdict: Literal["accept", "reject"],
    word: str,
    reward: float,
    reason: str,
    judged: int,
    killed: int,
) -> Reward:
    return Reward(
        verdict=verdict,
        reward=reward,
        word=word,
        reason=reason,
        tests_run=facts.tests_run,
        calls=facts.calls,
        mutants=judged,
        mutants_killed=killed,
        equivalent=len(facts.equivalent),
        inputs=facts.inputs,
        sealed=facts.sealed,
    )
