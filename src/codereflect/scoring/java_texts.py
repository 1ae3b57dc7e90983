"""Java methods that are not executed (CONCODE): CodeBLEU, and how many compile in the class rebuilt around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, field
from typing import Any

from codereflect.grading.journal import kept, key_of
from codereflect.programs.java_class.context import published
from codereflect.programs.java_class.outcomes import Outcome, Row, compile_outcomes
from codereflect.progress import progress
from codereflect.records import Problem, Sample
from codereflect.sandbox.java.java_sandbox import probe_java
from codereflect.scoring.concode_compile import summary
from codereflect.scoring.concode_files import codebleu_scores
from codereflect.scoring.pairing import SampleKey, sample_key
from codereflect.store import Store


@dataclass
class JavaTexts:
    """What is found of suites of Java methods without tests.

    Attributes:
        figures: by suite and strategy: `codebleu` and its parts in percent; `java_compiles` in percent of
            `n_compilable`, the samples whose reference compiles; the commonest reasons of the others.
        compiles: by sample, where its reference compiles.
    """

    figures: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    compiles: dict[SampleKey, bool] = field(default_factory=dict)

    def add(
        self,
        suite: str,
        strategy: str,
        problems: Sequence[Problem],
        samples: Sequence[Sample],
        workers: int,
        store: Store,
    ) -> None:
        """Add a suite's answers; suites of another kind are passed over. Nothing is said of compiling without a JDK."""
        asked = {one.task_id: one for one in problems if one.task == "java_method" and _is_text(one)}
        group = [(asked[sample.task_id], sample) for sample in samples if sample.task_id in asked]
        if not group:
            return
        figures = codebleu_scores([(sample.code, problem.reference or "") for problem, sample in group])
        del figures["versions"], figures["codebleu_variant"]
        if probe_java().version is not None:
            key = key_of("compile", list(asked.values()), samples)
            rows = kept(store, key, lambda: [astuple(outcome) for outcome in _compiled(group, workers)])
            outcomes = [Outcome(*row) for row in rows]
            figures |= summary(outcomes)
            for (_, sample), outcome in zip(group, outcomes, strict=True):
                if outcome.prediction is not None:
                    self.compiles[sample_key(sample)] = outcome.prediction
        self.figures[suite, strategy] = figures


def _is_text(problem: Problem) -> bool:
    return problem.hidden_tests is None and published(problem.context) is not None and problem.reference is not None


def _compiled(group: Sequence[tuple[Problem, Sample]], workers: int) -> list[Outcome]:
    rows = [Row(published(problem.context) or "", problem.reference or "", sample.code) for problem, sample in group]
    outcomes = []
    with progress("compiling", len(rows), "methods") as advance:
        for outcome in compile_outcomes(rows, workers):
            outcomes.append(outcome)
            advance()
    return outcomes
