"""How much of the evaluation suites stands in the training sets, row by row; what offends is named, to be dropped.

Two looks at every training row beside every problem:

- n-grams. The share of the n-grams (ten tokens, as DeepSeek-Coder's filter, Guo et al. 2024, arXiv 2401.14196) of a
  problem's task, or of its reference, that stand in one training row. The fields and methods of a Java class are no
  part of a task: all methods of the class have them.
- Syntax trees. A function of the row is a function of the problem after normalisation (normal_forms.py).

What would count by chance does not: n-grams and functions that many problems of a suite have (headers, imports, the
wording around tasks, idioms; problems that were made of one thing, a group, count once); tasks and references of too
few n-grams, functions of too few nodes. Such problems are not called clean: `judged` says how many were looked at.
Functions alike in shape alone are counted, they do not offend.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from codereflect.corpora.compared import asked
from codereflect.corpora.normal_forms import Form, forms
from codereflect.corpora.shingles import batches, shingles
from codereflect.records import Example, Language, Problem

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, Any]

TASK, REFERENCE, CODE, SHAPE = "task", "reference", "code", "shape"
# Shares above which problems are counted in the table.
SHARES = (0.6, 0.8, 1.0)
_BATCH, _WORST = 1024, 5


@dataclass(frozen=True)
class Rules:
    """What is looked at, and what offends.

    Attributes:
        tokens: tokens of an n-gram.
        share: a row offends if it has at least this share of a task's or a reference's n-grams,
        least_grams: and at least this number of them (four: thirteen tokens in a row, as GPT-3's filter, Brown et al.
            2020, arXiv 2005.14165, appendix C); tasks and references of fewer are not judged by n-grams.
        least_nodes: functions of fewer nodes are not compared.
        common_share, common_least: n-grams and functions that more groups of problems of a suite have than this share
            of them, and than this number, are common.
    """

    tokens: int = 10
    share: float = 0.6
    least_grams: int = 4
    least_nodes: int = 25
    common_share: float = 0.02
    common_least: int = 3


@dataclass(frozen=True, order=True)
class Offence:
    """A training row beside a problem. `kind`: task, reference (share of n-grams), code (equal function: share 1)."""

    training_set: str
    suite: str
    problem: str
    kind: str
    share: float
    row: str


@dataclass
class Report:
    """What was found, as plain data.

    Attributes:
        table: a row for each training set and suite: `training_set`, `suite`, `rows`, `problems`, `judged` (problems
            of which something was long enough), problems by the largest share in one row (`any`: one n-gram;
            `share_0.6` ...), `code` and `shape` (problems with an equal function), `touched` (problems with an
            offence), `offending` (rows), `worst` (the worst offences: problem, row, kind, share).
        offences: all of them, sorted.
    """

    table: list[dict[str, Any]] = field(default_factory=list)
    offences: list[Offence] = field(default_factory=list)


def contamination(
    training: Mapping[str, Iterable[Example]], suites: Mapping[str, Sequence[Problem]], rules: Rules | None = None
) -> Report:
    """Compare every training set with every suite.

    Args:
        training: rows by the name of their set; each set is read once, and need not fit into memory.
        suites: problems by the name of their suite.
        rules: what counts.

    Returns:
        The table and the offences; the same for any order of rows, problems, sets and suites.
    """
    rules = rules or Rules()
    index = _Index(suites, rules)
    report = Report()
    for name, rows in sorted(training.items()):
        finder = _Finder(name, index, rules)
        for batch in batches(rows, _BATCH):
            finder.read(batch)
        report.offences += finder.offences
        report.table += [finder.summary(suite, problems) for suite, problems in sorted(suites.items())]
    report.offences.sort()
    return report


@dataclass(frozen=True)
class _Part:
    """A problem's task or reference; `grams`: how many of its n-grams are not common."""

    suite: str
    problem: str
    kind: str
    grams: int


class _Index:
    """The n-grams of all problems, sorted, with the parts each stands in; their functions by form."""

    def __init__(self, suites: Mapping[str, Sequence[Problem]], rules: Rules) -> None:
        import numpy as np

        self.tokens = rules.tokens
        self.parts: list[_Part] = []
        self.code: dict[bytes, list[tuple[str, str]]] = {}
        self.shape: dict[bytes, list[tuple[str, str]]] = {}
        grams, parts = [], []
        for suite, problems in sorted(suites.items()):
            limit = max(rules.common_least, rules.common_share * len(set(map(_group, problems))))
            for kind, found in zip((TASK, REFERENCE), self._grams(problems, limit), strict=True):
                for problem, own in zip(problems, found, strict=True):
                    grams.append(own)
                    parts.append(np.full(len(own), len(self.parts)))
                    self.parts.append(_Part(suite, problem.task_id, kind, len(own)))
            self._add_forms(suite, problems, limit, rules.least_nodes)
        flat = np.concatenate(grams) if grams else np.empty(0, np.uint64)
        order = np.argsort(flat, kind="stable")
        self.values, starts = np.unique(flat[order], return_index=True)
        self.ends = np.concatenate([starts, [len(flat)]])
        self.part = np.concatenate(parts)[order] if parts else np.empty(0, np.int64)
        self.sizes = np.array([part.grams for part in self.parts])

    def _grams(self, problems: Sequence[Problem], limit: float) -> tuple[list[Numbers], list[Numbers]]:
        """For each problem the n-grams of its task and of its reference, each once, without common ones."""
        import numpy as np

        tasks = shingles([asked(problem) for problem in problems], self.tokens, pad=False).sets()
        references = shingles([problem.reference or "" for problem in problems], self.tokens, pad=False).sets()
        shown: dict[str, list[Numbers]] = defaultdict(list)
        for problem, *both in zip(problems, tasks, references, strict=True):
            shown[_group(problem)] += both
        once = [np.unique(np.concatenate(grams)) for grams in shown.values()]
        values, times = np.unique(np.concatenate(once), return_counts=True) if once else (np.empty(0), np.empty(0))
        common = values[times > limit]
        rare = [[own[~np.isin(own, common)] for own in found] for found in (tasks, references)]
        return rare[0], rare[1]

    def _add_forms(self, suite: str, problems: Sequence[Problem], limit: float, least: int) -> None:
        found: list[dict[bytes, set[tuple[str, str]]]] = [defaultdict(set), defaultdict(set)]
        for problem in problems:
            for form in forms(problem.language, problem.prompt, problem.reference or ""):
                if form.size >= least:
                    found[0][form.code].add((problem.task_id, _group(problem)))
                    found[1][form.shape].add((problem.task_id, _group(problem)))
        for target, known in zip((self.code, self.shape), found, strict=True):
            for digest, places in known.items():
                if len({group for _, group in places}) <= limit:
                    target.setdefault(digest, []).extend((suite, name) for name, _ in sorted(places))

    def judged(self, suite: str, least_grams: int) -> int:
        """Problems of a suite of which a part is long enough, or a function is compared."""
        long = {part.problem for part in self.parts if part.suite == suite and part.grams >= least_grams}
        return len(long | {name for places in self.code.values() for found, name in places if found == suite})


