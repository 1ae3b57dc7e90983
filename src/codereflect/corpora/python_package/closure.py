"""Which functions run on their own: a function with what it needs of its package, as one program.

A name that the function uses is followed to what it stands for: a builtin; a part of the standard library that only
computes (see `standard_library`); a function, a class or a constant of its own package, which is followed in turn. All
that is found makes one text. What cannot be followed by reading alone is a reason against: names that are bound under
a condition, twice, or by `*`; values that the module changes afterwards; modules of the package used as a whole.
Annotations count as use: a function that takes a tensor cannot be called without its library.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass, field

from codereflect.corpora.python_package.function_facts import dotted
from codereflect.corpora.python_package.modules import Binding, ModuleTable, TreeIndex
from codereflect.corpora.python_package.standard_library import (
    POWERFUL,
    is_standard,
    module_reaches_out,
    only_computes,
)
from codereflect.corpora.python_package.statement import Statement
from codereflect.programs.mined_function import Function

# more than that is a part of a package, not a function with its helpers
_MOST_PARTS, _MOST_LINES = 40, 400
# the first of those that hold is given: what nothing here could change before what a rule of ours forbids
REASONS = (
    *("method", "asynchronous", "third party", "unknown name", "star import", "module as a whole", "inner import"),
    *("conditional", "bound twice", "state", "clash", "too large", "does not compile", "reaches out"),
)
# names that every module has
_GIVEN = {"__name__"}


@dataclass(frozen=True, slots=True)
class Standalone:
    """A program that defines the function and needs nothing but the standard library.

    Attributes:
        program: imports, then what the function needs of its package, then the function; it compiles.
        entry_point: the function's name.
        helpers: names of what stands before the function, in that order.
        imports: modules of the standard library, sorted.
    """

    program: str
    entry_point: str
    helpers: tuple[str, ...]
    imports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dependent:
    """Why a function cannot stand alone: a word for counts (of `REASONS`), and what it was found at."""

    reason: str
    detail: str


def closure(function: Function, index: TreeIndex) -> Standalone | Dependent:
    """The program that a function makes together with what it needs, or the reason why it makes none.

    Args:
        function: mined from the index's tree.
        index: of that tree.
    """
    if function.owner is not None:
        return Dependent("method", function.owner)
    if function.is_async:
        return Dependent("asynchronous", function.name)
    collected = _Collection(index)
    try:
        collected.take(function.module, function.name)
    except RecursionError:
        return Dependent("too large", function.name)
    if collected.refusals:
        return min(collected.refusals, key=lambda one: REASONS.index(one.reason))
    return _written(collected, function)


@dataclass
class _Part:
    """A statement of the program: where it comes from, its text, the names it binds."""

    module: str
    node: ast.stmt
    text: str
    names: list[str]


@dataclass
class _Collection:
    """What a function needs. Every name keeps the name it has in its module, so that no text is rewritten.

    Attributes:
        parts: by module, line, column and name.
        origins: what each name of the program stands for; one name cannot stand for two things.
        imports: texts of import statements, with the module of each.
        edges: by module, those that it takes names from.
        early: names that are used while the program is defined, not only when something is called.
        lazy: annotations stay text.
    """

    index: TreeIndex
    parts: dict[tuple[str, int, int, str], _Part] = field(default_factory=dict)
    origins: dict[str, tuple[str, str]] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    edges: dict[str, set[str]] = field(default_factory=dict)
    builtins: set[str] = field(default_factory=set)
    early: set[str] = field(default_factory=set)
    lazy: bool = False
    refusals: list[Dependent] = field(default_factory=list)
    _taken: set[tuple[str, str]] = field(default_factory=set)

    def refuse(self, reason: str, detail: str) -> None:
        """Remember a reason against it, and go on: there may be a weightier one."""
        self.refusals.append(Dependent(reason, detail))

    def take(self, module: str, name: str) -> None:
        """Take what a module's own name stands for into the program, and what that uses."""
        if (module, name) in self._taken:
            return
        self._taken.add((module, name))
        table = self.index.table(module)
        bindings = table.bindings.get(name, []) if table else []
        if table is None:
            self.refuse("unknown name", f"{module}.{name}")
        elif len(self.parts) > _MOST_PARTS:
            self.refuse("too large", name)
        elif not bindings:
            self._unbound(table, name)
        elif any(one.conditional for one in bindings):
            self.refuse("conditional", f"{module}.{name}")
        elif all(one.kind == "module" for one in bindings):
            self._import_modules(bindings, name)
        elif len(bindings) > 1:
            self.refuse("bound twice", f"{module}.{name}")
        elif bindings[0].kind == "member":
            self._member(table, bindings[0], name)
        else:
            self._define(table, bindings[0], name)

    def _unbound(self, table: ModuleTable, name: str) -> None:
        if table.is_package and f"{table.name}.{name}" in self.index.files:
            self.refuse("module as a whole", f"{table.name}.{name}")
        elif table.stars:
            self.refuse("star import", f"{table.name}.{name}")
        elif hasattr(builtins, name):
            self.builtins.add(name)
            if name in POWERFUL:
                self.refuse("reaches out", name)
        elif name not in _GIVEN:
            self.refuse("unknown name", f"{table.name}.{name}")

    def _claim(self, name: str, *origin: str) -> None:
        """Note what a name of the program stands for; refuse where it stands for something else already."""
        if self.origins.setdefault(name, (origin[0], origin[1])) != origin:
            self.refuse("clash", name)

    def _import_modules(self, bindings: list[Binding], name: str) -> None:
        for one in bindings:
            if self.index.is_own(one.module):
                self.refuse("module as a whole", one.module)
            elif not is_standard(one.module):
                self.refuse("third party", one.module.partition(".")[0])
            else:
                # `import a.b` binds a
                renamed = not (f"{one.module}.").startswith(f"{name}.")
                self._claim(name, "import", one.module if renamed else name)
                self.imports[f"import {one.module}" + (f" as {name}" if renamed else "")] = one.module

    def _member(self, table: ModuleTable, binding: Binding, name: str) -> None:
        """A name that comes from another module, under another name perhaps."""
        module, member = binding.module, binding.member
        renamed = name != member
        if self.index.is_own(module):
            self._own_member(table, binding, name)
        elif not is_standard(module):
            self.refuse("third party", module.partition(".")[0])
        elif not only_computes(module, member):
            self.refuse("reaches out", module)
        else:
            self._claim(name, "import", f"{module}:{member}")
            self.imports[f"from {module} import {member}" + (f" as {name}" if renamed else "")] = module

    def _own_member(self, table: ModuleTable, binding: Binding, name: str) -> None:
        module, member = binding.module, binding.member
        source = self.index.table(module)
        if source is None or member not in source.bindings:
            if f"{module}.{member}" in self.index.files:
                self.refuse("module as a whole", f"{module}.{member}")
            else:
                self.refuse(
                    "star import" if source is not None and source.stars else "unknown name", f"{module}.{member}"
                )
            return
        if self._is_circle(module, member):
            self.refuse("unknown name", f"{module}.{member}")
            return
        self.edges.setdefault(table.name, set()).add(module)
        self.take(module, member)
        if name != member:
            self._claim(name, table.name, name)
            part = _Part(table.name, binding.node, f"{name} = {member}\n", [name])
            self.parts[table.name, binding.node.lineno, 0, name] = part

    def _is_circle(self, module: str, member: str) -> bool:
        """Whether modules pass a name round among themselves that none of them defines."""
        passed: set[tuple[str, str]] = set()
        while (module, member) not in passed:
            passed.add((module, member))
            table = self.index.table(module)
            bindings = table.bindings.get(member, []) if table else []
            if len(bindings) != 1 or bindings[0].kind != "member":
                return False
            module, member = bindings[0].module, bindings[0].member
        return True

    def _define(self, table: ModuleTable, binding: Binding, name: str) -> None:
        """Take a definition or a constant, and what it uses."""
        node = binding.node
        key = (table.name, node.lineno, node.col_offset, "")
        if key in self.parts:
            return
        names = [one for one, found in table.bindings.items() if any(other.node is node for other in found)]
        if any(one in table.changed for one in names) and not _is_logger(node):
            self.refuse("state", f"{table.name}.{name}")
        for one in names:
            self._claim(one, table.name, one)
        try:
            read = table.statement(node)
        except SyntaxError as error:
            self.refuse("does not compile", str(error))
            return
        self.parts[key] = _Part(table.name, node, read.text, names)
        self.lazy = self.lazy or table.lazy
        if sum(part.text.count("\n") for part in self.parts.values()) > _MOST_LINES:
            self.refuse("too large", name)
            return
        self._look_inside(node, read)
        for one in sorted(read.names):
            self._use(table, node, one)
        if not isinstance(node, ast.FunctionDef) or node.decorator_list:
            self.early.update(read.names)

    def _use(self, table: ModuleTable, node: ast.stmt, name: str) -> None:
        for one in table.bindings.get(name, []):
            outside = one.kind == "module" and is_standard(one.module) and not self.index.is_own(one.module)
            if outside and not one.conditional and module_reaches_out(name, one.module, node):
                self.refuse("reaches out", one.module)
        self.take(table.name, name)

    def _look_inside(self, node: ast.stmt, read: Statement) -> None:
        """Imports and `global` in a function's body."""
        if read.changed:
            self.refuse("state", read.changed[0])
        for one in read.imports:
            for alias in one.names:
                if isinstance(one, ast.Import):
                    self._inner_import(alias.name, alias.asname or alias.name, node)
                else:
                    self._inner_member("." * one.level + (one.module or ""), alias.name)

    def _inner_import(self, module: str, name: str, node: ast.stmt) -> None:
        if self.index.is_own(module):
            self.refuse("inner import", module)
        elif not is_standard(module):
            self.refuse("third party", module.partition(".")[0])
        elif module_reaches_out(name, module, node):
            self.refuse("reaches out", module)

    def _inner_member(self, module: str, member: str) -> None:
        if module.startswith(".") or self.index.is_own(module):
            self.refuse("inner import", module)
        elif not is_standard(module):
            self.refuse("third party", module.partition(".")[0])
        elif not only_computes(module, member):
            self.refuse("reaches out", module)


