"""The project's metrics as `evaluate.Metric` classes, for use with `evaluate.combine`; no network is needed.

    from evaluate import combine
    from codereflect.scoring.evaluate_metrics import CodeBleu, ExactMatch
    combine([ExactMatch(), CodeBleu()]).compute(predictions=[...], references=[...])

Each class is thin: the plain functions it calls can be had without this module, whose import of `evaluate` takes many
seconds. Nothing else in the project imports it. Scores are fractions from 0 to 1, except BLEU, from 0 to 100 as
published. A class ignores what others in a combination need.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import datasets
import evaluate

from codereflect.grading.text_rules import Answers, score_texts
from codereflect.programs import java_syntax
from codereflect.scoring.codebleu import VARIANT, code_bleu
from codereflect.scoring.executed import executed_pass_at_k
from codereflect.scoring.text_match import bleu, exact_match


def _described(description: str, *columns: str) -> evaluate.MetricInfo:
    return evaluate.MetricInfo(
        description=description,
        citation="",
        inputs_description="\n".join(f"{column}: one text per sample" for column in columns),
        features=datasets.Features({column: datasets.Value("string") for column in columns}),
    )


class ExactMatch(evaluate.Metric):
    """The share of predictions with the tokens of their reference."""

    def _info(self) -> evaluate.MetricInfo:
        return _described("Exact match of whitespace-separated tokens.", "predictions", "references")

    def _compute(self, predictions: Sequence[str], references: Sequence[str], **_: Any) -> dict[str, float]:
        hits = sum(exact_match(*pair) for pair in zip(predictions, references, strict=True))
        return {"exact_match": hits / len(predictions)}


class ConcodeBleu(evaluate.Metric):
    """BLEU as CodeXGLUE's text-to-code evaluator computes it, from 0 to 100."""

    def _info(self) -> evaluate.MetricInfo:
        return _described("BLEU-4 with one added to each order, as CodeXGLUE.", "predictions", "references")

    def _compute(self, predictions: Sequence[str], references: Sequence[str], **_: Any) -> dict[str, float]:
        return {"bleu": bleu(zip(predictions, references, strict=True))}


class CodeBleu(evaluate.Metric):
    """CodeBLEU of Java methods with its parts; `codebleu_dataflow` is absent where no reference has a data flow."""

    def _info(self) -> evaluate.MetricInfo:
        return _described(f"CodeBLEU ({VARIANT}).", "predictions", "references")

    def _compute(self, predictions: Sequence[str], references: Sequence[str], **_: Any) -> dict[str, float]:
        parts = code_bleu(list(zip(predictions, references, strict=True)))
        scores = {
            "codebleu": parts.score,
            "codebleu_ngram": parts.ngram,
            "codebleu_weighted_ngram": parts.weighted_ngram,
            "codebleu_syntax": parts.syntax,
        }
        return scores if parts.dataflow is None else {**scores, "codebleu_dataflow": parts.dataflow}


class JavaSyntax(evaluate.Metric):
    """The share of predictions that parse as a Java method."""

    def _info(self) -> evaluate.MetricInfo:
        return _described("Does the text parse as a member of a Java class?", "predictions")

    def _compute(self, predictions: Sequence[str], **_: Any) -> dict[str, float]:
        return {"java_syntax": sum(map(java_syntax.parses, predictions)) / len(predictions)}


class ExecutedPassAtK(evaluate.Metric):
    """Unbiased pass@k of programs that are run, confined, against tests; see `executed.executed_pass_at_k`."""

    def _info(self) -> evaluate.MetricInfo:
        columns = ("predictions", "tests", "entry_points", "task_ids")
        return _described("pass@k: programs are executed in the project's sandbox.", *columns)

    def _compute(
        self,
        predictions: Sequence[str],
        tests: Sequence[str],
        entry_points: Sequence[str],
        task_ids: Sequence[str],
        k: Sequence[int] = (1,),
        workers: int | None = None,
        **_: Any,
    ) -> dict[str, float | int]:
        return executed_pass_at_k(predictions, tests, entry_points, task_ids, k, workers=workers)


class TextChecks(evaluate.Metric):
    """Text checks of first answers to instruction tasks, all categories together. Nothing is executed."""

    def _info(self) -> evaluate.MetricInfo:
        return _described("Has the text what its category asks for? Not executed.", "predictions", "categories")

    def _compute(self, predictions: Sequence[str], categories: Sequence[str], **_: Any) -> dict[str, float | int]:
        tasks = [Answers(category, [text]) for text, category in zip(predictions, categories, strict=True)]
        scores = score_texts(tasks, k=[1])["all"]
        return {name: value for name, value in scores.items() if name not in ("n", "text_style_best")}
