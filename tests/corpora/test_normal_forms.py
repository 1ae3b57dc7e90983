"""What two functions may differ in and still be the same, and what they may not."""

from __future__ import annotations

from textwrap import indent

import pytest

from codereflect.corpora.normal_forms import Form, forms, java_forms, python_forms

PYTHON = '''
def total(prices: list[float], rate=2) -> float:
    """Add them up."""
    found: float = 0
    for price in prices:  # one by one
        if price > rate:
            found += round(price, rate)
    return found
'''
JAVA = """
/** Sums up. */
@Override
public int total(int[] prices, int rate) {
    int found = 0; // none yet
    for (int price : prices) { if (price > 3) { found += this.rate(price) * rate; } }
    return found;
}
"""


def one(text: str) -> Form:
    (form,) = python_forms(text) if "def " in text else java_forms(text)
    return form


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("total", "sum_up"),
        ("prices", "xs"),
        ("price ", "x "),
        ("found", "price2"),
        (": list[float]", ""),
        (" -> float", ""),
        ("found: float =", "found ="),
        ('    """Add them up."""\n', ""),
        ("  # one by one", ""),
        ("            found += round(", "\n\n               found += round(\n  "),
    ],
)
def test_python_names_notes_and_layout_do_not_count(old: str, new: str) -> None:
    text = PYTHON.replace("price in", "price  in").replace("price >", "price  >").replace("(price,", "(price ,")
    assert old in text and one(text.replace(old, new)) == one(PYTHON)


@pytest.mark.parametrize(
    ("old", "new", "shape"),
    [
        ("rate=2", "rate=3", True),
        ("round(", "floor(", True),
        ("rate=2", 'rate="2"', False),
        ("price > rate", "price < rate", False),
        ("+=", "-=", False),
        ("return found", "return", False),
        ("round(price, rate)", "round(rate, price)", True),
        ("if price > rate", "while price > rate", False),
        ("    return found", "            return found", False),
    ],
)
def test_python_steps_count_and_literals_in_the_code_alone(old: str, new: str, shape: bool) -> None:
    changed = one(PYTHON.replace(old, new))
    assert changed.code != one(PYTHON).code and (changed.shape == one(PYTHON).shape) is shape


def test_python_attributes_are_no_variables() -> None:
    used, member = "def f(count):\n    return count + a.count\n", "def f(n):\n    return n + a.count\n"
    assert one(used) == one(member) != one("def f(n):\n    return n + a.n\n")
    assert one("def f(x):\n    return f(x - 1)\n") == one("def g(y):\n    return g(y - 1)\n")
    assert one("def f(x):\n    return f(x - 1)\n").code != one("def g(y):\n    return f(y - 1)\n").code


def test_lists_have_ends() -> None:
    assert one("def f(a):\n    if a:\n        b()\n        c()\n") != one(
        "def f(a):\n    if a:\n        b()\n    c()\n"
    )
    assert one("def f(a, *, b):\n    g()\n") != one("def f(a, b):\n    g()\n")
    assert one("def f(a):\n    g([a], a)\n").shape != one("def f(a):\n    g([a, a])\n").shape


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("total", "function"),
        ("prices", "arg0"),
        ("int price :", "int  price :"),
        ("found", "loc0"),
        ("@Override\npublic ", ""),
        (" // none yet", ""),
        ("/** Sums up. */", ""),
    ],
)
def test_java_names_modifiers_and_comments_do_not_count(old: str, new: str) -> None:
    assert old in JAVA and one(JAVA.replace(old, new)) == one(JAVA)


@pytest.mark.parametrize(
    ("old", "new", "shape"),
    [
        ("price > 3", "price > 4", True),
        ("this.rate", "this.price", True),
        ("price > 3", "price < 3", False),
        ("* rate", "+ rate", False),
        ("int found", "Integer found", False),
        ("(int price : prices)", "(int price : this.prices)", False),
    ],
)
def test_java_steps_count_and_literals_in_the_code_alone(old: str, new: str, shape: bool) -> None:
    changed = one(JAVA.replace(old, new))
    assert changed.code != one(JAVA).code and (changed.shape == one(JAVA).shape) is shape


