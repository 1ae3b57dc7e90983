"""The primitives that tasks are composed of: one expression each, total on every value of its type.

A primitive rebinds the one variable of its result's type (`xs = [x for x in xs if x > 3]`). `{c}` stands for its
constant, or for the parameter `k`. Wordings are fragments of an instruction; the first is the canonical one.
`java` is the same step as an expression over `{v}` in the token form of CONCODE (Iyer et al. 2018), or None.
No primitive loops, recurses or calls a method that changes its value, so composed programs always end.
"""

from __future__ import annotations

from dataclasses import dataclass

Constant = int | str

VARIABLES = {"numbers": "xs", "text": "s", "words": "ws", "table": "d", "number": "n"}
PARAMETER = "k"

THRESHOLDS: tuple[Constant, ...] = (2, 3, 4, 5, 6, 7, 8, 9)
AMOUNTS: tuple[Constant, ...] = (1, 2, 3, 4, 5, 6, 7, 8, 9)
FACTORS: tuple[Constant, ...] = (2, 3, 4, 5)
COUNTS: tuple[Constant, ...] = (2, 3, 4)
LETTERS: tuple[Constant, ...] = ("a", "b", "e", "i", "l", "o", "r", "t")


@dataclass(frozen=True)
class Primitive:
    """One step. `family` groups primitives of which a chain holds at most one (plus 3 then plus 4 is plus 7)."""

    name: str
    takes: str
    gives: str
    python: str
    wordings: tuple[str, ...]
    constants: tuple[Constant, ...] = ()
    java: str | None = None
    family: str = ""
    last_only: bool = False

    @property
    def family_name(self) -> str:
        """The family, or the primitive alone."""
        return self.family or self.name

    @property
    def accepts_parameter(self) -> bool:
        """Whether the constant may be the parameter `k` (an int)."""
        return bool(self.constants) and isinstance(self.constants[0], int)


