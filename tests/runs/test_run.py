"""Finding runs by name, and what is refused."""

from typing import Any

import pytest

from codereflect.errors import UserError
from codereflect.runs import history
from codereflect.runs.run import list_runs, load_run


def test_every_kind_of_name(project: Any) -> None:
    folder = project.publish("sft-pub", "sft", 1, 1, 0.5)
    commit = project.experiment("reflection-b1-s2", "reflection", 1, 2, 0.6)
    published, experiment = load_run("sft-pub"), load_run("reflection-b1-s2")
    assert (published.origin, published.method, published.seeds) == ("published", "sft", (1, 1))
    assert (experiment.origin, experiment.method, experiment.seeds) == ("experiment", "reflection", (1, 2))
    assert experiment.metrics["micro_java"]["bleu"] == 42.0 and experiment.code["src/a.py"] == "a" * 64
    assert experiment.machine == {"processor": "one"} and len(experiment.rows) == 150
    assert load_run("reflection-b1").name == "reflection-b1-s2"
    assert load_run(commit).rows == load_run(commit[:9]).rows == experiment.rows
    assert load_run(commit).origin == "revision"
    rows = published.rows
    moved = project.root / "elsewhere"
    folder.rename(moved)
    assert load_run("elsewhere").rows == rows and load_run(str(moved)).run_key


def test_listing_is_newest_first_and_skips_what_is_unfinished(project: Any) -> None:
    project.publish("z", "sft", 1, 1, 0.5)
    project.experiment("old", "sft", 1, 1, 0.5)
    commit = project.experiment("new", "sft", 1, 2, 0.5)
    project.git(
        "update-ref", f"refs/exps/ab/{'c' * 38}/empty", project.git("commit-tree", "-m", "x", empty_tree(project))
    )
    project.git("update-ref", "refs/exps/exec/EXEC_HEAD", commit)
    assert [run.name for run in list_runs()] == ["new", "old", "z"]


def empty_tree(project: Any) -> str:
    return str(project.git("hash-object", "-w", "-t", "tree", "/dev/null"))


def test_workspace(project: Any) -> None:
    with pytest.raises(UserError, match="workspace has no results"):
        load_run("workspace")
    files = project.files("sft", 3, 4, 0.5)
    (project.root / "metrics" / "current").mkdir(parents=True)
    for name, text in files.items():
        (project.root / ("params.yaml" if name == "params.yaml" else f"metrics/current/{name}")).write_text(text)
    assert load_run("workspace").seeds == (3, 4)


def test_the_same_name_twice(project: Any) -> None:
    project.experiment("one", "sft", 1, 1, 0.5)
    project.publish("one", "sft", 1, 1, 0.5)
    assert load_run("one").origin == "experiment"
    project.publish("two", "sft", 1, 1, 0.5)
    project.experiment("two", "sft", 1, 2, 0.5)
    with pytest.raises(UserError, match="two can mean 2 different runs"):
        load_run("two")


def test_unknown_names_are_answered_with_the_known(project: Any) -> None:
    with pytest.raises(UserError, match="no run nothing; no run is known here"):
        load_run("nothing")
    for number in range(12):
        project.publish(f"r{number:02}", "sft", 1, number, 0.5)
    with pytest.raises(UserError, match="known are r00, r01.* r09 and 2 more") as caught:
        load_run("nothing")
    assert caught.value.fix
    for odd in ("--all", "-1", "a..b", "HEAD"):
        with pytest.raises(UserError):
            load_run(odd)


def test_revision_without_results(project: Any) -> None:
    project.git("commit", "-q", "--allow-empty", "-m", "start")
    with pytest.raises(UserError, match=r"revision HEAD holds no metrics/current/verdicts\.csv"):
        load_run("HEAD")


def test_damaged_files_are_named(project: Any) -> None:
    folder = project.publish("bad", "sft", 1, 1, 0.5)
    (folder / "run.json").write_text("{")
    (folder / "params.yaml").write_text("a: [")
    run = load_run("bad")
    with pytest.raises(UserError, match=r"metrics/published/bad/run\.json: no valid JSON"):
        _ = run.code
    with pytest.raises(UserError, match=r"metrics/published/bad/params\.yaml:1: not valid YAML"):
        _ = run.params


def test_without_git_published_runs_are_still_there(project: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    project.publish("only", "sft", 1, 1, 0.5)
    monkeypatch.setenv("PATH", "")
    assert [run.name for run in list_runs()] == ["only"]
    with pytest.raises(UserError, match="no run other; known are only"):
        load_run("other")


def test_git_reads_only_what_is_there(project: Any) -> None:
    commit = project.experiment("one", "sft", 1, 1, 0.5)
    wanted = [(commit, "nothing"), (commit, "params.yaml"), (commit, "metrics"), (commit, "metrics/current/run.json")]
    assert list(history.read_files(project.root, wanted)) == [wanted[1], wanted[3]]
    assert history.read_files(project.root, []) == {}
