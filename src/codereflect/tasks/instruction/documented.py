"""What a function's docstring says of it, whichever of four styles it is written in, held against its signature."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from docstring_parser import Docstring, DocstringStyle, ParseError, google, parse

from codereflect.programs.mined_function import Function, Parameter
from codereflect.tasks.instruction.phrases import Rejected

LEAST_SUMMARY_WORDS, LEAST_SUMMARY_CHARACTERS = 3, 15
_PARAMETERS = {"param", "parameter", "arg", "argument", "key", "keyword"}
_NOTES = ("Note", "Notes", "Warning", "Warnings")
# `:class:`X`` and its like, two backticks
_ROLE = re.compile(r":(?:py:)?[a-z]+:`~?\.?([^`<]+?)(?:[ ]*<[^`>]*>)?`")
_DOUBLED = re.compile(r"(?<!`)``([^`\n]+)``(?!`)")
# a type in front of a description, "`(Tensor)` the logits"
_TYPE_FIRST = re.compile(r"\A(?:`\(([^`()\n]+)\)`|\(([^()\n]+)\)|`([^`\n]+)`(?=\n|$))[ \t:,.]*")


@dataclass
class Documented:
    """The parts of a docstring. Descriptions may have several lines; `type` is what the docstring itself says."""

    summary: str
    details: str = ""
    parameters: dict[str, tuple[str | None, str]] = field(default_factory=dict)
    returns: tuple[str | None, str] | None = None
    raises: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


def documented(function: Function) -> Documented:
    """Take a docstring apart.

    Raises:
        Rejected: there is none, it says too little, or it does not fit the signature.
    """
    if function.docstring is None or not function.docstring.strip():
        raise Rejected("no_docstring")
    parsed = _parsed(function.docstring)
    summary = _plain(" ".join((parsed.short_description or "").split()))
    details = _plain(parsed.long_description or "")
    if not parsed.blank_after_short_description and details:
        # a first sentence that goes on in the second line
        first, _, details = details.partition("\n\n")
        summary, rest = _first_sentence(f"{summary} {' '.join(first.split())}")
        details = f"{rest}\n\n{details}".strip()
    _check_summary(summary, function)
    found = Documented(summary, details)
    _read_parameters(parsed, function, found)
    returned = parsed.returns
    if returned is not None:
        found.returns = _typed(returned.type_name, _plain(returned.description or ""))
    found.raises = [(_plain(one.type_name or ""), _plain(one.description or "")) for one in parsed.raises]
    found.notes = [
        (one.args[0], _plain(one.description)) for one in parsed.meta if one.args[0] in _NOTES and one.description
    ]
    return found


def first_sentence(docstring: str) -> str:
    """The first sentence of a docstring, on one line; empty where it has none before its sections."""
    paragraph = " ".join(_plain(docstring.strip().split("\n\n")[0]).split())
    sentence = _first_sentence(paragraph)[0]
    return "" if re.match(r"(Args|Parameters|Returns|Raises)\b ?:|[:@]param\b", sentence) else sentence


def _first_sentence(text: str) -> tuple[str, str]:
    end = re.search(r"(?<!e\.g)(?<!i\.e)(?<!etc)[.!?](?= +[A-Z`(\[])", text)
    return (text[: end.end()], text[end.end() :].strip()) if end else (text.strip(), "")


def _parsed(docstring: str) -> Docstring:
    """As the style that finds most in it; Google's where two find the same."""
    own = google.GoogleParser(
        [*google.DEFAULT_SECTIONS, *(google.Section(name, name, google.SectionType.SINGULAR) for name in _NOTES)]
    )
    styles = [own.parse, *(_reader(style) for style in (DocstringStyle.REST, *_OTHERS))]
    found = []
    for read in styles:
        try:
            found.append(read(docstring))
        except (ParseError, ValueError, IndexError, KeyError, AttributeError):
            continue
    if not found:
        raise Rejected("unreadable")
    return max(found, key=lambda one: len(one.meta))


_OTHERS = (DocstringStyle.NUMPYDOC, DocstringStyle.EPYDOC)


def _reader(style: DocstringStyle):  # type: ignore[no-untyped-def]
    return lambda text: parse(text, style)


def _plain(text: str) -> str:
    """Without the markup of Sphinx: roles and doubled backticks."""
    return _DOUBLED.sub(r"`\1`", _ROLE.sub(r"`\1`", text)).strip()


def _typed(told: str | None, description: str) -> tuple[str | None, str]:
    """A type and a description; the type may stand at the head of the description."""
    match = _TYPE_FIRST.match(description)
    if match and not told:
        told, description = next(part for part in match.groups() if part), description[match.end() :].strip()
    elif match and told:
        description = description[match.end() :].strip() or description
    told = None if told is None else " ".join(told.split()).strip("`() ") or None
    return told, description


def _check_summary(summary: str, function: Function) -> None:
    words = re.findall(r"[A-Za-z]+", summary)
    own = set(re.findall(r"[a-z]+", function.name.lower()))
    if len(words) < LEAST_SUMMARY_WORDS or len(summary) < LEAST_SUMMARY_CHARACTERS:
        raise Rejected("thin_summary")
    if {word.lower() for word in words} <= own | {"the", "a", "an", "of"}:
        raise Rejected("thin_summary")
    if not summary.isascii() and sum(map(str.isascii, summary)) < len(summary) // 2:
        raise Rejected("not_english")


def expected(function: Function) -> list[Parameter]:
    """The parameters that a docstring tells of: not `self` and `cls`."""
    skipped = 1 if function.owner and function.parameters and function.parameters[0].name in ("self", "cls") else 0
    return list(function.parameters[skipped:])


def _read_parameters(parsed: Docstring, function: Function, found: Documented) -> None:
    known = {one.name for one in expected(function)}
    for told in parsed.params:
        if told.args[0] not in _PARAMETERS:
            continue
        for name in (part.strip().strip("`").lstrip("*\\") for part in told.arg_name.split(",")):
            if name not in known:
                raise Rejected("unknown_parameter")
            if name in found.parameters:
                raise Rejected("parameter_twice")
            kind, text = _typed(told.type_name, _plain(told.description or ""))
            found.parameters[name] = kind, text
