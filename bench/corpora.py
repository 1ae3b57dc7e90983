"""python bench/corpora.py --peers PEERS/bin/python

Rows of CONCODE's size, made up with a stated rate of duplicates (concode_rows.py), read, cleaned, split by group and
freed of exact and near duplicates within and across the two sides; 10,000 to 1,000,000 of them, streamed. And
near-duplicate removal alone beside plain datasketch on the same rows, recall against exact similarities. PEERS is a
virtual environment with `datasketch`. Writes a table of bench/README.md, bench/corpora-curve.csv and .svg.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from codereflect import provenance
from codereflect.cli.publish import write_region
from codereflect.corpora.compared import row_text
from codereflect.corpora.concode import concode_examples
from codereflect.corpora.duplicates import Settings, split_duplicates
from codereflect.corpora.shingles import batches, shingles
from codereflect.corpora.split import place
from codereflect.formats.rows import Tally
from concode_rows import CHANGED, EXACT, write_rows

TEST_SHARE = 0.1
SAMPLE = 2_000
COLUMNS = ("rows", "rows_per_s", "seconds", "cpu_seconds", "peak_mib", "tested", "exact", "near")
FOLDER = Path("bench")


def main() -> None:
    """Measure both, and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, help="Python of a virtual environment with datasketch")
    parser.add_argument(
        "--rows", default="10000,30000,100000,300000,1000000", help="sizes of the curve; empty: no curve"
    )
    parser.add_argument("--rows-file", type=Path, help="a real file of CONCODE rows, measured as one more size")
    parser.add_argument("--peer-rows", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5, help="of the comparison")
    parser.add_argument("--one", choices=("clean", "remove"), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(clean(given.file) if given.one == "clean" else remove(given.file)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        if given.rows:
            write("corpora", curve(Path(scratch), sorted(map(int, given.rows.split(","))), given.rows_file))
        if given.peers:
            write("near-duplicates", compare(Path(scratch), given.peer_rows, given.rounds, given.peers))


def write(region: str, lines: list[str]) -> None:
    """A table of bench/README.md, with what it was measured on."""
    machine, day, load = provenance.machine(), datetime.date.today().isoformat(), os.getloadavg()[2]
    commit = (provenance.git_commit() or "?")[:10]
    where = f"{day}, commit {commit}, {machine['processor']}, {machine['cores']} cores, load {load:.0f} (15 minutes), "
    lines = [*lines, "", f"{where}Python {platform.python_version()}.", ""]
    write_region(FOLDER / "README.md", region, "\n".join(lines))
    print("\n".join(lines))


def clean(file: Path) -> dict[str, Any]:
    """The whole way of one file in this process, row by row; what came out and what it took."""
    started = time.monotonic()
    sides = Counter[bool]()

    def rows() -> Iterator[tuple[str, str, bool]]:
        for example in concode_examples(file, Tally()):
            tested = place(example.group, "test", 0) < TEST_SHARE
            sides[tested] += 1
            yield example.task_id, row_text(example), tested

    gone = split_duplicates(rows())
    seconds, total = time.monotonic() - started, sides.total()
    kinds = Counter(one.exact for one in gone.values())
    return {
        "rows": total,
        "rows_per_s": round(total / seconds),
        "seconds": round(seconds, 1),
        "cpu_seconds": round(time.process_time(), 1),
        "peak_mib": peak_mib(),
        "tested": sides[True],
        "exact": kinds[True],
        "near": kinds[False],
    }


def peak_mib() -> int:
    """The most memory that this process has held (not what its parent held before it, as getrusage says)."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def remove(file: Path) -> dict[str, Any]:
    """Near-duplicate removal alone: seconds, and the keys that go."""
    with open(file, encoding="utf-8") as stream:
        rows = [(*json.loads(line), False) for line in stream]
    split_duplicates(rows[:1])  # imports; the peer's are not measured either
    wall, cpu = time.monotonic(), time.process_time()
    gone = list(split_duplicates(rows))
    return {"wall": time.monotonic() - wall, "cpu": time.process_time() - cpu, "gone": gone}


def curve(folder: Path, sizes: list[int], real: Path | None) -> list[str]:
    """Each size in a process of its own; the table, and the plot and its numbers beside this file."""
    found, every = [], folder / "every.jsonl"
    write_rows(every, sizes[-1])
    for size in sizes:
        file = folder / f"made{size}.jsonl"
        with open(every, encoding="utf-8") as source, open(file, "w", encoding="utf-8") as target:
            target.writelines(islice(source, size))
        found.append(run([sys.executable, __file__, "--one", "clean", "--file", str(file)]))
        file.unlink()
        print(found[-1], file=sys.stderr)
    with open(FOLDER / "corpora-curve.csv", "w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)
    draw(found, FOLDER / "corpora-curve.svg")
    lines = [f"| {' | '.join(COLUMNS)} |", "|" + " ---: |" * len(COLUMNS)]
    if real:
        found.append(run([sys.executable, __file__, "--one", "clean", "--file", str(real)]))
    lines += [f"| {' | '.join(f'{row[column]:,}' for column in COLUMNS)} |" for row in found]
    said = f"Made rows: {EXACT:.0%} repeat a row but for blanks, {CHANGED:.0%} with one word changed."
    return [*lines, "", said + (f" The last line: {real.name}." if real else "")]


def draw(rows: list[dict[str, Any]], file: Path) -> None:
    """Rows a second by rows, of the clock and of the processor."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "codereflect"
    from matplotlib import pyplot

    figure, axis = pyplot.subplots(figsize=(6, 3.6), layout="constrained")
    sizes = [row["rows"] for row in rows]
    axis.plot(sizes, [row["rows"] / row["cpu_seconds"] for row in rows], "o-", label="rows per CPU second")
    axis.plot(sizes, [row["rows_per_s"] for row in rows], "s--", label="rows per second")
    axis.set(xlabel="rows", ylabel="rows/s", xscale="log", ylim=(0, None))
    axis.grid(alpha=0.3)
    axis.legend(fontsize=8)
    figure.savefig(file, metadata={"Date": None})


def compare(folder: Path, size: int, rounds: int, python: Path) -> list[str]:
    """Removal here and by datasketch, interleaved."""
    made, file = folder / "made.jsonl", folder / "rows.jsonl"
    write_rows(made, size)
    rows = [(example.task_id, row_text(example)) for example in concode_examples(made, Tally())]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    chosen = Settings()
    peer = [str(python), str(Path(__file__).with_name("datasketch_peer.py")), str(file), str(chosen.tokens)]
    peer += [str(chosen.permutations), str(chosen.threshold)]
    bands, slots = chosen.banding()
    commands = {
        "codereflect": [sys.executable, __file__, "--one", "remove", "--file", str(file)],
        f"datasketch, the same {bands} bands": [*peer, str(bands), str(slots)],
        "datasketch, its own bands": peer,
    }
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for number in range(rounds + 1):  # the first is a warm-up
        for name, command in commands.items():
            result = run(command)
            print(f"round {number}: {name} {size / result['wall']:.0f}/s", file=sys.stderr)
            found[name] += [result] if number else []
    return table(found, rows, chosen)


def run(command: list[str]) -> dict[str, Any]:
    """What a command prints as JSON; one thread each."""
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "RAYON_NUM_THREADS": "1"})
    if done.returncode:
        sys.exit(f"{' '.join(command[:3])} ... failed: {done.stderr[-2000:]}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def table(found: dict[str, list[dict[str, Any]]], rows: list[tuple[str, str]], chosen: Settings) -> list[str]:
    """Speed, and what each finds of the pairs that exact similarities give for a sample of the rows."""
    alike = true_pairs(rows, chosen)
    lines = [
        "| near-duplicate removal | rows/s, median (range) | faster by | CPU | rows that go | recall | wrongly gone |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    ours = found["codereflect"]
    for name, results in found.items():
        speeds = sorted(len(rows) / one["wall"] for one in results)
        gone = set(results[0]["gone"])
        pairs = [(mine, other) for mine, others in alike.items() for other in others]
        missed = sum(mine not in gone and other not in gone for mine, other in pairs)
        wrong = sum(mine in gone and not others for mine, others in alike.items())
        cells = [name, f"{statistics.median(speeds):,.0f} ({speeds[0]:,.0f}-{speeds[-1]:,.0f})"]
        for clock in ("wall", "cpu"):
            ratios = sorted(one[clock] / mine[clock] for one, mine in zip(results, ours, strict=True))
            told = f"{statistics.median(ratios):.1f} ({ratios[0]:.1f}-{ratios[-1]:.1f})"
            cells.append("" if results is ours else told)
        cells += [f"{len(gone):,}", f"{1 - missed / len(pairs):.2%}"]
        cells += [f"{wrong} of {sum(mine in gone for mine in alike)}"]
        lines.append(f"| {' | '.join(cells)} |")
    count = sum(map(len, alike.values()))
    lines += [
        "",
        f"{len(rows):,} rows, Jaccard at least {chosen.threshold} on {chosen.tokens} tokens; recall: of {count}",
    ]
    lines[-1] += (
        f" such pairs of {len(alike):,} sampled rows with any row, those of which a row goes; {len(ours)} rounds."
    )
    return lines


def true_pairs(rows: list[tuple[str, str]], chosen: Settings) -> dict[str, list[str]]:
    """For some rows, all rows that are as similar as the threshold asks, counted exactly."""
    sets: list[frozenset[int]] = []
    for batch in batches(rows, 1000):
        made = shingles([text for _, text in batch], chosen.tokens, pad=True)
        sets += [frozenset(part.tolist()) for part in made.sets()]
    having: dict[int, list[int]] = defaultdict(list)
    for place_, grams in enumerate(sets):
        for gram in grams:
            having[gram].append(place_)
    found = {}
    for mine in random.Random(0).sample(range(len(rows)), min(SAMPLE, len(rows))):
        common = Counter(other for gram in sets[mine] for other in having[gram])
        near = (
            other
            for other, shared in common.items()
            if other != mine and shared / (len(sets[mine]) + len(sets[other]) - shared) >= chosen.threshold
        )
        found[rows[mine][0]] = [rows[other][0] for other in near]
    return found


if __name__ == "__main__":
    main()
