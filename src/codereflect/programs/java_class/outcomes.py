"""Which texts compile in a class rebuilt around their reference.

Nobody can run CONCODE's methods: the classes they belong to are not part of the data. But javac can be asked. A world
is built per row until the reference compiles in it. Compiling says that names and types fit what the row says and the
reference needs, nothing about behaviour.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from queue import SimpleQueue

from codereflect.fanout import ordered_map
from codereflect.programs import java_syntax
from codereflect.programs.java_class.compiling import build_world, compiles
from codereflect.programs.java_class.concode_class import parse_context
from codereflect.programs.java_class.world import JdkNames, World
from codereflect.sandbox.java.javac import JavaCompiler, JavaError

SYNTAX = "does not parse"
_SHAPES = """
    expected expected2 expected3 expected4 illegal.start.of.expr illegal.start.of.type illegal.start.of.stmt not.stmt
    else.without.if catch.without.try finally.without.try try.without.catch.finally.or.resource.decls orphaned
    premature.eof class.not.allowed variable.not.allowed unclosed.str.lit unclosed.char.lit illegal.char
"""
# javac's codes of errors in words
REASONS = {
    "compiler.err.cant.resolve.location": "unknown name",
    "compiler.err.cant.resolve.location.args": "unknown method",
    "compiler.err.prob.found.req": "types do not fit",
    "compiler.err.cant.apply.symbol": "arguments do not fit",
    "compiler.err.cant.apply.symbols": "no overload fits the arguments",
    "compiler.err.abstract.cant.be.instantiated": "an abstract type is made with new",
    "compiler.err.does.not.override.abstract": "abstract methods are missing",
    "compiler.err.type.doesnt.take.params": "a type takes no parameters",
    "compiler.err.not.within.bounds": "a type argument is out of bounds",
    "compiler.err.override.meth": "a method cannot be overridden so",
    "compiler.err.method.does.not.override.superclass": "nothing is overridden",
    "compiler.err.doesnt.exist": "unknown package",
    "compiler.err.operator.cant.be.applied.1": "operands do not fit",
    "compiler.err.incomparable.types": "types cannot be compared",
    "compiler.err.unreported.exception.need.to.catch.or.throw": "an exception is not caught",
    "compiler.err.missing.ret.stmt": "no return at the end",
    "compiler.err.already.defined": "a name is defined twice",
    "compiler.err.cant.resolve": "unknown name",
    "compiler.err.cant.resolve.args": "unknown method",
    "compiler.err.var.might.not.have.been.initialized": "a variable may have no value",
    "compiler.err.void.not.allowed.here": "a call without a value is used as one",
    "compiler.err.invalid.meth.decl.ret.type.req": "no return type",
    "compiler.err.cant.deref": "a value without members is asked for one",
    "syntax": SYNTAX,
    # shapes that tree-sitter takes and javac does not
    **dict.fromkeys((f"compiler.err.{code}" for code in _SHAPES.split()), SYNTAX),
}
# what javac adds where types do not fit
_RETURNED = {
    "unexpected return value": "a void method returns a value",
    "missing return value": "a method with a result returns none",
}
_SYMBOL = re.compile(r"symbol:\s+(?:class|variable|method|constructor) ([\w$]+)")
_FIRST = re.compile(r"^(?:method|constructor|variable|class) ([\w$]+)")


@dataclass(frozen=True)
class Row:
    """A row's context (`nl`), its reference and the answer to it."""

    nl: str
    reference: str
    prediction: str


@dataclass(frozen=True)
class Refusal:
    """Why a text does not compile: javac's reason in words, and the name it speaks of where it names one."""

    reason: str
    name: str = ""


@dataclass(frozen=True)
class Outcome:
    """Whether the reference compiles, and if so whether the prediction does; the reason where not, and its name."""

    reference: bool
    prediction: bool | None
    reason: str
    name: str = ""


def compile_outcomes(rows: Sequence[Row], workers: int | None = None) -> Iterator[Outcome]:
    """Compile all references, and the predictions where the reference compiles, in the order of the rows.

    Raises:
        UserError: there is no Java that can be used (`sandbox.java.java_sandbox.probe_java` tells before).
        SandboxError: the compiler failed.
    """
    cores = sorted(os.sched_getaffinity(0))
    count = workers or len(cores)
    idle: SimpleQueue[JavaCompiler] = SimpleQueue()
    compilers = [JavaCompiler(cores[index % len(cores)]) for index in range(count)]
    try:
        names = JdkNames(compilers[0].jdk_classes())
        for compiler in compilers:
            idle.put(compiler)
        yield from ordered_map(lambda row: _outcome(row, names, idle), rows, count, "thread")
    finally:
        for compiler in compilers:
            compiler.close()


def _outcome(row: Row, names: JdkNames, idle: SimpleQueue[JavaCompiler]) -> Outcome:
    compiler = idle.get()
    try:
        built = build_world(parse_context(row.nl), row.reference, names, compiler.errors)
        if not built.good:
            return Outcome(False, None, reason(built.errors[0].code))
        told = against(built.world, row.prediction, row.reference, compiler)
        return Outcome(True, True, "") if told is None else Outcome(True, False, told.reason, told.name)
    finally:
        idle.put(compiler)


def against(world: World, prediction: str, reference: str, compiler: JavaCompiler) -> Refusal | None:
    """Why a prediction does not compile in a world; None when it does."""
    if prediction.split() == reference.split():
        return None
    # a text that closes the class and opens another would be no method of it
    if not java_syntax.parses(prediction):
        return Refusal(SYNTAX)
    errors = compiles(world, prediction, compiler.errors)
    if not errors:
        return None
    returned = next((words for told, words in _RETURNED.items() if errors[0].message.endswith(told)), None)
    return Refusal(returned or reason(errors[0].code), _name(errors[0]))


def reason(code: str) -> str:
    """An error's code in words."""
    return REASONS.get(code, code.removeprefix("compiler.err.").replace(".", " "))


def _name(error: JavaError) -> str:
    """The name that an error is about; empty where its message starts with no such."""
    found = _SYMBOL.search(error.message) or _FIRST.search(error.message)
    return found[1] if found else ""
