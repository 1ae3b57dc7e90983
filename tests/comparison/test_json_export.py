"""JSON holds every number, and the same bytes every time."""

import json
from typing import Any

from codereflect.comparison.arms import select
from codereflect.comparison.json_export import lines_to_json, to_json
from codereflect.comparison.results import compare


def test_numbers_are_those_of_the_table(project: Any) -> None:
    for train in (1, 2):
        project.publish(f"a{train}", "sft", 1, train, 0.4)
        project.publish(f"b{train}", "reflection", 1, train, 0.5)
    comparisons = compare(select([]))
    text = to_json(comparisons, "here")
    assert text == to_json(compare(select([])), "here")
    [one] = json.loads(text)["comparisons"]
    assert (one["a"], one["b"], len(one["pairs"])) == ("sft", "reflection", 2)
    assert one["pairs"][0]["a"]["name"] == "a1" and len(one["pairs"][0]["b"]["run_key"]) == 64
    first, estimate = one["lines"][0], comparisons[0].lines[0].estimate
    assert estimate is not None and estimate.interval is not None
    assert first["estimate"]["kind"] == "seeded"
    assert first["estimate"]["interval"]["low"] == round(estimate.interval.low, 6)
    assert [row["train_seed"] for row in first["estimate"]["by_seed"]] == [1, 2]
    assert one["differences"][0]["key"] == "train.method"
    assert "One base model" in one["notes"][0]


def test_lines_alone(project: Any) -> None:
    project.publish("a", "sft", 1, 1, 0.4)
    project.publish("b", "sft", 1, 1, 0.4)
    [comparison] = compare(select(["a", "b"]))
    [one] = json.loads(lines_to_json(comparison.lines, "x", "y", "file"))["comparisons"]
    estimate = one["lines"][0]["estimate"]
    assert estimate["kind"] == "paired" and estimate["interval"] is None and estimate["p"] == 1.0
    assert one["lines"][-1]["metric"] == "bleu" and "estimate" not in one["lines"][-1]
