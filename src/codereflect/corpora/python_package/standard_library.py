"""Which parts of the standard library only compute.

A function that reads files, starts processes, opens sockets or looks at its surroundings gives other results in the
sandbox than where it was written, so a test that records its results says nothing. Clocks and random numbers are let
through: whether a function does the same twice is found out by running it.
"""

from __future__ import annotations

import ast
import sys

from codereflect.corpora.python_package.function_facts import dotted

PURE = {
    *("__future__", "abc", "argparse", "array", "ast", "base64", "binascii", "bisect", "builtins", "calendar", "cmath"),
    *("collections", "colorsys", "contextlib", "copy", "csv", "dataclasses", "datetime", "decimal", "difflib", "enum"),
    *("errno", "fnmatch", "fractions", "functools", "graphlib", "hashlib", "heapq", "hmac", "html", "inspect", "io"),
    *("ipaddress", "itertools", "json", "keyword", "logging", "math", "numbers", "operator", "pprint", "random", "re"),
    *("reprlib", "secrets", "shlex", "statistics", "string", "stringprep", "struct", "textwrap", "time", "token"),
    *("tokenize", "traceback", "types", "typing", "unicodedata", "urllib.parse", "uuid", "warnings", "weakref"),
    *("xml.etree", "zlib", "posixpath", "ntpath"),
}
# what only looks at the text of a path, or tells what is the same everywhere
_PURE_MEMBERS = {
    "os.path": {
        *("basename", "commonpath", "commonprefix", "dirname", "isabs", "join", "normcase", "normpath", "split"),
        *("splitdrive", "splitext", "sep", "altsep", "extsep", "pardir", "curdir"),
    },
    "os": {"sep", "linesep", "altsep", "extsep", "pardir", "curdir", "PathLike", "fspath"},
    "sys": {"maxsize", "version_info", "float_info", "byteorder"},
}
POWERFUL = {"open", "input", "exec", "eval", "compile", "__import__", "breakpoint", "exit", "quit", "globals"}


def is_standard(module: str) -> bool:
    """Whether a module comes with Python."""
    return module.partition(".")[0] in sys.stdlib_module_names


def only_computes(module: str, member: str = "") -> bool:
    """Whether importing this module, or this member of it, gives nothing that reaches outside of the program."""
    if module in _PURE_MEMBERS:
        return member in _PURE_MEMBERS[module]
    parts = f"{module}.{member}".split(".")
    return any(".".join(parts[:length]) in PURE for length in range(1, len(parts) + 1))


def module_reaches_out(bound: str, module: str, node: ast.stmt) -> bool:
    """Whether a statement uses a module, bound to a name, for more than computing.

    Of `os` and `sys` every use is looked at: `os.path.join` only joins texts.
    """
    if only_computes(module):
        return False
    if module not in _PURE_MEMBERS:
        return True
    inside = {id(one.value) for one in ast.walk(node) if isinstance(one, ast.Attribute)}
    chains = (one for one in ast.walk(node) if isinstance(one, ast.Attribute | ast.Name) and id(one) not in inside)
    used = [parts for chain in chains if (parts := (dotted(chain) or "").split("."))[0] == bound]
    return not all(_is_pure_use(module, parts[1:]) for parts in used)


def _is_pure_use(module: str, members: list[str]) -> bool:
    if module == "os" and members[:1] == ["path"]:
        return _is_pure_use("os.path", members[1:])
    return bool(members) and members[0] in _PURE_MEMBERS[module]
