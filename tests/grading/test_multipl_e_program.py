"""Java answers in the forms in which they are published: each becomes the same right program."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codereflect.grading.assembly import Prepend, assemble
from codereflect.grading.case import given_case
from codereflect.grading.check import check
from codereflect.grading.java_reading import asked, owner
from codereflect.material import StopTokens
from codereflect.programs.java_file import read
from codereflect.records import Problem
from codereflect.sandbox.java.java_sandbox import probe_java
from codereflect.sandbox_params import SandboxLimits

IMPORTS = "import java.util.*;\nimport org.javatuples.*;\n"
HEAD = "    public static long rises(ArrayList<Long> xs) {\n"
PROMPT = IMPORTS + "class Problem {\n    // How often the next number is larger.\n" + HEAD
BODY = (
    "        long n = 0; // it's {\n        for (int i = 1; i < xs.size(); i++) {\n"
    "            if (xs.get(i) > xs.get(i - 1)) {\n                n++;\n            }\n        }\n        return n;\n"
)
METHOD = HEAD + BODY + "    }\n"
WHOLE = IMPORTS + "class Problem {\n" + METHOD + "}\n"
# the work is done by another method, `Problem.counted`
COUNTED = METHOD.replace("public", "private").replace("rises", "counted")
CALL = "        return counted(xs);\n"
CALLING = HEAD + CALL + "    }\n"
UTIL = "class Util {\n" + COUNTED.replace("private ", "") + "}\n"
MAIN = '    public static void main(String[] args) {\n        System.out.println("}");\n    }\n'
STUB = HEAD + "        throw new UnsupportedOperationException();\n    }\n"
JUNIT = (
    "import org.junit.Test;\n\npublic class RisesTest {\n    @Test\n    public void t() { assertEquals(1, 2); }\n}\n"
)
DOC = "    /*\n```java\n}}}\n```\n    */\n"
TEXTS = '        String t = """\n```\n}}}\n```\n            """; char c = \'}\'; // don\'t {\n'
TESTS = (
    IMPORTS + "class ProblemTests_ {\n    public static void main(String[] args) {\n"
    "    assert(rises((new ArrayList<Long>(Arrays.asList((long)1l, (long)5l, (long)3l, (long)4l)))) == (2l));\n"
    "    assert(rises((new ArrayList<Long>(Arrays.asList()))) == (0l));\n    }\n}\n"
)
PROBLEM = Problem(
    task_id="HumanEval_901_rises", suite="humaneval-java", language="java", category="c", prompt=PROMPT,
    entry_point="rises", hidden_tests=[TESTS], material=StopTokens(tokens=("\n    }\n",)),
)  # fmt: skip


def became(text: str, prepend: Prepend = "auto") -> str:
    return assemble(PROBLEM, text, prepend=prepend).code


def fenced(code: str, tag: str = "java") -> str:
    return f"```{tag}\n{code}```\n"


def margin(code: str) -> str:
    return re.sub(r"^ +", "", code, flags=re.MULTILINE)


FORMS = {
    # the prompt and the body up to the stop token
    "published": (PROMPT + BODY).rstrip(),
    "published, file mark": PROMPT + BODY + "<file_sep>",
    "published, goes on": PROMPT + BODY + "    }\n\n" + MAIN + "    public static void more(",
    "published, fenced": fenced(PROMPT + BODY),
    # whole files
    "file": WHOLE,
    "file, Java fence": fenced(WHOLE, "Java"),
    "file, fence without a tag": "Here it is:\n\n" + fenced(WHOLE, "") + "It's O(n) {fast}.\n",
    "file, tildes": f"~~~java\n{WHOLE}~~~",
    "file, fence never closed": "```java\n" + WHOLE,
    "file, sentences": "Here is the file:\n\n" + WHOLE + "\nThis works since it's simple.\n",
    "file, thought": "<think>\n```java\nclass Problem {}\n```\n</think>\n" + fenced(WHOLE),
    "file, public and named": fenced(WHOLE.replace("class Problem", "public final class Solution")),
    "file, package": "package com.example;\n\n" + WHOLE,
    "file, no imports": WHOLE.removeprefix(IMPORTS),
    "file, imports behind": fenced("class Problem {\n" + METHOD + "}\n" + IMPORTS),
    "file, imports twice": IMPORTS + "import static java.lang.Math.*;\n" + WHOLE,
    "file, braces too many": fenced(WHOLE + "}\n}\n"),
    "file, CRLF": fenced(WHOLE).replace("\n", "\r\n"),
    "file, tabs": WHOLE.replace("    ", "\t"),
    "file, byte order mark": "\ufeff" + WHOLE,
    "file, byte order mark in a fence": fenced("\ufeff" + WHOLE),
    "file, end mark": WHOLE + "<|endoftext|>import more;\nclass Problem {}",
    "file, main": fenced(WHOLE[:-2] + MAIN + "}\n" + "\npublic class Main {\n" + MAIN + "}\n"),
    "file, inner classes": WHOLE[:-2] + "    static class Node { int v; }\n    interface Op { int f(int a); }\n}\n",
    "inner class": IMPORTS
    + f"public class Main {{\n    private static class Solution {{\n{METHOD}    }}\n{MAIN}}}\n",
    # methods
    "method": METHOD,
    "method, cut": METHOD.rstrip()[:-1],
    "method, at the margin": fenced(margin(METHOD)),
    "method, brace below": fenced(METHOD.replace("xs) {", "xs)\n    {")),
    "method, fence in a comment": fenced(DOC + METHOD),
    "method, fence in a comment, unfenced": DOC + METHOD,
    "method, texts": fenced(HEAD + TEXTS + BODY + "    }\n"),
    "method, import": fenced("package a.b;\nimport java.util.stream.*;\n\n" + METHOD + "\nimport java.util.List;\n"),
    "method, imports in a block": fenced("import java.util.*;\n") + "and\n" + fenced(METHOD),
    "method, statements": fenced(METHOD + "\nArrayList<Long> xs = null;\nassert rises(xs) == 1;\n"),
    "method, main": fenced(METHOD + "\n" + MAIN),
    "method, main in a block": fenced(METHOD) + "Usage:\n" + fenced("public class Main {\n" + MAIN + "}\n"),
    "method, main in a block before": fenced("public class Main {\n" + MAIN + "}\n") + fenced(METHOD),
    "method, tests": fenced(METHOD + "\n" + JUNIT),
    "method, tests in a block": fenced(METHOD) + fenced(JUNIT),
    "method, stub before": fenced(STUB) + fenced(METHOD),
    "method, stub behind": fenced(METHOD) + fenced("class Problem {\n" + STUB + "}\n"),
    "method, other language": fenced(METHOD) + fenced("java Problem\n", "bash"),
    "method, in a line": "It is ```java " + " ".join(re.sub("//.*", "", METHOD).split("\n")) + " ```.",
    # bodies
    "body": BODY.rstrip(),
    "body, closed": BODY + "    }\n}\n",
    "body, closed too often": BODY + "    }\n}\n}\n",
    "body, closed in its line": BODY.rstrip() + " }",
    "body, at the margin": margin(BODY) + "}\n}",
    "body, tabs": BODY.replace("    ", "\t") + "\t}\n",
    "body, CRLF": (BODY + "    }\n}\n").replace("\n", "\r\n"),
    "body, import": "import java.util.List;\n\n" + BODY + "    }\n",
    "body, texts": fenced(TEXTS + BODY),
    "body, sentence before": "The body:\n\n" + BODY + "    }\n",
    "body, sentence behind": BODY + "\nThis counts them, doesn't it?\n",
    "body, fence of the prompt": BODY + "    }\n}\n```\n\nThis counts them.\n",
    "body, goes on": BODY + "    }\n\n    /**\n     * Another",
    "body, again": BODY + "    }\n\n" + METHOD + "}\n",
    "body, end marks": BODY + "    }\n}<|im_end|>\n</s>",
    "body, DeepSeek's mark": BODY + "    }\n}<\uff5cend\u2581of\u2581sentence\uff5c>",
    # helpers
    "helper before": COUNTED + CALLING,
    "helper behind": fenced(CALLING + "\n" + COUNTED),
    "helper in a block before": "A helper:\n" + fenced(COUNTED) + "and\n" + fenced(CALLING),
    "helper in a block behind": fenced(CALLING) + "with\n" + fenced(COUNTED),
    "helper beside a file": fenced(WHOLE.replace(METHOD, CALLING)) + fenced(COUNTED),
    "helper behind a body": CALL + "    }\n\n" + COUNTED,
    "helper behind a body, closed": fenced(CALL + "    }\n\n" + COUNTED + "}\n"),
    "helper behind a body, goes on": PROMPT + CALL + "    }\n\n" + COUNTED + "\n    public void",
    "helper of a body in a block": fenced(CALL) + "and\n" + fenced(COUNTED),
    "helper class": fenced(UTIL + "\n" + CALLING.replace("counted", "Util.counted")),
    "helper class in a block": fenced(UTIL) + fenced(CALLING.replace("counted", "Util.counted")),
    "helper in a class of the same name": fenced("class Problem {\n" + COUNTED + "}\n")
    + fenced("class Problem {\n" + CALLING + "}\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_every_form_is_one_file_with_the_method(name: str) -> None:
    code = became(FORMS[name])
    file = read(code)
    assert file.clean and not {piece.kind for piece in file.pieces} - {"import", "type"}, code
    assert "UnsupportedOperation" not in code and "junit" not in code
    assert owner(code, asked(PROMPT, "rises")) == ("Solution" if "named" in name else "Problem")
    assert len(re.findall(r"\brises\(ArrayList<Long> xs\)", code)) == 1


@pytest.mark.slow
@pytest.mark.skipif(probe_java().version is None, reason=probe_java().reason)
def test_every_form_of_a_right_answer_passes() -> None:
    limits = SandboxLimits(cpu_seconds=3.0, memory_mb=256, output_kb=64, allow_weak=False, max_invalid=0.0)
    cases = [given_case(PROBLEM, became(text), index) for index, text in enumerate(FORMS.values())]
    wrong = [given_case(PROBLEM, became(text.replace(" > ", " < ")), 1000 + n) for n, text in enumerate(FORMS.values())]
    found = check([*cases, *wrong], limits, 2).verdicts
    told = {
        name: found[case.of].feedback
        for name, case in zip(FORMS, cases, strict=True)
        if found[case.of].outcome != "pass"
    }
    assert not told
    assert {found[case.of].outcome for case in wrong} == {"fail"}


@pytest.mark.parametrize(
    "code",
    [
        WHOLE,
        WHOLE.replace("class Problem", "public class Solution"),
        IMPORTS + "class Problem {\n" + DOC + METHOD + MAIN + "}\nclass Other { }\n",
        "import java.util.*;\n\nclass Problem { static long rises(List<Long> xs) { return 0; } } // ```\n",
    ],
)
def test_whole_files_stay_as_they_are(code: str) -> None:
    for prepend in ("auto", "no"):
        assert became(code, prepend) == code


def test_an_overload_is_a_helper() -> None:
    helper = "    private static long rises(ArrayList<Long> xs, int i) { return 0; }\n"
    code = became(fenced(HEAD + "        return rises(xs, 0);\n    }\n") + fenced(helper))
    assert code.count("rises(") == 3


def test_what_is_cut_off_inside_is_not_closed() -> None:
    # only the braces that the stop token takes away are added: this stays no Java
    code = became(PROMPT + BODY.split("n++")[0] + "return n;")
    assert not read(code).clean


PIECES = [
    WHOLE,
    METHOD,
    BODY,
    COUNTED,
    CALLING,
    STUB,
    MAIN,
    DOC,
    TEXTS,
    "```",
    "```java\n",
    "\n",
    "}",
    "{",
    "/*",
    '"""',
]
PIECES += ["Words, it's so.\n", "<|im_end|>", "\ufeff", "\ud800", "\r", "return", "rises(", "class ", "static { }", "'"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), st.sampled_from(["auto", "yes", "no"]))
def test_no_answer_makes_it_raise(answer: str, prepend: str) -> None:
    owner(became(answer, prepend), asked(PROMPT, "rises"))


@pytest.mark.parametrize(
    "text",
    ["rises(" * 20_000, "rises() {" * 10_000, "{" * 150_000, "}" * 150_000, "```\n" * 40_000, "/*" * 70_000,
     "return 1;\n" * 15_000, "import a;\n" * 15_000, "<|a|>" * 30_000, "class A {\n" * 10_000, '"""\n```\n' * 15_000],
    ids=range(11),
)  # fmt: skip
def test_long_answers_take_no_long_time(text: str) -> None:
    started = time.process_time()
    became(text)
    assert time.process_time() - started < 5
