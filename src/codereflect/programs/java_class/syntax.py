"""Questions to the syntax tree of a Java text: what an expression is, and what its place asks for."""

from __future__ import annotations

from typing import Any

from codereflect.programs.java_class.world import boxed

# stands for a type of its own, of which nothing is known but what is asked of it; an array of such is FRESH + "[]"
FRESH = ""


def operand_type(parent: Any, node: Any) -> str | None:
    """The type that one side of a binary operator must have; None: any."""
    operator = text_of(parent.child_by_field_name("operator"))
    other = next(parent.child_by_field_name(side) for side in ("right", "left")
                 if parent.child_by_field_name(side) != node)  # fmt: skip
    if operator in ("&&", "||"):
        return "boolean"
    if operator in ("==", "!="):
        return {"decimal_integer_literal": "int", "true": "boolean", "false": "boolean"}.get(other.type)
    if operator == "+":
        return None if "string_literal" in node_types(parent) else "int"
    return "int"


def type_path(node: Any) -> list[str]:
    """The names up to the first that is a type's: `org . osgi . Bundle . of ( )` gives org, osgi, Bundle."""
    names: list[str] = []
    while node is not None and node.type in ("scoped_type_identifier", "field_access", "method_invocation"):
        children = node.named_children
        names.insert(0, text_of(node.child_by_field_name("field") or node.child_by_field_name("name") or children[-1]))
        node = node.child_by_field_name("object") or children[0]
    names.insert(0, text_of(node))
    kinds = [place for place, name in enumerate(names) if name[:1].isupper()]
    return names[: kinds[0] + 2 if kinds and kinds[0] == 0 else kinds[0] + 1] if kinds else []


def node_types(node: Any) -> set[str]:
    """The types of the operands of nested binary operators, and of the operators."""
    found, waiting = set(), [node]
    while waiting:
        part = waiting.pop()
        found.add(part.type)
        waiting.extend(part.named_children if part.type == "binary_expression" else [])
    return found


def parse(source: str) -> Any:
    """The tree of a compilation unit."""
    import tree_sitter
    import tree_sitter_java

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_java.language())).parse(source.encode())


def text_of(node: Any) -> str:
    """The text of a node, empty for None."""
    return node.text.decode() if node is not None else ""


def plain_name(name: str) -> str:
    """A type's name without its arguments, and without the dot that an annotation of javac may end in."""
    return name.split("<")[0].rstrip(",;")


def expression_at(node: Any) -> Any:
    """The call or access that a name or a dot belongs to; else the name itself."""
    while node is not None and node.type not in ("identifier", "method_invocation", "field_access", "type_identifier"):
        node = node.parent
    if node is None:
        return None
    parent = node.parent
    if parent is not None and parent.type == "method_invocation" and node == parent.child_by_field_name("name"):
        return parent
    if parent is not None and parent.type == "field_access" and node == parent.child_by_field_name("field"):
        return parent
    return node


def is_super(node: Any) -> bool:
    """Whether a call or access is one of `super`."""
    receiver = node.child_by_field_name("object") if node is not None else None
    return receiver is not None and receiver.type == "super"


def member_name(node: Any) -> str | None:
    """The name of the method or field behind an expression."""
    if node is None:
        return None
    if node.type == "method_invocation":
        return text_of(node.child_by_field_name("name"))
    if node.type == "field_access":
        return text_of(node.child_by_field_name("field"))
    return text_of(node) if node.type == "identifier" else None


def is_type_name(name: str, node: Any) -> bool:
    """Whether a name in front of a dot is a type's: `Strings.join(...)`, but not `LOG.info(...)`."""
    parent = node.parent if node is not None else None
    in_front = parent is not None and node == parent.child_by_field_name("object")
    return bool(in_front and name[:1].isupper() and (len(name) == 1 or not name.isupper()))


def wanted_type(node: Any, generic: bool = False) -> str | None:
    """The type that the place of an expression asks for; None: any; FRESH: one of which something is asked."""
    parent = node.parent if node is not None else None
    while parent is not None and parent.type == "parenthesized_expression":
        node, parent = parent, parent.parent
    if parent is None:
        return None
    if parent.type in ("if_statement", "while_statement", "do_statement", "for_statement"):
        return "boolean" if node == parent.child_by_field_name("condition") else None
    if parent.type == "ternary_expression" and node == parent.child_by_field_name("condition"):
        return "boolean"
    if parent.type == "unary_expression":
        return "boolean" if text_of(parent).startswith("!") else "int"
    if parent.type == "update_expression":
        return "int"
    if parent.type == "binary_expression":
        return operand_type(parent, node)
    if parent.type == "variable_declarator" and not generic:
        return text_of(parent.parent.child_by_field_name("type"))
    if parent.type == "enhanced_for_statement" and node == parent.child_by_field_name("value"):
        return f"Iterable<{boxed(text_of(parent.child_by_field_name('type')))}>"
    if parent.type == "method_invocation" and node == parent.child_by_field_name("object"):
        return FRESH
    if parent.type == "field_access" and node == parent.child_by_field_name("object"):
        if text_of(parent.child_by_field_name("field")) == "length":
            return "Object[]"
        return FRESH
    if parent.type == "array_access" and node == parent.child_by_field_name("array"):
        return f"{element_type(parent)}[]"
    if parent.type == "array_access":
        return "int"
    return None


def element_type(access: Any) -> str:
    """The type of the elements of an array, by the place of an access to one."""
    wanted = wanted_type(access)
    return "Object" if wanted is None else wanted
