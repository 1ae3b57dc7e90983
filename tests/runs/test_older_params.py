"""Parameters of older runs: what came later, what has another name now, and what a run never used."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from codereflect.comparison.arms import Pair, families
from codereflect.comparison.arms import _family as family
from codereflect.comparison.other_differences import differences
from codereflect.configuration import read_yaml
from codereflect.params import flatten
from codereflect.runs import older_params
from codereflect.runs.older_params import in_use, in_words_of_today
from codereflect.runs.run import Run, load_run, published_runs

ROOT = Path(__file__).resolve().parents[2]
TODAY = flatten(in_words_of_today(read_yaml(ROOT / "params.yaml")))
PUBLISHED = published_runs(ROOT)


def test_every_key_of_today_is_known_to_the_published_runs_or_to_the_table():
    """Otherwise each of them would be another family than the runs of today: see ADDED and RENAMED."""
    assert PUBLISHED
    for run in PUBLISHED:
        known = flatten(run.params)
        new = [key for key in TODAY if key not in known and not is_of_a_new_source(key, known)]
        assert not new, f"{run.name} lacks {new}: say in runs/older_params.py what they were before they existed"
        gone = [key for key in known if key not in TODAY]
        assert not gone, f"{run.name} has {gone}: say in runs/older_params.py what they are called now"


def is_of_a_new_source(key: str, known: dict[str, Any]) -> bool:
    """A corpus or suite that is new as a whole: no older run can have used it."""
    section = ".".join(key.split(".")[:2]) + "."
    return key.startswith(("corpus.", "suites.")) and not any(other.startswith(section) for other in known)


def run_of_today(tmp_path: Path, older: Run, **changes: Any) -> Run:
    """A run that differs from a published one in nothing but the words of its params.yaml, and in `changes`."""
    from ruamel.yaml import YAML

    folder = tmp_path / "today"
    shutil.copytree(ROOT / older.files.folder, folder)
    nested = in_words_of_today(read_yaml(ROOT / "params.yaml"))
    values = flatten(older.params) | changes
    for key in TODAY:
        *sections, leaf = key.split(".")
        holder = nested
        for section in sections:
            holder = holder[section]
        holder[leaf] = values.get(key, holder[leaf])
    with open(folder / "params.yaml", "w", encoding="utf-8") as stream:
        YAML().dump(nested, stream)
    return load_run(str(folder))


@pytest.mark.parametrize("older", PUBLISHED, ids=lambda run: run.name)
def test_published_runs_compare_with_runs_of_today(tmp_path, older):
    new = run_of_today(tmp_path, older)
    assert differences([Pair(new.seeds, older, new)]) == []
    assert len(families([older, new], family)) == 1


def test_a_new_key_and_a_new_name_cost_a_line_each(tmp_path, monkeypatch):
    (older, *_) = PUBLISHED
    run_of_today(tmp_path, older)
    folder = tmp_path / "today"
    text = (folder / "params.yaml").read_text()
    text = text.replace("teacher:\n", "explainer:\n").replace("  dropout:", "  targets: all\n    dropout:")
    assert "explainer:" in text and "targets: all" in text
    (folder / "params.yaml").write_text(text)
    new = load_run(str(folder))
    keys = [one.key for one in differences([Pair(new.seeds, older, new)])]
    assert keys == ["explainer.name", "teacher.name", "train.lora.targets"]
    monkeypatch.setattr(older_params, "ADDED", older_params.ADDED | {"train.lora.targets": "all"})
    monkeypatch.setattr(older_params, "RENAMED", older_params.RENAMED | {"teacher": "explainer"})
    older = load_run(older.name, ROOT)
    new = load_run(str(folder))
    assert differences([Pair(new.seeds, older, new)]) == []
    assert len(families([older, new], family)) == 1


def test_renamed_sections_keys_and_what_was_not_there(monkeypatch):
    monkeypatch.setattr(older_params, "FILE_SUITES", ())
    monkeypatch.setattr(older_params, "ADDED", {"a.new": 7, "b.c": 1})
    monkeypatch.setattr(older_params, "RENAMED", {"top": "a.top", "a.old": "a.name"})
    older = {"top": {"x": [1], "y": {"z": None}}, "a": {"old": 2, "older": 3}, "topping": 4, "b": {"c": 9}}
    assert in_words_of_today(older) == {
        "a": {"new": 7, "top": {"x": [1], "y": {"z": None}}, "name": 2, "older": 3},
        "b": {"c": 9},
        "topping": 4,
    }
    today = in_words_of_today(older)
    assert in_words_of_today(today) == today
    assert in_words_of_today({}) == {}, "other people's verdicts say nothing of their parameters"


def params_of(corpus: str, suites: Any) -> dict[str, Any]:
    sources = {name: {"revision": name} for name in ("micro", "concode", "training_set")}
    files = {name: {"revision": name} for name in ("humaneval", "mbpp", "concode_dev")}
    return {"corpus": {"name": corpus, "max_bad_rows": 0, **sources}, "suites": files, "eval": {"suites": suites}}


@pytest.mark.parametrize(
    ("corpus", "suites", "used"),
    [
        ("micro", "default", ["corpus.micro"]),
        ("micro", ["humaneval_repair"], ["corpus.micro", "suites.humaneval"]),
        ("concode", ["concode_dev", "micro_java"], ["corpus.micro", "corpus.concode", "suites.concode_dev"]),
        ("mbpp", "default", ["suites.mbpp"]),
        ("micro", ["concode"], ["corpus.micro", "corpus.concode"]),
    ],
)
def test_sources_that_nothing_was_read_from_do_not_count(corpus, suites, used):
    found = in_use(params_of(corpus, suites))
    assert [key.removesuffix(".revision") for key in found if key.endswith(".revision")] == used
    assert found["corpus.max_bad_rows"] == 0
