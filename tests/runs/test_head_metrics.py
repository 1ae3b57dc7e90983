"""head.json holds the few figures that are looked at first."""

from __future__ import annotations

from codereflect.runs.head_metrics import head_metrics


def test_a_suite_has_pass_at_k_or_what_stands_for_it():
    metrics = {
        "attempt": {"attempts": 9, "passed": 3},
        "contamination": {"micro_java": {"offending_rows": 1}},
        "micro_java": {"pass@1": 0.3, "exact_match": 0.2, "syntax": 1.0, "n_tasks": 5},
        "concode": {"exact_match": 0.1, "bleu": 20.0, "n_tasks": 5},
        "train": {"tokens": 7, "validation_loss": {"sft": 0.1, "sft.prompt": 6.0}},
    }
    assert head_metrics(metrics) == {
        "micro_java": {"pass@1": 0.3},
        "concode": {"exact_match": 0.1, "bleu": 20.0},
    }


def test_strategies_stay_apart():
    assert head_metrics({"humaneval": {"default": {"pass@1": 0.1}, "other": {"pass@1": 0.2, "syntax": 1}}}) == {
        "humaneval": {"default": {"pass@1": 0.1}, "other": {"pass@1": 0.2}}
    }
    assert head_metrics({}) == {}
