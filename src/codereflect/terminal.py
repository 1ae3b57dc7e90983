"""All that people are shown goes through here: what came out of a file can neither steer the terminal nor draw on it.

Names of tasks, columns and files are other people's texts. Escape sequences in them could hide or rewrite what is
said, and rich would take `[red]` for a colour. So control characters are written as `\\u001b`, and brackets stay.
JSON stays the same JSON: it knows these escapes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

# Controls but tab and line feed, ends of lines that are none, marks that turn the direction of writing, and halves of
# characters, which cannot be printed.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def shown(text: str) -> str:
    """A text as a terminal may have it; of one line or several."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def one_line(text: str) -> str:
    """A name as a terminal may have it: line ends and tabs in it are written out as well."""
    return shown(text.replace("\n", "\\n").replace("\t", "\\t"))


def say(text: str = "", error: bool = False, end: str = "\n") -> None:
    """Print a text on stdout, or on stderr."""
    print(shown(text), file=sys.stderr if error else sys.stdout, end=end, flush=error)


def cell(text: str, style: str = "") -> Text:
    """A text for a table: what looks like markup is none."""
    from rich.text import Text

    return Text(shown(text), style)


def paragraph(console: Console, text: str, style: str = "", whole: bool = False) -> None:
    """Print a text that wraps between words; with `whole` it does not, so that a command in it can be copied."""
    console.print(cell(text), style=style, highlight=False, soft_wrap=whole)


def wide(table: Table) -> None:
    """Print a table of which no figure may be cut: a narrow terminal wraps its lines."""
    from rich.console import Console

    console = Console()
    needed = console.measure(table, options=console.options.update(max_width=1000)).maximum
    Console(width=max(needed, console.width)).print(table)


def columns(headings: Sequence[str], rows: Sequence[Sequence[str]], **options: Any) -> Table:
    """A plain table: the first column to the left, figures to the right."""
    from rich.table import Table

    table = Table(box=None, header_style="bold", **options)
    for place, heading in enumerate(headings):
        table.add_column(cell(heading), justify="right" if place else "left")
    for row in rows:
        table.add_row(*map(cell, row))
    return table
