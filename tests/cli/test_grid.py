"""-S settings as parameter sets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pipeline import ROOT

from codereflect.cli.grid import combinations, hydra, split_values
from codereflect.errors import UserError
from codereflect.params import load_params


@pytest.fixture(scope="module")
def base():
    values = load_params(ROOT / "params.yaml").model_dump()
    values["train"].update(method="sft", init="base", seed=1)
    values["base"]["seed"] = 1
    return values


def test_early_keys_vary_slowest_and_methods_fastest(base):
    settings = ["train.method=sft,reflection", "train.seed=1,2", "base.seed=1,2", "generate.seed=5"]
    found = [list(one.changes.items()) for one in combinations(base, settings)]
    assert [[value for _, value in one] for one in found[:3]] == [
        [1, 1, "sft", 5],
        [1, 1, "reflection", 5],
        [1, 2, "sft", 5],
    ]
    assert [key for key, _ in found[0]] == ["base.seed", "train.seed", "train.method", "generate.seed"]
    assert len(found) == 8


def test_without_settings_it_is_the_workspace(base):
    (only,) = combinations(base, [])
    assert only.changes == {} and only.params == base and only.overrides() == []


def test_the_same_parameters_twice_are_one_experiment(base):
    assert len(combinations(base, ["train.learning_rate=0.001,1e-3"])) == 1


def test_the_base_is_not_changed(base):
    combinations(base, ["train.seed=7"])
    assert base["train"]["seed"] == 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["train.sed=1"], "train.sed is no key of params.yaml. Fix: -S train.seed=1"),
        (["train=1"], "train is a section of params.yaml"),
        (["train.seed"], "-S train.seed gives no value"),
        (["=3"], "no key"),
        (["train.seed=x"], "train.seed: input should be a valid integer"),
        (["train.seed=1,-1"], "-S train.seed=-1: train.seed"),
        (["train.seed=1", "train.seed=2"], "names train.seed twice"),
        (["train.method=sft,none", "train.init=sft"], "train.init must be base"),
        (["generate.samples=3"], "temperature above 0"),
        (["reflection.supervise=[insight,typo]"], "supervise must be all, or a list"),
    ],
)
def test_refused_before_anything_runs(base, settings, said):
    with pytest.raises(UserError) as refusal:
        combinations(base, settings)
    assert said in str(refusal.value)


def test_lists_are_one_value(base):
    found = combinations(base, ["reflection.supervise=[insight,analysis],all"])
    assert [one.params["reflection"]["supervise"] for one in found] == [["insight", "analysis"], "all"]
    assert found[0].overrides() == ["-S", "reflection.supervise=[insight,analysis]"]


@pytest.mark.parametrize("key", ["suites.humaneval.revision", "++suites.humaneval.revision"])
def test_a_key_that_params_yaml_does_not_hold_is_added(base, key):
    (only,) = combinations(base, [f"{key}=main"])
    assert only.params["suites"]["humaneval"]["revision"] == "main"
    assert only.overrides() == ["-S", "++suites.humaneval.revision=main"]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "null"),
        (True, "true"),
        (0.0025, "0.0025"),
        ("all", "all"),
        ("meta-llama/Llama-3.2-3B", "meta-llama/Llama-3.2-3B"),
        ("true", "'true'"),
        ("it's", "'it\\'s'"),
        ("12", "'12'"),
    ],
)
def test_values_in_hydras_grammar(value, written):
    assert hydra(value) == written


@given(
    st.one_of(
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text("ab' /.,-[]1", min_size=1),
    )
)
def test_hydra_reads_back_what_was_written(value):
    from hydra.core.override_parser.overrides_parser import OverridesParser

    read = OverridesParser.create().parse_override(f"key={hydra(value)}").value()
    assert str(read).strip("'") == str(value).strip("'") or read == value


def test_split_at_outer_commas_only():
    assert split_values("a,[b,c],'d,e',{f: 1, g: 2}") == ["a", "[b,c]", "'d,e'", "{f: 1, g: 2}"]
