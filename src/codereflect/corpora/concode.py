"""CONCODE (Iyer et al. 2018, arXiv 1808.09588) as CodeXGLUE's text-to-code distributes it: Java methods.

A row has `nl` (a description and the fields and methods of the class) and `code` (the method, named `function`); the
hub's files have an `id` beside them. The public test.json has no references.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from codereflect.errors import UserError
from codereflect.formats.rows import BadRow, Names, Row, Tally, malformed, optional_text, read_rows, row_id, text_field
from codereflect.material import ConcodeClass
from codereflect.programs.java_class.context import cleaned, read_class
from codereflect.records import Example, Source

CORPUS, ENTRY_POINT = "concode", "function"
NO_REFERENCE, NO_METHOD = "no reference", "the reference is no method named function"
_HEAD = re.compile(rf"\s*+(.*?)\s*\b{ENTRY_POINT}\s*\(", re.DOTALL)
_WORDS = re.compile(r"\w+")
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


class ConcodeReader:
    """Reads one file, row by row.

    Attributes:
        tally: what became of the rows; complete once `examples` is at its end.
    """

    def __init__(self, path: Path, max_bad_rows: int = 0, label: str | None = None) -> None:
        """A reader of a file.

        Args:
            path: JSON lines, one JSON list (`.gz` or not), or Parquet.
            max_bad_rows: how many malformed rows are left out before the first of them is an error.
            label: names the file in the ids of its rows; None is its name up to the first dot.
        """
        self.path = path
        self.label = path.name.split(".")[0] if label is None else label
        self.tally = Tally(max_bad_rows)
        self.categories: dict[str, int] = {}

    def examples(self) -> Iterator[Example]:
        """The rows with a reference, in the order of the file.

        Raises:
            UserError: the file cannot be read, a row too many is bad (`file:line: reason`), or no row has a reference.
        """
        names, kept = Names(), 0
        for row in read_rows(self.path, self.tally):
            try:
                example = self._example(row, names)
            except BadRow as error:
                self.tally.refuse(error)
                continue
            if example is not None:
                kept += 1
                self.categories[example.category] = self.categories.get(example.category, 0) + 1
                yield example
        if not kept:
            self._refuse_file()

    def counts(self) -> dict[str, Any]:
        """For the card: `rows`, `examples`, `bad` and `rejected` by reason, `categories`."""
        total = sum(self.categories.values())
        return {**self.tally.counts(), "examples": total, "categories": dict(sorted(self.categories.items()))}

    def _example(self, row: Row, names: Names) -> Example | None:
        text, code = text_field(row, "nl"), optional_text(row, "code")
        place = row_id(row) or _place(row)
        # a row's own id may be the place of another
        names.add(place, row.where)
        if code is None or not code.strip():
            self.tally.reject(NO_REFERENCE, row.where)
            return None
        head = _HEAD.match(code)
        if head is None:
            self.tally.reject(NO_METHOD, row.where)
            return None
        try:
            parts = read_class(text)
        except ValueError as error:
            raise malformed(row.where, f"nl has {error}", "nl has more than three parts") from None
        category = return_kind(head[1])
        return _record(f"{CORPUS}/{self.label}/{place}", self.path, row, text, code, parts, category)

    def _refuse_file(self) -> None:
        empty = self.tally.rejected[NO_REFERENCE]
        if empty and empty == self.tally.read:
            raise UserError(
                f"{self.path} has no reference in any of its {empty} rows, so answers to it cannot be scored.",
                "score on dev or on a held-out slice of train (the public test.json comes without references)",
            )
        raise UserError(f"{self.path} holds no row that can be used.", "check the path")


def read_concode(path: Path, max_bad_rows: int = 0, label: str | None = None) -> tuple[list[Example], dict[str, Any]]:
    """All examples of a file, and counts of its rows (see `ConcodeReader` and its `counts`).

    Raises:
        UserError: as `ConcodeReader.examples`.
    """
    reader = ConcodeReader(path, max_bad_rows, label)
    return list(reader.examples()), reader.counts()


def return_kind(kind: str) -> str:
    """The class of a return type: void, boolean, integer, float, text, array, collection or object."""
    plain = "".join(kind.split())
    if plain.endswith("[]"):
        return "array"
    # of `<T extends X> List<T>` the type is List
    outer = re.sub(r"^<.*?>(?=\w)", "", plain)
    return _KIND_OF.get(outer.split("<")[0].rpartition(".")[2], "object")


def _place(row: Row) -> str:
    """The line, or the index in the list: fixed width, so that names sort as the rows do."""
    return re.split(r"[:\[]", row.where.rstrip("]"))[-1].zfill(7)


def _record(name: str, path: Path, row: Row, text: str, code: str, parts: ConcodeClass, category: str) -> Example:
    prompt = cleaned(text)
    line = row.where.rpartition(":")[2]
    return Example(
        task_id=name,
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
        source=Source(file=path.name, line=int(line) if line.isdecimal() else None),
        group=_group(prompt),
    )


def _group(prompt: str) -> str:
    """Rows that ask the same of the same class, but for case and punctuation, are on one side of a split."""
    words = " ".join(_WORDS.findall(prompt.casefold()))
    return hashlib.sha256(words.encode()).hexdigest()[:16]
