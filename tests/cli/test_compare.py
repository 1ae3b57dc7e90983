"""`codereflect compare` as it is typed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from codereflect.cli.compare import compare

HEADER = "suite,strategy,task_id,sample_index,category,outcome,error_class,passed,exact,syntax\n"


def publish(method: str, train: int, passing: int) -> None:
    """A published run of 40 tasks, the first `passing` of them solved."""
    folder = Path("metrics/published") / f"{method}-s{train}"
    folder.mkdir(parents=True)
    rows = [
        f"py,default,t/{i},0,{'ab'[i % 2]},{'pass' if i < passing else 'fail'},,{int(i < passing)},0,1\n"
        for i in range(40)
    ]
    (folder / "verdicts.csv").write_text(HEADER + "".join(rows))
    (folder / "params.yaml").write_text(
        f"model: {{name: micro}}\nbase: {{seed: 1}}\ntrain: {{method: {method}, seed: {train}}}\n"
    )
    (folder / "run.json").write_text(json.dumps({"run_key": f"{method}{train}", "code": {"a.py": "0" * 64}}))
    (folder / "metrics.json").write_text("{}")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(compare, list(arguments), catch_exceptions=False)


def test_fresh_clone() -> None:
    publish("sft", 1, 20)
    publish("reflection", 1, 30)
    done = run()
    assert done.exit_code == 0
    assert "Shown: published runs (metrics/published)." in done.output
    assert "py, pass@1: reflection is better than sft (+25.0 points" in done.output
    assert "Training noise is not included" in " ".join(done.output.split())


def test_methods_runs_and_options(folder: Path) -> None:
    for train in (1, 2):
        publish("sft", train, 20)
        publish("reflection", train, 20 + train)
    assert "2 pairs of runs" in run("sft", "reflection").output
    single = run("sft-s1", "reflection-s2", "--by", "category", "--metric", "pass@1").output
    assert "B = reflection-s2 against A = sft-s1" in single and "\n   a " in single and "syntax" not in single
    assert json.loads(run("--json").stdout)["source"] == "published runs (metrics/published)"
    assert run("--markdown", "--suite", "py").output.startswith("**reflection against sft")
    assert run("--plot", "f.svg").exit_code == 0 and (folder / "f.svg").stat().st_size > 1000
    assert run("--list").output.splitlines()[0].startswith("reflection-s1  published, method reflection, base.seed 1")


def test_scores_of_others(folder: Path) -> None:
    rows = "".join(f"{50 + i % 7},{50 + i % 5},{i % 2}\n" for i in range(60))
    (folder / "s.csv").write_text("old,new,kind\n" + rows)
    text = run("s.csv", "--a", "old", "--b", "new", "--by", "kind", "--plot", "s.png").output
    assert "s, score: old is better than new" in text and "Paired t interval: [" in text and (folder / "s.png").exists()
    [one] = json.loads(run("s.csv", "--a", "old", "--b", "new", "--json").stdout)["comparisons"]
    assert one["lines"][0]["estimate"]["n"] == 60
    assert run("s.csv", "--a", "old", "--b", "new", "--markdown").output.count("\n| s |") == 1


def write_lines(file: Path, passing: int, strategy: str = "default") -> None:
    """Verdicts as `codereflect score --out` writes them: 40 tasks of two samples, and one that could not be judged."""
    rows = [
        {
            "suite": "humaneval",
            "strategy": strategy,
            "task_id": f"HumanEval/{task}",
            "sample_index": sample,
            "round": 0,
            "outcome": "pass" if task < passing else "fail",
            "category": "pass" if task < passing else "assertion",
            "passed": task < passing,
            "feedback": "",
        }
        for task in range(40)
        for sample in range(2)
    ]
    rows[0] |= {"outcome": "invalid", "category": "worker", "passed": None}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_folders_and_files_of_verdict_lines(folder: Path) -> None:
    write_lines(folder / "old" / "verdicts.jsonl", 20)
    write_lines(folder / "new" / "verdicts.jsonl", 30, "chain_of_thought")
    text = " ".join(run("old/", "new/", "--plot", "f.svg").output.split())
    assert "humaneval, pass@1: new is better than old (+25.0 points" in text and "40 tasks" in text
    assert "2 invalid verdicts (failures of the sandbox, not of answers) are left out." in text
    assert "these two sets of answers" in text and "codereflect sweep" not in text
    assert (folder / "f.svg").exists()
    write_lines(folder / "newest.jsonl", 30)
    files = run("old/verdicts.jsonl", "newest.jsonl", "--markdown").output
    assert files.startswith("**newest against old: one run each**") and "| humaneval | pass@1 | 50.0 | 75.0 |" in files
    [one] = json.loads(run("old", "newest.jsonl", "--json").stdout)["comparisons"]
    assert one["lines"][0]["estimate"]["n"] == 40 and one["silent"] == ["old", "newest"]
    write_lines(folder / "more" / "old" / "verdicts.jsonl", 10)
    assert run("old", "more/old", "--markdown").output.startswith("**more/old against old: one run each")


def test_mistakes_in_verdict_lines(folder: Path) -> None:
    write_lines(folder / "a" / "verdicts.jsonl", 20)
    (folder / "b").mkdir()
    done = run("a", "b")
    assert done.exit_code == 2 and done.stderr.startswith("error: b holds no verdicts.csv or verdicts.jsonl.")
    (folder / "b" / "verdicts.jsonl").write_text('{"suite": "humaneval"}\n')
    done = run("a", "b")
    assert done.exit_code == 2 and "b/verdicts.jsonl:1: the key task_id is missing" in done.stderr
    done = run("a/verdicts.jsonl")
    assert done.exit_code == 2 and "a/verdicts.jsonl needs a second run to compare with." in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "no two runs that differ in train.method only"),
        (("nothing", "sft"), "There is no run nothing"),
        (("sft",), "sft needs a second run to compare with."),
        (("s.csv",), "s.csv: --a and --b must name two columns."),
        (("none.csv", "--a", "x", "--b", "y"), "none.csv does not exist"),
        (("s.csv", "--a", "old", "--b", "x"), "s.csv:1: the column x is not there"),
        (("sft", "reflection", "--a", "x"), "--a and --b name columns of one CSV file"),
        (("--json", "--markdown"), "exclude each other"),
        (("sft-s1", "sft-s1", "--by", "colour"), "by category only"),
        (("sft-s1", "sft-s1", "--suite", "java"), "share no suite java; shared are: py"),
        (("sft-s1", "sft-s1", "--metric", "f1"), "No run has the metric f1"),
        (("sft-s1", "sft-s1", "--plot", "f.pdf"), "a plot is a .png or .svg file"),
    ],
)
def test_mistakes_are_one_sentence_and_exit_2(folder: Path, arguments: tuple[str, ...], sentence: str) -> None:
    publish("sft", 1, 20)
    (folder / "s.csv").write_text("old,new\n1,2\n")
    done = run(*arguments)
    assert done.exit_code == 2
    assert sentence in done.stderr and done.stderr.count("\n") == 1 and "Fix: " in done.stderr
    assert not list(folder.glob("f.*"))


@pytest.mark.parametrize(
    ("suite", "task", "sentence"),
    [("mbpp", "a", "share no suite: A has humaneval; B has mbpp"), ("humaneval", "b", "share no task of humaneval")],
)
def test_folders_of_score_that_share_nothing(folder: Path, suite: str, task: str, sentence: str) -> None:
    for name, row in (("A", {"suite": "humaneval", "task_id": "a"}), ("B", {"suite": suite, "task_id": task})):
        (folder / name).mkdir()
        line = {**row, "sample_index": 0, "outcome": "pass", "category": "pass", "passed": True}
        (folder / name / "verdicts.jsonl").write_text(json.dumps(line) + "\n")
    told = run("A/", "B/")
    assert told.exit_code == 2 and sentence in told.output
