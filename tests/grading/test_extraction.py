"""Code out of answers: what must be found, what must stay untouched, and nothing may raise."""

from __future__ import annotations

import textwrap
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codereflect.grading.extraction import extract

SOLVE = "def solve(xs, k):\n    xs = [x for x in xs if x > k]\n    return xs\n"
HELPED = "def solve(xs):\n    return double(xs)\n"
HELPER = "def double(xs):\n    return [2 * x for x in xs]\n"
METHOD = "int function ( int arg0 ) { if ( arg0 > 0 ) { return arg0 ; } return 0 ; }"

UNTOUCHED = {
    "plain": SOLVE,
    "no final newline": SOLVE.rstrip(),
    "windows line ends": SOLVE.replace("\n", "\r\n"),
    "blank lines around": "\n\n" + SOLVE + "\n\n",
    "imports and constants": "import math\nfrom os import sep\nN = 3\n\n\n" + SOLVE,
    "comments after it": SOLVE + "# done\n",
    "a call after it": SOLVE + "\nprint(solve([1], 0))\n",
    "a helper after it": HELPED + "\n" + HELPER,
    "an annotation after it": f"{SOLVE}\nExplanation: sorted\n",
    "lambda": "solve = lambda xs: sorted(xs)\n",
    "prose in a docstring at the margin": 'def solve(xs):\n    """\nThis returns it all.\n    """\n    return xs\n',
    "fence in a docstring": 'def solve(xs):\n    """\n```python\nsolve([1])\n```\n    """\n    return xs\n',
    "thought in a string": 'def solve(s):\n    s = """\n<think>\n</think>\n"""\n    return s\n',
    "end token in a string": 'def solve(s):\n    return s + "</s>"\n',
    "does not parse": "def solve(xs):\n    return xs)\n",
    "broken off": "def solve(xs):\n    ys = [x for x in",
    "wrongly indented rest": "def solve(xs):\n    ys = xs[\nreturn ys\n",
    "body of a function": "    ys = sorted(xs)\n    return ys\n",
    "only words": "I am sorry, I cannot do that.",
    "empty": "",
    "spaces": "  \n ",
}

FOUND = {
    "fence": f"Here it is:\n\n```python\n{SOLVE}```\nIt filters.\n",
    "fence behind code on its line": f"```python\n{SOLVE.rstrip()}```\nIt filters.\n",
    "fence without tag": f"```\n{SOLVE}```",
    "tildes": f"~~~py\n{SOLVE}~~~\n",
    "longer fence": f"````python\n{SOLVE}````\n",
    "half-open fence": f"Sure!\n```python\n{SOLVE}",
    "fence opened by the prompt": f"{SOLVE}```\nThis filters the list.",
    "fence in a list": "1. Do this:\n\n   ```python\n" + textwrap.indent(SOLVE, "   ") + "   ```\n",
    "usage in a second block": f"```python\n{SOLVE}```\nUse it:\n```python\nprint(solve([1], 0))\n```\n",
    "shell block first": f"```bash\npip install solve\n```\n```python\n{SOLVE}```\n",
    "output block last": f"```python\n{SOLVE}```\n```text\ndef solve\n```\n",
    "correction last": f"```python\ndef solve(xs, k):\n    return k\n```\nNo, wrong.\n```python\n{SOLVE}```\n",
    "closing fence behind code": f"```python\n{SOLVE.rstrip()}\n```",
    "thought": f"<think>\nfirst def solve(xs, k): return 1\n</think>\n\n{SOLVE}",
    "thought with a block": f"<think>\n```python\ndef solve(xs, k): return 1\n```\n</think>\n```python\n{SOLVE}```",
    "thought opened by the prompt": f"I filter.\n</think>\n{SOLVE}",
    "unfinished second thought": f"{SOLVE}<think>\nIs that right? Well, I",
    "prose before": f"Here is the function:\n\n{SOLVE}",
    "prose after": f"{SOLVE}\nThis function keeps what is larger than `k`.\n\nNote: it's O(n) = fine.\n",
    "prose before and after": f"Sure, here you go:\n{SOLVE}Explanation:\n1. It loops (once).\n",
    "one word that parses after": f"{SOLVE}\nDone\n",
    "symbols in the sentence after": f"{SOLVE}\nExplanation: this function is {{good}} = fine.\n- It loops.\n",
    "brackets in the heading after": f"{SOLVE}\nExplanation (short):\nIt loops.\n",
    "session after": f"{SOLVE}>>> solve([1, 2], 1)\n[2]\n",
    "markup after": f"{SOLVE}**Explanation** of `it`\n",
    "repeated prompt": f"Keep what is larger than k.\ndef solve(xs, k):\n>>> solve([1, 2], 1)\n[2]\n{SOLVE}",
    "end token": f"{SOLVE}<|im_end|>",
    "end tokens behind the code": f"{SOLVE.rstrip()}</s><|endoftext|>\n",
}


