"""Other people's files: the problems of the public suites as they are distributed, and models' answers to them."""

from codereflect.formats.evalplus import InputTime
from codereflect.formats.problems import FORMATS, read_problems
from codereflect.formats.samples import Answer, read_samples

__all__ = ["FORMATS", "Answer", "InputTime", "read_problems", "read_samples"]
