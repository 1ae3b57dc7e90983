"""Repair of programs of the public Python suites: a wrong program and the feedback of a failing public test -> the fix.

The wrong program is the reference with one first-order mistake (`mutants.all_mutants`). It fails a public test, whose
feedback the prompt shows, and the hidden tests, so that an answer that copies it fails. Everything is found out by
running the programs in the sandbox. Of a problem's mistakes one is chosen, by seed, of a kind that few problems have so
far.

MultiPL-E's problems have no reference solutions, so there is nothing to put a mistake into: no such suite in Java.
"""

from __future__ import annotations

import ast
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from codereflect.material import WrongProgram
from codereflect.programs.mutation.changes import changes
from codereflect.programs.mutation.mutants import Mutant, all_mutants
from codereflect.records import Problem, Verdict, given
from codereflect.sandbox import Job, Sandbox, why_unsealed
from codereflect.tasks.prompt_texts import worded
from codereflect.tasks.suite_program import Program, description_of, program_of, without_docstring

TASK = "repair"
# mistakes of a program that are tried
MOST_TRIES = 60

Report = Callable[[str, int, int], None]


@dataclass
class _Candidate:
    """A problem that waits for a mistake.

    Attributes:
        problem: as it was given.
        program: its reference.
        source: the same, without the docstring that the description has: what a mistake is put into.
        kinds: of mistakes that may be left to be tried, in a random order.
        made: the mistakes of some kinds that are left, in a random order.
        tries: mistakes tried.
        chosen: the new problem.
    """

    problem: Problem
    program: Program
    source: str
    kinds: list[str]
    made: dict[str, list[Mutant]] = field(default_factory=dict)
    tries: int = 0
    chosen: Problem | None = None


def repair_problems(
    problems: Sequence[Problem], suite: str, seed: int, sandbox: Sandbox, report: Report | None = None
) -> tuple[list[Problem], dict[str, Any]]:
    """Repair problems, at most one for each problem, in the same order.

    Args:
        problems: Python problems with `hidden_tests`, `reference` and `public_tests` that are true of it, as
            `formats.public_suites` gives them.
        suite: name of the new suite; task ids stay, the category is the kind of the mistake.
        seed: of the choice among the mistakes.
        sandbox: a running sandbox.
        report: called with (what, done, of how many).

    Returns:
        The problems (`material` is the wrong program, `reference` the right one) and a card: how many of how many,
        kinds, programs tried, problems dropped by reason.
    """
    tell = report or (lambda what, done, total: None)
    dropped: Counter[str] = Counter()
    candidates = [_candidate(problem, program, seed) for problem, program in _sound(problems, sandbox, dropped)]
    used: Counter[str] = Counter()
    waiting = candidates
    while waiting := [one for one in waiting if one.chosen is None and one.kinds and one.tries < MOST_TRIES]:
        tell("wrong programs", len(candidates) - len(waiting), len(candidates))
        for one, mutant, feedback in _that_show(_next_mistakes(waiting, used, seed), sandbox):
            one.chosen = _problem(one, mutant, feedback, suite)
            used[mutant.kind] += 1
    found = [one.chosen for one in candidates if one.chosen is not None]
    dropped["no mistake fails a public test and the hidden tests"] += len(candidates) - len(found)
    card = {
        "problems": len(problems),
        "made": len(found),
        "kinds": dict(sorted(used.items())),
        "mutants_tried": sum(one.tries for one in candidates),
        "dropped": {reason: count for reason, count in sorted(dropped.items()) if count},
    }
    return found, card


def _sound(problems: Sequence[Problem], sandbox: Sandbox, dropped: Counter[str]) -> Iterator[tuple[Problem, Program]]:
    """The problems whose reference passes their public and hidden tests, each with this reference."""
    known = []
    for problem in problems:
        program = program_of(problem)
        if program is None or not problem.hidden_tests:
            dropped["no reference that runs alone, or no hidden tests"] += 1
        elif not problem.public_tests:
            dropped["no public test"] += 1
        else:
            known.append((problem, program))
    jobs = [
        _job(problem, program.source, tests)
        for problem, program in known
        for tests in (problem.public_tests, problem.hidden_tests or [])
    ]
    passed = [result.verdict.outcome == "pass" for result in sandbox.run(jobs)]
    for (problem, program), public, hidden in zip(known, passed[::2], passed[1::2], strict=True):
        if public and hidden:
            yield problem, program
        else:
            dropped["the reference fails its own tests"] += 1


