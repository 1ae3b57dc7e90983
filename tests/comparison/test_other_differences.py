"""What else differs between two arms."""

import json
from typing import Any

from codereflect.comparison.arms import Arm, match, select
from codereflect.comparison.other_differences import ABSENT, differences, silent
from codereflect.runs.run import load_run


def found(*names: str) -> dict[tuple[str, str], Any]:
    return {(one.kind, one.key): one for one in differences(match(*select(names).arms))}


def test_only_the_factor(project: Any) -> None:
    for method in ("sft", "reflection"):
        for train in (1, 2):
            project.publish(f"{method}-{train}", method, 1, train, 0.5)
    [one] = differences(match(*select([]).arms))
    assert (one.key, one.a, one.b, one.expected) == ("train.method", ('"sft"',), ('"reflection"',), True)


def test_other_parameters_and_code_are_flagged(project: Any) -> None:
    project.publish("one", "sft", 1, 1, 0.5, train__extra="x")
    project.publish("two", "reflection", 1, 2, 0.5, train__learning_rate=0.1, code="c" * 64)
    all_found = found("one", "two")
    assert [key for key, one in all_found.items() if one.expected] == [("parameter", "train.method")]
    assert all_found["parameter", "train.learning_rate"].b == ("0.1",)
    assert all_found["parameter", "train.extra"].b == (ABSENT,)
    assert all_found["parameter", "train.seed"].expected is False
    code = all_found["code", "src/b.py"]
    assert (code.a, code.b, code.expected) == (("bbbbbbb",), ("ccccccc",), False)
    assert ("code", "src/a.py") not in all_found


def test_what_varies_within_an_arm_is_flagged(project: Any) -> None:
    for method in ("sft", "reflection"):
        project.publish(f"{method}-1", method, 1, 1, 0.5, code=method[0] * 64)
    project.publish("sft-2", "sft", 1, 2, 0.5, code="c" * 64)
    project.publish("reflection-2", "reflection", 1, 2, 0.5, code="d" * 64)
    [code] = [one for one in differences(match(*select(["sft", "reflection"]).arms)) if one.kind == "code"]
    assert code.a == ("ccccccc", "sssssss") and code.b == ("ddddddd", "rrrrrrr") and not code.expected


def test_what_varies_in_both_arms_alike_is_flagged_too(project: Any) -> None:
    for method in ("sft", "reflection"):
        project.publish(f"{method}-1", method, 1, 1, 0.5)
        project.publish(f"{method}-2", method, 1, 2, 0.5, code="c" * 64)
    arms = [Arm(name, (load_run(f"{name}-1"), load_run(f"{name}-2"))) for name in ("sft", "reflection")]
    [code] = [one for one in differences(match(*arms)) if one.kind == "code"]
    assert code.a == code.b == ("bbbbbbb", "ccccccc") and not code.expected


def test_machine_and_environment(project: Any) -> None:
    project.publish("one", "sft", 1, 1, 0.5)
    folder = project.publish("two", "reflection", 1, 1, 0.5)
    (folder / "cost.json").write_text(json.dumps({"machine": {"processor": "other"}, "seconds": 9}))
    facts = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps({**facts, "sandbox_level": "weak"}))
    all_found = found("one", "two")
    assert all_found["machine", "processor"].b == ('"other"',)
    assert all_found["environment", "sandbox_level"].b == ('"weak"',)
    assert not any(key == "seconds" for _, key in all_found)


def test_seed_of_an_untrained_model_is_no_difference_to_worry_about(project: Any) -> None:
    project.publish("none-1", "none", 1, 1, 0.5)
    project.publish("sft-2", "sft", 1, 2, 0.5)
    assert found("none-1", "sft-2")["parameter", "train.seed"].expected


def test_runs_that_say_nothing_are_named(project: Any) -> None:
    project.publish("one", "sft", 1, 1, 0.5)
    folder = project.publish("two", "sft", 1, 1, 0.6)
    for name in ("params.yaml", "run.json", "cost.json"):
        (folder / name).unlink()
    pairs = match(*select(["one", "two"]).arms)
    assert silent(pairs) == ["two"] and differences(pairs) == []
