"""CONCODE with behaviour: the class around a method, rebuilt so that the method can be compiled.

A row of CONCODE says what fields and methods the class of its method has, but neither their parameters nor anything of
the types they mention. `context` reads the row; `world` writes the class and stands in for unknown types;
`missing_names` adds what the reference needs and the row does not say, read off javac's own errors; `compiling` does
that for many rows.
"""

from codereflect.material import Member
from codereflect.programs.java_class.compiling import Compiled, build_world
from codereflect.programs.java_class.concode_class import Context, parse_context
from codereflect.programs.java_class.world import World

__all__ = ["Compiled", "Context", "Member", "World", "build_world", "parse_context"]
