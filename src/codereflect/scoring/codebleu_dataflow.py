"""CodeBLEU's data-flow match for Java: which values come from which, with variables numbered instead of named.

Source: Ren et al. 2020 (arXiv 2009.10297), section 3.3, on the data flow of Guo et al. 2021 (GraphCodeBERT, arXiv
2009.08366), as CodeXGLUE's code reads it: every token that is no keyword or sign is a value. It comes from the places
where its name last got a value; what is assigned is computed from every token on the right. Branches are joined, loop
bodies are read twice. A flow is (variable, relation, sources), variables numbered in the order they turn up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING

from codereflect.scoring.codebleu_syntax import walk

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

LITERALS = ("string_literal", "string", "character_literal")
FROM, COMPUTED = "comesFrom", "computedFrom"
# Texts beyond these have no flow: recursion would end, and loops in loops (each read twice) would take for ever.
MAX_DEPTH = 150
MAX_STEPS = 200_000

States = dict[str, frozenset[int]]  # name -> the tokens that may have given it its value
Flow = tuple[int, str, tuple[int, ...]]  # (variable, relation, sources), all variables as numbers


class NoFlow(Exception):
    """The text is broken, too deep or too long to be read."""


def dataflow_hits(candidate: Tree, reference: Tree) -> tuple[int, int]:
    """How many flows of the reference the candidate has, each as often as it occurs, and how many the reference has."""
    wanted = Counter(data_flow(reference))
    return (wanted & Counter(data_flow(candidate))).total(), wanted.total()


def data_flow(tree: Tree) -> list[Flow]:
    """The flows of one text, in the order of its tokens; none for text that cannot be read."""
    reader = _Reader()
    try:
        reader.collect(tree)
        reader.read(tree.root_node, {})
    except NoFlow:
        return []
    return reader.numbered()


class _Reader:
    """Reads one tree. `tokens` are its texts; `relation` and `sources` are by token, once its flow is known."""

    def __init__(self) -> None:
        self.tokens: list[str] = []
        self.place: dict[tuple[int, int], int] = {}
        self.relation: dict[int, str] = {}
        self.sources: dict[int, set[int]] = {}
        self.steps = 0

    def collect(self, tree: Tree) -> None:
        """Number the tokens."""
        depth, literal = 0, 0  # literal: how many open nodes are string literals, whose parts are no tokens
        for entered, node, _ in walk(tree):
            depth += 1 if entered else -1
            if depth > MAX_DEPTH:
                raise NoFlow
            if entered and not literal and _is_token(node):
                self.place[node.start_byte, node.end_byte] = len(self.tokens)
                self.tokens.append((node.text or b"").decode("utf-8", "replace"))
            if node.type in LITERALS:
                literal += 1 if entered else -1

    def read(self, node: Node | None, states: States) -> None:
        """Add the flows below a node; `states` becomes what holds after it."""
        self._spend(1)
        if node is None:
            raise NoFlow
        if _is_token(node):
            self._read_token(node, states)
        elif node.type == "variable_declarator":
            self._read_declarator(node, states)
        elif node.type == "assignment_expression":
            self.read(_field(node, "right"), states)
            self._assign(self._values(_field(node, "left")), self._values(_field(node, "right")), COMPUTED, states)
        elif node.type == "update_expression":
            values = self._values(node)
            self._assign(values, values, COMPUTED, states)
        elif node.type == "if_statement":
            self._read_if(node, states)
        elif node.type == "for_statement":
            self._read_for(node, states)
        elif node.type == "enhanced_for_statement":
            self._read_enhanced_for(node, states)
        else:
            for _ in range(2 if node.type == "while_statement" else 1):
                for child in node.children:
                    self.read(child, states)

    def numbered(self) -> list[Flow]:
        """The flows that have a source or are one, with numbers for names."""
        used = {token for token, sources in self.sources.items() if sources}.union(*self.sources.values())
        numbers: dict[str, int] = {}
        flows = []
        for token in sorted(used & self.sources.keys()):
            names = dict.fromkeys(self.tokens[source] for source in sorted(self.sources[token]))
            origins = tuple(numbers.setdefault(name, len(numbers)) for name in names)
            target = numbers.setdefault(self.tokens[token], len(numbers))
            flows.append((target, self.relation[token], origins))
        return flows

    def _read_token(self, node: Node, states: States) -> None:
        token = self.place[node.start_byte, node.end_byte]
        name = self.tokens[token]
        if node.type == name:  # a keyword or a sign
            return
        self._add(token, FROM, states.get(name, ()))
        if name not in states and node.type == "identifier":
            states[name] = frozenset([token])

    def _read_declarator(self, node: Node, states: States) -> None:
        names, value = self._values(_field(node, "name")), node.child_by_field_name("value")
        if value is None:
            for name in names:
                self._add(name, FROM, ())
                states[self.tokens[name]] = frozenset([name])
        else:
            self.read(value, states)
            self._assign(names, self._values(value), FROM, states)

    def _read_if(self, node: Node, states: States) -> None:
        """The condition and the first branch from what held before; so is each further branch. Then all are joined."""
        before = dict(states)
        ends = [before]
        current = dict(before)
        branching = False
        for child in node.children:
            branching = branching or child.type in ("if_statement", "else")
            state = dict(before) if branching else current
            self.read(child, state)
            ends.append(state)
        for state in ends:
            for name, tokens in state.items():
                states[name] = states.get(name, frozenset()) | tokens

    def _read_for(self, node: Node, states: States) -> None:
        """Everything once, then again what follows the declaration of the loop's variable."""
        again: list[Node] = []
        declared = False
        for child in node.children:
            self.read(child, states)
            if declared:
                again.append(child)
            declared = declared or child.type == "local_variable_declaration"
        for child in again:
            self.read(child, states)

    def _read_enhanced_for(self, node: Node, states: States) -> None:
        value = _field(node, "value")
        for _ in range(2):
            self.read(value, states)
            self._assign(self._values(_field(node, "name")), self._values(value), COMPUTED, states)
            self.read(_field(node, "body"), states)

    def _assign(self, targets: list[int], sources: list[int], relation: str, states: States) -> None:
        for target in targets:
            if sources:
                self._add(target, relation, sources)
            states[self.tokens[target]] = frozenset([target])

    def _add(self, token: int, relation: str, sources: Collection[int]) -> None:
        self._spend(1 + len(sources))
        self.sources.setdefault(token, set()).update(sources)
        self.relation[token] = relation

    def _values(self, node: Node) -> list[int]:
        """The tokens below a node that are neither keywords nor signs."""
        found, waiting = [], [node]
        while waiting:
            self._spend(1)
            current = waiting.pop()
            if not _is_token(current):
                waiting.extend(reversed(current.children))
                continue
            token = self.place[current.start_byte, current.end_byte]
            if current.type != self.tokens[token]:
                found.append(token)
        return found

    def _spend(self, steps: int) -> None:
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise NoFlow


def _is_token(node: Node) -> bool:
    return not node.child_count or node.type in LITERALS


def _field(node: Node, name: str) -> Node:
    child = node.child_by_field_name(name)
    if child is None:
        raise NoFlow
    return child
