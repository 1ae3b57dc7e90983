"""The Python in a model's answer: which of its blocks and stretches of code is the function, and what it needs."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from codereflect.grading.fences import Block, lines_of, split
from codereflect.grading.python_names import (
    ASSIGNED,
    BUILTINS,
    CONTINUED,
    DEFINED,
    NOTHING,
    STUB,
    bound,
    is_stub,
    own_names,
    rank,
    tree_of,
    used,
    without_words,
)
from codereflect.grading.python_runs import HEAD, Piece, Run, masked, runs, unmasked
from codereflect.grading.thoughts import opens_a_thought, without_thoughts
from codereflect.programs.joining import joined

TAGS = ("python", "py", "python3", "python2", "pycon", "")
_ONE_LINE = re.compile(r"```(?:(?:python|py)\b[ \t]*+)?([^`]++)```|(?<!`)`([^`\n]++)`(?!`)")
_START = re.compile(r"(?:async[ \t]+def|def|class)[ \t]+\w|@\w|import[ \t]+\w|from[ \t]+[\w.]+[ \t]+import\b")
_HELPER = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign | ast.Import | ast.ImportFrom
_GLUED = re.compile(
    r"(?:\s?(?:\[/?(?:INST|EOS|BOS|PAD|SEP|UNK|DONE|END|BEGIN|PYTHON|CODE)\]"
    r"|<(?:start_of_turn|end_of_turn|eos|bos|pad|s|fim_\w{1,9}|EOT|MID|PRE|SUF)>(?:user|model)?))+"
    r"(?:\s{0,9}#[^\n]{0,100})?\s{0,9}\Z"
)
MAX_GLUED = 300
# blocks that are looked at from the first one on, and up to the last one
MAX_BLOCKS = 200
_HEAD = re.compile(r"^[ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+\w", re.MULTILINE)
_QUOTE = re.compile(r"^[ \t]*(?:>>>|\.\.\.|>)(?: |$)", re.MULTILINE)
# blanks that no program is written with, and marks without width; strings are left alone
_BLANK, _NOTHING = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u2581", "\ufeff\u200b\u200c\u200d\u2060"
_ODD = re.compile(f"[{_BLANK}{_NOTHING}]")
_OR_STRING = re.compile(
    r"(\"{3}(?:(?s:.)*?\"{3}|(?s:.*+))|'{3}(?:(?s:.)*?'{3}|(?s:.*+))"
    rf"|\"(?:\\.|[^\"\\\n])*+\"?|'(?:\\.|[^'\\\n])*+'?)|([{_BLANK}])|[{_NOTHING}]"
)


@dataclass(frozen=True, slots=True)
class PythonAnswer:
    """The code of an answer, and what was done to find it.

    Attributes:
        code: what is to be run.
        found: whether there is code: a function, whatever its name, or the rest of one.
        cut: whether a broken end was cut off.
        text_after: whether text after the code was cut off.
    """

    code: str
    found: bool = True
    cut: bool = False
    text_after: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    run: Run
    rank: int
    fenced: bool
    closed: bool
    text_after: bool


def python_answer(text: str, name: str | None) -> PythonAnswer:
    """The code in an answer that defines a name (without one: any function or class).

    A program that parses and defines it stays as it is, but for sentences after it that happen to parse. Never raises.
    """
    text = _without_glued_marks(text.removeprefix("\ufeff"))
    if _is_program(text, name):
        code = without_words(text, name)
        return PythonAnswer(code, text_after=code != text)
    tried = [text]
    if _ODD.search(text):
        tried.append(_OR_STRING.sub(lambda odd: odd[1] or (" " if odd[2] else ""), text))
    if _QUOTE.search(text):
        quoted = (line for line in lines_of(tried[-1]) if _QUOTE.match(line))
        tried += [_QUOTE.sub("", tried[-1]), "".join(_QUOTE.sub("", line) for line in quoted)]
    for part in dict.fromkeys(part for one in tried for part in _readings(one)):
        found = _found(part, name)
        if found is not None:
            return replace(found, code=unmasked(found.code))
    return _unfit(text, name)


def _readings(text: str) -> Iterator[str]:
    """An answer without thoughts: its marks may stand in strings of code, the strings may be none, and the end of a
    thought that never began may be what the answer is about."""
    for one in (masked(text), text):
        yield without_thoughts(one)
        if not opens_a_thought(one):
            yield one


def _without_glued_marks(text: str) -> str:
    """Without marks at the end that Python reads as an index or a comparison, of a name that nothing binds."""
    marks = _GLUED.search(text, max(0, len(text) - MAX_GLUED))
    if marks is None:
        return text
    whole, code = text, text[: marks.start()]
    if code[:1] in (" ", "\t"):
        whole, code = HEAD + whole, HEAD + code
    tree = tree_of(whole)
    if tree is None or tree_of(code) is None:
        return text
    named = set(re.findall(r"[A-Za-z]\w*", marks[0])) & used(tree.body)
    return text[: marks.start()] if named and not named & bound(tree.body) else text


def _is_program(code: str, name: str | None) -> bool:
    if name is not None and name not in code:
        return False
    tree = tree_of(code)
    return tree is not None and rank(tree.body, name) > NOTHING


def _found(text: str, name: str | None) -> PythonAnswer | None:
    """The best code of an answer; None where nothing defines the name."""
    blocks = split(text)
    fenced = _of_language(blocks)
    if name is None and fenced:
        blocks = fenced[:1]
    elif _is_fence_of_prompt(blocks, name):
        blocks = [blocks[0], Block("text", "".join(block.text for block in blocks[1:]))]
    candidates: list[_Candidate] = []
    chosen_tags = {block.tag for block in fenced} | {None}
    last = max((number for number, block in enumerate(blocks) if block.text.strip()), default=0)
    for number, block in enumerate(blocks):
        if block.tag in chosen_tags and not MAX_BLOCKS <= number < len(blocks) - MAX_BLOCKS:
            candidates += _candidates(block, name, after=number < last)
    chosen = _choose(candidates, name)
    if chosen is None and not fenced:
        loose = "".join(block.text for block in blocks)
        inline = [code for one in _ONE_LINE.finditer(loose) if (name or "") in (code := one[1] or one[2])][:MAX_BLOCKS]
        candidates = [one for part in inline for one in _candidates(Block("", part.strip()), name, True)]
        chosen = _choose(candidates, name)
    # without a name nothing tells what may go
    if chosen is None or (name is None and chosen.run.ending == "broken"):
        return None
    return _answer(chosen, [one.run for one in candidates if one is not chosen], name)


def _answer(chosen: _Candidate, others: list[Run], name: str | None) -> PythonAnswer:
    run, cut = chosen.run, chosen.run.ending == "broken"
    code = (run.shortened(name) if cut else run).text
    if run.ending != "end":
        code = _without_comments(code) if cut else code.rstrip() + "\n"
    short = without_words(_without_glued_marks(code), name)
    text_after = chosen.text_after or run.ending == "words" or short != code
    return PythonAnswer(short if run.continues else _with_helpers(short, others), cut=cut, text_after=text_after)


def _of_language(blocks: list[Block]) -> list[Block]:
    fenced = [block for block in blocks if block.tag is not None]
    return [block for block in fenced if block.tag in TAGS] or fenced


def _is_fence_of_prompt(blocks: list[Block], name: str | None) -> bool:
    """Whether the prompt opened a fence, so that the first one of the answer closes it."""
    if len(blocks) < 2 or blocks[0].tag is not None or blocks[1].tag != "" or _is_program(blocks[1].text, name):
        return False
    return any(one.rank >= CONTINUED for one in _candidates(blocks[0], name, True))


def _candidates(block: Block, name: str | None, after: bool) -> Iterator[_Candidate]:
    """The code of a block or of a text between blocks: all of it, or its stretches of Python."""
    whole = _whole(block.text, name)
    found = [whole] if whole is not None else runs(block.text)
    if whole is None and not any(one.rank(name) >= ASSIGNED for one in found):
        found += _indented(block.text, name)
    for number, run in enumerate(found):
        more = after or number + 1 < len(found)
        yield _Candidate(run, run.rank(name), block.tag is not None, block.closed, more)


def _whole(text: str, name: str | None) -> Run | None:
    if _is_program(text, name):
        return _run(text)
    dedented = textwrap.dedent(text)
    if dedented != text and _is_program(dedented, name):
        tree = tree_of(dedented)
        if tree is not None and not any(isinstance(node, ast.Return) for node in tree.body):
            return _run(dedented)
    return None


def _run(code: str) -> Run:
    tree = tree_of(code)
    return Run([Piece(code, tree.body if tree is not None else [])])


def _indented(text: str, name: str | None) -> list[Run]:
    """Programs that stand indented between sentences."""
    lines = lines_of(text)
    found = []
    starts = [number for number, line in enumerate(lines) if line[:1] in (" ", "\t") and _START.match(line.lstrip())]
    done = 0
    for start in starts[:50]:
        if start < done:
            continue
        margin = lines[start][: len(lines[start]) - len(lines[start].lstrip())]
        done = start
        while done < len(lines) and (lines[done].startswith(margin) or not lines[done].strip()):
            done += 1
        found += runs("".join(line.removeprefix(margin) for line in lines[start:done]))
    return [run for run in found if run.rank(name) >= ASSIGNED]


def _choose(candidates: Sequence[_Candidate], name: str | None) -> _Candidate | None:
    """The code that answers.

    What an answer begins with continues the prompt. Else the best definition: of blocks the last one, since a
    correction follows what it corrects, and of unfenced code the first one, since a model that is not stopped writes
    on. Without a name the first one counts.
    """
    if not candidates:
        return None
    first = candidates[0]
    if first.rank == CONTINUED and not first.fenced:
        return first
    for least in (DEFINED, ASSIGNED, CONTINUED, STUB):
        for fenced in (True, False):
            found = [one for one in candidates if one.rank == least and one.fenced is fenced]
            # what a limit of tokens broke off comes after what is whole
            found = [one for one in found if one.closed] or found
            if found:
                return found[-1] if fenced and name is not None else found[0]
    return None


def _without_comments(code: str) -> str:
    lines = lines_of(code)
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].startswith("#")):
        lines.pop()
    return "".join(lines).rstrip() + "\n"


def _with_helpers(code: str, others: Iterable[Run]) -> str:
    """Code behind the definitions and imports of other stretches whose names it uses and does not bind."""
    tree = tree_of(code)
    if tree is None:
        return code
    have, needs = bound(tree.body) | BUILTINS, used(tree.body)
    pieces = [piece for run in others if not run.continues for piece in run.pieces]
    pool = [(piece.text, node) for piece in pieces for node in piece.nodes if isinstance(node, _HELPER)]
    # the last one, which may correct others; a stub only where nothing better is there
    order = sorted(range(len(pool)), key=lambda at: (is_stub(pool[at][1]), -at))
    taken: set[int] = set()
    while missing := needs - have:
        fits = (at for at in order if at not in taken and own_names(pool[at][1]) & (missing | {"*"}))
        number = next(fits, None)
        if number is None:
            break
        taken.add(number)
        node = pool[number][1]
        have |= own_names(node)
        needs |= used([node]) - bound([node])
    helpers = "\n".join(_source(*pool[at]) for at in sorted(taken))
    return joined(helpers, code)


def _source(text: str, node: ast.stmt) -> str:
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
    return "".join(lines_of(text)[first - 1 : node.end_lineno]).rstrip("\r\n") + "\n"


def _unfit(text: str, name: str | None) -> PythonAnswer:
    """Where nothing defines the name: the block that mentions it, or the text from its first line of code on."""
    text = without_thoughts(text)
    blocks = split(text)
    fenced = [block.text for block in _of_language(blocks)]
    if name is None and fenced:
        return PythonAnswer(fenced[0])
    head = re.compile(rf"^[ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+{re.escape(name or '')}", re.MULTILINE)
    call = re.compile(rf"\b{re.escape(name or '')}\s*\(")
    found = _HEAD.search(text) is not None
    for mark in (head, call):
        if fitting := [one for one in fenced if mark.search(one)]:
            return PythonAnswer(fitting[0], found)
    rest = "".join(block.text for block in blocks if block.tag is None)
    if head.search(rest):
        lines = lines_of(rest)
        start = next((number for number, line in enumerate(lines) if _START.match(line)), 0)
        return PythonAnswer("".join(lines[start:]))
    if fenced:
        return PythonAnswer(fenced[0], found)
    return PythonAnswer(text, found or (text[:1] in (" ", "\t") and bool(text.strip())))
