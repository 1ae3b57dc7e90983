"""params.yaml: every bad value is named in one sentence."""

from __future__ import annotations

import copy
import shutil
import subprocess
from pathlib import Path

import pytest

from codereflect.corpora.micro.dealing import scaled
from codereflect.errors import UserError
from codereflect.params import flatten, known_keys, load_params, read_yaml, validate

ROOT = Path(__file__).resolve().parents[1]
VALUES = read_yaml(ROOT / "params.yaml")


def changed(**changes):
    values = copy.deepcopy(VALUES)
    for key, value in changes.items():
        *path, last = key.split("__")
        place = values
        for name in path:
            place = place[name]
        if value is None and key != "model__revision":
            place.pop(last)
        else:
            place[last] = value
    return values


def test_the_committed_file_is_valid():
    params = load_params(ROOT / "params.yaml")
    assert scaled(params.corpus.micro, "train_python") == 25000
    assert "train.budget.amount" in known_keys()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"train__methd": "sft"}, r"unknown key train\.methd \(did you mean train\.method\?\)"),
        ({"train__method": "sfft"}, r"train\.method: input should be 'none', 'sft' or 'reflection', not 'sfft'"),
        ({"train__seed": "1"}, r"train\.seed: .*integer, not '1'"),
        ({"train__seed": None}, r"the key train\.seed is missing"),
        ({"train__budget__amount": "lots"}, r"train\.budget\.amount: .*number, not 'lots'"),
        ({"train__budget__amount": 0}, r"train\.budget\.amount: .*greater than 0"),
        ({"data__base_share": 1.0}, r"data\.base_share"),
        ({"model__micro__heads": 3}, r"model\.micro: hidden_size 128 must be a multiple"),
        ({"score__k": [1, 5]}, r"score\.k must be between 1 and generate\.samples"),
        ({"generate__samples": 5}, r"generate: samples above 1 need a temperature"),
        ({"generate__temperature": float("nan")}, r"generate\.temperature"),
        ({"train__learning_rate": float("inf")}, r"train\.learning_rate"),
        ({"eval__suites": ["micro_python", "micro_python"]}, r"eval\.suites has a duplicate"),
        ({"eval__suites": ["micro_pyton"]}, r"eval: suites: unknown micro_pyton, did you mean micro_python\? known: "),
        ({"eval__suites": []}, r"eval: suites: empty list; known: micro_python"),
        ({"tasks": ["docstring"]}, r"tasks of corpus micro: unknown docstring; known: python_function"),
        ({"tasks": "docstring"}, r"tasks: input should be a valid list or default, not 'docstring'"),
        ({"eval__suites": [3]}, r"eval\.suites\.0: input should be a valid string"),
        ({"data__near_duplicates": 1e-12}, r"data\.near_duplicates: .*0\.1"),
        ({"tasks": ["java_method", "java_method"]}, r"tasks has a duplicate"),
        ({"data__base_share": 0.0}, r"data\.base_share is 0: nothing is left to train it on"),
        ({"corpus__concode__source": "path"}, r"corpus\.concode: source is path, but path is null"),
        ({"suites__mbpp__sha256": "ABC"}, r"suites\.mbpp\.sha256: sha256 must be 64 hexadecimal digits"),
        ({"corpus__python_package__packages": ["verl"]}, r"corpus\.python_package: 'verl' is no pin"),
        ({"corpus__python_package__sha256": ["0" * 64] * 2}, r"sha256 has 2 values for 1 packages"),
        ({"corpus__python_package__source": "path"}, r"source is path, but path is null"),
        (
            {
                "corpus__python_package__source": "path",
                "corpus__python_package__path": "x",
                "corpus__python_package__sha256": ["0" * 64] * 2,
            },
            r"corpus\.python_package: sha256 has 2 values for one tree",
        ),
        (
            {"corpus__python_package__packages": ["a.b==1", "A_b==2"]},
            r"corpus\.python_package: packages holds a\.b==1 and A_b==2; name one version of a package",
        ),
        ({"corpus__python_package__path": ""}, r"corpus\.python_package\.path: an empty text names nothing"),
        ({"corpus__concode__hub": ""}, r"corpus\.concode\.hub: an empty text names nothing; write null"),
        ({"suites__mbpp__fils": "x"}, r"unknown key suites\.mbpp\.fils \(did you mean suites\.mbpp\.files\?\)"),
        ({"suites__humanevl": {}}, r"unknown key suites\.humanevl \(did you mean suites\.humaneval\?\)"),
        ({"suites__humaneval": {"source": "path"}}, r"suites\.humaneval: source is path, but path is null"),
        ({"suites__mbpp": 3}, r"suites\.mbpp: input should be a valid dictionary"),
        ({"suites__mbpp__files": " "}, r"suites\.mbpp\.files: an empty text names nothing"),
        ({"suites__mbpp__revision": ""}, r"suites\.mbpp\.revision: an empty text names nothing"),
        ({"corpus__training_set__path": ""}, r"corpus\.training_set\.path: an empty text names nothing"),
        ({"corpus__python_package__min_lines": 99}, r"min_lines 99 is above max_lines 60"),
        ({"reflection__supervise": ["everything"]}, r"reflection: supervise must be all, or a list"),
        ({"train__reflection__fraction": 0.0}, r"train\.reflection\.fraction: .*greater than 0, not 0\.0"),
        (
            {"reflection__fraction": 0.1},
            r"unknown key reflection\.fraction \(did you mean train\.reflection\.fraction\?\)",
        ),
        ({"train__sft": {"fraction": 0.1}}, r"unknown key train\.sft\.fraction"),
        ({"train__none": None}, r"the key train\.none is missing"),
        ({"train__sft": 3}, r"train\.sft: .*MethodKeys"),
        ({"train__early_stopping": "meta"}, r"train\.early_stopping: .*'mean' or 'either', not 'meta'"),
        ({"base__schedule": None}, r"the key base\.schedule is missing"),
        (
            {"train__method": "none", "train__init": "sft"},
            r"method none starts from the base .*train\.init must be base",
        ),
        ({"train__method": "sft", "train__init": "sft"}, r"method sft starts from the base .*train\.init must be base"),
        ({"train": 3}, r"train: "),
        (
            {"train__method": "reflection", "corpus__name": "mbpp"},
            r"no wrong answer to unit_test is explained; tasks must hold one of python_function, repair",
        ),
        (
            {"corpus__name": "mbpp", "eval__suites": ["humaneval", "mbpp_repair"]},
            r"eval\.suites: mbpp_repair tests the problems that corpus mbpp is trained on; name mbpp_test_repair",
        ),
    ],
)
def test_what_is_wrong_is_named(changes, words):
    with pytest.raises(UserError, match=words) as error:
        validate(changed(**changes), "params.yaml")
    assert "\n" not in str(error.value) and "Fix" in str(error.value)