def test_java_lambdas_and_members() -> None:
    text = "int f(int size) { return xs.map(x -> x + size()).size + size; }"
    assert one(text) == one("int f(int n) { return xs.map(y -> y + size()).size + n; }")
    assert one(text) != one("int f(int n) { return xs.map(y -> y + n()).size + n; }")


def test_where_code_is_found() -> None:
    body = "    found = []\n    for x in xs:\n        found.append(x)\n    return found\n"
    whole = f"def copied(xs):\n{body}"
    expected = python_forms(whole)
    assert len(expected) == 1
    assert forms("python", "def copied(xs):\n", body) == expected
    assert forms("python", "Write a function that copies a list.\n", whole) == expected
    fenced = f"Here it is:\n```python\n{whole}```\nThat is all."
    assert forms("python", "Write a function!\n", fenced) == expected
    assert (
        forms("python", f"Test this:\n```python\n{whole}```\n", "def test_it():\n    assert copied([]) == []\n") != []
    )
    assert set(expected) <= set(
        forms("python", f"Test this:\n```\n{whole}```\n", "def test():\n    assert copied([])\n")
    )
    assert set(java_forms("class A { " + JAVA + " }")) == set(java_forms(JAVA)) == set(forms("java", "sums", JAVA))
    assert (
        len(python_forms("class A:\n    def f(self):\n        def g():\n            pass\n\ndef h():\n    pass\n")) == 2
    )


COPIED = "def copied(xs):\n    found = []\n    for x in xs:\n        found.append(x)\n    return found\n"


@pytest.mark.parametrize(
    "answer",
    [
        "~~~python\n" + COPIED + "~~~",
        "```python\n" + COPIED,
        "1. So:\n\n" + indent("```python\n" + COPIED + "```\n", "   "),
        "```python\n" + COPIED + "\n>>> copied([1])\n[1]\n```",
        "````\n" + COPIED + "````\nand ```python\nmore\n```",
        "```\nclass Solution:\n" + indent(COPIED.replace("(xs", "(self, xs"), "    ") + "```",
    ],
)
def test_other_ways_to_show_it(answer: str) -> None:
    assert forms("python", "Copy a list.\n", "Here:\n" + answer) == python_forms(COPIED)


def test_a_method_that_uses_its_object_is_no_function() -> None:
    method = "class A:\n" + indent(COPIED.replace("(xs", "(self, xs").replace("in xs", "in self.xs"), "    ")
    assert python_forms(method) != python_forms(COPIED.replace("in xs", "in self.xs"))


@pytest.mark.parametrize(
    "text", ["", " ", "no code (", "def f(:\n", "\0", "x = " + "(" * 5000, "é = '\ud800'", "-" * 9999 + "1"]
)
def test_what_is_no_code_has_no_forms(text: str) -> None:
    assert forms("python", text, "") == forms("java", "", text) == []


def test_deep_and_long_code() -> None:
    deep = "def f(x):\n    return " + "(" * 80 + "x" + ")" * 80 + "\n"
    assert one(deep) == one("def f(x):\n    return x\n")
    long = "def f(x):\n" + "".join(f"    v{i} = x + {i}\n" for i in range(3000))
    assert one(long).size > 15_000


@pytest.mark.parametrize(
    ("one", "other"),
    [("x[2:]", "x[:2]"), ("x[::2]", "x[:2]"), ("f(*x)", "f(x)"), ("(yield)", "(yield x)"), ("x if x else y", "x or y")],
)
def test_what_is_left_out_has_a_place(one: str, other: str) -> None:
    forms = [python_forms(f"def f(x, y):\n    z = {text}\n    return z\n")[0] for text in (one, other)]
    assert forms[0].code != forms[1].code and forms[0].shape != forms[1].shape