def _is_logger(node: ast.stmt) -> bool:
    """Whether a constant is a logger: what it prints is no result, so its level may change."""
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    return isinstance(value, ast.Call) and (dotted(value.func) or "").rpartition(".")[2] == "getLogger"


def _written(collected: _Collection, function: Function) -> Standalone | Dependent:
    """The program's text."""
    if hidden := sorted(collected.builtins & collected.origins.keys()):
        return Dependent("clash", hidden[0])
    order = _module_order(collected.edges, function.module)
    parts = sorted(collected.parts.values(), key=lambda one: (order[one.module], one.node.lineno, one.node.col_offset))
    if function.name not in collected.early:
        parts.sort(key=lambda one: function.name in one.names)
    imports = sorted(collected.imports, key=lambda text: (text.startswith("from "), text))
    head = (["from __future__ import annotations"] if collected.lazy else []) + imports
    program = "\n".join([*head, ""]) if head else ""
    program += "".join(
        "\n" * (lines if program or number else 0) + text for number, (lines, text) in enumerate(_spaced(parts))
    )
    try:
        compile(program, "<program>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Dependent("does not compile", str(error))
    helpers = [name for part in parts for name in part.names if name != function.name]
    return Standalone(program, function.name, tuple(helpers), tuple(sorted(set(collected.imports.values()))))


def _module_order(edges: dict[str, set[str]], first: str) -> dict[str, int]:
    """The place of each module: behind those that it takes names from."""
    order: dict[str, int] = {}
    waiting, opened = [(first, False)], set()
    while waiting:
        module, is_done = waiting.pop()
        if is_done:
            order[module] = len(order)
        elif module not in opened:
            opened.add(module)
            waiting.append((module, True))
            waiting.extend((other, False) for other in sorted(edges.get(module, ()), reverse=True))
    return order


def _spaced(parts: list[_Part]) -> Iterator[tuple[int, str]]:
    """Texts with the empty lines in front of each: two around definitions, one between imports and constants."""
    before = 1
    for part in parts:
        own = 2 if isinstance(part.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else 0
        yield max(before, own), part.text
        before = own