@pytest.mark.parametrize("name", UNTOUCHED)
def test_code_without_anything_around_it_stays_byte_identical(name: str) -> None:
    assert extract(UNTOUCHED[name], "python", "solve") == UNTOUCHED[name]


@pytest.mark.parametrize("name", FOUND)
def test_code_is_found(name: str) -> None:
    assert extract(FOUND[name], "python", "solve").rstrip() == SOLVE.rstrip()


@pytest.mark.parametrize("name", FOUND)
def test_what_was_extracted_is_extracted_again(name: str) -> None:
    code = extract(FOUND[name], "python", "solve")
    assert extract(code, "python", "solve") == code


def test_a_fence_in_a_docstring_does_not_close_the_block() -> None:
    code = 'def solve(xs):\n    """\n    ```\n    solve([1])\n    ```\n    """\n    return xs\n'
    assert extract(f"```python\n{code}```\nDone.\n", "python", "solve") == code
    assert extract(f"- so:\n  ```python\n{textwrap.indent(code, '  ')}  ```\n", "python", "solve") == code


def test_thought_without_end_holds_no_answer() -> None:
    assert extract("<think>\nMaybe ```python\ndef solve(xs): ...\n```", "python", "solve") == ""


def test_helpers_of_earlier_blocks_come_along() -> None:
    answer = f"First a helper:\n```python\n{HELPER}```\nthen\n```python\n{HELPED}```\n"
    assert extract(answer, "python", "solve").split() == (HELPER + HELPED).split()


def test_blocks_that_are_not_needed_stay_away() -> None:
    answer = f"```python\nunused = 1\n```\n```python\n{SOLVE}```\n"
    assert extract(answer, "python", "solve") == SOLVE


def test_without_an_entry_point_the_first_block_counts() -> None:
    answer = f"```python\n{SOLVE}```\n```python\nassert solve([1], 0)\n```\n"
    assert extract(answer, "python", None) == SOLVE


def test_body_loses_the_prose_behind_it() -> None:
    assert extract("    return xs\n\nThis is the answer.\n", "python", "solve") == "    return xs\n"


def test_blank_lines_keep_their_spaces_in_a_block() -> None:
    code = "def solve(xs):\n    \n    return xs\n"
    assert extract(f"```python\n{code}```\n", "python", "solve") == code


def test_constants_before_the_function_stay() -> None:
    code = 'NOTE = """\nKeep this line.\n"""\n' + SOLVE
    assert extract(f"Here it is:\n\n{code}\nDone with it.\n", "python", "solve") == code


def test_broken_code_between_prose_keeps_its_error() -> None:
    code = "def solve(xs):\n    return xs)\n"
    assert extract(f"Here it is:\n{code}", "python", "solve") == code


JAVA_FOUND = {
    "fence": f"Here:\n```java\n{METHOD}\n```\n",
    "fence in one line": f"It is ```java {METHOD} ``` as asked.",
    "half-open fence": f"```java\n{METHOD}",
    "fence opened by the prompt": f"{METHOD}\n```\nDone.",
    "prose before": f"The method you asked for is:\n\n{METHOD}",
    "prose after": f"{METHOD} This returns arg0 or 0, doesn't it",
    "other block first": f"```text\nfunction\n```\n```java\n{METHOD}\n```",
    "correction last": f"```java\nint function ( ) {{ return 1 ; }}\n```\n```java\n{METHOD}\n```",
    "thought": f"<think>int function ( )</think>{METHOD}",
}

