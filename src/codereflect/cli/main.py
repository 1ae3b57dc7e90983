"""codereflect --help

The entry point. A command's module is imported only when that command is called, so that `--help` and every error in
the command line answer at once.
"""

from __future__ import annotations

import importlib
import io
import os
from collections.abc import Sequence

import click

from codereflect import __version__
from codereflect.errors import one_sentence
from codereflect.terminal import say

# Command: (module in this package, the command object in it, one line of help).
COMMANDS = {
    "doctor": ("doctor", "doctor", "Check the installation; name a fix for each problem."),
    "use": ("use", "use", "Write a recipe into params.yaml and show the difference."),
    "sweep": ("sweep", "sweep", "Run experiments one after the other; skip those that exist."),
    "compare": ("compare", "compare", "Paired statistics over experiments, folders or other scores."),
    "evaluate": ("evaluate", "evaluate", "A model on HumanEval, MBPP ...: answers, grades, figures."),
    "score": ("score", "score", "Score samples of HumanEval, MBPP, EvalPlus, MultiPL-E, CONCODE."),
    "reward": ("reward", "reward", "Grade generated unit tests by mutants; give each a reward."),
    "export": ("export", "export", "Write training rows in the form of a published training set."),
    "mlflow-sync": ("sync", "sync", "Rebuild MLflow from git and DVC."),
    "publish": ("publish", "publish", "Put the newest experiments' results into git and README.md."),
    "deps": ("deps", "deps", "Write the code that each stage imports into dvc.yaml."),
    "gc": ("gc", "gc", "Clean the store of answers, verdicts and checkpoints."),
}


class LazyGroup(click.Group):
    """A group that knows its commands' names and help lines without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command's module."""
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(f"codereflect.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="codereflect")
def codereflect() -> None:
    """Does training a code model on its own mistakes beat plain fine-tuning?

    Start with `codereflect doctor`, or run everything with `make compare`.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; an error that the user can fix ends in one sentence and exit code 2."""
    # pydantic would search for plugins, for as long as checking a suite takes
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    with one_sentence():
        try:
            codereflect.main(list(arguments) if arguments is not None else None, "codereflect", standalone_mode=False)
        except click.exceptions.Abort:
            raise KeyboardInterrupt from None
        except click.ClickException as error:
            told = io.StringIO()
            error.show(told)
            say(told.getvalue(), error=True, end="")
            raise SystemExit(2) from None
        except click.exceptions.Exit as done:
            raise SystemExit(done.exit_code) from None


if __name__ == "__main__":
    main()
