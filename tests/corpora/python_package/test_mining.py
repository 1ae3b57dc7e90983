from __future__ import annotations

import ast
import os
import subprocess
import sys

import pytest

from codereflect.corpora.python_package.mining import MiningReport, mine
from codereflect.corpora.python_package.tree import MOST_BYTES, Tree, module_files
from codereflect.programs.mined_function import Parameter

TWO = "def two(x):\n    y = x + 1\n    return y * {number}\n"


def mined(tree: Tree, least: int = 2, most: int = 60, workers: int = 1):
    report = MiningReport()
    return list(mine([tree], least, most, report, workers)), report


def test_a_function_is_told_as_its_source_says(write):
    tree = write(
        {
            "pkg/deep/mod.py": '''
            import os

            class Box:
                @staticmethod
                @wraps(helper())
                async def put(a, /, b: "int" = 3, *rest: str, c=os.sep, **more) -> dict[str, int]:
                    """Puts.

                        Indented.
                    Not.
                    """
                    if a and [x for x in rest if x]:
                        raise ValueError("no")
                    try:
                        box.lid.open(a)
                    except KeyError:
                        raise
                    def inner():
                        raise OSError
                    raise errors.Late if b else make()
            '''
        }
    )
    (found,), report = mined(tree)
    assert (found.package, found.version, found.module, found.file) == (
        "things",
        "1.0",
        "pkg.deep.mod",
        "pkg/deep/mod.py",
    )
    assert (found.qualname, found.owner, found.name, found.is_async) == ("Box.put", "Box", "put", True)
    assert (found.line, found.lines) == (7, 15)
    assert found.source.startswith("@staticmethod\n@wraps(helper())\nasync def put(a, /")
    assert found.source.endswith("    raise errors.Late if b else make()\n")
    assert found.signature == ("async def put(a, /, b: 'int'=3, *rest: str, c=os.sep, **more) -> dict[str, int]:")
    assert found.parameters[1] == Parameter("b", "positional_or_keyword", "'int'", "3")
    assert [one.kind for one in found.parameters] == [
        "positional_only",
        "positional_or_keyword",
        "var_positional",
        "keyword_only",
        "var_keyword",
    ]
    assert found.returns == "dict[str, int]"
    assert found.docstring == "Puts.\n\n    Indented.\nNot."
    # neither those of inner functions nor what is not written down as a class
    assert found.raises == ("ValueError",)
    # decorators are not called by the function
    assert found.calls == ("ValueError", "box.lid.open", "make")
    assert found.branches == 4
    assert report.card()["mined"] == 1


@pytest.mark.parametrize(
    "header",
    [
        "def f():",
        "def f(*, a):",
        "def f(*, a=1, b):",
        "def f(a, *b, c):",
        "def f(a=(), /):",
        "def f(a, /, b, *, c):",
        "def f(a, b=-1, *args: int, **kw: dict[str, 'x']) -> None:",
        "def f(a=1e400, b='it\\'s', c=b'\\0', d=u'x'):",
        "async def f(a: lambda: 3 = lambda x, /: x) -> (yield_ := 3):",
        "def f(a=f'{1!r:>{2}}', b=...):",
    ],
)
def test_signatures_are_those_of_unparse(write, header):
    tree = write({"m.py": f"{header}\n    pass\n"})
    (found,), _ = mined(tree)
    node = ast.parse(f"{header}\n    pass\n").body[0]
    assert found.signature == ast.unparse(node).split("\n")[0]


def test_lengths_decorators_aside_and_both_ends_inclusive(write):
    body = "".join(f"    a{i} = {i}\n" for i in range(4))
    tree = write({"m.py": f"@d\n@d\ndef five():\n{body}def six(x):\n{body}    b = 2\ndef one(): pass\n"})
    assert [one.name for one in mined(tree, 5, 5)[0]] == ["five"]
    assert [one.name for one in mined(tree, 5, 6)[0]] == ["five", "six"]
    assert mined(tree, 5, 5)[1].dropped == {"length": 2}


def test_methods_and_conditional_functions_but_no_inner_ones(write):
    tree = write(
        {
            "m.py": """
            if True:
                def a(x):
                    return 1
            else:
                def a(x):
                    return 2
            try:
                pass
            except E:
                def b(x):
                    return 3
            class C:
                with w:
                    def d(self):
                        def inner(x):
                            return 4
                        class Local:
                            def e(self):
                                return 5
                        return inner
                class D:
                    def f(self):
                        return 6
            """
        }
    )
    functions, report = mined(tree)
    assert [(one.qualname, one.owner) for one in functions] == [("a", None), ("b", None), ("C.d", "C"), ("C.D.f", "D")]
    assert "return 1" in functions[0].source
    assert report.dropped == {"redefined": 1}


