from __future__ import annotations

import pytest

from codereflect.corpora.python_package.closure import REASONS, Dependent, Standalone, closure
from codereflect.corpora.python_package.mining import mine
from codereflect.corpora.python_package.modules import TreeIndex
from codereflect.records import given
from codereflect.sandbox import Job, Sandbox
from codereflect.sandbox_params import SandboxLimits

LIMITS = SandboxLimits(cpu_seconds=2.0, memory_mb=512, output_kb=64, allow_weak=True, max_invalid=0.0)


def closures(tree) -> dict[str, Standalone | Dependent]:
    index = TreeIndex(tree)
    return {function.qualname: closure(function, index) for function in mine([tree], 1, 60)}


def of(tree, name: str = "f") -> Standalone:
    found = closures(tree)[name]
    assert isinstance(found, Standalone), found
    return found


def reason(tree, name: str = "f") -> tuple[str, str]:
    found = closures(tree)[name]
    assert isinstance(found, Dependent), found.program
    assert found.reason in REASONS
    return found.reason, found.detail


PACKAGE = {
    "pkg/__init__.py": "from .shapes import Side\n",
    "pkg/shapes.py": """
        from __future__ import annotations
        from dataclasses import dataclass
        from .numbers_of import half as _half, ONE

        @dataclass
        class Side:
            length: float = ONE
            def shorter(self) -> Side:
                return Side(_half(self.length))
        """,
    "pkg/numbers_of.py": """
        import math as m, re
        ONE = 1.0; UNUSED = open("never")
        def half(x):
            return m.floor(x) / TWO
        TWO = 2
        """,
    "pkg/main.py": """
        import logging
        import torch
        from pkg import Side
        logger = logging.getLogger(__name__)
        logger.setLevel(3)

        def unused():
            return torch.zeros(1)

        def f(n: int, kind="late") -> float:
            # stays
            logger.info("n")
            return g(Side(n)).length + len(kind)

        def g(side: "Side"):
            return side.shorter() if side.length < _LIMIT else f(1)

        _LIMIT: int = 10
        """,
}


def test_a_function_takes_along_what_it_needs_and_no_more(write):
    found = of(write(PACKAGE))
    assert (
        found.program
        == """from __future__ import annotations
import logging
import math as m
from dataclasses import dataclass

ONE = 1.0


def half(x):
    return m.floor(x) / TWO


TWO = 2
_half = half


@dataclass
class Side:
    length: float = ONE
    def shorter(self) -> Side:
        return Side(_half(self.length))


logger = logging.getLogger(__name__)


def g(side: "Side"):
    return side.shorter() if side.length < _LIMIT else f(1)


_LIMIT: int = 10


def f(n: int, kind="late") -> float:
    # stays
    logger.info("n")
    return g(Side(n)).length + len(kind)
"""
    )
    assert found.entry_point == "f"
    assert found.helpers == ("ONE", "half", "TWO", "_half", "Side", "logger", "g", "_LIMIT")
    assert found.imports == ("dataclasses", "logging", "math")


def test_programs_run_in_the_sandbox(write):
    found = of(write(PACKAGE))
    job = Job(given("f", 0), found.program, found.entry_point, ["assert f(4) == 6.0", "assert f(5, kind='') == 2.5"])
    with Sandbox(LIMITS, 1) as sandbox:
        (result,) = sandbox.run([job])
    assert (result.verdict.outcome, result.verdict.sealed) == ("pass", True), result.verdict.feedback


def test_a_decorator_that_needs_the_function_keeps_its_place(write):
    tree = write({"m.py": "def f(x):\n    return TABLE.get(x)\nTABLE = {1: f}\n"})
    assert of(tree).program == "def f(x):\n    return TABLE.get(x)\n\n\nTABLE = {1: f}\n"


