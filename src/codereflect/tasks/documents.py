"""Examples as what other parts need: a plain training row, a problem to be answered; and out of a problem again."""

from __future__ import annotations

from codereflect.records import Example, Problem, Segment, Source, TrainRow


def plain_row(example: Example) -> TrainRow:
    """Prompt without loss, reference with loss: the form in which models are also evaluated."""
    return TrainRow(
        id=example.id,
        label="sft",
        segments=[
            Segment(kind="prompt", text=example.prompt, supervised=False),
            Segment(kind="reference", text=example.reference, supervised=True),
        ],
    )


def as_problem(example: Example, suite: str) -> Problem:
    """A training example as a problem whose answer can be run."""
    return Problem(
        task_id=example.id,
        suite=suite,
        language=example.language,
        task=example.task,
        category=example.category,
        prompt=example.prompt,
        context=example.context,
        entry_point=example.entry_point,
        public_tests=example.public_tests,
        hidden_tests=example.tests,
        reference=example.reference,
        group=example.group,
    )


def as_example(problem: Problem, corpus: str) -> Example:
    """A problem with a reference as a training example; all that is made of one problem is one group, of its name."""
    return Example(
        id=f"{problem.suite}/{problem.task_id}",
        corpus=corpus,
        language=problem.language,
        task=problem.task,
        category=problem.category,
        prompt=problem.prompt,
        context=problem.context,
        reference=problem.reference or "",
        entry_point=problem.entry_point,
        public_tests=problem.public_tests,
        tests=problem.hidden_tests,
        source=Source(file=problem.task_id),
        group=problem.task_id,
    )
