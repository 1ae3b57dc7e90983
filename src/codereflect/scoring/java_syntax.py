"""Does a Java class member (CONCODE's form: a method without a class) parse?

The judge is tree-sitter's Java grammar, which is more lenient than javac: it takes any expression as a statement and
knows neither types nor names. So "parses" means the shape is right, not that the code compiles.
"""

from __future__ import annotations

MEMBERS = ("method_declaration", "constructor_declaration")
COMMENTS = ("line_comment", "block_comment")


def parses(code: str) -> bool:
    """Whether the text, put into a class of its own, is one class that holds at least one method or constructor.

    Text that closes the surrounding class and opens another does not parse, nor does an empty text.
    """
    import tree_sitter
    import tree_sitter_java

    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_java.language()))
    root = parser.parse(f"class Wrapper {{\n{code}\n}}\n".encode("utf-8", "replace")).root_node
    declarations = [node for node in root.named_children if node.type not in COMMENTS]
    if root.has_error or len(declarations) != 1:
        return False
    body = declarations[0].child_by_field_name("body")
    return body is not None and any(member.type in MEMBERS for member in body.named_children)