REFUSED = {
    "a method": ({"m.py": "class A:\n    def f(self):\n        return 1\n"}, "A.f", ("method", "A")),
    "async": ({"m.py": "async def f():\n    return 1\n"}, "f", ("asynchronous", "f")),
    "library": ({"m.py": "import numpy.linalg as n\ndef f():\n    return n.x\n"}, "f", ("third party", "numpy")),
    "library in a default": (
        {"m.py": "import torch\ndef f(x=torch.x):\n    return 1\n"},
        "f",
        ("third party", "torch"),
    ),
    "library in an annotation": (
        {"m.py": "import torch\ndef f(x: 'list[torch.Tensor]'):\n    return 1\n"},
        "f",
        ("third party", "torch"),
    ),
    "library inside": ({"m.py": "def f():\n    import torch\n    return 1\n"}, "f", ("third party", "torch")),
    "library of a helper's helper": (
        {
            "a.py": "from b import g\ndef f():\n    return g()\n",
            "b.py": "import yaml\ng = lambda: h()\ndef h():\n    return yaml\n",
        },
        "f",
        ("third party", "yaml"),
    ),
    "library for types only": (
        {
            "m.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch\n"
            "def f(x: torch.X):\n    return 1\n"
        },
        "f",
        ("third party", "torch"),
    ),
    "files": ({"m.py": "def f(x):\n    return open(x).read()\n"}, "f", ("reaches out", "open")),
    "processes": (
        {"m.py": "import subprocess\ndef f(x):\n    return subprocess.run(x)\n"},
        "f",
        ("reaches out", "subprocess"),
    ),
    "surroundings": ({"m.py": "import os\ndef f(x):\n    return os.environ[x]\n"}, "f", ("reaches out", "os")),
    "files by path": (
        {"m.py": "import os.path as p\ndef f(x):\n    return p.exists(x)\n"},
        "f",
        ("reaches out", "os.path"),
    ),
    "os handed on": ({"m.py": "import os\ndef f(x):\n    return vars(os)\n"}, "f", ("reaches out", "os")),
    "socket inside": ({"m.py": "def f(x):\n    import socket\n    return socket\n"}, "f", ("reaches out", "socket")),
    "environment inside": (
        {"m.py": "def f(x):\n    from os import environ\n    return environ\n"},
        "f",
        ("reaches out", "os"),
    ),
    "own import inside": (
        {"m.py": "def f(x):\n    from a import b\n    return b\n", "a.py": "b = 1\n"},
        "f",
        ("inner import", "a"),
    ),
    "relative inside": (
        {"p/m.py": "def f(x):\n    from .a import b\n    return b\n", "p/a.py": "b = 1\n"},
        "f",
        ("inner import", ".a"),
    ),
    "own module": (
        {"p/m.py": "from . import a\ndef f(x):\n    return a.b\n", "p/a.py": "b = 1\n"},
        "f",
        ("module as a whole", "p.a"),
    ),
    "own module by name": (
        {"p/m.py": "import p.a\ndef f(x):\n    return p.a.b\n", "p/a.py": "b = 1\n"},
        "f",
        ("module as a whole", "p.a"),
    ),
    "star": ({"m.py": "from a import *\ndef f(x):\n    return b\n", "a.py": "b = 1\n"}, "f", ("star import", "m.b")),
    "star hides a builtin": (
        {"m.py": "from a import *\ndef f(x):\n    return len(x)\n", "a.py": ""},
        "f",
        ("star import", "m.len"),
    ),
    "unknown": ({"m.py": "def f(x):\n    return nowhere\n"}, "f", ("unknown name", "m.nowhere")),
    "own place": ({"m.py": "def f(x):\n    return __file__\n"}, "f", ("unknown name", "m.__file__")),
    "no such member": (
        {"m.py": "from a import b\ndef f(x):\n    return b\n", "a.py": "c = 1\n"},
        "f",
        ("unknown name", "a.b"),
    ),
    "import in a circle": (
        {"m.py": "from a import b\ndef f(x):\n    return b\n", "a.py": "from m import b\n"},
        "f",
        ("unknown name", "a.b"),
    ),
    "fallback": (
        {"m.py": "try:\n    import json\nexcept ImportError:\n    json = None\ndef f(x):\n    return json\n"},
        "f",
        ("conditional", "m.json"),
    ),
    "twice": ({"m.py": "A = 1\nA = 2\ndef f(x):\n    return A\n"}, "f", ("bound twice", "m.A")),
    "loop variable": ({"m.py": "for i in range(3):\n    pass\ndef f(x):\n    return i\n"}, "f", ("conditional", "m.i")),
    "item set later": ({"m.py": "A = {}\nA['x'] = 1\ndef f(x):\n    return A\n"}, "f", ("state", "m.A")),
    "appended later": ({"m.py": "A = []\nA.append(1)\ndef f(x):\n    return A\n"}, "f", ("state", "m.A")),
    "added later": ({"m.py": "A = 1\nA += 1\ndef f(x):\n    return A\n"}, "f", ("state", "m.A")),
    "global": ({"m.py": "A = 1\ndef f(x):\n    global A\n    A = x\n"}, "f", ("state", "A")),
    "global elsewhere": (
        {"m.py": "A = 1\ndef g():\n    global A\n    A = 2\ndef f(x):\n    return A\n"},
        "f",
        ("state", "m.A"),
    ),
    "two meanings": (
        {
            "m.py": "from a import g\ndef h():\n    return 1\ndef f(x):\n    return g() + h()\n",
            "a.py": "def h():\n    return 2\ndef g():\n    return h()\n",
        },
        "f",
        ("clash", "h"),
    ),
    "a builtin elsewhere": (
        {
            "m.py": "from a import g\ndef f(x):\n    return g() + len(x)\n",
            "a.py": "def len(x):\n    return 2\ndef g():\n    return len(1)\n",
        },
        "f",
        ("clash", "len"),
    ),
    "much": (
        {
            "m.py": "".join(f"def h{i}():\n    return h{i + 1}()\n" for i in range(60))
            + "def h60():\n    return 1\ndef f(x):\n    return h0()\n"
        },
        "f",
        ("too large", "h40"),
    ),
    "the library weighs more than the file": (
        {"m.py": "import torch\ndef f(x):\n    return torch.load(open(x))\n"},
        "f",
        ("third party", "torch"),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_reasons_against(write, name):
    files, function, expected = REFUSED[name]
    assert reason(write(files), function) == expected


ACCEPTED = {
    "texts of paths": "import os\nfrom os.path import join\ndef f(x):\n    return os.path.basename(join(x, os.sep))\n",
    "submodules": "import collections.abc, xml.etree.ElementTree as E\ndef f(x):\n    return collections.abc, E\n",
    "import inside": "def f(x):\n    import math\n    return math.pi\n",
    "two imports under one name": "import collections\nimport collections.abc\n"
    "def f(x):\n    return collections.abc, collections.OrderedDict\n",
    "literals in annotations": "from typing import Literal\ndef f(x: Literal['torch', 'no name']):\n    return x\n",
    "tuple of constants": "A, B = 1, 2\nC = A\ndef f(x):\n    return B + C\n",
    "recursion": "def f(x):\n    return f(x - 1) if x else 0\n",
    "class with a base": "class E(ValueError):\n    pass\nclass G(E):\n    x = 1\n"
    "    def m(self):\n        return self.x\ndef f(x):\n    raise G\n",
    "a class that names a member after a constant": "T = 1\nclass A:\n    T = T\n    y = T\ndef f(x):\n    return A\n",
    "main block": "def f(x):\n    return 1\nif __name__ == '__main__':\n    f = 2\n",
    "comprehension names are its own": "def f(x):\n    return [torch for torch in x]\nimport torch\n",
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_stands_alone(write, name):
    found = of(write({"m.py": ACCEPTED[name]}))
    compile(found.program, name, "exec")
    with Sandbox(LIMITS, 1) as sandbox:
        (result,) = sandbox.run([Job(given(name, 0), found.program, "f", ["assert f"], sealed=False)])
    assert result.verdict.outcome == "pass", (result.verdict.feedback, found.program)


def test_unreadable_modules_are_a_reason(write):
    tree = write({"m.py": "from a import b\ndef f(x):\n    return b\n", "a.py": "print 1\n"})
    assert reason(tree) == ("unknown name", "a.b")


def test_the_standard_library_comes_before_files_of_its_names(write):
    tree = write({"json.py": "import torch\n", "m.py": "import json\ndef f(x):\n    return json.dumps(x)\n"})
    assert of(tree).imports == ("json",)
