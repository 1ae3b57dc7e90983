"""What the names of a module stand for, read from its syntax tree alone."""

from __future__ import annotations

import ast
import sys
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from codereflect.corpora.python_package.function_facts import dotted
from codereflect.corpora.python_package.functions import blocks, tree_of
from codereflect.corpora.python_package.statement import Statement, read_statement
from codereflect.corpora.python_package.tree import Tree, Unreadable, module_files

# syntax trees take some hundred times the memory of their text
_KEPT_MODULES = 256


@dataclass(frozen=True, slots=True)
class Binding:
    """One place where a module binds a name.

    Attributes:
        kind: `definition` (def, class), `constant` (an assignment), `module` (`import a.b`, `import a.b as c`),
            `member` (`from a import b`).
        node: the statement.
        module: what is imported, as an absolute name.
        member: what is imported from it.
        conditional: it stands in an `if`, a `try` or a loop, so that it may not be what the name stands for.
    """

    kind: Literal["definition", "constant", "module", "member"]
    node: ast.stmt
    module: str = ""
    member: str = ""
    conditional: bool = False


@dataclass
class ModuleTable:
    """The names of a module.

    Attributes:
        rows: its lines.
        bindings: by name.
        stars: whether it imports `*` from somewhere.
        changed: names whose values the module changes after they were bound, or rebinds from a function.
        lazy: it has `from __future__ import annotations`.
        read: the statements that were asked for, by line and column.
    """

    name: str
    is_package: bool
    rows: list[str]
    bindings: dict[str, list[Binding]] = field(default_factory=lambda: defaultdict(list))
    stars: bool = False
    changed: set[str] = field(default_factory=set)
    lazy: bool = False
    read: dict[tuple[int, int], Statement] = field(default_factory=dict)

    def statement(self, node: ast.stmt) -> Statement:
        """What a statement of the module says and uses. Raises SyntaxError where it cannot be compiled."""
        place = node.lineno, node.col_offset
        if place not in self.read:
            read = read_statement(node, self.rows)
            read.names.update(name for name in read.perhaps if name in self.bindings)
            self.read[place] = read
        return self.read[place]


class TreeIndex:
    """The modules of a tree, read when they are asked for; the last ones are kept."""

    def __init__(self, tree: Tree) -> None:
        self.files = module_files(tree)
        self.roots = {name.partition(".")[0] for name in self.files} - sys.stdlib_module_names
        self._tables: OrderedDict[str, ModuleTable] = OrderedDict()

    def is_own(self, module: str) -> bool:
        """Whether an absolute module name belongs to the tree (the standard library's names come first)."""
        return module.partition(".")[0] in self.roots

    def table(self, module: str) -> ModuleTable | None:
        """The names of a module; None where there is no such module, or none that can be read."""
        if module in self._tables:
            self._tables.move_to_end(module)
            return self._tables[module]
        if module not in self.files:
            return None
        try:
            text, tree = tree_of(self.files[module])
        except Unreadable:
            return None
        made = _table(module, self.files[module].name == "__init__.py", text, tree)
        self._tables[module] = made
        if len(self._tables) > _KEPT_MODULES:
            self._tables.popitem(last=False)
        return made


def absolute(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    """The absolute name of what `from ... import` names in a module."""
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    kept = len(parts) - node.level + is_package
    return ".".join([*parts[: max(kept, 0)], *([node.module] if node.module else [])])


def _table(name: str, is_package: bool, text: str, tree: ast.Module) -> ModuleTable:
    table = ModuleTable(name, is_package, text.split("\n"))
    for node in tree.body:
        _enter(table, node, conditional=False)
    if "global " in text:
        table.changed.update(name for one in ast.walk(tree) if isinstance(one, ast.Global) for name in one.names)
    return table


def _enter(table: ModuleTable, node: ast.stmt, conditional: bool) -> None:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        table.bindings[node.name].append(Binding("definition", node, conditional=conditional))
    elif isinstance(node, ast.Import | ast.ImportFrom):
        _enter_import(table, node, conditional)
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        _enter_assignment(table, node, conditional)
    elif isinstance(node, ast.AugAssign | ast.Delete):
        table.changed.update(root for target in _targets(node) if (root := _root(target)))
    elif isinstance(node, ast.Expr):
        if isinstance(node.value, ast.Call) and "." in (called := dotted(node.value.func) or ""):
            table.changed.add(called.partition(".")[0])
    elif isinstance(node, ast.If) and (dotted(node.test) or "").rpartition(".")[2] == "TYPE_CHECKING":
        for inner in node.body:
            _enter(table, inner, conditional)
    elif not (isinstance(node, ast.If) and _is_main(node.test)):
        _enter_compound(table, node)


def _enter_import(table: ModuleTable, node: ast.Import | ast.ImportFrom, conditional: bool) -> None:
    if isinstance(node, ast.Import):
        for one in node.names:
            bound = one.asname or one.name.partition(".")[0]
            table.bindings[bound].append(Binding("module", node, one.name, conditional=conditional))
        return
    module = absolute(node, table.name, table.is_package)
    if module == "__future__":
        table.lazy = table.lazy or any(one.name == "annotations" for one in node.names)
        return
    for one in node.names:
        if one.name == "*":
            table.stars = True
        else:
            bound = one.asname or one.name
            table.bindings[bound].append(Binding("member", node, module, one.name, conditional))


def _enter_assignment(table: ModuleTable, node: ast.Assign | ast.AnnAssign, conditional: bool) -> None:
    if isinstance(node, ast.AnnAssign) and node.value is None:
        return
    for target in _targets(node):
        for part in target.elts if isinstance(target, ast.Tuple | ast.List) else [target]:
            if isinstance(part, ast.Name):
                table.bindings[part.id].append(Binding("constant", node, conditional=conditional))
            elif root := _root(part):
                table.changed.add(root)


def _enter_compound(table: ModuleTable, node: ast.stmt) -> None:
    """An `if`, a loop, a `try`, a `with`: what is bound there may have another value, or none."""
    for inner in (one for block in blocks(node) for one in block):
        _enter(table, inner, conditional=True)
    for name in _bound_by_head(node):
        table.bindings[name].append(Binding("constant", node, conditional=True))


def _bound_by_head(node: ast.stmt) -> Iterator[str]:
    heads: list[ast.AST] = [node.target] if isinstance(node, ast.For | ast.AsyncFor) else []
    if isinstance(node, ast.With | ast.AsyncWith):
        heads += [item.optional_vars for item in node.items if item.optional_vars]
    yield from (one.id for head in heads for one in ast.walk(head) if isinstance(one, ast.Name))


def _targets(node: ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Delete) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign | ast.Delete) else [node.target]


def _root(node: ast.expr) -> str | None:
    """The name whose value an assignment to this target changes."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and dotted(test.left) == "__name__"
