"""The texts of the tasks: descriptions, and the prompts of each kind of document.

A prompt and its answer together are valid Python (but for Java); a prompt ends with a line end and the answer starts
with `def` or `assert` or `#`. The same functions build the prompts that ask a model to fix its own answer.
"""

from __future__ import annotations

import random
from itertools import pairwise

from codereflect.corpora.micro.chains import ENTRY_POINT, Chain, Step
from codereflect.corpora.micro.primitives import VARIABLES
from codereflect.corpora.micro.typed_values import Arguments, Value, literal, shown_input

CONNECTIVES = (", then ", " and then ", "; next ", "; ")
SECOND_EXAMPLE_LIMIT = 44
SHOWN_DRAWS = 12


def wording(step: Step, index: int = 0) -> str:
    """One wording of a step; 0 is the canonical one."""
    wordings = step.primitive.wordings
    return wordings[index % len(wordings)].replace("{c}", step.constant.strip('"'))


def description(chain: Chain, rng: random.Random) -> str:
    """The steps in words, each in a random wording."""
    text = wording(chain.steps[0], rng.randrange(12))
    for step in chain.steps[1:]:
        text += rng.choice(CONNECTIVES) + wording(step, rng.randrange(12))
    return text


def call_text(arguments: Arguments) -> str:
    """A call of the function as Python source."""
    return f"{ENTRY_POINT}({', '.join(literal(argument) for argument in arguments)})"


def assertion(arguments: Arguments, expected: Value) -> str:
    """A test as a Python statement."""
    return f"assert {call_text(arguments)} == {literal(expected)}"


def public_examples(chain: Chain, rng: random.Random) -> list[tuple[Arguments, Value]]:
    """One or two short examples in which, where possible, each step changes the value."""
    draws = [shown_input(chain.takes, chain.has_parameter, rng) for _ in range(SHOWN_DRAWS)]
    traces = [(arguments, chain.trace(arguments)) for arguments in draws]
    ranked = sorted(traces, key=lambda pair: _dullness(pair[1]))
    examples = [(arguments, values[-1]) for arguments, values in ranked]
    second = next((e for e in examples[1:4] if e[0] != examples[0][0] and e[1] != examples[0][1]), None)
    if second and sum(len(assertion(*e)) - 7 for e in (examples[0], second)) <= SECOND_EXAMPLE_LIMIT:
        return [examples[0], second]
    return examples[:1]


def _dullness(values: list[Value]) -> tuple[int, int]:
    unchanged = sum(before == after for before, after in pairwise(values))
    empty = not values[-1] and values[-1] != 0
    return unchanged + 2 * empty, len(literal(values[0])) + len(literal(values[-1]))


def python_prompt(text: str, chain: Chain, examples: list[tuple[Arguments, Value]]) -> str:
    """Description, signature, examples."""
    lines = [text, chain.call, *(f"{call_text(given)} == {literal(result)}" for given, result in examples)]
    return "".join(f"# {line}\n" for line in lines)


def java_prompt(text: str, context: str) -> str:
    """Description and class context on one line."""
    return f"{text} | {context}\n"


def repair_prompt(text: str, call: str, attempt: str, failing_call: str, expected: str, actual: str) -> str:
    """Description, signature, a wrong function, the first failing call."""
    return f"# {text}\n# {call}\n{attempt}# {failing_call} gives {actual}, not {expected}\n"


def java_repair_prompt(text: str, context: str, attempt: str, failing_call: str, expected: str, actual: str) -> str:
    """Description and class context on one line, a wrong method, the failing call of the entrance."""
    return f"{text} | {context}\n{attempt}\n// {failing_call} gives {actual}, not {expected}\n"


def unit_test_prompt(text: str, chain: Chain, code: str) -> str:
    """Description, signature, the function to be tested."""
    return f"# {text}\n# {chain.call}\n{code}# tests\n"


def steps_prompt(text: str, chain: Chain) -> str:
    """Description, signature, the request to think first."""
    return f"# {text}\n# {chain.call}\n# think step by step\n"


def steps_answer(chain: Chain) -> str:
    """A line a step (which variable, what is done), then the function."""
    lines = (f"# {VARIABLES[step.primitive.gives]}: {wording(step)}\n" for step in chain.steps)
    return "".join(lines) + chain.python
