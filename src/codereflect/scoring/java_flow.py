"""Data flow of a Java method: which variable's value comes from which (Ren et al. 2020, section 3.3).

An edge says that a variable takes its value from another one: where it is assigned, from the variables on the right;
where it is read, from the definitions that may reach it. Variables are numbered in the order of their first appearance,
so that renaming all of them changes nothing. Branches are joined, loops are gone through twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# (number of the variable, how, number of the variable that the value is from)
Edge = tuple[int, str, int]
# variable -> the names its value may have been computed from, when it was last defined
State = dict[str, frozenset[str]]

LOOPS = ("for_statement", "while_statement", "do_statement", "enhanced_for_statement")
BRANCHES = ("if_statement", "switch_expression", "try_statement", "ternary_expression")
# identifiers in these places name no variable
_NO_VARIABLE = {"method_invocation": "name", "field_access": "field", "method_declaration": "name"}


def edges(method: Any) -> list[Edge]:
    """The distinct data-flow edges of a syntax tree, sorted."""
    flow = _Flow()
    flow.visit(method, {})
    return sorted(flow.found)


class _Flow:
    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.found: set[Edge] = set()

    def number(self, name: str) -> int:
        return self.numbers.setdefault(name, len(self.numbers))

    def visit(self, node: Any, state: State) -> State:
        """Go through a tree in order; the definitions after it."""
        kind = node.type
        if kind in ("formal_parameter", "catch_formal_parameter"):
            return self._define(node.child_by_field_name("name"), frozenset(), state)
        if kind == "variable_declarator":
            return self._assign(node.child_by_field_name("name"), node.child_by_field_name("value"), state)
        if kind == "assignment_expression":
            plain = _text(node.child_by_field_name("operator")) == "="
            return self._assign(node.child_by_field_name("left"), node.child_by_field_name("right"), state, plain)
        if kind == "update_expression":
            return self._assign(node.named_children[0] if node.named_children else None, None, state, plain=False)
        if kind in LOOPS:
            return self._loop(node, state)
        if kind in BRANCHES:
            return self._branches(node, state)
        if kind == "identifier":
            self._read(node, state)
            return state
        for child in _parts(node):
            state = self.visit(child, state)
        return state

    def _read(self, node: Any, state: State) -> None:
        name = _text(node)
        self.number(name)
        for source in sorted(state.get(name, ())):
            self.found.add((self.number(name), "comes from", self.number(source)))

    def _assign(self, target: Any, value: Any, state: State, plain: bool = True) -> State:
        if target is None:
            return state
        if value is not None:
            state = self.visit(value, state)
        if target.type != "identifier":  # an element or a field: what it stands in is read
            return self.visit(target, state)
        sources = frozenset(_names(value)) if value is not None else frozenset()
        if not plain:
            self._read(target, state)
            sources |= {_text(target)}
        return self._define(target, sources, state)

    def _define(self, target: Any, sources: frozenset[str], state: State) -> State:
        if target is None:
            return state
        name = _text(target)
        number = self.number(name)
        for source in sorted(sources):
            self.found.add((number, "computed from", self.number(source)))
        return state | {name: sources or frozenset([name])}

    def _loop(self, node: Any, state: State) -> State:
        if node.type == "enhanced_for_statement":
            value = node.child_by_field_name("value")
            state = self._assign(node.child_by_field_name("name"), value, state)
        for _ in range(2):  # the second time, what the first has defined reaches the beginning
            after = state
            for child in _parts(node):
                after = self.visit(child, after)
            state = _joined(state, after)
        return state

    def _branches(self, node: Any, state: State) -> State:
        result = state
        for child in _parts(node):
            after = self.visit(child, state)
            result = _joined(result, after)
            if child.type not in ("block", "switch_block", "catch_clause", "expression_statement"):
                state = after  # a condition: it holds for all that follows
        return result


def _parts(node: Any) -> Iterator[Any]:
    """The named children that can hold variables, in order."""
    skipped = node.child_by_field_name(_NO_VARIABLE[node.type]) if node.type in _NO_VARIABLE else None
    for child in node.named_children:
        if skipped is None or child.id != skipped.id:
            yield child


def _names(node: Any) -> Iterator[str]:
    if node.type == "identifier":
        yield _text(node)
    for child in _parts(node):
        yield from _names(child)


def _joined(left: State, right: State) -> State:
    return {name: left.get(name, frozenset()) | right.get(name, frozenset()) for name in {**left, **right}}


def _text(node: Any) -> str:
    return node.text.decode("utf-8", "replace") if node is not None else ""
