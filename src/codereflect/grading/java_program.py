"""Java methods that are executed: the program around an answer, and the unit that tests it.

A program is the class of the prompt (java_frame.py) with the answer as a member and the entrance that tests call. The
class is written from the prompt and the reference alone; an answer that does not fit it does not compile.
"""

from __future__ import annotations

from collections.abc import Sequence

from codereflect.programs import java_syntax
from codereflect.programs.java_frame import ENTRANCE, frame
from codereflect.records import Problem

OWNER, TESTS_CLASS = "Subject", "SubjectTests"
IMPORTS = "import java.util.*; import java.util.function.*; import java.util.stream.*;"
_DEFAULTS = {"void": "", "boolean": "return false;", "int": "return 0;", "long": "return 0;", "double": "return 0;"}


def program(problem: Problem, code: str) -> str:
    """The compilation unit of an answer. One that is no method of a class becomes a unit that says so to javac."""
    if not java_syntax.parses(code):
        return f"class {OWNER} {{ the answer is not a method }}\n"
    around = frame(problem.prompt, problem.reference or "")
    lines = [IMPORTS, f"class {OWNER} {{", *(f"{kind} {name};" for kind, name in around.fields)]
    lines += [_method(head) for head in around.methods]
    taken = ", ".join(f"{kind} {name}_" for kind, name in around.arguments)
    passed = ", ".join(f"{name}_" for _, name in around.parameters)
    lines.append(f"static {around.result} {ENTRANCE}({taken}) {{ {OWNER} it = new {OWNER}();")
    lines += [f"it.{name} = {name}_;" for _, name in around.fields]
    lines.append(f"return it.{around.name}({passed}); }}")
    return "\n".join([*lines, code, "}", ""])


def _method(head: str) -> str:
    kind = head.split("(")[0].split()[0]
    return f"{head} {{ {_DEFAULTS.get(kind, 'return null;')} }}"


def tests_unit(assertions: Sequence[str]) -> str:
    """The compilation unit of hidden tests: Java statements that call the entrance."""
    body = "\n".join(assertions)
    return f"{IMPORTS}\nclass {TESTS_CLASS} {{ public static void main(String[] arguments) {{\n{body}\n}} }}\n"
