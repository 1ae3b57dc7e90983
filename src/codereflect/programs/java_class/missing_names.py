"""What a world lacks, read off javac's errors about the reference: each kind of error has one remedy.

A remedy adds a type, a member or a relation that the row does not mention. Members get the type that their place asks
for; where any type will do, a method is generic in what it returns.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from codereflect.programs.java_class.syntax import (
    FRESH,
    element_type,
    expression_at,
    is_super,
    is_type_name,
    member_name,
    parse,
    plain_name,
    text_of,
    type_path,
    wanted_type,
)
from codereflect.programs.java_class.world import ANCESTOR, OWNER, PRIMITIVES, JdkNames, Stub, World, boxed, find_stub
from codereflect.sandbox.java.javac import JavaError

# Classes of the JDK that a name certainly means: what does not fit them is no reason to think of another class.
_CERTAIN = """
    List Map Set Collection Collections ArrayList LinkedList HashMap TreeMap HashSet Iterator Arrays Optional
"""
_SYMBOL = re.compile(r"symbol:\s+(class|variable|method|constructor) ([\w$]+)")
_LOCATION = re.compile(r"location: (?:variable \S+ of type|class|interface|enum|package) (\S+)")
_CONVERTED = re.compile(r"(\S+) cannot be converted to (\S+)")
_FOUND = re.compile(r"found:\s+(\S+)")
_OPERANDS = re.compile(r"first type:\s+(\S+)\s+second type:\s+(\S+)")
_NEVER = re.compile(r"exception (\S+) is never thrown")
_IN_CLASS = re.compile(r"in (?:class|interface|enum) ([\w.$]+)")

_NO_OVERLOAD = re.compile(r"(?:method|constructor) ([\w.$]+)\.\w+\(")


class MissingNames:
    """Changes a world so that errors go away."""

    def __init__(self, world: World, jdk: JdkNames) -> None:
        """`world` is changed in place."""
        self.world, self.jdk = world, jdk
        self._tree: Any = None
        remedies: dict[Callable[[JavaError], bool], str] = {
            self._symbol: "cant.resolve cant.resolve.args cant.resolve.location cant.resolve.location.args "
            "cant.resolve.location.args.params",
            self._package: "doesnt.exist",
            self._conversion: "prob.found.req",
            self._elements: "foreach.not.applicable.to.type",
            self._operands: "operator.cant.be.applied.1 incomparable.types",
            self._negated: "operator.cant.be.applied",
            self._thrown: "except.never.thrown.in.try",
            self._other_class: "cant.apply.symbol cant.apply.symbols abstract.cant.be.instantiated report.access "
            "cant.inherit.from.final",
            self._ambiguous: "ref.ambiguous",
            self._dereferenced: "cant.deref",
            self._array: "array.req.but.found",
            self._constant: "const.expr.req string.const.req",
            self._arity: "cant.apply.diamond.1 wrong.number.type.args type.doesnt.take.params",
            self._interface: "no.intf.expected.here",
            self._abstract: "does.not.override.abstract",
            self._hidden: "not.def.public not.def.public.cant.access",
        }
        self._remedies = {f"compiler.err.{name}": one for one, names in remedies.items() for name in names.split()}

    def supply(self, source: str, errors: list[JavaError]) -> bool:
        """Apply the remedies for errors; False when none of them changed anything."""
        self._tree = parse(source)
        self._source = source
        changed = False
        for error in errors:
            remedy = self._remedies.get(error.code)
            changed = bool(remedy and remedy(error)) or changed
        return changed

    # names that nothing declares

    def _symbol(self, error: JavaError) -> bool:
        symbol = _SYMBOL.search(error.message)
        if symbol is None:
            return False
        kind, name = symbol.groups()
        found = _LOCATION.search(error.message)
        location = plain_name(found[1]) if found else OWNER
        node = self._node(error.place)
        if kind == "class":
            return self._type(name, location)
        if kind == "variable":
            if location == OWNER and is_type_name(name, node):
                return self._type(name, location)
            return self._member(location, name, self._wanted(expression_at(node)), "fields", node)
        return self._member(location, name, self._wanted(expression_at(node), generic=True), "methods", node)

    def _type(self, name: str, location: str) -> bool:
        outer = find_stub(self.world.stubs, location)
        if outer is not None:
            return _put(outer.inner, name, Stub(self._arguments(name)))
        full = self.jdk.full(name)
        if full is not None and name not in self.world.imports and name not in self.world.stubs:
            self.world.imports[name] = full
            return True
        return _put(self.world.stubs, name, Stub(self._arguments(name)))

    def _package(self, error: JavaError) -> bool:
        """`Outer.Inner` with an unknown `Outer` reads as a package; and types in a package can be nested types."""
        node = self._node(error.place)
        while node is not None and node.type not in ("scoped_type_identifier", "field_access", "method_invocation"):
            node = node.parent
        path = type_path(node)
        if not path:
            return False
        stubs, changed = self.world.stubs, False
        for name in path:
            changed = _put(stubs, name, Stub(self._arguments(name))) or changed
            stubs = stubs[name].inner
        return changed

    def _member(self, location: str, name: str, kind: str | None, table: str, node: Any) -> bool:
        if location == OWNER:
            inherited = is_super(expression_at(node))
            return _put(getattr(self.world.ancestor if inherited else self.world.own, table), name, kind)
        if location == ANCESTOR:
            return _put(getattr(self.world.ancestor, table), name, kind)
        stub = find_stub(self.world.stubs, location)
        if stub is not None:
            return _put(getattr(stub, table), name, kind)
        if location == "Object":
            return self._dereferenced_node(node)
        return self._demote(location)

    def _demote(self, location: str) -> bool:
        """A class of the JDK that lacks what is asked of it was the wrong one of that name."""
        name = location.rpartition(".")[2]
        if name not in self.world.imports or name in _CERTAIN.split():
            return False
        del self.world.imports[name]
        return _put(self.world.stubs, name, Stub(self._arguments(name)))

    # types of what was added before

    def _dereferenced(self, error: JavaError) -> bool:
        return self._dereferenced_node(self._node(error.place))

    def _dereferenced_node(self, node: Any) -> bool:
        """Something is asked of a value of no particular type: it gets a type of its own."""
        owner = expression_at(node)
        receiver = owner.child_by_field_name("object") if owner is not None else None
        return receiver is not None and self._retype(receiver, None)

    def _retype(self, node: Any, kind: str | None) -> bool:
        """Give the added member behind an expression a type; None: a new one."""
        while node is not None and node.type == "parenthesized_expression":
            node = node.named_children[0]
        name = member_name(node)
        if name is None:
            return False
        for stub in self._all_stubs():
            for table in (stub.methods, stub.fields):
                if name in table and table[name] in (None, "Object"):
                    table[name] = kind or self._fresh(name)
                    return True
        return False

    def _wanted(self, node: Any, generic: bool = False) -> str | None:
        kind = wanted_type(node, generic)
        return None if kind is None else self._named(kind, node)

    def _named(self, kind: str, node: Any) -> str:
        return self._fresh(member_name(node) or "some") + kind if kind.strip("[]") == FRESH else kind

    def _fresh(self, name: str) -> str:
        kind = f"{name[:1].upper()}{name[1:]}Value"
        self.world.stubs.setdefault(kind, Stub())
        return kind

    def _all_stubs(self) -> list[Stub]:
        found, waiting = [], [self.world.own, self.world.ancestor, *self.world.stubs.values()]
        while waiting:
            stub = waiting.pop()
            found.append(stub)
            waiting.extend(stub.inner.values())
        return found

    def _conversion(self, error: JavaError) -> bool:
        found = _CONVERTED.search(error.message)
        if found is None:
            return False
        have, want = plain_name(found[1]), plain_name(found[2])
        if have == OWNER:
            return self._extend(ANCESTOR, self.world.ancestor, want)
        stub = find_stub(self.world.stubs, have)
        if stub is not None and want not in PRIMITIVES and not want.endswith("[]"):
            return self._extend(have, stub, want)
        node = self._node(error.place, expression=True)
        if have in ("Object", "java.lang.Object") or stub is not None:
            return self._retype(node, found[2]) or self._argument_of_other(node)
        return self._argument_of_other(node)

    def _argument_of_other(self, node: Any) -> bool:
        """An argument that does not fit a class of the JDK: another class of that name is meant."""
        while node is not None and node.type != "argument_list":
            node = node.parent
        owner = node.parent if node is not None else None
        if owner is None:
            return False
        if owner.type == "object_creation_expression":
            return self._demote(text_of(owner.child_by_field_name("type")).split("<")[0].strip())
        return self._demote(text_of(owner.child_by_field_name("object")))

    def _extend(self, name: str, stub: Stub, base: str) -> bool:
        if base in ("java.lang.Throwable", "java.lang.Exception"):
            base = "RuntimeException"
        if base == "java.lang.annotation.Annotation":
            return stub.kind == "class" and stub.become("@interface")
        if stub.base is not None or base == name or not base.replace(".", "").isalnum():
            return False
        seen: str | None = base
        while seen is not None:
            if seen == name:
                return False
            other = find_stub(self.world.stubs, seen)
            seen = other.base if other else None
        stub.base = base
        return True

    def _elements(self, error: JavaError) -> bool:
        found = _FOUND.search(error.message)
        node = self._node(error.place)
        while node is not None and node.type != "enhanced_for_statement":
            node = node.parent
        if node is None or found is None:
            return False
        kind = boxed(text_of(node.child_by_field_name("type")))
        stub = find_stub(self.world.stubs, plain_name(found[1]))
        if stub is not None and stub.elements is None:
            stub.elements = kind
            return True
        return self._retype(node.child_by_field_name("value"), f"Iterable<{kind}>")

    def _operands(self, error: JavaError) -> bool:
        node = self._node(error.place)
        while node is not None and node.type not in ("binary_expression", "assignment_expression"):
            node = node.parent
        types = _OPERANDS.search(error.message)
        if node is None:
            return False
        given = list(types.groups()) if types else ["Object", "Object"]
        sides = [node.child_by_field_name(name) for name in ("left", "right")]
        operator = text_of(node.child_by_field_name("operator"))
        default = "boolean" if operator in ("&&", "||") else "int"
        changed = False
        for side, own, other in zip(sides, given, reversed(given), strict=True):
            known = other if other in PRIMITIVES or other == "String" else default
            if own not in PRIMITIVES and own != "String" and side is not None:
                changed = self._retype(side, "String" if known == "String" and operator != "+" else known) or changed
        return changed

    def _negated(self, error: JavaError) -> bool:
        node = self._node(error.place)
        while node is not None and node.type not in ("unary_expression", "update_expression"):
            node = node.parent
        if node is None:
            return False
        kind = "boolean" if text_of(node).startswith("!") else "int"
        return self._retype(node.child_by_field_name("operand") or node.named_children[0], kind)

    def _array(self, error: JavaError) -> bool:
        node = self._node(error.place)
        while node is not None and node.type != "array_access":
            node = node.parent
        if node is None:
            return False
        return self._retype(
            node.child_by_field_name("array"), self._named(f"{element_type(node)}[]", node.child_by_field_name("array"))
        )

    def _ambiguous(self, error: JavaError) -> bool:
        """Overloads such as println(char[]) and println(String): a generic result fits both."""
        node = self._node(error.place)
        while node is not None and node.type not in ("method_invocation", "object_creation_expression"):
            node = node.parent
        arguments = node.child_by_field_name("arguments") if node is not None else None
        if arguments is None:
            return False
        return any(self._retype(argument, "String") for argument in arguments.named_children)

    def _thrown(self, error: JavaError) -> bool:
        """A checked exception that is caught must be thrown by something in the block."""
        found = _NEVER.search(error.message)
        node = self._node(error.place)
        while node is not None and node.type not in ("try_statement", "try_with_resources_statement"):
            node = node.parent
        if found is None or node is None:
            return False
        name = plain_name(found[1])
        stub = find_stub(self.world.stubs, name)
        if stub is not None and stub.base is None:
            stub.base = "RuntimeException"
            return True
        waiting = list(node.named_children)
        while waiting:
            part = waiting.pop(0)
            called = member_name(part) if part.type == "method_invocation" else None
            for owner in self._all_stubs():
                known = owner.methods if owner is not self.world.own else {**self.world.methods, **owner.methods}
                if called in known and name not in owner.throws.get(called, set()):
                    owner.throws.setdefault(called, set()).add(name)
                    return True
            waiting.extend(part.named_children)
        return False

    def _interface(self, error: JavaError) -> bool:
        """What was taken for a class to extend is an interface to implement."""
        found = re.search(r"class ([\w$]+)[^\n]* extends [^\n]*\Z", self._source[: error.place])
        stub = find_stub(self.world.stubs, found[1]) if found else None
        if stub is None or stub.base is None:
            return False
        stub.interfaces.add(stub.base)
        stub.base = None
        return True

    def _abstract(self, error: JavaError) -> bool:
        """A stub that inherits abstract methods is abstract; one that is made with `new` cannot be supplied so."""
        name = error.message.split(" ")[0]
        stub = find_stub(self.world.stubs, name)
        return stub is not None and stub.kind == "class" and stub.become("abstract class")

    def _hidden(self, error: JavaError) -> bool:
        found = re.match(r"(\S+) is not public", error.message)
        return found is not None and self._demote(found[1])

    def _other_class(self, error: JavaError) -> bool:
        found = _IN_CLASS.search(error.message) or _NO_OVERLOAD.search(error.message)
        found = found or re.search(r"^(\S+) is abstract", error.message)
        return found is not None and self._demote(plain_name(found[1]))

    def _constant(self, error: JavaError) -> bool:
        """A label of a switch is a constant."""
        name = text_of(self._node(error.place))
        if name in self.world.fields:
            new = name not in self.world.switched
            self.world.switched.add(name)
            return new
        return False

    def _arity(self, error: JavaError) -> bool:
        found = re.match(r"type (\S+) does not take parameters", error.message)
        changed = found is not None and self._demote(found[1])
        for name, stub in self.world.stubs.items():
            wanted = self._arguments(name)
            if wanted > stub.arity:
                stub.arity, changed = wanted, True
        return changed

    # what the syntax says

    def _node(self, place: int, expression: bool = False) -> Any:
        at = len(self._source[: max(place, 0)].encode())
        node = self._tree.root_node.descendant_for_byte_range(at, at)
        if expression:
            while node.parent is not None and node.parent.start_byte == node.start_byte and node.type != "identifier":
                node = node.parent
            return expression_at(node)
        return node

    def _arguments(self, name: str) -> int:
        """How many type arguments a type is used with."""
        most, waiting = 0, [self._tree.root_node]
        while waiting:
            node = waiting.pop()
            if node.type == "generic_type" and text_of(node.children[0]).split(".")[-1] == name:
                most = max(most, len(node.children[1].named_children))
            waiting.extend(node.named_children)
        return most


def _put(table: dict[str, Any], name: str, value: Any) -> bool:
    if name in table:
        return False
    table[name] = value
    return True
