"""Java statements: what stands at their head, which statements they hold, and what they do in a word."""

from __future__ import annotations

from codereflect.teacher.rules.java_tree import Tree, joined

# parts of a compound statement that are statements
BODIES = ("body", "consequence", "alternative")
BLOCKS = ("block", "constructor_body", "switch_block")
LOOPS = ("for_statement", "enhanced_for_statement", "while_statement", "do_statement")
TRIES = ("try_statement", "try_with_resources_statement")
HANDLERS = ("catch_clause", "finally_clause")
CASES = ("switch_block_statement_group", "switch_rule")
LABELS = ("switch_label", ":", "->")
COMPOUND = (*LOOPS, *TRIES, *HANDLERS, *CASES, "if_statement", "switch_expression", "synchronized_statement")
# statements that can be compared with one another
PLAIN = ("expression_statement", "local_variable_declaration", "return_statement", "throw_statement")


def inside(tree: Tree | None) -> list[Tree]:
    """The statements of a block; a single statement as a list."""
    if tree is None:
        return []
    return tree.parts() if tree.kind in BLOCKS else [tree]


def head(statement: Tree) -> Tree:
    """A statement without the statements in it: `if ( a )`, `for ( ... )`, `try`, `case 1 :`; else the statement."""
    if statement.kind not in COMPOUND:
        return statement
    if statement.kind in CASES:
        return joined("head", [child for child in statement.children if child.kind in LABELS])
    left_out = {"else", *HANDLERS, *BLOCKS}
    left_out |= {"do", ";"} if statement.kind == "do_statement" else set()
    kept = [child for child in statement.children if child.field not in BODIES and child.kind not in left_out]
    return joined("head", kept)


def shown(statement: Tree) -> Tree:
    """What stands for a statement in a sentence: its head; of a bare `try` or `finally` also the first step in it."""
    top = head(statement)
    inner = next((step for steps in bodies(statement).values() for step in steps), None)
    if top is statement or len(top.tokens) > 1 or inner is None:
        return top
    tokens = statement.tokens[: inner.start - statement.start + len(head(inner).tokens)]
    return Tree("head", "", True, statement.start, tokens, " ".join(tokens))


def bodies(statement: Tree) -> dict[str, list[Tree]]:
    """The lists of statements that a compound statement holds, by name."""
    if statement.kind in CASES:
        return {"case": [child for child in statement.parts() if child.kind not in LABELS]}
    found = {field: inside(statement.part(field)) for field in BODIES if statement.part(field) is not None}
    if statement.kind in TRIES:
        found["handlers"] = [child for child in statement.parts() if child.kind in HANDLERS]
    if statement.kind in HANDLERS and not found:
        found["body"] = [each for child in statement.parts() if child.kind in BLOCKS for each in child.parts()]
    return found if statement.kind in COMPOUND else {}


def construct(statement: Tree) -> str:
    """What a statement does, in a word or two."""
    if statement.kind in LOOPS:
        return "loop"
    for kinds, word in (
        (("if_statement",), "condition"),
        (TRIES, "block"),
        (HANDLERS, "block"),
        (CASES, "case"),
        (("return_statement",), "return"),
        (("throw_statement",), "exception"),
        (("local_variable_declaration",), "variable"),
    ):
        if statement.kind in kinds:
            return word
    inner = statement.parts()[0] if statement.kind == "expression_statement" and statement.parts() else None
    if inner is None:
        return "statement"
    if inner.kind == "method_invocation":
        return f"`{_name(inner)}` call"
    return {"assignment_expression": "assignment", "update_expression": "calculation"}.get(inner.kind, "statement")


def _name(call: Tree) -> str:
    name = call.part("name")
    return name.text if name is not None else ""
