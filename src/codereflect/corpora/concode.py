"""CONCODE (Iyer et al. 2018, arXiv 1808.09588) as CodeXGLUE's text-to-code distributes it: Java methods.

A row has `nl` (a description and the fields and methods of the class) and `code` (the method, named `function`); the
hub's files have an `id` beside them. The public test.json has no references.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from codereflect.errors import UserError
from codereflect.formats.rows import Names, Row, Tally, malformed, optional_text, parsed, read_rows, text_field
from codereflect.formats.training_sets.item import Place, group_of
from codereflect.material import ConcodeClass
from codereflect.programs.java_class.concode_class import cleaned, read_class
from codereflect.records import Example

CORPUS, ENTRY_POINT = "concode", "function"
NO_REFERENCE, NO_METHOD = "no reference", "the reference is no method named function"
_HEAD = re.compile(rf"\s*+(.*?)\s*\b{ENTRY_POINT}\s*\(", re.DOTALL)
# return types by kind; what is in none of them is an object
KINDS = {
    "boolean": "boolean Boolean",
    "integer": "byte short int long Byte Short Integer Long BigInteger",
    "float": "float double Float Double BigDecimal",
    "text": "String char Character CharSequence StringBuilder StringBuffer",
    "collection": """
        List Set Map Collection Iterator Iterable ArrayList LinkedList HashMap TreeMap LinkedHashMap HashSet TreeSet
        Enumeration Queue Deque Stack Vector SortedMap SortedSet Optional Stream
    """,
    "void": "void",
}
_KIND_OF = {name: kind for kind, names in KINDS.items() for name in names.split()}


def concode_examples(path: Path, tally: Tally, label: str | None = None) -> Iterator[Example]:
    """The rows with a reference, one by one, in the order of the file; `tally` counts what became of the others.

    Args:
        path: JSON lines, one JSON list (`.gz` or not), or Parquet.
        tally: says how many malformed rows are left out before the first of them is an error.
        label: names the file in the ids of its rows; None is its name up to the first dot.

    Raises:
        UserError: the file cannot be read, or a row too many is bad (`file:line: reason`).
    """
    names = Names()

    def parse(row: Row) -> Example | None:
        text, code = text_field(row, "nl"), optional_text(row, "code")
        place = Place(CORPUS, path, row, label)
        # a row's own id may be the place of another
        names.add(place.name, row.where)
        head = _HEAD.match(code or "")
        if code is None or head is None:
            tally.reject(NO_METHOD if code and code.strip() else NO_REFERENCE, row.where)
            return None
        try:
            parts = read_class(text)
        except ValueError as error:
            raise malformed(row.where, f"nl has {error}", "nl has more than three parts") from None
        return _record(place, text, code, parts, return_kind(head[1]))

    return filter(None, parsed(read_rows(path, tally), parse, tally))


def read_concode(path: Path, max_bad_rows: int = 0, label: str | None = None) -> tuple[list[Example], dict[str, Any]]:
    """All examples of a file, and for its card `rows`, `examples`, `bad` and `rejected` by reason, `categories`.

    Raises:
        UserError: as `concode_examples`, or no row has a reference.
    """
    tally = Tally(max_bad_rows)
    examples = list(concode_examples(path, tally, label))
    if not examples:
        raise _useless(path, tally)
    categories = Counter(example.category for example in examples)
    return examples, {**tally.counts(), "examples": len(examples), "categories": dict(sorted(categories.items()))}


def _useless(path: Path, tally: Tally) -> UserError:
    empty = tally.rejected[NO_REFERENCE]
    if empty and empty == tally.read:
        return UserError(
            f"{path} has no reference in any of its {empty} rows, so answers to it cannot be scored.",
            "score on dev or on a held-out slice of train (the public test.json comes without references)",
        )
    return UserError(f"{path} holds no usable row.", "check the path")


def return_kind(kind: str) -> str:
    """The class of a return type: void, boolean, integer, float, text, array, collection or object."""
    plain = "".join(kind.split())
    if plain.endswith("[]"):
        return "array"
    # of `<T extends X> List<T>` the type is List
    outer = re.sub(r"^<.*?>(?=\w)", "", plain)
    return _KIND_OF.get(outer.split("<")[0].rpartition(".")[2], "object")


def _record(place: Place, text: str, code: str, parts: ConcodeClass, category: str) -> Example:
    prompt = cleaned(text)
    return Example(
        task_id=place.name,
        corpus=CORPUS,
        language="java",
        task="java_method",
        category=category,
        # a prompt ends its line, as in the generated corpus
        prompt=prompt + "\n",
        material=parts,
        grader="text",
        reference=code,
        entry_point=ENTRY_POINT,
        public_tests=[],
        source=place.source,
        # rows that ask the same of the same class are on one side of a split
        group=group_of(prompt),
    )
