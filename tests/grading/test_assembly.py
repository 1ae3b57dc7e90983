"""Answers become whole programs: joined to the prompt or not, and cut where a base model never stopped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codereflect.grading.assembly import assemble, program
from codereflect.grading.case import given_case
from codereflect.grading.check import check
from codereflect.grading.extraction import extract
from codereflect.material import StopTokens
from codereflect.records import Problem
from codereflect.sandbox.java.java_sandbox import probe_java
from codereflect.sandbox_params import SandboxLimits

PROMPT = 'import math\n\n\ndef helper(x):\n    return x\n\n\ndef twice(x):\n    """Twice."""\n'
HUMANEVAL = Problem(
    task_id="HumanEval/0",
    suite="humaneval",
    language="python",
    task="python_function",
    category="humaneval",
    prompt=PROMPT,
    entry_point="twice",
    hidden_tests=["assert twice(2) == 4"],
)
MBPP = HUMANEVAL.model_copy(update={"suite": "mbpp", "prompt": '"""\nTwice.\nassert twice(1) == 2\n"""\n'})
OWN = MBPP.model_copy(update={"suite": "micro_python", "prompt": "# twice\n# twice(x)\n"})
BODY, WHOLE = "    return 2 * helper(x)\n", "def twice(x):\n    return 2 * x\n"
HELPED = "    return g(x)\n\n@wraps\ndef other(): pass\n\ndef g(x):\n    return h(2 * x)\n\ndef h(x):\n    return x\n\n"

CONTINUED = {
    BODY: PROMPT + BODY,
    "\n" + BODY: PROMPT + "\n" + BODY,
    WHOLE: WHOLE,
    "Here:\n```python\n" + WHOLE + "```\nDone.": WHOLE,
    PROMPT + BODY: PROMPT + BODY,
    # what follows is Python: nothing is cut
    BODY + "\ndef more():\n    pass\n": PROMPT + BODY + "\ndef more():\n    pass\n",
    # it ends in the middle of something
    BODY + "\n\ndef more(\n    a, b": PROMPT + BODY + "\n\n",
    BODY + "\nprint(twice(3)\nprint(": PROMPT + BODY + "\n",
    BODY + "\n# Test\nassert twice(": PROMPT + BODY + "\n# Test",
    BODY + "\nif __name__ == '__main__':\n    twice(": PROMPT + BODY + "\n",
    WHOLE + "\nassert twice(3": WHOLE + "\n",
    "    # first\n    y = x\n" + BODY + "\nclass A:\n  def": PROMPT + "    # first\n    y = x\n" + BODY + "\n",
    # a helper that follows is kept where it is needed, with what is between
    HELPED + "print(": PROMPT + HELPED,
    # nothing of it is Python
    "    return (": PROMPT + "    return (",
    "def twice(x):\n    return (": "def twice(x):\n    return (",
    "return x": PROMPT + "return x",
}


@pytest.mark.parametrize("completion", CONTINUED)
def test_a_prompt_that_opens_a_function(completion: str) -> None:
    assert assemble(HUMANEVAL, completion).rstrip() == CONTINUED[completion].rstrip()


ANSWERED = {
    WHOLE: WHOLE,
    "import math\n\n# helper\ndef helper(x):\n    return x\n\n" + WHOLE + "\nassert twice(1) ==": (
        "import math\n\n# helper\ndef helper(x):\n    return x\n\n" + WHOLE + "\n"
    ),
    WHOLE + '\n"""\nNext task.\nassert other(1': WHOLE + "\n",
    BODY: BODY,
    "twice = lambda x: 2 * x\n": "twice = lambda x: 2 * x\n",
}


@pytest.mark.parametrize("completion", ANSWERED)
def test_a_prompt_that_opens_nothing(completion: str) -> None:
    assert assemble(MBPP, completion).rstrip() == ANSWERED[completion].rstrip()
    part = MBPP.model_copy(update={"suite": "mbpp_test"})
    assert assemble(part, completion).rstrip() == ANSWERED[completion].rstrip()


def test_an_empty_answer_is_no_pass() -> None:
    for completion in ("", "\n", "    \n", "print('x')"):
        assert outcomes(HUMANEVAL, assemble(HUMANEVAL, completion)) == ["fail"]
    assert outcomes(HUMANEVAL, assemble(HUMANEVAL, BODY + "\ndef more(")) == ["pass"]


def outcomes(problem: Problem, *programs: str) -> list[str]:
    limits = SandboxLimits(cpu_seconds=2.0, memory_mb=512, output_kb=64, allow_weak=False, max_invalid=0.0)
    cases = [given_case(problem, code, index) for index, code in enumerate(programs)]
    found = check(cases, limits, 1).verdicts
    return [found[case.of].outcome for case in cases]


@given(
    st.text(st.sampled_from("def twice(x):\n    return\t#\"'`assert12"), max_size=80) | st.sampled_from([*CONTINUED])
)
def test_other_suites_are_extracted_as_ever(completion: str) -> None:
    assert assemble(OWN, completion) == extract(completion, "python", "twice")
    # and no answer raises
    assemble(HUMANEVAL, completion)
    assemble(MBPP, completion)


@pytest.mark.parametrize("completion", [BODY, WHOLE, "Sure:\n```python\n" + WHOLE + "```", "    return ("])
def test_where_nothing_is_cut_it_is_what_score_runs(completion: str) -> None:
    assert assemble(HUMANEVAL, completion) == program(HUMANEVAL, completion)


JAVA = Problem(
    task_id="HumanEval_1_twice",
    suite="multipl_e_java",
    language="java",
    task="java_method",
    category="multipl_e_java",
    prompt="import java.util.*;\nclass Problem {\n    public static long twice(long n) {\n",
    material=StopTokens(tokens=("\n    }\n",)),
    entry_point="twice",
    hidden_tests=[
        "class ProblemTests_ {\n    public static void main(String[] args) {\n"
        "    assert(Problem.twice((1l)) == (2l));\n    }\n}\n"
    ],
)


def test_java_is_the_class_problem() -> None:
    assert assemble(JAVA, "        return 2 * n;\n    }\n    void more( {") == (
        JAVA.prompt + "        return 2 * n;\n    }\n}\n"
    )
    method = "public static long twice(long n) {\n    return 2 * n;\n}"
    assert assemble(JAVA, f"```java\n{method}\n```").startswith("import java.util.*;\nclass Problem {\npublic static")
    own = JAVA.model_copy(update={"suite": "concode", "material": None, "prompt": "twice | long n\n"})
    assert assemble(own, method) == method


@pytest.mark.skipif(probe_java().version is None, reason=probe_java().reason)
def test_java_is_judged_by_its_own_tests() -> None:
    right, wrong = (assemble(JAVA, f"        return {number} * n;\n") for number in (2, 3))
    assert outcomes(JAVA, right, wrong) == ["pass", "fail"]
