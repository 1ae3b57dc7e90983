"""A task and verdicts to try the teacher on."""

from __future__ import annotations

from codereflect.records import CallFailure, Example, Outcome, Sample, Source, Verdict

REFERENCE = "def solve(xs, k):\n    xs = [x for x in xs if x > k]\n    xs = sorted(xs)\n    n = sum(xs)\n    return n\n"
PROMPT = (
    "# keep the numbers above k, then sort the numbers; sum the numbers\n# solve(xs, k)\n# solve([1, 2, 5], 1) == 7\n"
)


def example(reference: str = REFERENCE, prompt: str = PROMPT, name: str = "micro/1", group: str = "g1") -> Example:
    """A Python task; the default has three steps, each asked for by one clause."""
    return Example(
        task_id=name, corpus="micro", language="python", task="python_function", category="numbers-3", prompt=prompt,
        reference=reference, entry_point="solve", hidden_tests=["assert solve([3], 2) == 3"],
        source=Source(file="micro"), group=group,
    )  # fmt: skip


def verdict(
    outcome: Outcome = "fail",
    category: str = "assertion",
    expected: str | None = "3",
    actual: str | None = "5",
    feedback: str = "solve([3, 2], 2) returned 5; expected 3.",
    name: str = "micro/1",
    raised: str | None = None,
) -> Verdict:
    """By default a wrong value."""
    return Verdict(
        of=sample("", name).of, outcome=outcome, category=category, feedback=feedback, sealed=True,
        detail=CallFailure(call="solve([3, 2], 2)", expected=expected, actual=actual, raised=raised),
    )  # fmt: skip


def sample(code: str, name: str = "micro/1", index: int = 0) -> Sample:
    """An attempt."""
    return Sample(
        task_id=name, suite="attempt", sample_index=index, strategy="default", completion=code, code=code,
        tokens_in=1, tokens_out=1, finish_reason="end", seed=1,
    )  # fmt: skip


def solve(*lines: str, head: str = "def solve(xs, k):") -> str:
    """A function of these body lines."""
    return "\n".join([head, *(f"    {line}" for line in lines), ""])