JAVA_UNTOUCHED = {
    "plain": METHOD,
    "braces in texts": 'String function ( ) { return "}" + \'}\' + "\\"}" ; } // }',
    "two methods": METHOD + "\nint other ( ) { return 1 ; }\n",
    "open brace": "int function ( ) { return 1 ;",
    "brace too many": METHOD + " }",
    "field": "int x ;",
    "several lines": "int function ( )\n{\n    return 1 ;\n}\n",
    "comment first": "// Returns one.\nint function ( ) { return 1 ; }",
    "Javadoc first": "/** Returns one.\n * @return one.\n */\nint function ( ) { return 1 ; }",
}


@pytest.mark.parametrize("name", JAVA_FOUND)
def test_java_is_found(name: str) -> None:
    assert extract(JAVA_FOUND[name], "java", "function").strip() == METHOD


@pytest.mark.parametrize("name", sorted(set(JAVA_FOUND) - {"correction last"}))
def test_java_is_found_without_a_name(name: str) -> None:
    assert extract(JAVA_FOUND[name], "java", None).strip() == METHOD


@pytest.mark.parametrize("name", JAVA_UNTOUCHED)
def test_plain_java_stays_byte_identical(name: str) -> None:
    assert extract(JAVA_UNTOUCHED[name], "java", "function") == JAVA_UNTOUCHED[name]


PIECES = st.sampled_from(
    ["```", "```python\n", "~~~", "<think>", "</think>", "\n", "\r", "\0", "\f", SOLVE, METHOD, "def solve(", "    ",
     "return x\n", "Here it is:\n", ">>> ", '"""', "'", "{", "}", "\\", "Done.", "\ud800", "é", "<|x|>", "(" * 300]
)  # fmt: skip
ANSWERS = st.one_of(st.text(), st.lists(PIECES, max_size=12).map("".join))


@settings(max_examples=300, deadline=None)
@given(ANSWERS, st.sampled_from(["python", "java", "cobol"]), st.sampled_from(["solve", "function", "", "(", None]))
def test_no_answer_makes_it_raise_and_nothing_is_invented(answer: str, language: str, entry_point: str | None) -> None:
    code = extract(answer, language, entry_point)
    assert all(line.strip() in answer for line in code.split("\n"))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([SOLVE, HELPER, HELPED, "import math\n", "N = 1\n", "\n", "# note\n"]), min_size=1))
def test_programs_of_whole_definitions_are_never_touched(parts: list[str]) -> None:
    program = "".join([*parts, SOLVE])
    assert extract(program, "python", "solve") == program


LONG = [
    "def solve(x):\n" * 2000,
    "def solve(:\nThese are words.\n" * 1000,
    "Words here.\n" * 5000,
    "<think>\n" * 5000,
    "{" * 50000,
]


@pytest.mark.parametrize("answer", LONG, ids=range(len(LONG)))
@pytest.mark.parametrize("language", ["python", "java"])
def test_long_answers_take_no_time(answer: str, language: str) -> None:
    started = time.process_time()
    extract(answer, language, "solve")
    assert time.process_time() - started < 5


ENDLESS = [
    "```" + "a" * 200_000 + "`",
    "~" * 200_000 + "`",
    "```\n" + "`" * 200_000 + "x",
    "```\n" + "~`" * 100_000,
    "x ```py" + " " * 200_000 + "`",
    "```\n" + "solve(" * 30_000 + ")" * 30_000,
    '\\"' * 100_000,
    "/*" * 100_000,
    '"""a' * 50_001,
    "solve(" * 50_000 + "{",
    "`" * 200_000,
]


@pytest.mark.parametrize("text", ENDLESS, ids=range(len(ENDLESS)))
@pytest.mark.parametrize("language", ["python", "java"])
def test_no_answer_makes_a_pattern_run_long(text: str, language: str) -> None:
    started = time.process_time()
    extract(text, language, "solve")
    assert time.process_time() - started < 2


@pytest.mark.parametrize("text", ["\n" * 200_000, " " * 200_000, "<" * 100_000, "</s>" * 20_000, "\n\t" * 100_000])
def test_long_answers_take_no_long_time(text: str) -> None:
    started = time.process_time()
    extract(text, "python", "f")
    assert time.process_time() - started < 2