def _candidate(problem: Problem, program: Program, seed: int) -> _Candidate:
    source = without_docstring(program.source, problem.entry_point or "") if program.shown else program.source
    kinds = sorted({change.kind for change in changes(ast.parse(source))})
    random.Random(f"repair {seed} {problem.task_id}").shuffle(kinds)
    return _Candidate(problem, program, source, kinds)


def _next_mistakes(waiting: Sequence[_Candidate], used: Counter[str], seed: int) -> list[tuple[_Candidate, Mutant]]:
    """For each problem the next mistake, of the kind that is rarest so far, those of this round counted."""
    planned = Counter(used)
    asked = []
    for one in waiting:
        mutant = _next_mistake(one, planned, seed)
        if mutant is not None:
            planned[mutant.kind] += 1
            one.tries += 1
            asked.append((one, mutant))
    return asked


def _next_mistake(one: _Candidate, planned: Counter[str], seed: int) -> Mutant | None:
    while one.kinds:
        kind = min(one.kinds, key=lambda kind: planned[kind])
        if kind not in one.made:
            one.made[kind] = _mistakes(one, kind, seed)
        if one.made[kind]:
            return one.made[kind].pop()
        one.kinds.remove(kind)
    return None


def _mistakes(one: _Candidate, kind: str, seed: int) -> list[Mutant]:
    """The mistakes of a kind that can be made in what the problem leaves to be written, in a random order."""
    given = [node for node in ast.parse(one.source).body if getattr(node, "name", None) in one.program.helpers]
    lines = {line for node in given for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    found = [mutant for mutant in all_mutants(one.source, [kind]) if mutant.line not in lines]
    random.Random(f"repair {seed} {one.problem.task_id} {kind}").shuffle(found)
    return found


def _that_show(asked: list[tuple[_Candidate, Mutant]], sandbox: Sandbox) -> Iterator[tuple[_Candidate, Mutant, str]]:
    """Those mistakes that fail a public test in a way that can be told, and the hidden tests; with the feedback."""
    jobs = [_job(one.problem, mutant.source, one.problem.public_tests) for one, mutant in asked]
    public = [result.verdict for result in sandbox.run(jobs)]
    left = [(one, m, verdict.feedback) for (one, m), verdict in zip(asked, public, strict=True) if _shows(verdict)]
    jobs = [_job(one.problem, mutant.source, one.problem.hidden_tests or []) for one, mutant, _ in left]
    for found, result in zip(left, list(sandbox.run(jobs)), strict=True):
        if result.verdict.outcome == "fail":
            yield found


def _shows(verdict: Verdict) -> bool:
    """Whether a verdict tells of a call that gave or raised something; an end by a limit depends on the machine."""
    told = verdict.category == "assertion" or verdict.category.endswith("Error")
    return verdict.outcome == "fail" and told and verdict.failure.call is not None


def _problem(one: _Candidate, mutant: Mutant, feedback: str, suite: str) -> Problem:
    description, code = description_of(one.problem), mutant.source
    return one.problem.model_copy(
        update={
            "suite": suite,
            "task": TASK,
            "category": mutant.kind,
            "prompt": worded("repair", description=description, code=code.rstrip(), feedback=feedback),
            "material": WrongProgram(code=code),
            "reference": one.program.source,
        }
    )


def _job(problem: Problem, code: str, tests: Sequence[str]) -> Job:
    entry_point = problem.entry_point or ""
    return Job(given(problem.task_id), code, entry_point, list(tests), sealed=why_unsealed(tests, entry_point) is None)