def _group(problem: Problem) -> str:
    return problem.task_id if problem.group is None else problem.group


class _Finder:
    """Reads one training set beside the index."""

    def __init__(self, name: str, index: _Index, rules: Rules) -> None:
        import numpy as np

        self._name, self._index, self._rules = name, index, rules
        self._best = np.zeros(len(index.parts))
        self._rows = 0
        self._alike: dict[str, set[tuple[str, str]]] = {CODE: set(), SHAPE: set()}
        self.offences: list[Offence] = []

    def read(self, rows: list[Example]) -> None:
        """Compare some rows."""
        self._rows += len(rows)
        self._read_grams(rows)
        for row in rows:
            # the language of a foreign row is what somebody said it is
            other: Language = "java" if row.language == "python" else "python"
            shown = (row.prompt, row.reference)
            self._read_forms(row, forms(row.language, *shown) or forms(other, *shown))

    def _read_grams(self, rows: list[Example]) -> None:
        import numpy as np

        index = self._index
        if not len(index.values):
            return
        made = shingles([row.prompt + "\n" + row.reference for row in rows], index.tokens, pad=False)
        place = np.minimum(np.searchsorted(index.values, made.values), len(index.values) - 1)
        known = index.values[place] == made.values
        row = np.repeat(np.arange(len(rows)), np.diff(made.offsets))[known]
        pairs = np.unique(row * len(index.values) + place[known])
        row, gram = np.divmod(pairs, len(index.values))
        times = index.ends[gram + 1] - index.ends[gram]
        first = np.repeat(index.ends[gram], times)
        step = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
        keys, counts = np.unique(
            np.repeat(row, times) * len(index.parts) + index.part[first + step], return_counts=True
        )
        row, part = np.divmod(keys, len(index.parts))
        share = counts / index.sizes[part]
        np.maximum.at(self._best, part, share)
        guilty = (share >= self._rules.share) & (counts >= self._rules.least_grams)
        for number, which, much in zip(
            row[guilty].tolist(), part[guilty].tolist(), share[guilty].tolist(), strict=True
        ):
            found = index.parts[which]
            self.offences.append(
                Offence(self._name, found.suite, found.problem, found.kind, much, rows[number].task_id)
            )

    def _read_forms(self, row: Example, found: list[Form]) -> None:
        equal = {place for form in found for place in self._index.code.get(form.code, ())}
        self.offences += [Offence(self._name, suite, problem, CODE, 1.0, row.task_id) for suite, problem in equal]
        self._alike[CODE] |= equal
        self._alike[SHAPE].update(place for form in found for place in self._index.shape.get(form.shape, ()))

    def summary(self, suite: str, problems: Sequence[Problem]) -> dict[str, Any]:
        """The row of the table for a suite."""
        mine = [offence for offence in self.offences if offence.suite == suite]
        scored = zip(self._index.parts, self._best.tolist(), strict=True)
        parts = [(part, share) for part, share in scored if part.suite == suite]
        best: dict[str, float] = defaultdict(float)
        for part, share in parts:
            if part.grams >= self._rules.least_grams:
                best[part.problem] = max(best[part.problem], share)
        worst = sorted(mine, key=lambda one: (-one.share, one.problem, one.kind, one.row))
        return {
            "training_set": self._name,
            "suite": suite,
            "rows": self._rows,
            "problems": len(problems),
            "judged": self._index.judged(suite, self._rules.least_grams),
            "any": len({part.problem for part, share in parts if share}),
            **{f"share_{least}": sum(share >= least for share in best.values()) for least in SHARES},
            **{kind: sum(found == suite for found, _ in alike) for kind, alike in self._alike.items()},
            "touched": len({offence.problem for offence in mine}),
            "offending": len({offence.row for offence in mine}),
            "worst": [
                {"problem": one.problem, "row": one.row, "kind": one.kind, "share": round(one.share, 4)}
                for one in worst[:_WORST]
            ],
        }
