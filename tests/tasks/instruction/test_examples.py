"""All examples of a small package: right in the sandbox, counted, and the same whatever the workers."""

from __future__ import annotations

import ast
import dataclasses

import pytest
from mined import function

from codereflect.corpus_specs import LIBRARY_TASKS as TASKS
from codereflect.grading.case import given_case
from codereflect.grading.check import check
from codereflect.material import CodeBefore
from codereflect.records import Example, as_problem
from codereflect.sandbox_params import SandboxLimits
from codereflect.tasks.instruction.examples import instruction_examples
from codereflect.tasks.instruction.execution import without_function

LIMITS = SandboxLimits(cpu_seconds=1.0, memory_mb=256, output_kb=64, allow_weak=False, max_invalid=0.0)
CLAMP = '''
def clamp(values: list[int], low: int = 0) -> list[int]:
    """Raise all values to a bound.

    Args:
        values: what is bounded
        low: the bound
    """
    # one after the other
    found = []
    for value in values:
        if value < low + STEP:
            value = low
        found.append(value)
    return found
'''
UNTYPED = """
def parse(text):
    if not text.startswith("x="):
        raise ValueError("no x")
    rest = text[2:]
    if "," in rest and len(rest) > 3:
        return rest.split(",")
    return [rest]
"""
TENSOR = '''
def loss(logits: "Tensor", mask: "Tensor") -> "Tensor":
    """Compute the mean loss where the mask holds.

    Args:
        logits: what the model gives
        mask: where it counts
    """
    if mask is None and logits.ndim > 1:
        mask = logits != 0
    total = (logits * mask).sum()
    return total / mask.sum()
'''
STUB = "def stub(self):\n    raise NotImplementedError\n"
FUNCTIONS = [function(CLAMP), function(UNTYPED), function(TENSOR), function(STUB, "Base")]
PROGRAMS = {"clamp": "STEP = 0\n\n\n" + FUNCTIONS[0].source, "parse": FUNCTIONS[1].source}

Made = tuple[list[Example], dict]


def make(workers: int = 2, most: int | None = None, functions: list = FUNCTIONS, **more: object) -> Made:
    return instruction_examples(
        functions, lambda one: PROGRAMS.get(one.name), TASKS, 3, LIMITS, workers, lambda task, text: True, most, **more
    )


@pytest.fixture(scope="module")
def made() -> Made:
    return make()


def by_task(examples: list[Example], task: str) -> dict[str, Example]:
    return {one.entry_point or "": one for one in examples if one.task == task}


def test_which_functions_give_what_and_why_not(made: Made) -> None:
    examples, counts = made
    assert [one.task for one in examples] == sorted((one.task for one in examples), key=TASKS.index)
    assert set(by_task(examples, "docstring")) == {"clamp", "loss"}
    assert set(by_task(examples, "unit_test")) == {"clamp", "parse"}
    for task in ("explain", "bugfix", "complete"):
        assert set(by_task(examples, task)) == {"clamp", "parse", "loss"}, task
    assert counts["functions"] == 4 and counts["standalone"] == 2
    assert counts["docstring"]["rejected"] == {"no_docstring": 2}
    assert counts["explain"] == {"tried": 4, "kept": 3, "share": 0.75, "rejected": {"stub": 1}}
    assert counts["bugfix"]["with_tests"] == 2 and counts["complete"]["with_tests"] == 2
    assert counts["bugfix"]["compared_mutants"] > counts["bugfix"]["equivalent_mutants"] >= 0
    assert sum(counts["bugfix"]["by_kind"].values()) == 3
    assert len({one.task_id for one in examples}) == len(examples)
    forms = {one.name: one.form for one in FUNCTIONS}
    assert all(one.group == forms[one.entry_point or ""] for one in examples)
    names = {one.name: one.qualname for one in FUNCTIONS}
    assert all(one.source.function == names[one.entry_point or ""] for one in examples)


