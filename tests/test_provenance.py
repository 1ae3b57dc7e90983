"""Keys: what they cover and what they leave out."""

from __future__ import annotations

import subprocess
from pathlib import Path

from codereflect.provenance import code_digests, code_files, git_commit, run_key, tree_digest


def test_the_run_key_covers_code_and_parameters_but_not_views(workspace):
    before = run_key({"a": 1})
    assert run_key({"a": 2}) != before
    view = Path("src/codereflect/cli/main.py")
    view.write_text(view.read_text() + "\n")
    assert run_key({"a": 1}) == before
    code = Path("src/codereflect/training/loop.py")
    code.write_text(code.read_text() + "\n")
    assert run_key({"a": 1}) != before


def test_prompts_stages_pipeline_and_pinned_libraries_are_code(workspace):
    named = set(code_digests())
    assert {"src/codereflect/teacher/rules/prompts/rules.txt", "stages/train.py", "dvc.yaml"} <= named
    assert "src/codereflect/sandbox/java/host/Runner.java" in named
    assert not [name for name in named if "/cli/" in name or "/tracking/" in name or "/comparison/" in name]
    Path("requirements.lock").write_text("torch==0\n")
    assert set(code_digests()) - named == {"requirements.lock"}
    assert code_files() == sorted(code_files())


def test_a_digest_depends_on_names_and_bytes(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "a").write_text("1")
    first = tree_digest([tmp_path / "x"])
    (tmp_path / "x" / "a").rename(tmp_path / "x" / "b")
    assert tree_digest([tmp_path / "x"]) != first


def test_one_file_and_the_order_of_creation_do_not_matter_but_content_does(tmp_path):
    for folder, names in (("a/out", "xy"), ("b/out", "yx")):
        (tmp_path / folder).mkdir(parents=True)
        for name in names:
            (tmp_path / folder / name).write_text(name)
    one, two = tree_digest([tmp_path / "a/out"]), tree_digest([tmp_path / "b/out"])
    assert one == two
    (tmp_path / "b/out/x").write_text("y")
    assert tree_digest([tmp_path / "b/out"]) != one
    assert tree_digest([tmp_path / "a/out/x"]) != tree_digest([tmp_path / "a/out/y"])


def test_what_python_caches_is_no_content(tmp_path):
    (tmp_path / "a.py").write_text("1")
    before = tree_digest([tmp_path])
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_bytes(b"x")
    assert tree_digest([tmp_path]) == before


def test_a_commit_with_changed_sources_says_so(tmp_path):
    assert git_commit(tmp_path) is None
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text("1\n")
    identity = ("-c", "user.name=someone", "-c", "user.email=someone@example.org")
    for command in (["init", "-q"], ["add", "src"], [*identity, "commit", "-qm", "first"]):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)
    clean = git_commit(tmp_path)
    assert clean and len(clean) == 40
    (tmp_path / "notes.md").write_text("not code\n")
    assert git_commit(tmp_path) == clean
    (tmp_path / "src" / "a.py").write_text("2\n")
    assert git_commit(tmp_path) == clean + "+changes"
