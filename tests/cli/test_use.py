"""`codereflect use` and the recipes."""

from __future__ import annotations

import shutil

import pytest
from click.testing import CliRunner
from pipeline import ROOT, command
from ruamel.yaml import YAML

from codereflect.cli.use import merged, read_recipe, recipe_names, recipe_values, unflatten, use
from codereflect.errors import UserError
from codereflect.params import flatten, load_params, read_yaml

RECIPES = [path.stem for path in sorted((ROOT / "conf" / "recipe").glob("*.yaml"))]


@pytest.fixture(autouse=True)
def repository(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "conf", tmp_path / "conf")
    shutil.copy(ROOT / "params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def comments(text):
    return [line for line in text.splitlines() if "#" in line]


def test_recipe_micro_names_every_key():
    assert set(flatten(read_recipe("micro").params)) == set(flatten(read_yaml(ROOT / "params.yaml")))


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_is_valid_at_every_scale_and_survives_the_round_trip(name, repository):
    for scale in read_recipe(name).scale_names():
        text = (repository / "params.yaml").read_text()
        values = recipe_values(name, scale, read_yaml(repository / "params.yaml"))
        after = merged(text, values)
        assert flatten(YAML(typ="safe", pure=True).load(after)) == values
        assert [line for line in after.splitlines() if "#" in line] == [
            line for line in text.splitlines() if "#" in line
        ]
        assert merged(after, values) == after
        assert merged(after, flatten(YAML(typ="safe", pure=True).load(text))) == text


def test_what_is_written_depends_on_the_recipe_alone(repository):
    runner = CliRunner()
    runner.invoke(use, ["smoke"], catch_exceptions=False)
    direct = (repository / "params.yaml").read_text()
    runner.invoke(use, ["sft-vs-reflection", "--scale", "gpu"], catch_exceptions=False)
    assert load_params().model.name == "meta-llama/Llama-3.2-3B"
    assert "2e-05" not in (repository / "params.yaml").read_text()
    runner.invoke(use, ["smoke"], catch_exceptions=False)
    assert (repository / "params.yaml").read_text() == direct


def test_where_a_file_of_a_suite_is_stays(repository):
    text = (repository / "params.yaml").read_text()
    block = "suites:\n  humaneval:\n    path: data/files/HumanEval.jsonl.gz\n"
    (repository / "params.yaml").write_text(text.replace("suites:\n", block, 1))
    CliRunner().invoke(use, ["smoke"], catch_exceptions=False)
    assert load_params().suites.humaneval.path == "data/files/HumanEval.jsonl.gz"
    assert load_params().corpus.micro.size == 0.02


def test_the_difference_is_shown_and_a_second_use_changes_nothing():
    runner = CliRunner()
    runner.invoke(use, ["micro"], catch_exceptions=False)
    first = runner.invoke(use, ["smoke"], catch_exceptions=False)
    assert "+    size: 0.02" in first.output
    assert "already is recipe smoke" in runner.invoke(use, ["smoke"], catch_exceptions=False).output


def test_an_impossible_recipe_is_refused_and_nothing_is_written(repository):
    before = (repository / "params.yaml").read_text()
    (repository / "conf/recipe/odd.yaml").write_text("about: x\nparams:\n  train:\n    method: ppp\n")
    with pytest.raises(UserError, match=r"conf/recipe/odd.yaml: train.method"):
        CliRunner().invoke(use, ["odd"], catch_exceptions=False)
    (repository / "conf/recipe/odd.yaml").write_text("about: x\nparams:\n  train:\n    methd: sft\n")
    with pytest.raises(UserError, match="unknown key train.methd"):
        CliRunner().invoke(use, ["odd"], catch_exceptions=False)
    (repository / "conf/recipe/odd.yaml").write_text("param: {}\n")
    with pytest.raises(UserError, match="unknown key param"):
        CliRunner().invoke(use, ["odd"], catch_exceptions=False)
    assert (repository / "params.yaml").read_text() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["smok"], "There is no recipe smok; known: concode, micro,"),
        (["smoke", "--scale", "gpu"], "Recipe smoke has no scale gpu; it has: micro."),
        ([], "No recipe is named; known: concode, micro,"),
    ],
)
def test_refusals_name_what_is_known(arguments, said, repository):
    done = command(repository, "use", *arguments)
    assert done.returncode == 2 and said in done.stderr and done.stderr.count("\n") == 1


def test_nested_and_dotted_keys_are_inverse():
    values = load_params().model_dump()
    assert unflatten(flatten(values)) == values
    assert "micro" in recipe_names()
