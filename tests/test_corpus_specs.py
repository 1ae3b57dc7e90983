"""Corpora and suites: every entry is whole, and one entry is all that a new suite needs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from codereflect.corpus_params import Suites
from codereflect.corpus_specs import CORPORA, FILE_SUITES, SUITES, file_of, to_test_instead
from codereflect.params import load_params
from codereflect.records import Problem, read_records

ROOT = Path(__file__).resolve().parents[1]
JAVA = {
    "name": "mbpp_1_twice",
    "language": "java",
    "prompt": "import java.util.*;\nclass Problem {\n    // Twice.\n    public static long twice(long n) {\n",
    "tests": "    }\n    public static void main(String[] args) {\n    assert(twice((1l)) == (2l));\n    }\n\n}\n",
    "stop_tokens": ["\n    }\n"],
}
ENTRY = """\
    "mbpp_java": SuiteSpec(
        form="multipl-e",
        holds=("mbpp-java",),
        hub="nuprl/MultiPL-E",
        files="mbpp-java/test-*.parquet",
    ),
"""
BRING = """\
from pathlib import Path
from codereflect.context import Context
from codereflect.corpora.suites import bring_suites
from codereflect.params import read_yaml, validate
from codereflect.store import Store

values = read_yaml(Path("params.yaml"))
values["eval"]["suites"] = ["mbpp_java"]
assert validate(values, "params.yaml").suites.mbpp_java.files == "mbpp-java/test-*.parquet"
values["suites"]["mbpp_java"] = {"source": "path", "path": "data/files/mbpp.jsonl"}
bring_suites(Context(validate(values, "params.yaml"), Store(None), 1), Path("suites"))
"""


@pytest.mark.parametrize("name", SUITES)
def test_a_suite_comes_from_one_place(name: str) -> None:
    spec = SUITES[name]
    assert sum(origin is not None for origin in (spec.corpus, spec.form, spec.derived_from)) == 1
    assert spec.corpus is None or spec.corpus in CORPORA
    assert file_of(name) in (None, *FILE_SUITES)
    assert (spec.hub is None) == (spec.files is None) == (spec.form is None)


@pytest.mark.parametrize("name", CORPORA)
def test_a_corpus_is_tested_on_what_it_does_not_hold(name: str) -> None:
    assert set(CORPORA[name].default_suites) <= set(SUITES) and CORPORA[name].default_suites
    for suite in SUITES:
        instead = to_test_instead(name, suite)
        assert instead is None or to_test_instead(name, instead) is None
        assert (instead is not None) == (name == "mbpp" and suite in ("mbpp", "mbpp_repair"))


def test_a_suite_is_added_by_one_entry(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src" / "codereflect", tmp_path / "codereflect")
    specs = tmp_path / "codereflect" / "corpus_specs.py"
    specs.write_text(specs.read_text().replace("SUITES = {\n", "SUITES = {\n" + ENTRY, 1))
    shutil.copy(ROOT / "params.yaml", tmp_path)
    (tmp_path / "data" / "files").mkdir(parents=True)
    (tmp_path / "data" / "files" / "mbpp.jsonl").write_text(json.dumps(JAVA) + "\n")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", BRING], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (one,) = read_records(tmp_path / "suites" / "mbpp_java.jsonl", Problem)
    assert (one.suite, one.task, one.entry_point) == ("mbpp_java", "java_method", "twice")


def test_params_yaml_takes_the_files_of_suites_as_published() -> None:
    assert load_params(ROOT / "params.yaml").suites == Suites()
