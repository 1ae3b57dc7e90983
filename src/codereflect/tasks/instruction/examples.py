"""All instruction examples of mined functions, with the counts for a card."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from codereflect.corpus_specs import LIBRARY_TASKS
from codereflect.material import CodeBefore, ProgramUnderTest
from codereflect.programs.mined_function import Function
from codereflect.progress import progress
from codereflect.records import Example, Source
from codereflect.sandbox_params import SandboxLimits
from codereflect.tasks.instruction import bugfix, complete, docstring, explain, unit_test
from codereflect.tasks.instruction.execution import Executed, confirmed, executed, graded_tests
from codereflect.tasks.instruction.phrases import Rejected

EXECUTED_TASKS = ("bugfix", "complete", "unit_test")
_FAILS_CHECK = "text_check"
# nests deeper than what walks over syntax trees can follow
_DEEP = "depth"


@dataclass
class _Made:
    """An example, and what its tests are held against: the right function, and one with the bug."""

    example: Example
    right: str = ""
    wrong: str | None = None
    bug: bugfix.Bug | None = None


@dataclass
class _Tally:
    """What became of the functions that were tried for a task."""

    tried: int = 0
    kept: int = 0
    rejected: Counter[str] = field(default_factory=Counter)

    def card(self) -> dict[str, Any]:
        share = round(self.kept / self.tried, 4) if self.tried else None
        rejected = dict(sorted(self.rejected.items()))
        return {"tried": self.tried, "kept": self.kept, "share": share, "rejected": rejected}


def instruction_examples(
    functions: Sequence[Function],
    program_of: Callable[[Function], str | None],
    tasks: Sequence[str],
    seed: int,
    limits: SandboxLimits,
    workers: int | None,
    passes: Callable[[str, str], bool],
    most: int | None = None,
    balance: float | None = None,
    corpus: str = "python_package",
) -> tuple[list[Example], dict[str, Any]]:
    """Examples of each task, task by task in the order of `tasks`, and the counts for the card.

    Which functions come first for a task depends on the seed and the function alone; the tasks take them in that order
    until they have enough, so a larger `most` only adds examples.

    Args:
        functions: mined, each identity once.
        program_of: the program that a function makes together with what it needs, or None.
        tasks: of `LIBRARY_TASKS`.
        seed: of the order, of mistakes, cuts and inputs.
        limits: of one program.
        workers: workers of the sandbox; the result does not depend on it.
        passes: whether a gold answer (category, answer) holds the checks that later score the models.
        most: examples of each task, at most; None: as many as there are.
        balance: of the other tasks at most so many times the examples of the scarcest of the executed ones
            (unit_test, where it is asked for); None: no such limit.
        corpus: the examples' corpus.

    Raises:
        UserError: this machine cannot confine programs, or the sandbox fails too often.
        ValueError: an unknown task.
    """
    unknown = set(tasks) - set(LIBRARY_TASKS)
    if unknown:
        raise ValueError(f"no such task: {sorted(unknown)[0]}")
    programs = _programs(functions, program_of) if set(tasks) & set(EXECUTED_TASKS) else []
    runs = executed(programs, seed, limits, workers) if programs else {}
    standalone = {function.identity for function, _ in programs}
    maker = _Maker(functions, standalone, runs, seed, limits, workers, passes, corpus)
    made: dict[str, list[_Made]] = {}
    limit = most
    # the scarce one first: it says how many of the others are wanted
    for task in sorted(tasks, key=lambda one: one != "unit_test"):
        made[task] = maker.make(task, limit)
        if task == "unit_test" and balance is not None:
            wanted = round(balance * len(made[task]))
            limit = wanted if most is None else min(most, wanted)
    counts = {"functions": len(functions), "standalone": len(programs), **maker.card(made)}
    return [one.example for task in tasks for one in made[task]], counts


def _programs(
    functions: Sequence[Function], program_of: Callable[[Function], str | None]
) -> list[tuple[Function, str]]:
    found = []
    with progress("closures", len(functions), "functions") as advance:
        for function in functions:
            program = program_of(function)
            if program is not None:
                found.append((function, program))
            advance()
    return found


class _Maker:
    """Makes the examples of one task after the other."""

    def __init__(
        self,
        functions: Sequence[Function],
        standalone: set[str],
        runs: dict[str, Executed],
        seed: int,
        limits: SandboxLimits,
        workers: int | None,
        passes: Callable[[str, str], bool],
        corpus: str,
    ) -> None:
        self.functions, self.standalone, self.runs, self.seed = functions, standalone, runs, seed
        self.limits, self.workers, self.passes, self.corpus = limits, workers, passes, corpus
        self.tallies: dict[str, _Tally] = {}
        self.killed = self.mutants = self.equivalent = 0

    def make(self, task: str, limit: int | None) -> list[_Made]:
        """Examples of a task, in the order of their functions' ranks."""
        tally = self.tallies[task] = _Tally()
        waiting = iter(self._ranked(task))
        kept: list[_Made] = []
        with progress(
            f"{task} examples", limit or len(self.functions), "examples" if limit else "functions"
        ) as advance:
            # what execution refuses is replaced by the next ones
            while limit is None or len(kept) < limit:
                wanted = None if limit is None else limit - len(kept)
                block = list(self._drafts(task, waiting, wanted, tally, advance if limit is None else _nothing))
                if not block:
                    break
                approved = self._approved(task, block, tally)
                kept += approved
                if limit is not None:
                    advance(len(approved))
        tally.kept = len(kept)
        return kept

    def _ranked(self, task: str) -> list[Function]:
        """The functions that a task may be made of, in an order that no other function changes."""
        able = [one for one in self.functions if task != "unit_test" or one.identity in self.standalone]
        return sorted(able, key=lambda one: (_rank(self.seed, task, one.identity), one.identity))

    def _drafts(
        self, task: str, waiting: Iterator[Function], wanted: int | None, tally: _Tally, advance: Callable[[], None]
    ) -> Iterator[_Made]:
        """Examples that the text decides, at most so many."""
        given = 0
        while wanted is None or given < wanted:
            function = next(waiting, None)
            if function is None:
                return
            tally.tried += 1
            advance()
            try:
                made = self._draft(task, function)
                if not self.passes(task, made.example.reference):
                    raise Rejected(_FAILS_CHECK)
            except Rejected as reason:
                tally.rejected[str(reason)] += 1
                continue
            except (RecursionError, MemoryError):
                tally.rejected[_DEEP] += 1
                continue
            given += 1
            yield made

    def _draft(self, task: str, function: Function) -> _Made:
        run = self.runs.get(function.identity)
        if task == "docstring":
            return _Made(self._example(task, function, *docstring.prompt_and_answer(function)))
        if task == "explain":
            return _Made(self._example(task, function, *explain.prompt_and_answer(function)))
        if task == "unit_test":
            if run is None:
                raise Rejected(_DEEP)
            example = self._example(task, function, *unit_test.prompt_and_answer(function, run.recording))
            asked = {"material": ProgramUnderTest(code=run.program), "grader": "unit_test"}
            return _Made(example.model_copy(update=asked))
        if task == "complete":
            example = self._example(task, function, *complete.prompt_and_answer(function, self.seed))
            return _Made(_with_tests(example, run), right=function.source)
        return self._bugfix(function, run)

    def _bugfix(self, function: Function, run: Executed | None) -> _Made:
        if run is not None and run.runs:
            telling = run.telling_bugs()
            if not telling:
                known = "equivalent_mutants" if run.equivalent_bugs() else "mutants_not_reached"
                raise Rejected(known if run.bugs else "no_mutation")
            bug, number = telling[0]
            example = self._example("bugfix", function, *bugfix.prompt_and_answer(function, bug))
            return _Made(_with_tests(example, run, [number]), function.source, bug.source, bug)
        first = next(bugfix.bugs(function, self.seed), None)
        if first is None:
            raise Rejected("no_mutation")
        return _Made(self._example("bugfix", function, *bugfix.prompt_and_answer(function, first)), bug=first)

    def _approved(self, task: str, block: list[_Made], tally: _Tally) -> list[_Made]:
        """Those whose tests hold in the sandbox; all others are counted as rejected."""
        if task == "unit_test":
            return self._accepted(block, tally)
        tested = [one for one in block if one.example.hidden_tests is not None]
        words = confirmed(
            [one.example for one in tested],
            [one.right for one in tested],
            [one.wrong for one in tested],
            self.limits,
            self.workers,
        )
        wrong = {one.example.task_id: word for one, word in zip(tested, words, strict=True) if word}
        tally.rejected.update(wrong.values())
        return [one for one in block if one.example.task_id not in wrong]

    def _accepted(self, block: list[_Made], tally: _Tally) -> list[_Made]:
        kept = []
        verdicts = graded_tests([one.example for one in block], self.limits, self.workers)
        for one, verdict in zip(block, verdicts, strict=True):
            if verdict.outcome == "pass":
                kept.append(one)
                self.killed += verdict.quality.mutants_killed
                self.mutants += verdict.quality.mutants
                self.equivalent += verdict.quality.equivalent
            else:
                tally.rejected[f"judged_{verdict.category}"] += 1
        return kept

    def _example(self, task: str, function: Function, prompt: str, answer: str) -> Example:
        return Example(
            task_id=f"{task}/{function.identity}",
            corpus=self.corpus,
            language="python",
            task=task,
            category=task,
            prompt=prompt,
            reference=answer,
            entry_point=function.name,
            source=_origin(function),
            # not its place: of equal functions one is mined, and more files may make it another one
            group=function.form,
        )

    def card(self, made: dict[str, list[_Made]]) -> dict[str, Any]:
        """Counts by task."""
        cards = {task: tally.card() for task, tally in self.tallies.items()}
        for task in ("bugfix", "complete"):
            if task in cards:
                cards[task]["with_tests"] = sum(one.example.hidden_tests is not None for one in made[task])
        if "bugfix" in cards:
            runs = [run for run in self.runs.values() if run.runs]
            cards["bugfix"]["by_kind"] = dict(
                sorted(Counter(one.bug.kind for one in made["bugfix"] if one.bug).items())
            )
            cards["bugfix"]["compared_mutants"] = sum(len(run.bugs) for run in runs)
            cards["bugfix"]["equivalent_mutants"] = sum(run.equivalent_bugs() for run in runs)
        if "unit_test" in cards:
            told = {"mutants": self.mutants, "mutants_killed": self.killed, "equivalent_mutants": self.equivalent}
            cards["unit_test"].update(told)
        return cards


def _with_tests(example: Example, run: Executed | None, wanted: Sequence[int] = ()) -> Example:
    """The example with hidden tests, where the function's answers were recorded."""
    if run is None or not run.recording.calls:
        return example
    tests = run.tests(wanted)
    own = {"material": CodeBefore(code=run.context), "grader": "tests"}
    return example.model_copy(update=own | {"hidden_tests": tests}) if tests else example


def _origin(function: Function) -> Source:
    """Where a mined function stands."""
    release = f"{function.package}=={function.version}"
    return Source(file=function.file, function=function.qualname, line=function.line, revision=release)


def _rank(seed: int, task: str, identity: str) -> str:
    return hashlib.blake2b(f"{seed}\0{task}\0{identity}".encode(), digest_size=8).hexdigest()


def _nothing() -> None:
    """No progress to tell: the caller counts examples."""
