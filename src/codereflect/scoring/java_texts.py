"""Java methods that are not executed (CONCODE): CodeBLEU, and how many compile in the class rebuilt around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from codereflect.grading.case import Case
from codereflect.grading.compiled import compiled
from codereflect.grading.journal import Journal
from codereflect.material import ConcodeClass
from codereflect.programs.java_class.concode_class import text_of
from codereflect.programs.java_class.outcomes import Row
from codereflect.records import SampleId
from codereflect.sandbox.java.java_sandbox import probe_java
from codereflect.scoring.concode_compile import summary
from codereflect.scoring.concode_files import codebleu_scores


@dataclass
class JavaTexts:
    """What is found of suites of Java methods without tests.

    Attributes:
        figures: by suite and strategy: `codebleu` and its parts in percent; `java_compiles` in percent of
            `n_compilable`, the samples whose reference compiles; the commonest reasons of the others.
        compiles: by sample, where its reference compiles.
    """

    figures: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    compiles: dict[SampleId, bool] = field(default_factory=dict)

    def add(self, suite: str, strategy: str, cases: Sequence[Case], workers: int, journal: Journal) -> None:
        """Add a suite's answers; suites of another kind are passed over. Nothing is said of compiling without a JDK."""
        asked, rows = [], []
        for case in cases:
            if case.problem.grader == "text" and isinstance(case.problem.material, ConcodeClass):
                asked.append(case)
                rows.append(Row(text_of(case.problem.material), case.problem.reference or "", case.code))
        if not asked:
            return
        figures = codebleu_scores([(row.prediction, row.reference) for row in rows])
        del figures["versions"], figures["codebleu_variant"]
        if probe_java().version is not None:
            outcomes = compiled(rows, workers, journal)
            figures |= summary(outcomes)
            for case, outcome in zip(asked, outcomes, strict=True):
                if outcome.prediction is not None:
                    self.compiles[case.of] = outcome.prediction
        self.figures[suite, strategy] = figures
