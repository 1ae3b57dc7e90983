"""The classes for users of `evaluate` say what the plain functions say. Slow: that library takes seconds to load."""

from __future__ import annotations

import subprocess
import sys

import pytest

from codereflect.scoring import codebleu, text_match

PAIRS = [("int f ( ) { return 1 ; }", "int f ( ) { return 1 ; }"), ("int f ( ) { }", "int g ( int a ) { return a ; }")]


@pytest.mark.slow
def test_combined_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    from evaluate import combine

    from codereflect.scoring.evaluate_metrics import Bleu, CodeBleu, ExactMatch, PassAtK

    predictions, references = [pair[0] for pair in PAIRS], [pair[1] for pair in PAIRS]
    found = combine([ExactMatch(), Bleu(), CodeBleu()]).compute(predictions=predictions, references=references)
    assert found["exact_match"] == 0.5
    assert found["bleu"] == text_match.bleu(PAIRS)
    assert found["codebleu"] == codebleu.codebleu(PAIRS).codebleu
    right, wrong = "def f(x):\n    return x + 1\n", "def f(x):\n    return x\n"
    executed = PassAtK().compute(
        predictions=[[right, wrong], [wrong, wrong]],
        references=[{"entry_point": "f", "tests": ["assert f(1) == 2"]}] * 2,
        k=[1, 2],
    )
    assert executed == {"pass@1": 0.25, "pass@2": 0.5, "unsealed": 0}


def test_nothing_else_loads_the_library() -> None:
    script = (
        "import sys, codereflect.cli.score, codereflect.scoring.concode, codereflect.scoring.metrics, "
        "codereflect.scoring.text_checks, codereflect.scoring.answer_metrics; assert 'evaluate' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