def test_exact_duplicates_of_syntax_go_and_near_ones_stay(write):
    same = 'def other(x):\n  """Says."""\n  y = x+1 # why\n  return (y * 2)\n'
    recursive = "def {0}(x):\n    y = x + 1\n    return {0}(y)\n"
    tree = write(
        {
            "a.py": TWO.format(number=2),
            "b.py": same + TWO.format(number=2.0) + TWO.replace("two", "three").format(number=True),
            "c.py": recursive.format("r")
            + recursive.format("s")
            + recursive.format("r").replace("r(y", "q(y").replace("f r", "f t"),
        }
    )
    functions, report = mined(tree)
    assert [(one.file, one.name) for one in functions] == [
        ("a.py", "two"),
        ("b.py", "two"),
        ("b.py", "three"),
        ("c.py", "r"),
        ("c.py", "t"),
    ]
    assert report.dropped == {"duplicate": 2}
    assert report.functions == 7


UNREADABLE = {
    "python2.py": ("print 'hello'\n", "syntax"),
    "nulls.py": (b"x = 1\0\n", "null byte"),
    "latin.py": ("x = 'é'\n".encode("latin-1"), "encoding"),
    "liar.py": (b"# coding: utf-8\nx = '\xff'\n", "encoding"),
    "unknown.py": (b"# coding: klingon\n", "encoding"),
    "codec.py": (b"# coding: hex\n6869\n", "encoding"),
    "utf16.py": ("x = 1\n".encode("utf-16"), "encoding"),
    "huge.py": (b"#" * (MOST_BYTES + 1), "huge"),
    "deep.py": ("x = " + "(" * 500 + ")" * 500, "depth"),
    "long.py": ("x = " + "-" * 100_000 + "1", "depth"),
    "sum.py": ("def f():\n    return " + "+".join(["1"] * 50_000), "depth"),
    "pb.py": ("# Generated by the protocol buffer compiler.  DO NOT EDIT!\nx = 1\n", "generated"),
    "thing_pb2.py": ("x = 1\n", "generated"),
    "digits.py": ("x = " + "1" * 5000 + "\n", "syntax"),
    "tests/a.py": ("x = 1\n", "test"),
    "deep/test_a.py": ("x = 1\n", "test"),
    "p/_vendor/a.py": ("x = 1\n", "vendored"),
    "setup.py": ("x = 1\n", "build"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_mined_is_counted_by_reason(write, name):
    content, reason = UNREADABLE[name]
    functions, report = mined(write({name: content, "good.py": TWO.format(number=1)}))
    assert [one.file for one in functions] == ["good.py"]
    assert report.skipped == {reason: 1}
    assert report.files == 2


def test_links_pipes_and_closed_folders_end_nothing(write):
    tree = write(
        {"a/good.py": TWO.format(number=1), ".git/x.py": "x = 1\n", "env/pyvenv.cfg": "", "env/y.py": "y = 1\n"}
    )
    (tree.root / "a/loop").symlink_to(tree.root)
    (tree.root / "a/link.py").symlink_to(tree.root / "a/good.py")
    (tree.root / "dangling.py").symlink_to("nowhere")
    os.mkfifo(tree.root / "pipe.py")
    (tree.root / "folder.py").mkdir()
    functions, report = mined(tree)
    assert [one.file for one in functions] == ["a/good.py"]
    assert report.skipped == {"link": 2, "no file": 1}


def test_names_of_files_that_are_no_text_are_counted(write):
    tree = write({"good.py": TWO.format(number=1)})
    with open(os.fsencode(tree.root) + b"/\xff.py", "w") as stream:
        stream.write("x = 1\n")
    assert mined(tree)[1].skipped == {"name": 1}


def test_encodings_and_line_ends(write):
    text = 'def f(x):\n    """é"""\n    return "é\u2028\x0c"\n'
    for name, data in {
        "bom": b"\xef\xbb\xbf" + text.encode(),
        "cookie": b"# -*- coding: iso-8859-15 -*-\n" + text.replace("\u2028", "").encode("iso-8859-15"),
        "crlf": text.replace("\n", "\r\n").encode(),
        "cr": text.replace("\n", "\r").encode(),
    }.items():
        tree = write({f"{name}.py": data})
        (found,), report = mined(tree)
        assert found.docstring == "é" and report.skipped == {}, name
        assert "\r" not in found.source and found.lines == 3, name
        assert ast.dump(ast.parse(found.source)) == ast.dump(
            ast.parse(text.replace("\u2028", "") if name == "cookie" else text)
        ), name
        (tree.root / f"{name}.py").unlink()


def test_what_cannot_be_written_down_is_dropped_not_raised(write):
    tree = write(
        {
            "half.py": "def f(x):\n    '\\ud800'\n    return x\n",
            "number.py": "def g(x=0x" + "f" * 9000 + "):\n    return x\n",
            "inside.py": "def h(x):\n    return 0x" + "f" * 9000 + "\n",
        }
    )
    functions, report = mined(tree)
    assert [one.name for one in functions] == ["h"]
    assert report.dropped == {"no text": 2}


def test_several_trees_one_after_the_other(write, tmp_path):
    first = write({"m.py": TWO.format(number=1)})
    second = Tree("later", "2", tmp_path / "second")
    second.root.mkdir()
    (second.root / "m.py").write_text(TWO.format(number=1) + TWO.replace("two", "too").format(number=7))
    report = MiningReport()
    found = [one.identity for one in mine([first, second], 2, 60, report)]
    assert found == ["things:m:two", "later:m:too"]
    swapped = MiningReport()
    assert [one.package for one in mine([second, first], 2, 60, swapped)] == ["later", "later"]
    assert report.sha256 != swapped.sha256


def test_equal_functions_have_one_form_wherever_they_stand(write):
    """The form is what rows are split by: a copy that comes first must not move a function to the other side."""
    tree = write({"m.py": TWO.format(number=1) + TWO.replace("two", "too").format(number=2)})
    alone = {one.name: one.form for one in mined(tree)[0]}
    assert len(set(alone.values())) == 2
    write({"a.py": TWO.replace("two", "copied").format(number=1)})
    beside = {one.name: one.form for one in mined(tree)[0]}
    assert beside == {"copied": alone["two"], "too": alone["too"]}


def test_of_files_with_one_module_name_the_imported_one_is_mined(write):
    names = ["a.py", "a/__init__.py", "b.py", "src/b.py", "src/c.py", "lib/c.py", "setup.py", "src/setup.py"]
    tree = write({name: TWO.format(number=number) for number, name in enumerate(names)})
    functions, report = mined(tree)
    assert [one.file for one in functions] == ["a/__init__.py", "b.py", "lib/c.py"]
    assert len({one.identity for one in functions}) == 3
    assert report.skipped == {"shadowed": 4, "build": 1}
    known = {path.relative_to(tree.root).as_posix() for path in module_files(tree).values()}
    assert {one.file for one in functions} <= known


def test_modules_are_named_as_they_are_imported(write, tmp_path):
    tree = write(
        {"src/a/__init__.py": TWO.format(number=1), "src/a/b.py": TWO.format(number=2), "c.py": TWO.format(number=3)}
    )
    assert [one.module for one in mined(tree)[0]] == ["c", "a", "a.b"]
    package = Tree("x", "", tree.root / "src" / "a")
    assert [one.module for one in mined(package)[0]] == ["a", "a.b"]


def test_files_are_counted_while_they_are_read(write):
    tree = write({f"m{i}.py": TWO.format(number=i) for i in range(70)})
    done: list[float] = []
    for _ in mine([tree], 2, 60, advance=done.append):
        pass
    assert sum(done) == 70 and len(done) == 3


def test_workers_change_nothing(write):
    files = {f"p/m{i}.py": TWO.format(number=i % 190) for i in range(200)}
    tree = write({**files, "p/bad.py": "print 1\n"})
    alone, one = mined(tree)
    together, two = mined(tree, workers=2)
    assert alone == together and len(alone) == 190
    assert one == two and one.dropped == {"duplicate": 10} and one.skipped == {"syntax": 1}


def test_a_stream_that_is_left_ends_its_processes(write):
    tree = write({f"m{i}.py": TWO.format(number=i) for i in range(400)})
    stream = mine([tree], 2, 60, workers=2)
    assert next(stream).name == "two"
    stream.close()


def test_the_code_is_never_run_and_hash_seeds_do_not_matter(write, tmp_path):
    marker = tmp_path / "ran"
    tree = write({f"m{i}.py": f"open({str(marker)!r}, 'w')\n" + TWO.format(number=i) for i in range(3)})
    script = (
        "import sys; from pathlib import Path; from codereflect.corpora.python_package.mining import *\n"
        "print(list(mine([Tree('t', '', Path(sys.argv[1]))], 2)))"
    )
    said = set()
    for seed in ("0", "1"):
        command = [sys.executable, "-c", script, str(tree.root)]
        said.add(
            subprocess.run(command, capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        )
    assert len(said) == 1 and b"'two'" in said.pop()
    assert not marker.exists()
