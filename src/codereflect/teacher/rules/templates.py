"""The teacher's wordings, read from `prompts/*.txt`; they are inputs of the stages that use them."""

from __future__ import annotations

from configparser import ConfigParser
from functools import cache
from pathlib import Path

from codereflect.records import Language
from codereflect.store import digest

PROMPTS = Path(__file__).parent / "prompts"
RULES: dict[Language, str] = {"python": "rules.txt", "java": "rules_java.txt"}
RULES_VERSION: dict[Language, int] = {"python": 1, "java": 1}


def text(name: str) -> str:
    """A file of `prompts/`."""
    return (PROMPTS / name).read_text(encoding="utf-8")


@cache
def rules(language: Language = "python") -> dict[str, dict[str, str]]:
    """The sentences for attempts in a language: section, key, template."""
    parser = ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=(";",))
    parser.read_string(text(RULES[language]), RULES[language])
    return {section: dict(parser[section]) for section in parser.sections()}


@cache
def rules_digest(language: Language = "python") -> str:
    """Identifies the rules: their version (to be raised when code changes what is said) and their wordings."""
    return digest({"version": RULES_VERSION[language], "rules": text(RULES[language])})