def test_gold_answers_pass_and_buggy_ones_fail(made: Made) -> None:
    examples, _ = made
    cases = []
    for name, one in by_task(examples, "bugfix").items():
        if one.hidden_tests is not None:
            buggy, gold = (text.split("```python\n")[1].split("```")[0] for text in (one.prompt, one.reference))
            assert ast.unparse(ast.parse(buggy)) != ast.unparse(ast.parse(gold))
            problem = as_problem(one, "gold")
            cases += [given_case(problem, gold), given_case(problem, buggy, 1)]
            assert one.material == CodeBefore(code={"clamp": "STEP = 0", "parse": ""}[name])
    for one in by_task(examples, "unit_test").values():
        problem, wrong = as_problem(one, "gold"), one.reference.replace("==", "!=")
        cases += [given_case(problem, one.reference), given_case(problem, wrong, 1)]
    found = check(cases, LIMITS, 2).verdicts
    assert [found[case.of].outcome for case in cases] == ["pass", "fail"] * 4
    assert all("from pack.tools import" in one.reference for one in by_task(examples, "unit_test").values())


def test_prompts_do_not_give_the_answer_away(made: Made) -> None:
    examples, _ = made
    clamp = {task: by_task(examples, task)["clamp"] for task in TASKS}
    assert "Raise all values" not in clamp["docstring"].prompt and "Raise all values" in clamp["docstring"].reference
    assert "return found" not in clamp["complete"].prompt
    assert "# one after the other" in clamp["bugfix"].prompt and FUNCTIONS[0].source not in clamp["bugfix"].prompt
    assert "STEP = 0" not in clamp["unit_test"].prompt


def test_workers_and_order_of_functions_change_nothing(made: Made) -> None:
    assert make(workers=1, functions=FUNCTIONS[::-1]) == made


def test_fewer_examples_are_the_first_of_more(made: Made) -> None:
    few, counts = make(most=1)
    whole = {task: list(by_task(made[0], task).values()) for task in TASKS}
    assert {task: list(by_task(few, task).values()) for task in TASKS} == {task: whole[task][:1] for task in TASKS}
    assert all(counts[task]["kept"] == 1 for task in TASKS)


def test_the_scarce_task_bounds_the_others() -> None:
    examples, _ = make(balance=0.5)
    assert {task: len(by_task(examples, task)) for task in TASKS} == dict.fromkeys(TASKS, 1) | {"unit_test": 2}


def test_what_fails_the_checks_is_counted() -> None:
    examples, counts = instruction_examples(
        FUNCTIONS, lambda one: None, ["explain", "complete"], 3, LIMITS, 1, lambda task, text: task != "explain"
    )
    assert {one.task for one in examples} == {"complete"}
    assert counts["explain"]["rejected"] == {"stub": 1, "text_check": 3}
    with pytest.raises(ValueError, match="no such task: poem"):
        instruction_examples(FUNCTIONS, lambda one: None, ["poem"], 3, LIMITS, 1, lambda task, text: True)


def test_the_rest_of_a_program() -> None:
    program = "import re\n\n\n@cached\ndef f(a):\n    return g(a)\n\n\ndef g(a):\n    return a\n"
    assert without_function(program, "f") == "import re\n\n\n\n\ndef g(a):\n    return a"
    assert without_function(program, "h") is None


@pytest.mark.parametrize("deep", ["value" + "+1" * 800, "value" + ".real.add(1)" * 150])
def test_what_nests_too_deep_is_rejected_and_counted(deep: str) -> None:
    """One such function must not end the making of all the others' tasks."""
    functions = [FUNCTIONS[0]]
    for name in ("bound", "alone"):
        # the helper that describes functions cannot bear the deep one
        plain = function(UNTYPED.replace("def parse(text):", f"def {name}(text, value=1):\n    value = 0"))
        functions.append(dataclasses.replace(plain, source=plain.source.replace("value = 0", f"value = {deep}")))
    programs = {"clamp": PROGRAMS["clamp"], "alone": functions[2].source}
    tasks = ("explain", "bugfix", "complete", "unit_test")
    made, card = instruction_examples(
        functions, lambda one: programs.get(one.name), tasks, 1, LIMITS, 1, lambda category, answer: True
    )
    assert {one.entry_point for one in made if one.task == "unit_test"} == {"clamp"}
    assert "clamp" in {one.entry_point for one in made if one.task == "bugfix"}
    assert card["bugfix"]["rejected"]["depth"] == 2
    assert card["unit_test"]["rejected"]["depth"] == 1 and card["unit_test"]["tried"] == 2
