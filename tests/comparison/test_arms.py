"""Which runs are compared with which."""

from typing import Any

import pytest

from codereflect.comparison.arms import match, select, unmatched
from codereflect.errors import UserError


def names(selection: Any) -> dict[str, list[str]]:
    return {arm.name: [run.name for run in arm.runs] for arm in selection.arms}


def test_fresh_clone_shows_the_published_runs(project: Any) -> None:
    for base in (1, 2):
        for method in ("reflection", "sft"):
            project.publish(f"{method}-{base}", method, base, 1, 0.5)
    selection = select([])
    assert names(selection) == {"sft": ["sft-1", "sft-2"], "reflection": ["reflection-1", "reflection-2"]}
    assert "published" in selection.source


def test_newest_comparable_experiments_come_first(project: Any) -> None:
    project.publish("sft-pub", "sft", 1, 1, 0.5)
    project.publish("reflection-pub", "reflection", 1, 1, 0.5)
    project.experiment("sft-old", "sft", 1, 1, 0.5, train__learning_rate=0.1)
    project.experiment("reflection-old", "reflection", 1, 1, 0.5, train__learning_rate=0.1)
    project.experiment("sft-new", "sft", 1, 1, 0.5)
    assert names(select([])) == {"sft": ["sft-old"], "reflection": ["reflection-old"]}
    project.experiment("reflection-other-seed", "reflection", 1, 2, 0.5)
    assert names(select([])) == {"sft": ["sft-old"], "reflection": ["reflection-old"]}
    project.experiment("reflection-new", "reflection", 1, 1, 0.5)
    selection = select([])
    assert names(selection)["sft"] == ["sft-new"]
    assert "experiments (2 of other parameters, code or methods left out)" in selection.source


def test_same_code_is_preferred_and_other_code_accepted(project: Any) -> None:
    project.experiment("sft-1", "sft", 1, 1, 0.5)
    project.experiment("reflection-1", "reflection", 1, 1, 0.5)
    project.experiment("reflection-2", "reflection", 1, 1, 0.5, code="d" * 64)
    assert names(select(["sft", "reflection"]))["reflection"] == ["reflection-1"]
    project.experiment("none-2", "none", 1, 1, 0.5, code="e" * 64)
    assert names(select(["none", "reflection"])) == {"none": ["none-2"], "reflection": ["reflection-2"]}


def test_repeated_runs_count_once(project: Any) -> None:
    project.experiment("sft-first", "sft", 1, 1, 0.5)
    project.experiment("sft-again", "sft", 1, 1, 0.5)
    project.experiment("reflection-1", "reflection", 1, 1, 0.5)
    assert names(select([]))["sft"] == ["sft-again"]


def test_a_method_against_one_run(project: Any) -> None:
    project.publish("sft-1", "sft", 1, 1, 0.5)
    project.publish("sft-2", "sft", 1, 2, 0.5)
    project.publish("mine", "reflection", 1, 2, 0.5)
    selection = select(["sft", "mine"])
    pairs = match(*selection.arms)
    assert [(pair.a.name, pair.b.name) for pair in pairs] == [("sft-2", "mine")]
    assert unmatched(*selection.arms, pairs) == ["sft-1"]


def test_runs_of_different_parameters_can_be_compared_by_method(project: Any) -> None:
    project.experiment("sft-1", "sft", 1, 1, 0.5, train__learning_rate=0.1)
    project.experiment("reflection-1", "reflection", 1, 1, 0.5)
    assert names(select(["sft", "reflection"])) == {"sft": ["sft-1"], "reflection": ["reflection-1"]}


def test_base_model_is_matched_with_all_training_seeds(project: Any) -> None:
    for base in (1, 2):
        project.publish(f"none-{base}", "none", base, 1, 0.4)
        for train in (1, 2, 3):
            project.publish(f"sft-{base}{train}", "sft", base, train, 0.5)
    selection = select([])
    assert [arm.name for arm in selection.arms] == ["sft", "none"]
    pairs = match(*selection.arms)
    assert [pair.seeds for pair in pairs] == [(base, train) for base in (1, 2) for train in (1, 2, 3)]
    assert {pair.b.name for pair in pairs} == {"none-1", "none-2"}


def test_two_single_runs_are_a_pair_whatever_their_seeds(project: Any) -> None:
    project.publish("one", "sft", 1, 1, 0.5)
    project.publish("two", "sft", 2, 3, 0.5)
    assert len(match(*select(["one", "two"]).arms)) == 1


def test_nothing_to_compare(project: Any) -> None:
    with pytest.raises(UserError, match="no run is known here") as caught:
        select([])
    assert caught.value.fix == "codereflect sweep -S train.method=sft,reflection"
    project.publish("sft-1", "sft", 1, 1, 0.5)
    project.publish("reflection-1", "reflection", 1, 2, 0.5)
    with pytest.raises(UserError, match=r"no two runs that differ in train\.method only; known are"):
        select([])
