"""The sentences say what the numbers say."""

from typing import Any

import pytest

from codereflect.comparison import sentences
from codereflect.comparison.arms import select
from codereflect.comparison.results import Comparison, Line, compare
from codereflect.comparison.statistics import paired


def line(wins: int, losses: int, ties: int) -> Line:
    a = [0.0] * wins + [1.0] * losses + [1.0] * ties
    b = [1.0] * wins + [0.0] * losses + [1.0] * ties
    estimate = paired(a, b)
    return Line("suite", "", "pass@1", estimate.a, estimate.b, estimate, decides=True)


def test_better_worse_nothing_borderline() -> None:
    assert "suite, pass@1: new is better than old (+20.0 points" in sentences.verdict(line(30, 10, 60), "old", "new")
    assert "old is better than new (-20.0 points" in sentences.verdict(line(10, 30, 60), "old", "new")
    nothing = sentences.verdict(line(10, 9, 81), "old", "new")
    assert "no difference shown (+1.0 points, 95% interval [-7.0, +9.0], 100 tasks)" in nothing
    assert "minimum detectable effect (80% power): 12.4 points" in nothing
    # 5 against none: the bootstrap excludes zero, the exact test does not.
    assert "borderline, the interval and the test disagree" in sentences.verdict(line(5, 0, 95), "old", "new")


def test_nothing_differs() -> None:
    text = sentences.verdict(line(0, 0, 150), "old", "new")
    assert "no task of 150 ends differently" in text and "minimum detectable effect (80% power): 5.2 points" in text
    assert "a single task shows nothing" in sentences.verdict(line(1, 0, 0), "old", "new")
    assert "all 4 tasks differ by the same amount, +100.0 points" in sentences.verdict(line(4, 0, 0), "old", "new")


def test_needed_only_where_nothing_was_shown() -> None:
    assert sentences.needed(line(30, 10, 60)) is None
    assert "suite: detecting 1.0 points with 80% power takes about 15,100 tasks (here 100)" in str(
        sentences.needed(line(10, 9, 81))
    )


@pytest.mark.parametrize(("value", "text"), [(0.04, "0.0"), (-0.04, "0.0"), (1.25, "+1.2"), (-3.0, "-3.0")])
def test_zero_has_no_sign(value: float, text: str) -> None:
    assert sentences.signed(value, 1) == text


def comparison_of(project: Any, seeds: list[tuple[int, int]], **changes: Any) -> Comparison:
    for base, train in seeds:
        project.publish(f"a{base}{train}", "sft", base, train, 0.5)
        project.publish(f"b{base}{train}", "reflection", base, train, 0.5, **changes)
    [comparison] = compare(select(["sft", "reflection"]))
    return comparison


def test_one_seed_says_that_training_noise_is_missing(project: Any) -> None:
    text = "\n".join(sentences.notes(comparison_of(project, [(1, 1)])))
    assert "Training noise is not included" in text
    assert "\n  codereflect sweep -S train.method=sft,reflection -S train.seed=1,2,3\n" in text + "\n"


def test_one_base_says_that_its_noise_is_missing(project: Any) -> None:
    text = "\n".join(sentences.notes(comparison_of(project, [(1, 1), (1, 2)])))
    assert "Training noise is not included" not in text
    assert "One base model" in text and "-S train.seed=1,2,3 -S base.seed=1,2,3" in text


def test_full_design_has_no_warning_and_a_spread(project: Any) -> None:
    comparison = comparison_of(project, [(base, train) for base in (1, 2) for train in (1, 2)])
    assert "sweep" not in "\n".join(sentences.notes(comparison))
    spread = str(sentences.spread(comparison.lines[0]))
    assert "over 2 base seeds: SD of the difference" in spread
    assert " points between base means, " in spread and " points between training seeds of one base." in spread
    assert "t over 2 base seeds" in spread and "bootstrap over base seeds, training seeds and tasks" in spread
    assert sentences.flagged(comparison) == "The arms differ in train.method only."


def test_other_differences_are_flagged(project: Any) -> None:
    comparison = comparison_of(project, [(1, 1)], train__learning_rate=0.1, code="c" * 64)
    text = sentences.flagged(comparison)
    assert "The arms differ in more than train.method" in text
    assert "parameter train.learning_rate" in text and "code src/b.py" in text
