"""What an experiment uses, by its parameters."""

from __future__ import annotations

from pathlib import Path

import pytest

from codereflect.configuration import read_yaml
from codereflect.needs import is_needed, needs, write_needs
from codereflect.params import Params, validate

ROOT = Path(__file__).resolve().parents[1]


def params(method: str, init: str, model: str) -> Params:
    values = read_yaml(ROOT / "params.yaml")
    values["train"] |= {"method": method, "init": init}
    values["model"]["name"] = model
    return validate(values, "params.yaml")


@pytest.mark.parametrize(
    ("method", "init", "model", "needed"),
    [
        ("none", "base", "someone/model", set()),
        ("none", "base", "micro", {"corpus"}),
        ("sft", "base", "someone/model", {"corpus", "rows", "sft"}),
        ("sft", "base", "micro", {"corpus", "rows", "sft"}),
        ("reflection", "base", "micro", {"corpus", "rows"}),
        ("reflection", "sft", "micro", {"corpus", "rows", "sft"}),
    ],
)
def test_nothing_is_made_that_the_arm_does_not_use(tmp_path, method, init, model, needed):
    wanted = params(method, init, model)
    assert {name for name, answer in needs(wanted).items() if answer} == needed
    write_needs(wanted, tmp_path)
    assert {name for name in needs(wanted) if is_needed(tmp_path, name)} == needed
