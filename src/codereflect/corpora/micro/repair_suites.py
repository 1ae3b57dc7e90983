"""The suites that measure repair: a wrong solution of a tested behaviour and a failing call -> the right solution.

The behaviours are those of the suites micro_python and micro_java, in their order: nothing of them is trained on, and
`micro_repair/00012` is about the same behaviour as `micro_python/00012` (a behaviour without a plausible mistake leaves
a gap). The prompt of a Python problem has the form of the repair documents in the base model's mix. There are no such
documents in Java: the mix is shuffled as a whole, so that any new document would move those that are there, and the
published models with them. So `micro_java_repair` asks for something that no model of this corpus was shown.

An answer is judged by hidden tests chosen as for the plain suites; the wrong solution fails at least one of them, and
the failing call that the prompt shows is none of them. Kinds of mistakes (the categories) are kept as even as they can
be: a problem takes the kind that was used least so far, so that a longer suite begins with the shorter one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from codereflect.corpora.micro import chain_records, hidden_tests, java, mistakes, prompts
from codereflect.corpora.micro.chains import ENTRY_POINT, Chain
from codereflect.corpora.micro.dealing import Deal
from codereflect.corpora.micro.hidden_tests import Strength
from codereflect.corpora.micro.mistakes import Failure, Mistake
from codereflect.corpora.micro.typed_values import Arguments, literal
from codereflect.errors import UserError
from codereflect.material import WrongProgram
from codereflect.programs.java_frame import frame
from codereflect.records import Problem

PYTHON_SUITE, JAVA_SUITE = "micro_repair", "micro_java_repair"
TASK = "repair"

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class _Chosen:
    """A mistake, the call that shows it, and the tests that decide on its repair."""

    mistake: Mistake
    failure: Failure
    strength: Strength


def repair_problems(dealt: Deal, seed: int, count: int, report: Report | None = None) -> list[Problem]:
    """Problems in Python.

    Args:
        dealt: the behaviours (dealing.deal).
        seed: of the wordings, the mistakes and the shown calls.
        count: how many.
        report: called with (what, done, of how many).

    Raises:
        UserError: so many of the tested behaviours have no plausible mistake that shows.
    """
    return _first(_python_problems(dealt.test_python, seed), PYTHON_SUITE, count, report)


def java_repair_problems(dealt: Deal, seed: int, count: int, report: Report | None = None) -> list[Problem]:
    """Problems in Java, as `repair_problems`."""
    return _first(_java_problems(dealt.test_java, seed), JAVA_SUITE, count, report)


def _first(problems: Iterator[Problem], suite: str, count: int, report: Report | None) -> list[Problem]:
    found: list[Problem] = []
    while len(found) < count and (problem := next(problems, None)) is not None:
        found.append(problem)
        if report:
            report(f"{suite} tasks", len(found), count)
    if len(found) < count:
        raise UserError(
            f"corpus.micro asks for {count} tasks of {suite}, but only {len(found)} of the tested behaviours give one.",
            "lower that count, or raise the number of tested tasks, in params.yaml",
        )
    return found


def _python_problems(chains: Sequence[Chain], seed: int) -> Iterator[Problem]:
    used: Counter[str] = Counter()
    for number, chain in enumerate(chains):
        rng = chain_records.chain_rng(seed, chain, "repair")
        text, wrong = prompts.description(chain, rng), mistakes.in_python(chain)
        rng.shuffle(wrong)
        # what the plain suite shows is no hidden test there, so it is none here
        shown = [arguments for arguments, _ in chain_records.python_texts(chain, seed)[1]]
        candidates = ((one, mistakes.shown_failure(chain, one, rng)) for one in _least_used(wrong, used))
        chosen = _choose(chain, candidates, shown)
        if chosen is None:
            continue
        mistake, failure = chosen.mistake, chosen.failure
        used[mistake.kind] += 1
        call, expected = prompts.call_text(failure.arguments), literal(failure.expected)
        yield Problem(
            task_id=f"{PYTHON_SUITE}/{number:05d}",
            suite=PYTHON_SUITE,
            language="python",
            task=TASK,
            category=mistake.kind,
            prompt=prompts.repair_prompt(text, chain.call, mistake.code, call, expected, failure.actual),
            material=WrongProgram(code=mistake.code),
            entry_point=ENTRY_POINT,
            public_tests=[prompts.assertion(failure.arguments, failure.expected)],
            hidden_tests=chain_records.assertions(chosen.strength),
            reference=chain.python,
        )


def _java_problems(chains: Sequence[Chain], seed: int) -> Iterator[Problem]:
    used: Counter[str] = Counter()
    for number, chain in enumerate(chains):
        rng = chain_records.chain_rng(seed, chain, "java repair")
        text, context, is_field = chain_records.java_texts(chain, rng)
        wrong = mistakes.in_java(chain, is_field)
        rng.shuffle(wrong)
        candidates = ((one, mistakes.shown_failure(chain, one, rng)) for one in _least_used(wrong, used))
        chosen = _choose(chain, candidates, [])
        if chosen is None:
            continue
        mistake, failure = chosen.mistake, chosen.failure
        used[mistake.kind] += 1
        reference = java.method(chain, is_field)
        around = frame(prompts.java_prompt(text, context), reference)
        call = java.call_text(around, chain.takes, failure.arguments)
        expected, actual = java.literal(failure.expected), java.literal(failure.value)
        yield Problem(
            task_id=f"{JAVA_SUITE}/{number:05d}",
            suite=JAVA_SUITE,
            language="java",
            task=TASK,
            category=mistake.kind,
            prompt=prompts.java_repair_prompt(text, context, mistake.code, call, expected, actual),
            material=WrongProgram(code=mistake.code),
            entry_point="function",
            public_tests=[java.assertion(around, chain.takes, failure.arguments, failure.expected)],
            hidden_tests=[java.assertion(around, chain.takes, *test) for test in chosen.strength.tests],
            reference=reference,
        )


def _least_used(wrong: list[Mistake], used: Counter[str]) -> list[Mistake]:
    """The mistakes, those of a kind that was used least first; their order decides within a kind."""
    return sorted(wrong, key=lambda mistake: used[mistake.kind])


def _choose(
    chain: Chain, candidates: Iterator[tuple[Mistake, Failure | None]], shown: list[Arguments]
) -> _Chosen | None:
    """The first mistake that a shown call and a hidden test find."""
    for mistake, failure in candidates:
        if failure is None:
            continue
        hidden = [*shown, failure.arguments]
        strength = hidden_tests.choose(chain.python, chain.takes, chain.has_parameter, hidden)
        if any(mistake.misses(*test) for test in strength.tests):
            return _Chosen(mistake, failure, strength)
    return None
