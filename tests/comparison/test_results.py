"""A comparison computed from run folders."""

from typing import Any

import pytest

from codereflect.comparison.arms import select
from codereflect.comparison.results import compare
from codereflect.comparison.seeds import Seeded
from codereflect.comparison.statistics import Paired
from codereflect.errors import UserError


def two(project: Any) -> None:
    project.publish("a", "sft", 1, 1, 0.4)
    project.publish("b", "reflection", 1, 1, 0.7)


def test_lines_of_two_runs(project: Any) -> None:
    two(project)
    [comparison] = compare(select(["a", "b"]))
    keys = [(line.suite, line.metric, line.decides) for line in comparison.lines]
    assert keys == [
        ("micro_python", "pass@1", True),
        ("micro_python", "exact_match", False),
        ("micro_python", "syntax", False),
        ("micro_java", "exact_match", True),
        ("micro_java", "syntax", False),
        ("micro_java", "bleu", False),
    ]
    first, bleu = comparison.lines[0], comparison.lines[-1]
    assert isinstance(first.estimate, Paired) and first.estimate.n == 120
    assert first.b - first.a == pytest.approx(first.estimate.difference) and first.estimate.difference > 0
    assert (bleu.a, bleu.b, bleu.estimate, bleu.share) == (41.0, 41.0, None, False)


def test_several_seeds(project: Any) -> None:
    for train in (1, 2, 3):
        project.publish(f"a{train}", "sft", 1, train, 0.4)
        project.publish(f"b{train}", "reflection", 1, train, 0.5)
    [comparison] = compare(select([]))
    assert len(comparison.pairs) == 3
    assert isinstance(comparison.lines[0].estimate, Seeded)
    assert comparison.lines[-1].a == pytest.approx(42.0)


def test_category_lines_add_up(project: Any) -> None:
    two(project)
    [comparison] = compare(select(["a", "b"]), suite="micro_python", metric="pass@1", by_category=True)
    whole, *parts = comparison.lines
    assert [line.category for line in parts] == ["numbers", "strings"]
    assert sum(line.estimate.n for line in parts if line.estimate) == whole.estimate.n if whole.estimate else False
    assert sum(line.estimate.wins for line in parts if line.estimate) == whole.estimate.wins


def test_tasks_that_one_run_lacks_are_left_out_and_counted(project: Any) -> None:
    two(project)
    verdicts = project.root / "metrics" / "published" / "b" / "verdicts.csv"
    lines = verdicts.read_text().splitlines(keepends=True)
    # One task is missing, another could not be judged.
    suite, strategy, task, index, category, *_ = lines[2].split(",")
    lines[2] = f"{suite},{strategy},{task},{index},{category},invalid,worker,,0,1\n"
    del lines[1]
    verdicts.write_text("".join(lines))
    [comparison] = compare(select(["a", "b"]), suite="micro_python")
    by_metric = {line.metric: line for line in comparison.lines}
    assert by_metric["pass@1"].left_out == 2 and by_metric["pass@1"].estimate.n == 118  # type: ignore[union-attr]
    assert by_metric["syntax"].left_out == 1


def test_strategies_are_kept_apart(project: Any) -> None:
    two(project)
    for name in ("a", "b"):
        verdicts = project.root / "metrics" / "published" / name / "verdicts.csv"
        text = verdicts.read_text()
        verdicts.write_text(text + "micro_python,feedback,p/1,0,numbers,pass,,1,0,1\n")
    [comparison] = compare(select(["a", "b"]), metric="pass@1")
    assert [line.suite for line in comparison.lines] == ["micro_python (default)", "micro_python (feedback)"]


def test_pass_at_k_is_shown_when_it_was_scored(project: Any) -> None:
    for name, method in (("a", "sft"), ("b", "reflection")):
        folder = project.publish(name, method, 1, 1, 0.5, score__k=[1, 2])
        text = (folder / "verdicts.csv").read_text()
        more = [line.replace(",0,", ",1,", 1) for line in text.splitlines()[1:] if line.startswith("micro_python")]
        (folder / "verdicts.csv").write_text(text + "\n".join(more) + "\n")
    [comparison] = compare(select(["a", "b"]), suite="micro_python")
    assert [line.metric for line in comparison.lines][:2] == ["pass@1", "pass@2"]


def test_unknown_suite_metric_and_seeds(project: Any) -> None:
    two(project)
    with pytest.raises(UserError, match="share no suite nothing; shared are: micro_python, micro_java"):
        compare(select(["a", "b"]), suite="nothing")
    with pytest.raises(UserError, match="No run has the metric f1"):
        compare(select(["a", "b"]), metric="f1")
    project.publish("a2", "sft", 5, 1, 0.4)
    project.publish("c", "reflection", 6, 1, 0.4)
    with pytest.raises(UserError, match="no seeds in common") as caught:
        compare(select(["sft", "c"]))
    assert "base 1, train 1; c: base 6, train 1" not in str(caught.value) and "base 5, train 1" in str(caught.value)
