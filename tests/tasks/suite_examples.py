"""Problems in the forms of HumanEval and MBPP, of our own making."""

from __future__ import annotations

from codereflect.records import Problem
from codereflect.sandbox_params import SandboxLimits

LIMITS = SandboxLimits(cpu_seconds=2.0, memory_mb=512, output_kb=64, allow_weak=False, max_invalid=0.0)

HELPER = 'def doubled(x: int) -> int:\n    """ Twice x. """\n    return x * 2\n\n\n'
HEAD = (
    "def largest_doubled(xs: list) -> int:\n"
    '    """ The largest number above 1, doubled; 0 where there is none.\n'
    "    >>> largest_doubled([1, 5, 3])\n    10\n"
    '    """\n'
)
BODY = (
    "    # the best so far\n"
    "    best = 0\n"
    "    for x in xs:\n"
    "        if x > 1 and x > best:\n"
    "            best = x\n"
    "    return doubled(best)\n"
)
CHECK = (
    "METADATA = {'author': 'nobody'}\n\n\n"
    "def check(candidate):\n"
    "    assert True, 'always'\n"
    "    assert candidate([1, 5, 3]) == 10, 'wrong'\n"
    "    assert candidate([]) == 0\n"
    "    assert candidate([2]) == doubled(2)\n"
    "    assert not candidate([1])\n"
    "\n\ncheck(largest_doubled)\n"
)


def humaneval(**changed: object) -> Problem:
    """A problem whose prompt begins its program, with a helper."""
    problem = Problem(
        task_id="HumanEval/0",
        suite="humaneval",
        language="python",
        task="python_function",
        category="humaneval",
        prompt=HELPER + HEAD,
        entry_point="largest_doubled",
        public_tests=["assert largest_doubled([1, 5, 3]) == 10"],
        hidden_tests=[HELPER + HEAD, CHECK],
        reference=HELPER + HEAD + BODY,
    )
    return problem.model_copy(update=changed)


def mbpp(number: int = 11, **changed: object) -> Problem:
    """A problem whose prompt is a docstring, with a program of its own line ends."""
    tests = ["assert add_up([1, 2, 3], 2) == 12", "assert add_up([], 5) == 0", "assert add_up([4], -1) == -4"]
    problem = Problem(
        task_id=f"Mbpp/{number}",
        suite="mbpp",
        language="python",
        task="python_function",
        category="test" if number < 511 else "train",
        prompt=f'"""\nWrite a function to add up numbers and multiply the sum.\n{tests[0]}\n"""\n',
        entry_point="add_up",
        public_tests=tests[:1],
        hidden_tests=tests,
        reference="def add_up(xs, factor):\r\n    total = 0\r\n    for x in xs:\r\n        total += x\r\n"
        "    return total * factor",
    )
    return problem.model_copy(update=changed)
