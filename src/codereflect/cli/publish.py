"""codereflect publish

Copies the newest experiments' files to metrics/published, which git keeps, and their table into README.md, so that
`codereflect compare` has something to show on a fresh clone and no figure of the README was typed.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from codereflect import paths
from codereflect.terminal import say

if TYPE_CHECKING:
    from codereflect.comparison.arms import Selection
    from codereflect.comparison.results import Comparison
    from codereflect.runs.run import Run

README = Path("README.md")


@click.command()
@click.option("--check", "checking", is_flag=True, help="Change nothing; say whether experiments equal published runs.")
def publish(checking: bool) -> None:
    """Put the newest experiments' results under metrics/published and into README.md.

    All arms of the newest family are published (runs that differ in method and seeds only); what was published before
    is replaced. Without experiments only README.md is written, from what is published. Exits with 2 when there are no
    two arms.
    """
    from codereflect.comparison.arms import select
    from codereflect.errors import UserError, one_sentence
    from codereflect.runs.run import experiment_runs, published_runs

    with one_sentence():
        if checking:
            say("\n".join(reproduced(published_runs(), experiment_runs())))
            return
        selection = select(())
        runs = [run for arm in selection.arms for run in arm.runs]
        origins = {run.origin for run in runs}
        if origins not in ({"experiment"}, {"published"}):
            raise UserError("There are no experiments to publish.", "codereflect sweep -S train.method=sft,reflection")
        if origins == {"experiment"}:
            say(f"{copy_runs(runs, paths.PUBLISHED)} runs are in {paths.PUBLISHED}.")
        if README.exists():
            write_region(README, "results", results_text(selection, runs))
            say(f"The results table of {README} is theirs.")


def reproduced(published: Sequence[Run], experiments: Sequence[Run]) -> list[str]:
    """Whether the experiments here equal the published runs of the same parameters, answer by answer, in sentences."""
    from codereflect.runs.older_params import in_use

    pairs = [(one, same) for one in published if (same := _same_parameters(one, experiments, in_use))]
    if not pairs:
        return ["No experiment here has the parameters of a published run: nothing to check."]
    other = [(one, same) for one, same in pairs if _judgements(one) != _judgements(same)]
    if not other:
        return [f"Reproduced: every answer of {len(pairs)} of {len(published)} published runs is judged as it was."]
    told = [f"Not reproduced: {len(other)} of {len(pairs)} runs differ from the published ones."]
    for one, same in other:
        here, there = _judgements(same), _judgements(one)
        changed = sum(here.get(key) != value for key, value in there.items())
        told.append(f"  {same.name}: {changed:,} of {len(there):,} answers are judged otherwise than in {one.name}.")
    machines = {str(sorted(run.machine.items())) for pair in other for run in pair}
    why = "The machines differ" if len(machines) > 1 else "The machines call themselves the same"
    return [*told, f"{why}; other processors round otherwise, and each training is one draw (docs/decisions.md)."]


def _same_parameters(one: Run, experiments: Sequence[Run], read: Callable[[dict[str, Any]], object]) -> Run | None:
    return next((run for run in experiments if read(run.params) == read(one.params)), None)


def _judgements(run: Run) -> dict[tuple[object, ...], tuple[object, ...]]:
    """By answer what was found; classes of errors have had other names."""
    return {row[:5]: (row.outcome, row.passed, row.exact, row.syntax) for row in run.rows}


def copy_runs(runs: Sequence[Run], folder: Path) -> int:
    """Replace `folder` by one folder for each run with its files. Returns the number of runs."""
    from codereflect.runs.run import RUN_FILES

    scratch = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    shutil.rmtree(scratch, ignore_errors=True)
    for run in runs:
        target = scratch / run.name
        target.mkdir(parents=True)
        for name in RUN_FILES:
            data = run.files.data(name)
            if data is not None:
                (target / name).write_bytes(data)
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(scratch, folder)
    return len(runs)


def results_text(selection: Selection, runs: Sequence[Run]) -> str:
    """The comparison as Markdown, its answer first, and what it was made on: day, commit, machine."""
    from codereflect.comparison import results, table

    parts = []
    for one in results.compare(selection, None, None, by_category=False):
        head = [line for line in one.lines if line.decides]
        parts += [answer(one), "", *table.markdown_table(head, one.a, one.b), "", "<details>"]
        parts += ["<summary>All metrics, other intervals, notes</summary>", "", table.markdown(one).strip(), ""]
        parts += ["</details>", ""]
    return "\n".join([*parts, origin(runs)])


def answer(comparison: Comparison) -> str:
    """One sentence: on which suites the second arm is better or worse, and where nothing is shown."""
    from codereflect.comparison.sentences import signed_pair, size

    found: dict[str, list[str]] = {"better": [], "worse": []}
    open_ = []
    for line in comparison.lines:
        estimate = line.estimate
        if not line.decides or estimate is None:
            continue
        shown = line.interval and line.interval.excludes_zero and estimate.p is not None and estimate.p < 0.05
        by = f"{size(line, estimate.difference)} on {line.suite}"
        if shown:
            found["better" if estimate.difference > 0 else "worse"].append(by)
        else:
            open_.append(f"{line.suite} ({signed_pair(line)})")
    than = f"than {comparison.a} by"
    parts = [f"{word} {than} {' and '.join(some)}" for word, some in found.items() if some]
    said = [f"{comparison.b} is {', and '.join(parts)}"] if parts else []
    said += [f"no difference is shown on {' and '.join(open_)}"] if open_ else []
    text = "; ".join(said) or f"{comparison.b} and {comparison.a} share no scores"
    return f"**{text[0].upper()}{text[1:]}.**"


def origin(runs: Sequence[Run]) -> str:
    """A sentence that says where and when runs were made."""
    costs = [run.cost for run in runs]
    days = sorted({str(cost.get("date", "?"))[:10] for cost in costs})
    commits = sorted({str(cost.get("commit") or "?")[:10] for cost in costs})
    machines = sorted(
        {f"{m['processor']}, {m['cores']} cores, {m['memory_gb']} GB" for cost in costs if (m := cost.get("machine"))}
    )
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    made = f"{len(runs)} runs, {when}, commit {', '.join(commits)}, {'; '.join(machines)}."
    return f"{made} Regenerated by `make results`.\n"


def write_region(file: Path, name: str, text: str) -> None:
    """Replace what stands between the markers `<!-- NAME -->` and `<!-- /NAME -->` of a file.

    Raises:
        UserError: the file has no such markers.
    """
    from codereflect.errors import UserError
    from codereflect.json_files import write_text_atomically

    before = file.read_text(encoding="utf-8")
    region = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    after, found = region.subn(lambda match: match[1] + text + match[2], before)
    if not found:
        raise UserError(f"{file} has no <!-- {name} --> ... <!-- /{name} --> region.", f"git checkout -- {file}")
    write_text_atomically(file, after)
