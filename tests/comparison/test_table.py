"""Tables are readable at 100 columns, and Markdown says the same."""

import io
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from codereflect.comparison import table
from codereflect.comparison.arms import select
from codereflect.comparison.other_differences import Difference
from codereflect.comparison.results import Line, compare
from codereflect.comparison.statistics import paired


def printed(comparison: Any) -> str:
    stream = io.StringIO()
    table.print_comparison(Console(file=stream, width=table.WIDTH, highlight=False), comparison)
    return stream.getvalue()


def comparison_of(project: Any, **changes: Any) -> Any:
    project.publish("sft-b1-s1-0123456", "sft", 1, 1, 0.4)
    project.publish("reflection-b1-s1-0123456", "reflection", 1, 1, 0.5, **changes)
    [comparison] = compare(select(["sft-b1-s1-0123456", "reflection-b1-s1-0123456"]), by_category=True)
    return comparison


def test_everything_is_there_within_100_columns(project: Any) -> None:
    text = printed(comparison_of(project, train__learning_rate=0.1))
    lines = [line for line in text.splitlines() if "codereflect sweep" not in line]
    assert max(len(line.rstrip()) for line in lines) <= 100
    for part in (
        "B = reflection-b1-s1-0123456 against A = sft-b1-s1-0123456: one run each",
        "micro_python  pass@1",
        "  numbers",
        "micro_java    bleu",
        "exact McNemar",
        "(80% power)",
        "MDE: minimum detectable effect.",
        "Training noise is not included",
        "train.learning_rate",
        "!",
    ):
        assert part in text or part in " ".join(text.split()), part


def test_the_command_can_be_copied(project: Any) -> None:
    lines = printed(comparison_of(project)).splitlines()
    assert "  codereflect sweep -S train.method=sft,reflection -S train.seed=1,2,3" in [line.rstrip() for line in lines]


def test_seeds_have_a_table_of_their_own(project: Any) -> None:
    for train in (1, 2):
        project.publish(f"a{train}", "sft", 1, train, 0.4)
        project.publish(f"b{train}", "reflection", 1, train, 0.5)
    [comparison] = compare(select([]))
    text = printed(comparison)
    assert "reflection against sft: 2 pairs of runs with the same seeds" in text
    assert "micro_python, pass@1, by seeds" in text and "over tasks and seeds (2 training seeds)." in " ".join(
        text.split()
    )


def test_full_size_fits(project: Any) -> None:
    a, b = [1.0] * 1250 + [0.0] * 750, [0.0] * 620 + [1.0] * 1030 + [0.0] * 350
    estimate = paired(a, b)
    line = Line("micro_python", "", "exact_match", estimate.a, estimate.b, estimate, decides=True)
    stream = io.StringIO()
    table.print_lines(Console(file=stream, width=table.WIDTH), [line], "sft", "reflection", "full")
    # One row of the table, nothing folded.
    assert any(
        "micro_python  exact_match" in row and "620/1030" not in row and "400/620/980" in row
        for row in stream.getvalue().splitlines()
    )


@pytest.mark.parametrize(("value", "text"), [(None, "-"), (0.0001, "<.001"), (0.05, ".050"), (1.0, "1.000")])
def test_p_values(value: float | None, text: str) -> None:
    assert table._p(value) == text


def test_markdown_has_one_row_per_line(project: Any) -> None:
    comparison = comparison_of(project)
    text = table.markdown(comparison)
    rows = [row for row in text.splitlines() if row.startswith("|")]
    assert len(rows) == 2 + len(comparison.lines)
    assert {row.count(" | ") for row in rows} == {7}
    assert "| &nbsp;&nbsp;numbers | pass@1 |" in text
    assert "- micro_python, pass@1: " in text
    assert "`codereflect sweep -S train.method=sft,reflection -S train.seed=1,2,3`" in text


def test_brackets_are_not_markup(project: Any) -> None:
    estimate = paired([0.0, 1.0, 1.0], [1.0, 1.0, 1.0])
    line = Line("[bold]", "", "pass@1", estimate.a, estimate.b, estimate, decides=True)
    stream = io.StringIO()
    table.print_lines(Console(file=stream, width=100), [line], "[red]", "b|c", "[title]")
    assert all(part in stream.getvalue() for part in ("[bold]", "[red]", "[title]"))
    assert "b\\|c" in table.markdown_table([line], "a", "b|c")[0]


def test_of_many_files_of_code_some_are_listed_and_all_are_counted(project: Any) -> None:
    comparison = comparison_of(project)
    changed = [Difference("code", f"src/{number:02}.py", ("aaaaaaa",), ("bbbbbbb",), False) for number in range(30)]
    text = printed(replace(comparison, differences=(*comparison.differences, *changed)))
    assert "src/07.py" in text and "src/08.py" not in text and "and 22 more files (all of them: --json)" in text
