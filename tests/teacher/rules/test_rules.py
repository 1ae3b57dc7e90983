"""The sentences of the rule-based teacher, and that they are true of generated tasks and their mutants."""

from __future__ import annotations

import pytest
from samples import PROMPT, REFERENCE, example, solve, verdict

from codereflect.corpora import micro
from codereflect.corpora.micro.mutation import mutants
from codereflect.corpus_params import MicroCorpus
from codereflect.records import Annotation, Example, Verdict
from codereflect.teacher.rules.checks import flaw
from codereflect.teacher.rules.mistake_facts import Refused, gather
from codereflect.teacher.rules.rules import ANALYSIS_WORDS, annotation, words
from codereflect.teacher.rules.source import parse, same_tree

FREE_PROMPT = PROMPT.replace("sort the numbers; sum the numbers", "sort and sum")


def explain(task: Example, attempt: str, said: Verdict) -> Annotation:
    return annotation(gather(task, attempt, said))


def test_wrong_value_and_missing_step_with_the_clause_that_asks_for_it() -> None:
    note = explain(example(), REFERENCE.replace("    xs = sorted(xs)\n", ""), verdict())
    assert note.error_analysis == "It gives `5`, not `3`. The `sorted` call `xs = sorted(xs)` is missing."
    assert note.learning_insights == "Do not skip a step: `sort the numbers` means `xs = sorted(xs)`."
    assert (note.teacher, note.example_id) == ("rules", "micro/1")


def test_where_no_clause_is_known_the_neighbour_is_named() -> None:
    note = explain(example(prompt=FREE_PROMPT), REFERENCE.replace("    xs = sorted(xs)\n", ""), verdict())
    assert note.learning_insights.endswith("first `xs = [x for x in xs if x > k]`, then `xs = sorted(xs)`.")


@pytest.mark.parametrize(
    ("sign", "lesson"),
    [(">=", "The equal value does not count, so compare with `>`"), ("<", "Compare with `>`")],
)
def test_comparisons(sign: str, lesson: str) -> None:
    note = explain(example(prompt=FREE_PROMPT), REFERENCE.replace(">", sign), verdict())
    assert note.error_analysis == f"It gives `5`, not `3`. `{sign}` is used where `>` is needed."
    assert note.learning_insights == f"{lesson}: `xs = [x for x in xs if x > k]`."


@pytest.mark.parametrize(("number", "lesson"), [(7, "Copy `7` from the task"), (8, "Check the constant `8`")])
def test_a_constant_is_from_the_task_only_if_its_words_have_it(number: int, lesson: str) -> None:
    reference = solve(f"return k + {number}")
    task = example(reference, "# add 7 to k, whatever it is\n# solve(xs, k)\n# solve([], 8) == 15\n")
    assert explain(task, solve("return k + 2"), verdict()).learning_insights.startswith(lesson)


@pytest.mark.parametrize(
    ("outcome", "category", "actual", "symptom"),
    [
        ("fail", "TypeError", None, "It raises `TypeError`."),
        ("fail", "NameError", None, "It raises `NameError`: `ys` is not defined."),
        ("fail", "TypeError", "5", "It gives `5`, not `3`."),
        ("fail", "assertion", None, "It gives a wrong value."),
        ("fail", "assertion", "5" * 41, "It gives a wrong value."),
        ("fail", "memory", None, "It takes too much memory."),
        ("fail", "missing_entry_point", None, "It does not define `solve`."),
        ("fail", "crash", None, "It does not run to its end."),
        ("timeout", "timeout", None, "It does not end in time."),
    ],
)
def test_symptoms(outcome: str, category: str, actual: str | None, symptom: str) -> None:
    attempt = REFERENCE.replace("sorted(xs)", "sorted(ys)")
    note = explain(example(), attempt, verdict(outcome, category, "3", actual))  # type: ignore[arg-type]
    assert note.error_analysis.startswith(symptom + " ")


def test_of_two_undefined_names_the_one_in_the_feedback_is_named() -> None:
    attempt = solve("ys = ws", "return zs")
    one = explain(
        example(), attempt, verdict("fail", "NameError", actual=None, feedback="", raised="name 'zs' is not defined")
    )
    none = explain(example(), attempt, verdict("fail", "NameError", actual=None, feedback="unknown"))
    assert one.error_analysis.startswith("It raises `NameError`: `zs` is not defined.")
    assert none.error_analysis.startswith("It raises `NameError`. ")


def test_a_broken_line() -> None:
    note = explain(example(), REFERENCE.replace("sum(xs)", "sum(xs"), verdict(category="syntax", actual=None))
    assert note.error_analysis == "Line 4 does not parse: `(` is not closed. It reads `n = sum(xs`."
    assert note.learning_insights == "Write the line whole: `n = sum(xs)`."


def test_long_wordings_give_way_to_short_ones() -> None:
    long = " + ".join(f"k * {n}" for n in range(9))
    note = explain(example(solve(f"return {long}")), solve(f"return {long.replace('* 8', '* 1')}"), verdict())
    assert words(note.error_analysis) <= ANALYSIS_WORDS
    assert note.learning_insights == "Check the constant `8`."


def _tasks(count: int) -> list[Example]:
    corpus = MicroCorpus(
        size=1.0, train_python=count, train_java=0, test_python=1, test_java=0, test_repair=0, test_java_repair=0
    )
    tasks = [task for task in micro.training(corpus, 11)[0] if task.task == "python_function"]
    assert len(tasks) == count
    return tasks


@pytest.mark.slow
def test_explanations_of_mutants_fit_the_facts_and_are_short() -> None:
    explained = refused = 0
    for task in _tasks(60):
        for mutant in mutants(task.reference):
            try:
                facts = gather(task, mutant.source, verdict())
            except Refused:
                refused += 1
                continue
            note = annotation(facts)
            # Swapped steps that also change what a name stands for are refused rather than explained wrongly.
            refusals = (None, "too_long", "wrong_claim") if mutant.kind == "order" else (None, "too_long")
            assert flaw(note, facts) in refusals, (mutant.source, note)
            explained += flaw(note, facts) is None
    assert explained > 400
    assert refused == 0


@pytest.mark.slow
def test_what_is_said_to_be_needed_mends_the_mutant() -> None:
    """An independent check of the difference: put what is right in the place of what is wrong, and compare trees."""
    corrected = 0
    for task in _tasks(60):
        for mutant in mutants(task.reference):
            facts = gather(task, mutant.source, verdict())
            if len(facts.differences) != 1:
                continue
            only = facts.differences[0]
            if (
                only.kind != "order"
                and only.wrong_step
                and only.right_step
                and mutant.source.count(only.wrong_step) == 1
            ):
                mended_source = mutant.source.replace(only.wrong_step, only.right_step)
                assert same_tree(parse(mended_source), parse(task.reference)), (mutant.source, only)  # type: ignore[arg-type]
                corrected += 1
    assert corrected > 250
