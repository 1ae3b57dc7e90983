"""The repository with runs that the tests of this folder enter."""

from runs_project import project  # noqa: F401
