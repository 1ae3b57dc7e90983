"""The Java around one method: imports, the class with its fields and methods, and a stand-in for each unknown type."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from codereflect.programs.java_class.concode_class import Context

OWNER, ANCESTOR = "Target", "TargetBase"
PRIMITIVES = ("boolean", "byte", "char", "short", "int", "long", "float", "double")
# packages whose class is meant when several have one of that name; others follow in alphabetical order
PREFERRED = """
    java.lang java.util java.io java.util.function java.util.stream java.util.concurrent java.util.concurrent.atomic
    java.util.concurrent.locks java.util.regex java.util.logging java.net java.text java.math java.time java.nio
    java.nio.file java.nio.charset java.lang.reflect java.lang.annotation java.sql java.security org.w3c.dom
    org.xml.sax javax.xml.parsers java.awt java.awt.event java.awt.image java.awt.geom javax.swing
"""
_NAME = re.compile(r"(?<![\w$.])[A-Za-z_$][\w$]*")
_SWITCHED = {"int": "{0}", "long": "{0}L", "short": "{0}", "byte": "{0}", "char": "(char) {0}", "String": '"s{0}"'}


@dataclass
class Stub:
    """A type that nothing is known of but how it is used.

    `methods` and `fields`: name -> type, None where any type will do. `inner`: nested types.
    """

    arity: int = 0
    kind: str = "class"
    base: str | None = None
    interfaces: set[str] = field(default_factory=set)
    elements: str | None = None
    methods: dict[str, str | None] = field(default_factory=dict)
    fields: dict[str, str | None] = field(default_factory=dict)
    throws: dict[str, set[str]] = field(default_factory=dict)
    inner: dict[str, Stub] = field(default_factory=dict)

    def become(self, kind: str) -> bool:
        """Be another kind of type: `abstract class`, `@interface`. Returns True: it changed."""
        self.kind = kind
        return True


class JdkNames:
    """Public classes of the JDK by simple name."""

    def __init__(self, classes: Sequence[str]) -> None:
        """`classes`: full names."""
        rank = {package: place for place, package in enumerate(PREFERRED.split())}
        self._full: dict[str, str] = {}
        for name in sorted(classes, key=lambda name: (rank.get(name.rpartition(".")[0], len(rank)), name)):
            self._full.setdefault(name.rpartition(".")[2], name)

    def full(self, simple: str) -> str | None:
        """The full name, or None."""
        return self._full.get(simple)


@dataclass
class World:
    """Everything around a method. `switched` are fields that must be constants."""

    fields: dict[str, str]
    methods: dict[str, str]
    imports: dict[str, str] = field(default_factory=dict)
    stubs: dict[str, Stub] = field(default_factory=dict)
    own: Stub = field(default_factory=Stub)
    ancestor: Stub = field(default_factory=Stub)
    switched: set[str] = field(default_factory=set)

    def source(self, method: str) -> tuple[str, int]:
        """A compilation unit with a method in its place, and the index at which the method starts."""
        lines = [f"import {full};" for full in sorted(self.imports.values()) if not full.startswith("java.lang.")]
        lines += [f"import java.lang.{full[10:]};" for full in self.imports.values() if full.count(".") > 2
                  and full.startswith("java.lang.")]  # fmt: skip
        lines += _class(ANCESTOR, self.ancestor, "")
        for name, stub in self.stubs.items():
            lines += _class(name, stub, "")
        lines.append(f"class {OWNER} extends {ANCESTOR} {{")
        lines += [self._field(name, kind, place) for place, (name, kind) in enumerate(self.fields.items())]
        lines += [_method(name, kind, self.own.throws.get(name), "") for name, kind in self.methods.items()]
        lines += _members(self.own)
        head = "\n".join(lines) + "\n"
        return f"{head}{method}\n}}\n", len(head)

    def _field(self, name: str, kind: str, place: int) -> str:
        if name in self.switched and kind in _SWITCHED:
            return f"static final {kind} {name} = {_SWITCHED[kind].format(place + 1)};"
        return f"static {kind} {name};"


def first_world(context: Context, method: str, jdk: JdkNames) -> World:
    """The world of a row before javac was asked: its members, and imports for what the JDK knows."""
    world = World(
        {member.name: member.type for member in reversed(context.fields)},
        {member.name: member.type for member in reversed(context.methods)},
    )
    named = " ".join([method, *world.fields.values(), *world.methods.values()])
    for name in sorted(set(_NAME.findall(named))):
        full = jdk.full(name)
        if full is not None and full != f"java.lang.{name}":
            world.imports[name] = full
    return world


def _class(name: str, stub: Stub, modifiers: str) -> list[str]:
    letters = ", ".join(f"T{number}" for number in range(stub.arity))
    if stub.kind == "@interface":
        return [f'{modifiers}@interface {name} {{ String value() default ""; }}']
    head = f"{modifiers}{stub.kind} {name}{f'<{letters}>' if letters else ''}"
    head += f" extends {stub.base}" if stub.base else ""
    interfaces = sorted({*stub.interfaces, *([f"Iterable<{stub.elements}>"] if stub.elements else [])})
    head += f" implements {', '.join(interfaces)}" if interfaces else ""
    lines = [f"{head} {{", f"public {name}(Object... given) {{}}", *_members(stub)]
    if stub.elements:
        lines.append(f"public java.util.Iterator<{stub.elements}> iterator() {{ return null; }}")
    return [*lines, "}"]


def _members(stub: Stub) -> list[str]:
    lines = [f"public static {kind or 'Object'} {name};" for name, kind in stub.fields.items()]
    lines += [_method(name, kind, stub.throws.get(name), "static ") for name, kind in stub.methods.items()]
    for name, inner in stub.inner.items():
        lines += _class(name, inner, "static ")
    return lines


def _method(name: str, kind: str | None, throws: set[str] | None, modifiers: str) -> str:
    """A method that takes anything and, without a type, gives whatever is asked for."""
    thrown = f" throws {', '.join(sorted(throws))}" if throws else ""
    body = "{ }" if kind == "void" else "{ throw new Error(); }"
    result = f"<R> {'R'}" if kind is None else kind
    return f"public {modifiers}{result} {name}(Object... given){thrown} {body}"


def boxed(kind: str) -> str:
    """The class of a primitive type; other types as they are."""
    return {"int": "Integer", "char": "Character"}.get(kind, kind.capitalize() if kind in PRIMITIVES else kind)


def find_stub(stubs: Mapping[str, Stub], path: str) -> Stub | None:
    """The stub of a name such as `Outer.Inner`."""
    first, _, rest = path.partition(".")
    stub = stubs.get(first)
    return stub if stub is None or not rest else find_stub(stub.inner, rest)