def test_what_is_not_said_of_the_file_of_a_suite_is_as_published():
    values = changed(suites__humaneval_plus={"revision": "v1"})
    found = validate(values, "params.yaml").suites
    assert found.humaneval_plus.model_dump() == {
        "source": "hub", "hub": "evalplus/humanevalplus", "revision": "v1", "files": "*/test-*.parquet", "path": None,
        "sha256": None,
    }  # fmt: skip
    assert found.humaneval.hub == "openai/openai_humaneval" and found.mbpp.files == "full/*.parquet"
    del values["suites"]
    assert validate(values, "params.yaml").suites.humaneval == found.humaneval


@pytest.mark.parametrize("text", ["", "a: [", "- 1\n", "corpus: 1\ncorpus: 2\n", b"\xff\xfe".decode("latin-1")])
def test_a_file_that_is_no_such_mapping_is_refused(tmp_path, text):
    file = tmp_path / "params.yaml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(UserError, match=r"params\.yaml"):
        load_params(file)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UserError, match="does not exist"):
        load_params(tmp_path / "params.yaml")


@pytest.mark.parametrize(
    ("corpus", "tasks", "suites"),
    [
        ("micro", ("python_function", "java_method"), "micro_python"),
        ("concode", ("java_method",), "concode"),
        ("python_package", ("docstring", "explain", "bugfix", "complete", "unit_test"), "python_package"),
        ("mbpp", ("unit_test",), "mbpp_unit_test"),
    ],
)
def test_a_corpus_brings_its_own_tasks_and_suites(corpus, tasks, suites):
    params = validate(changed(corpus__name=corpus), "params.yaml")
    assert params.chosen_tasks == tasks
    assert params.chosen_suites[0] == suites
    named = validate(changed(corpus__name=corpus, eval__suites=["humaneval", "micro_java"]), "params.yaml")
    assert named.chosen_suites == ("humaneval", "micro_java")


def test_empty_sections_survive_flattening():
    flat = flatten(VALUES)
    assert flat["train.sft"] == {} and flat["train.reflection.fraction"] == 0.1 and "train.reflection" not in flat


def test_a_refused_value_that_git_does_not_know_is_told_apart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "params.yaml", tmp_path)
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "t"]):
        subprocess.run(["git", *command], check=True)
    text = Path("params.yaml").read_text()
    Path("params.yaml").write_text(text.replace("method: sft", "method: sfd"))
    with pytest.raises(UserError, match=r"^params.yaml \(changed against git\): train.method") as told:
        load_params()
    assert told.value.fix and told.value.fix.startswith("git checkout -- params.yaml")
