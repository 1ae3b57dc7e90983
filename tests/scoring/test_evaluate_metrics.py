"""The `evaluate` classes give what the plain functions give, alone and combined; nothing else imports `evaluate`."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import pytest

import codereflect.scoring
from codereflect.scoring.codebleu import code_bleu
from codereflect.scoring.text_match import bleu

PREDICTIONS = ["int f ( int a ) { int b = a ; return b ; }", "int f ( ) { return 1 ;"]
REFERENCES = ["int f ( int a ) { int b = a ; return b ; }", "int f ( ) { return 2 ; }"]


def test_nothing_else_imports_evaluate() -> None:
    names = [module.name for module in pkgutil.iter_modules(codereflect.scoring.__path__)]
    assert "evaluate_metrics" in names
    others = [f"codereflect.scoring.{name}" for name in names if name != "evaluate_metrics"]
    program = (
        f"import importlib, sys\nfor name in {others!r}:\n    importlib.import_module(name)\n"
        "heavy = {'evaluate', 'datasets', 'torch', 'transformers', 'tree_sitter'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stderr == ""


@pytest.mark.slow
def test_text_metrics_combine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    from evaluate import combine

    from codereflect.scoring.evaluate_metrics import CodeBleu, ConcodeBleu, ExactMatch, JavaSyntax

    pairs = list(zip(PREDICTIONS, REFERENCES, strict=True))
    combined = combine([ExactMatch(), ConcodeBleu(), CodeBleu(), JavaSyntax()])
    scores = combined.compute(predictions=PREDICTIONS, references=REFERENCES)
    parts = code_bleu(pairs)
    assert scores == {
        "exact_match": 0.5,
        "bleu": bleu(pairs),
        "codebleu": parts.score,
        "codebleu_ngram": parts.ngram,
        "codebleu_weighted_ngram": parts.weighted_ngram,
        "codebleu_syntax": parts.syntax,
        "codebleu_dataflow": parts.dataflow,
        "java_syntax": 0.5,
    }


@pytest.mark.slow
def test_executed_and_text_metrics_combine() -> None:
    from evaluate import combine

    from codereflect.scoring.evaluate_metrics import ExactMatch, ExecutedPassAtK, TextChecks

    programs = ["def f(x):\n    return x + 1\n", "def f(x):\n    return x\n"]
    columns = {
        "tests": ["assert f(1) == 2"] * 2,
        "entry_points": ["f"] * 2,
        "task_ids": ["one"] * 2,
        "categories": ["complete"] * 2,
    }
    combined = combine([ExactMatch(), ExecutedPassAtK(), TextChecks()])
    scores = combined.compute(predictions=programs, references=programs[:1] * 2, k=[1, 2], workers=1, **columns)
    assert (scores["pass@1"], scores["pass@2"], scores["exact_match"]) == (0.5, 1.0, 0.5)
    assert (scores["text_pass@1"], scores["text_placeholders"]) == (1.0, 0.0)


@pytest.mark.slow
def test_samples_can_be_added_one_by_one() -> None:
    from codereflect.scoring.evaluate_metrics import ExactMatch

    metric = ExactMatch()
    for prediction, reference in zip(PREDICTIONS, REFERENCES, strict=True):
        metric.add(prediction=prediction, reference=reference)
    assert metric.compute() == {"exact_match": 0.5}
