"""Other people's files: the problems of the public suites as they are distributed, and models' answers to them."""

from codereflect.formats.problems import FORMATS, read_problems
from codereflect.formats.samples import Answer, read_samples

__all__ = ["FORMATS", "Answer", "read_problems", "read_samples"]
