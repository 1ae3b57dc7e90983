"""One right answer in the forms in which models, kits and papers give it: each must pass; wrong twins must fail."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codereflect.grading.assembly import assemble
from codereflect.grading.case import given_case
from codereflect.grading.check import check
from codereflect.grading.extraction import extract
from codereflect.records import Problem
from codereflect.sandbox_params import SandboxLimits

PROMPT = (
    "from typing import List\n\n\ndef tally(xs: List[int], top: int) -> int:\n"
    '    """ Count how many of the numbers are not above top.\n    >>> tally([1, 5, 9], 5)\n    2\n    """\n'
)
PROBLEM = Problem(
    task_id="R/0", suite="humaneval", language="python", category="humaneval", prompt=PROMPT, entry_point="tally",
    hidden_tests=["assert tally([1, 5, 9], 5) == 2", "assert tally([], 3) == 0", "assert tally([4, 4], 4) == 2"],
)  # fmt: skip
BODY = "    return sum(x <= top for x in xs)\n"
WHOLE = "def tally(xs, top):\n" + BODY
SPLIT = "def tally(xs, top):\n    return sum(low(x, top) for x in xs)\n"
LOW = "def low(x, top):\n    return x <= top\n"
FENCED = f"```python\n{WHOLE}```\n"
FORMS = {
    "body": BODY,
    "whole": WHOLE,
    "prompt and body": PROMPT + BODY,
    "fenced": FENCED,
    "fenced body": f"```python\n{BODY}```",
    "tilde fence": f"~~~py\n{WHOLE}~~~\n",
    "byte order mark": "\ufeff" + WHOLE,
    "CRLF": WHOLE.replace("\n", "\r\n"),
    "no-break blanks": WHOLE.replace("    ", "\u00a0\u00a0\u00a0\u00a0"),
    "indented as a whole": "".join(f"    {line}\n" for line in WHOLE.splitlines()),
    "indented block": "1. Do:\n   ```python\n"
    + "".join(f"       {line}\n" for line in WHOLE.splitlines())
    + "   ```\n",
    "never closed": "```python\n" + WHOLE,
    "never opened": WHOLE + "```\nThat is all.",
    "cut assertion": f"```python\n{WHOLE}\nassert tally([1",
    "cut function": WHOLE + "\n\ndef more(x):\n    if x ==",
    "cut string": WHOLE + '\nprint("that is',
    "Chinese behind": WHOLE + "\n这个函数统计数字。\n",
    "Japanese before": "以下のコードです。\n\n" + WHOLE,
    "emoji behind": WHOLE + "\n✅ Done! 🎉\n",
    "table behind": WHOLE + "\n| n | time |\n|---|---|\n| 1 | O(n) |\n",
    "formula behind": WHOLE + "\n$$O(n) = \\sum_i 1$$\n",
    "address behind": WHOLE + "\nhttps://example.org/x\n",
    "complexity behind": WHOLE + "\nComplexity: O(n) time, O(1) space\n",
    "apostrophes behind": WHOLE + "\nIt's what you'd expect, isn't it?\n",
    "list behind": WHOLE + "\n- fast\n- short\n",
    "sentences around": f"Sure! Here's how:\n\n{WHOLE}\nThis counts the numbers.\n",
    "usage block behind": FENCED + "Use it:\n```python\nprint(tally([1], 2))\n```\n",
    "indented output behind": FENCED + "Output:\n```\n    2\n    0\n```\n",
    "indented name behind": FENCED + "prints\n```\n    x\n```\n",
    "stub behind": FENCED + "The head is\n```python\ndef tally(xs, top):\n    ...\n```\n",
    "stub with a docstring behind": FENCED + '```python\ndef tally(xs, top):\n    """Counts."""\n    pass\n```\n',
    "stub before": "```python\ndef tally(xs, top):\n    raise NotImplementedError\n```\nso\n" + FENCED,
    "fragment behind": FENCED + "The loop is\n```python\nfor x in xs:\n    total += 1\n```\n",
    "rebinding behind": FENCED + "```python\ntally = cached(tally)\n```\n",
    "correction": "```python\ndef tally(xs, top):\n    return 0\n```\nNo:\n" + FENCED,
    "helper block before": f"```python\n{LOW}```\n```python\n{SPLIT}```\n",
    "helper block behind": f"```python\n{SPLIT}```\nwith\n```python\n{LOW}```\n",
    "helper and usage behind": f"```python\n{SPLIT}```\n```python\n{LOW}\nprint(tally([1, 2], 1))\n```\n",
    "import block behind": "```python\ndef tally(xs, top):\n    return int(math.fsum(x <= top for x in xs))\n```\n"
    "```python\nimport math\n```\n",
    "fence in a string": f'```python\n{WHOLE[:20]}    """Like\n    ```\n    tally\n    ```\n    """\n{BODY}```\n',
    "fence in a comment": f"```python\n# see ```x```\n{WHOLE}```\n",
    "[PYTHON]": f"[PYTHON]\n{WHOLE}[/PYTHON]\n",
    "[BEGIN]": f"[BEGIN]\n{WHOLE}[DONE]\nmore",
    "begin code": "\\begin{code}\n" + WHOLE + "\\end{code}\n",
    "code tag": f"<code>\n{WHOLE}</code>",
    "[THINK]": "[THINK]\ndef tally(xs, top):\n    return 7\n[/THINK]\n" + WHOLE,
    "think": "<think>\nmaybe\n```python\nx\n```\n</think>\n" + FENCED,
    "role line": "assistant:\n" + WHOLE,
    "role mark": "<|im_start|>assistant\n" + WHOLE + "<|im_end|>",
    "response heading": "### Response:\n" + FENCED,
    "end of DeepSeek": WHOLE + "<\uff5cend\u2581of\u2581sentence\uff5c>",
    "end of Llama": BODY.rstrip() + "<|eot_id|>",
    "end of Gemma": BODY.rstrip() + "<end_of_turn>\n<eos>",
    "end of a turn": WHOLE + "[/INST]",
    "next turn": WHOLE + "<|im_end|>\n<|im_start|>user\nThanks, that is what I'd wanted!",
    "sentencepiece": "<s>" + WHOLE + "</s>",
    "fill in the middle": BODY + "<|fim_pad|><file_sep>def other(",
    "import of the prompt": "def tally(xs: List[int], top: int) -> int:\n" + BODY,
    "indented between sentences": "Here:\n\n" + "".join(f"    {line}\n" for line in WHOLE.splitlines()) + "\nDone.\n",
    "a session": "```pycon\n>>> " + WHOLE.replace("\n", "\n... ", 1) + "```\n",
    "helper corrected": f"```python\ndef low(x, top):\n    return 0\n```\n```python\n{LOW}```\n```python\n{SPLIT}```\n",
    "helper that acts": f"```python\n{LOW}print(low(input(), 2))\n```\n```python\n{SPLIT}```\n",
    "annotated lambda": "```python\ntally: object = lambda xs, top: sum(x <= top for x in xs)\n```\n"
    "```python\nprint(tally([], 1))\n```",
    "tag in a string of a body": '    tag = "<answer>" + "</answer><code>"\n' + BODY,
    "tag in a string": "Here is the function:\n\ndef tally(xs, top):\n    tag = '<code>'\n"
    + BODY
    + "\nIt uses a tag.\n",
    "fence in a body's docstring": '    """Like\n\n    ```\n    tally([1], 2)\n    ```\n    """\n' + BODY,
    "end of a thought in prose": FENCED + "It also handles the `</think>` mark fine.\n",
    "end of a thought in code": f"```python\n{WHOLE[:20]}    # text after </think>\n{BODY}```\nThis counts.\n",
    "cut alternative": FENCED
    + "or\n```python\ndef tally(xs, top):\n    total = 0\n    for x in xs:\n        total += 1",
    "mark in a string": 'END = "<|im_end|>"\n' + WHOLE + "\n这个函数\n",
}
LIMITS = SandboxLimits(cpu_seconds=2.0, memory_mb=512, output_kb=64, allow_weak=False, max_invalid=0.0)


def outcomes(forms: dict[str, str]) -> dict[str, str]:
    cases = [given_case(PROBLEM, assemble(PROBLEM, text).code, place) for place, text in enumerate(forms.values())]
    verdicts = check(cases, LIMITS, 2).verdicts
    return {name: verdicts[case.of].outcome for name, case in zip(forms, cases, strict=True)}


def test_each_form_of_a_right_answer_passes() -> None:
    found = outcomes(FORMS)
    assert {name: outcome for name, outcome in found.items() if outcome != "pass"} == {}


def test_each_form_of_a_wrong_answer_fails() -> None:
    wrong = {name: text.replace("x <= top", "x < top") for name, text in FORMS.items()}
    assert {name: one for name, one in outcomes(wrong).items() if one == "pass"} == {}


def test_a_mark_that_is_part_of_a_program_stays() -> None:
    code = 'def tally(xs, top):\n    """<s> ``` [/INST] <|im_end|>"""\n    # <think>\n    return "</think>"\n'
    assert extract(code, "python", "tally") == code


@pytest.mark.parametrize(
    "piece", ["x = (\n", "word word\n", "```\n", "def f():\n", "    x\n", "<|im_end|>", "[BEGIN]", "\u8fd9"]
)
def test_a_long_answer_is_read_in_time(piece: str) -> None:
    started = time.process_time()
    extract(piece * (60_000 // len(piece)), "python", "tally")
    assert time.process_time() - started < 5


PIECES = (
    WHOLE, BODY, LOW, "```python\n", "```\n", "\n", "Sure:\n", "这个函数。\n", "print(tally([1], 2))\n", "<|im_end|>",
    "[BEGIN]\n", "[DONE]\n", "x = (\n", '"""', "    ", "assert tally(", "</think>", "<think>", "\ufeff", "- a\n",
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_no_answer_raises_and_a_right_program_stays(parts: list[str]) -> None:
    extract("".join(parts), "python", "tally")
    # prose that is commented out changes nothing of a program
    program_ = WHOLE + "".join(f"# {line}\n" for part in parts for line in part.splitlines())
    assert extract(program_, "python", "tally").startswith(WHOLE)


@pytest.mark.parametrize("seed", range(4))
def test_a_right_program_between_any_prose_stays_right(seed: int) -> None:
    chooser = random.Random(seed)
    prose = (
        "Here it is:\n\n",
        "It's simple.\n\n",
        "步骤如下:\n\n",
        "1. Count\n\n",
        "Complexity: O(n)\n\n",
        "Hmm, so (\n\n",
    )
    forms = {}
    for number in range(25):
        before, behind = ("".join(chooser.choices(prose, k=chooser.randint(0, 3))) for _ in range(2))
        code = FENCED if number % 2 else WHOLE
        forms[str(number)] = f"{before}{code}\n{behind}"
    assert set(outcomes(forms).values()) == {"pass"}
