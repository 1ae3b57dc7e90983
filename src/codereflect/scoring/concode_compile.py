"""How many predictions for CONCODE compile, in a class rebuilt around each reference (`tasks.java_class`).

Nobody can run CONCODE's methods: the classes they belong to are not part of the data. But javac can be asked. A world
is built per row until the reference compiles in it; the rate is over the rows where that worked. Compiling says that
names and types fit what the reference needs, nothing about behaviour.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from codereflect.sandbox.java.compiler import JavaCompiler
from codereflect.scoring import java_syntax
from codereflect.tasks.java_class import World, build_world, parse_context
from codereflect.tasks.java_class.compiling import compiles
from codereflect.tasks.java_class.world import JdkNames

DECIMALS = 6
COMMONEST = 8
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
    "syntax": "does not parse",
}


@dataclass(frozen=True)
class Row:
    """A row's context (`nl`), its reference and the answer to it."""

    nl: str
    reference: str
    prediction: str


@dataclass(frozen=True)
class Outcome:
    """Whether the reference compiles, and if so whether the prediction does; reasons where not."""

    reference: bool
    prediction: bool | None
    reason: str


def compile_outcomes(rows: Sequence[Row], workers: int | None = None) -> Iterator[Outcome]:
    """Compile all references, and the predictions where the reference compiles, in the order of the rows.

    Raises:
        UserError: there is no Java that can be used (`sandbox.java.client.probe_java` tells before).
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
        with ThreadPoolExecutor(count) as pool:
            yield from pool.map(lambda row: _outcome(row, names, idle), rows)
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
        return Outcome(True, told is None, told or "")
    finally:
        idle.put(compiler)


def against(world: World, prediction: str, reference: str, compiler: JavaCompiler) -> str | None:
    """Why a prediction does not compile in a world; None when it does."""
    if prediction.split() == reference.split():
        return None
    # a text that closes the class and opens another would be no method of it
    if not java_syntax.parses(prediction):
        return REASONS["syntax"]
    errors = compiles(world, prediction, compiler.errors)
    return reason(errors[0].code) if errors else None


def reason(code: str) -> str:
    """An error's code in words."""
    return REASONS.get(code, code.removeprefix("compiler.err.").replace(".", " "))


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Figures for metrics.json: the compile rate in percent with its denominator, and the commonest reasons."""
    compilable = [outcome for outcome in outcomes if outcome.reference]
    figures: dict[str, Any] = {"n_compilable": len(compilable)}
    if compilable:
        rate = sum(outcome.prediction is True for outcome in compilable) / len(compilable)
        figures["java_compiles"] = round(100 * rate, DECIMALS)
    figures["compile_errors"] = _commonest(outcome.reason for outcome in compilable if not outcome.prediction)
    figures["reference_errors"] = _commonest(outcome.reason for outcome in outcomes if not outcome.reference)
    return figures


def _commonest(reasons: Iterator[str]) -> dict[str, int]:
    return dict(sorted(Counter(reasons).items(), key=lambda pair: (-pair[1], pair[0]))[:COMMONEST])
