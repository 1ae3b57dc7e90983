"""Several files of one source: their rows' ids, what is counted of each, and suites that would be empty."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hub_stand_in import Repository

from codereflect.context import Context
from codereflect.corpora import ingest as ingesting
from codereflect.corpora import suites as bringing
from codereflect.corpora.concode import read_concode
from codereflect.corpora.source_files import files_of
from codereflect.corpora.sources import Found
from codereflect.errors import UserError
from codereflect.formats.training_sets import read_training_set
from codereflect.params import Params, read_yaml, validate
from codereflect.records import Example, Problem, read_records
from codereflect.store import Store

ROOT = Path(__file__).resolve().parents[2]
MBPP = [
    {
        "task_id": n,
        "text": f"Add {n}.",
        "code": f"def f(x):\n    return x + {n}",
        "test_list": [f"assert f(1) == {1 + n}"],
    }
    for n in (11, 601)
]


def lines(rows: list[Any]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def concode(first: int, count: int = 30, **more: Any) -> bytes:
    numbers = range(first, first + count)
    return lines([{"nl": f"get {n}", "code": f"int function() {{ return {n}; }}", **more} for n in numbers])


def questions(first: int) -> bytes:
    return lines(
        [{"query": f"Write f{n}", "answer": f"def f{n}(): pass", "lang": "py"} for n in range(first, first + 9)]
    )


def wanted(key: str, files: str, **changes: Any) -> Params:
    values = read_yaml(ROOT / "params.yaml")
    place = values
    for name in key.split("."):
        place = place.setdefault(name, {})
    place |= {"source": "hub", "hub": "o/set", "files": files, "revision": None, "sha256": None}
    for name, value in changes.items():
        section, _, last = name.partition("__")
        values[section][last] = value
    return validate(values, "params.yaml")


def bring(params: Params, folder: Path) -> Path:
    bringing.bring_suites(Context(params, Store(folder / "store"), 1), folder / "suites")
    return folder / "suites"


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (["data/files/dev.json.gz"], ["dev"]),
        (["a/dev.json", "a/train.json"], ["dev", "train"]),
        (["x/train.jsonl", "y/train.jsonl"], ["x/train.jsonl", "y/train.jsonl"]),
        (["dev.json", "train.part1.json", "train.part2.json"], ["dev", "train.part1.json", "train.part2.json"]),
    ],
)
def test_labels_are_short_where_that_tells_files_apart(names: list[str], labels: list[str]) -> None:
    found = Found(tuple(map(Path, names)), {"sha256": dict.fromkeys(names, "")})
    assert [file.label for file in files_of(found)] == labels


@pytest.mark.parametrize("names", [("x/train.jsonl", "y/train.jsonl"), ("train.part1.jsonl", "train.part2.jsonl")])
@pytest.mark.parametrize("corpus", ["concode", "training_set"])
def test_rows_of_files_that_are_named_alike_have_different_ids(hub, tmp_path, names, corpus) -> None:
    make = concode if corpus == "concode" else questions
    hub.repositories["datasets/o/set"] = Repository({names[0]: make(0), names[1]: make(100)})
    pattern = "*/train.jsonl" if "/" in names[0] else "*.jsonl"
    params = wanted(f"corpus.{corpus}", pattern, corpus__name=corpus, data__test_share=0.01)
    ingesting.ingest(Context(params, Store(tmp_path / "store"), 1), tmp_path / "raw")
    rows = list(read_records(tmp_path / "raw" / "train.jsonl", Example))
    assert len({row.task_id for row in rows}) == len(rows) > 15


def test_an_own_id_that_is_the_place_of_another_row_is_a_bad_row(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_bytes(concode(0, 1, id="0000003") + concode(1, 2))
    with pytest.raises(UserError, match=r"t\.jsonl:3: the id 'concode/t/0000003' was there already \(.*:1\)"):
        read_concode(tmp_path / "t.jsonl")
    rows = [json.loads(row) for row in questions(0).splitlines()]
    (tmp_path / "q.jsonl").write_bytes(lines([{**rows[0], "id": "0000002"}, *rows[1:]]))
    with pytest.raises(UserError, match=r"q\.jsonl:2: the id 'instruction/q/0000002' was there already \(.*:1\)"):
        read_training_set("instruction", tmp_path / "q.jsonl")


@pytest.mark.parametrize("corpus", ["micro", "mbpp"])
def test_a_problem_in_two_files_of_a_suite_is_refused(hub, tmp_path, corpus) -> None:
    files = {"full/test.jsonl": lines(MBPP), "sanitized/test.jsonl": lines(MBPP)}
    hub.repositories["datasets/o/set"] = Repository(files)
    params = wanted("suites.mbpp", "*/*", corpus__name=corpus, eval__suites=["mbpp_test"])
    told = r"suites\.mbpp: full/test\.jsonl and sanitized/test\.jsonl both hold the id Mbpp/11"
    with pytest.raises(UserError, match=told):
        bring(params, tmp_path)
    if corpus == "mbpp":
        with pytest.raises(UserError, match=told):
            ingesting.ingest(Context(params, Store(tmp_path / "store"), 1), tmp_path / "raw")


def test_rows_of_a_suite_are_counted_file_by_file(hub, tmp_path) -> None:
    hub.repositories["datasets/o/set"] = Repository({"a.jsonl": concode(0, 4), "b.jsonl": concode(9, 2)})
    suites = bring(wanted("suites.concode_dev", "*.jsonl", eval__suites=["concode_dev"]), tmp_path)
    read = json.loads((suites / "card.json").read_text())["concode_dev"]["read"]
    assert {name: counts["examples"] for name, counts in read.items()} == {"a.jsonl": 4, "b.jsonl": 2}
    assert len({one.task_id for one in read_records(suites / "concode_dev.jsonl", Problem)}) == 6


def test_an_empty_suite_is_refused_with_its_parameter(hub, tmp_path) -> None:
    hub.repositories["datasets/o/set"] = Repository({"t.jsonl": concode(0, 3)})
    params = wanted("corpus.concode", "*", corpus__name="concode", data__test_share=1e-9)
    with pytest.raises(UserError, match=r"The suite concode holds no problem; data\.test_share sets"):
        bring(params, tmp_path)
    assert not (tmp_path / "suites").exists()
    micro = params.corpus.micro.model_copy(update={"size": 0.002, "test_java": 0, "test_java_repair": 0})
    params = params.model_copy(update={"corpus": params.corpus.model_copy(update={"name": "micro", "micro": micro})})
    with pytest.raises(UserError, match=r"The suite micro_java holds no problem; corpus\.micro\.test_java sets"):
        bring(params, tmp_path)
