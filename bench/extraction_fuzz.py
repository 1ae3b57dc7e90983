"""python bench/extraction_fuzz.py [--answers 1000000] [--seed 1] [--seconds 300]

Answers glued from programs, fences, sentences and marks of tokenizers, given to the extraction of Python. Three kinds:

- plain: a right program, with marks and fences in its strings and comments: it must come back as it is;
- wrapped: a right program in one of the forms of chats and base models, between sentences, usage, stubs and printed
  results: what is found must do the right thing;
- junk: pieces in any order: nothing is promised but an end, in time and without an exception.

Prints how many were given of each kind, how many went wrong (the first ones in full), and the slowest.
"""

# ruff: noqa: E501
from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from codereflect.grading.python_answer import python_answer

Kind = Literal["plain", "wrapped", "junk"]
NAME = "total"
# name of a part -> what it needs in front
DEFINITIONS = {
    "plain": ["def total(xs, least):\n    return sum(x for x in xs if x >= least)\n"],
    "loop": ["def total(xs, least):\n    n = 0\n    for x in xs:\n        if x >= least:\n            n += x\n    return n\n"],
    "typed": ["from typing import List\n", "def total(xs: List[int], least: int = 0) -> int:\n    return sum(x for x in xs if x >= least)\n"],
    "helped": ["def large(xs, least):\n    return [x for x in xs if x >= least]\n", "def total(xs, least):\n    return sum(large(xs, least))\n"],
    "imports": ["import functools\nimport operator\n", "def total(xs, least):\n    return functools.reduce(operator.add, [x for x in xs if x >= least], 0)\n"],
    "lambda": ["total = lambda xs, least: sum(x for x in xs if x >= least)\n"],
    "constant": ["NOTHING = 0\n", "def total(xs, least):\n    return sum([x for x in xs if x >= least], NOTHING)\n"],
    "decorated": ["import functools\n", "def same(f):\n    @functools.wraps(f)\n    def inner(*given):\n        return f(*given)\n    return inner\n", "@same\ndef total(xs, least):\n    return sum(x for x in xs if x >= least)\n"],
    "docstring": ['def total(xs, least):\n    """Add.\n\n    >>> total([1, 5], 2)\n    5\n    ```\n    total([], 1)\n    ```\n    """\n    return sum(x for x in xs if x >= least)\n'],
    "margin": ['def total(xs, least):\n    """\nAdd what is large, it\'s easy:\n```python\ntotal([], 1)\n```\n"""\n    return sum(x for x in xs if x >= least)\n'],
    "marks": ["END = ('</s>', '<|im_end|>', '[/INST]', '<think>', '```')\n", "def total(xs, least):\n    # <|endoftext|> ends it\n    return sum(x for x in xs if x >= least)\n"],
    "async": ["class Sum:\n    def __init__(self, xs):\n        self.xs = xs\n\n    def value(self):\n        return sum(self.xs)\n", "def total(xs, least):\n    return Sum([x for x in xs if x >= least]).value()\n"],
}  # fmt: skip
HARMLESS = [
    "# comment\n", "N = 3\n", "import math\n", "\n\n", "def other(x):\n    return x\n", "class A:\n    pass\n", '"""Text\n```\n"""\n',
    "TEXT = '[DONE] <s> </think>'\n", "if __name__ == '__main__':\n    print(total([1], 1))\n", "# [/PYTHON] </code> ~~~\n",
    "M = {\n'a': 1,\n}\n", "# 说明：加\n", "s = 'it\\'s `total`'\n", "for _ in range(2):\n    pass\n", "assert True\n",
]  # fmt: skip
WORDS = [
    "Here is the function:", "It's O(n), isn't it?", "这个函数统计数字。", "この関数は数を足します。", "🎉 Done!", "Done", "Complexity: O(n)",
    "Complexity: O(n) time, O(1) space", "https://example.org/a?b=c", "| a | b |\n|---|---|\n| 1 | 2 |", "$$x^2 \\le n$$",
    "- it loops\n- it adds", "1. (once)", "**Note:** none", "## Explanation", "> quoted (so", 'He said "it', "---", "<p>It adds.</p>",
    "Функция возвращает сумму.", "xs -> int", "if you want, print it", ">>> total([1], 1)\n1", "Call `total(xs, 1)`.", "...and so on",
    "(see above", "Hope it helps!", "assistant:", "### Response:", "total.py", "Output: 5", "@@ -1 +1 @@", "$ python a.py", "说明",
]  # fmt: skip
BLOCKS = [
    "```\n    5\n    0\n```", "```\n5\n```", "```python\nprint(total([1], 0))\n```", "```python\ndef total(xs, least):\n    pass\n```",
    "```python\ndef total(xs, least): ...\n```", "```bash\npip install total\n```", "```python\n    n += x\n```", "~~~\nx y\n~~~",
    "```python\ntotal = cache(total)\n```", "```python\nfrom a import total\n```", "```\n```", "```text\nit adds\n```",
    "```python\nassert total([], 1) == 0, missing\n```",
]  # fmt: skip
MARKS = [
    "<|im_end|>", "<|endoftext|>", "</s>", "<eos>", "<end_of_turn>", "<｜end▁of▁sentence｜>", "<|eot_id|>", "[/INST]", "[DONE]",
    "<fim_middle>", "[/PYTHON]", "\\end{code}", "</code>", "<pad><pad>",
]  # fmt: skip
OPENINGS = {
    "[PYTHON]\n": "[/PYTHON]", "[BEGIN]\n": "[DONE]", "\\begin{code}\n": "\\end{code}", "<code>\n": "</code>", "<s>": "</s>",
    "<|im_start|>assistant\n": "<|im_end|>", "<think>\nperhaps\n</think>\n": "", "[THINK]it adds[/THINK]\n": "", "\ufeff": "",
    "<start_of_turn>model\n": "<end_of_turn>", "Assistant: ": "", "<answer>\n": "</answer>",
}  # fmt: skip
BROKEN = [
    "def more(x):\n    if x ==",
    "assert total([1",
    "print(total([",
    "class A:\n    def",
    '"""\nNext task',
    "@functools.",
]
JUNK = [
    "```",
    "~~~",
    "<think>",
    "</think>",
    "\0",
    "\f",
    "def total(",
    "    ",
    '"""',
    "'",
    "(",
    "{",
    "]",
    "\\",
    "\r",
    "\ud800",
    "\u00a0",
]


