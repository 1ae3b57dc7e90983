"""What is compared of a row: all of it, but for what every method of a class shows."""

from __future__ import annotations

from codereflect.corpora.compared import asked, row_text
from codereflect.records import Example, Source


def example(task: str, prompt: str) -> Example:
    return Example(
        task_id="e", corpus="c", language="java", task=task, category="c", prompt=prompt,
        reference="int function ( ) { }", source=Source(file="f"), group="g",
    )  # fmt: skip


def test_members_of_the_class_are_left_out() -> None:
    method = example("java_method", "count them | int size | void clear, int count\n")
    assert asked(method) == "count them" and row_text(method) == "count them\nint function ( ) { }"
    assert asked(example("java_method", "count them\n")) == "count them\n"
    assert asked(example("repair", "a | b\n")) == "a | b\n"
