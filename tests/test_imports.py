"""What code is made of: imports in every form, texts that are named, one unit, no frame; what changes its digest."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from codereflect import imports
from codereflect.imports import FRAME, PACKAGE, Code, code_of

FILES = {
    "__init__.py": '"""Package."""\n',
    "store.py": "from codereflect.other import lonely\n",
    "work/__init__.py": "",
    "work/main.py": "import codereflect.store\nfrom codereflect.work import near\n",
    "work/near.py": "def late():\n    from ..tools.deep import thing\n    return thing\n",
    "work/lonely.py": "x = 1\n",
    "tools/__init__.py": "FLAG = 1\n",
    "tools/deep.py": 'from pathlib import Path\n\nthing = Path(__file__).parent / "words"\n',
    "tools/words/a.txt": "text\n",
    "tools/words/b.md": "no text of ours\n",
    "tools/phrases/c.txt": "not named\n",
    "sandbox/__init__.py": "",
    "sandbox/pool.py": "x = 1\n",
    "sandbox/host/Main.java": "class Main {}\n",
    "sandbox/started.py": "from codereflect.work import lonely\n",
    "other/__init__.py": "",
    "other/lonely.py": "y = 1\n",
    "other/runner.py": "import codereflect.sandbox.pool\n",
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A small package that has the name of ours."""
    for name, text in FILES.items():
        file = tmp_path / "codereflect" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    imports._texts_beside.cache_clear()
    imports._whole.cache_clear()
    return tmp_path / "codereflect"


def files(package: Path, *roots: str) -> list[str]:
    found = Code(package).files(*(package / root for root in roots))
    return [file.relative_to(package).as_posix() for file in found]


def test_imports_of_every_form_are_followed_and_texts_that_are_named(package: Path) -> None:
    wanted = ["tools/__init__.py", "tools/deep.py", "tools/words/a.txt", "work/main.py", "work/near.py"]
    assert files(package, "work/main.py") == wanted


def test_a_script_outside_is_no_part_of_what_it_imports(package: Path) -> None:
    script = package.parent / "script.py"
    script.write_text("import codereflect.work.lonely as one, json\n")
    assert [file.name for file in Code(package).files(script)] == ["lonely.py"]


def test_the_sandbox_is_one_unit(package: Path) -> None:
    unit = ["sandbox/host/Main.java", "sandbox/pool.py", "sandbox/started.py"]
    assert files(package, "other/runner.py") == ["other/runner.py", *unit, "work/lonely.py"]


def test_the_frame_leads_nowhere(package: Path) -> None:
    assert files(package, "store.py") == []
    assert {name for name in FRAME if not (PACKAGE / f"{name}.py").exists()} == set()


def digest(package: Path, module: str = "codereflect.work.main") -> str:
    return Code(package).digest(module)


@pytest.mark.parametrize(
    ("name", "old", "new", "same"),
    [
        ("work/near.py", "def late():\n", 'def late():\n    """Said."""\n    # told\n', True),
        ("work/near.py", "return thing", "return(  thing )", True),
        ("work/near.py", "return thing", "return [thing]", False),
        ("work/main.py", "import codereflect.store\n", '"""A module."""\nimport codereflect.store\n', True),
        ("work/main.py", "near\n", "near\n'no docstring'\n", False),
        ("tools/words/a.txt", "text", "another", False),
        ("tools/words/b.md", "text", "another", True),
        ("store.py", "lonely", "runner", True),
        ("work/lonely.py", "1", "2", True),
    ],
)
def test_what_changes_a_digest(package: Path, name: str, old: str, new: str, same: bool) -> None:
    before = digest(package)
    file = package / name
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    assert (digest(package) == before) is same


def test_a_file_under_another_name_is_another_computation(package: Path) -> None:
    before = digest(package)
    (package / "tools/words/a.txt").rename(package / "tools/words/z.txt")
    imports._texts_beside.cache_clear()
    assert digest(package) != before


def test_the_same_text_twice_is_told_from_one_longer_text(package: Path) -> None:
    """The digest is over a flat list of parts: neighbours must not run together."""
    found = set()
    for text in (
        "x = ['a', 'b']",
        "x = ['a'], 'b'",
        "x = ['a, b']",
        "x = ['a\\nb']",
        "x = y = ['a', 'b']",
        "x = [['a'], 'b']",
    ):
        (package / "work/lonely.py").write_text(text)
        found.add(digest(package, "codereflect.work.lonely"))
    assert len(found) == 6


def test_versions_of_libraries_count() -> None:
    plain, with_one = code_of("codereflect.records"), code_of("codereflect.records", "click")
    assert len({plain, with_one, code_of("codereflect.errors")}) == 3
    with pytest.raises(ValueError, match="no module"):
        code_of("codereflect.missing")


def test_what_runs_programs_holds_the_sandbox_and_what_trains_does_not() -> None:
    code = Code(PACKAGE)
    grading, training = (
        {file.relative_to(PACKAGE).parts[0] for file in code.files(PACKAGE / name)}
        for name in ("grading/check.py", "training/methods/supervised.py")
    )
    assert "sandbox" in grading and "sandbox" not in training and "teacher" not in grading | training


def test_the_frame_computes_nothing() -> None:
    """What stands in no key must not make values: its sections hold fields, validators and looks at their fields."""
    looks = {"computed", "check", "chosen_tasks", "chosen_suites", "over", "worker_count"}
    for name in ("params", "corpus_params", "training_params", "sandbox_params", "runtime"):
        tree = ast.parse((PACKAGE / f"{name}.py").read_text())
        for section in (node for node in tree.body if isinstance(node, ast.ClassDef)):
            for one in (node for node in section.body if isinstance(node, ast.FunctionDef)):
                validates = any("validator" in ast.unparse(decorator) for decorator in one.decorator_list)
                assert validates or one.name.startswith("_") or one.name in looks, f"{section.name}.{one.name}"


def test_what_was_found_is_remembered_and_never_believed_of_other_bytes(package: Path) -> None:
    first = Code(package).digest("codereflect.work.lonely")
    (kept,) = (package / "__pycache__").glob("*.json")
    assert Code(package).digest("codereflect.work.lonely") == first
    (package / "work" / "lonely.py").write_text("x = 2\n")
    assert Code(package).digest("codereflect.work.lonely") != first
    (package / "work" / "lonely.py").write_text(FILES["work/lonely.py"])
    for damaged in ("", "[1]", '{"codereflect/work/lonely.py": [null, null, "x", 3]}', kept.read_text()[:40]):
        kept.write_text(damaged)
        assert Code(package).digest("codereflect.work.lonely") == first
