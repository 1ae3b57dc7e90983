"""`codereflect publish`: README's answer and table, and whether experiments equal what is published."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from runs_project import Project, project  # noqa: F401

from codereflect.cli.publish import publish

README = "before\n<!-- results -->\n<!-- /results -->\nafter\n"


def run(*arguments: str) -> str:
    done = CliRunner().invoke(publish, arguments)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_readme_begins_with_the_answer_and_folds_the_rest(project: Project) -> None:  # noqa: F811
    for seed in (1, 2, 3):
        for method, rate in (("sft", 0.3), ("reflection", 0.8)):
            (project.publish(f"{method}-{seed}", method, 1, seed, rate) / "cost.json").write_text("{}")
    Path("README.md").write_text(README)
    assert "README.md" in run()
    text = Path("README.md").read_text()
    first, folded = text.split("<details>")
    assert "\n**Reflection is better than sft by " in first and "points on micro_python" in first
    assert "micro_python | pass@1" in first and "syntax" not in first
    assert "micro_python | syntax" in folded and folded.endswith("<!-- /results -->\nafter\n")


def test_experiments_are_held_against_published_runs(project: Project) -> None:  # noqa: F811
    assert "nothing to check" in run("--check")
    project.publish("sft-old", "sft", 1, 1, 0.3)
    project.publish("reflection-old", "reflection", 1, 1, 0.3)
    project.experiment("sft-new", "sft", 1, 1, 0.3)
    assert run("--check") == "Reproduced: every answer of 1 of 2 published runs is judged as it was.\n"
    project.experiment("reflection-new", "reflection", 1, 1, 0.9)
    told = run("--check")
    assert told.startswith("Not reproduced: 1 of 2 runs differ")
    assert "reflection-new: " in told and "otherwise than in reflection-old" in told
