"""The metrics as `evaluate.Metric` classes. Nothing else imports this module: that library takes seconds to load.

    from evaluate import combine
    from codereflect.scoring.evaluate_metrics import Bleu, CodeBleu, ExactMatch
    combine([ExactMatch(), Bleu(), CodeBleu()]).compute(predictions=[...], references=[...])

They need no network: the classes are used directly, not through `evaluate.load`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import datasets
import evaluate

from codereflect.params import SandboxLimits
from codereflect.sandbox import Job, Sandbox, why_unsealed
from codereflect.scoring import codebleu, text_match
from codereflect.scoring.pass_at_k import pass_at_k

TEXTS = datasets.Features({"predictions": datasets.Value("string"), "references": datasets.Value("string")})
PROGRAMS = datasets.Features(
    {
        "predictions": datasets.Sequence(datasets.Value("string")),
        "references": {"entry_point": datasets.Value("string"), "tests": datasets.Sequence(datasets.Value("string"))},
    }
)


class _Metric(evaluate.Metric):
    """A metric that is told its description and the form of its inputs by its class."""

    description = ""
    inputs = TEXTS

    def _info(self) -> evaluate.MetricInfo:
        return evaluate.MetricInfo(
            description=self.description, citation="", inputs_description="", features=self.inputs
        )


class ExactMatch(_Metric):
    """Share of predictions with the same white-space separated tokens, 0 to 1."""

    description = "Exact match as CodeXGLUE's text-to-code evaluator counts it."

    def _compute(self, predictions: Sequence[str], references: Sequence[str]) -> dict[str, float]:
        pairs = list(zip(predictions, references, strict=True))
        return {"exact_match": sum(text_match.exact_match(*pair) for pair in pairs) / len(pairs)}


class Bleu(_Metric):
    """CodeXGLUE's smoothed corpus BLEU-4, 0 to 100."""

    description = "BLEU as CodeXGLUE's text-to-code evaluator computes it."

    def _compute(self, predictions: Sequence[str], references: Sequence[str]) -> dict[str, float]:
        return {"bleu": text_match.bleu(list(zip(predictions, references, strict=True)))}


class CodeBleu(_Metric):
    """CodeBLEU for Java with its parts, 0 to 100."""

    description = f"CodeBLEU for Java, variant: {codebleu.VARIANT}."

    def _compute(self, predictions: Sequence[str], references: Sequence[str]) -> dict[str, Any]:
        return codebleu.codebleu(list(zip(predictions, references, strict=True)))._asdict()


class PassAtK(_Metric):
    """Unbiased pass@k of Python programs, run in the sandbox, 0 to 1.

    predictions: per task a list of programs; references: per task `{"entry_point": name, "tests": [text, ...]}`.
    """

    description = "Unbiased pass@k (Chen et al. 2021) over programs that are run in confined processes."
    inputs = PROGRAMS

    def _compute(
        self,
        predictions: Sequence[Sequence[str]],
        references: Sequence[dict[str, Any]],
        k: Sequence[int] = (1,),
        cpu_seconds: float = 3.0,
        workers: int | None = None,
    ) -> dict[str, float]:
        limits = SandboxLimits(
            cpu_seconds=cpu_seconds, memory_mb=1024, output_kb=256, allow_weak=False, max_invalid=0.0
        )
        jobs = []
        for task, (programs, reference) in enumerate(zip(predictions, references, strict=True)):
            name, tests = reference["entry_point"], list(reference["tests"])
            sealed = why_unsealed(tests, name) is None
            jobs += [Job(str(task), index, code, name, tests, sealed) for index, code in enumerate(programs)]
        with Sandbox(limits, workers) as sandbox:
            verdicts = [result.verdict for result in sandbox.run(jobs)]
        passed = [
            sum(v.outcome == "pass" for v in verdicts if v.task_id == str(task)) for task in range(len(predictions))
        ]
        counts = [(len(programs), good) for programs, good in zip(predictions, passed, strict=True)]
        values = {f"pass@{draws}": pass_at_k(counts, draws) for draws in k}
        return values | {"unsealed": sum(not verdict.sealed for verdict in verdicts)}
