"""Suites and corpora as the stages bring them in: from files, held out, made of others, and kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codereflect.context import Context
from codereflect.corpora import ingest as ingesting
from codereflect.corpora import suites as bringing
from codereflect.corpora.python_package import mined_rows
from codereflect.corpora.python_package.tree import tree_digest
from codereflect.corpora.split import is_tested
from codereflect.corpus_specs import CORPORA
from codereflect.errors import UserError
from codereflect.material import ProgramUnderTest, WrongProgram
from codereflect.params import Params, read_yaml, validate
from codereflect.provenance import file_digest
from codereflect.records import Example, Problem, read_records
from codereflect.store import Store

ROOT = Path(__file__).resolve().parents[2]


def params(**changes: Any) -> Params:
    values = read_yaml(ROOT / "params.yaml")
    for key, value in changes.items():
        *path, last = key.split("__")
        place = values
        for name in path:
            place = place[name]
        place[last] = value
    return validate(values, "params.yaml")


def pinned(key: str, file: Path) -> dict[str, Any]:
    return {f"{key}__source": "path", f"{key}__path": str(file), f"{key}__sha256": file_digest(file)}


def bring(wanted: Params, folder: Path, store: Store | None = None) -> dict[str, list[Problem]]:
    bringing.bring_suites(Context(wanted, store or Store(None), 1), folder)
    return {name: list(read_records(folder / f"{name}.jsonl", Problem)) for name in wanted.chosen_suites}


@pytest.fixture
def concode(tmp_path: Path) -> Path:
    row = {
        "nl": "returns item {0} concode_field_sep int item{0} concode_elem_sep String name"
        " concode_field_sep PlaceHolder placeHolder",
        "code": "int function ( ) {{ return item{0} ; }}",
    }
    lines = [json.dumps({key: text.format(n) for key, text in row.items()}) for n in range(60)]
    file = tmp_path / "train.json"
    file.write_text("\n".join(lines) + "\n")
    return file


def test_the_two_sides_of_a_corpus_share_nothing_and_lose_nothing(tmp_path: Path, concode: Path) -> None:
    wanted = params(corpus__name="concode", **pinned("corpus__concode", concode))
    ingesting.ingest(Context(wanted, Store(None), 1), tmp_path / "raw")
    train = list(read_records(tmp_path / "raw" / "train.jsonl", Example))
    tested = bring(wanted, tmp_path / "suites")["concode"]
    assert len(train) + len(tested) == 60
    assert 2 <= len(tested) <= 20
    assert not {one.task_id for one in train} & {one.task_id for one in tested}
    assert not any(is_tested(one.group, wanted.data) for one in train)
    card = json.loads((tmp_path / "raw" / "card.json").read_text())
    assert card["held_out_rows"] == len(tested)
    assert card["source"]["sha256"] == {"train.json": file_digest(concode)}


def test_more_rows_move_no_row_to_the_other_side(tmp_path: Path, concode: Path) -> None:
    def tested() -> set[str]:
        wanted = params(corpus__name="concode", **pinned("corpus__concode", concode))
        return {one.prompt for one in bring(wanted, tmp_path / "suites")["concode"]}

    before = tested()
    row = {"nl": "another one", "code": "void function ( ) { }"}
    concode.write_text(concode.read_text() + json.dumps(row) + "\n")
    assert tested() - {"another one\n"} == before


def test_a_file_with_another_hash_is_refused(tmp_path: Path, concode: Path) -> None:
    wanted = params(corpus__name="concode", **pinned("corpus__concode", concode))
    concode.write_text(concode.read_text().replace("item1 ", "item99 "))
    with pytest.raises(UserError, match=r"corpus\.concode\.sha256: .* is not the file that was pinned"):
        ingesting.ingest(Context(wanted, Store(None), 1), tmp_path / "raw")
    assert not (tmp_path / "raw").exists()


def mbpp_file(file: Path, *numbers: int) -> Path:
    """Problems in MBPP's form; the tests of number 603 are false."""
    rows = [
        {
            "task_id": number,
            "text": f"Write a function to add {number} to a number.",
            "code": f"def plus(x):\n    if x < 0:\n        return -{number}\n    return x + {number}\n",
            "test_list": [f"assert plus({x}) == {x + number - (number == 603)}" for x in (1, 5)]
            + [f"assert plus(-4) == -{number}"],
            "test_setup_code": "",
            "challenge_test_list": [],
        }
        for number in numbers
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


@pytest.fixture
def mbpp(tmp_path: Path) -> Path:
    return mbpp_file(tmp_path / "mbpp.jsonl", 11, 12)


def test_public_suites_and_what_is_made_of_them(tmp_path: Path, mbpp: Path) -> None:
    names = ["mbpp", "mbpp_repair", "mbpp_unit_test"]
    wanted = params(eval__suites=names, **pinned("suites__mbpp", mbpp))
    store = Store(tmp_path / "store")
    found = bring(wanted, tmp_path / "suites", store)
    assert [len(found[name]) for name in names] == [2, 2, 2]
    plain, wrong, untested = (found[name][0] for name in names)
    assert plain.task == "python_function" and len(plain.hidden_tests or []) == 3 and len(plain.public_tests) == 1
    assert (
        wrong.task == "repair" and isinstance(wrong.material, WrongProgram) and wrong.material.code != wrong.reference
    )
    assert wrong.hidden_tests == plain.hidden_tests
    assert untested.task == "unit_test" and untested.hidden_tests is None and untested.grader == "unit_test"
    assert isinstance(untested.material, ProgramUnderTest) and "def plus" in untested.material.code
    cards = json.loads((tmp_path / "suites" / "card.json").read_text())
    assert set(cards) == set(names)
    assert cards["mbpp_repair"]["source"]["sha256"] == {"mbpp.jsonl": file_digest(mbpp)}


def test_what_was_made_by_running_programs_is_made_once(tmp_path: Path, mbpp: Path, monkeypatch) -> None:
    wanted = params(eval__suites=["mbpp_repair"], **pinned("suites__mbpp", mbpp))
    store = Store(tmp_path / "store")
    first = bring(wanted, tmp_path / "one", store)
    monkeypatch.setattr("codereflect.tasks.suite_repair.repair_problems", lambda *arguments: pytest.fail("made again"))
    assert bring(wanted, tmp_path / "two", store) == first
    assert (tmp_path / "one" / "card.json").read_bytes() == (tmp_path / "two" / "card.json").read_bytes()


def test_suites_of_micro_do_not_depend_on_the_corpus(tmp_path: Path, concode: Path) -> None:
    small = {"corpus__micro__size": 0.002, "eval__suites": ["micro_repair", "micro_python"]}
    alone = bring(params(**small), tmp_path / "one")
    beside = bring(params(corpus__name="concode", **pinned("corpus__concode", concode), **small), tmp_path / "two")
    assert alone == beside
    assert [len(alone[name]) for name in ("micro_repair", "micro_python")] == [2, 4]


def own_tree(root: Path) -> dict[str, Any]:
    """Six functions in a tree; the keys that name it."""
    tree = root / "pkg"
    tree.mkdir(parents=True)
    (tree / "__init__.py").write_text("")
    functions = "\n\n".join(
        f"def clamp_{n}(value: int, low: int, high: int) -> int:\n"
        '    """Bring a value into the range of two bounds.\n\n'
        "    Args:\n        value: The number to be brought in.\n        low: The least result.\n"
        "        high: The greatest result.\n\n    Returns:\n        The nearest number in the range.\n"
        f'    """\n    if value < low:\n        return low + {n}\n    if value > high:\n        return high - {n}\n'
        "    return value\n"
        for n in range(6)
    )
    (tree / "numbers.py").write_text(functions)
    place = {"corpus__python_package__source": "path", "corpus__python_package__path": str(root)}
    return place | {"corpus__name": "python_package", "corpus__python_package__sha256": [tree_digest(root)]}


@pytest.mark.slow
def test_a_package_by_path_becomes_tasks(tmp_path: Path) -> None:
    wanted = params(**own_tree(tmp_path / "tree"), data__test_share=0.4)
    ingesting.ingest(Context(wanted, Store(None), 1), tmp_path / "raw")
    train = list(read_records(tmp_path / "raw" / "train.jsonl", Example))
    tested = bring(wanted, tmp_path / "suites")["python_package"]
    assert {one.task for one in train} | {one.task for one in tested} == set(wanted.chosen_tasks)
    card = json.loads((tmp_path / "raw" / "card.json").read_text())
    assert card["source"][0]["sha256"] == tree_digest(tmp_path / "tree")
    assert card["mined"]["mined"] == 6
    assert card["gold"]["unit_test"]["kept"] == 6
    groups = {one.group for one in train}
    assert groups and not any(is_tested(group, wanted.data) for group in groups)


def test_a_tree_that_gives_no_function_is_refused(tmp_path: Path) -> None:
    wanted = params(**own_tree(tmp_path / "tree"), corpus__python_package__min_lines=50)
    said = r"corpus\.python_package\.path: no function of tree is mined \(left out of it: length 6\)"
    with pytest.raises(UserError, match=said):
        ingesting.ingest(Context(wanted, Store(None), 1), tmp_path / "raw")
    assert not (tmp_path / "raw").exists()


def test_a_tree_that_changes_while_it_is_read_is_refused(tmp_path: Path, monkeypatch) -> None:
    wanted = params(**own_tree(tmp_path / "tree"))
    way = mined_rows.mine

    def mine(*arguments: Any) -> Any:
        yield from way(*arguments)
        (tmp_path / "tree" / "pkg" / "more.py").write_text("x = 1\n")

    monkeypatch.setattr(mined_rows, "mine", mine)
    with pytest.raises(UserError, match=r"tree changed while it was read"):
        ingesting.ingest(Context(wanted, Store(tmp_path / "store"), 1), tmp_path / "raw")
    assert not (tmp_path / "raw").exists()


@pytest.mark.slow
def test_rows_of_a_tree_are_made_once_and_again_when_it_changes(tmp_path: Path, monkeypatch) -> None:
    root, store = tmp_path / "tree", Store(tmp_path / "store")
    keys = own_tree(root) | {"data__test_share": 0.4}
    ingesting.ingest(Context(params(**keys), store, 1), tmp_path / "one")
    with monkeypatch.context() as patch:
        patch.setattr(mined_rows, "mine_rows", lambda *arguments: pytest.fail("made again"))
        ingesting.ingest(Context(params(**keys), store, 1), tmp_path / "two")
    for name in ("train.jsonl", "card.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    numbers = root / "pkg" / "numbers.py"
    # one function less: the others stay on their side
    numbers.write_text(numbers.read_text().rpartition("\n\ndef ")[0] + "\n")
    keys["corpus__python_package__sha256"] = [tree_digest(root)]
    ingesting.ingest(Context(params(**keys), store, 1), tmp_path / "three")
    before, after = (
        {one.task_id: one.group for one in read_records(tmp_path / name / "train.jsonl", Example)}
        for name in ("one", "three")
    )
    assert after.items() <= before.items()
    card = json.loads((tmp_path / "three" / "card.json").read_text())
    assert card["mined"]["mined"] == 5 and card["source"][0]["sha256"] == tree_digest(root)


def test_mbpp_is_trained_on_and_tested_as_published(tmp_path: Path) -> None:
    file = mbpp_file(tmp_path / "mbpp.jsonl", 5, 11, 12, 555, *range(601, 609))
    names = ["mbpp_test", "mbpp_test_repair", "mbpp_unit_test"]
    # most groups would be tested, were they dealt by hash
    wanted = params(corpus__name="mbpp", eval__suites=names, data__test_share=0.9, **pinned("suites__mbpp", file))
    store = Store(tmp_path / "store")
    ingesting.ingest(Context(wanted, store, 1), tmp_path / "raw")
    train = list(read_records(tmp_path / "raw" / "train.jsonl", Example))
    sound = {f"Mbpp/{number}" for number in range(601, 609) if number != 603}
    for task in CORPORA["mbpp"].tasks:
        assert {one.group for one in train if one.task == task} == sound
        assert {one.task_id for one in train if one.task == task} == {
            f"mbpp{'' if task == 'python_function' else f'_{task}'}/{group}" for group in sound
        }
    assert {one.category for one in train if one.task != "repair"} == {"train"}
    plain = next(one for one in train if one.task == "python_function")
    assert len(plain.hidden_tests or []) == 3 and len(plain.public_tests) == 1
    found = bring(wanted, tmp_path / "suites", store)
    assert {name: [one.task_id for one in found[name]] for name in names} == dict.fromkeys(
        names, ["Mbpp/11", "Mbpp/12"]
    )
    assert [found[name][0].task for name in names] == ["python_function", "repair", "unit_test"]
    card = json.loads((tmp_path / "raw" / "card.json").read_text())
    assert card["read"] == {"prompt": 1, "test": 2, "train": 8, "validation": 1} and "held_out_rows" not in card
    gold = card["gold"]
    assert gold["python_function"]["dropped"] == {"the reference fails its own tests: assertion": 1}
    assert gold["repair"]["dropped"] == {"the reference fails its own tests": 1}
    assert gold["unit_test"]["dropped"] == {"the gold test is not accepted: failing": 1}
    assert gold["unit_test"]["accepted"] == gold["python_function"]["kept"] == gold["repair"]["made"] == 7


def test_rows_of_mbpp_are_made_once(tmp_path: Path, monkeypatch) -> None:
    file = mbpp_file(tmp_path / "mbpp.jsonl", 601)
    wanted = params(corpus__name="mbpp", **pinned("suites__mbpp", file))
    store = Store(tmp_path / "store")
    ingesting.ingest(Context(wanted, store, 1), tmp_path / "one")
    monkeypatch.setattr("codereflect.corpora.mbpp.training_rows", lambda *arguments: pytest.fail("made again"))
    ingesting.ingest(Context(wanted, store, 1), tmp_path / "two")
    for name in ("train.jsonl", "card.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_file_without_the_part_that_is_asked_for_is_refused(tmp_path: Path, mbpp: Path) -> None:
    wanted = params(corpus__name="mbpp", **pinned("suites__mbpp", mbpp))
    with pytest.raises(UserError, match=r"suites\.mbpp: .* no problem of MBPP's part train \(task ids 601 to 974\)"):
        ingesting.ingest(Context(wanted, Store(None), 1), tmp_path / "raw")
    trained = mbpp_file(tmp_path / "mbpp.jsonl", 601)
    with pytest.raises(UserError, match=r"MBPP's part test \(task ids 11 to 510\)"):
        bring(params(corpus__name="mbpp", **pinned("suites__mbpp", trained)), tmp_path / "suites")
