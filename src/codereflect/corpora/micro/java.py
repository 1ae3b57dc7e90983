"""The Java twin of a chain: a class member in the token form of CONCODE (Iyer et al. 2018, arXiv 1808.09588).

The prompt is the description and the class around it (`int [ ] xs | int k | int size ( )`, ` | ` where the published
files have concode_field_sep and concode_elem_sep); the answer is one line of space-separated tokens, its method named
`function`. The variables of the Python twin are fields; `k` is a field, or a parameter when no field has that name.
"""

from __future__ import annotations

import random

from codereflect.corpora.micro.chains import Chain, Step
from codereflect.corpora.micro.primitives import PARAMETER, VARIABLES
from codereflect.corpora.micro.typed_values import Arguments, Value
from codereflect.programs.java_frame import ENTRANCE, Frame

RETURN_TYPES = {"numbers": "int [ ]", "number": "int", "text": "String"}
FIELDS = ("int size", "String name", "long id", "boolean open", "double rate")
# what a field is given that a test does not speak of
_EMPTY = {"int": "0", "long": "0L", "boolean": "false", "double": "0.0", "String": '""', "int [ ]": "new int[0]"}
METHODS = ("void clear ( )", "int count ( )", "String label ( )", "boolean isEmpty ( )")
PARAMETER_IS_FIELD_SHARE = 0.5


def expression(chain: Chain) -> str:
    """The chain as one Java expression in space-separated tokens."""
    text = VARIABLES[chain.takes]
    kind = chain.takes
    if kind == "numbers":
        text = f"IntStream . of ( {text} )"
    simple = True
    for step in chain.steps:
        text = _wrap(step, text, simple)
        simple = _is_simple(step)
    return f"{text} . toArray ( )" if chain.gives == "numbers" else text


def _wrap(step: Step, value: str, simple: bool) -> str:
    template = step.primitive.java
    assert template is not None, f"{step.name} has no Java form"
    inner = value if simple or template.startswith(("Math", "new")) or "( {v} " in template else f"( {value} )"
    character = step.constant.replace('"', "'")
    return template.replace("{v}", inner).replace("{c}", step.constant).replace("{q}", character)


def _is_simple(step: Step) -> bool:
    """Whether the step's expression can be an operand without parentheses (a cast or an operator cannot)."""
    template = step.primitive.java or ""
    return not template.startswith("( int )") and " ( " in template


def method(chain: Chain, parameter_is_field: bool, body: Chain | None = None) -> str:
    """The answer: the whole method; with `body`, a method with this head that does what another chain does."""
    parameters = f"( int {PARAMETER} )" if chain.has_parameter and not parameter_is_field else "( )"
    return f"{RETURN_TYPES[chain.gives]} function {parameters} {{ return {expression(body or chain)} ; }}"


def context(chain: Chain, parameter_is_field: bool, rng: random.Random) -> str:
    """Fields and methods of the class, those that are not needed included."""
    fields = [f"{RETURN_TYPES[chain.takes]} {VARIABLES[chain.takes]}", rng.choice(FIELDS)]
    if chain.has_parameter and parameter_is_field:
        fields.append(f"int {PARAMETER}")
    rng.shuffle(fields)
    return " | ".join([*fields, rng.choice(METHODS)])


def assertion(frame: Frame, takes: str, arguments: Arguments, expected: Value) -> str:
    """A test of the Python twin (input type `takes`) as a Java statement."""
    call = call_text(frame, takes, arguments)
    if frame.result == RETURN_TYPES["numbers"]:
        return f"assert Arrays.equals({call}, {literal(expected)});"
    if frame.result == RETURN_TYPES["text"]:
        return f"assert {call}.equals({literal(expected)});"
    return f"assert {call} == {literal(expected)};"


def call_text(frame: Frame, takes: str, arguments: Arguments) -> str:
    """A call of the entrance with the arguments of the Python twin; fields that do not matter are empty."""
    given = dict(zip((VARIABLES[takes], PARAMETER), arguments, strict=False))
    parts = [literal(given[name]) if name in given else _EMPTY[kind] for kind, name in frame.arguments]
    return f"{ENTRANCE}({', '.join(parts)})"


def literal(value: Value) -> str:
    """A number, a text or a list of numbers as Java source."""
    if isinstance(value, list):
        return f"new int[] {{{', '.join(map(str, value))}}}"
    return f'"{value}"' if isinstance(value, str) else str(value)