def glued(draw: random.Random) -> tuple[str, Kind]:
    """An answer, and what it is."""
    kinds: list[Kind] = ["plain", "plain", "wrapped", "wrapped", "wrapped", "wrapped", "wrapped", "junk"]
    kind = draw.choice(kinds)
    parts = draw.choice(list(DEFINITIONS.values()))
    if kind == "junk":
        pool = [*JUNK, *WORDS, *BLOCKS, *MARKS, *BROKEN, *HARMLESS, *OPENINGS, *parts]
        return "".join(draw.choice(pool) + draw.choice(("", "\n")) for _ in range(draw.randrange(12))), kind
    before, after = (draw.choices(HARMLESS, k=draw.randrange(3)) for _ in range(2))
    code = "".join([*before, *parts, *after])
    if kind == "plain":
        return code.replace("\n", draw.choice(("\n", "\n", "\r\n"))), kind
    return wrapped(draw, code, parts), kind


def wrapped(draw: random.Random, code: str, parts: Sequence[str]) -> str:
    """A right program in a form that models write."""
    some = [*WORDS, *WORDS, *BLOCKS]
    above, below = (draw.sample(some, draw.randrange(3)) for _ in range(2))
    form = draw.randrange(6)
    if form == 0:  # a block
        core = f"```{draw.choice(('python', 'py', 'Python', ''))}\n{code}```"
    elif form == 1:  # one that never ends
        core, below = f"```python\n{code}", []
    elif form == 2 and "@" not in code:  # its parts in blocks of their own, in any order
        core = "\nand\n".join(f"```python\n{part}```" for part in draw.sample(parts, len(parts)))
    elif form == 3:  # marks around it
        opening = draw.choice(list(OPENINGS))
        # "Assistant: N = 3" is Python
        core = opening + ("\n" if opening.endswith(": ") else "") + code + OPENINGS[opening]
        above = []
    elif form == 4:  # written on, and cut off
        core, above, below = f"{code}\n{draw.choice(BROKEN)}", [], []
    else:  # between sentences
        above, below = ([one for one in side if "~~~" not in one and "```" not in one] for side in (above, below))
        core = code.rstrip() + draw.choice(MARKS) if draw.random() < 0.3 else code
        # total(...)[DONE] is Python, and so is what may follow it
        below = [] if core.endswith("[DONE]") else below
        if "`" in "".join([code, *above, *below]):
            above = []
    text = "\n".join([*above, core, *below])
    return text.replace("\n", "\r\n") if draw.random() < 0.1 else text


def lost(answer: str, kind: Kind) -> str | None:
    """What went wrong with an answer, in a few words; None where nothing did."""
    try:
        code = python_answer(answer, NAME).code
    except Exception as error:
        return f"raises {error!r}"
    if kind == "plain":
        return None if code == answer else "changed"
    return None if kind == "junk" or works(code) else "does the wrong thing"


def works(code: str) -> bool:
    """Whether a program of these pieces does what is asked for."""
    names: dict[str, object] = {"__name__": "answer", "print": lambda *_: None, "cache": lambda f: f}
    try:
        exec(code, names)
        total = names[NAME]
        return callable(total) and [total([1, 5], 2), total([], 1), total([3, 3], 3)] == [5, 0, 6]
    except Exception:
        return False


def main() -> int:
    """Give as many answers as are asked for, or as fit in the time."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--answers", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    given = parser.parse_args()
    draw, began = random.Random(given.seed), time.monotonic()
    counted, wrong = Counter[str](), Counter[str]()
    slowest, slowest_answer = 0.0, ""
    while counted.total() < given.answers and time.monotonic() - began < given.seconds:
        answer, kind = glued(draw)
        started = time.perf_counter()
        told = lost(answer, kind)
        took = time.perf_counter() - started
        counted[kind] += 1
        if took > slowest:
            slowest, slowest_answer = took, answer
        if told is not None:
            wrong[kind] += 1
            if wrong.total() <= 10:
                print(f"{kind}: {told}: {answer!r}")
    seconds = time.monotonic() - began
    print(f"{counted.total()} answers in {seconds:.0f} s, seed {given.seed}")
    for name, count in sorted(counted.items()):
        print(f"{name}: {count}, wrong {wrong[name]}")
    print(f"slowest: {1000 * slowest:.1f} ms ({len(slowest_answer)} characters)")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