# A table: an entry in two or three lines.
# fmt: off
PRIMITIVES: tuple[Primitive, ...] = (
    # numbers -> numbers
    Primitive("keep_above", "numbers", "numbers", "[x for x in xs if x > {c}]",
              ("keep the numbers above {c}", "keep only numbers greater than {c}", "drop numbers not above {c}"),
              THRESHOLDS, "{v} . filter ( x -> x > {c} )"),
    Primitive("keep_below", "numbers", "numbers", "[x for x in xs if x < {c}]",
              ("keep the numbers below {c}", "keep only numbers less than {c}", "drop numbers not below {c}"),
              THRESHOLDS, "{v} . filter ( x -> x < {c} )"),
    Primitive("keep_even", "numbers", "numbers", "[x for x in xs if x % 2 == 0]",
              ("keep the even numbers", "drop the odd numbers", "keep only even numbers"),
              (), "{v} . filter ( x -> x % 2 == 0 )", "parity"),
    Primitive("keep_odd", "numbers", "numbers", "[x for x in xs if x % 2 != 0]",
              ("keep the odd numbers", "drop the even numbers", "keep only odd numbers"),
              (), "{v} . filter ( x -> x % 2 != 0 )", "parity"),
    Primitive("add_each", "numbers", "numbers", "[x + {c} for x in xs]",
              ("add {c} to each number", "raise every number by {c}"),
              AMOUNTS, "{v} . map ( x -> x + {c} )", "shift"),
    Primitive("subtract_each", "numbers", "numbers", "[x - {c} for x in xs]",
              ("subtract {c} from each number", "lower every number by {c}"),
              AMOUNTS, "{v} . map ( x -> x - {c} )", "shift"),
    Primitive("multiply_each", "numbers", "numbers", "[x * {c} for x in xs]",
              ("multiply each number by {c}", "take every number times {c}"),
              FACTORS, "{v} . map ( x -> x * {c} )"),
    Primitive("square_each", "numbers", "numbers", "[x * x for x in xs]",
              ("square each number", "multiply every number by itself"),
              (), "{v} . map ( x -> x * x )"),
    Primitive("sort_numbers", "numbers", "numbers", "sorted(xs)",
              ("sort the numbers", "put the numbers in order", "sort the numbers upwards"),
              (), "{v} . sorted ( )", "order"),
    Primitive("sort_numbers_down", "numbers", "numbers", "sorted(xs, reverse=True)",
              ("sort the numbers downwards", "sort the numbers from largest to smallest"), (), None, "order"),
    Primitive("reverse_numbers", "numbers", "numbers", "xs[::-1]",
              ("reverse the numbers", "turn the list of numbers around"), (), None, "reverse"),
    Primitive("first_numbers", "numbers", "numbers", "xs[:{c}]",
              ("take the first {c} numbers", "keep {c} numbers from the start"),
              COUNTS, "{v} . limit ( {c} )"),
    Primitive("skip_numbers", "numbers", "numbers", "xs[{c}:]",
              ("skip the first {c} numbers", "drop {c} numbers from the start"),
              COUNTS, "{v} . skip ( {c} )"),
    Primitive("unique_numbers", "numbers", "numbers", "list(dict.fromkeys(xs))",
              ("remove repeated numbers", "keep each number once"),
              (), "{v} . distinct ( )"),
    # numbers -> number
    Primitive("total", "numbers", "number", "sum(xs)",
              ("add the numbers up", "sum the numbers", "return the total of the numbers"),
              (), "{v} . sum ( )"),
    Primitive("how_many", "numbers", "number", "len(xs)",
              ("count the numbers", "return how many numbers there are"),
              (), "( int ) {v} . count ( )"),
    Primitive("largest", "numbers", "number", "max(xs, default=0)",
              ("take the largest number", "return the maximum or 0"),
              (), "{v} . max ( ) . orElse ( 0 )"),
    Primitive("smallest", "numbers", "number", "min(xs, default=0)",
              ("take the smallest number", "return the minimum or 0"),
              (), "{v} . min ( ) . orElse ( 0 )"),
    Primitive("count_equal", "numbers", "number", "xs.count({c})",
              ("count how often {c} occurs", "count the numbers equal to {c}"),
              AMOUNTS, "( int ) {v} . filter ( x -> x == {c} ) . count ( )"),
    # number -> number, text, numbers
    Primitive("add", "number", "number", "n + {c}",
              ("add {c}", "increase it by {c}"), AMOUNTS, "{v} + {c}", "shift_one"),
    Primitive("subtract", "number", "number", "n - {c}",
              ("subtract {c}", "decrease it by {c}"), AMOUNTS, "{v} - {c}", "shift_one"),
    Primitive("multiply", "number", "number", "n * {c}",
              ("multiply by {c}", "take it times {c}"), FACTORS, "{v} * {c}"),
    Primitive("remainder", "number", "number", "n % {c}",
              ("take the remainder by {c}", "return it modulo {c}"),
              THRESHOLDS, "Math . floorMod ( {v} , {c} )"),
    Primitive("at_least", "number", "number", "max(n, {c})",
              ("make it at least {c}", "use {c} if it is less than {c}"),
              AMOUNTS, "Math . max ( {v} , {c} )"),
    Primitive("parity_shift", "number", "number", "n + {c} if n % 2 == 0 else n - {c}",
              ("add {c} if it is even, otherwise subtract {c}", "if even add {c}, else subtract {c}"), AMOUNTS),
    Primitive("high_or_low", "number", "text", '"high" if n > {c} else "low"',
              ("say high if it is above {c}, otherwise low", "return high if greater than {c}, else low"),
              THRESHOLDS, '{v} > {c} ? "high" : "low"', "", True),
    Primitive("even_or_odd", "number", "text", '"even" if n % 2 == 0 else "odd"',
              ("say even or odd", "return whether it is even or odd"),
              (), '{v} % 2 == 0 ? "even" : "odd"', "", True),
    Primitive("digits", "number", "numbers", "[int(c) for c in str(abs(n))]",
              ("list the digits", "split it into digits")),
    # text -> text, number, words
    Primitive("upper", "text", "text", "s.upper()",
              ("make the text upper case", "turn the text into capitals"), (), "{v} . toUpperCase ( )"),
    Primitive("reverse_text", "text", "text", "s[::-1]",
              ("reverse the text", "write the text backwards"),
              (), "new StringBuilder ( {v} ) . reverse ( ) . toString ( )"),
    Primitive("remove_letter", "text", "text", 's.replace({c}, "")',
              ("remove every {c}", "drop all letters {c}"), LETTERS, '{v} . replace ( {c} , "" )'),
    Primitive("first_letters", "text", "text", "s[:{c}]",
              ("take the first {c} letters", "keep {c} letters from the start"), COUNTS),
    Primitive("skip_letters", "text", "text", "s[{c}:]",
              ("skip the first {c} letters", "drop {c} letters from the start"), COUNTS),
    Primitive("repeat", "text", "text", "s * {c}",
              ("repeat the text {c} times", "write the text {c} times"), (2, 3), "{v} . repeat ( {c} )"),
    Primitive("length", "text", "number", "len(s)",
              ("count the letters", "return the length of the text"), (), "{v} . length ( )"),
    Primitive("count_letter", "text", "number", "s.count({c})",
              ("count the letter {c}", "return how many {c} the text has"),
              LETTERS, "( int ) {v} . chars ( ) . filter ( c -> c == {q} ) . count ( )"),
    Primitive("split", "text", "words", "s.split()",
              ("split the text into words", "list the words of the text")),
    # words -> words, text, numbers, number, table
    Primitive("longer_words", "words", "words", "[w for w in ws if len(w) > {c}]",
              ("keep words longer than {c}", "drop words not longer than {c}"), (2, 3, 4)),
    Primitive("starting_words", "words", "words", "[w for w in ws if w.startswith({c})]",
              ("keep words that start with {c}", "keep only words with {c} at the start"), LETTERS),
    Primitive("sort_words", "words", "words", "sorted(ws)",
              ("sort the words", "put the words in order"), (), None, "order"),
    Primitive("reverse_words", "words", "words", "ws[::-1]",
              ("reverse the words", "turn the list of words around"), (), None, "reverse"),
    Primitive("join", "words", "text", '"-".join(ws)',
              ("join the words with dashes", "put dashes between the words")),
    Primitive("lengths", "words", "numbers", "[len(w) for w in ws]",
              ("list the lengths of the words", "take the length of each word")),
    Primitive("tally", "words", "table", "{w: ws.count(w) for w in ws}",
              ("count each word", "map each word to its count")),
    # table -> table, numbers, words
    Primitive("entries_above", "table", "table", "{w: x for w, x in d.items() if x > {c}}",
              ("keep entries above {c}", "drop entries not above {c}"), THRESHOLDS),
    Primitive("add_entries", "table", "table", "{w: x + {c} for w, x in d.items()}",
              ("add {c} to each entry", "raise every entry by {c}"), AMOUNTS),
    Primitive("entry_values", "table", "numbers", "list(d.values())",
              ("list the values", "take the values of the table")),
    Primitive("entry_keys", "table", "words", "sorted(d)",
              ("list the keys in order", "take the sorted keys")),
)
# fmt: on


def by_input() -> dict[str, tuple[Primitive, ...]]:
    """The primitives that take each type."""
    return {kind: tuple(p for p in PRIMITIVES if p.takes == kind) for kind in VARIABLES}
