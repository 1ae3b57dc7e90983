"""The teacher's wordings, read from `prompts/*.txt`; they are inputs of the stages that use them."""

from __future__ import annotations

from configparser import ConfigParser
from functools import cache
from pathlib import Path

from codereflect.store import digest

PROMPTS = Path(__file__).parent / "prompts"
RULES_VERSION = 1


def text(name: str) -> str:
    """A file of `prompts/`."""
    return (PROMPTS / name).read_text(encoding="utf-8")


@cache
def rules() -> dict[str, dict[str, str]]:
    """The sentences of `rules.txt`: section, key, template."""
    parser = ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=(";",))
    parser.read_string(text("rules.txt"), "rules.txt")
    return {section: dict(parser[section]) for section in parser.sections()}


@cache
def rules_digest() -> str:
    """Identifies the rules: their version (to be raised when code changes what is said) and their wordings."""
    return digest({"version": RULES_VERSION, "rules": text("rules.txt")})
